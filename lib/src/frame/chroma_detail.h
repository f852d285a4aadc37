// SPDX-License-Identifier: LGPL-2.1-or-later
// How much of the chroma detail that the network does not see is picture, and how much is noise.
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

#include <cstdint>
#include <vector>

#include "layout/tensor_view.h"

namespace denoiseae {

/// Detail = the frame's chroma minus the interpolated half-size chroma. Its local Wiener gain is
/// (E - s) / E with the mean energy E of the detail in 3x3 blocks of 2x2 pixels and the energy s of
/// noise alone (Lee, IEEE PAMI 2(2), 1980), one value per block.
class ChromaDetail {
 public:
  /// For frames of a format with more chroma than half-size. Allocates all memory. Throws
  /// bad_alloc.
  ChromaDetail(PixelFormat format, int width, int height);

  /// Measures one frame. packed: the frame as the network sees it. sigma_8bit: standard deviation
  /// of the noise in each component of the frame. pool: null for the calling thread alone.
  void measure(const ConstFrameView& frame, const TensorView& packed, double sigma_8bit,
               ThreadPool* pool);
  /// 0 = all noise, 1 = all picture.
  float kept_share(int block_x, int block_y) const {
    return share_[static_cast<std::size_t>(block_y) * width_ + block_x];
  }
  std::int64_t memory_bytes() const {
    return static_cast<std::int64_t>((energy_.size() + share_.size()) * sizeof(float));
  }

 private:
  void measure_share(int y, float noise);

  const FormatInfo& format_;
  int width_;   ///< blocks
  int height_;  ///< blocks
  std::vector<float> energy_;
  std::vector<float> share_;
};

}  // namespace denoiseae
