// SPDX-License-Identifier: LGPL-2.1-or-later
// Times the estimate of the noise level, per frame on one thread.
#include <denoiseae/noise.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "median_time.h"
#include "noise/estimation/estimate.h"

using namespace denoiseae;

namespace {

void measure(PixelFormat format, int width, int height) {
  std::array<Frame, 4> frames;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    frames[i] = Frame(format, width, height);
    const FrameView view = frames[i].view();
    for (int plane = 0; plane < format_info(format).plane_count; ++plane)
      for (int y = 0; y < format_info(format).plane_rows(plane, height); ++y)
        for (int x = 0; x < format_info(format).plane_row_bytes(plane, width); ++x)
          view.row(plane, y)[x] = static_cast<std::uint8_t>(64 + (x + y) % 128);
    add_noise(view, view, NoiseModel::gaussian, 20, 1, i);
  }
  const double single = bench::median_ms([&] { estimate_noise_level(frames[0].view()); });
  // In streams noise is estimated on luma planes.
  const auto luma = [&](std::size_t i) -> LumaView {
    const ConstFrameView view = std::as_const(frames[i % frames.size()]).view();
    return {view.component_row(0, 0), view.stride_bytes[0]};
  };
  NoiseEstimator estimator;
  std::size_t next = 1;
  const double stream = bench::median_ms([&] {
    estimator.update(frames[next % frames.size()].view(), luma(next - 1));
    ++next;
  });
  std::printf("%s %dx%d: one frame %.2f ms, static stream %.2f ms\n",
              format_info(format).name.data(), width, height, single, stream);
}

}  // namespace

int main() {
  for (const auto& [width, height] : {std::pair{1280, 720}, {1920, 1080}})
    for (PixelFormat format : {PixelFormat::i420, PixelFormat::gray8})
      measure(format, width, height);
}
