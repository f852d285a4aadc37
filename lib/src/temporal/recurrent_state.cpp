// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/recurrent_state.h"

#include <algorithm>
#include <cstddef>

#include "kernels/stored_state/stored_state.h"
#include "layout/state_layout.h"
#include "temporal/state_motion.h"
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
      current_(static_cast<std::size_t>(kStateChannels) * height * width),
      next_(current_.size()),
      search_(2 * width, 2 * height) {}

const MotionField* RecurrentState::search(const FrameCodes& codes, double sigma_8bit,
                                          ThreadPool* pool) {
  field_ = known_ ? &search_state_motion(search_, codes, sigma_8bit, field_, pool) : nullptr;
  return field_;
}

void RecurrentState::read(int first_row, const TensorView& rows) const {
  if (field_ != nullptr) {
    const StateSamples<std::int16_t> state{current_.data(), height_, width_};
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
}

void RecurrentState::commit() {
  current_.swap(next_);
  known_ = true;
}

void RecurrentState::reset() noexcept {
  known_ = false;
  field_ = nullptr;
}

double RecurrentState::mean_frames() const noexcept {
  if (!known_) return 1;
  double sum = 0;
  for (std::size_t i = kStateVariance; i < current_.size(); i += kStateChannels)
    sum += 1 / (std::max<double>(current_[i], 1) * kStoredUnit);
  return sum * kStateChannels / static_cast<double>(current_.size());
}

std::int64_t RecurrentState::memory_bytes() const {
  return static_cast<std::int64_t>((current_.size() + next_.size()) * sizeof(std::int16_t));
}

}  // namespace denoiseae
