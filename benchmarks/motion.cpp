// SPDX-License-Identifier: LGPL-2.1-or-later
// Times the motion search and the warp of the recurrent state, per frame on one thread.
#include <cstdio>
#include <vector>

#include "layout/state_layout.h"
#include "median_time.h"
#include "motion/luma_pyramid.h"
#include "motion/motion_search.h"
#include "support/scenes.h"
#include "temporal/warp_state.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr double kSigma = 20;

// Times a pan by dx, dy halves of a pixel.
void measure(int width, int height, int dx, int dy) {
  const TexturedCanvas canvas(2 * width + 16, 2 * height + 16, 1);
  const auto part = [&](int x, int y) {
    return shrunk(canvas.crop(x, y, 2 * width, 2 * height), 2);
  };
  const LumaPlane reference = part(8, 8);
  const LumaPlane current = with_noise(part(8 + dx, 8 + dy), kSigma, 1);

  LumaPyramid pyramid(width, height);
  const double pyramids = 2 * bench::median_ms([&] { pyramid.build(current.view()); });
  MotionSearch search(width, height);
  const MotionField* field = nullptr;
  const double searched =
      bench::median_ms([&] { field = &search.search(current.view(), reference.view(), kSigma); });

  const int half_width = (width + 1) / 2, half_height = (height + 1) / 2;
  std::vector<float> past(static_cast<std::size_t>(half_width * half_height * kStateChannels),
                          0.1f);
  std::vector<float> aligned(past.size());
  const double align = bench::median_ms([&] {
    warp_state({past.data(), kStateChannels, half_height, half_width}, *field,
               {kStateVariance, kUnknownVariance},
               {aligned.data(), kStateChannels, half_height, half_width});
  });
  std::printf("%4dx%-4d pan %.1f,%.1f: search %.2f ms (of which pyramids %.2f), align %.2f ms\n",
              width, height, dx / 2.0, dy / 2.0, searched, pyramids, align);
}

}  // namespace

int main() {
  for (const auto& [dx, dy] : {std::pair{0, 0}, {8, 0}, {6, -6}, {7, 0}, {7, -5}})
    measure(1280, 720, dx, dy);
  measure(1920, 1080, 7, -5);
}
