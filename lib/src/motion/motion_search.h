// SPDX-License-Identifier: LGPL-2.1-or-later
// Block matching: finds where each block of a noisy frame was in the last denoised picture. It is
// made for averaging along time. A wrong zero vector only ends an average, but another wrong vector
// adds content that was never there. Therefore the search prefers zero and the vectors of the
// neighbours by as much as noise may make another vector look better, and whole pixels to
// fractions. It does so less where things moved in the frame before.
#pragma once

#include <cstdint>
#include <memory>

#include "motion/luma_pyramid.h"
#include "motion/motion_field.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

class MotionSearch {
 public:
  /// The longest vector along each axis, in luma pixels.
  static constexpr int kRange = 64;
  /// Planes with a shorter side are not searched: all their vectors are zero.
  static constexpr int kMinSide = 32;

  /// Allocates all memory. width, height: size of the luma plane in pixels, at least 1.
  MotionSearch(int width, int height);
  ~MotionSearch();
  MotionSearch(MotionSearch&&) noexcept;
  MotionSearch& operator=(MotionSearch&&) noexcept;

  /// Searches the motion between two pictures. The result is valid until the next call. It depends
  /// on the arguments alone, but not on the pool. Not thread-safe.
  /// current: the noisy frame.
  /// reference: the last denoised picture.
  /// sigma_8bit: standard deviation in code values of the noise in the difference of both:
  /// sigma sqrt(1 + v), if current carries sigma and reference carries v times its variance.
  /// before: the field of the frame before, which may be the last result. Where things moved then,
  /// they are expected to move on. Null if it is unknown.
  /// pool: null for the calling thread alone.
  const MotionField& search(const LumaView& current, const LumaView& reference, double sigma_8bit,
                            const MotionField* before = nullptr, ThreadPool* pool = nullptr);

  std::int64_t memory_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace denoiseae
