// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>

#include "kernels/tile_upconv.h"
#include "kernels/tiles_amx.h"

namespace denoiseae {

namespace {

constexpr int kPositions = 16;  ///< at a time

/// Sums of four tiles of outputs, from first on, of 16 positions.
void multiply(const UpconvShape& shape, const TileConstants& constants, int first,
              const Bfloat16* in, float (*sums)[256]) {
  const float* bias = constants.bias + first * 256;
  _tile_loadd(0, bias, 64);
  _tile_loadd(1, bias + 256, 64);
  _tile_loadd(2, bias + 512, 64);
  _tile_loadd(3, bias + 768, 64);
  const int chunks = shape.inputs / 32;
  for (int chunk = 0; chunk < chunks; ++chunk) {
    const auto weights = [&](int i) {
      return constants.weights + ((first + i) * chunks + chunk) * kTileValues;
    };
    _tile_loadd(4, in + 32 * chunk, 2 * shape.inputs);
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

class RowUpconv {
 public:
  RowUpconv(const UpconvShape& shape, const TileConstants& constants, float after)
      : shape_(shape), constants_(constants), after_(_mm512_set1_ps(after)) {}

  void run(const UpconvRow& row) const {
    for (int done = 0; done < shape_.width; done += kPositions) {
      const int first = std::min(done, shape_.width - kPositions);
      const Bfloat16* in = row.in + first * shape_.inputs;
      alignas(64) float sums[4][256];
      const int skipped = done - first;
      if (shape_.outputs == 16) {
        // Both rows, each of two positions.
        multiply(shape_, constants_, 0, in, sums);
        for (int dy = 0; dy < 2; ++dy) end(row, dy, 0, sums + 2 * dy, done, skipped);
        continue;
      }
      for (int dy = 0; dy < 2; ++dy) {
        if (row.out[dy] == nullptr) continue;
        multiply(shape_, constants_, 4 * dy, in, sums);
        for (int half = 0; half < 2; ++half)
          end(row, dy, 32 * half, sums + 2 * half, done, skipped);
      }
    }
  }

 private:
  /// 32 values of the output of each position from first on, offset further.
  void end(const UpconvRow& row, int dy, int offset, const float (*sums)[256], int first,
           int skipped) const {
    if (row.out[dy] == nullptr) return;
    const int step = 2 * shape_.outputs;
    const int at = first * step + offset;
    const float* a = sums[0] + 16 * skipped;
    const float* b = sums[1] + 16 * skipped;
    const __m512 all = _mm512_set1_ps(1);
    const int count = kPositions - skipped;
    if (row.addend[dy] == nullptr) {
      end_pairs<false>(a, b, count, all, after_, nullptr, row.out[dy] + at, step);
    } else {
      end_pairs<true>(a, b, count, all, after_, row.addend[dy] + at, row.out[dy] + at, step);
    }
  }

  UpconvShape shape_;
  TileConstants constants_;
  __m512 after_;
};

}  // namespace

void tile_upconv(const UpconvShape& shape, const TileConstants& constants, float after,
                 std::span<const UpconvRow> rows) {
  const TilesInUse tiles;
  const RowUpconv upconv(shape, constants, after);
  for (const UpconvRow& row : rows) upconv.run(row);
}

}  // namespace denoiseae
