// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/past.h"

#include <cstddef>

#include "temporal/align_past.h"

namespace denoiseae {

namespace {

constexpr UnknownMark kUnknown{kPastVariance, kForgotten};

void fill_unknown(const PlanesView& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows.data[i] = i % kPastChannels == kPastVariance ? kForgotten : 0.0f;
}

}  // namespace

Past::Past(int height, int width)
    : height_(height),
      width_(width),
      past_(static_cast<std::size_t>(kPastChannels) * height * width),
      next_(past_.size()),
      motion_(height, width) {}

PlanesView Past::view(std::vector<float>& values) const {
  return {values.data(), kPastChannels, height_, width_};
}

const MotionField* Past::search(const PlanesView& frame, double sigma_8bit, Workers* workers) {
  field_ = known_ ? &motion_.search(frame, view(past_), sigma_8bit, workers) : nullptr;
  return field_;
}

const MotionField* Past::search(const LumaView& frame, double sigma_8bit, Workers* workers) {
  field_ = known_ ? &motion_.search(frame, sigma_8bit, workers) : nullptr;
  return field_;
}

void Past::read(int first_row, const PlanesView& rows) {
  if (field_ != nullptr) {
    align_past_rows(view(past_), *field_, kUnknown, first_row, rows);
  } else {
    fill_unknown(rows);
  }
}

PastView Past::align(Workers* workers) {
  aligned_.resize(past_.size());
  const PlanesView aligned = view(aligned_);
  if (field_ != nullptr) {
    align_past(view(past_), *field_, kUnknown, aligned, workers);
  } else {
    fill_unknown(aligned);
  }
  return {aligned, next()};
}

void Past::reset() noexcept {
  known_ = false;
  field_ = nullptr;
}

void Past::keep() {
  past_.swap(next_);
  known_ = true;
}

double Past::mean_frames() const noexcept {
  if (!known_) return 1;
  double sum = 0;
  for (std::size_t i = kPastVariance; i < past_.size(); i += kPastChannels) sum += 1 / past_[i];
  return sum * kPastChannels / static_cast<double>(past_.size());
}

std::int64_t Past::memory_bytes() const {
  return static_cast<std::int64_t>((past_.size() + next_.size() + aligned_.size()) *
                                   sizeof(float)) +
         motion_.memory_bytes();
}

}  // namespace denoiseae
