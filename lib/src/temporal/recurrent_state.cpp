// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/recurrent_state.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernels/stored_state/stored_state.h"
#include "layout/state_layout.h"
#include "system/part_times.h"
#include "temporal/state_motion.h"
#include "temporal/state_samples.h"
#include "temporal/warp_state.h"

namespace denoiseae {

namespace {

/// A frame follows a cut where a smaller part than this is matched in the last one. 1 in 100 pairs
/// of neighbouring frames of clips have less than 0.17, moving ones included; 99 in 100 pairs of
/// frames of different clips have less than 0.1.
constexpr double kMinMatched = 0.1;
/// More has to match after a change of brightness as sudden as a flash, because flat parts of
/// another scene look alike once they have the same brightness. In a flash nearly everything
/// matches, and a frame after a flash that was taken for a cut still finds the scene before it.
constexpr double kMinMatchedInFlash = 0.3;
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
      search_(2 * width, 2 * height),
      brightness_(2 * height, 2 * width),
      local_(2 * height, 2 * width),
      row_(static_cast<std::size_t>(width) * kStateChannels),
      kept_field_(2 * width, 2 * height) {
  change_.reserve(brightness_.bands());
  rest_.reserve(brightness_.bands());
}

const MotionField* RecurrentState::follow(FrameCodes& codes, double sigma_8bit, ThreadPool* pool,
                                          bool damaged) {
  // The codes of a frame that was held were not committed, so that the previous codes are those of
  // an older frame, to which field_ and change_ do not belong.
  repeated_ = !held_ && (known_ || was_known_) && codes.repeats_previous();
  if (repeated_) {
    current_.swap(next_);
    known_ = was_known_;
    return field_;
  }
  const bool was_held = std::exchange(held_, false);
  const bool may_return = std::exchange(after_cut_, false);
  was_known_ = known_;
  older_ = false;
  if (!known_) return field_ = nullptr;
  // The reference was given the brightness of the frame that was held.
  if (was_held) show_picture(codes);
  match(codes, sigma_8bit, motion_before(damaged), pool);
  if (damaged) {
    held_ = true;
    after_cut_ = may_return;
    return field_;
  }
  if (field_ != nullptr) {
    held_ = !was_held && change_.is_sudden();
    return field_;
  }
  if (may_return) {
    current_.swap(next_);
    show_picture(codes);
    older_ = match(codes, sigma_8bit, nullptr, pool) != nullptr;
    if (older_) return field_;
  }
  known_ = was_known_ = false;
  after_cut_ = true;
  return field_;
}

/// Returns the motion of the last frame that was not damaged, and keeps it while frames are.
const MotionField* RecurrentState::motion_before(bool damaged) {
  const bool was_damaged = std::exchange(was_damaged_, damaged);
  if (!was_damaged && !damaged) return field_;
  if (!was_damaged) {
    has_kept_field_ = field_ != nullptr;
    if (has_kept_field_) kept_field_ = *field_;
  }
  return has_kept_field_ ? &kept_field_ : nullptr;
}

/// Returns null where too little matches. before: the motion of the last frame, null: unknown.
const MotionField* RecurrentState::match(FrameCodes& codes, double sigma_8bit,
                                         const MotionField* before, ThreadPool* pool) {
  const auto pair = [&] {
    return BrightnessPair{codes.luma(), codes.reference(), 2 * height_, 2 * width_};
  };
  const PartTimer timer(FramePart::brightness);
  brightness_.find(pair(), nullptr, sigma_8bit, pool, change_);
  if (!change_.is_none()) codes.change_reference([this](int row) { return change_.codes_at(row); });
  const MotionField& field = search_state_motion(search_, codes, sigma_8bit, before, pool);
  if (field.matched < (change_.is_sudden() ? kMinMatchedInFlash : kMinMatched)) {
    change_.clear();
    return field_ = nullptr;
  }
  // Along the motion more blocks agree, and the change is known better.
  brightness_.find(pair(), &field, sigma_8bit, pool, rest_);
  local_.find(pair(), field, rest_, sigma_8bit, pool);
  change_.append(rest_);
  return field_ = &field;
}

/// Makes the picture of the state the reference.
void RecurrentState::show_picture(FrameCodes& codes) {
  const TensorView row{row_.data(), kStateChannels, 1, width_};
  for (int y = 0; y < height_; ++y) {
    const std::int16_t* from = current_.data() + static_cast<std::size_t>(y) * row_.size();
    for (std::size_t i = 0; i < row_.size(); ++i) row_[i] = value_of(from[i]);
    codes.write_reference(y, row, kStatePicture);
  }
}

void RecurrentState::read(int first_row, const TensorView& rows) const {
  const PartTimer timer(FramePart::brightness);
  if (field_ != nullptr) {
    const StateSamples<std::int16_t> state{current_.data(), height_, width_};
    warp_state_rows(state, *field_, kUnknown, first_row, rows);
    change_brightness(change_, first_row, rows);
    local_.add_to(first_row, rows);
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
  if (held_) return;
  current_.swap(next_);
  known_ = true;
}

void RecurrentState::reset() noexcept {
  known_ = was_known_ = repeated_ = held_ = older_ = after_cut_ = was_damaged_ = false;
  field_ = nullptr;
  change_.clear();
  local_.reset();
}

double RecurrentState::mean_frames() const noexcept {
  if (!known_) return 1;
  double sum = 0;
  for (std::size_t i = kStateVariance; i < current_.size(); i += kStateChannels)
    sum += 1 / (std::max<double>(current_[i], 1) * kStoredUnit);
  return sum * kStateChannels / static_cast<double>(current_.size());
}

std::int64_t RecurrentState::memory_bytes() const {
  return static_cast<std::int64_t>((current_.size() + next_.size()) * sizeof(std::int16_t) +
                                   row_.size() * sizeof(float) +
                                   kept_field_.vectors.size() * sizeof(MotionVector)) +
         search_.memory_bytes() + brightness_.memory_bytes() + local_.memory_bytes();
}

}  // namespace denoiseae
