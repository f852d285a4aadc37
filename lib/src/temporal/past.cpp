// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/past.h"

#include <cstddef>

#include "temporal/align_past.h"

namespace denoiseae {

Past::Past(int height, int width)
    : height_(height),
      width_(width),
      past_(static_cast<std::size_t>(kPastChannels) * height * width),
      aligned_(past_.size()),
      motion_(height, width) {}

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
  const MotionField& field = motion_.search(frame, result.after, sigma_8bit);
  align_past(result.after, field, {kPastVariance, kForgotten}, result.before);
  return result;
}

void Past::keep() { known_ = true; }

std::int64_t Past::memory_bytes() const {
  return static_cast<std::int64_t>((past_.size() + aligned_.size()) * sizeof(float)) +
         motion_.memory_bytes();
}

}  // namespace denoiseae
