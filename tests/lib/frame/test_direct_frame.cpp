// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>

#include "frame/direct_frame.h"
#include "frame/row_coder.h"
#include "support/check.h"
#include "support/frames.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

std::span<const FormatInfo> coded_formats() { return formats().subspan(direct_formats().size()); }

}  // namespace

START_TEST(test_samples_are_decoded_from_their_bits) {
  for (const FormatInfo& info : coded_formats())
    for (const auto& [width, height] : kSizes) {
      const GuardedFrame frame(info.format, width, height);
      const DirectFrame direct(frame.view(), nullptr);
      ck_assert(direct.view().format == info.direct);
      ck_assert_msg(same_components(frame.view(), direct.view()), "%s",
                    describe(frame.view()).c_str());
    }
  const GuardedFrame direct(PixelFormat::nv12, 17, 13);
  ck_assert_ptr_eq(DirectFrame(direct.view(), nullptr).view().data[0], direct.view().data[0]);
}
END_TEST

START_TEST(test_encoding_what_was_decoded_gives_the_frame) {
  for (const FormatInfo& info : coded_formats())
    for (const auto& [width, height] : kSizes) {
      const GuardedFrame in(info.format, width, height, 13, 1);
      GuardedFrame out(info.format, width, height, 5, 2, true);
      encode_frame(in.view(), DirectFrame(in.view(), nullptr).view(), out.view(), nullptr);
      ck_assert_msg(same_pixels(in.view(), out.view()), "%s", describe(in.view()).c_str());
      ck_assert(out.outside_unchanged());
    }
}
END_TEST

// Alpha, unused bits and the samples beyond the last column stay as they are in the frame before.
START_TEST(test_other_bits_are_those_of_the_frame_before) {
  for (const FormatInfo& info : coded_formats())
    for (const auto& [width, height] : kSizes) {
      const GuardedFrame before(info.format, width, height, 13, 1);
      const GuardedFrame other(info.format, width, height, 3, 2);
      GuardedFrame expected(info.format, width, height, 13, 1);
      GuardedFrame out(info.format, width, height, 13, 1);
      for (int c = 0; c < info.component_count; ++c)
        for (int y = 0; y < info.component_height(c, height); ++y)
          for (int x = 0; x < info.component_width(c, width); ++x)
            set_sample(expected.view(), c, x, y, sample(other.view(), c, x, y));
      ThreadPool pool(2);
      encode_frame(out.view(), DirectFrame(other.view(), &pool).view(), out.view(), &pool);
      ck_assert_msg(same_pixels(expected.view(), out.view()), "%s",
                    describe(before.view()).c_str());
    }
}
END_TEST

START_TEST(test_rows_end_where_those_of_gstreamer_end) {
  const RowCoder* const uyvp = format_info(PixelFormat::uyvp).coder;
  // GStreamer 1.22 gives rows of UYVP 2.5 bytes for each pixel, up to a multiple of 4.
  for (int width = 1; width < 100; ++width)
    ck_assert_int_le(uyvp->row_bytes(width), ((10 * width + 3) / 4 + 3) / 4 * 4);
  ck_assert_int_eq(uyvp->row_bytes(11), 28);
  ck_assert_int_eq(uyvp->row_bytes(12), 30);
  ck_assert_int_eq(format_info(PixelFormat::v210).coder->row_bytes(49), 9 * 16);
}
END_TEST

int main() {
  return run_suite(
      "direct_frame",
      {test_samples_are_decoded_from_their_bits, test_encoding_what_was_decoded_gives_the_frame,
       test_other_bits_are_those_of_the_frame_before, test_rows_end_where_those_of_gstreamer_end});
}
