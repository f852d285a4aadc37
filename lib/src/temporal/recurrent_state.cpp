// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/recurrent_state.h"

#include <algorithm>
#include <cstddef>

#include "kernels/stored_state/stored_state.h"
#include "temporal/warp_state.h"

namespace denoiseae {

namespace {

constexpr UnknownMark kUnknown{kStateVariance, kUnknownVariance};

void fill_unknown(const TensorView& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows.data[i] = i % kStateChannels == kStateVariance ? kUnknownVariance : 0.0f;
}

}  // namespace

RecurrentState::RecurrentState(int height, int width)
    : height_(height),
      width_(width),
      past_(static_cast<std::size_t>(kStateChannels) * height * width),
      next_(past_.size()),
      motion_(height, width) {}

TensorView RecurrentState::view(std::vector<float>& values) const {
  return {values.data(), kStateChannels, height_, width_};
}

const MotionField* RecurrentState::search(const TensorView& frame, double sigma_8bit,
                                          ThreadPool* pool) {
  field_ = known_ ? &motion_.search(frame, sigma_8bit, field_, pool) : nullptr;
  return field_;
}

const MotionField* RecurrentState::search(const LumaView& frame, double sigma_8bit,
                                          ThreadPool* pool) {
  field_ = known_ ? &motion_.search(frame, sigma_8bit, field_, pool) : nullptr;
  return field_;
}

void RecurrentState::read(int first_row, const TensorView& rows) const {
  if (field_ != nullptr) {
    const StateSamples<std::int16_t> state{past_.data(), height_, width_};
    warp_state_rows(state, *field_, kUnknown, first_row, rows);
  } else {
    fill_unknown(rows);
  }
}

void RecurrentState::write(int first_row, const TensorView& rows) {
  std::int16_t* to = next_.data() + static_cast<std::size_t>(first_row) *
                                        static_cast<std::size_t>(width_ * kStateChannels);
  for (int y = 0; y < rows.height; ++y) {
    const TensorView row = rows_of(rows, y, y + 1);
    stored_state_loops().store(row.data, width_ * kStateChannels, to);
    to += row.size();
  }
  motion_.set_state(first_row, rows);
}

StateView RecurrentState::align(ThreadPool* pool) {
  aligned_.resize(past_.size());
  after_.resize(past_.size());
  is_whole_ = true;
  const TensorView aligned = view(aligned_);
  for_ranges(pool, height_, [&](int begin, int end) { read(begin, rows_of(aligned, begin, end)); });
  return {aligned, view(after_)};
}

void RecurrentState::reset() noexcept {
  known_ = false;
  field_ = nullptr;
}

void RecurrentState::keep() {
  if (is_whole_) write(0, view(after_));
  past_.swap(next_);
  known_ = true;
}

double RecurrentState::mean_frames() const noexcept {
  if (!known_) return 1;
  double sum = 0;
  for (std::size_t i = kStateVariance; i < past_.size(); i += kStateChannels)
    sum += 1 / (std::max<double>(past_[i], 1) * kStoredUnit);
  return sum * kStateChannels / static_cast<double>(past_.size());
}

std::int64_t RecurrentState::memory_bytes() const {
  return static_cast<std::int64_t>((past_.size() + next_.size()) * sizeof(std::int16_t) +
                                   (aligned_.size() + after_.size()) * sizeof(float)) +
         motion_.memory_bytes();
}

}  // namespace denoiseae
