// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "layout/code_planes.h"

namespace denoiseae::test {

/// The planes of a 4:2:0 frame with padded strides, which differ. Its codes are random.
struct CodePicture {
  int width;
  int height;
  std::ptrdiff_t luma_stride;
  std::ptrdiff_t chroma_stride;
  std::vector<std::uint8_t> luma;
  std::vector<std::uint8_t> u;
  std::vector<std::uint8_t> v;

  /// w, h: of luma, even.
  CodePicture(int w, int h, std::uint32_t seed)
      : width(w),
        height(h),
        luma_stride(w + 11),
        chroma_stride(w / 2 + 7),
        luma(static_cast<std::size_t>(luma_stride * h)),
        u(static_cast<std::size_t>(chroma_stride * h / 2)),
        v(u.size()) {
    std::mt19937 random(seed);
    for (auto* const plane : {&luma, &u, &v})
      for (std::uint8_t& code : *plane) code = static_cast<std::uint8_t>(random());
  }
  std::uint8_t& luma_at(int x, int y) {
    return luma[static_cast<std::size_t>(y * luma_stride + x)];
  }
  CodePlanes planes() const {
    return {{luma.data(), luma_stride}, {u.data(), chroma_stride}, {v.data(), chroma_stride}};
  }
};

}  // namespace denoiseae::test
