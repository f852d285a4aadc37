// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/tile_convolution_amx.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "kernels/tile_convolution.h"
#include "kernels/tiles_amx.h"

namespace denoiseae {

namespace {

constexpr int kGroupBytes = 64;
constexpr int kTileGroups = 16;
constexpr int kSums = 4;  ///< tiles of sums at a time

/// exp(x) = 2^n 2^f, with a polynomial of 2^f for -1/2 <= f <= 1/2 (its Taylor series).
__m512 exp_of(__m512 x) {
  const __m512 t = _mm512_mul_ps(x, _mm512_set1_ps(1.44269504f));
  const __m512 n = _mm512_roundscale_ps(t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 f = _mm512_sub_ps(t, n);
  __m512 p = _mm512_set1_ps(1.33335581e-3f);
  for (const float c : {9.61812911e-3f, 5.55041087e-2f, 0.240226507f, 0.693147181f, 1.0f}) {
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(c));
  }
  return _mm512_scalef_ps(p, n);
}

__m512 sigmoid(__m512 x) {
  const __m512 one = _mm512_set1_ps(1);
  return _mm512_div_ps(one, _mm512_add_ps(one, exp_of(_mm512_sub_ps(_mm512_setzero_ps(), x))));
}

/// From sums of consecutive groups, 16 each, to their values of the output.
class GroupsEnd {
 public:
  GroupsEnd(const TileShape& shape, const TileEnd& end)
      : before_(_mm512_set1_ps(end.before)),
        after_(_mm512_set1_ps(end.after)),
        sigmoid_(end.sigmoid),
        tiles_(shape.output_tiles()),
        values_(16 / shape.lanes() * shape.outputs) {
    for (int lane = 0; lane < 16; ++lane) {
      if (lane % shape.lanes() < shape.outputs) used_ |= 1 << lane;
    }
    stored_ = static_cast<__mmask16>((1u << values_) - 1);
  }

  /// Of one group.
  int values() const { return values_ * tiles_; }

  /// sums: of the first tile; those of the second are 256 values further.
  void operator()(const float* sums, int groups, const Bfloat16* addend, Bfloat16* out) const {
    if (tiles_ == 2 && values_ == 16 && !sigmoid_) {
      (addend == nullptr ? end_pairs<false> : end_pairs<true>)(sums, sums + 256, groups, before_,
                                                               after_, addend, out, 32);
      return;
    }
    for (int tile = 0; tile < tiles_; ++tile) {
      some(sums + tile * 256, groups, addend, out);
      if (addend != nullptr) addend += values_;
      out += values_;
    }
  }

 private:
  /// Of one of the tiles, whatever its lanes.
  void some(const float* sums, int groups, const Bfloat16* addend, Bfloat16* out) const {
    const int step = values();
    for (int g = 0; g < groups; ++g, sums += 16, out += step) {
      __m512 x = leaky(_mm512_load_ps(sums), before_);
      if (addend != nullptr) {
        const __m512 values = widened(_mm256_maskz_loadu_epi16(stored_, addend + g * step));
        x = _mm512_add_ps(x, _mm512_maskz_expand_ps(used_, values));
      }
      x = leaky(x, after_);
      if (sigmoid_) x = sigmoid(x);
      x = _mm512_maskz_compress_ps(used_, x);
      _mm256_mask_storeu_epi16(out, stored_, (__m256i)_mm512_cvtneps_pbh(x));
    }
  }

  __m512 before_;
  __m512 after_;
  bool sigmoid_;
  int tiles_;
  int values_;          ///< of a group in one tile
  __mmask16 used_ = 0;  ///< lanes that are values
  __mmask16 stored_;
};

/// The groups of one row of the input that tiles at its edges read.
struct alignas(64) Edges {
  char left[(kTileGroups + 1) * kGroupBytes];   ///< zeros, then the first groups
  char right[(kTileGroups + 1) * kGroupBytes];  ///< the last groups, then zeros
  const Bfloat16* row = nullptr;                ///< whose they are

  Edges() {
    std::memset(left, 0, kGroupBytes);
    std::memset(right + (kTileGroups - 1) * kGroupBytes, 0, 2 * kGroupBytes);
  }

  void take(const Bfloat16* of_row, std::size_t row_bytes, int groups) {
    if (row == of_row) return;
    row = of_row;
    const char* bytes = reinterpret_cast<const char*>(row);
    std::memcpy(left + kGroupBytes, bytes, kTileGroups * kGroupBytes);
    const std::size_t begin = static_cast<std::size_t>(groups - kTileGroups) * kGroupBytes;
    std::memcpy(right, bytes + begin, row_bytes - begin);
  }
};

/// Where the tiles of one row of the input begin.
struct Source {
  const char* row;
  const Edges* edges;
  int groups;

  const char* at(int first, int offset) const {
    const int begin = first + offset;
    if (begin < 0) return edges->left;
    const int beyond = begin + kTileGroups - groups;
    if (beyond >= 0) return edges->right + static_cast<std::ptrdiff_t>(beyond) * kGroupBytes;
    return row + static_cast<std::ptrdiff_t>(begin) * kGroupBytes;
  }
};

// Names of tiles are part of an instruction: no loop, no parameter.

/// Two tiles of groups from first on, two tiles of sums of each.
void add_to_two_tiles(const Source& in, int first, const Bfloat16* weights) {
  const int second = first + kTileGroups;
  _tile_loadd(4, in.at(first, 0), kGroupBytes);
  _tile_loadd(5, in.at(second, 0), kGroupBytes);
  _tile_loadd(6, weights, 64);
  _tile_dpbf16ps(0, 4, 6);
  _tile_dpbf16ps(2, 5, 6);
  _tile_loadd(7, weights + kTileValues, 64);
  _tile_dpbf16ps(1, 4, 7);
  _tile_dpbf16ps(3, 5, 7);
  _tile_loadd(4, in.at(first, -1), kGroupBytes);
  _tile_loadd(5, in.at(second, -1), kGroupBytes);
  _tile_loadd(6, weights + 2 * kTileValues, 64);
  _tile_dpbf16ps(0, 4, 6);
  _tile_dpbf16ps(2, 5, 6);
  _tile_loadd(4, in.at(first, 1), kGroupBytes);
  _tile_loadd(5, in.at(second, 1), kGroupBytes);
  _tile_loadd(7, weights + 3 * kTileValues, 64);
  _tile_dpbf16ps(1, 4, 7);
  _tile_dpbf16ps(3, 5, 7);
}

/// Four tiles of groups from first on, one tile of sums of each.
void add_to_one_tile(const Source& in, int first, const Bfloat16* weights) {
  for (int offset = -1; offset <= 1; ++offset, weights += kTileValues) {
    _tile_loadd(6, weights, 64);
    _tile_loadd(4, in.at(first, offset), kGroupBytes);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(5, in.at(first + kTileGroups, offset), kGroupBytes);
    _tile_dpbf16ps(1, 5, 6);
    _tile_loadd(4, in.at(first + 2 * kTileGroups, offset), kGroupBytes);
    _tile_dpbf16ps(2, 4, 6);
    _tile_loadd(5, in.at(first + 3 * kTileGroups, offset), kGroupBytes);
    _tile_dpbf16ps(3, 5, 6);
  }
}

class RowConvolution {
 public:
  RowConvolution(const TileShape& shape, const TileConstants& constants, const TileEnd& end)
      : constants_(constants),
        end_(shape, end),
        tiles_(shape.output_tiles()),
        groups_((shape.width + shape.group() - 1) / shape.group()),
        row_bytes_(sizeof(Bfloat16) * shape.width * shape.inputs),
        row_values_(static_cast<std::size_t>(shape.width) * shape.outputs) {}

  void run(const TileRow& row) {
    const Edges* edges[3];
    for (int dy = 0; dy < 3; ++dy) {
      // Of three rows on end each has another place, which the next calls find again.
      Edges& place = edges_[(row_ + dy) % 3];
      if (row.in[dy] != nullptr) place.take(row.in[dy], row_bytes_, groups_);
      edges[dy] = &place;
    }
    ++row_;
    written();
    const int together = kTileGroups * kSums / tiles_;
    for (int done = 0; done < groups_; done += together) {
      block(row, edges, std::min(done, groups_ - together), done);
    }
  }

 private:
  /// The groups from first on; those before done are there already.
  void block(const TileRow& row, const Edges* const* edges, int first, int done) const {
    _tile_loadd(0, constants_.bias, 64);
    _tile_loadd(1, constants_.bias, 64);
    _tile_loadd(2, constants_.bias, 64);
    _tile_loadd(3, constants_.bias, 64);
    const Bfloat16* weights = constants_.weights;
    const std::size_t of_row = tile_steps(tiles_).size() * kTileValues;
    for (int dy = 0; dy < 3; ++dy, weights += of_row) {
      if (row.in[dy] == nullptr) continue;
      const Source in{reinterpret_cast<const char*>(row.in[dy]), edges[dy], groups_};
      (tiles_ == 1 ? add_to_one_tile : add_to_two_tiles)(in, first, weights);
    }
    alignas(64) float sums[kSums][256];
    _tile_stored(0, sums[0], 64);
    _tile_stored(1, sums[1], 64);
    _tile_stored(2, sums[2], 64);
    _tile_stored(3, sums[3], 64);
    for (int tile = 0; tile < kSums / tiles_; ++tile, first += kTileGroups) {
      const int skipped = std::clamp(done - first, 0, kTileGroups);
      end_groups(row, first + skipped, kTileGroups - skipped, sums[tile * tiles_] + 16 * skipped);
    }
  }

  void end_groups(const TileRow& row, int first, int count, const float* sums) const {
    const std::size_t each = end_.values();
    const auto addend = [&row](std::size_t at) { return row.addend ? row.addend + at : nullptr; };
    const std::size_t at = first * each;
    const auto whole = static_cast<int>(std::min<std::size_t>(count, (row_values_ - at) / each));
    end_(sums, whole, addend(at), row.out + at);
    if (whole == count) return;
    // The last group reaches over the edge.
    const std::size_t last = at + whole * each;
    Bfloat16 part[32] = {};
    const auto copy = [bytes = (row_values_ - last) * sizeof(Bfloat16)](
                          const void* from, void* to) { std::memcpy(to, from, bytes); };
    if (row.addend != nullptr) copy(addend(last), part);
    end_(sums + 16 * whole, 1, row.addend != nullptr ? part : nullptr, part);
    copy(part, row.out + last);
  }

  TileConstants constants_;
  GroupsEnd end_;
  int tiles_;
  int groups_;
  std::size_t row_bytes_;
  std::size_t row_values_;
  int row_ = 0;
  Edges edges_[3];
};

}  // namespace

void tile_input(const float* from, int channels, int width, int inputs, Bfloat16* to) {
  const auto given = static_cast<__mmask16>((1u << channels) - 1);
  const auto wanted = static_cast<__mmask16>((1u << inputs) - 1);
  for (int x = 0; x < width; ++x, from += channels, to += inputs) {
    const __m512 values = _mm512_maskz_loadu_ps(given, from);
    _mm256_mask_storeu_epi16(to, wanted, (__m256i)_mm512_cvtneps_pbh(values));
  }
}

void tile_input(const Bfloat16* from, int channels, int width, int inputs, Bfloat16* to) {
  const auto given = static_cast<__mmask16>((1u << channels) - 1);
  const auto wanted = static_cast<__mmask16>((1u << inputs) - 1);
  for (int x = 0; x < width; ++x, from += channels, to += inputs) {
    _mm256_mask_storeu_epi16(to, wanted, _mm256_maskz_loadu_epi16(given, from));
  }
}

void tile_convolution(const TileShape& shape, const TileConstants& constants, const TileEnd& end,
                      std::span<const TileRow> rows) {
  const TilesInUse tiles;
  RowConvolution convolution(shape, constants, end);
  for (const TileRow& row : rows) convolution.run(row);
}

}  // namespace denoiseae
