// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/thread_pool.h>

#include <cstdint>
#include <vector>

#include "frame/frame_codes.h"
#include "layout/tensor_view.h"
#include "motion/motion_search.h"
#include "system/large_memory.h"
#include "temporal/brightness_change.h"
#include "temporal/local_brightness.h"

namespace denoiseae {

/// Keeps the recurrent state that a network returned for one frame, and warps it to the next frame
/// along the motion of its blocks. Not thread-safe, except the functions that say so.
class RecurrentState {
 public:
  /// height, width: the size of the packed planes. Allocates all memory. Throws bad_alloc.
  RecurrentState(int height, int width);

  /// Finds out how the frame in codes continues the stream: how its brightness has changed and how
  /// it has moved since the last denoised picture. Returns null where it does not continue it,
  /// after a reset or a cut; otherwise the result is valid until the next call. sigma_8bit: the
  /// standard deviation of the frame's luma noise in code values. pool: null for the calling thread
  /// alone.
  ///
  /// - A frame with the codes of the one before, noise and all, is that frame once more: it brings
  ///   nothing new, and is denoised with the state that the other was denoised with.
  /// - A frame that matches too little follows a cut, but if the next one matches the picture
  ///   before that, it was a flash, and the state goes on from there.
  /// - A large sudden change of brightness may be a flash, too: that frame leaves the state as it
  ///   was, unless the next one has the same brightness.
  /// - A frame that is damaged leaves the state as it was, if it was known.
  const MotionField* follow(FrameCodes& codes, double sigma_8bit, ThreadPool* pool = nullptr,
                            bool damaged = false);
  /// Tells whether the frame that was followed last is the one before once more.
  bool is_repeated() const { return repeated_; }
  /// Tells whether the state stays what it was before this frame, and with it the last picture.
  bool is_held() const { return held_; }

  /// Tells whether the motion leads to a picture from before the last frame, which was a flash.
  bool is_older() const { return older_; }
  /// Returns how the brightness of the frame that was followed last differs from that of the past.
  const BrightnessChange& change() const { return change_; }

  /// Fills rows of the state, warped to the frame that was followed last. Where nothing is known
  /// these are rows of a state that knows nothing. Any threads may call it.
  void read(int first_row, const TensorView& rows) const;
  /// Takes rows of the next state. All of them must be written before commit. Any threads may call
  /// it.
  void write(int first_row, const TensorView& rows);

  /// Makes the next state the current one, unless the state is held.
  void commit();
  void reset() noexcept;

  /// Returns over how many frames the fused frames average, as their noise tells. This is a mean
  /// over all positions, and 1 when nothing is known.
  double mean_frames() const noexcept;
  /// Returns the bytes of the state and of the searches.
  std::int64_t memory_bytes() const;

 private:
  const MotionField* motion_before(bool damaged);
  const MotionField* match(FrameCodes& codes, double sigma_8bit, const MotionField* before,
                           ThreadPool* pool);
  void show_picture(FrameCodes& codes);

  int height_;
  int width_;
  LargeVector<std::int16_t> current_;  ///< in the format of kernels/stored_state
  LargeVector<std::int16_t> next_;
  MotionSearch search_;
  const MotionField* field_ = nullptr;  ///< the result of the last search
  BrightnessSearch brightness_;
  BrightnessChange rest_;    ///< the part of change_ that is found along the motion
  BrightnessChange change_;  ///< the change of the frame that was followed last
  LocalBrightness local_;    ///< the small changes of that frame
  std::vector<float> row_;   ///< a row of a state
  MotionField kept_field_;   ///< the motion of the last good frame, while frames are damaged
  bool has_kept_field_ = false;
  bool was_damaged_ = false;  ///< the last frame was
  bool known_ = false;        ///< current_ holds a state
  bool was_known_ = false;    ///< current_ held one for the last frame
  bool repeated_ = false;
  bool held_ = false;
  bool older_ = false;
  bool after_cut_ = false;  ///< next_ holds the state before the last frame, which seemed to be cut
};

}  // namespace denoiseae
