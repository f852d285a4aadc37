// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/past_motion.h"

#include <cmath>
#include <cstddef>

#include "temporal/packed_luma.h"

namespace denoiseae {

namespace {

double mean_variance(const PlanesView& past) {
  double sum = 0;
  for (std::size_t i = kPastVariance; i < past.size(); i += kPastChannels) sum += past.data[i];
  return sum / (static_cast<double>(past.height) * past.width);
}

}  // namespace

PastMotion::PastMotion(int height, int width)
    : stride_(std::ptrdiff_t{2} * width),
      frame_luma_(std::size_t{4} * height * width),
      past_luma_(frame_luma_.size()),
      search_(2 * width, 2 * height) {}

const MotionField& PastMotion::search(const PlanesView& frame, const PlanesView& past,
                                      double sigma_8bit) {
  packed_luma(frame, frame_luma_.data(), stride_);
  packed_luma(past, past_luma_.data(), stride_);
  return search_.search({frame_luma_.data(), stride_}, {past_luma_.data(), stride_},
                        sigma_8bit * std::sqrt(1 + mean_variance(past)));
}

std::int64_t PastMotion::memory_bytes() const {
  return static_cast<std::int64_t>(frame_luma_.size() + past_luma_.size());
}

}  // namespace denoiseae
