// SPDX-License-Identifier: LGPL-2.1-or-later
#include "picture.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>

#include "busiest_area.h"
#include "mapped_frame.h"

namespace demo {
namespace {

constexpr GstVideoFormat kFormat = GST_VIDEO_FORMAT_BGRx;

struct FreeConverter {
  void operator()(GstVideoConverter* converter) const { gst_video_converter_free(converter); }
};

GstVideoInfo info_of(const Picture& picture) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, kFormat, picture.width, picture.height);
  return info;
}

/// Returns a buffer that uses the bytes of the picture, and must not outlive it.
GstBuffer* wrap(const Picture& picture, GstMemoryFlags flags) {
  return gst_buffer_new_wrapped_full(flags, const_cast<std::uint8_t*>(picture.bytes.data()),
                                     picture.bytes.size(), 0, picture.bytes.size(), nullptr,
                                     nullptr);
}

void convert(const GstVideoInfo& from_info, GstBuffer* from, const Window& window, Picture& to,
             const Window& place, GstVideoResamplerMethod method) {
  GstVideoInfo to_info = info_of(to);
  // A converter refuses frames that differ in these.
  GST_VIDEO_INFO_INTERLACE_MODE(&to_info) = GST_VIDEO_INFO_INTERLACE_MODE(&from_info);
  GST_VIDEO_INFO_FPS_N(&to_info) = GST_VIDEO_INFO_FPS_N(&from_info);
  GST_VIDEO_INFO_FPS_D(&to_info) = GST_VIDEO_INFO_FPS_D(&from_info);
  g_autoptr(GstBuffer) buffer = wrap(to, static_cast<GstMemoryFlags>(0));
  MappedFrame source(from_info, from, GST_MAP_READ);
  MappedFrame target(to_info, buffer, GST_MAP_WRITE);
  const std::unique_ptr<GstVideoConverter, FreeConverter> converter(gst_video_converter_new(
      &from_info, &to_info,
      gst_structure_new(
          "options", GST_VIDEO_CONVERTER_OPT_SRC_X, G_TYPE_INT, window.x,
          GST_VIDEO_CONVERTER_OPT_SRC_Y, G_TYPE_INT, window.y, GST_VIDEO_CONVERTER_OPT_SRC_WIDTH,
          G_TYPE_INT, window.width, GST_VIDEO_CONVERTER_OPT_SRC_HEIGHT, G_TYPE_INT, window.height,
          GST_VIDEO_CONVERTER_OPT_DEST_X, G_TYPE_INT, place.x, GST_VIDEO_CONVERTER_OPT_DEST_Y,
          G_TYPE_INT, place.y, GST_VIDEO_CONVERTER_OPT_DEST_WIDTH, G_TYPE_INT, place.width,
          GST_VIDEO_CONVERTER_OPT_DEST_HEIGHT, G_TYPE_INT, place.height,
          GST_VIDEO_CONVERTER_OPT_FILL_BORDER, G_TYPE_BOOLEAN, FALSE,
          GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD, GST_TYPE_VIDEO_RESAMPLER_METHOD, method,
          nullptr)));
  if (!converter) throw std::runtime_error("a frame cannot be converted");
  gst_video_converter_frame(converter.get(), source.get(), target.get());
}

double luma(const Picture& picture, int x, int y) {
  const std::uint8_t* bgr =
      picture.pixel(std::clamp(x, 0, picture.width - 1), std::clamp(y, 0, picture.height - 1));
  return 0.114 * bgr[0] + 0.587 * bgr[1] + 0.299 * bgr[2];
}

/// Returns the magnitude of Sobel's gradient. It is not squared, because the window with the
/// hardest edge would win then.
double edge(const Picture& picture, int x, int y) {
  double dx = 0;
  double dy = 0;
  for (int i = -1; i <= 1; ++i) {
    const int weight = i == 0 ? 2 : 1;
    dx += weight * (luma(picture, x + 1, y + i) - luma(picture, x - 1, y + i));
    dy += weight * (luma(picture, x + i, y + 1) - luma(picture, x + i, y - 1));
  }
  return std::hypot(dx, dy);
}

}  // namespace

Picture::Picture(int width, int height, std::uint8_t value)
    : width(width), height(height), bytes(4 * static_cast<std::size_t>(width) * height, value) {}

Picture to_picture(GstSample* sample) {
  const GstVideoInfo info = info_of(sample);
  Picture picture(GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info), 0);
  const Window whole{0, 0, picture.width, picture.height};
  convert(info, gst_sample_get_buffer(sample), whole, picture, whole,
          GST_VIDEO_RESAMPLER_METHOD_LINEAR);
  return picture;
}

Picture removed(const Picture& noisy, const Picture& denoised) {
  Picture difference = noisy;
  for (std::size_t i = 0; i < difference.bytes.size(); ++i) {
    difference.bytes[i] =
        static_cast<std::uint8_t>(std::clamp(128 + noisy.bytes[i] - denoised.bytes[i], 0, 255));
  }
  return difference;
}

void paste(const Picture& from, const Window& window, Picture& to, const Window& place,
           GstVideoResamplerMethod method) {
  g_autoptr(GstBuffer) buffer = wrap(from, GST_MEMORY_FLAG_READONLY);
  convert(info_of(from), buffer, window, to, place, method);
}

Window find_detail(const Picture& picture) {
  const command::Area area = command::find_busiest_area(
      picture.width, picture.height, [&](int x, int y) { return edge(picture, x, y); });
  return {area.x, area.y, area.width, area.height};
}

}  // namespace demo
