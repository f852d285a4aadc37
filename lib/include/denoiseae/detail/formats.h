// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of pixel formats, as the C interface tells it, and frames as it takes them.
#pragma once

#include <denoiseae/detail/check.h>
#include <denoiseae/frame.h>

#include <cassert>
#include <vector>

namespace denoiseae {

namespace detail {

/// Returns a view as the C interface takes it. It never writes to frames that it only reads.
inline denoiseae_frame c_frame(const ConstFrameView& view) {
  denoiseae_frame frame{};
  frame.format = static_cast<denoiseae_format>(view.format);
  frame.width = view.width;
  frame.height = view.height;
  for (int p = 0; p < kMaxPlanes; ++p) {
    frame.data[p] = const_cast<std::uint8_t*>(view.data[p]);
    frame.stride_bytes[p] = view.stride_bytes[p];
  }
  return frame;
}

inline Component component_of(const denoiseae_component& c) {
  return {c.plane, c.offset_bytes, c.step_bytes, c.log2_sub_x, c.log2_sub_y};
}

inline FormatInfo format_row(int index) {
  denoiseae_format_info c{};
  c.struct_size = sizeof c;
  check(denoiseae_get_format_info(static_cast<denoiseae_format>(index), &c));
  FormatInfo info{};
  info.format = static_cast<PixelFormat>(c.format);
  info.name = c.name;
  info.family = static_cast<ColorFamily>(c.family);
  info.depth = c.depth;
  info.low_bits = c.low_bits;
  info.plane_count = c.planes;
  info.component_count = c.components;
  for (std::size_t i = 0; i < info.component.size(); ++i)
    info.component[i] = component_of(c.component[i]);
  info.extra = component_of(c.extra);
  info.direct = static_cast<PixelFormat>(c.direct);
  return info;
}

inline const std::vector<FormatInfo>& format_rows() {
  static const std::vector<FormatInfo> rows = [] {
    std::vector<FormatInfo> made;
    for (int i = 0; i < denoiseae_format_count(); ++i) made.push_back(format_row(i));
    return made;
  }();
  return rows;
}

}  // namespace detail

inline std::span<const FormatInfo> formats() noexcept { return detail::format_rows(); }

inline std::span<const FormatInfo> direct_formats() noexcept {
  static const std::vector<FormatInfo> rows = [] {
    std::vector<FormatInfo> made;
    for (const FormatInfo& info : formats())
      if (info.is_direct()) made.push_back(info);
    return made;
  }();
  return rows;
}

inline const FormatInfo& format_info(PixelFormat format) noexcept {
  const auto index = static_cast<std::size_t>(format);
  assert(index < formats().size());
  return formats()[index];
}

inline std::optional<PixelFormat> format_from_name(std::string_view name) noexcept {
  for (const FormatInfo& info : formats())
    if (info.name == name) return info.format;
  return std::nullopt;
}

inline int FormatInfo::plane_row_bytes(int plane, int width) const {
  int bytes = 0;
  detail::check(denoiseae_plane_size(static_cast<denoiseae_format>(format), plane, width, 1, &bytes,
                                     nullptr));
  return bytes;
}

inline int FormatInfo::plane_rows(int plane, int height) const {
  int rows = 0;
  detail::check(denoiseae_plane_size(static_cast<denoiseae_format>(format), plane, 1, height,
                                     nullptr, &rows));
  return rows;
}

}  // namespace denoiseae
