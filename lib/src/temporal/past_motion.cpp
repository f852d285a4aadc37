// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/past_motion.h"

#include <cmath>
#include <cstddef>

#include "temporal/packed_luma.h"

namespace denoiseae {

namespace {

/// The picture of the past has errors, too, of about so large a share of the frame's noise.
constexpr double kPictureError = 0.3;

}  // namespace

PastMotion::PastMotion(int height, int width)
    : stride_(std::ptrdiff_t{2} * width),
      past_luma_(std::size_t{4} * height * width),
      search_(2 * width, 2 * height) {}

const MotionField& PastMotion::search(const PlanesView& frame, const PlanesView& past,
                                      double sigma_8bit, const MotionField* before,
                                      Workers* workers) {
  packed_luma(past, kPastPicture, past_luma_.data(), stride_, workers);
  return search(frame, sigma_8bit, before, workers);
}

const MotionField& PastMotion::search(const PlanesView& frame, double sigma_8bit,
                                      const MotionField* before, Workers* workers) {
  frame_luma_.resize(past_luma_.size());
  packed_luma(frame, 0, frame_luma_.data(), stride_, workers);
  return search({frame_luma_.data(), stride_}, sigma_8bit, before, workers);
}

void PastMotion::set_past(int first_row, const PlanesView& rows) {
  packed_luma(rows, kPastPicture, past_luma_.data() + 2 * first_row * stride_, stride_);
}

const MotionField& PastMotion::search(const LumaView& frame, double sigma_8bit,
                                      const MotionField* before, Workers* workers) {
  return search_.search(frame, {past_luma_.data(), stride_},
                        sigma_8bit * std::hypot(1.0, kPictureError), before, workers);
}

std::int64_t PastMotion::memory_bytes() const {
  return static_cast<std::int64_t>(frame_luma_.size() + past_luma_.size());
}

}  // namespace denoiseae
