// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/state_motion.h"

#include <cmath>
#include <cstddef>

#include "motion/packed_luma.h"

namespace denoiseae {

namespace {

/// The picture of the past has errors, too, of about so large a share of the frame's noise.
constexpr double kPictureError = 0.3;

}  // namespace

StateMotion::StateMotion(int height, int width)
    : stride_(std::ptrdiff_t{2} * width),
      reference_luma_(std::size_t{4} * height * width),
      search_(2 * width, 2 * height) {}

const MotionField& StateMotion::search(const TensorView& frame, const TensorView& state,
                                       double sigma_8bit, const MotionField* before,
                                       ThreadPool* pool) {
  packed_luma(state, kStatePicture, reference_luma_.data(), stride_, pool);
  return search(frame, sigma_8bit, before, pool);
}

const MotionField& StateMotion::search(const TensorView& frame, double sigma_8bit,
                                       const MotionField* before, ThreadPool* pool) {
  frame_luma_.resize(reference_luma_.size());
  packed_luma(frame, 0, frame_luma_.data(), stride_, pool);
  return search({frame_luma_.data(), stride_}, sigma_8bit, before, pool);
}

void StateMotion::set_state(int first_row, const TensorView& rows) {
  packed_luma(rows, kStatePicture, reference_luma_.data() + 2 * first_row * stride_, stride_);
}

const MotionField& StateMotion::search(const LumaView& frame, double sigma_8bit,
                                       const MotionField* before, ThreadPool* pool) {
  return search_.search(frame, {reference_luma_.data(), stride_},
                        sigma_8bit * std::hypot(1.0, kPictureError), before, pool);
}

std::int64_t StateMotion::memory_bytes() const {
  return static_cast<std::int64_t>(frame_luma_.size() + reference_luma_.size());
}

}  // namespace denoiseae
