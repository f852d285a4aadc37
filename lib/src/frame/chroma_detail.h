// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells the noise from the picture in the chroma detail that is too fine for the network to see.
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

#include <cstdint>
#include <vector>

#include "frame/chroma_planes.h"
#include "frame/row_parts.h"

namespace denoiseae {

/// The detail is the frame's chroma minus the interpolated half-size chroma. A local Wiener filter
/// keeps the share (E - s) / E of it (Lee, IEEE PAMI 2(2), 1980), where E is the mean energy of the
/// detail in 3x3 blocks of 2x2 pixels and s the energy that noise alone would have. There is one
/// share for each block.
class ChromaDetail {
 public:
  /// Takes frames of a format with more chroma than half-size. Allocates all memory. Throws
  /// bad_alloc.
  ChromaDetail(PixelFormat format, int width, int height);

  /// Measures one frame. packed: the chroma that the network sees. sigma_8bit: standard deviation
  /// of the noise in each component of the frame. pool: null for the calling thread alone.
  void measure(const ConstFrameView& frame, const ChromaPlanes& packed, double sigma_8bit,
               ThreadPool* pool);
  /// Fills in the share of the detail that is noise, 0 ... 1, at count samples of row y of the
  /// frame's chroma, from sample first on.
  void load_noise_share(int y, int first, int count, Part& to) const;
  std::int64_t memory_bytes() const {
    return static_cast<std::int64_t>((energy_.size() + kept_share_.size()) * sizeof(float));
  }

 private:
  void measure_share(int block_row, float noise);

  const FormatInfo& format_;
  int width_;   ///< in blocks
  int height_;  ///< in blocks
  std::vector<float> energy_;
  std::vector<float> kept_share_;
};

}  // namespace denoiseae
