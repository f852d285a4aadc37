// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/past.h"

#include <algorithm>
#include <cstddef>

#include "kernels/stored_past.h"
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
  field_ = known_ ? &motion_.search(frame, sigma_8bit, field_, workers) : nullptr;
  return field_;
}

const MotionField* Past::search(const LumaView& frame, double sigma_8bit, Workers* workers) {
  field_ = known_ ? &motion_.search(frame, sigma_8bit, field_, workers) : nullptr;
  return field_;
}

void Past::read(int first_row, const PlanesView& rows) const {
  if (field_ != nullptr) {
    const PastPlanes<std::int16_t> past{past_.data(), height_, width_};
    align_past_rows(past, *field_, kUnknown, first_row, rows);
  } else {
    fill_unknown(rows);
  }
}

void Past::write(int first_row, const PlanesView& rows) {
  std::int16_t* to = next_.data() + static_cast<std::size_t>(first_row) *
                                        static_cast<std::size_t>(width_ * kPastChannels);
  for (int y = 0; y < rows.height; ++y) {
    const PlanesView row = rows_of(rows, y, y + 1);
    stored_past_loops().store(row.data, width_ * kPastChannels, to);
    to += row.size();
  }
  motion_.set_past(first_row, rows);
}

PastView Past::align(Workers* workers) {
  aligned_.resize(past_.size());
  after_.resize(past_.size());
  is_whole_ = true;
  const PlanesView aligned = view(aligned_);
  for_ranges(workers, height_,
             [&](int begin, int end) { read(begin, rows_of(aligned, begin, end)); });
  return {aligned, view(after_)};
}

void Past::reset() noexcept {
  known_ = false;
  field_ = nullptr;
}

void Past::keep() {
  if (is_whole_) write(0, view(after_));
  past_.swap(next_);
  known_ = true;
}

double Past::mean_frames() const noexcept {
  if (!known_) return 1;
  double sum = 0;
  for (std::size_t i = kPastVariance; i < past_.size(); i += kPastChannels)
    sum += 1 / (std::max<double>(past_[i], 1) * kStoredUnit);
  return sum * kPastChannels / static_cast<double>(past_.size());
}

std::int64_t Past::memory_bytes() const {
  return static_cast<std::int64_t>((past_.size() + next_.size()) * sizeof(std::int16_t) +
                                   (aligned_.size() + after_.size()) * sizeof(float)) +
         motion_.memory_bytes();
}

}  // namespace denoiseae
