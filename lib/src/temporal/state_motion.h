// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

#include <cstdint>
#include <vector>

#include "layout/tensor_view.h"
#include "motion/motion_search.h"

namespace denoiseae {

/// How a frame has moved since its past, both as packed planes. One search for streams and for
/// training. Not thread-safe.
class DAE_API StateMotion {
 public:
  /// height, width: of the packed planes. Allocates, as the first search for planes does. Throws
  /// bad_alloc.
  StateMotion(int height, int width);

  /// sigma_8bit: standard deviation of the frame's luma noise in code values. past: kStateChannels;
  /// its picture is searched, which holds less noise than its fused planes where these are young.
  /// before: the field of the frame before, null: unknown. The result is valid until the next call.
  /// pool: null for the calling thread alone.
  const MotionField& search(const TensorView& frame, const TensorView& state, double sigma_8bit,
                            const MotionField* before = nullptr, ThreadPool* pool = nullptr);
  /// The same in two steps: all rows of the past first, those of rows from row first_row on at a
  /// time, by any threads; then the frame, as packed planes or as code values of twice their size.
  void set_state(int first_row, const TensorView& rows);
  const MotionField& search(const TensorView& frame, double sigma_8bit, const MotionField* before,
                            ThreadPool* pool = nullptr);
  const MotionField& search(const LumaView& frame, double sigma_8bit, const MotionField* before,
                            ThreadPool* pool = nullptr);

  /// Bytes of the luma planes, without those of the search.
  std::int64_t memory_bytes() const;

 private:
  std::ptrdiff_t stride_;
  std::vector<std::uint8_t> frame_luma_;  ///< empty until planes are searched for
  std::vector<std::uint8_t> reference_luma_;
  MotionSearch search_;
};

}  // namespace denoiseae
