// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cmath>

#include "frame/frame_codes.h"
#include "motion/motion_search.h"

namespace denoiseae {

/// The error of the last picture, as a part of the deviation of the frame's noise.
inline constexpr double kPictureError = 0.3;

/// Searches how a frame has moved since the last denoised picture, which is the reference of codes.
/// That picture holds less noise than the fused frames where these average few frames. Streams and
/// training search in this way. sigma_8bit: the standard deviation of the frame's luma noise in
/// code values. before: the field of the last frame, or null where it is unknown. pool: null for
/// the calling thread alone. The result is valid until the next search.
inline const MotionField& search_state_motion(MotionSearch& search, const FrameCodes& codes,
                                              double sigma_8bit,
                                              const MotionField* before = nullptr,
                                              ThreadPool* pool = nullptr) {
  return search.search(codes.luma(), codes.reference(), sigma_8bit * std::hypot(1.0, kPictureError),
                       before, pool);
}

}  // namespace denoiseae
