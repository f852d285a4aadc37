// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/frame.h>
#include <denoiseae/version.h>

#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "frame/samples.h"
#include "support/check.h"
#include "support/frames.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_names_lead_back_to_their_rows) {
  std::set<std::string_view> names;
  for (const FormatInfo& info : formats()) {
    ck_assert(&format_info(info.format) == &info);
    ck_assert(format_from_name(info.name) == info.format);
    ck_assert_msg(names.insert(info.name).second, "two rows have the same name");
  }
  ck_assert(!format_from_name("i420"));
  ck_assert(!format_from_name(""));
}
END_TEST

START_TEST(test_each_pixel_byte_belongs_to_one_component) {
  for (const FormatInfo& info : formats())
    for (const auto& [width, height] : kSizes)
      for (int p = 0; p < info.plane_count; ++p) {
        std::vector<int> owners(info.plane_row_bytes(p, width));
        for (int c = 0; c < info.component_count; ++c) {
          const Component& component = info.component[c];
          if (component.plane != p) continue;
          ck_assert_int_eq(info.component_height(c, height), info.plane_rows(p, height));
          for (int x = 0; x < info.component_width(c, width); ++x)
            for (int i = 0; i < info.sample_bytes(); ++i)
              ++owners.at(component.offset_bytes + x * component.step_bytes + i);
        }
        if (info.extra_offset_bytes >= 0)
          for (int x = 0; x < width; ++x)
            ++owners.at(info.extra_offset_bytes + x * info.component[0].step_bytes);
        if (info.has_pairs() && width % 2 == 1)
          ++owners.at(info.component[0].offset_bytes + width * info.component[0].step_bytes);
        for (int count : owners) ck_assert_int_eq(count, 1);
      }
}
END_TEST

START_TEST(test_layouts_are_those_of_gstreamer) {
  const auto place = [](PixelFormat format, int c) {
    const Component& component = format_info(format).component[c];
    return 100 * component.plane + 10 * component.step_bytes + component.offset_bytes;
  };
  ck_assert_int_eq(place(PixelFormat::i420, 1), 110);
  ck_assert_int_eq(place(PixelFormat::i420, 2), 210);
  ck_assert_int_eq(place(PixelFormat::yv12, 1), 210);
  ck_assert_int_eq(place(PixelFormat::yv12, 2), 110);
  ck_assert_int_eq(place(PixelFormat::nv12, 1), 120);
  ck_assert_int_eq(place(PixelFormat::nv12, 2), 121);
  ck_assert_int_eq(place(PixelFormat::nv21, 1), 121);
  ck_assert_int_eq(place(PixelFormat::nv21, 2), 120);
  ck_assert_int_eq(place(PixelFormat::bgr, 0), 32);
  ck_assert_int_eq(place(PixelFormat::argb, 0), 41);
  ck_assert_int_eq(place(PixelFormat::xbgr, 0), 43);
  ck_assert_int_eq(place(PixelFormat::bgra, 2), 40);
  ck_assert_int_eq(place(PixelFormat::yuy2, 0), 20);
  ck_assert_int_eq(place(PixelFormat::yuy2, 1), 41);
  ck_assert_int_eq(place(PixelFormat::yuy2, 2), 43);
  ck_assert_int_eq(place(PixelFormat::uyvy, 0), 21);
  ck_assert_int_eq(place(PixelFormat::uyvy, 1), 40);
  ck_assert_int_eq(place(PixelFormat::uyvy, 2), 42);
  ck_assert_int_eq(place(PixelFormat::gray16_le, 0), 20);
  ck_assert_int_eq(place(PixelFormat::i420_10le, 1), 120);
  ck_assert_int_eq(place(PixelFormat::i420_10le, 2), 220);
  ck_assert_int_eq(place(PixelFormat::p010_10le, 0), 20);
  ck_assert_int_eq(place(PixelFormat::p010_10le, 1), 140);
  ck_assert_int_eq(place(PixelFormat::p010_10le, 2), 142);
  const FormatInfo& i420 = format_info(PixelFormat::i420);
  ck_assert_int_eq(i420.plane_row_bytes(1, 17), 9);
  ck_assert_int_eq(i420.plane_rows(2, 13), 7);
  ck_assert_int_eq(format_info(PixelFormat::nv12).plane_row_bytes(1, 17), 18);
  ck_assert_int_eq(format_info(PixelFormat::rgb).plane_row_bytes(0, 17), 51);
  ck_assert_int_eq(format_info(PixelFormat::yuy2).plane_row_bytes(0, 17), 36);
  ck_assert_int_eq(format_info(PixelFormat::y42b).plane_row_bytes(1, 17), 9);
  ck_assert_int_eq(format_info(PixelFormat::y42b).plane_rows(1, 13), 13);
  ck_assert_int_eq(format_info(PixelFormat::y444).plane_row_bytes(2, 17), 17);
  ck_assert_int_eq(format_info(PixelFormat::p010_10le).plane_row_bytes(1, 17), 36);
  ck_assert_int_eq(format_info(PixelFormat::i422_10le).plane_row_bytes(1, 17), 18);
  ck_assert_int_eq(format_info(PixelFormat::i422_10le).plane_rows(1, 13), 13);
}
END_TEST

START_TEST(test_fields_are_alternate_rows) {
  for (const PixelFormat format : {PixelFormat::nv12, PixelFormat::p010_10le}) {
    GuardedFrame frame(format, 6, 8);
    for (int field = 0; field < 2; ++field) {
      const FrameView view = field_view(frame.view(), field);
      ck_assert_int_eq(view.height, 4);
      ck_assert_int_eq(view.width, 6);
      for (int p = 0; p < 2; ++p)
        for (int y = 0; y < (p == 0 ? 4 : 2); ++y)
          ck_assert_ptr_eq(view.row(p, y), frame.view().row(p, 2 * y + field));
    }
  }
  GuardedFrame odd(PixelFormat::gray8, 4, 5);
  ck_assert_int_eq(field_view(odd.view(), 0).height, 3);
  ck_assert_int_eq(field_view(odd.view(), 1).height, 2);
  DAE_ASSERT_ERROR(field_view(odd.view(), 2), bad_argument);
  DAE_ASSERT_ERROR(field_view(odd.view(), -1), bad_argument);
  GuardedFrame line(PixelFormat::gray8, 4, 1);
  DAE_ASSERT_ERROR(field_view(line.view(), 1), bad_argument);
}
END_TEST

START_TEST(test_check_view_refuses_what_cannot_be_read) {
  for (const FormatInfo& info : formats()) {
    GuardedFrame frame(info.format, 17, 13);
    check_view(frame.view());
    check_view(GuardedFrame(info.format, 17, 13, 0, 1, true).view());
    FrameView view = frame.view();
    view.data[info.plane_count - 1] = nullptr;
    DAE_ASSERT_ERROR(check_view(view), bad_argument);
    view = frame.view();
    view.stride_bytes[0] = info.plane_row_bytes(0, 17) - 1;
    DAE_ASSERT_ERROR(check_view(view), bad_argument);
    view.stride_bytes[0] = -view.stride_bytes[0];
    DAE_ASSERT_ERROR(check_view(view), bad_argument);
    for (const auto& [width, height] :
         {std::pair{0, 13}, {17, 0}, {-1, 13}, {32768, 1}, {1, 32768}}) {
      view = frame.view();
      view.width = width;
      view.height = height;
      DAE_ASSERT_ERROR(check_view(view), unsupported_format);
    }
  }
}
END_TEST

START_TEST(test_frame_owns_separate_planes) {
  for (const FormatInfo& info : formats())
    for (const auto& [width, height] : kSizes)
      for (int extra : {0, 5}) {
        Frame frame(info.format, width, height, extra);
        const FrameView view = frame.view();
        check_view(view);
        ck_assert_int_eq(view.stride_bytes[0],
                         (info.plane_row_bytes(0, width) + 3) / 4 * 4 + extra);
        for (int p = 0; p < info.plane_count; ++p)
          for (int y = 0; y < info.plane_rows(p, height); ++y)
            for (int i = 0; i < info.plane_row_bytes(p, width); ++i) ++view.row(p, y)[i];
        for (int p = 0; p < info.plane_count; ++p)
          for (int y = 0; y < info.plane_rows(p, height); ++y)
            for (int i = 0; i < info.plane_row_bytes(p, width); ++i)
              ck_assert_int_eq(view.row(p, y)[i], 1);
      }
  DAE_ASSERT_ERROR(Frame(PixelFormat::rgb, 0, 1), unsupported_format);
  DAE_ASSERT_ERROR(Frame(PixelFormat::rgb, 1, 40000), unsupported_format);
  DAE_ASSERT_ERROR(Frame(PixelFormat::rgb, 1, 1, -1), bad_argument);
  DAE_ASSERT_ERROR(check_view(Frame().view()), unsupported_format);
}
END_TEST

START_TEST(test_codes_are_rounded_and_clamped) {
  const std::vector<float> codes = {
      -3,     -0.5f,  0.49f, 0.5f,  127.49f, 127.5f,
      254.5f, 255.4f, 300,   1e30f, -1e30f,  std::numeric_limits<float>::quiet_NaN()};
  const std::vector<int> expected = {0, 0, 0, 1, 127, 128, 255, 255, 255, 255, 0, 0};
  GuardedFrame frame(PixelFormat::bgrx, static_cast<int>(codes.size()), 1);
  store_codes(frame.view(), 0, 0, codes);
  for (std::size_t x = 0; x < codes.size(); ++x)
    ck_assert_int_eq(sample(frame.view(), 0, static_cast<int>(x), 0), expected[x]);
}
END_TEST

START_TEST(test_words_hold_codes_where_gstreamer_has_them) {
  struct Case {
    PixelFormat format;
    float code;
    int word;
  };
  for (const auto& [format, code, word] :
       {Case{PixelFormat::i420_10le, 700, 700},
        {PixelFormat::i420_10le, 5000, 1023},
        {PixelFormat::p010_10le, 700, 700 * 64},
        {PixelFormat::p010_10le, 5000, 1023 * 64},
        {PixelFormat::p010_10le, 0.5f, 64},
        {PixelFormat::gray16_le, 50000.4f, 50000},
        {PixelFormat::gray16_le, 70000, 65535},
        {PixelFormat::gray16_le, -1, 0},
        {PixelFormat::gray16_le, std::numeric_limits<float>::quiet_NaN(), 0}}) {
    GuardedFrame frame(format, 1, 1);
    const std::uint8_t* at = frame.view().row(0, 0);
    store_codes(frame.view(), 0, 0, {&code, 1});
    ck_assert_int_eq(at[0] + 256 * at[1], word);
    ck_assert(frame.outside_unchanged());
  }
  // Bits that belong to no code do not disturb.
  float code = 0;
  Frame frame(PixelFormat::p010_10le, 1, 1), planar(PixelFormat::i420_10le, 1, 1);
  frame.view().row(0, 0)[0] = 0x7f;
  load_codes(frame.view(), 0, 0, {&code, 1});
  ck_assert_float_eq(code, 1);
  planar.view().row(0, 0)[0] = 7;
  planar.view().row(0, 0)[1] = 0xf1;
  load_codes(planar.view(), 0, 0, {&code, 1});
  ck_assert_float_eq(code, 256 + 7);
}
END_TEST

START_TEST(test_deep_codes_are_rounded_to_8_bits) {
  for (const FormatInfo& info : formats()) {
    GuardedFrame frame(info.format, 65, 9);
    for (int c = 0; c < info.component_count; ++c) {
      const int width = info.component_width(c, 65), y = info.component_height(c, 9) - 1;
      std::vector<std::uint8_t> codes(static_cast<std::size_t>(width - 3));
      set_sample(frame.view(), c, 4, y, static_cast<int>(info.max_code()));
      load_8bit_codes(frame.view(), c, 3, y, codes);
      ck_assert_int_eq(codes[1], 255);
      for (int x = 3; x < width; ++x)
        ck_assert_int_eq(codes[static_cast<std::size_t>(x - 3)],
                         std::lround(sample(frame.view(), c, x, y) * 255 / info.max_code()));
    }
  }
}
END_TEST

START_TEST(test_rows_of_codes_round_trip) {
  for (const FormatInfo& info : formats())
    for (const auto& [width, height] : kSizes) {
      GuardedFrame in(info.format, width, height, 3, 1);
      GuardedFrame out(info.format, width, height, 8, 2);
      for (int c = 0; c < info.component_count; ++c) {
        std::vector<float> codes(info.component_width(c, width));
        for (int y = 0; y < info.component_height(c, height); ++y) {
          load_codes(in.view(), c, y, codes);
          store_codes(out.view(), c, y, codes);
        }
      }
      ck_assert(same_components(in.view(), out.view()));
      copy_extra_bytes(in.view(), out.view());
      ck_assert_msg(same_pixels(in.view(), out.view()), "%s", describe(in.view()).c_str());
      ck_assert(out.outside_unchanged());
    }
}
END_TEST

START_TEST(test_version_has_three_numbers) {
  int major = -1, minor = -1, patch = -1;
  ck_assert_int_eq(std::sscanf(version(), "%d.%d.%d", &major, &minor, &patch), 3);
}
END_TEST

int main() {
  return run_suite(
      "frame", {test_names_lead_back_to_their_rows, test_each_pixel_byte_belongs_to_one_component,
                test_layouts_are_those_of_gstreamer, test_fields_are_alternate_rows,
                test_check_view_refuses_what_cannot_be_read, test_frame_owns_separate_planes,
                test_codes_are_rounded_and_clamped, test_words_hold_codes_where_gstreamer_has_them,
                test_deep_codes_are_rounded_to_8_bits, test_rows_of_codes_round_trip,
                test_version_has_three_numbers});
}
