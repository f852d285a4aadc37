// SPDX-License-Identifier: LGPL-2.1-or-later
// The code of frame.h that only needs the table of formats.
#pragma once

#include <denoiseae/error.h>
#include <denoiseae/frame.h>

#include <cstdlib>
#include <new>
#include <string>

namespace denoiseae {

namespace detail {

inline void check_format(PixelFormat format) {
  if (static_cast<std::size_t>(format) >= formats().size())
    throw Error(ErrorCode::bad_argument, "there is no pixel format of the number " +
                                             std::to_string(static_cast<int>(format)));
}

template <typename Byte>
BasicFrameView<Byte> field_view_of(const BasicFrameView<Byte>& frame, int field) {
  if (field < 0 || field > 1)
    throw Error(ErrorCode::bad_argument,
                "field must be 0 (rows 0, 2, 4 ...) or 1 (rows 1, 3, 5 ...), found " +
                    std::to_string(field));
  if (field >= frame.height)
    throw Error(ErrorCode::bad_argument, "a frame of " + std::to_string(frame.height) +
                                             " rows has no rows in field " + std::to_string(field));
  BasicFrameView<Byte> view = frame;
  view.height = (frame.height - field + 1) / 2;
  for (int p = 0; p < format_info(frame.format).plane_count; ++p) {
    view.data[p] = frame.row(p, field);
    view.stride_bytes[p] = 2 * frame.stride_bytes[p];
  }
  return view;
}

}  // namespace detail

inline FrameView field_view(const FrameView& frame, int field) {
  return detail::field_view_of(frame, field);
}

inline ConstFrameView field_view(const ConstFrameView& frame, int field) {
  return detail::field_view_of(frame, field);
}

inline void check_frame_size(int width, int height) {
  if (width >= 1 && height >= 1 && width <= kMaxFrameSize && height <= kMaxFrameSize) return;
  const std::string most = std::to_string(kMaxFrameSize);
  throw Error(ErrorCode::unsupported_format, "frame size must be 1x1 to " + most + "x" + most +
                                                 " pixels, found " + std::to_string(width) + "x" +
                                                 std::to_string(height));
}

inline void check_view(const ConstFrameView& view) {
  check_frame_size(view.width, view.height);
  detail::check_format(view.format);
  const FormatInfo& info = format_info(view.format);
  for (int p = 0; p < info.plane_count; ++p) {
    const int row_bytes = info.plane_row_bytes(p, view.width);
    if (view.data[p] != nullptr && std::abs(view.stride_bytes[p]) >= row_bytes) continue;
    const std::string plane =
        "plane " + std::to_string(p) + " of a " + std::string(info.name) + " frame";
    if (view.data[p] == nullptr)
      throw Error(ErrorCode::bad_argument, plane + " has no data: set its pointer");
    throw Error(ErrorCode::bad_argument, plane + ", " + std::to_string(view.width) +
                                             " pixels wide, needs a stride of " +
                                             std::to_string(row_bytes) + " bytes or more, found " +
                                             std::to_string(view.stride_bytes[p]));
  }
}

inline Frame::Frame(PixelFormat format, int width, int height, int extra_stride_bytes)
    : format_(format), width_(width), height_(height) {
  check_frame_size(width, height);
  detail::check_format(format);
  if (extra_stride_bytes < 0)
    throw Error(ErrorCode::bad_argument, "extra_stride_bytes must be 0 or more, found " +
                                             std::to_string(extra_stride_bytes));
  const FormatInfo& info = format_info(format);
  std::size_t size = 0;
  for (int p = 0; p < info.plane_count; ++p) {
    stride_bytes_[p] = (info.plane_row_bytes(p, width) + 3) / 4 * 4 + extra_stride_bytes;
    plane_offset_[p] = size;
    size += static_cast<std::size_t>(stride_bytes_[p]) *
            static_cast<std::size_t>(info.plane_rows(p, height));
  }
  try {
    bytes_.resize(size);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::out_of_memory,
                "no memory for a frame of " + std::to_string(width) + "x" + std::to_string(height));
  }
}

inline FrameView Frame::view() {
  FrameView view{format_, width_, height_, {}, stride_bytes_};
  if (bytes_.empty()) return view;
  for (int p = 0; p < format_info(format_).plane_count; ++p)
    view.data[p] = bytes_.data() + plane_offset_[p];
  return view;
}

inline ConstFrameView Frame::view() const { return const_cast<Frame*>(this)->view(); }

}  // namespace denoiseae
