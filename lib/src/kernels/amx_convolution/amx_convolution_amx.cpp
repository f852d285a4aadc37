// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/amx_convolution/amx_convolution_amx.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "kernels/amx_convolution/amx_convolution.h"
#include "kernels/amx_epilogue.h"

namespace denoiseae {

namespace {

constexpr int kGroupBytes = 64;
constexpr int kTileGroups = 16;
constexpr int kSums = 4;  ///< number of tiles of sums at a time

/// Copies of the groups at the edges of one row of the input, with zeros beyond the edges. Tiles at
/// the edges are loaded from these.
struct alignas(64) Edges {
  char left[(kTileGroups + 1) * kGroupBytes];   ///< zeros, then the first groups
  char right[(kTileGroups + 1) * kGroupBytes];  ///< the last groups, then zeros
  const Bfloat16* row = nullptr;                ///< the row that they were copied from

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

/// Finds the beginnings of the tiles of one row of the input.
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

// The number of a tile is part of an instruction. Therefore these functions have neither loops over
// tiles nor parameters for them.

/// Adds the products of two tiles of groups, from first on, each to two tiles of sums.
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

/// Adds the products of four tiles of groups, from first on, each to one tile of sums.
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

template <typename Out, typename Addend>
class RowConvolution {
 public:
  RowConvolution(const AmxShape& shape, const AmxConstants& constants, const AmxEpilogue& epilogue)
      : constants_(constants),
        epilogue_(shape, constants.scales, epilogue),
        tiles_(shape.output_tiles()),
        groups_((shape.width + shape.group() - 1) / shape.group()),
        row_bytes_(sizeof(Bfloat16) * shape.width * shape.inputs),
        row_values_(static_cast<std::size_t>(shape.width) * shape.outputs) {}

  void run(const AmxRow& row) {
    const Edges* edges[3];
    for (int dy = 0; dy < 3; ++dy) {
      // Three consecutive rows have different places, in which the next calls find them again.
      Edges& place = edges_[(row_ + dy) % 3];
      if (row.in[dy] != nullptr) place.take(row.in[dy], row_bytes_, groups_);
      edges[dy] = &place;
    }
    ++row_;
    compiler_barrier();
    const int together = kTileGroups * kSums / tiles_;
    for (int done = 0; done < groups_; done += together) {
      block(row, edges, std::min(done, groups_ - together), done);
    }
  }

 private:
  /// Computes the groups from first on, and writes those from done on. The others are written
  /// already.
  void block(const AmxRow& row, const Edges* const* edges, int first, int done) const {
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
      finish_groups(row, first + skipped, kTileGroups - skipped,
                    sums[tile * tiles_] + 16 * skipped);
    }
  }

  void finish_groups(const AmxRow& row, int first, int count, const float* sums) const {
    const std::size_t each = epilogue_.values();
    const auto* const addends = static_cast<const Addend*>(row.addend);
    auto* const outs = static_cast<Out*>(row.out);
    const auto addend = [&](std::size_t at) { return addends ? addends + at : nullptr; };
    const std::size_t at = first * each;
    const auto whole = static_cast<int>(std::min<std::size_t>(count, (row_values_ - at) / each));
    epilogue_(sums, whole, addend(at), outs + at);
    if (whole == count) return;
    // The last group reaches beyond the edge, so it is written by way of a copy.
    const std::size_t last = at + whole * each;
    const std::size_t left = row_values_ - last;
    Addend its_addend[32] = {};
    Out its_out[32];
    if (addends != nullptr) std::copy_n(addend(last), left, its_addend);
    epilogue_(sums + 16 * whole, 1, addends != nullptr ? its_addend : nullptr, its_out);
    std::copy_n(its_out, left, outs + last);
  }

  AmxConstants constants_;
  GroupsEpilogue<Out, Addend> epilogue_;
  int tiles_;
  int groups_;
  std::size_t row_bytes_;
  std::size_t row_values_;
  int row_ = 0;
  Edges edges_[3];
};

template <typename Out, typename Addend>
void convolve(const AmxShape& shape, const AmxConstants& constants, const AmxEpilogue& epilogue,
              std::span<const AmxRow> rows) {
  const TilesInUse tiles;
  RowConvolution<Out, Addend> convolution(shape, constants, epilogue);
  for (const AmxRow& row : rows) convolution.run(row);
}

template <typename Out>
void convolve(const AmxShape& shape, const AmxConstants& constants, const AmxEpilogue& epilogue,
              std::span<const AmxRow> rows) {
  const bool exact = epilogue.addend == AmxValue::float32;
  (exact ? convolve<Out, float> : convolve<Out, Bfloat16>)(shape, constants, epilogue, rows);
}

/// Returns the mask of the first values.
__mmask16 first(int values) { return static_cast<__mmask16>((1u << values) - 1); }

/// Converts a row. load: a function that loads the values of a position that are in a mask, as
/// bfloat16.
template <typename Value, typename Load>
void widen_row(const Value* from, int channels, int width, int inputs, Bfloat16* to,
               const Load& load) {
  for (int x = 0; x < width; ++x, from += channels, to += inputs)
    _mm256_mask_storeu_epi16(to, first(inputs), load(first(channels), from));
}

}  // namespace

void amx_input(const float* from, int channels, int width, int inputs, Bfloat16* to) {
  widen_row(from, channels, width, inputs, to, [](__mmask16 mask, const float* values) {
    return (__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, values));
  });
}

void amx_input(const Bfloat16* from, int channels, int width, int inputs, Bfloat16* to) {
  widen_row(from, channels, width, inputs, to, [](__mmask16 mask, const Bfloat16* values) {
    return _mm256_maskz_loadu_epi16(mask, values);
  });
}

void amx_input(const std::uint8_t* from, int channels, int width, int inputs, Bfloat16* to) {
  int done = 0;  // number of values that are converted without padding
  if (channels == inputs) {
    for (; done + 32 <= width * channels; done += 32) {
      const auto* codes = reinterpret_cast<const __m128i*>(from + done);
      const __m512 lower = from_codes(_mm_loadu_si128(codes)),
                   upper = from_codes(_mm_loadu_si128(codes + 1));
      _mm512_storeu_si512(to + done, (__m512i)_mm512_cvtne2ps_pbh(upper, lower));
    }
  }
  const int x = done / channels;
  widen_row(from + x * channels, channels, width - x, inputs, to + x * inputs,
            [](__mmask16 mask, const std::uint8_t* codes) {
              return (__m256i)_mm512_cvtneps_pbh(from_codes(_mm_maskz_loadu_epi8(mask, codes)));
            });
}

void amx_convolution(const AmxShape& shape, const AmxConstants& constants,
                     const AmxEpilogue& epilogue, std::span<const AmxRow> rows) {
  switch (epilogue.out) {
    case AmxValue::bfloat16:
      return convolve<Bfloat16>(shape, constants, epilogue, rows);
    case AmxValue::float32:
      return convolve<float>(shape, constants, epilogue, rows);
    case AmxValue::code:
      return convolve<std::uint8_t>(shape, constants, epilogue, rows);
  }
}

}  // namespace denoiseae
