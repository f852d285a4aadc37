// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/local_brightness.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "parallel/for_ranges.h"
#include "temporal/warp_state.h"

namespace denoiseae {

namespace {

constexpr int kSide = LocalBrightness::kSquare;

float square_mean(const LumaView& plane, int x, int y) {
  int sum = 0;
  for (int i = 0; i < kSide; ++i) {
    const std::uint8_t* const row = plane.data + (y + i) * plane.stride_bytes + x;
    for (int k = 0; k < kSide; ++k) sum += row[k];
  }
  return static_cast<float>(sum) / (kSide * kSide);
}

/// Returns the mean of the square that a vector leads to, or a negative number where it leads out
/// of the plane. The mean of an interpolated square is that of the means around it.
float displaced_mean(const BrightnessPair& pair, int x, int y, const MotionVector& vector) {
  const int left = x + vector.dx, top = y + vector.dy;
  const int columns = vector.fx == 0 ? 1 : 2, rows = vector.fy == 0 ? 1 : 2;
  if (left < 0 || top < 0 || left + kSide + columns - 1 > pair.width ||
      top + kSide + rows - 1 > pair.height)
    return -1;
  const float part_x = static_cast<float>(vector.fx) / MotionVector::kFractions;
  const float part_y = static_cast<float>(vector.fy) / MotionVector::kFractions;
  float mean = 0;
  for (int i = 0; i < rows; ++i)
    for (int k = 0; k < columns; ++k)
      mean += (i == 0 ? 1 - part_y : part_y) * (k == 0 ? 1 - part_x : part_x) *
              square_mean(pair.reference, left + k, top + i);
  return mean;
}

/// Returns the part of a difference that is taken to be real: none where noise may be the cause,
/// nearly all of it where it is many standard errors, and none of what a gate can see.
float trusted(float difference, double least, double visible) {
  const double size = std::abs(difference);
  if (size <= least) return 0;
  const double certain = 1 - least * least / (size * size);
  const double hidden = std::clamp(2 - size / visible, 0.0, 1.0);
  return static_cast<float>(difference * certain * hidden);
}

/// The two values, along one axis, between which a place lies.
struct Interpolation {
  int first;
  int second;
  float part;

  Interpolation(float place, int count) {
    const float inside = std::clamp(place, 0.0f, static_cast<float>(count - 1));
    first = static_cast<int>(inside);
    second = std::min(first + 1, count - 1);
    part = inside - static_cast<float>(first);
  }
};

float between(float a, float b, float part) { return a + part * (b - a); }

}  // namespace

LocalBrightness::LocalBrightness(int height, int width)
    : rows_(height / kSide),
      columns_(width / kSide),
      difference_(static_cast<std::size_t>(rows_) * static_cast<std::size_t>(columns_)),
      is_known_(difference_.size()),
      found_(difference_.size()),
      coarse_(difference_.size()) {}

void LocalBrightness::measure(const BrightnessPair& pair, const MotionField& motion,
                              const BrightnessChange& change, ThreadPool* pool) {
  for_ranges(pool, rows_, [&](int begin, int end) {
    for (int row = begin; row < end; ++row) {
      const BrightnessChange::Line line = change.line_at(row * kSide + kSide / 2);
      for (int column = 0; column < columns_; ++column) {
        const int x = column * kSide, y = row * kSide;
        const MotionVector& vector = motion.at(x / MotionField::kBlock, y / MotionField::kBlock);
        const float reference = displaced_mean(pair, x, y, vector);
        const auto square = static_cast<std::size_t>(row) * columns_ + column;
        is_known_[square] = reference >= 0;
        difference_[square] =
            reference < 0 ? 0 : square_mean(pair.frame, x, y) - line.at(reference);
      }
    }
  });
}

/// Finds differences over squares of so many of the smallest ones along each axis, and takes them
/// off.
void LocalBrightness::find_at(int squares, double significant, double sigma_8bit) {
  constexpr double kRoundingError = 0.05;  // the error of a mean, in codes
  constexpr double kPictureError = 0.3;    // the error of the last picture, as a part of the noise
  const double error =
      sigma_8bit * std::hypot(1.0, kPictureError) / (kSide * squares) + kRoundingError;
  const double visible = 0.5 * sigma_8bit + 1;
  const int rows = (rows_ + squares - 1) / squares, columns = (columns_ + squares - 1) / squares;
  bool any = false;
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      float sum = 0;
      int count = 0, all = 0;
      for (int y = row * squares; y < std::min((row + 1) * squares, rows_); ++y) {
        for (int x = column * squares; x < std::min((column + 1) * squares, columns_); ++x) {
          const auto square = static_cast<std::size_t>(y) * columns_ + x;
          sum += difference_[square];
          count += is_known_[square];
          ++all;
        }
      }
      float& value = coarse_[static_cast<std::size_t>(row) * columns + column];
      value = 2 * count > all
                  ? trusted(sum / static_cast<float>(count), significant * error, visible)
                  : 0;
      any = any || value != 0;
    }
  }
  if (!any) return;
  is_none_ = false;
  const auto step = static_cast<float>(squares);
  for (int y = 0; y < rows_; ++y) {
    const Interpolation down((static_cast<float>(y) + 0.5f) / step - 0.5f, rows);
    const float* const upper = coarse_.data() + static_cast<std::ptrdiff_t>(down.first) * columns;
    const float* const lower = coarse_.data() + static_cast<std::ptrdiff_t>(down.second) * columns;
    for (int x = 0; x < columns_; ++x) {
      const Interpolation across((static_cast<float>(x) + 0.5f) / step - 0.5f, columns);
      const float value =
          between(between(upper[across.first], upper[across.second], across.part),
                  between(lower[across.first], lower[across.second], across.part), down.part);
      const auto square = static_cast<std::size_t>(y) * columns_ + x;
      found_[square] += value;
      difference_[square] -= value;
    }
  }
}

void LocalBrightness::find(const BrightnessPair& pair, const MotionField& motion,
                           const BrightnessChange& change, double sigma_8bit, ThreadPool* pool) {
  is_none_ = true;
  if (rows_ == 0 || columns_ == 0) return;
  measure(pair, motion, change, pool);
  std::fill(found_.begin(), found_.end(), 0.0f);
  find_at(4, 2, sigma_8bit);
  find_at(2, 1.25, sigma_8bit);
  find_at(1, 1.15, sigma_8bit);
}

void LocalBrightness::add_to(int first_row, const TensorView& rows) const {
  if (is_none_) return;
  constexpr float kPositions = kSide / 2.0f;
  for (int y = 0; y < rows.height; ++y) {
    const Interpolation down((static_cast<float>(first_row + y) + 0.5f) / kPositions - 0.5f, rows_);
    const float* const upper = found_.data() + static_cast<std::ptrdiff_t>(down.first) * columns_;
    const float* const lower = found_.data() + static_cast<std::ptrdiff_t>(down.second) * columns_;
    float* position = row_of(rows, y);
    for (int x = 0; x < rows.width; ++x, position += rows.channels) {
      const Interpolation across((static_cast<float>(x) + 0.5f) / kPositions - 0.5f, columns_);
      const float codes =
          between(between(upper[across.first], upper[across.second], across.part),
                  between(lower[across.first], lower[across.second], across.part), down.part);
      for (int channel = 0; channel < kStateChannels; ++channel)
        if (is_state_luma(channel)) position[channel] += codes / 255;
    }
  }
}

std::int64_t LocalBrightness::memory_bytes() const {
  return static_cast<std::int64_t>(difference_.size() * (3 * sizeof(float) + 1));
}

}  // namespace denoiseae
