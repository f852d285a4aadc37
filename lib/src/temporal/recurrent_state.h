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

/// Keeps the recurrent state that a network returned for one frame, and warps it to the next frame
/// along the motion of its blocks. Not thread-safe, except the functions that say so.
class DAE_API RecurrentState {
 public:
  /// height, width: the size of the packed planes. Allocates all memory. Throws bad_alloc.
  RecurrentState(int height, int width);

  /// Searches how the frame in codes has moved since the state was written. Returns null after a
  /// reset; otherwise the result is valid until the next call. sigma_8bit: the standard deviation
  /// of the frame's luma noise in code values. pool: null for the calling thread alone.
  const MotionField* search(const FrameCodes& codes, double sigma_8bit, ThreadPool* pool = nullptr);

  /// Fills rows of the state, warped to the frame that was searched for last. After a reset these
  /// are rows of a state that knows nothing. Any threads may call it.
  void read(int first_row, const TensorView& rows) const;
  /// Takes rows of the next state. All of them must be written before commit. Any threads may call
  /// it.
  void write(int first_row, const TensorView& rows);

  /// Makes the next state the current one.
  void commit();
  void reset() noexcept;

  /// Returns over how many frames the fused frames average, as their noise tells. This is a mean
  /// over all positions, and 1 when nothing is known.
  double mean_frames() const noexcept;
  /// Returns the bytes of the state, without those of the search.
  std::int64_t memory_bytes() const;

 private:
  int height_;
  int width_;
  std::vector<std::int16_t> current_;  ///< in the format of kernels/stored_state
  std::vector<std::int16_t> next_;
  MotionSearch search_;
  const MotionField* field_ = nullptr;  ///< the result of the last search
  bool known_ = false;
};

}  // namespace denoiseae
