// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame_formats.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <array>
#include <bit>

namespace command {
namespace {

using denoiseae::PixelFormat;

static_assert(std::endian::native == std::endian::little);

struct Row {
  AVPixelFormat av;
  PixelFormat format;
};

// The first rows come first where two formats lose equally little.
constexpr Row kFormats[] = {
    {AV_PIX_FMT_YUV420P, PixelFormat::i420},
    {AV_PIX_FMT_YUV422P, PixelFormat::y42b},
    {AV_PIX_FMT_YUV444P, PixelFormat::y444},
    {AV_PIX_FMT_YUV420P10LE, PixelFormat::i420_10le},
    {AV_PIX_FMT_YUV422P10LE, PixelFormat::i422_10le},
    {AV_PIX_FMT_YUV444P10LE, PixelFormat::y444_10le},
    {AV_PIX_FMT_YUV420P12LE, PixelFormat::i420_12le},
    {AV_PIX_FMT_YUV422P12LE, PixelFormat::i422_12le},
    {AV_PIX_FMT_YUV444P12LE, PixelFormat::y444_12le},
    {AV_PIX_FMT_NV12, PixelFormat::nv12},
    {AV_PIX_FMT_NV21, PixelFormat::nv21},
    {AV_PIX_FMT_NV16, PixelFormat::nv16},
    {AV_PIX_FMT_NV24, PixelFormat::nv24},
    {AV_PIX_FMT_P010LE, PixelFormat::p010_10le},
    {AV_PIX_FMT_YUYV422, PixelFormat::yuy2},
    {AV_PIX_FMT_UYVY422, PixelFormat::uyvy},
    {AV_PIX_FMT_YVYU422, PixelFormat::yvyu},
    {AV_PIX_FMT_Y210LE, PixelFormat::y210},
    {AV_PIX_FMT_YUVA420P, PixelFormat::a420},
    {AV_PIX_FMT_GRAY8, PixelFormat::gray8},
    {AV_PIX_FMT_GRAY10LE, PixelFormat::gray10_le16},
    {AV_PIX_FMT_GRAY16LE, PixelFormat::gray16_le},
    {AV_PIX_FMT_GRAY16BE, PixelFormat::gray16_be},
    {AV_PIX_FMT_GBRP, PixelFormat::gbr},
    {AV_PIX_FMT_GBRAP, PixelFormat::gbra},
    {AV_PIX_FMT_GBRP10LE, PixelFormat::gbr_10le},
    {AV_PIX_FMT_GBRP12LE, PixelFormat::gbr_12le},
    {AV_PIX_FMT_RGB24, PixelFormat::rgb},
    {AV_PIX_FMT_BGR24, PixelFormat::bgr},
    {AV_PIX_FMT_RGB0, PixelFormat::rgbx},
    {AV_PIX_FMT_BGR0, PixelFormat::bgrx},
    {AV_PIX_FMT_0RGB, PixelFormat::xrgb},
    {AV_PIX_FMT_0BGR, PixelFormat::xbgr},
    {AV_PIX_FMT_RGBA, PixelFormat::rgba},
    {AV_PIX_FMT_BGRA, PixelFormat::bgra},
    {AV_PIX_FMT_ARGB, PixelFormat::argb},
    {AV_PIX_FMT_ABGR, PixelFormat::abgr},
    {AV_PIX_FMT_RGB565LE, PixelFormat::rgb16},
};

struct FullRangeRow {
  AVPixelFormat full;
  AVPixelFormat without;
};
constexpr FullRangeRow kFullRange[] = {
    {AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P}, {AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P},
    {AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P}, {AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUV440P},
    {AV_PIX_FMT_YUVJ411P, AV_PIX_FMT_YUV411P},
};

int depth_of(AVPixelFormat format) {
  const AVPixFmtDescriptor* info = av_pix_fmt_desc_get(format);
  return info != nullptr ? info->comp[0].depth : 0;
}

/// Orders conversions by what is lost: colour, then its resolution, then bits. Alpha is worth less,
/// and formats that are needlessly large come last.
std::array<int, 6> cost(AVPixelFormat from, AVPixelFormat to) {
  const int loss = conversion_loss(from, to);
  const auto has = [&](int flag) { return (loss & flag) != 0 ? 1 : 0; };
  const int lost_bits = has(FF_LOSS_DEPTH) == 0 ? 0 : std::max(1, depth_of(from) - depth_of(to));
  return {has(FF_LOSS_CHROMA), has(FF_LOSS_RESOLUTION),
          lost_bits,           has(FF_LOSS_COLORSPACE),
          has(FF_LOSS_ALPHA),  av_get_bits_per_pixel(av_pix_fmt_desc_get(to))};
}

template <typename Byte, typename AnyFrame>
denoiseae::BasicFrameView<Byte> make_view(AnyFrame& frame) {
  denoiseae::BasicFrameView<Byte> view;
  view.format = pixel_format(static_cast<AVPixelFormat>(frame.format)).value();
  view.width = frame.width;
  view.height = frame.height;
  for (int p = 0; p < denoiseae::format_info(view.format).plane_count; ++p) {
    view.data[p] = frame.data[p];
    view.stride_bytes[p] = frame.linesize[p];
  }
  return view;
}

}  // namespace

AVPixelFormat without_range(AVPixelFormat format) {
  for (const FullRangeRow& row : kFullRange)
    if (row.full == format) return row.without;
  return format;
}

bool is_full_range(AVPixelFormat format) { return without_range(format) != format; }

std::optional<PixelFormat> pixel_format(AVPixelFormat format) {
  for (const Row& row : kFormats)
    if (row.av == without_range(format)) return row.format;
  return std::nullopt;
}

int conversion_loss(AVPixelFormat from, AVPixelFormat to) {
  // The flags do not tell chroma of half width from chroma of half height.
  const AVPixFmtDescriptor* a = av_pix_fmt_desc_get(from);
  const AVPixFmtDescriptor* b = av_pix_fmt_desc_get(to);
  // Newer versions of FFmpeg also tell of bits and chroma that are more than needed, which is no loss.
  constexpr int kLosses = FF_LOSS_RESOLUTION | FF_LOSS_DEPTH | FF_LOSS_COLORSPACE | FF_LOSS_ALPHA |
                          FF_LOSS_COLORQUANT | FF_LOSS_CHROMA;
  int loss = av_get_pix_fmt_loss(to, from, 1) & kLosses;
  const auto is_rgb = [](const AVPixFmtDescriptor* info) {
    return (info->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
  };
  const auto has_color = [](const AVPixFmtDescriptor* info) {
    return info->nb_components > 2 || (info->flags & AV_PIX_FMT_FLAG_PAL) != 0;
  };
  if (has_color(a) && has_color(b) && !is_rgb(a) &&
      (b->log2_chroma_w > a->log2_chroma_w || b->log2_chroma_h > a->log2_chroma_h))
    loss |= FF_LOSS_RESOLUTION;
  if (has_color(a) && is_rgb(a) != is_rgb(b)) loss |= FF_LOSS_COLORSPACE;
  return loss;
}

std::string describe_loss(int loss) {
  std::string text;
  const auto add = [&](int flag, const char* words) {
    if ((loss & flag) != 0) text += (text.empty() ? "" : ", ") + std::string(words);
  };
  add(FF_LOSS_RESOLUTION, "with coarser chroma");
  add(FF_LOSS_DEPTH, "with fewer bits");
  add(FF_LOSS_CHROMA, "without colour");
  add(FF_LOSS_COLORSPACE, "which rounds between RGB and YUV");
  add(FF_LOSS_ALPHA, "without the alpha channel");
  return text;
}

AVPixelFormat best_of(const std::vector<AVPixelFormat>& formats, AVPixelFormat from) {
  if (std::find(formats.begin(), formats.end(), from) != formats.end()) return from;
  return *std::min_element(formats.begin(), formats.end(), [&](AVPixelFormat a, AVPixelFormat b) {
    return cost(from, a) < cost(from, b);
  });
}

AVPixelFormat best_denoised(AVPixelFormat from) {
  if (pixel_format(from)) return without_range(from);
  std::vector<AVPixelFormat> formats;
  for (const Row& row : kFormats) formats.push_back(row.av);
  return best_of(formats, without_range(from));
}

const char* name_of(AVPixelFormat format) {
  const char* name = av_get_pix_fmt_name(format);
  return name != nullptr ? name : "unknown";
}

denoiseae::FrameView view_of(AVFrame& frame) { return make_view<std::uint8_t>(frame); }

denoiseae::ConstFrameView view_of(const AVFrame& frame) {
  return make_view<const std::uint8_t>(frame);
}

}  // namespace command
