// SPDX-License-Identifier: LGPL-2.1-or-later
// The past of a stream from frame to frame.
#pragma once

#include <denoiseae/export.h>

#include <cstdint>
#include <vector>

#include "layout/tensor_view.h"
#include "temporal/state_motion.h"

namespace denoiseae {

/// Holds what a network with a past returned, and hands it back where the next frame's blocks
/// stood. Not thread-safe.
class DAE_API RecurrentState {
 public:
  /// height, width: of the packed planes. Allocates everything. Throws bad_alloc.
  RecurrentState(int height, int width);

  /// How a frame has moved since the past; null after a reset. Of the frame: packed planes, or its
  /// luma in code values at twice their size. sigma_8bit: standard deviation of its luma noise in
  /// code values. Valid until the next call. pool, also below: null for the calling thread
  /// alone.
  const MotionField* search(const TensorView& frame, double sigma_8bit, ThreadPool* pool = nullptr);
  const MotionField* search(const LumaView& frame, double sigma_8bit, ThreadPool* pool = nullptr);

  /// For the run on the frame that was searched for last, row by row: the past warped to it, the
  /// one that nothing is known of after a reset; and all rows of the next one. By any threads.
  void read(int first_row, const TensorView& rows) const;
  void write(int first_row, const TensorView& rows);

  /// For engines that run on whole pictures: what to read and where to write. Allocates at the
  /// first call; throws bad_alloc.
  StateView align(ThreadPool* pool = nullptr);

  /// After the run: what it wrote is the past now.
  void keep();
  void reset() noexcept;

  /// Mean over the positions of the number of frames whose mean has the noise of the past; 1 when
  /// nothing is known.
  double mean_frames() const noexcept;
  /// Bytes of all buffers, without those of the search.
  std::int64_t memory_bytes() const;

 private:
  TensorView view(std::vector<float>& values) const;

  int height_;
  int width_;
  std::vector<std::int16_t> past_;  ///< as kernels/stored_state.h has it
  std::vector<std::int16_t> next_;
  // Empty until align:
  std::vector<float> aligned_;
  std::vector<float> after_;
  StateMotion motion_;
  const MotionField* field_ = nullptr;  ///< of the last search
  bool known_ = false;
  bool is_whole_ = false;  ///< the next one is in after_
};

}  // namespace denoiseae
