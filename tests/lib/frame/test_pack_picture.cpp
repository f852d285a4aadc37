// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "frame/pack_picture.h"
#include "support/check.h"
#include "support/frames.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

struct Planes {
  Planes(int c, int h, int w)
      : values(static_cast<std::size_t>(c) * h * w), view{values.data(), c, h, w} {}
  float& at(int c, int y, int x) {
    return values[(static_cast<std::size_t>(y) * view.width + x) * view.channels + c];
  }
  std::vector<float> values;
  TensorView view;
};

using Triple = std::array<double, 3>;

/// Returns R, G, B of a pixel by ITU-T T.871, clipped. The sample of a subsampled component is the
/// one whose pixels include this one.
Triple rgb_by_hand(const ConstFrameView& f, int x, int y) {
  const FormatInfo& info = format_info(f.format);
  const auto code = [&](int c) {
    return double(
        sample(f, c, x >> info.component[c].log2_sub_x, y >> info.component[c].log2_sub_y));
  };
  const double most = info.max_code(), none = 1 << (info.depth - 1);
  if (info.family == ColorFamily::gray) return {code(0) / most, code(0) / most, code(0) / most};
  if (info.family == ColorFamily::rgb) return {code(0) / most, code(1) / most, code(2) / most};
  const double luma = code(0), cb = code(1) - none, cr = code(2) - none;
  const Triple rgb = {luma + 1.402 * cr,
                      luma - 0.114 * 1.772 / 0.587 * cb - 0.299 * 1.402 / 0.587 * cr,
                      luma + 1.772 * cb};
  return {std::clamp(rgb[0] / most, 0.0, 1.0), std::clamp(rgb[1] / most, 0.0, 1.0),
          std::clamp(rgb[2] / most, 0.0, 1.0)};
}

double luma_of(const Triple& rgb) { return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]; }

/// Returns Y, Cb, Cr of a difference of R, G, B.
Triple ycbcr_of(const Triple& rgb) {
  const double luma = luma_of(rgb);
  return {luma, (rgb[2] - luma) / 1.772, (rgb[0] - luma) / 1.402};
}

/// Makes changes of up to 60 codes, which differ from value to value.
double change(int c, int x, int y) { return ((x * 37 + y * 59 + c * 83) % 121 - 60) / 255.0; }

/// Returns packed plus the changes.
Planes changed(const Planes& packed) {
  Planes result(packed.view.channels, packed.view.height, packed.view.width);
  for (int y = 0; y < packed.view.height; ++y)
    for (int x = 0; x < packed.view.width; ++x)
      for (int c = 0; c < packed.view.channels; ++c) {
        const std::size_t i =
            (static_cast<std::size_t>(y) * packed.view.width + x) * packed.view.channels + c;
        result.values[i] = packed.values[i] + static_cast<float>(change(c, x, y));
      }
  return result;
}

/// Asserts that sample (x, y) of component c is the rounded code, up to the precision of floats.
void assert_rounded(const ConstFrameView& f, int c, int x, int y, double value) {
  const double most = format_info(f.format).max_code();
  const int code = sample(f, c, x, y);
  ck_assert_msg(std::abs(code - std::clamp(value, 0.0, most)) < 0.5 + 4e-6 * most,
                "%s: %d, expected %g", describe(f).c_str(), code, value);
}

}  // namespace

START_TEST(test_packing_is_its_definition_on_every_format) {
  for (const FormatInfo& info : direct_formats())
    for (const auto& [width, height] : kSizes) {
      const GuardedFrame frame(info.format, width, height);
      Planes luma(1, height, width);
      Planes rgb(3, height, width);
      pack_picture(frame.view(), luma.view);
      pack_picture(frame.view(), rgb.view);
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
          const Triple wanted = rgb_by_hand(frame.view(), x, y);
          const double wanted_luma = info.family == ColorFamily::rgb
                                         ? luma_of(wanted)
                                         : sample(frame.view(), 0, x, y) / info.max_code();
          ck_assert_double_eq_tol(luma.at(0, y, x), wanted_luma, 1e-6);
          for (int c = 0; c < 3; ++c)
            ck_assert_msg(std::abs(rgb.at(c, y, x) - wanted[c]) < 1e-6, "%s: channel %d at %d,%d",
                          describe(frame.view()).c_str(), c, x, y);
        }
    }
}
END_TEST

START_TEST(test_gray_of_a_yuv_frame_is_gray) {
  for (const auto& [format, none] :
       {std::pair{PixelFormat::i420, 128}, {PixelFormat::p010_10le, 512}}) {
    Frame frame(format, 4, 4);
    fill_component(frame.view(), 0, 77);
    fill_component(frame.view(), 1, none);
    fill_component(frame.view(), 2, none);
    Planes rgb(3, 4, 4);
    pack_picture(frame.view(), rgb.view);
    const auto max_code = static_cast<float>(format_info(format).max_code());
    for (float v : rgb.values) ck_assert_float_eq_tol(v, 77 / max_code, 1e-6f);
  }
}
END_TEST

START_TEST(test_correcting_nothing_is_the_identity) {
  for (const int channels : {1, 3})
    for (const FormatInfo& info : direct_formats())
      for (const auto& [width, height] : kSizes) {
        const GuardedFrame in(info.format, width, height, 13, 1);
        GuardedFrame out(info.format, width, height, 5, 2);
        Planes packed(channels, height, width);
        pack_picture(in.view(), packed.view);
        correct_picture(in.view(), packed.view, packed.view, {}, out.view());
        ck_assert_msg(same_pixels(in.view(), out.view()), "%s", describe(in.view()).c_str());
        ck_assert(out.outside_unchanged());
      }
}
END_TEST

START_TEST(test_corrections_of_luma_reach_luma_or_all_of_rgb) {
  for (const FormatInfo& info : direct_formats()) {
    const GuardedFrame in(info.format, 17, 13, 13, 1);
    GuardedFrame out(info.format, 17, 13, 3, 2);
    Planes packed(1, 13, 17);
    pack_picture(in.view(), packed.view);
    Planes denoised = changed(packed);
    correct_picture(in.view(), packed.view, denoised.view, {}, out.view());
    const bool rgb = info.family == ColorFamily::rgb;
    for (int c = 0; c < info.component_count; ++c)
      for (int y = 0; y < info.component_height(c, 13); ++y)
        for (int x = 0; x < info.component_width(c, 17); ++x) {
          const double added = rgb || c == 0 ? info.max_code() * change(0, x, y) : 0;
          assert_rounded(out.view(), c, x, y, sample(in.view(), c, x, y) + added);
        }
    ck_assert(out.outside_unchanged());
  }
}
END_TEST

START_TEST(test_corrections_of_colour_are_converted_to_the_format) {
  for (const FormatInfo& info : direct_formats())
    for (const auto& [width, height] : kSizes) {
      const GuardedFrame in(info.format, width, height, 13, 1);
      GuardedFrame out(info.format, width, height, 13, 1);
      Planes packed(3, height, width);
      pack_picture(in.view(), packed.view);
      Planes denoised = changed(packed);
      // A caller may denoise in place.
      correct_picture(out.view(), packed.view, denoised.view, {}, out.view());
      for (int c = 0; c < info.component_count; ++c) {
        const int sub_x = info.component[c].log2_sub_x, sub_y = info.component[c].log2_sub_y;
        for (int y = 0; y < info.component_height(c, height); ++y)
          for (int x = 0; x < info.component_width(c, width); ++x) {
            double sum = 0;
            int count = 0;
            for (int py = y << sub_y; py < std::min((y + 1) << sub_y, height); ++py)
              for (int px = x << sub_x; px < std::min((x + 1) << sub_x, width); ++px, ++count) {
                const Triple rgb = {change(0, px, py), change(1, px, py), change(2, px, py)};
                sum += info.family == ColorFamily::rgb ? rgb[c] : ycbcr_of(rgb)[c];
              }
            assert_rounded(out.view(), c, x, y,
                           sample(in.view(), c, x, y) + info.max_code() * sum / count);
          }
      }
      ck_assert(out.outside_unchanged());
    }
}
END_TEST

START_TEST(test_shares_scale_luma_and_chroma_apart) {
  for (const PixelFormat format : {PixelFormat::nv12, PixelFormat::bgrx}) {
    GuardedFrame in(format, 8, 6, 13, 1);
    GuardedFrame out(format, 8, 6, 5, 2);
    for (int c = 0; c < 3; ++c) fill_component(in.view(), c, 100);
    Planes packed(3, 6, 8);
    pack_picture(in.view(), packed.view);
    Planes denoised = packed;
    denoised.view.data = denoised.values.data();
    const Triple added = {40 / 255.0, -30 / 255.0, 20 / 255.0};
    for (std::size_t i = 0; i < denoised.values.size(); ++i)
      denoised.values[i] += static_cast<float>(added[i % 3]);
    correct_picture(in.view(), packed.view, denoised.view, {0.5f, 0.25f}, out.view());
    const Triple full = ycbcr_of(added);
    Triple wanted = {0.5 * full[0], 0.25 * full[1], 0.25 * full[2]};
    if (format == PixelFormat::bgrx) {
      const double luma = wanted[0];
      const double red = luma + 1.402 * wanted[2], blue = luma + 1.772 * wanted[1];
      wanted = {red, (luma - 0.299 * red - 0.114 * blue) / 0.587, blue};
    }
    for (int c = 0; c < 3; ++c) assert_rounded(out.view(), c, 1, 1, 100 + 255 * wanted[c]);
  }
}
END_TEST

int main() {
  return run_suite(
      "pack picture",
      {test_packing_is_its_definition_on_every_format, test_gray_of_a_yuv_frame_is_gray,
       test_correcting_nothing_is_the_identity, test_corrections_of_luma_reach_luma_or_all_of_rgb,
       test_corrections_of_colour_are_converted_to_the_format,
       test_shares_scale_luma_and_chroma_apart});
}
