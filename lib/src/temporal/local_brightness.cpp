// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/local_brightness.h"

#include <denoiseae/frame.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>

#include "layout/cell_interpolation.h"
#include "layout/state_layout.h"
#include "parallel/for_ranges.h"
#include "layout/area_mean.h"
#include "temporal/state_motion.h"

namespace denoiseae {

namespace {

constexpr int kSide = LocalBrightness::kSquare;

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
  if (rows == 2 && columns == 2) {
    const auto means = area_means_around<kSide>(pair.reference, left, top);
    return (1 - part_y) * (1 - part_x) * means[0] + (1 - part_y) * part_x * means[1] +
           part_y * (1 - part_x) * means[2] + part_y * part_x * means[3];
  }
  float mean = 0;
  for (int i = 0; i < rows; ++i)
    for (int k = 0; k < columns; ++k)
      mean += (i == 0 ? 1 - part_y : part_y) * (k == 0 ? 1 - part_x : part_x) *
              area_mean<kSide, kSide>(pair.reference, left + k, top + i);
  return mean;
}

/// Reach of the neighbourhood of a square, in squares of its size.
constexpr int kReach = 2;
constexpr int kMaxAround = (2 * kReach + 1) * (2 * kReach + 1);

/// Tells how much of the differences of some squares is real, from their mean square: a difference
/// that noise explains is not followed, and where the differences around it are many standard
/// errors, it is followed whole (local Wiener shrinkage: Lee, "Digital image enhancement and noise
/// filtering by use of local statistics", 1980).
class RealPart {
 public:
  explicit RealPart(double error) {
    constexpr double kSignificant = 1.5;  // standard errors of the mean square
    for (int count = 0; count <= kMaxAround; ++count) {
      unit_[count] = count * error * error;
      least_[count] = kSignificant * std::sqrt(2 / static_cast<double>(count));
    }
  }

  /// sum: of the squares of so many differences.
  float of(double sum, int count) const {
    if (count == 0) return 0;
    const double excess = sum / unit_[count] - 1;
    const double least = least_[count];
    if (excess <= least) return 0;
    const double signal = excess - least * least / excess;
    return static_cast<float>(signal / (signal + 1));
  }

 private:
  std::array<double, kMaxAround + 1> unit_;   ///< the sum that noise has on average
  std::array<double, kMaxAround + 1> least_;  ///< noise may reach this part of that
};

/// The squares of the differences around some squares of one row, summed up.
struct SumsAround {
  static constexpr int kColumns = 64;
  std::array<double, kColumns> sum{};
  std::array<double, kColumns> count{};

  /// first: the leftmost square around the first one, of which the squares around it follow.
  void add_row(const double* first) {
    for (int k = 0; k <= 2 * kReach; ++k)
      for (int x = 0; x < kColumns; ++x) {
        sum[x] += first[x + k];
        // Squares that do not count have 0.
        count[x] += first[x + k] != 0 ? 1.0 : 0.0;
      }
  }
};

/// A row of squares. Networks round the size of a frame up by less than eight of them.
using RowOfSquares = std::array<float, kMaxFrameSize / kSide + 8>;

float at(const RowOfSquares& row, const CellInterpolation& across) {
  return across.between(row[static_cast<std::size_t>(across.first)],
                        row[static_cast<std::size_t>(across.second)]);
}

}  // namespace

LocalBrightness::LocalBrightness(int height, int width)
    : rows_(height / kSide),
      columns_(width / kSide),
      difference_(static_cast<std::size_t>(rows_) * static_cast<std::size_t>(columns_)),
      is_known_(difference_.size()),
      found_(difference_.size()),
      means_(difference_.size()),
      coarse_(difference_.size()),
      squares_(static_cast<std::size_t>(rows_) * static_cast<std::size_t>(columns_ + 2 * kReach) +
               SumsAround::kColumns) {
  for (int x = 0; x < columns_; ++x) across_.emplace_back(x, 1.0f, columns_);
}

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
            reference < 0 ? 0 : area_mean<kSide, kSide>(pair.frame, x, y) - line.at(reference);
      }
    }
  });
}

/// Finds differences over squares of so many of the smallest ones along each axis, and takes them
/// off.
void LocalBrightness::find_at(int squares, double sigma_8bit, ThreadPool* pool) {
  constexpr double kRoundingError = 0.05;  // the error of a mean, in codes
  const double error =
      sigma_8bit * std::hypot(1.0, kPictureError) / (kSide * squares) + kRoundingError;
  const double visible = 0.5 * sigma_8bit + 1;
  const int rows = (rows_ + squares - 1) / squares, columns = (columns_ + squares - 1) / squares;
  const std::size_t row_length = static_cast<std::size_t>(columns) + 2 * kReach;
  for_ranges(pool, rows, [&](int begin, int end) {
    for (int row = begin; row < end; ++row) {
      double* const of_row = squares_.data() + static_cast<std::size_t>(row) * row_length;
      std::fill_n(of_row, kReach, 0.0);
      std::fill_n(of_row + kReach + columns, kReach, 0.0);
      for (int column = 0; column < columns; ++column) {
        const float mean = mean_of(row * squares, column * squares, squares);
        means_[static_cast<std::size_t>(row) * columns + column] = mean;
        // Squares of which nothing is known have 0, and a gate sees the larger ones.
        of_row[kReach + column] =
            std::abs(mean) >= 2 * visible ? 0 : static_cast<double>(mean) * mean;
      }
    }
  });
  const RealPart real_part(error);
  std::atomic<bool> any = false;
  for_ranges(pool, rows, [&](int begin, int end) {
    for (int row = begin; row < end; ++row)
      for (int first = 0; first < columns; first += SumsAround::kColumns) {
        SumsAround around;
        for (int y = std::max(row - kReach, 0); y <= std::min(row + kReach, rows - 1); ++y)
          around.add_row(squares_.data() + static_cast<std::size_t>(y) * row_length + first);
        for (int x = 0; x < std::min(SumsAround::kColumns, columns - first); ++x) {
          const auto square = static_cast<std::size_t>(row) * columns + first + x;
          const double hidden = std::clamp(2 - std::abs(means_[square]) / visible, 0.0, 1.0);
          const float part = real_part.of(around.sum[x], static_cast<int>(around.count[x]));
          coarse_[square] = means_[square] * static_cast<float>(hidden) * part;
          if (coarse_[square] != 0) any = true;
        }
      }
  });
  if (!any) return;
  is_none_ = false;
  const auto step = static_cast<float>(squares);
  for (int x = 0; x < columns_; ++x) across_[x] = CellInterpolation(x, step, columns);
  for_ranges(pool, rows_, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      RowOfSquares of_row;
      between_rows(coarse_, columns, CellInterpolation(y, step, rows), of_row.data());
      for (int x = 0; x < columns_; ++x) {
        const float value = at(of_row, across_[x]);
        const auto square = static_cast<std::size_t>(y) * columns_ + x;
        found_[square] += value;
        difference_[square] -= value;
      }
    }
  });
}

/// Returns the mean difference of some squares, or 0 where too few of them are known.
float LocalBrightness::mean_of(int first_row, int first_column, int squares) const {
  float sum = 0;
  int count = 0, all = 0;
  for (int y = first_row; y < std::min(first_row + squares, rows_); ++y) {
    for (int x = first_column; x < std::min(first_column + squares, columns_); ++x) {
      const auto square = static_cast<std::size_t>(y) * columns_ + x;
      sum += difference_[square];
      count += is_known_[square];
      ++all;
    }
  }
  return 2 * count > all ? sum / static_cast<float>(count) : 0;
}

void LocalBrightness::find(const BrightnessPair& pair, const MotionField& motion,
                           const BrightnessChange& change, double sigma_8bit, ThreadPool* pool) {
  is_none_ = true;
  if (rows_ == 0 || columns_ == 0) return;
  measure(pair, motion, change, pool);
  std::fill(found_.begin(), found_.end(), 0.0f);
  for (const int squares : {4, 2, 1}) find_at(squares, sigma_8bit, pool);
}

void LocalBrightness::add_to(int first_row, const TensorView& rows) const {
  if (is_none_) return;
  static_assert(kSide == 8, "a square is four positions wide");
  RowOfSquares of_row;
  std::array<float, of_row.size() * kSide / 2> values;
  for (int y = 0; y < rows.height; ++y) {
    between_rows(found_, columns_, CellInterpolation(first_row + y, kSide / 2.0f, rows_),
                 of_row.data());
    between_cells_of_four(of_row.data(), columns_, rows.width, values.data());
    float* position = row_of(rows, y);
    for (int x = 0; x < rows.width; ++x, position += rows.channels) {
      const float code = values[static_cast<std::size_t>(x)];
      // Most of a picture does not differ.
      if (code == 0) continue;
      const float value = code / 255;
      for (int channel = 0; channel < 4; ++channel) position[channel] += value;
      for (int channel = 0; channel < 4; ++channel) position[kStatePicture + channel] += value;
    }
  }
}

std::int64_t LocalBrightness::memory_bytes() const {
  return static_cast<std::int64_t>(difference_.size() * (4 * sizeof(float) + 1) +
                                   squares_.size() * sizeof(double) +
                                   across_.size() * sizeof(CellInterpolation));
}

}  // namespace denoiseae
