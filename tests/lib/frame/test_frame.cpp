// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/frame.h>
#include <denoiseae/version.h>

#include <cstdio>
#include <set>
#include <vector>

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
  for (const FormatInfo& info : direct_formats())
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
        if (info.extra.plane == p)
          for (int x = 0; x < width; ++x)
            for (int i = 0; i < info.sample_bytes(); ++i)
              ++owners.at(info.extra.offset_bytes + x * info.extra.step_bytes + i);
        if (info.has_pairs() && width % 2 == 1)
          for (int i = 0; i < info.sample_bytes(); ++i)
            ++owners.at(info.component[0].offset_bytes + width * info.component[0].step_bytes + i);
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
  ck_assert_int_eq(place(PixelFormat::nv61, 1), 121);
  ck_assert_int_eq(place(PixelFormat::ayuv, 0), 41);
  ck_assert_int_eq(place(PixelFormat::vuya, 0), 42);
  ck_assert_int_eq(place(PixelFormat::vuya, 2), 40);
  ck_assert_int_eq(place(PixelFormat::gbr, 0), 210);
  ck_assert_int_eq(place(PixelFormat::gbr_12le, 1), 20);
  ck_assert_int_eq(place(PixelFormat::argb64, 0), 82);
  ck_assert_int_eq(place(PixelFormat::y210, 2), 86);
  ck_assert_int_eq(format_info(PixelFormat::a420).plane_row_bytes(3, 17), 17);
  ck_assert_int_eq(format_info(PixelFormat::a420).plane_rows(3, 13), 13);
  ck_assert_int_eq(format_info(PixelFormat::v210).plane_row_bytes(0, 7), 32);
  ck_assert_int_eq(format_info(PixelFormat::gray10_le32).plane_row_bytes(0, 7), 12);
  // The last pixel of an odd width takes 30 bits, for which GStreamer's rows of 8 n + 3 pixels have
  // no room.
  ck_assert_int_eq(format_info(PixelFormat::uyvp).plane_row_bytes(0, 1), 4);
  ck_assert_int_eq(format_info(PixelFormat::uyvp).plane_row_bytes(0, 3), 8);
  ck_assert_int_eq(format_info(PixelFormat::uyvp).plane_row_bytes(0, 4), 10);
  ck_assert_int_eq(format_info(PixelFormat::uyvp).plane_row_bytes(0, 5), 15);
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
                test_version_has_three_numbers});
}
