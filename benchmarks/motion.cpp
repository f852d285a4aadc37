// SPDX-License-Identifier: LGPL-2.1-or-later
// Time per frame of the motion search and of the alignment of the past, one thread.
#include <cstdio>
#include <vector>

#include "median_time.h"
#include "support/scenes.h"
#include "temporal/align_past.h"
#include "temporal/luma_pyramid.h"
#include "temporal/motion_search.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr double kSigma = 20;

void measure(int width, int height, int dx, int dy) {
  const TexturedCanvas canvas(width + 16, height + 16, 1);
  const LumaPlane reference = canvas.crop(8, 8, width, height);
  const LumaPlane current = with_noise(canvas.crop(8 + dx, 8 + dy, width, height), kSigma, 1);

  LumaPyramid pyramid(width, height);
  const double pyramids = 2 * bench::median_ms([&] { pyramid.build(current.view()); });
  MotionSearch search(width, height);
  const MotionField* field = nullptr;
  const double searched =
      bench::median_ms([&] { field = &search.search(current.view(), reference.view(), kSigma); });

  constexpr int kChannels = 7;
  const int half_width = (width + 1) / 2, half_height = (height + 1) / 2;
  std::vector<float> past(static_cast<std::size_t>(half_width * half_height * kChannels), 0.1f);
  std::vector<float> aligned(past.size());
  const double align = bench::median_ms([&] {
    align_past({past.data(), kChannels, half_height, half_width}, *field, {6, 1e6f},
               {aligned.data(), kChannels, half_height, half_width});
  });
  std::printf("%4dx%-4d pan %d,%d: search %.2f ms (of which pyramids %.2f), align %.2f ms\n", width,
              height, dx, dy, searched, pyramids, align);
}

}  // namespace

int main() {
  for (const auto& [dx, dy] : {std::pair{0, 0}, {4, 0}, {5, -3}}) measure(1280, 720, dx, dy);
  measure(1920, 1080, 5, -3);
}
