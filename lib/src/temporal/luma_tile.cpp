// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/luma_tile.h"

#include <algorithm>
#include <cstddef>

namespace denoiseae {
namespace {

constexpr int kSide = kInterpolatedSide;
static_assert(kSide == 2 * LumaTile::kSize);
// The bordered tile may begin in the middle of a 2x2 block, and is gathered in whole ones.
constexpr int kPatchSide = kInterpolationSide + 1;
static_assert(kPatchSide % 2 == 0);

template <int kRows, int kColumns>
using Samples = std::array<std::array<float, kColumns>, kRows>;

// Where the bordered tile begins: in 2x2 blocks of the planes, and then in pixels of the patch.
struct Origin {
  explicit Origin(const LumaTile& tile)
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

float* sample(const PlanesView& planes, int first, int x, int y) {
  return planes.data +
         (static_cast<std::size_t>(y) * static_cast<std::size_t>(planes.width) +
          static_cast<std::size_t>(x)) *
             static_cast<std::size_t>(planes.channels) +
         first;
}

float* pixel(const PlanesView& planes, int first, int x, int y) {
  const int in_x = std::clamp(x, 0, 2 * planes.width - 1);
  const int in_y = std::clamp(y, 0, 2 * planes.height - 1);
  return sample(planes, first + in_y % 2 * 2 + in_x % 2, in_x / 2, in_y / 2);
}

void gather(const PlanesView& past, int first, const Origin& origin,
            Samples<kPatchSide, kPatchSide>& patch) {
  constexpr int kBlocks = kPatchSide / 2;
  if (origin.x < 0 || origin.x + kBlocks > past.width || origin.y < 0 ||
      origin.y + kBlocks > past.height) {
    for (int y = 0; y < kPatchSide; ++y)
      for (int x = 0; x < kPatchSide; ++x)
        patch[y][x] = *pixel(past, first, 2 * origin.x + x, 2 * origin.y + y);
    return;
  }
  for (int y = 0; y < kBlocks; ++y) {
    const float* from = sample(past, first, origin.x, origin.y + y);
    for (int x = 0; x < kBlocks; ++x, from += past.channels) {
      std::copy_n(from, 2, &patch[2 * y][2 * x]);
      std::copy_n(from + 2, 2, &patch[2 * y + 1][2 * x]);
    }
  }
}

}  // namespace

void displace_luma(const PlanesView& past, int first, const LumaTile& tile, float* out) {
  const Origin origin(tile);
  Samples<kPatchSide, kPatchSide> patch;
  gather(past, first, origin, patch);
  Samples<kSide, kSide> displaced;
  best_interpolate().interpolate(&patch[origin.skip_y][origin.skip_x], kPatchSide,
                                 kInterpolation[tile.vector.fx].data(),
                                 kInterpolation[tile.vector.fy].data(), displaced[0].data());
  for (int y = 0; y < tile.height; ++y) {
    float* to = out + static_cast<std::size_t>(y) * past.width * past.channels;
    for (int x = 0; x < tile.width; ++x, to += past.channels) {
      std::copy_n(&displaced[2 * y][2 * x], 2, to);
      std::copy_n(&displaced[2 * y + 1][2 * x], 2, to + 2);
    }
  }
}

void displace_luma_adjoint(const PlanesView& gradient, int first, const LumaTile& tile,
                           const PlanesView& out) {
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
