// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/full_chroma.h"

#include <algorithm>

#include "frame/color.h"
#include "frame/interpolate_row.h"
#include "frame/pixel_parts.h"
#include "frame/row_parts.h"
#include "frame/subtract.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

namespace {

/// Finds the noise in the chroma of a frame: what the network found, interpolated, and the part of
/// the finer detail that is noise.
class ChromaNoise {
 public:
  ChromaNoise(const ConstFrameView& frame, const ChromaPlanes& packed, const ChromaPlanes& noise,
              const ChromaDetail& detail)
      : component_(format_info(frame.format).component[1]),
        packed_(packed),
        noise_(noise),
        detail_(detail) {}

  /// Fills in the colour differences of the noise in count chroma samples of row y, from sample
  /// first on. chroma: these samples.
  void find(const YCbCrPart& chroma, int y, int first, int count, YCbCrPart& noise) const {
    Part noise_share;
    detail_.load_noise_share(y, first, count, noise_share);
    YCbCrPart seen;
    interpolate_row(packed_.u, 0, y, first, count, seen.cb, component_);
    interpolate_row(packed_.v, 0, y, first, count, seen.cr, component_);
    interpolate_row(noise_.u, 0, y, first, count, noise.cb, component_);
    interpolate_row(noise_.v, 0, y, first, count, noise.cr, component_);
    for (int i = 0; i < count; ++i) {
      noise.cb[i] += noise_share[i] * (chroma.cb[i] - seen.cb[i]);
      noise.cr[i] += noise_share[i] * (chroma.cr[i] - seen.cr[i]);
    }
  }

 private:
  const Component& component_;
  const ChromaPlanes& packed_;
  const ChromaPlanes& noise_;
  const ChromaDetail& detail_;
};

/// Takes noise from the chroma under the packed rows begin ... end - 1 of a YUV frame.
template <typename Codes>
void subtract_chroma(const ConstFrameView& in, const ChromaNoise& chroma_noise,
                     const FrameView& out, int begin, int end) {
  const FormatInfo& info = format_info(in.format);
  const int rows_each = 2 >> info.component[1].log2_sub_y;
  const int last = std::min(end * rows_each, info.component_height(1, in.height));
  for (int y = begin * rows_each; y < last; ++y)
    for_parts(0, info.component_width(1, in.width), [&](int first, int count) {
      YCbCrPart samples, noise;
      load_chroma<Codes>(in, y, first, count, samples);
      chroma_noise.find(samples, y, first, count, noise);
      for (int i = 0; i < count; ++i) {
        samples.cb[i] = samples.cb[i] + 0.5f - noise.cb[i];
        samples.cr[i] = samples.cr[i] + 0.5f - noise.cr[i];
      }
      store_part<Codes>(out, 1, y, first, count, samples.cb);
      store_part<Codes>(out, 2, y, first, count, samples.cr);
    });
}

/// Takes noise from the rows begin ... end - 1 of an RGB frame.
template <typename Codes>
void subtract_rgb(const ConstFrameView& in, const TensorView& luma_noise,
                  const ChromaNoise& chroma_noise, const FrameView& out, int begin, int end) {
  for (int y = begin; y < end; ++y)
    for_parts(0, in.width, [&](int first, int count) {
      RgbPart rgb;
      YCbCrPart pixels, noise;
      load_rgb<Codes>(in, y, first, count, rgb);
      to_ycbcr(rgb, count, pixels);
      chroma_noise.find(pixels, y, first, count, noise);
      load_packed_luma(row_of(luma_noise, y / 2), luma_noise.channels, y, first, count, noise.y);
      for (int i = 0; i < count; ++i) {
        const Rgb difference = to_rgb({noise.y[i], noise.cb[i], noise.cr[i]});
        rgb.r[i] -= difference.r;
        rgb.g[i] -= difference.g;
        rgb.b[i] -= difference.b;
      }
      store_part<Codes>(out, 0, y, first, count, rgb.r);
      store_part<Codes>(out, 1, y, first, count, rgb.g);
      store_part<Codes>(out, 2, y, first, count, rgb.b);
    });
}

}  // namespace

void subtract_full_chroma(const ConstFrameView& in, const ChromaPlanes& packed,
                          const FullChromaNoise& noise, const ChromaDetail& detail,
                          const FrameView& out, ThreadPool* pool) {
  const ChromaNoise chroma_noise(in, packed, noise.chroma, detail);
  const bool is_rgb = format_info(in.format).family == ColorFamily::rgb;
  with_codes(format_info(in.format), [&]<typename Codes>(const Codes&) {
    for_ranges(pool, is_rgb ? in.height : (in.height + 1) / 2, [&](int begin, int end) {
      if (is_rgb) {
        subtract_rgb<Codes>(in, noise.luma, chroma_noise, out, begin, end);
        return;
      }
      for (int y = 2 * begin; y < std::min(2 * end, in.height); ++y)
        subtract_luma<Codes>(in, y, 0, row_of(noise.luma, y / 2), noise.luma.channels, out);
      subtract_chroma<Codes>(in, chroma_noise, out, begin, end);
    });
  });
}

}  // namespace denoiseae
