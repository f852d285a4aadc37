// SPDX-License-Identifier: LGPL-2.1-or-later
#include "motion/luma_pyramid.h"

#include <algorithm>
#include <cstring>

namespace denoiseae {
namespace {

// A block of the coarsest level covers so many samples of the plane along each axis. All levels are
// padded to whole blocks.
constexpr int kCoverage = 64;

// Compilers turn this into one instruction on most processors.
inline std::uint8_t mean(std::uint8_t a, std::uint8_t b) {
  return static_cast<std::uint8_t>((a + b + 1) >> 1);
}

// Compilers vectorise these loops only because __restrict promises that the rows do not overlap.
void blur_row(const std::uint8_t* above, const std::uint8_t* row, const std::uint8_t* below,
              std::uint8_t* __restrict across, std::uint8_t* __restrict out, int width) {
  for (int x = 0; x < width; ++x) across[x] = mean(mean(above[x], below[x]), row[x]);
  across[-1] = across[0];
  across[width] = across[width - 1];
  for (int x = 0; x < width; ++x) out[x] = mean(mean(across[x - 1], across[x + 1]), across[x]);
}

void halve_row(const std::uint8_t* upper, const std::uint8_t* lower,
               std::uint8_t* __restrict across, std::uint8_t* __restrict out, int width) {
  for (int x = 0; x < 2 * width; ++x) across[x] = mean(upper[x], lower[x]);
  for (int x = 0; x < width; ++x) out[x] = mean(across[2 * x], across[2 * x + 1]);
}

}  // namespace

LumaPyramid::LumaPyramid(int width, int height) : row_(2 * static_cast<std::size_t>(width) + 2) {
  const auto whole = [](int size) { return (size + kCoverage - 1) / kCoverage * kCoverage; };
  for (int i = 0; i < kLevels; ++i) {
    Level& level = levels_[i];
    level.width = (width + (1 << i) - 1) >> i;
    level.height = (height + (1 << i) - 1) >> i;
    level.margin = (kRange >> i) + kWindowMargin;
    level.right = (whole(width) >> i) - level.width + level.margin;
    level.bottom = (whole(height) >> i) - level.height + level.margin;
    level.stride_bytes = level.margin + level.width + level.right;
    level.bytes.resize(static_cast<std::size_t>(level.stride_bytes) *
                       static_cast<std::size_t>(level.margin + level.height + level.bottom));
    level.origin = level.bytes.data() + level.margin * level.stride_bytes + level.margin;
  }
}

void LumaPyramid::build(const LumaView& plane) {
  blur(plane);
  for (int i = 1; i < kLevels; ++i) halve(levels_[i - 1], levels_[i]);
}

std::int64_t LumaPyramid::memory_bytes() const {
  std::size_t bytes = row_.size();
  for (const Level& level : levels_) bytes += level.bytes.size();
  return static_cast<std::int64_t>(bytes);
}

void LumaPyramid::blur(const LumaView& plane) {
  const Level& level = levels_[0];
  for (int y = 0; y < level.height; ++y) {
    const std::uint8_t* row = plane.data + y * plane.stride_bytes;
    const std::uint8_t* above = y > 0 ? row - plane.stride_bytes : row;
    const std::uint8_t* below = y + 1 < level.height ? row + plane.stride_bytes : row;
    blur_row(above, row, below, row_.data() + 1, level.origin + y * level.stride_bytes,
             level.width);
    replicate_sides(level, y);
  }
  replicate_rows(level);
}

void LumaPyramid::halve(const Level& from, const Level& to) {
  for (int y = 0; y < to.height; ++y) {
    const std::uint8_t* upper = from.origin + 2 * y * from.stride_bytes;
    halve_row(upper, upper + from.stride_bytes, row_.data(), to.origin + y * to.stride_bytes,
              to.width);
    replicate_sides(to, y);
  }
  replicate_rows(to);
}

void LumaPyramid::replicate_sides(const Level& level, int y) {
  std::uint8_t* row = level.origin + y * level.stride_bytes;
  std::memset(row - level.margin, row[0], static_cast<std::size_t>(level.margin));
  std::memset(row + level.width, row[level.width - 1], static_cast<std::size_t>(level.right));
}

void LumaPyramid::replicate_rows(const Level& level) {
  const auto bytes = static_cast<std::size_t>(level.stride_bytes);
  std::uint8_t* first = level.origin - level.margin;
  std::uint8_t* last = first + (level.height - 1) * level.stride_bytes;
  for (int y = 1; y <= level.margin; ++y) std::memcpy(first - y * level.stride_bytes, first, bytes);
  for (int y = 1; y <= level.bottom; ++y) std::memcpy(last + y * level.stride_bytes, last, bytes);
}

}  // namespace denoiseae
