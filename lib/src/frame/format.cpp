// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of pixel formats. Code elsewhere follows the rows and names no format.
#include <denoiseae/frame.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace denoiseae {
namespace {

constexpr int kNoExtra = -1;

// One byte per sample, a plane per component, chroma halved in the directions where log2_sub is 1.
constexpr FormatInfo planar(PixelFormat format, std::string_view name, int u_plane, int v_plane,
                            int log2_sub_x, int log2_sub_y) {
  return {format,
          name,
          ColorFamily::yuv,
          8,
          3,
          3,
          {{{0, 0, 1, 0, 0},
            {u_plane, 0, 1, log2_sub_x, log2_sub_y},
            {v_plane, 0, 1, log2_sub_x, log2_sub_y}}},
          kNoExtra};
}

// The same with both chroma components alternating in plane 1.
constexpr FormatInfo semi_planar_420(PixelFormat format, std::string_view name, int u_offset,
                                     int v_offset) {
  return {format,
          name,
          ColorFamily::yuv,
          8,
          2,
          3,
          {{{0, 0, 1, 0, 0}, {1, u_offset, 2, 1, 1}, {1, v_offset, 2, 1, 1}}},
          kNoExtra};
}

// One byte per sample, two pixels and the chroma that they share after the other two.
constexpr FormatInfo packed_422(PixelFormat format, std::string_view name, int y, int u, int v) {
  return {format,
          name,
          ColorFamily::yuv,
          8,
          1,
          3,
          {{{0, y, 2, 0, 0}, {0, u, 4, 1, 0}, {0, v, 4, 1, 0}}},
          kNoExtra};
}

// One byte per sample, a pixel after the other.
constexpr FormatInfo packed_rgb(PixelFormat format, std::string_view name, int pixel_bytes, int r,
                                int g, int b, int extra) {
  return {format,
          name,
          ColorFamily::rgb,
          8,
          1,
          3,
          {{{0, r, pixel_bytes, 0, 0}, {0, g, pixel_bytes, 0, 0}, {0, b, pixel_bytes, 0, 0}}},
          extra};
}

// In the order of PixelFormat, which is the order of preference.
constexpr std::array kFormats = {
    planar(PixelFormat::i420, "I420", 1, 2, 1, 1),
    planar(PixelFormat::yv12, "YV12", 2, 1, 1, 1),
    semi_planar_420(PixelFormat::nv12, "NV12", 0, 1),
    semi_planar_420(PixelFormat::nv21, "NV21", 1, 0),
    planar(PixelFormat::y42b, "Y42B", 1, 2, 1, 0),
    planar(PixelFormat::y444, "Y444", 1, 2, 0, 0),
    packed_422(PixelFormat::yuy2, "YUY2", 0, 1, 3),
    packed_422(PixelFormat::uyvy, "UYVY", 1, 0, 2),
    FormatInfo{PixelFormat::gray8,
               "GRAY8",
               ColorFamily::gray,
               8,
               1,
               1,
               {{{0, 0, 1, 0, 0}, {}, {}}},
               kNoExtra},
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
};

// format_info indexes the table by the enum.
constexpr bool rows_follow_the_enum() {
  for (std::size_t i = 0; i < kFormats.size(); ++i)
    if (static_cast<std::size_t>(kFormats[i].format) != i) return false;
  return true;
}
static_assert(rows_follow_the_enum());
static_assert(kFormats.size() == static_cast<std::size_t>(PixelFormat::abgr) + 1);

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
