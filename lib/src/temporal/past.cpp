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

const MotionField* Past::search(const PlanesView& frame, double sigma_8bit, Workers* workers) {
  field_ = known_ ? &motion_.search(frame, view(past_), sigma_8bit, workers) : nullptr;
  return field_;
}

PastView Past::align(Workers* workers) {
  const PastView result{view(aligned_), view(past_)};
  if (field_ != nullptr) {
    align_past(result.after, *field_, {kPastVariance, kForgotten}, result.before, workers);
    return result;
  }
  for (std::size_t i = 0; i < aligned_.size(); ++i)
    aligned_[i] = i % kPastChannels == kPastVariance ? kForgotten : 0.0f;
  return result;
}

void Past::reset() noexcept {
  known_ = false;
  field_ = nullptr;
}

void Past::keep() { known_ = true; }

double Past::mean_frames() const noexcept {
  if (!known_) return 1;
  double sum = 0;
  for (std::size_t i = kPastVariance; i < past_.size(); i += kPastChannels) sum += 1 / past_[i];
  return sum * kPastChannels / static_cast<double>(past_.size());
}

std::int64_t Past::memory_bytes() const {
  return static_cast<std::int64_t>((past_.size() + aligned_.size()) * sizeof(float)) +
         motion_.memory_bytes();
}

}  // namespace denoiseae
