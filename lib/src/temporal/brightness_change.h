// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "layout/tensor_view.h"
#include "motion/motion_field.h"

namespace denoiseae {

/// How the brightness of a frame differs from that of the past: by a fade, a flash, the exposure of
/// the camera, or the bands of a lamp that flickers. A luma code c of the past has become gain c +
/// offset, with a gain and an offset for each band of rows.
class BrightnessChange {
 public:
  struct Line {
    float gain = 1;
    float offset = 0;  ///< in 8-bit codes
    float at(float code) const { return gain * code + offset; }
    bool operator==(const Line&) const = default;
  };
  /// Height of a band in luma rows. Bands of lamps that roll through a picture are wider than ten
  /// of them.
  static constexpr int kBand = 8;

  /// No change.
  BrightnessChange() = default;
  /// size: see size.
  BrightnessChange(std::vector<Line> bands, double size);

  /// Takes memory for so many bands, so that the functions below need none. Throws bad_alloc.
  void reserve(int bands) { bands_.reserve(static_cast<std::size_t>(bands)); }
  /// Becomes no change.
  void clear() noexcept;
  /// Becomes a change of these bands.
  void assign(std::span<const Line> bands, double size);
  /// Becomes the change that first is this one, then the next one.
  void append(const BrightnessChange& next);

  bool is_none() const { return bands_.empty(); }
  /// Returns the line of a luma row, interpolated between the middles of bands.
  Line line_at(int luma_row) const;
  /// Returns the codes that the line of a luma row makes of the codes 0 ... 255.
  std::array<std::uint8_t, 256> codes_at(int luma_row) const;
  /// Returns by how many codes the luma of the past changes: a root of the mean square, or, of two
  /// changes that were appended, the sum of theirs, which is no less.
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

/// Applies the change to luma channels of rows of a state (layout/state_layout.h), of which the
/// first is row first_row.
void change_brightness(const BrightnessChange& change, int first_row, const TensorView& rows);

}  // namespace denoiseae
