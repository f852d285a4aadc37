// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/conditioning/motion_gains.h"

#include <algorithm>
#include <cstddef>

#include "layout/packed_layout.h"

namespace denoiseae {

namespace {

constexpr int kPackedBlock = MotionField::kBlock / 2;

bool stands_still(const MotionField& field, int column, int row) {
  for (int y = std::max(row - 1, 0); y <= std::min(row + 1, field.rows - 1); ++y)
    for (int x = std::max(column - 1, 0); x <= std::min(column + 1, field.columns - 1); ++x)
      if (field.at(x, y) != MotionVector{}) return false;
  return true;
}

}  // namespace

void MotionGains::reserve(int width, int height) {
  gains_.reserve(MotionField(width, height).vectors.size());
}

void MotionGains::find(const MotionField* field, bool is_given) {
  gains_.clear();
  highest_ = 1;
  if (field == nullptr) return;
  const Gains& gains = is_given ? kGiven : kOfMap;
  columns_ = field->columns;
  rows_ = field->rows;
  for (int y = 0; y < rows_; ++y)
    for (int x = 0; x < columns_; ++x)
      gains_.push_back(stands_still(*field, x, y) ? gains.still : gains.moving);
  highest_ = std::max(gains.still, gains.moving);
}

void MotionGains::apply(int first_row, const TensorView& rows) const {
  if (gains_.empty()) return;
  for (int y = 0; y < rows.height; ++y) {
    const int block_row = std::min((first_row + y) / kPackedBlock, rows_ - 1);
    const float* const gains = gains_.data() + static_cast<std::ptrdiff_t>(block_row) * columns_;
    for (int column = 0; column < columns_; ++column) {
      const float gain = gains[column];
      if (gain == 1) continue;
      const int begin = std::min(column * kPackedBlock, rows.width);
      const int end =
          column + 1 < columns_ ? std::min(begin + kPackedBlock, rows.width) : rows.width;
      float* position = row_of(rows, y) + static_cast<std::ptrdiff_t>(begin) * rows.channels;
      for (int x = begin; x < end; ++x, position += rows.channels) {
        position[kLumaNoiseChannel] *= gain;
        position[kChromaNoiseChannel] *= gain;
      }
    }
  }
}

}  // namespace denoiseae
