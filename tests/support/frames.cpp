// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/frames.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <random>

namespace denoiseae::test {
namespace {

// An odd number of guard bytes makes planes start unaligned.
constexpr int kGuard = 67;

// Deep formats have bits that belong to no code. The library does not keep these bits, so random
// values in them would look like mistakes.
void clear_unused_bits(const FrameView& frame) {
  const FormatInfo& info = format_info(frame.format);
  if (info.depth == 8 || !info.is_direct()) return;
  for (int c = 0; c < info.component_count; ++c)
    for (int y = 0; y < info.component_height(c, frame.height); ++y)
      for (int x = 0; x < info.component_width(c, frame.width); ++x)
        set_sample(frame, c, x, y, sample(frame, c, x, y));
}

}  // namespace

GuardedFrame::GuardedFrame(PixelFormat format, int width, int height, int padding_bytes,
                           std::uint32_t seed, bool upside_down)
    : format_(format), width_(width), height_(height) {
  const FormatInfo& info = format_info(format);
  std::mt19937 random(seed);
  for (int p = 0; p < info.plane_count; ++p) {
    Plane& plane = planes_[p];
    const int rows = info.plane_rows(p, height);
    plane.stride = info.plane_row_bytes(p, width) + padding_bytes;
    plane.bytes.resize(2 * kGuard + plane.stride * rows);
    for (std::uint8_t& byte : plane.bytes) byte = static_cast<std::uint8_t>(random());
    plane.first = kGuard;
    if (upside_down) {
      plane.first += plane.stride * (rows - 1);
      plane.stride = -plane.stride;
    }
  }
  clear_unused_bits(view());
  for (Plane& plane : planes_) plane.original = plane.bytes;
}

FrameView GuardedFrame::view() {
  FrameView view{format_, width_, height_, {}, {}};
  for (int p = 0; p < format_info(format_).plane_count; ++p) {
    view.data[p] = planes_[p].bytes.data() + planes_[p].first;
    view.stride_bytes[p] = planes_[p].stride;
  }
  return view;
}

bool GuardedFrame::outside_unchanged() const {
  const FormatInfo& info = format_info(format_);
  for (int p = 0; p < info.plane_count; ++p) {
    std::vector<std::uint8_t> expected = planes_[p].original;
    for (int y = 0; y < info.plane_rows(p, height_); ++y) {
      const std::ptrdiff_t row = planes_[p].first + y * planes_[p].stride;
      std::memcpy(expected.data() + row, planes_[p].bytes.data() + row,
                  info.plane_row_bytes(p, width_));
    }
    if (expected != planes_[p].bytes) return false;
  }
  return true;
}

void fill_random(const FrameView& frame, std::uint32_t seed) {
  const FormatInfo& info = format_info(frame.format);
  std::mt19937 random(seed);
  for (int p = 0; p < info.plane_count; ++p)
    for (int y = 0; y < info.plane_rows(p, frame.height); ++y)
      for (int i = 0; i < info.plane_row_bytes(p, frame.width); ++i)
        frame.row(p, y)[i] = static_cast<std::uint8_t>(random());
  clear_unused_bits(frame);
}

void fill_component(const FrameView& frame, int c, int code) {
  const FormatInfo& info = format_info(frame.format);
  for (int y = 0; y < info.component_height(c, frame.height); ++y)
    for (int x = 0; x < info.component_width(c, frame.width); ++x) set_sample(frame, c, x, y, code);
}

namespace {

struct BitPlace {
  int byte;
  int bit;
};

/// Returns where a bit of a sample lies in its row, for formats that store fields of bits.
BitPlace place_of(PixelFormat format, int c, int x, int bit) {
  const auto little_endian = [&](int at) { return BitPlace{at / 8, at % 8}; };
  // In both formats of 4:2:2 the samples are U Y V Y, again and again.
  const int number_422 = c == 0 ? 2 * x + 1 : 4 * x + 2 * (c - 1);
  switch (format) {
    case PixelFormat::v210:
      return little_endian(32 * (number_422 / 3) + 10 * (number_422 % 3) + bit);
    case PixelFormat::uyvp: {
      const int from_top = 10 * number_422 + 9 - bit;
      return {from_top / 8, 7 - from_top % 8};
    }
    case PixelFormat::y410:
      return little_endian(32 * x + (c == 0 ? 10 : c == 1 ? 0 : 20) + bit);
    case PixelFormat::gray10_le32:
      return little_endian(32 * (x / 3) + 10 * (x % 3) + bit);
    case PixelFormat::gray16_be:
      return {2 * x + (bit < 8 ? 1 : 0), bit % 8};
    case PixelFormat::rgb16:
      return little_endian(16 * x + (c == 0 ? 11 : c == 1 ? 5 : 0) + bit);
    default:
      std::abort();
  }
}

/// Returns the bits in which a format that is not direct stores samples of a component.
int stored_bits(const FormatInfo& info, int c) {
  return info.format == PixelFormat::rgb16 ? (c == 1 ? 6 : 5) : info.depth;
}

int rescaled(int code, int from_bits, int to_bits) {
  return static_cast<int>(
      std::lround(code * ((1 << to_bits) - 1.0) / static_cast<double>((1 << from_bits) - 1)));
}

}  // namespace

// Codes are little-endian, above their unused low bits. They are read byte by byte, or bit by bit,
// so that this shares no code with the library.
int sample(const ConstFrameView& frame, int c, int x, int y) {
  const FormatInfo& info = format_info(frame.format);
  if (!info.is_direct()) {
    const int bits = stored_bits(info, c), row_bytes = info.plane_row_bytes(0, frame.width);
    int code = 0;
    for (int i = 0; i < bits; ++i)
      if (const BitPlace at = place_of(frame.format, c, x, i); at.byte < row_bytes)
        code |= (frame.row(0, y)[at.byte] >> at.bit & 1) << i;
    return rescaled(code, bits, info.depth);
  }
  const std::uint8_t* at = frame.component_row(c, y) + x * info.component[c].step_bytes;
  if (info.depth == 8) return at[0];
  return (at[0] + 256 * at[1]) / (1 << info.low_bits) % (1 << info.depth);
}

void set_sample(const FrameView& frame, int c, int x, int y, int code) {
  const FormatInfo& info = format_info(frame.format);
  if (!info.is_direct()) {
    const int bits = stored_bits(info, c), row_bytes = info.plane_row_bytes(0, frame.width);
    const int stored = rescaled(code, info.depth, bits);
    for (int i = 0; i < bits; ++i)
      if (const BitPlace at = place_of(frame.format, c, x, i); at.byte < row_bytes) {
        std::uint8_t& byte = frame.row(0, y)[at.byte];
        byte = static_cast<std::uint8_t>((byte & ~(1 << at.bit)) | (stored >> i & 1) << at.bit);
      }
    return;
  }
  std::uint8_t* at = frame.component_row(c, y) + x * info.component[c].step_bytes;
  const int value = code * (1 << info.low_bits);
  at[0] = static_cast<std::uint8_t>(value % 256);
  if (info.depth > 8) at[1] = static_cast<std::uint8_t>(value / 256);
}

int kept_code(const ConstFrameView& frame, int c, int x, int code) {
  const FormatInfo& info = format_info(frame.format);
  if (info.is_direct()) return code;
  Frame row(frame.format, frame.width, 1);
  set_sample(row.view(), c, x, 0, code);
  return sample(row.view(), c, x, 0);
}

int deepened(const FormatInfo& info, double code_8bit) {
  return static_cast<int>(std::lround(code_8bit * codes_per_8bit(info)));
}

bool same_pixels(const ConstFrameView& a, const ConstFrameView& b) {
  if (a.format != b.format || a.width != b.width || a.height != b.height) return false;
  const FormatInfo& info = format_info(a.format);
  for (int p = 0; p < info.plane_count; ++p)
    for (int y = 0; y < info.plane_rows(p, a.height); ++y)
      if (std::memcmp(a.row(p, y), b.row(p, y), info.plane_row_bytes(p, a.width)) != 0)
        return false;
  return true;
}

bool same_components(const ConstFrameView& a, const ConstFrameView& b) {
  const FormatInfo &info_a = format_info(a.format), &info_b = format_info(b.format);
  if (info_a.component_count != info_b.component_count) return false;
  for (int c = 0; c < info_a.component_count; ++c) {
    const int width = info_a.component_width(c, a.width);
    const int height = info_a.component_height(c, a.height);
    if (width != info_b.component_width(c, b.width) ||
        height != info_b.component_height(c, b.height))
      return false;
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        if (sample(a, c, x, y) != sample(b, c, x, y)) return false;
  }
  return true;
}

std::string describe(const ConstFrameView& frame) {
  return std::string(format_info(frame.format).name) + " " + std::to_string(frame.width) + "x" +
         std::to_string(frame.height);
}

}  // namespace denoiseae::test
