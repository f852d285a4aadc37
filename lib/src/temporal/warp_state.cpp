// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/warp_state.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kernels/stored_state/stored_state.h"
#include "kernels/warp_between/warp_between.h"
#include "layout/state_layout.h"
#include "motion/half_position.h"
#include "motion/luma_block.h"
#include "system/part_times.h"

namespace denoiseae {
namespace {

constexpr int kHalfBlock = MotionField::kBlock / 2;

// Positions of the planes that share a vector.
struct Run {
  int x_begin;
  int x_end;
  int y_begin;
  int y_end;
  MotionVector vector;
};

float mean(float a, float b, float c, float d) {
  // Adding in pairs makes the mean of equal values exact.
  return 0.5f * (0.5f * (a + b) + 0.5f * (c + d));
}

// Loops along rows of floats. Those for stored samples are kernels.
struct FloatLoops {
  static void restore(const float* from, int count, float* to) { std::copy_n(from, count, to); }
  static void mean(const float* a, const float* b, const float* c, const float* d, int count,
                   float* __restrict to) {
    for (int i = 0; i < count; ++i) to[i] = denoiseae::mean(a[i], b[i], c[i], d[i]);
  }
  static void between(const float* a, const float* b, const float* c, const float* d, float right,
                      float lower, int count, float* __restrict to) {
    for (int i = 0; i < count; ++i) to[i] = bilinear(a[i], b[i], c[i], d[i], right, lower);
  }
};
FloatLoops loops_for(float) { return {}; }
const StoredStateLoops& loops_for(std::int16_t) { return stored_state_loops(); }

template <typename Sample>
class Warp {
 public:
  Warp(const StateSamples<Sample>& state, const UnknownMark& unknown, int first_row,
       const TensorView& out)
      : state_(state), unknown_(unknown), first_row_(first_row), out_(out) {}

  void apply(const Run& run) const {
    if (!run.vector.is_whole()) {
      apply_between(run);
      return;
    }
    const int dx = run.vector.dx, dy = run.vector.dy;
    const bool odd = dx % 2 != 0 || dy % 2 != 0;
    for (int y = run.y_begin; y < run.y_end; ++y) {
      const int top = 2 * y + dy, last_row = 2 * state_.height - 1;
      const bool row_known = top >= 0 && top + 1 <= last_row;
      // The columns from begin to end read from inside the planes.
      const int begin = std::clamp(-(dx >> 1), run.x_begin, run.x_end);
      const int end = std::clamp(state_.width - ((dx + 1) >> 1), begin, run.x_end);
      if (!row_known) {
        for (int x = run.x_begin; x < run.x_end; ++x) write_edge(x, y, run.vector);
        continue;
      }
      for (int x = run.x_begin; x < begin; ++x) write_edge(x, y, run.vector);
      if (odd && begin < end) write_odd(begin, end, y, run.vector);
      if (!odd && begin < end)
        loops_.restore(state_.at(begin + dx / 2, y + dy / 2), (end - begin) * kStateChannels,
                       out_at(begin, y));
      for (int x = end; x < run.x_end; ++x) write_edge(x, y, run.vector);
    }
  }

 private:
  float* out_at(int x, int y) const {
    return out_.data + static_cast<std::size_t>(y - first_row_) * state_.row_values() +
           static_cast<std::size_t>(x) * kStateChannels;
  }

  // Returns the address of a luma pixel in the channels of the fused frames. Pixels outside the
  // planes are those of the nearest edge.
  const Sample* luma_at(int x, int y) const {
    const int in_x = std::clamp(x, 0, 2 * state_.width - 1);
    const int in_y = std::clamp(y, 0, 2 * state_.height - 1);
    return state_.at(in_x / 2, in_y / 2) + in_y % 2 * 2 + in_x % 2;
  }
  const Sample* clamped_at(int x, int y) const {
    return state_.at(std::clamp(x, 0, state_.width - 1), std::clamp(y, 0, state_.height - 1));
  }

  // Writes all channels of a row and then luma once more, because rows without gaps are faster. So
  // does write_between, whose luma apply_between writes again.
  void write_odd(int begin, int end, int y, const MotionVector& v) const {
    const int left = begin + (v.dx >> 1), right = begin + ((v.dx + 1) >> 1);
    const int upper = y + (v.dy >> 1), lower = y + ((v.dy + 1) >> 1);
    float* out = out_at(begin, y);
    const int count = (end - begin) * kStateChannels;
    loops_.mean(state_.at(left, upper), state_.at(right, upper), state_.at(left, lower),
                state_.at(right, lower), count, out);
    for (int k = 0; k < 4; ++k) {
      const Sample* luma = luma_at(2 * begin + k % 2 + v.dx, 2 * y + k / 2 + v.dy);
      for (int i = 0; i < count; i += kStateChannels) {
        out[i + k] = value_of(luma[i]);
        out[i + kStatePicture + k] = value_of(luma[i + kStatePicture]);
      }
    }
  }

  void write_between(int begin, int end, int y, HalfPosition at) const {
    const int x = begin + at.x, upper = y + at.y;
    loops_.between(state_.at(x, upper), state_.at(x + 1, upper), state_.at(x, upper + 1),
                   state_.at(x + 1, upper + 1), at.right, at.lower, (end - begin) * kStateChannels,
                   out_at(begin, y));
  }

  void apply_between(const Run& run) const {
    for (int y = run.y_begin; y < run.y_end; y += kMaxWarpRows) {
      Run rows = run;
      rows.y_begin = y;
      rows.y_end = std::min(y + kMaxWarpRows, run.y_end);
      apply_rows_between(rows);
    }
  }

  /// Warps at most kMaxWarpRows rows.
  void apply_rows_between(const Run& run) const {
    if constexpr (std::is_same_v<Sample, std::int16_t>) {
      // The kernel reads one position before the counterpart along both axes, and two after it.
      const int x = run.vector.dx >> 1, y = run.vector.dy >> 1;
      const bool inside = run.y_begin + y >= 1 && run.y_end + y + 2 <= state_.height;
      const int begin = inside ? std::clamp(1 - x, run.x_begin, run.x_end) : run.x_end;
      const int end = inside ? std::clamp(state_.width - 2 - x, begin, run.x_end) : run.x_end;
      if (begin < end) {
        const WarpSource source{state_.at(begin + x - 1, run.y_begin + y - 1),
                                static_cast<std::ptrdiff_t>(state_.row_values()),
                                axis_of(run.vector.dx, run.vector.fx),
                                axis_of(run.vector.dy, run.vector.fy)};
        best_warp_between()(source, end - begin, run.y_end - run.y_begin,
                            out_at(begin, run.y_begin), source.row_values);
      }
      Run edge = run;
      edge.x_end = begin;
      if (edge.x_begin < edge.x_end) apply_edge_between(edge);
      edge.x_begin = end;
      edge.x_end = run.x_end;
      if (edge.x_begin < edge.x_end) apply_edge_between(edge);
    } else {
      apply_edge_between(run);
    }
  }

  static WarpAxis axis_of(int whole, int fraction) {
    const int eighths = (MotionVector::kFractions * whole + fraction) & 7;
    return {fraction != 0 ? kInterpolation[static_cast<std::size_t>(fraction)].data() : nullptr,
            (whole & 1) != 0, static_cast<float>(eighths) / 8};
  }

  /// Warps positions of which some samples may come from beyond the planes.
  void apply_edge_between(const Run& run) const {
    const HalfPosition at(run.vector);
    for (int y = run.y_begin; y < run.y_end; ++y) {
      // The four neighbours of the columns from begin to end all lie inside the planes, and so do
      // the pixels on both sides of each luma sample.
      const bool inside = y + at.y >= 0 && y + at.y + 1 < state_.height;
      const int begin = inside ? std::clamp(-at.x, run.x_begin, run.x_end) : run.x_end;
      const int end = inside ? std::clamp(state_.width - 1 - at.x, begin, run.x_end) : run.x_end;
      for (int x = run.x_begin; x < begin; ++x) write_edge(x, y, run.vector);
      if (begin < end) write_between(begin, end, y, at);
      for (int x = end; x < run.x_end; ++x) write_edge(x, y, run.vector);
    }
    for (int y = run.y_begin; y < run.y_end; y += LumaBlock::kSize)
      for (int x = run.x_begin; x < run.x_end; x += LumaBlock::kSize) {
        const LumaBlock tile{x, y, std::min(LumaBlock::kSize, run.x_end - x),
                             std::min(LumaBlock::kSize, run.y_end - y), run.vector};
        warp_luma(state_, tile, out_at(x, y));
      }
  }

  void write_edge(int x, int y, const MotionVector& v) const {
    const HalfPosition at(v);
    const Sample *a = clamped_at(x + at.x, y + at.y), *b = clamped_at(x + at.x + 1, y + at.y);
    const Sample* c = clamped_at(x + at.x, y + at.y + 1);
    const Sample* d = clamped_at(x + at.x + 1, y + at.y + 1);
    float* out = out_at(x, y);
    for (int k = 0; k < kStateChannels; ++k)
      out[k] = at.between(value_of(a[k]), value_of(b[k]), value_of(c[k]), value_of(d[k]));
    for (int i = 0; i < 4; ++i) {
      const Sample* luma = luma_at(2 * x + i % 2 + v.dx, 2 * y + i / 2 + v.dy);
      out[i] = value_of(luma[0]);
      out[kStatePicture + i] = value_of(luma[kStatePicture]);
    }
    if (unknown_.channel >= 0 && !is_inside(state_, x, y, v))
      out[unknown_.channel] = unknown_.value;
  }

  decltype(loops_for(Sample{})) loops_ = loops_for(Sample{});
  const StateSamples<Sample>& state_;
  const UnknownMark& unknown_;
  int first_row_;  ///< the row of the state where out begins
  const TensorView& out_;
};

}  // namespace

void warp_state(const TensorView& state, const MotionField& field, const UnknownMark& unknown,
                const TensorView& out, ThreadPool* pool) {
  for_ranges(pool, field.rows, [&](int begin, int end) {
    const int first = begin * kHalfBlock;
    const int last = end < field.rows ? end * kHalfBlock : state.height;
    warp_state_rows(state_samples(state), field, unknown, first, rows_of(out, first, last));
  });
}

template <typename Sample>
void warp_state_rows(const StateSamples<Sample>& state, const MotionField& field,
                     const UnknownMark& unknown, int first_row, const TensorView& rows) {
  const PartTimer timer(FramePart::alignment);
  const Warp<Sample> warp(state, unknown, first_row, rows);
  const int last_row = first_row + rows.height;
  for (int y = first_row; y < last_row;) {
    const int row = std::min(y / kHalfBlock, field.rows - 1);
    const int end = row + 1 < field.rows ? std::min((row + 1) * kHalfBlock, last_row) : last_row;
    Run run{0, 0, y, end, {}};
    for (int column = 0; column < field.columns; ++column) {
      run.vector = field.at(column, row);
      while (column + 1 < field.columns && field.at(column + 1, row) == run.vector) ++column;
      run.x_end = column + 1 < field.columns ? (column + 1) * kHalfBlock : state.width;
      warp.apply(run);
      run.x_begin = run.x_end;
    }
    y = end;
  }
}

template void warp_state_rows(const StateSamples<float>&, const MotionField&, const UnknownMark&,
                              int, const TensorView&);
template void warp_state_rows(const StateSamples<std::int16_t>&, const MotionField&,
                              const UnknownMark&, int, const TensorView&);

}  // namespace denoiseae
