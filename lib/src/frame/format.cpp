// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of pixel formats. Code elsewhere follows its rows and names no format.
#include <denoiseae/frame.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace denoiseae {
namespace {

constexpr int kNoExtra = -1;

// The bits of a sample, and the unused bits below it in its word.
struct Depth {
  int bits;
  int low_bits = 0;

  constexpr int bytes() const { return (bits + low_bits + 7) / 8; }
};

constexpr FormatInfo gray(PixelFormat format, std::string_view name, Depth depth) {
  return {format,
          name,
          ColorFamily::gray,
          depth.bits,
          depth.low_bits,
          1,
          1,
          {{{0, 0, depth.bytes(), 0, 0}, {}, {}}},
          kNoExtra};
}

// Each component has a plane. Chroma is halved in the directions where log2_sub is 1.
constexpr FormatInfo planar(PixelFormat format, std::string_view name, int u_plane, int v_plane,
                            int log2_sub_x, int log2_sub_y, Depth depth = {8}) {
  return {format,
          name,
          ColorFamily::yuv,
          depth.bits,
          depth.low_bits,
          3,
          3,
          {{{0, 0, depth.bytes(), 0, 0},
            {u_plane, 0, depth.bytes(), log2_sub_x, log2_sub_y},
            {v_plane, 0, depth.bytes(), log2_sub_x, log2_sub_y}}},
          kNoExtra};
}

// Luma has a plane. The samples of both chroma components alternate in plane 1.
constexpr FormatInfo semi_planar_420(PixelFormat format, std::string_view name, int u_first,
                                     int v_first, Depth depth = {8}) {
  const int bytes = depth.bytes();
  return {format,
          name,
          ColorFamily::yuv,
          depth.bits,
          depth.low_bits,
          2,
          3,
          {{{0, 0, bytes, 0, 0},
            {1, u_first * bytes, 2 * bytes, 1, 1},
            {1, v_first * bytes, 2 * bytes, 1, 1}}},
          kNoExtra};
}

// Each sample is a byte. Two pixels and the chroma that they share lie together.
constexpr FormatInfo packed_422(PixelFormat format, std::string_view name, int y, int u, int v) {
  return {format,
          name,
          ColorFamily::yuv,
          8,
          0,
          1,
          3,
          {{{0, y, 2, 0, 0}, {0, u, 4, 1, 0}, {0, v, 4, 1, 0}}},
          kNoExtra};
}

// Each sample is a byte, and the samples of a pixel lie together.
constexpr FormatInfo packed_rgb(PixelFormat format, std::string_view name, int pixel_bytes, int r,
                                int g, int b, int extra) {
  return {format,
          name,
          ColorFamily::rgb,
          8,
          0,
          1,
          3,
          {{{0, r, pixel_bytes, 0, 0}, {0, g, pixel_bytes, 0, 0}, {0, b, pixel_bytes, 0, 0}}},
          extra};
}

// The rows have the order of PixelFormat, which is the order of preference.
constexpr std::array kFormats = {
    planar(PixelFormat::i420, "I420", 1, 2, 1, 1),
    planar(PixelFormat::yv12, "YV12", 2, 1, 1, 1),
    semi_planar_420(PixelFormat::nv12, "NV12", 0, 1),
    semi_planar_420(PixelFormat::nv21, "NV21", 1, 0),
    planar(PixelFormat::y42b, "Y42B", 1, 2, 1, 0),
    planar(PixelFormat::y444, "Y444", 1, 2, 0, 0),
    packed_422(PixelFormat::yuy2, "YUY2", 0, 1, 3),
    packed_422(PixelFormat::uyvy, "UYVY", 1, 0, 2),
    gray(PixelFormat::gray8, "GRAY8", {8}),
    gray(PixelFormat::gray16_le, "GRAY16_LE", {16}),
    packed_rgb(PixelFormat::rgb, "RGB", 3, 0, 1, 2, kNoExtra),
    packed_rgb(PixelFormat::bgr, "BGR", 3, 2, 1, 0, kNoExtra),
    packed_rgb(PixelFormat::rgbx, "RGBx", 4, 0, 1, 2, 3),
    packed_rgb(PixelFormat::bgrx, "BGRx", 4, 2, 1, 0, 3),
    packed_rgb(PixelFormat::xrgb, "xRGB", 4, 1, 2, 3, 0),
    packed_rgb(PixelFormat::xbgr, "xBGR", 4, 3, 2, 1, 0),
    packed_rgb(PixelFormat::rgba, "RGBA", 4, 0, 1, 2, 3),
    packed_rgb(PixelFormat::bgra, "BGRA", 4, 2, 1, 0, 3),
    packed_rgb(PixelFormat::argb, "ARGB", 4, 1, 2, 3, 0),
    packed_rgb(PixelFormat::abgr, "ABGR", 4, 3, 2, 1, 0),
    planar(PixelFormat::i420_10le, "I420_10LE", 1, 2, 1, 1, {10}),
    semi_planar_420(PixelFormat::p010_10le, "P010_10LE", 0, 1, {10, 6}),
    planar(PixelFormat::i422_10le, "I422_10LE", 1, 2, 1, 0, {10}),
    planar(PixelFormat::y444_10le, "Y444_10LE", 1, 2, 0, 0, {10}),
};

// format_info indexes the table by the enum.
constexpr bool rows_follow_the_enum() {
  for (std::size_t i = 0; i < kFormats.size(); ++i)
    if (static_cast<std::size_t>(kFormats[i].format) != i) return false;
  return true;
}
// Functions on frames know pairs and extra bytes only with samples of a byte.
constexpr bool pairs_and_extra_bytes_have_8_bits() {
  for (const FormatInfo& info : kFormats)
    if (info.depth != 8 && (info.has_pairs() || info.extra_offset_bytes != kNoExtra)) return false;
  return true;
}
static_assert(rows_follow_the_enum());
static_assert(pairs_and_extra_bytes_have_8_bits());
static_assert(kFormats.size() == static_cast<std::size_t>(PixelFormat::y444_10le) + 1);

}  // namespace

int FormatInfo::plane_row_bytes(int plane, int width) const {
  int bytes = 0;
  for (int c = 0; c < component_count; ++c)
    if (component[c].plane == plane)
      bytes = std::max(bytes, component_width(c, width) * component[c].step_bytes);
  return bytes;
}

int FormatInfo::plane_rows(int plane, int height) const {
  int rows = 0;
  for (int c = 0; c < component_count; ++c)
    if (component[c].plane == plane) rows = std::max(rows, component_height(c, height));
  return rows;
}

std::span<const FormatInfo> formats() noexcept { return kFormats; }

const FormatInfo& format_info(PixelFormat format) noexcept {
  const auto index = static_cast<std::size_t>(format);
  assert(index < kFormats.size());
  return kFormats[index];
}

std::optional<PixelFormat> format_from_name(std::string_view name) noexcept {
  for (const FormatInfo& info : kFormats)
    if (info.name == name) return info.format;
  return std::nullopt;
}

}  // namespace denoiseae
