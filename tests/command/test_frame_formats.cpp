// SPDX-License-Identifier: LGPL-2.1-or-later
// The library's table of formats and FFmpeg's describe the same bytes.
#include <string>
#include <vector>

#include "command/frame_formats.h"
#include "support/check.h"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

namespace {

using command::pixel_format;

std::vector<AVPixelFormat> denoised_formats() {
  std::vector<AVPixelFormat> formats;
  for (int i = 0; i < AV_PIX_FMT_NB; ++i) {
    const auto format = static_cast<AVPixelFormat>(i);
    if (av_pix_fmt_desc_get(format) != nullptr && pixel_format(format)) formats.push_back(format);
  }
  return formats;
}

}  // namespace

START_TEST(test_formats_lie_alike_in_memory) {
  int direct = 0;
  for (const AVPixelFormat format : denoised_formats()) {
    const AVPixFmtDescriptor& av = *av_pix_fmt_desc_get(format);
    const denoiseae::FormatInfo& info = denoiseae::format_info(*pixel_format(format));
    ck_assert_msg(av.comp[0].depth >= info.depth || !info.is_direct(), "%s", av.name);
    constexpr int kWidth = 14;
    for (int p = 0; p < info.plane_count; ++p)
      ck_assert_msg(av_image_get_linesize(format, kWidth, p) == info.plane_row_bytes(p, kWidth),
                    "%s, plane %d", av.name, p);
    if (!info.is_direct() || format == AV_PIX_FMT_GRAY16BE) continue;
    ++direct;
    for (int c = 0; c < info.component_count; ++c) {
      const denoiseae::Component& place = info.component[c];
      ck_assert_msg(av.comp[c].plane == place.plane && av.comp[c].offset == place.offset_bytes &&
                        av.comp[c].step == place.step_bytes && av.comp[c].depth == info.depth &&
                        av.comp[c].shift == info.low_bits,
                    "%s, component %d", av.name, c);
      ck_assert_msg(
          c == 0 || info.family == denoiseae::ColorFamily::rgb ||
              (av.log2_chroma_w == place.log2_sub_x && av.log2_chroma_h == place.log2_sub_y),
          "%s, component %d", av.name, c);
    }
  }
  ck_assert_int_gt(direct, 30);
}
END_TEST

START_TEST(test_other_formats_keep_their_detail) {
  struct Conversion {
    AVPixelFormat from;
    AVPixelFormat to;
  };
  for (const auto& [from, to] : {
           Conversion{AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P},
           Conversion{AV_PIX_FMT_YUV411P, AV_PIX_FMT_YUV422P},
           Conversion{AV_PIX_FMT_YUV440P, AV_PIX_FMT_YUV444P},
           Conversion{AV_PIX_FMT_YUV440P10, AV_PIX_FMT_YUV444P10},
           Conversion{AV_PIX_FMT_YUV420P9, AV_PIX_FMT_YUV420P10},
           Conversion{AV_PIX_FMT_YUV422P16, AV_PIX_FMT_YUV422P12},
           Conversion{AV_PIX_FMT_GRAY12, AV_PIX_FMT_GRAY16},
           Conversion{AV_PIX_FMT_GBRP14, AV_PIX_FMT_GBRP12},
           Conversion{AV_PIX_FMT_YUVA444P10, AV_PIX_FMT_YUV444P10},
       })
    ck_assert_str_eq(command::name_of(command::best_denoised(from)), command::name_of(to));
}
END_TEST

START_TEST(test_losses_are_told) {
  const std::string told =
      command::describe_loss(command::conversion_loss(AV_PIX_FMT_YUV444P10, AV_PIX_FMT_YUV420P));
  ck_assert_str_eq(told.c_str(), "with coarser chroma, with fewer bits");
  ck_assert_int_eq(command::conversion_loss(AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P10), 0);
  ck_assert_int_ne(command::conversion_loss(AV_PIX_FMT_YUVA420P, AV_PIX_FMT_YUV420P), 0);
}
END_TEST

int main() {
  return denoiseae::test::run_suite("command_frame_formats",
                                    {test_formats_lie_alike_in_memory,
                                     test_other_formats_keep_their_detail, test_losses_are_told});
}
