// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/full_chroma.h"

#include <algorithm>

#include "frame/color.h"
#include "frame/pixels.h"
#include "frame/subtract.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

namespace {

/// What to take from the chroma of a frame that has more of it than the network sees: the
/// network's correction, interpolated, and what of the finer detail is noise.
class ChromaCorrection {
 public:
  ChromaCorrection(const ConstFrameView& in, const TensorView& packed, const TensorView& noise,
                   const ChromaDetail& detail)
      : component_(format_info(in.format).component[1]),
        packed_(packed),
        noise_(noise),
        detail_(detail) {}

  /// Of chroma sample (x, y), which is pixel. Without luma.
  YCbCr at(const YCbCr& pixel, int x, int y) const {
    const float share =
        1 - detail_.kept_share(x >> (1 - component_.log2_sub_x), y >> (1 - component_.log2_sub_y));
    return {0, along(pixel.cb, 4, x, y, share), along(pixel.cr, 5, x, y, share)};
  }

 private:
  float along(float value, int channel, int x, int y, float share) const {
    return interpolate(noise_, channel, x, y, component_) +
           share * (value - interpolate(packed_, channel, x, y, component_));
  }

  const Component& component_;
  const TensorView& packed_;
  const TensorView& noise_;
  const ChromaDetail& detail_;
};

/// Chroma under the packed rows begin ... end - 1.
template <typename Codes>
void subtract_chroma(const ConstFrameView& in, const ChromaCorrection& correction,
                     const FrameView& out, int begin, int end) {
  const FormatInfo& info = format_info(in.format);
  const Codes codes(info);
  const int per_block = 2 >> info.component[1].log2_sub_y;
  const int step = info.component[1].step_bytes;
  const int width = info.component_width(1, in.width);
  const int last = std::min(end * per_block, info.component_height(1, in.height));
  for (int y = begin * per_block; y < last; ++y) {
    const ChromaRow<Codes> from(in, y);
    std::uint8_t* const to[2] = {out.component_row(1, y), out.component_row(2, y)};
    for (int x = 0; x < width; ++x) {
      const YCbCr pixel = from.ycbcr(x);
      const YCbCr difference = correction.at(pixel, x, y);
      codes.store_unit(to[0] + x * step, pixel.cb + 0.5f - difference.cb);
      codes.store_unit(to[1] + x * step, pixel.cr + 0.5f - difference.cr);
    }
  }
}

/// Pixels of the rows begin ... end - 1 of the frame.
template <typename Codes>
void subtract_rgb(const ConstFrameView& in, const TensorView& noise, const ChromaCorrection& chroma,
                  const FrameView& out, int begin, int end) {
  const FormatInfo& info = format_info(in.format);
  const Codes codes(info);
  const int step = info.component[0].step_bytes;
  for (int y = begin; y < end; ++y) {
    const RgbRow<Codes> from(in, y);
    const float* n = row_of(noise, y / 2);
    std::uint8_t* to[3] = {out.component_row(0, y), out.component_row(1, y),
                           out.component_row(2, y)};
    for (int x = 0; x < in.width; ++x) {
      YCbCr correction = chroma.at(from.ycbcr(x), x, y);
      correction.y = n[(x / 2) * noise.channels + luma_channel(x, y)];
      const Rgb difference = to_rgb(correction);
      const Rgb value = from.rgb(x);
      codes.store_unit(to[0] + x * step, value.r - difference.r);
      codes.store_unit(to[1] + x * step, value.g - difference.g);
      codes.store_unit(to[2] + x * step, value.b - difference.b);
    }
  }
}

}  // namespace

void subtract_full_chroma(const ConstFrameView& in, const TensorView& packed,
                          const TensorView& noise, const ChromaDetail& detail, const FrameView& out,
                          ThreadPool* pool) {
  const ChromaCorrection correction(in, packed, noise, detail);
  const bool is_rgb = format_info(in.format).family == ColorFamily::rgb;
  with_codes(format_info(in.format), [&]<typename Codes>(const Codes&) {
    for_ranges(pool, is_rgb ? in.height : (in.height + 1) / 2, [&](int begin, int end) {
      if (is_rgb) {
        subtract_rgb<Codes>(in, noise, correction, out, begin, end);
        return;
      }
      for (int y = 2 * begin; y < std::min(2 * end, in.height); ++y)
        subtract_luma<Codes>(in, y, 0, row_of(noise, y / 2), noise.channels, out);
      subtract_chroma<Codes>(in, correction, out, begin, end);
    });
  });
}

}  // namespace denoiseae
