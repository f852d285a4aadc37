// SPDX-License-Identifier: LGPL-2.1-or-later
// Times sharpen3x3, the addition of noise and, for comparison, a copy of the frame: 1080p, with one
// thread and with two.
#include <denoiseae/noise.h>
#include <denoiseae/sharpen.h>

#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <vector>

#include "median_time.h"
#include "moving_frames.h"

using namespace denoiseae;

int main() {
  constexpr int kWidth = 1920, kHeight = 1080;
  const std::vector<Frame> frames = bench::moving_frames(PixelFormat::i420, kWidth, kHeight, true);
  const Frame& in = frames.front();
  Frame out(PixelFormat::i420, kWidth, kHeight);
  const double copy = bench::median_ms([&] {
    for (int plane = 0; plane < 3; ++plane) {
      const int rows = format_info(in.format()).plane_rows(plane, kHeight);
      std::memcpy(out.view().row(plane, 0), in.view().row(plane, 0),
                  static_cast<std::size_t>(rows * in.view().stride_bytes[plane]));
    }
  });
  const double sharpen = bench::median_ms([&] { sharpen3x3(in.view(), out.view(), 1.0, false); });
  const double noise =
      bench::median_ms([&] { add_noise(in.view(), out.view(), NoiseModel::gaussian, 25, 1, 0); });
  ThreadPool two(2);
  const double sharpen_of_two =
      bench::median_ms([&] { sharpen3x3(in.view(), out.view(), 1.0, false, &two); });
  const double noise_of_two = bench::median_ms(
      [&] { add_noise(in.view(), out.view(), NoiseModel::gaussian, 25, 1, 0, &two); });
  const nlohmann::json line{{"size", "1920x1080"},
                            {"copy_ms", copy},
                            {"sharpen_ms", sharpen},
                            {"sharpen_of_copy", copy / sharpen},
                            {"noise_ms", noise},
                            {"sharpen_two_threads_ms", sharpen_of_two},
                            {"noise_two_threads_ms", noise_of_two}};
  std::printf("%s\n", line.dump().c_str());
}
