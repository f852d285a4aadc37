// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/align_past.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "temporal/half_position.h"
#include "temporal/luma_tile.h"

namespace denoiseae {
namespace {

// The channels of the luma samples of a 2x2 block, row by row, in two pictures.
constexpr std::array<int, 8> kLuma = {
    0, 1, 2, 3, kPastPicture, kPastPicture + 1, kPastPicture + 2, kPastPicture + 3};
constexpr int kHalfBlock = MotionField::kBlock / 2;

// Positions of the planes with one vector.
struct Run {
  int x_begin;
  int x_end;
  int y_begin;
  int y_end;
  MotionVector vector;
};

class Displacement {
 public:
  Displacement(const PlanesView& past, const UnknownMark& unknown, int first_row,
               const PlanesView& out)
      : past_(past), unknown_(unknown), first_row_(first_row), out_(out) {}

  void apply(const Run& run) const {
    if (!run.vector.is_whole()) {
      apply_between(run);
      return;
    }
    const int dx = run.vector.dx, dy = run.vector.dy;
    const bool odd = dx % 2 != 0 || dy % 2 != 0;
    for (int y = run.y_begin; y < run.y_end; ++y) {
      const int top = 2 * y + dy, last_row = 2 * past_.height - 1;
      const bool row_known = top >= 0 && top + 1 <= last_row;
      // Columns that read from inside the planes.
      const int begin = std::clamp(-(dx >> 1), run.x_begin, run.x_end);
      const int end = std::clamp(past_.width - ((dx + 1) >> 1), begin, run.x_end);
      if (!row_known) {
        for (int x = run.x_begin; x < run.x_end; ++x) write_edge(x, y, run.vector);
        continue;
      }
      for (int x = run.x_begin; x < begin; ++x) write_edge(x, y, run.vector);
      if (odd && begin < end) write_odd(begin, end, y, run.vector);
      if (!odd)
        std::copy_n(past_at(begin + dx / 2, y + dy / 2),
                    static_cast<std::size_t>(end - begin) * kPastChannels, out_at(begin, y));
      for (int x = end; x < run.x_end; ++x) write_edge(x, y, run.vector);
    }
  }

 private:
  std::size_t offset(int x, int y) const {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(past_.width) +
            static_cast<std::size_t>(x)) *
           kPastChannels;
  }
  const float* past_at(int x, int y) const { return past_.data + offset(x, y); }
  float* out_at(int x, int y) const { return out_.data + offset(x, y - first_row_); }

  // The first sample of one luma pixel, in the nearest edge when it lies outside.
  const float* luma_at(int x, int y) const {
    const int in_x = std::clamp(x, 0, 2 * past_.width - 1);
    const int in_y = std::clamp(y, 0, 2 * past_.height - 1);
    return past_at(in_x / 2, in_y / 2) + in_y % 2 * 2 + in_x % 2;
  }
  const float* clamped_at(int x, int y) const {
    return past_at(std::clamp(x, 0, past_.width - 1), std::clamp(y, 0, past_.height - 1));
  }

  static float mean(float a, float b, float c, float d) {
    // In pairs: the mean of equal values is exact.
    return 0.5f * (0.5f * (a + b) + 0.5f * (c + d));
  }

  void write_odd(int begin, int end, int y, const MotionVector& v) const {
    std::array<const float*, 4> luma;
    for (int i = 0; i < 4; ++i)
      luma[static_cast<std::size_t>(i)] = luma_at(2 * begin + i % 2 + v.dx, 2 * y + i / 2 + v.dy);
    const int left = begin + (v.dx >> 1), right = begin + ((v.dx + 1) >> 1);
    const int upper = y + (v.dy >> 1), lower = y + ((v.dy + 1) >> 1);
    const float *a = past_at(left, upper), *b = past_at(right, upper);
    const float *c = past_at(left, lower), *d = past_at(right, lower);
    float* out = out_at(begin, y);
    for (std::size_t i = 0; i < static_cast<std::size_t>(end - begin) * kPastChannels;
         i += kPastChannels) {
      for (std::size_t k = 0; k < kPastChannels; ++k) {
        if (!is_past_luma(static_cast<int>(k)))
          out[i + k] = mean(a[i + k], b[i + k], c[i + k], d[i + k]);
      }
      for (std::size_t k = 0; k < kLuma.size(); ++k)
        out[i + static_cast<std::size_t>(kLuma[k])] = luma[k % 4][i + (k < 4 ? 0 : kPastPicture)];
    }
  }

  // The luma samples that this writes too are written again: rows without gaps are faster.
  void write_between(int begin, int end, int y, HalfPosition at) const {
    const float *a = past_at(begin + at.x, y + at.y), *b = past_at(begin + at.x + 1, y + at.y);
    const float* c = past_at(begin + at.x, y + at.y + 1);
    const float* d = past_at(begin + at.x + 1, y + at.y + 1);
    float* __restrict out = out_at(begin, y);
    for (std::size_t i = 0; i < static_cast<std::size_t>(end - begin) * kPastChannels; ++i)
      out[i] = at.between(a[i], b[i], c[i], d[i]);
  }

  void apply_between(const Run& run) const {
    const HalfPosition at(run.vector);
    for (int y = run.y_begin; y < run.y_end; ++y) {
      // Columns whose four neighbours all lie inside the planes, and with them the pixels on both
      // sides of each luma sample.
      const bool inside = y + at.y >= 0 && y + at.y + 1 < past_.height;
      const int begin = inside ? std::clamp(-at.x, run.x_begin, run.x_end) : run.x_end;
      const int end = inside ? std::clamp(past_.width - 1 - at.x, begin, run.x_end) : run.x_end;
      for (int x = run.x_begin; x < begin; ++x) write_edge(x, y, run.vector);
      if (begin < end) write_between(begin, end, y, at);
      for (int x = end; x < run.x_end; ++x) write_edge(x, y, run.vector);
    }
    for (int y = run.y_begin; y < run.y_end; y += LumaTile::kSize)
      for (int x = run.x_begin; x < run.x_end; x += LumaTile::kSize) {
        const LumaTile tile{x, y, std::min(LumaTile::kSize, run.x_end - x),
                            std::min(LumaTile::kSize, run.y_end - y), run.vector};
        displace_luma(past_, 0, tile, out_at(x, y));
        displace_luma(past_, kPastPicture, tile, out_at(x, y) + kPastPicture);
      }
  }

  void write_edge(int x, int y, const MotionVector& v) const {
    const HalfPosition at(v);
    const float *a = clamped_at(x + at.x, y + at.y), *b = clamped_at(x + at.x + 1, y + at.y);
    const float* c = clamped_at(x + at.x, y + at.y + 1);
    const float* d = clamped_at(x + at.x + 1, y + at.y + 1);
    float* out = out_at(x, y);
    for (int k = 0; k < kPastChannels; ++k) out[k] = at.between(a[k], b[k], c[k], d[k]);
    for (int i = 0; i < 4; ++i) {
      const float* luma = luma_at(2 * x + i % 2 + v.dx, 2 * y + i / 2 + v.dy);
      out[i] = luma[0];
      out[kPastPicture + i] = luma[kPastPicture];
    }
    if (unknown_.channel >= 0 && !is_inside(past_, x, y, v)) out[unknown_.channel] = unknown_.value;
  }

  const PlanesView& past_;
  const UnknownMark& unknown_;
  int first_row_;  ///< of out, in the past's rows
  const PlanesView& out_;
};

}  // namespace

void align_past(const PlanesView& past, const MotionField& field, const UnknownMark& unknown,
                const PlanesView& out, Workers* workers) {
  for_ranges(workers, field.rows, [&](int begin, int end) {
    const int first = begin * kHalfBlock;
    const int last = end < field.rows ? end * kHalfBlock : past.height;
    align_past_rows(past, field, unknown, first, rows_of(out, first, last));
  });
}

void align_past_rows(const PlanesView& past, const MotionField& field, const UnknownMark& unknown,
                     int first_row, const PlanesView& rows) {
  const Displacement displacement(past, unknown, first_row, rows);
  const int last_row = first_row + rows.height;
  for (int y = first_row; y < last_row;) {
    const int row = std::min(y / kHalfBlock, field.rows - 1);
    const int end = row + 1 < field.rows ? std::min((row + 1) * kHalfBlock, last_row) : last_row;
    Run run{0, 0, y, end, {}};
    for (int column = 0; column < field.columns; ++column) {
      run.vector = field.at(column, row);
      while (column + 1 < field.columns && field.at(column + 1, row) == run.vector) ++column;
      run.x_end = column + 1 < field.columns ? (column + 1) * kHalfBlock : past.width;
      displacement.apply(run);
      run.x_begin = run.x_end;
    }
    y = end;
  }
}

}  // namespace denoiseae
