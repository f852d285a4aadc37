// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <vector>

#include "frame/pack.h"
#include "frame/packed_frames.h"
#include "layout/packed_layout.h"
#include "support/check.h"
#include "support/frames.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

struct Planes {
  explicit Planes(int c, int h, int w)
      : values(static_cast<std::size_t>(c) * h * w), view{values.data(), c, h, w} {}
  float at(int c, int y, int x) const {
    return values[(static_cast<std::size_t>(y) * view.width + x) * view.channels + c];
  }
  std::vector<float> values;
  TensorView view;
};

/// Counts back and forth between 0 and length - 1, and each end twice.
int mirror(int position, int length) {
  int at = 0;
  for (int step = 1; position > 0; --position) {
    if (at + step >= 0 && at + step < length)
      at += step;
    else
      step = -step;
  }
  return at;
}

/// Returns component c at (x, y) as 0 ... 1. The frame is mirrored beyond its edges.
double value(const ConstFrameView& f, int c, int x, int y) {
  const FormatInfo& info = format_info(f.format);
  return sample(f, c, mirror(x, info.component_width(c, f.width)),
                mirror(y, info.component_height(c, f.height))) /
         info.max_code();
}

struct Color {
  double y, u, v;
};

/// Returns luma and colour differences of a pixel, by the definitions of BT.601.
Color rgb_color(const ConstFrameView& f, int x, int y) {
  const double r = value(f, 0, x, y), g = value(f, 1, x, y), b = value(f, 2, x, y);
  const double luma = 0.299 * r + 0.587 * g + 0.114 * b;
  return {luma, (b - luma) / 1.772, (r - luma) / 1.402};
}

/// Returns the values that the network must see at (x, y), by definition.
std::array<double, 6> packed_by_hand(const ConstFrameView& f, int x, int y) {
  std::array<double, 6> p{};
  const ColorFamily family = format_info(f.format).family;
  for (int i = 0; i < 4; ++i) {
    const int px = 2 * x + i % 2, py = 2 * y + i / 2;
    if (family == ColorFamily::rgb) {
      const Color c = rgb_color(f, px, py);
      p[i] = c.y - 0.5;
      p[4] += c.u / 4;
      p[5] += c.v / 4;
    } else {
      p[i] = value(f, 0, px, py) - 0.5;
    }
  }
  if (family == ColorFamily::yuv) {
    const Component& chroma = format_info(f.format).component[1];
    const int columns = 2 >> chroma.log2_sub_x, rows = 2 >> chroma.log2_sub_y;
    for (int c = 1; c < 3; ++c) {
      for (int i = 0; i < rows * columns; ++i)
        p[3 + c] += value(f, c, x * columns + i % columns, y * rows + i / columns);
      p[3 + c] = p[3 + c] / (rows * columns) - 0.5;
    }
  }
  return p;
}

void pack(const ConstFrameView& frame, const Planes& planes) { pack_rows(frame, 0, planes.view); }

/// Takes noise from in. sigma: the deviation of the noise in chroma, in 8-bit codes.
void subtract(const ConstFrameView& in, const Planes& noise, double sigma, const FrameView& out) {
  const auto packing = make_frame_packing(in.format, in.width, in.height, noise.view);
  FrameCodes codes(in.format, in.width, in.height, noise.view);
  packing->set_frame(in, out);
  packing->prepare(codes, nullptr);
  packing->subtract(0, noise.view);
  packing->finish(sigma, nullptr);
}

}  // namespace

START_TEST(test_packing_is_its_definition_on_every_format) {
  for (const FormatInfo& info : direct_formats())
    for (const auto& [width, height] : kSizes) {
      const GuardedFrame frame(info.format, width, height);
      Planes planes(8, (height + 1) / 2 + 3, (width + 1) / 2 + 2);
      std::fill(planes.values.begin(), planes.values.end(), 7.0f);
      pack(frame.view(), planes);
      for (int y = 0; y < planes.view.height; ++y)
        for (int x = 0; x < planes.view.width; ++x) {
          const auto wanted = packed_by_hand(frame.view(), x, y);
          for (int c = 0; c < 6; ++c)
            ck_assert_msg(std::abs(planes.at(c, y, x) - wanted[c]) < 1e-6,
                          "%s: channel %d at %d,%d", describe(frame.view()).c_str(), c, x, y);
          ck_assert_float_eq(planes.at(6, y, x), 7.0f);
          ck_assert_float_eq(planes.at(7, y, x), 7.0f);
        }
    }
}
END_TEST

START_TEST(test_subtracting_nothing_is_the_identity) {
  for (const FormatInfo& info : direct_formats())
    for (const auto& [width, height] : kSizes) {
      const GuardedFrame in(info.format, width, height, 13, 1);
      GuardedFrame out(info.format, width, height, 5, 2);
      Planes noise(6, (height + 1) / 2, (width + 1) / 2);
      subtract(in.view(), noise, 0, out.view());
      ck_assert_msg(same_pixels(in.view(), out.view()), "%s", describe(in.view()).c_str());
      ck_assert(out.outside_unchanged());
    }
}
END_TEST

START_TEST(test_noise_is_subtracted_from_its_own_sample) {
  for (const FormatInfo& info : direct_formats()) {
    if (info.family == ColorFamily::rgb) continue;
    for (const auto& [width, height] : kSizes) {
      GuardedFrame frame(info.format, width, height);
      const GuardedFrame original(info.format, width, height);
      const auto max_code = static_cast<float>(info.max_code());
      Planes noise(6, (height + 1) / 2, (width + 1) / 2);
      for (std::size_t i = 0; i < noise.values.size(); ++i) {
        // The noise is in codes of the format, because deeper ones keep what 8 bits would lose.
        noise.values[i] = (static_cast<float>((i * 37) % 201) - 100.0f) / max_code;
      }
      // A caller may denoise in place.
      subtract(frame.view(), noise, 0, frame.view());
      for (int c = 0; c < info.component_count; ++c)
        for (int y = 0; y < info.component_height(c, height); ++y)
          for (int x = 0; x < info.component_width(c, width); ++x) {
            // Finer chroma has tests of its own.
            if (c > 0 && !network_sees_all_samples(info)) continue;
            const float n =
                c == 0 ? noise.at((y % 2) * 2 + x % 2, y / 2, x / 2) : noise.at(3 + c, y, x);
            const int wanted = std::clamp(
                sample(original.view(), c, x, y) - static_cast<int>(std::lround(n * max_code)), 0,
                static_cast<int>(max_code));
            ck_assert_int_eq(sample(frame.view(), c, x, y), wanted);
          }
      ck_assert(frame.outside_unchanged());
    }
  }
}
END_TEST

START_TEST(test_rgb_corrections_follow_the_colour_matrix) {
  for (const FormatInfo& info : direct_formats()) {
    if (info.family != ColorFamily::rgb) continue;
    GuardedFrame frame(info.format, 9, 7);
    const int gray = info.max_code() / 2 + 1;
    const double range = info.max_code();
    // Single precision misses codes of 16 bits by a part of one.
    const int tolerance = info.depth > 12 ? 1 : 0;
    for (int c = 0; c < 3; ++c) fill_component(frame.view(), c, gray);
    Planes noise(6, 4, 5);
    for (std::size_t i = 0; i < noise.values.size(); ++i) {
      const int channel = static_cast<int>(i % 6);
      noise.values[i] = channel < 4 ? 0.02f : (channel == 4 ? 0.03f : -0.05f);
    }
    subtract(frame.view(), noise, 25, frame.view());
    const double red = gray - range * (0.02 + 1.402 * -0.05);
    const double blue = gray - range * (0.02 + 1.772 * 0.03);
    const double green = (gray - range * 0.02 - 0.299 * red - 0.114 * blue) / 0.587;
    const double wanted[] = {red, green, blue};
    for (int y = 0; y < 7; ++y)
      for (int x = 0; x < 9; ++x) {
        for (int c = 0; c < 3; ++c) {
          const int code = static_cast<int>(std::floor(wanted[c] + 0.5));
          ck_assert_msg(std::abs(sample(frame.view(), c, x, y) - code) <= tolerance,
                        "%s: %d instead of %d", describe(frame.view()).c_str(),
                        sample(frame.view(), c, x, y), code);
        }
      }
    ck_assert(frame.outside_unchanged());
  }
}
END_TEST

/// Denoises a frame of even size in which the network finds no noise.
static void filter_detail(const FrameView& frame, double sigma) {
  Planes noise(6, frame.height / 2, frame.width / 2);
  subtract(frame, noise, sigma, frame);
}

START_TEST(test_fine_chroma_detail_is_kept_where_strong_and_dropped_where_weak) {
  // All the chroma of a checkerboard of red and green of equal luma is finer than half size.
  const auto contrast_after = [](int amplitude, double sigma) {
    GuardedFrame frame(PixelFormat::rgb, 32, 32);
    for (int y = 0; y < 32; ++y)
      for (int x = 0; x < 32; ++x) {
        const int sign = (x + y) % 2 == 0 ? 1 : -1;
        frame.view().component_row(0, y)[x * 3] = static_cast<std::uint8_t>(128 + sign * amplitude);
        frame.view().component_row(1, y)[x * 3] =
            static_cast<std::uint8_t>(128 - sign * amplitude / 2);
        frame.view().component_row(2, y)[x * 3] = 128;
      }
    filter_detail(frame.view(), sigma);
    return std::abs(sample(frame.view(), 0, 16, 16) - sample(frame.view(), 0, 17, 16)) / 2;
  };
  ck_assert_int_eq(contrast_after(60, 0), 60);
  ck_assert_int_ge(contrast_after(60, 10), 56);
  ck_assert_int_le(contrast_after(8, 25), 1);
}
END_TEST

START_TEST(test_chroma_corrections_are_interpolated_where_chroma_is_finer) {
  // The corrections are a ramp, which interpolation between blocks keeps inside the frame.
  for (const FormatInfo& info : direct_formats()) {
    if (info.family != ColorFamily::yuv || network_sees_all_samples(info)) continue;
    const int size = 16;
    const auto max_code = static_cast<float>(info.max_code());
    GuardedFrame frame(info.format, size, size);
    for (int c = 0; c < 3; ++c) fill_component(frame.view(), c, 128);
    Planes noise(6, size / 2, size / 2);
    for (int y = 0; y < size / 2; ++y)
      for (int x = 0; x < size / 2; ++x) {
        noise.values[(y * size / 2 + x) * 6 + 4] = static_cast<float>(4 * x + 8 * y) / max_code;
        noise.values[(y * size / 2 + x) * 6 + 5] = static_cast<float>(-8 * x) / max_code;
      }
    subtract(frame.view(), noise, 25, frame.view());
    const Component& chroma = info.component[1];
    for (int y = 1; y < info.component_height(1, size) - 1; ++y)
      for (int x = 1; x < info.component_width(1, size) - 1; ++x) {
        const double block_x = chroma.log2_sub_x == 1 ? x : x / 2.0 - 0.25;
        const double block_y = chroma.log2_sub_y == 1 ? y : y / 2.0 - 0.25;
        ck_assert_int_eq(sample(frame.view(), 1, x, y), 128 - 4 * block_x - 8 * block_y);
        ck_assert_int_eq(sample(frame.view(), 2, x, y), 128 + 8 * block_x);
      }
    ck_assert_int_eq(sample(frame.view(), 0, 5, 5), 128);
    ck_assert(frame.outside_unchanged());
  }
}
END_TEST

START_TEST(test_fine_chroma_noise_is_removed_and_detail_kept_in_every_format) {
  // Chroma alternates from row to row, so that half-size samples hold nothing of it.
  for (const FormatInfo& info : direct_formats()) {
    if (info.family != ColorFamily::yuv || network_sees_all_samples(info)) continue;
    const auto contrast_after = [&](int amplitude, double sigma) {
      GuardedFrame frame(info.format, 32, 32);
      fill_component(frame.view(), 0, deepened(info, 100));
      for (int c = 1; c < 3; ++c)
        for (int y = 0; y < 32; ++y)
          for (int x = 0; x < info.component_width(c, 32); ++x)
            set_sample(frame.view(), c, x, y,
                       deepened(info, 128 + (y % 2 == 0 ? amplitude : -amplitude)));
      filter_detail(frame.view(), sigma);
      const int contrast = sample(frame.view(), 1, 8, 16) - sample(frame.view(), 1, 8, 17);
      return std::lround(std::abs(contrast) / codes_per_8bit(info) / 2);
    };
    ck_assert_int_eq(contrast_after(60, 0), 60);
    ck_assert_int_ge(contrast_after(60, 10), 57);
    ck_assert_int_le(contrast_after(12, 25), 1);
  }
}
END_TEST

START_TEST(test_noise_gains_are_those_of_the_conversion) {
  const NoiseGain yuv = packed_noise_gain(format_info(PixelFormat::nv12));
  ck_assert_double_eq(yuv.luma, 1);
  ck_assert_double_eq(yuv.chroma, 1);
  ck_assert_double_eq_tol(packed_noise_gain(format_info(PixelFormat::yuy2)).chroma, std::sqrt(0.5),
                          1e-12);
  ck_assert_double_eq(packed_noise_gain(format_info(PixelFormat::y444)).chroma, 0.5);
  ck_assert_double_eq(packed_noise_gain(format_info(PixelFormat::gray8)).chroma, 0);
  const NoiseGain rgb = packed_noise_gain(format_info(PixelFormat::bgrx));
  ck_assert_double_eq_tol(rgb.luma, std::sqrt(.299 * .299 + .587 * .587 + .114 * .114), 1e-6);
  const double cb = (.299 * .299 + .587 * .587 + .886 * .886) / (1.772 * 1.772);
  const double cr = (.701 * .701 + .587 * .587 + .114 * .114) / (1.402 * 1.402);
  ck_assert_double_eq_tol(rgb.chroma, std::sqrt((cb + cr) / 2) / 2, 1e-6);
}
END_TEST

int main() {
  return run_suite(
      "pack",
      {test_packing_is_its_definition_on_every_format, test_subtracting_nothing_is_the_identity,
       test_noise_is_subtracted_from_its_own_sample, test_rgb_corrections_follow_the_colour_matrix,
       test_fine_chroma_detail_is_kept_where_strong_and_dropped_where_weak,
       test_chroma_corrections_are_interpolated_where_chroma_is_finer,
       test_fine_chroma_noise_is_removed_and_detail_kept_in_every_format,
       test_noise_gains_are_those_of_the_conversion});
}
