// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>
#include <denoiseae/thread_pool.h>

#include <cstdint>
#include <vector>

#include "frame/frame_codes.h"
#include "layout/tensor_view.h"
#include "motion/motion_search.h"

namespace denoiseae {

/// The recurrent state of a stream: holds what the network returned for one frame, and hands it to
/// the next one, warped to where that frame's blocks stood. Not thread-safe but where it says so.
class DAE_API RecurrentState {
 public:
  /// height, width: of the packed planes. Allocates all memory. Throws bad_alloc.
  RecurrentState(int height, int width);

  /// Searches how the frame in codes has moved since the state was written; null after a reset.
  /// sigma_8bit: standard deviation of its luma noise in code values. Valid until the next call.
  /// pool: null for the calling thread alone.
  const MotionField* search(const FrameCodes& codes, double sigma_8bit, ThreadPool* pool = nullptr);

  /// Fills rows of the state, warped to the frame that was searched for last; after a reset, rows
  /// of the state that knows nothing. By any threads.
  void read(int first_row, const TensorView& rows) const;
  /// Takes rows of the next state; all of them must be written before commit. By any threads.
  void write(int first_row, const TensorView& rows);

  /// Makes the state that was written the current one.
  void commit();
  void reset() noexcept;

  /// Mean over the positions of the number of frames whose mean has the noise of the fused frames;
  /// 1 when nothing is known.
  double mean_frames() const noexcept;
  /// Bytes of the state, without those of the search.
  std::int64_t memory_bytes() const;

 private:
  int height_;
  int width_;
  std::vector<std::int16_t> current_;  ///< as kernels/stored_state has it
  std::vector<std::int16_t> next_;
  MotionSearch search_;
  const MotionField* field_ = nullptr;  ///< of the last search
  bool known_ = false;
};

}  // namespace denoiseae
