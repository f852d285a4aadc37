// SPDX-License-Identifier: LGPL-2.1-or-later
#include "motion/luma_block.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/stored_state/stored_state.h"
#include "layout/state_layout.h"

namespace denoiseae {
namespace {

constexpr int kSide = kInterpolatedSide;
static_assert(kSide == 2 * LumaBlock::kSize);
// The block with its border may begin in the middle of a 2x2 block of luma. Whole ones are
// gathered, so the patch is one sample larger.
constexpr int kPatchSide = kInterpolationSide + 1;
static_assert(kPatchSide % 2 == 0);

template <int kRows, int kColumns>
using Samples = std::array<std::array<float, kColumns>, kRows>;

// The beginning of the block with its border: the 2x2 block of the tensor that holds its first
// sample, and the position of this sample in the patch.
struct Origin {
  explicit Origin(const LumaBlock& block)
      : x((2 * block.x + block.vector.dx - kTapsBefore) >> 1),
        y((2 * block.y + block.vector.dy - kTapsBefore) >> 1),
        skip_x(block.vector.dx & 1),
        skip_y(block.vector.dy & 1) {
    static_assert(kTapsBefore % 2 == 0);
  }
  int x;
  int y;
  int skip_x;
  int skip_y;
};

float* sample(const TensorView& tensor, int first, int x, int y) {
  return tensor.data +
         (static_cast<std::size_t>(y) * static_cast<std::size_t>(tensor.width) +
          static_cast<std::size_t>(x)) *
             static_cast<std::size_t>(tensor.channels) +
         first;
}

float* pixel(const TensorView& tensor, int first, int x, int y) {
  const int in_x = std::clamp(x, 0, 2 * tensor.width - 1);
  const int in_y = std::clamp(y, 0, 2 * tensor.height - 1);
  return sample(tensor, first + in_y % 2 * 2 + in_x % 2, in_x / 2, in_y / 2);
}

constexpr int kBlocks = kPatchSide / 2;  // 2x2 blocks along each side of the patch
using Patch = Samples<kPatchSide, kPatchSide>;

// Copies the luma of whole 2x2 blocks. from: the first luma sample of the first block.
void gather(const float* from, std::size_t row_values, Patch& patch) {
  for (int y = 0; y < kBlocks; ++y, from += row_values) {
    for (int x = 0; x < kBlocks; ++x) {
      std::copy_n(from + x * kStateChannels, 2, &patch[2 * y][2 * x]);
      std::copy_n(from + x * kStateChannels + 2, 2, &patch[2 * y + 1][2 * x]);
    }
  }
}

template <typename Sample>
void gather_at_edge(const StateSamples<Sample>& state, int first, const Origin& origin,
                    Patch& patch) {
  for (int y = 0; y < kPatchSide; ++y)
    for (int x = 0; x < kPatchSide; ++x) {
      const int in_x = std::clamp(2 * origin.x + x, 0, 2 * state.width - 1);
      const int in_y = std::clamp(2 * origin.y + y, 0, 2 * state.height - 1);
      patch[y][x] = value_of(state.at(in_x / 2, in_y / 2)[first + in_y % 2 * 2 + in_x % 2]);
    }
}

// The samples that a patch is gathered from, as floats. A state in 16 bits is converted once for
// both of its pictures.
class Source {
 public:
  Source(const StateSamples<float>& state, const Origin& origin)
      : begin(state.at(origin.x, origin.y)), row_values(state.row_values()) {}
  Source(const StateSamples<std::int16_t>& state, const Origin& origin)
      : begin(restored_), row_values(kRowValues) {
    for (int y = 0; y < kBlocks; ++y)
      stored_state_loops().restore(state.at(origin.x, origin.y + y), kRowValues,
                                   restored_ + y * kRowValues);
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

 private:
  static constexpr int kRowValues = kBlocks * kStateChannels;
  float restored_[kBlocks * kRowValues];

 public:
  const float* begin;
  std::size_t row_values;
};

void interpolate_block(const Patch& patch, const Origin& origin, const LumaBlock& block, float* out,
                       std::size_t row_values) {
  Samples<kSide, kSide> warped;
  best_interpolate().interpolate(&patch[origin.skip_y][origin.skip_x], kPatchSide,
                                 kInterpolation[block.vector.fx].data(),
                                 kInterpolation[block.vector.fy].data(), warped[0].data());
  for (int y = 0; y < block.height; ++y, out += row_values) {
    for (int x = 0; x < block.width; ++x) {
      std::copy_n(&warped[2 * y][2 * x], 2, out + x * kStateChannels);
      std::copy_n(&warped[2 * y + 1][2 * x], 2, out + x * kStateChannels + 2);
    }
  }
}

}  // namespace

template <typename Sample>
void warp_luma(const StateSamples<Sample>& state, const LumaBlock& block, float* out) {
  const Origin origin(block);
  Patch patch;
  constexpr int kFirst[] = {0, kStatePicture};
  if (origin.x < 0 || origin.x + kBlocks > state.width || origin.y < 0 ||
      origin.y + kBlocks > state.height) {
    for (const int first : kFirst) {
      gather_at_edge(state, first, origin, patch);
      interpolate_block(patch, origin, block, out + first, state.row_values());
    }
    return;
  }
  const Source source(state, origin);
  for (const int first : kFirst) {
    gather(source.begin + first, source.row_values, patch);
    interpolate_block(patch, origin, block, out + first, state.row_values());
  }
}

template void warp_luma(const StateSamples<float>&, const LumaBlock&, float*);
template void warp_luma(const StateSamples<std::int16_t>&, const LumaBlock&, float*);

void warp_luma_adjoint(const TensorView& gradient, int first, const LumaBlock& block,
                       const TensorView& out) {
  const int width = 2 * block.width, height = 2 * block.height;
  Samples<kInterpolationSide, kSide> band{};
  const auto& down = kInterpolation[block.vector.fy];
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float value = *pixel(gradient, first, 2 * block.x + x, 2 * block.y + y);
      for (int k = 0; k < kTaps; ++k) band[y + k][x] += down[k] * value;
    }
  Samples<kInterpolationSide, kInterpolationSide> bordered{};
  const auto& across = kInterpolation[block.vector.fx];
  for (int y = 0; y < height + kTaps - 1; ++y)
    for (int x = 0; x < width; ++x)
      for (int k = 0; k < kTaps; ++k) bordered[y][x + k] += across[k] * band[y][x];
  const int left = 2 * block.x + block.vector.dx - kTapsBefore;
  const int top = 2 * block.y + block.vector.dy - kTapsBefore;
  for (int y = 0; y < height + kTaps - 1; ++y)
    for (int x = 0; x < width + kTaps - 1; ++x)
      *pixel(out, first, left + x, top + y) += bordered[y][x];
}

}  // namespace denoiseae
