// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/past.h"

#include <cmath>
#include <cstddef>

#include "temporal/align_past.h"
#include "temporal/packed_luma.h"

namespace denoiseae {

namespace {

double mean_variance(const PlanesView& past) {
  double sum = 0;
  for (std::size_t i = kPastVariance; i < past.size(); i += kPastChannels) sum += past.data[i];
  return sum / (static_cast<double>(past.height) * past.width);
}

}  // namespace

Past::Past(int height, int width)
    : height_(height),
      width_(width),
      past_(static_cast<std::size_t>(kPastChannels) * height * width),
      aligned_(past_.size()),
      frame_luma_(std::size_t{4} * height * width),
      past_luma_(frame_luma_.size()),
      search_(2 * width, 2 * height) {}

PlanesView Past::view(std::vector<float>& values) const {
  return {values.data(), kPastChannels, height_, width_};
}

PastView Past::align(const PlanesView& frame, double sigma_8bit) {
  const PastView result{view(aligned_), view(past_)};
  if (!known_) {
    for (std::size_t i = 0; i < aligned_.size(); ++i)
      aligned_[i] = i % kPastChannels == kPastVariance ? kForgotten : 0.0f;
    return result;
  }
  const std::ptrdiff_t stride = std::ptrdiff_t{2} * width_;
  packed_luma(frame, frame_luma_.data(), stride);
  packed_luma(result.after, past_luma_.data(), stride);
  const double sigma = sigma_8bit * std::sqrt(1 + mean_variance(result.after));
  const MotionField& field =
      search_.search({frame_luma_.data(), stride}, {past_luma_.data(), stride}, sigma);
  align_past(result.after, field, {kPastVariance, kForgotten}, result.before);
  return result;
}

void Past::keep() { known_ = true; }

std::int64_t Past::memory_bytes() const {
  return static_cast<std::int64_t>((past_.size() + aligned_.size()) * sizeof(float) +
                                   frame_luma_.size() + past_luma_.size());
}

}  // namespace denoiseae
