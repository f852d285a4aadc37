// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of pixel formats. Code elsewhere follows its rows and names no format.
#include <denoiseae/frame.h>

#include <algorithm>
#include <array>
#include <cassert>

#include "frame/row_coder.h"

namespace denoiseae {
namespace {

constexpr int kNoExtra = -1;
constexpr int kNoPlane = -1;

// The bits of a sample, and the unused bits below it in its word.
struct Depth {
  int bits;
  int low_bits = 0;

  constexpr int bytes() const { return (bits + low_bits + 7) / 8; }
};

// By how much chroma is halved, as exponents of 2.
struct Subsampling {
  int x;
  int y;
};
constexpr Subsampling k420 = {1, 1}, k422 = {1, 0}, k444 = {0, 0};

// Returns a row without components.
constexpr FormatInfo row(PixelFormat format, std::string_view name, ColorFamily family,
                         Depth depth) {
  FormatInfo info{};
  info.format = info.direct = format;
  info.name = name;
  info.family = family;
  info.depth = depth.bits;
  info.low_bits = depth.low_bits;
  info.component_count = family == ColorFamily::gray ? 1 : 3;
  info.extra.plane = kNoPlane;
  return info;
}

constexpr FormatInfo gray(PixelFormat format, std::string_view name, Depth depth) {
  FormatInfo info = row(format, name, ColorFamily::gray, depth);
  info.plane_count = 1;
  info.component[0] = {0, 0, depth.bytes(), 0, 0};
  return info;
}

// Each component has a plane: the given one, in the order of the components. Alpha has plane 3.
constexpr FormatInfo planar(PixelFormat format, std::string_view name, ColorFamily family,
                            std::array<int, 3> planes, Subsampling sub, Depth depth = {8},
                            bool has_alpha = false) {
  FormatInfo info = row(format, name, family, depth);
  const int bytes = depth.bytes();
  info.plane_count = has_alpha ? 4 : 3;
  info.component = {{{planes[0], 0, bytes, 0, 0},
                     {planes[1], 0, bytes, sub.x, sub.y},
                     {planes[2], 0, bytes, sub.x, sub.y}}};
  if (has_alpha) info.extra = {3, 0, bytes, 0, 0};
  return info;
}

constexpr FormatInfo planar_yuv(PixelFormat format, std::string_view name, Subsampling sub,
                                Depth depth = {8}) {
  return planar(format, name, ColorFamily::yuv, {0, 1, 2}, sub, depth);
}

constexpr FormatInfo planar_gbr(PixelFormat format, std::string_view name, Depth depth,
                                bool has_alpha = false) {
  return planar(format, name, ColorFamily::rgb, {2, 0, 1}, k444, depth, has_alpha);
}

// Luma has a plane. The samples of both chroma components alternate in plane 1.
constexpr FormatInfo semi_planar(PixelFormat format, std::string_view name, int u_first,
                                 int v_first, Subsampling sub, Depth depth = {8}) {
  FormatInfo info = row(format, name, ColorFamily::yuv, depth);
  const int bytes = depth.bytes();
  info.plane_count = 2;
  info.component = {{{0, 0, bytes, 0, 0},
                     {1, u_first * bytes, 2 * bytes, sub.x, sub.y},
                     {1, v_first * bytes, 2 * bytes, sub.x, sub.y}}};
  return info;
}

// Two pixels and the chroma that they share lie together: four samples, of which the first ones of
// the components stand at the given places.
constexpr FormatInfo packed_422(PixelFormat format, std::string_view name, int y, int u, int v,
                                Depth depth = {8}) {
  FormatInfo info = row(format, name, ColorFamily::yuv, depth);
  const int bytes = depth.bytes();
  info.plane_count = 1;
  info.component = {{{0, y * bytes, 2 * bytes, 0, 0},
                     {0, u * bytes, 4 * bytes, 1, 0},
                     {0, v * bytes, 4 * bytes, 1, 0}}};
  return info;
}

// The samples of a pixel lie together, those of the components at the given places.
constexpr FormatInfo packed_444(PixelFormat format, std::string_view name, ColorFamily family,
                                int samples, std::array<int, 3> places, int extra,
                                Depth depth = {8}) {
  FormatInfo info = row(format, name, family, depth);
  const int bytes = depth.bytes(), step = samples * bytes;
  info.plane_count = 1;
  info.component = {{{0, places[0] * bytes, step, 0, 0},
                     {0, places[1] * bytes, step, 0, 0},
                     {0, places[2] * bytes, step, 0, 0}}};
  if (extra != kNoExtra) info.extra = {0, extra * bytes, step, 0, 0};
  return info;
}

constexpr FormatInfo packed_rgb(PixelFormat format, std::string_view name, int samples, int r,
                                int g, int b, int extra, Depth depth = {8}) {
  return packed_444(format, name, ColorFamily::rgb, samples, {r, g, b}, extra, depth);
}

constexpr FormatInfo packed_yuv_444(PixelFormat format, std::string_view name, int y, int u, int v,
                                    int extra) {
  return packed_444(format, name, ColorFamily::yuv, 4, {y, u, v}, extra);
}

// The rows of both tables have the order of PixelFormat, which is the order of preference.
constexpr std::array kDirectFormats = {
    planar_yuv(PixelFormat::i420, "I420", k420),
    planar(PixelFormat::yv12, "YV12", ColorFamily::yuv, {0, 2, 1}, k420),
    semi_planar(PixelFormat::nv12, "NV12", 0, 1, k420),
    semi_planar(PixelFormat::nv21, "NV21", 1, 0, k420),
    planar_yuv(PixelFormat::y42b, "Y42B", k422),
    planar_yuv(PixelFormat::y444, "Y444", k444),
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
    planar_yuv(PixelFormat::i420_10le, "I420_10LE", k420, {10}),
    semi_planar(PixelFormat::p010_10le, "P010_10LE", 0, 1, k420, {10, 6}),
    planar_yuv(PixelFormat::i422_10le, "I422_10LE", k422, {10}),
    planar_yuv(PixelFormat::y444_10le, "Y444_10LE", k444, {10}),
    packed_422(PixelFormat::yvyu, "YVYU", 0, 3, 1),
    packed_422(PixelFormat::vyuy, "VYUY", 1, 2, 0),
    semi_planar(PixelFormat::nv16, "NV16", 0, 1, k422),
    semi_planar(PixelFormat::nv61, "NV61", 1, 0, k422),
    semi_planar(PixelFormat::nv24, "NV24", 0, 1, k444),
    packed_yuv_444(PixelFormat::ayuv, "AYUV", 1, 2, 3, 0),
    packed_yuv_444(PixelFormat::vuya, "VUYA", 2, 1, 0, 3),
    planar(PixelFormat::a420, "A420", ColorFamily::yuv, {0, 1, 2}, k420, {8}, true),
    packed_422(PixelFormat::y210, "Y210", 0, 1, 3, {10, 6}),
    planar_yuv(PixelFormat::i420_12le, "I420_12LE", k420, {12}),
    semi_planar(PixelFormat::p012_le, "P012_LE", 0, 1, k420, {12, 4}),
    planar_yuv(PixelFormat::i422_12le, "I422_12LE", k422, {12}),
    planar_yuv(PixelFormat::y444_12le, "Y444_12LE", k444, {12}),
    gray(PixelFormat::gray10_le16, "GRAY10_LE16", {10}),
    planar_gbr(PixelFormat::gbr, "GBR", {8}),
    planar_gbr(PixelFormat::gbra, "GBRA", {8}, true),
    planar_gbr(PixelFormat::gbr_10le, "GBR_10LE", {10}),
    planar_gbr(PixelFormat::gbr_12le, "GBR_12LE", {12}),
    packed_rgb(PixelFormat::argb64, "ARGB64", 4, 1, 2, 3, 0, {16}),
};

// Samples in words of 32 bits: three for each, or those of one pixel below two bits of alpha.
constexpr BitLayout kV210 = {6,           16, 128, 4, false, false, "102010201020", {10, 10, 10},
                             {10, 10, 10}};
constexpr BitLayout kGray10Le32 = {3, 4, 4, 4, false, false, "000", {10}, {10}};
constexpr BitLayout kY410 = {1, 4, 4, 4, false, false, "102", {10, 10, 10}, {10, 10, 10}};
// Two pixels are one big-endian word of 40 bits.
constexpr BitLayout kUyvp = {2, 5, 4, 5, true, true, "1020", {10, 10, 10}, {10, 10, 10}};
constexpr BitLayout kGray16Be = {1, 2, 4, 2, true, false, "0", {16}, {16}};
constexpr BitLayout kRgb16 = {1, 2, 4, 2, false, true, "012", {5, 6, 5}, {8, 8, 8}};

// Frames are converted to the direct format.
constexpr FormatInfo coded(PixelFormat format, std::string_view name, PixelFormat direct,
                           const RowCoder& coder) {
  FormatInfo info = kDirectFormats[static_cast<std::size_t>(direct)];
  info.format = format;
  info.name = name;
  info.low_bits = 0;
  info.plane_count = 1;
  info.direct = direct;
  info.coder = &coder;
  for (Component& component : info.component)
    component = {0, 0, 0, component.log2_sub_x, component.log2_sub_y};
  return info;
}

constexpr std::array kCodedFormats = {
    coded(PixelFormat::v210, "v210", PixelFormat::i422_10le, kRowCoder<kV210>),
    coded(PixelFormat::uyvp, "UYVP", PixelFormat::i422_10le, kRowCoder<kUyvp>),
    coded(PixelFormat::y410, "Y410", PixelFormat::y444_10le, kRowCoder<kY410>),
    coded(PixelFormat::gray10_le32, "GRAY10_LE32", PixelFormat::gray10_le16,
          kRowCoder<kGray10Le32>),
    coded(PixelFormat::gray16_be, "GRAY16_BE", PixelFormat::gray16_le, kRowCoder<kGray16Be>),
    coded(PixelFormat::rgb16, "RGB16", PixelFormat::rgb, kRowCoder<kRgb16>),
};

constexpr auto kFormats = [] {
  std::array<FormatInfo, kDirectFormats.size() + kCodedFormats.size()> all{};
  std::copy(kCodedFormats.begin(), kCodedFormats.end(),
            std::copy(kDirectFormats.begin(), kDirectFormats.end(), all.begin()));
  return all;
}();

// format_info indexes the table by the enum.
constexpr bool rows_follow_the_enum() {
  for (std::size_t i = 0; i < kFormats.size(); ++i)
    if (static_cast<std::size_t>(kFormats[i].format) != i) return false;
  return true;
}
static_assert(rows_follow_the_enum());
static_assert(kFormats.size() == static_cast<std::size_t>(PixelFormat::rgb16) + 1);

}  // namespace

int FormatInfo::plane_row_bytes(int plane, int width) const {
  if (!is_direct()) return coder->row_bytes(width);
  int bytes = extra.plane == plane ? width * extra.step_bytes : 0;
  for (int c = 0; c < component_count; ++c)
    if (component[c].plane == plane)
      bytes = std::max(bytes, component_width(c, width) * component[c].step_bytes);
  return bytes;
}

int FormatInfo::plane_rows(int plane, int height) const {
  int rows = extra.plane == plane ? height : 0;
  for (int c = 0; c < component_count; ++c)
    if (component[c].plane == plane) rows = std::max(rows, component_height(c, height));
  return rows;
}

std::span<const FormatInfo> formats() noexcept { return kFormats; }

std::span<const FormatInfo> direct_formats() noexcept {
  return std::span(kFormats).first(kDirectFormats.size());
}

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
