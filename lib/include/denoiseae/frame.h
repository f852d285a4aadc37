// SPDX-License-Identifier: LGPL-2.1-or-later
// Pixel formats and views of frames in memory.
#pragma once

#if __cplusplus < 202002L
#error "the C++ headers of denoiseae need C++20: compile with -std=c++20, or use denoiseae.h"
#endif

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace denoiseae {

/// The pixel formats of the table in frame/format.cpp. They have GStreamer's names in lower case.
enum class PixelFormat {
  i420,
  yv12,
  nv12,
  nv21,
  y42b,
  y444,
  yuy2,
  uyvy,
  gray8,
  gray16_le,
  rgb,
  bgr,
  rgbx,
  bgrx,
  xrgb,
  xbgr,
  rgba,
  bgra,
  argb,
  abgr,
  i420_10le,
  p010_10le,
  i422_10le,
  y444_10le,
  yvyu,
  vyuy,
  nv16,
  nv61,
  nv24,
  ayuv,
  vuya,
  a420,
  y210,
  i420_12le,
  p012_le,
  i422_12le,
  y444_12le,
  gray10_le16,
  gbr,
  gbra,
  gbr_10le,
  gbr_12le,
  argb64,
  v210,
  uyvp,
  y410,
  gray10_le32,
  gray16_be,
  rgb16,
};

/// The largest width and height of a frame in pixels.
inline constexpr int kMaxFrameSize = 32767;
/// The largest number of planes of a format.
inline constexpr int kMaxPlanes = 4;

enum class ColorFamily { gray, yuv, rgb };

/// Says where the samples of one component lie.
struct Component {
  int plane;         ///< index of the plane that holds it
  int offset_bytes;  ///< from the start of a row to its first sample
  int step_bytes;    ///< from one sample to the next in a row
  int log2_sub_x;    ///< horizontal subsampling, 0 or 1
  int log2_sub_y;    ///< vertical subsampling, 0 or 1
};

struct RowCoder;

/// One row of the table of pixel formats. A format is direct where each sample lies in bytes of its
/// own: a byte, or for more than 8 bits a little-endian word of 16 bits. The others store samples
/// as fields of bits: their frames are converted to a direct format and back, and these rows tell
/// the family, the depth and the sizes of the components that the frame has there.
struct FormatInfo {
  PixelFormat format;
  std::string_view name;  ///< GStreamer's spelling, "I420"
  ColorFamily family;
  int depth;                           ///< bits of a sample, 8 to 16
  int low_bits;                        ///< unused zero bits below a sample in its word
  int plane_count;                     ///< 1 to kMaxPlanes
  int component_count;                 ///< 1 (Y) or 3 (Y U V, or R G B); alpha is not counted
  std::array<Component, 3> component;  ///< in the order Y U V or R G B
  Component extra;     ///< the samples of alpha or padding, which stay as they are; plane -1 = none
  PixelFormat direct;  ///< the format itself, or the one that frames are converted to
  const RowCoder* coder = nullptr;  ///< inside the library, converts rows that are not direct

  constexpr bool is_direct() const { return direct == format; }
  constexpr bool has_extra() const { return extra.plane >= 0; }
  /// Tells whether the pixels of a plane lie in pairs that share their chroma.
  constexpr bool has_pairs() const {
    return plane_count == 1 && component_count == 3 && component[1].log2_sub_x == 1;
  }
  int sample_bytes() const { return depth > 8 ? 2 : 1; }
  double max_code() const { return static_cast<double>((1 << depth) - 1); }
  /// Return the size of component c in a frame of the given size, rounded up.
  int component_width(int c, int width) const {
    return (width + (1 << component[c].log2_sub_x) - 1) >> component[c].log2_sub_x;
  }
  int component_height(int c, int height) const {
    return (height + (1 << component[c].log2_sub_y) - 1) >> component[c].log2_sub_y;
  }
  /// Return how many bytes of a row hold pixels, and the number of rows, of a plane in a frame of
  /// the given size.
  int plane_row_bytes(int plane, int width) const;
  int plane_rows(int plane, int height) const;
};

/// Returns all supported formats, in the order of their numbers.
std::span<const FormatInfo> formats() noexcept;
/// Returns the formats that are direct.
std::span<const FormatInfo> direct_formats() noexcept;
const FormatInfo& format_info(PixelFormat format) noexcept;
/// Looks up GStreamer's spelling ("I420"). Returns nothing when the table has no such row.
std::optional<PixelFormat> format_from_name(std::string_view name) noexcept;

/// A frame in memory that someone else owns. Rows may be padded and strides negative. Planes stand
/// in the order of the format. The owner says how long the pointers are valid.
template <typename Byte>
struct BasicFrameView {
  PixelFormat format = PixelFormat::i420;
  int width = 0;   ///< in pixels
  int height = 0;  ///< in pixels
  std::array<Byte*, kMaxPlanes> data{};
  std::array<std::ptrdiff_t, kMaxPlanes> stride_bytes{};

  Byte* row(int plane, int y) const { return data[plane] + y * stride_bytes[plane]; }
  /// Returns the address of the first sample in row y of component c. The format must be direct.
  Byte* component_row(int c, int y) const {
    const Component& info = format_info(format).component[c];
    return row(info.plane, y) + info.offset_bytes;
  }
  operator BasicFrameView<const Byte>() const requires(!std::is_const_v<Byte>) {
    return {format, width, height, {data[0], data[1], data[2], data[3]}, stride_bytes};
  }
};

using FrameView = BasicFrameView<std::uint8_t>;
using ConstFrameView = BasicFrameView<const std::uint8_t>;

/// Returns the rows of one field of an interleaved frame: field 0 has the rows 0, 2, 4 ..., field 1
/// has the others. The chroma planes of a 4:2:0 frame must hold an even number of rows, as
/// GStreamer allocates them. Throws bad_argument unless field is 0 or 1 and the field has a row.
FrameView field_view(const FrameView& frame, int field);
ConstFrameView field_view(const ConstFrameView& frame, int field);

/// Throws unsupported_format unless width and height are 1 ... kMaxFrameSize pixels.
void check_frame_size(int width, int height);

/// Throws unsupported_format when width or height is below 1 or above kMaxFrameSize, and
/// bad_argument when the pointer of a plane is missing or a stride is shorter than a row.
void check_view(const ConstFrameView& view);

/// A frame that owns its memory.
class Frame {
 public:
  Frame() = default;
  /// Rows are padded to a multiple of 4 bytes, plus extra_stride_bytes. Throws unsupported_format
  /// for a size outside the limits, bad_argument for negative extra bytes, out_of_memory.
  Frame(PixelFormat format, int width, int height, int extra_stride_bytes = 0);

  FrameView view();
  ConstFrameView view() const;
  PixelFormat format() const { return format_; }
  int width() const { return width_; }
  int height() const { return height_; }

 private:
  PixelFormat format_ = PixelFormat::i420;
  int width_ = 0;
  int height_ = 0;
  std::array<std::ptrdiff_t, kMaxPlanes> stride_bytes_{};
  std::array<std::size_t, kMaxPlanes> plane_offset_{};
  std::vector<std::uint8_t> bytes_;
};

}  // namespace denoiseae

#include <denoiseae/detail/frame_views.h>
#ifndef DENOISEAE_INSIDE
#include <denoiseae/detail/formats.h>
#endif
