// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame_converter.h"

extern "C" {
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <array>
#include <string>

#include "frame_fields.h"
#include "frame_formats.h"

namespace command {
namespace {

bool is_rgb(AVPixelFormat format) {
  return (av_pix_fmt_desc_get(format)->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
}

/// libswscale has the coefficients of these matrices alone; others are near that of BT.709.
const int* coefficients(const AVFrame& frame, AVPixelFormat to) {
  int matrix = frame.colorspace;
  if (matrix == AVCOL_SPC_UNSPECIFIED || matrix == AVCOL_SPC_RGB)
    matrix = frame.height >= 720 && !is_full_range(to) ? SWS_CS_ITU709 : SWS_CS_ITU601;
  return sws_getCoefficients(matrix);
}

void set_option(SwsContext* scaler, const char* name, std::int64_t value) {
  check(av_opt_set_int(scaler, name, value, 0), std::string("libswscale has no option ") + name);
}

struct Planes {
  std::array<std::uint8_t*, 4> data{};
  std::array<int, 4> stride{};
};

/// Returns the planes of a frame, or of one of its fields.
Planes planes_of(const AVFrame& frame, int field, int step) {
  Planes planes;
  for (int p = 0; p < 4; ++p) {
    if (frame.data[p] == nullptr) continue;
    // The second plane of such a format is a table of colours.
    const bool table = p == 1 && frame.format == AV_PIX_FMT_PAL8;
    planes.data[p] = frame.data[p] + (table ? 0 : field * frame.linesize[p]);
    planes.stride[p] = table ? frame.linesize[p] : step * frame.linesize[p];
  }
  return planes;
}

}  // namespace

FrameConverter::FrameConverter(AVPixelFormat format, int width, int height, int threads)
    : format_(format), width_(width), height_(height), threads_(threads) {}

void FrameConverter::prepare(const AVFrame& from, int height) {
  if (scaler_ && from_format_ == from.format && from_width_ == from.width &&
      from_height_ == height && from_range_ == from.color_range && from_matrix_ == from.colorspace)
    return;
  const auto from_format = static_cast<AVPixelFormat>(from.format);
  const bool fields = height != from.height;
  scaler_.reset(sws_alloc_context());
  if (!scaler_) throw std::bad_alloc();
  set_option(scaler_.get(), "srcw", from.width);
  set_option(scaler_.get(), "srch", height);
  set_option(scaler_.get(), "src_format", without_range(from_format));
  set_option(scaler_.get(), "dstw", width_);
  set_option(scaler_.get(), "dsth", fields ? height : height_);
  set_option(scaler_.get(), "dst_format", without_range(format_));
  set_option(scaler_.get(), "sws_flags",
             SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP);
  set_option(scaler_.get(), "threads", fields ? 1 : threads_);
  const bool from_rgb = is_rgb(from_format);
  const bool from_full =
      from_rgb || is_full_range(from_format) || from.color_range == AVCOL_RANGE_JPEG;
  // RGB becomes YUV of limited range, which players expect.
  const bool to_full = is_rgb(format_) || is_full_range(format_) || (from_full && !from_rgb);
  const int* matrix = coefficients(from, format_);
  set_option(scaler_.get(), "src_range", from_full ? 1 : 0);
  set_option(scaler_.get(), "dst_range", to_full ? 1 : 0);
  check(sws_init_context(scaler_.get(), nullptr, nullptr),
        std::string("a frame in ") + name_of(from_format) + " cannot be converted to " +
            name_of(format_));
  // The threads of a scaler, which begin there, learn the matrix no earlier.
  check(sws_setColorspaceDetails(scaler_.get(), matrix, from_full ? 1 : 0, matrix, to_full ? 1 : 0,
                                 0, 1 << 16, 1 << 16),
        "libswscale does not take the colours of a frame");
  from_format_ = from.format;
  from_width_ = from.width;
  from_height_ = height;
  from_range_ = from.color_range;
  from_matrix_ = from.colorspace;
}

void FrameConverter::scale(const AVFrame& from, AVFrame& to) {
  const bool coarse = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(from.format))->log2_chroma_h !=
                      av_pix_fmt_desc_get(format_)->log2_chroma_h;
  // Fields must be as high as each other for one scaler to serve both.
  const bool fields = coarse && is_interlaced(from) && from.height == to.height &&
                      from.width == to.width && from.height % 4 == 0;
  const int count = fields ? 2 : 1;
  prepare(from, from.height / count);
  for (int field = 0; field < count; ++field) {
    const Planes in = planes_of(from, field, count), out = planes_of(to, field, count);
    check(sws_scale(scaler_.get(), in.data.data(), in.stride.data(), 0, from.height / count,
                    out.data.data(), out.stride.data()),
          "a frame cannot be converted");
  }
}

FramePtr FrameConverter::convert(FramePtr frame) {
  const auto from = static_cast<AVPixelFormat>(frame->format);
  if (is_full_range(from)) frame->color_range = AVCOL_RANGE_JPEG;
  if (frame->width == width_ && frame->height == height_ && without_range(from) == format_) {
    frame->format = format_;
    return frame;
  }
  FramePtr to = make_frame(format_, width_, height_, *frame);
  scale(*frame, *to);
  if (is_rgb(from) && !is_rgb(format_)) {
    to->color_range = is_full_range(format_) ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    to->colorspace =
        frame->height >= 720 && !is_full_range(format_) ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
  } else if (is_rgb(format_) && !is_rgb(from)) {
    to->colorspace = AVCOL_SPC_RGB;
    to->color_range = AVCOL_RANGE_JPEG;
  }
  return to;
}

}  // namespace command
