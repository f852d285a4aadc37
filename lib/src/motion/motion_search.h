// SPDX-License-Identifier: LGPL-2.1-or-later
// Where each block of a noisy frame stood in the denoised past. Built for averaging along time: a
// wrong zero only ends an average, a wrong vector adds what never was, so zero and the neighbours'
// vectors are preferred by as much as noise may make another vector look better, and whole pixels
// to fractions; less so where things moved in the frame before.
#pragma once

#include <denoiseae/export.h>

#include <memory>

#include "motion/luma_pyramid.h"
#include "motion/motion_field.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

class DAE_API MotionSearch {
 public:
  /// Vectors reach at most so many luma pixels along each axis.
  static constexpr int kRange = 64;
  /// Planes with a shorter side have a field of zeros.
  static constexpr int kMinSide = 32;

  /// width, height: of the luma plane in pixels, at least 1. Allocates all memory.
  MotionSearch(int width, int height);
  ~MotionSearch();
  MotionSearch(MotionSearch&&) noexcept;
  MotionSearch& operator=(MotionSearch&&) noexcept;

  /// current: the noisy frame; reference: the past. sigma_8bit: standard deviation in code values
  /// of the noise in their difference: with sigma in current and a past of the variance ratio v
  /// (one frame's noise = 1), sigma sqrt(1 + v). before: the field of the frame before, which may
  /// be the last result: where things moved then, they are taken to move on; null: unknown. The
  /// result is valid until the next call and depends on all arguments but the last alone. pool:
  /// null for the calling thread alone. Not thread-safe.
  const MotionField& search(const LumaView& current, const LumaView& reference, double sigma_8bit,
                            const MotionField* before = nullptr, ThreadPool* pool = nullptr);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace denoiseae
