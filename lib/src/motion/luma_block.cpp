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
// The bordered tile may begin in the middle of a 2x2 block, and is gathered in whole ones.
constexpr int kPatchSide = kInterpolationSide + 1;
static_assert(kPatchSide % 2 == 0);

template <int kRows, int kColumns>
using Samples = std::array<std::array<float, kColumns>, kRows>;

// Where the bordered tile begins: in 2x2 blocks of the planes, and then in pixels of the patch.
struct Origin {
  explicit Origin(const LumaBlock& tile)
      : x((2 * tile.x + tile.vector.dx - kTapsBefore) >> 1),
        y((2 * tile.y + tile.vector.dy - kTapsBefore) >> 1),
        skip_x(tile.vector.dx & 1),
        skip_y(tile.vector.dy & 1) {
    static_assert(kTapsBefore % 2 == 0);
  }
  int x;
  int y;
  int skip_x;
  int skip_y;
};

float* sample(const TensorView& planes, int first, int x, int y) {
  return planes.data +
         (static_cast<std::size_t>(y) * static_cast<std::size_t>(planes.width) +
          static_cast<std::size_t>(x)) *
             static_cast<std::size_t>(planes.channels) +
         first;
}

float* pixel(const TensorView& planes, int first, int x, int y) {
  const int in_x = std::clamp(x, 0, 2 * planes.width - 1);
  const int in_y = std::clamp(y, 0, 2 * planes.height - 1);
  return sample(planes, first + in_y % 2 * 2 + in_x % 2, in_x / 2, in_y / 2);
}

constexpr int kBlocks = kPatchSide / 2;  // of the patch, along each axis
using Patch = Samples<kPatchSide, kPatchSide>;

// from: the first channel of the luma samples of the first 2x2 block.
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

// The samples that patches are gathered from, as floats.
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

void displace(const Patch& patch, const Origin& origin, const LumaBlock& tile, float* out,
              std::size_t row_values) {
  Samples<kSide, kSide> warped;
  best_interpolate().interpolate(&patch[origin.skip_y][origin.skip_x], kPatchSide,
                                 kInterpolation[tile.vector.fx].data(),
                                 kInterpolation[tile.vector.fy].data(), warped[0].data());
  for (int y = 0; y < tile.height; ++y, out += row_values) {
    for (int x = 0; x < tile.width; ++x) {
      std::copy_n(&warped[2 * y][2 * x], 2, out + x * kStateChannels);
      std::copy_n(&warped[2 * y + 1][2 * x], 2, out + x * kStateChannels + 2);
    }
  }
}

}  // namespace

template <typename Sample>
void warp_luma(const StateSamples<Sample>& state, const LumaBlock& tile, float* out) {
  const Origin origin(tile);
  Patch patch;
  constexpr int kFirst[] = {0, kStatePicture};
  if (origin.x < 0 || origin.x + kBlocks > state.width || origin.y < 0 ||
      origin.y + kBlocks > state.height) {
    for (const int first : kFirst) {
      gather_at_edge(state, first, origin, patch);
      displace(patch, origin, tile, out + first, state.row_values());
    }
    return;
  }
  const Source source(state, origin);
  for (const int first : kFirst) {
    gather(source.begin + first, source.row_values, patch);
    displace(patch, origin, tile, out + first, state.row_values());
  }
}

template void warp_luma(const StateSamples<float>&, const LumaBlock&, float*);
template void warp_luma(const StateSamples<std::int16_t>&, const LumaBlock&, float*);

void warp_luma_adjoint(const TensorView& gradient, int first, const LumaBlock& tile,
                       const TensorView& out) {
  const int width = 2 * tile.width, height = 2 * tile.height;
  Samples<kInterpolationSide, kSide> band{};
  const auto& down = kInterpolation[tile.vector.fy];
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float value = *pixel(gradient, first, 2 * tile.x + x, 2 * tile.y + y);
      for (int k = 0; k < kTaps; ++k) band[y + k][x] += down[k] * value;
    }
  Samples<kInterpolationSide, kInterpolationSide> bordered{};
  const auto& across = kInterpolation[tile.vector.fx];
  for (int y = 0; y < height + kTaps - 1; ++y)
    for (int x = 0; x < width; ++x)
      for (int k = 0; k < kTaps; ++k) bordered[y][x + k] += across[k] * band[y][x];
  const int left = 2 * tile.x + tile.vector.dx - kTapsBefore;
  const int top = 2 * tile.y + tile.vector.dy - kTapsBefore;
  for (int y = 0; y < height + kTaps - 1; ++y)
    for (int x = 0; x < width + kTaps - 1; ++x)
      *pixel(out, first, left + x, top + y) += bordered[y][x];
}

}  // namespace denoiseae
