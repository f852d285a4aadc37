// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cstdint>

#include "kernels/amx_subpixel_conv/amx_subpixel_conv.h"
#include "kernels/amx_tiles.h"

namespace denoiseae {

namespace {

constexpr int kPositions = 16;  ///< number of positions in a tile

/// 16 positions of 32 channels, ready to be loaded as a tile.
struct Positions {
  const void* begin;
  int step_bytes;  ///< distance from one position to the next
};

/// Prepares positions of the input, with their channels from first on.
class Input {
 public:
  explicit Input(int channels) : channels_(channels) {}

  Positions at(const Bfloat16* in, int first) { return {in + first, 2 * channels_}; }
  Positions at(const std::uint8_t* in, int first) {
    for (int i = 0; i < kPositions; ++i) {
      const auto* codes = reinterpret_cast<const __m128i*>(in + i * channels_ + first);
      const auto exact = [&](int half) { return from_codes(_mm_loadu_si128(codes + half)); };
      _mm512_store_si512(exact_[i], (__m512i)_mm512_cvtne2ps_pbh(exact(1), exact(0)));
    }
    compiler_barrier();
    return {exact_, sizeof exact_[0]};
  }

 private:
  int channels_;
  alignas(64) Bfloat16 exact_[kPositions][32];  ///< codes, which bfloat16 holds exactly
};

/// Computes the sums of 16 positions, for four tiles of outputs from first on.
template <typename Value>
void multiply(const SubpixelConvShape& shape, const AmxConstants& constants, int first,
              const Value* in, float (*sums)[256]) {
  const float* bias = constants.bias + first * 256;
  _tile_loadd(0, bias, 64);
  _tile_loadd(1, bias + 256, 64);
  _tile_loadd(2, bias + 512, 64);
  _tile_loadd(3, bias + 768, 64);
  const int chunks = shape.inputs / 32;
  Input input(shape.inputs);
  for (int chunk = 0; chunk < chunks; ++chunk) {
    const auto weights = [&](int i) {
      return constants.weights + ((first + i) * chunks + chunk) * kTileValues;
    };
    const Positions positions = input.at(in, 32 * chunk);
    _tile_loadd(4, positions.begin, positions.step_bytes);
    _tile_loadd(5, weights(0), 64);
    _tile_dpbf16ps(0, 4, 5);
    _tile_loadd(6, weights(1), 64);
    _tile_dpbf16ps(1, 4, 6);
    _tile_loadd(7, weights(2), 64);
    _tile_dpbf16ps(2, 4, 7);
    _tile_loadd(5, weights(3), 64);
    _tile_dpbf16ps(3, 4, 5);
  }
  _tile_stored(0, sums[0], 64);
  _tile_stored(1, sums[1], 64);
  _tile_stored(2, sums[2], 64);
  _tile_stored(3, sums[3], 64);
}

/// 32 values of each of some positions of the output.
template <typename Value>
struct Part {
  const float* sums;  ///< sums in the first tile; those in the second are 256 values further
  int count;
  const Value* addend;
  Value* out;
  int step;  ///< distance in addend and out from one position to the next
};

class FloatEpilogue {
 public:
  explicit FloatEpilogue(float after) : after_(_mm512_set1_ps(after)) {}

  void operator()(const Part<Bfloat16>& part, int) const {
    (part.addend == nullptr ? finish_pairs<false>
                            : finish_pairs<true>)(part.sums, part.sums + 256, part.count,
                                                  _mm512_set1_ps(1), after_, part.addend, part.out,
                                                  part.step);
  }

 private:
  __m512 after_;
};

class CodeEpilogue {
 public:
  CodeEpilogue(const float* scales, SumFactors factors)
      : scales_(scales), in_(_mm512_set1_ps(factors.in)), addend_(_mm512_set1_ps(factors.addend)) {}

  /// first: the first tile of outputs.
  void operator()(const Part<std::uint8_t>& part, int first) const {
    for (int half = 0; half < 2; ++half) {
      const __m512 scale = _mm512_mul_ps(_mm512_load_ps(scales_ + (first + half) * 256), in_);
      const float* sums = part.sums + half * 256;
      for (int i = 0; i < part.count; ++i, sums += 16) {
        const int at = i * part.step + 16 * half;
        __m512 x = _mm512_mul_ps(_mm512_load_ps(sums), scale);
        if (part.addend != nullptr) {
          const auto* codes = reinterpret_cast<const __m128i*>(part.addend + at);
          x = _mm512_fmadd_ps(from_codes(_mm_loadu_si128(codes)), addend_, x);
        }
        _mm_storeu_si128(reinterpret_cast<__m128i*>(part.out + at), to_codes(x));
      }
    }
  }

 private:
  const float* scales_;
  __m512 in_;
  __m512 addend_;
};

template <typename Value, typename Epilogue>
class RowSubpixelConv {
 public:
  RowSubpixelConv(const SubpixelConvShape& shape, const AmxConstants& constants,
                  const Epilogue& epilogue)
      : shape_(shape), constants_(constants), epilogue_(epilogue) {}

  void run(const SubpixelConvRow<Value>& row) const {
    for (int done = 0; done < shape_.width; done += kPositions) {
      const int first = std::min(done, shape_.width - kPositions);
      const Value* in = row.in + first * shape_.inputs;
      alignas(64) float sums[4][256];
      const int skipped = done - first;
      if (shape_.outputs == 16) {
        // One product gives both rows, with two positions each.
        multiply(shape_, constants_, 0, in, sums);
        for (int dy = 0; dy < 2; ++dy) finish(row, dy, 0, sums, 2 * dy, done, skipped);
        continue;
      }
      for (int dy = 0; dy < 2; ++dy) {
        if (row.out[dy] == nullptr) continue;
        multiply(shape_, constants_, 4 * dy, in, sums);
        for (int half = 0; half < 2; ++half)
          finish(row, dy, 32 * half, sums, 2 * half, done, skipped);
      }
    }
  }

 private:
  /// Writes 32 values of the output, offset values further, for each position from first on. Their
  /// sums are in two tiles, from tile on.
  void finish(const SubpixelConvRow<Value>& row, int dy, int offset, const float (*sums)[256],
              int tile, int first, int skipped) const {
    if (row.out[dy] == nullptr) return;
    const int step = 2 * shape_.outputs;
    const int at = first * step + offset;
    const int tiles_before = shape_.outputs == 16 ? 0 : 4 * dy;
    epilogue_({sums[tile] + 16 * skipped, kPositions - skipped,
               row.addend[dy] == nullptr ? nullptr : row.addend[dy] + at, row.out[dy] + at, step},
              tiles_before + tile);
  }

  SubpixelConvShape shape_;
  AmxConstants constants_;
  Epilogue epilogue_;
};

template <typename Value, typename Epilogue>
void run_rows(const SubpixelConvShape& shape, const AmxConstants& constants,
              const Epilogue& epilogue, std::span<const SubpixelConvRow<Value>> rows) {
  const TilesInUse tiles;
  const RowSubpixelConv<Value, Epilogue> subpixel_conv(shape, constants, epilogue);
  for (const SubpixelConvRow<Value>& row : rows) subpixel_conv.run(row);
}

}  // namespace

void amx_subpixel_conv(const SubpixelConvShape& shape, const AmxConstants& constants, float after,
                       std::span<const SubpixelConvRow<Bfloat16>> rows) {
  run_rows(shape, constants, FloatEpilogue(after), rows);
}

void amx_subpixel_conv(const SubpixelConvShape& shape, const AmxConstants& constants,
                       SumFactors factors, std::span<const SubpixelConvRow<std::uint8_t>> rows) {
  run_rows(shape, constants, CodeEpilogue(constants.scales, factors), rows);
}

}  // namespace denoiseae
