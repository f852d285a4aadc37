// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>
#include <denoiseae/thread_pool.h>

#include <array>
#include <cstdint>
#include <vector>

#include "layout/luma_view.h"
#include "layout/tensor_view.h"
#include "motion/motion_field.h"

namespace denoiseae {

/// How the brightness of a frame differs from that of the past: by a fade, a flash, the exposure of
/// the camera, or the bands of a lamp that flickers. A luma code c of the past has become gain c +
/// offset, with a gain and an offset for each band of rows.
class DAE_API BrightnessChange {
 public:
  struct Line {
    float gain = 1;
    float offset = 0;  ///< in 8-bit codes
    float at(float code) const { return gain * code + offset; }
    bool operator==(const Line&) const = default;
  };
  /// Height of a band in luma rows. Bands of lamps that roll through a picture are wider than ten of
  /// them.
  static constexpr int kBand = 8;

  /// No change.
  BrightnessChange() = default;
  /// size: see size.
  BrightnessChange(std::vector<Line> bands, double size);

  bool is_none() const { return bands_.empty(); }
  /// Returns the line of a luma row, interpolated between the middles of bands.
  Line line_at(int luma_row) const;
  /// Returns the codes that the line of a luma row makes of the codes 0 ... 255.
  std::array<std::uint8_t, 256> codes_at(int luma_row) const;
  /// Returns the change that first is this one, then the next one.
  BrightnessChange then(const BrightnessChange& next) const;
  /// Returns by how many codes the luma of the past changes: a root of the mean square.
  double size() const { return size_; }
  /// Tells whether it may be a flash. Fades, and the exposure of cameras, change by less from frame
  /// to frame.
  bool is_sudden() const {
    constexpr double kSudden = 20;  // codes
    return size_ > kSudden;
  }

 private:
  std::vector<Line> bands_;
  double size_ = 0;
};

/// The luma planes of a frame and of the last denoised picture.
struct BrightnessPair {
  LumaView frame;
  LumaView reference;
  int height = 0;
  int width = 0;
};

/// Estimates the change between two pictures by the means of blocks. Blocks that differ by more
/// than the brightness, because something moved there, do not count. There is no change where fewer
/// than half of the blocks agree on one, or where it could be due to noise. motion: where blocks of
/// the frame are in the reference; null compares the same places. sigma_8bit: the standard deviation
/// of the noise of the frame in codes.
DAE_API BrightnessChange find_brightness_change(const BrightnessPair& pair,
                                                const MotionField* motion, double sigma_8bit,
                                                ThreadPool* pool = nullptr);

/// Applies the change to luma channels of rows of a state (layout/state_layout.h), of which the
/// first is row first_row.
DAE_API void change_brightness(const BrightnessChange& change, int first_row,
                               const TensorView& rows);

}  // namespace denoiseae
