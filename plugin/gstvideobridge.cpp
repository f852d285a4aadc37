// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstvideobridge.h"

#include <algorithm>
#include <cstdlib>

GstCaps*
gst_dae_supported_caps (void) {
  std::string text = "format=(string){ ";
  const char* separator = "";
  for (const denoiseae::FormatInfo& row : denoiseae::formats ()) {
    /* An older GStreamer does not know all names. */
    if (gst_video_format_from_string (std::string (row.name).c_str ()) ==
        GST_VIDEO_FORMAT_UNKNOWN)
      continue;
    text += separator + std::string (row.name);
    separator = ", ";
  }
  const std::string sizes =
      "[ 1, " + std::to_string (denoiseae::kMaxFrameSize) + " ]";
  text += " }, width=(int)" + sizes + ", height=(int)" + sizes +
          ", framerate=" GST_VIDEO_FPS_RANGE;
  const std::string fields = "video/x-raw(" GST_CAPS_FEATURE_FORMAT_INTERLACED
                             "), interlace-mode=alternate, ";
  return gst_caps_from_string (
      ("video/x-raw, " + text + "; " + fields + text).c_str ());
}

std::optional<denoiseae::PixelFormat>
gst_dae_pixel_format (const GstVideoInfo* info) {
  return denoiseae::format_from_name (
      gst_video_format_to_string (GST_VIDEO_INFO_FORMAT (info)));
}

namespace {

bool
is_alternate (const GstVideoInfo* info) {
  return GST_VIDEO_INFO_INTERLACE_MODE (info) ==
         GST_VIDEO_INTERLACE_MODE_ALTERNATE;
}

std::string
describe (const GstVideoInfo* info) {
  return (is_alternate (info) ? "a field of " : "") +
         std::string (
             gst_video_format_to_string (GST_VIDEO_INFO_FORMAT (info))) +
         " " + std::to_string (GST_VIDEO_INFO_WIDTH (info)) + "x" +
         std::to_string (GST_VIDEO_INFO_HEIGHT (info));
}

GstDaeContent
content_of (const GstVideoFrame* frame) {
  /* Flags of the mapped frame are no use for single fields: where the caps tell
   * which field comes first, GStreamer says that each one is the top field. */
  if (is_alternate (&frame->info))
    return GST_VIDEO_BUFFER_IS_BOTTOM_FIELD (frame->buffer)
               ? GstDaeContent::bottom_field
               : GstDaeContent::top_field;
  /* Flags of a video meta may name fields in a progressive stream too. */
  return GST_VIDEO_INFO_IS_INTERLACED (&frame->info) &&
                 GST_VIDEO_FRAME_IS_INTERLACED (frame)
             ? GstDaeContent::interleaved_fields
             : GstDaeContent::frame;
}

/* Buffers of bottom fields have room for a top field, which has one row more
 * when the height is odd. No frame shows what they have there. */
int
row_count (GstDaeContent content, int frame_height) {
  if (content == GstDaeContent::top_field) return (frame_height + 1) / 2;
  if (content == GstDaeContent::bottom_field)
    return std::max (frame_height / 2, 1);
  return frame_height;
}

/* Finds what gst_video_frame_map would answer with a failed assertion or with
 * a FALSE that gives no reason. */
void
check_before_map (const GstVideoInfo* info, GstBuffer* buffer) {
  const GstVideoMeta* meta = gst_buffer_get_video_meta (buffer);
  if (meta == nullptr) {
    const gsize found = gst_buffer_get_size (buffer);
    if (found < GST_VIDEO_INFO_SIZE (info))
      throw GstDaeBufferError ("expected a buffer of " +
                               std::to_string (GST_VIDEO_INFO_SIZE (info)) +
                               " bytes for " + describe (info) + ", found " +
                               std::to_string (found) + " bytes");
    return;
  }
  if (meta->format != GST_VIDEO_INFO_FORMAT (info) ||
      meta->width < static_cast<guint> (GST_VIDEO_INFO_WIDTH (info)) ||
      meta->height < static_cast<guint> (GST_VIDEO_INFO_HEIGHT (info)) ||
      meta->n_planes != GST_VIDEO_INFO_N_PLANES (info))
    throw GstDaeBufferError ("expected a buffer that holds " + describe (info) +
                             ", found one whose video meta says " +
                             gst_video_format_to_string (meta->format) + " " +
                             std::to_string (meta->width) + "x" +
                             std::to_string (meta->height));
}

/* GStreamer trusts the offsets and strides of a video meta, and a row outside
 * the mapped memory would be read all the same. */
void
check_rows (const GstVideoFrame* frame, const GstVideoInfo* info,
            const denoiseae::FrameView& view) {
  const denoiseae::FormatInfo& format = denoiseae::format_info (view.format);
  for (int p = 0; p < format.plane_count; ++p) {
    const GstMapInfo& map = frame->map[frame->meta != nullptr ? p : 0];
    const std::ptrdiff_t row_bytes = format.plane_row_bytes (p, view.width);
    const std::ptrdiff_t first = view.data[p] - map.data;
    const std::ptrdiff_t last =
        first + (format.plane_rows (p, view.height) - 1) * view.stride_bytes[p];
    const std::ptrdiff_t end = std::max (first, last) + row_bytes;
    if (std::abs (view.stride_bytes[p]) < row_bytes)
      throw GstDaeBufferError (
          "expected rows of " + std::to_string (row_bytes) +
          " bytes or more in plane " + std::to_string (p) + " of " +
          describe (info) + ", found a stride of " +
          std::to_string (view.stride_bytes[p]));
    if (std::min (first, last) < 0 ||
        end > static_cast<std::ptrdiff_t> (map.size))
      throw GstDaeBufferError ("expected a buffer of " + std::to_string (end) +
                               " bytes for plane " + std::to_string (p) +
                               " of " + describe (info) + ", found " +
                               std::to_string (map.size) + " bytes");
  }
}

/* The view has the size of info and starts at the top left corner of the frame:
 * a buffer may hold more than its caps show. */
denoiseae::FrameView
frame_view (const GstVideoInfo* info, const GstVideoFrame* frame,
            GstDaeContent content) {
  denoiseae::FrameView view;
  view.format = gst_dae_pixel_format (info).value ();
  view.width = GST_VIDEO_INFO_WIDTH (info);
  view.height = row_count (content, GST_VIDEO_INFO_HEIGHT (info));
  for (guint p = 0; p < GST_VIDEO_FRAME_N_PLANES (frame); ++p) {
    view.data[p] = static_cast<guint8*> (GST_VIDEO_FRAME_PLANE_DATA (frame, p));
    view.stride_bytes[p] = GST_VIDEO_FRAME_PLANE_STRIDE (frame, p);
  }
  if (content == GstDaeContent::interleaved_fields) {
    check_rows (frame, info, denoiseae::field_view (view, 0));
    check_rows (frame, info, denoiseae::field_view (view, 1));
  } else {
    check_rows (frame, info, view);
  }
  return view;
}

}  // namespace

GstClockTime
gst_dae_buffer_duration (const GstVideoInfo* info) {
  if (GST_VIDEO_INFO_FPS_N (info) <= 0) return 0;
  const GstClockTime duration = gst_util_uint64_scale (
      GST_SECOND, GST_VIDEO_INFO_FPS_D (info), GST_VIDEO_INFO_FPS_N (info));
  return is_alternate (info) ? duration / 2 : duration;
}

GstDaeMappedFrame::GstDaeMappedFrame (const GstVideoInfo* info,
                                      GstBuffer* buffer, GstMapFlags flags) {
  check_before_map (info, buffer);
  if (!gst_video_frame_map (
          &frame_, info, buffer,
          static_cast<GstMapFlags> (
              flags | static_cast<int> (GST_VIDEO_FRAME_MAP_FLAG_NO_REF))))
    throw GstDaeBufferError (
        "expected a buffer of " + std::to_string (GST_VIDEO_INFO_SIZE (info)) +
        " bytes for " + describe (info) + ", found one of " +
        std::to_string (gst_buffer_get_size (buffer)) +
        " bytes that cannot be mapped");
}

GstDaeFramePair
gst_dae_frame_pair (const GstVideoInfo* info, const GstVideoFrame* in_frame,
                    const GstVideoFrame* out_frame) {
  GstDaeContent content = content_of (in_frame);

  if (content == GstDaeContent::interleaved_fields &&
      GST_VIDEO_INFO_HEIGHT (info) < 2)
    content = GstDaeContent::frame;
  return {frame_view (info, in_frame, content),
          frame_view (info, out_frame, content), content};
}

void
gst_dae_clear_padding (const GstVideoFrame* frame) {
  const denoiseae::FormatInfo& format =
      denoiseae::format_info (gst_dae_pixel_format (&frame->info).value ());
  const int height =
      row_count (content_of (frame), GST_VIDEO_FRAME_HEIGHT (frame));

  for (int p = 0; p < format.plane_count; ++p) {
    const GstMapInfo& map = frame->map[frame->meta != nullptr ? p : 0];
    guint8* const map_end = map.data + map.size;
    guint8* row = static_cast<guint8*> (GST_VIDEO_FRAME_PLANE_DATA (frame, p));
    const std::ptrdiff_t stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, p);
    const std::ptrdiff_t row_bytes =
        format.plane_row_bytes (p, GST_VIDEO_FRAME_WIDTH (frame));
    const int rows = format.plane_rows (p, height);
    guint8* plane_end = map_end;

    if (stride < row_bytes || row < map.data) continue;
    for (int other = 0; other < format.plane_count; ++other) {
      guint8* begin =
          static_cast<guint8*> (GST_VIDEO_FRAME_PLANE_DATA (frame, other));
      if (begin > row && begin < plane_end) plane_end = begin;
    }
    for (int y = 0; y < rows && row + row_bytes < map_end; ++y, row += stride) {
      guint8* const last = y + 1 < rows ? row + stride : plane_end;
      if (last > row + row_bytes && last <= map_end)
        std::fill (row + row_bytes, last, guint8{0});
    }
  }
}
