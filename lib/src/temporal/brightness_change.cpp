// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/brightness_change.h"

#include <algorithm>
#include <utility>

#include "frame/codes.h"
#include "layout/cell_interpolation.h"
#include "temporal/warp_state.h"

namespace denoiseae {

BrightnessChange::BrightnessChange(std::vector<Line> bands, double size)
    : bands_(std::move(bands)), size_(size) {}

BrightnessChange::Line BrightnessChange::line_at(int luma_row) const {
  if (bands_.empty()) return {};
  const CellInterpolation down(luma_row, kBand, static_cast<int>(bands_.size()));
  const Line& a = bands_[static_cast<std::size_t>(down.first)];
  const Line& b = bands_[static_cast<std::size_t>(down.second)];
  return {down.between(a.gain, b.gain), down.between(a.offset, b.offset)};
}

std::array<std::uint8_t, 256> BrightnessChange::codes_at(int luma_row) const {
  const Line line = line_at(luma_row);
  std::array<std::uint8_t, 256> codes;
  for (std::size_t code = 0; code < codes.size(); ++code)
    codes[code] = unit_to_code(line.at(static_cast<float>(code)) / 255);
  return codes;
}

void BrightnessChange::clear() noexcept {
  bands_.clear();
  size_ = 0;
}

void BrightnessChange::assign(std::span<const Line> bands, double size) {
  bands_.assign(bands.begin(), bands.end());
  size_ = size;
}

void BrightnessChange::append(const BrightnessChange& next) {
  if (next.is_none()) return;
  if (is_none()) {
    assign(next.bands_, next.size_);
    return;
  }
  for (std::size_t i = 0; i < bands_.size(); ++i) {
    const Line& line = next.bands_[std::min(i, next.bands_.size() - 1)];
    bands_[i] = {line.gain * bands_[i].gain, line.at(bands_[i].offset)};
  }
  size_ += next.size_;
}

void change_brightness(const BrightnessChange& change, int first_row, const TensorView& rows) {
  if (change.is_none()) return;
  for (int y = 0; y < rows.height; ++y) {
    float* position = row_of(rows, y);
    const BrightnessChange::Line line = change.line_at(2 * (first_row + y));
    const float offset = line.offset / 255 + (line.gain - 1) / 2;
    for (int x = 0; x < rows.width; ++x, position += rows.channels)
      for (int channel = 0; channel < kStateChannels; ++channel)
        if (is_state_luma(channel)) position[channel] = line.gain * position[channel] + offset;
  }
}

}  // namespace denoiseae
