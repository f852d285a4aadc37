// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/thread_pool.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <utility>
#include <vector>

#include "frame/bars.h"
#include "frame/frame_codes.h"
#include "frame/pack.h"
#include "frame/samples.h"
#include "layout/code_planes.h"
#include "support/check.h"
#include "support/frames.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

int code_at(const LumaView& luma, int x, int y) { return luma.data[y * luma.stride_bytes + x]; }

TensorView packed_shape(int width, int height) {
  return {nullptr, 6, (height + 1) / 2 + 2, (width + 1) / 2 + 3};
}

/// Gives the packed rows of a frame to codes.
void take_packed(FrameCodes& codes, const ConstFrameView& frame, bool with_chroma) {
  TensorView planes = packed_shape(frame.width, frame.height);
  std::vector<float> values(planes.size());
  planes.data = values.data();
  pack_rows(frame, 0, planes);
  // Threads give them in several parts, too.
  codes.take_rows(0, rows_of(planes, 0, 1), with_chroma);
  codes.take_rows(1, rows_of(planes, 1, planes.height), with_chroma);
}

/// Returns the position that a path of so many steps from 0 ends at if it turns around at the
/// edges. It stays at an edge for one step.
int turning(int steps, int length) {
  int at = 0, step = 1;
  for (int i = 0; i < steps; ++i) {
    if (at + step < 0 || at + step >= length)
      step = -step;
    else
      at += step;
  }
  return at;
}

/// Tells whether planes are those of a frame, mirrored beyond its edges.
bool shows(const CodePlanes& planes, const ConstFrameView& frame) {
  const FormatInfo& info = format_info(frame.format);
  const TensorView packed = packed_shape(frame.width, frame.height);
  const LumaView views[] = {planes.luma, planes.u, planes.v};
  for (int c = 0; c < 3; ++c) {
    const int scale = c == 0 ? 2 : 1;
    for (int y = 0; y < scale * packed.height; ++y)
      for (int x = 0; x < scale * packed.width; ++x) {
        double expected = 128;
        if (c < info.component_count)
          expected = sample(frame, c, turning(x, info.component_width(c, frame.width)),
                            turning(y, info.component_height(c, frame.height))) /
                     codes_per_8bit(info);
        if (!(std::abs(code_at(views[c], x, y) - expected) < 0.501)) return false;
      }
  }
  return true;
}

}  // namespace

START_TEST(test_codes_survive_packing) {
  constexpr int kWidth = 9, kHeight = 8, kChannels = 7;
  std::vector<float> planes(kWidth * kHeight * kChannels, 0.3f);
  const auto code = [](int x, int y) { return (x + y * 2 * kWidth) % 256; };
  for (int y = 0; y < 2 * kHeight; ++y)
    for (int x = 0; x < 2 * kWidth; ++x)
      planes[((y / 2) * kWidth + x / 2) * kChannels + y % 2 * 2 + x % 2] =
          static_cast<float>(code(x, y)) / 255 - 0.5f;
  const TensorView packed{planes.data(), kChannels, kHeight, kWidth};
  FrameCodes codes(packed);
  codes.take_rows(0, packed, false);
  for (int y = 0; y < 2 * kHeight; ++y)
    for (int x = 0; x < 2 * kWidth; ++x) ck_assert_int_eq(code_at(codes.luma(), x, y), code(x, y));
}
END_TEST

START_TEST(test_values_are_rounded_and_clamped) {
  const float code = 1.0f / 255;
  float planes[] = {10.4f * code - 0.5f,
                    10.6f * code - 0.5f,
                    -0.7f,
                    0.7f,
                    0,
                    0,
                    std::numeric_limits<float>::quiet_NaN(),
                    3e9f,
                    -3e9f,
                    0,
                    0,
                    0};
  const TensorView packed{planes, 6, 1, 2};
  FrameCodes codes(packed);
  codes.take_rows(0, packed, false);
  const std::uint8_t wanted[] = {10, 11, 0, 255, 0, 255, 0, 128};
  ck_assert(std::equal(wanted, wanted + 8, codes.luma().data));
  // The luma of a picture may begin at another channel.
  codes.write_reference(0, packed, 2);
  const std::uint8_t other[] = {0, 255, 0, 128, 128, 128, 128, 128};
  ck_assert(std::equal(other, other + 8, codes.reference().data));
}
END_TEST

START_TEST(test_frames_and_their_planes_have_the_same_luma) {
  for (const PixelFormat format : {PixelFormat::i420, PixelFormat::gray8})
    for (const auto& [width, height] : kSizes) {
      const GuardedFrame frame(format, width, height);
      const TensorView packed = packed_shape(width, height);
      FrameCodes of_frame(format, width, height, packed), of_planes(packed);
      of_frame.take_frame(frame.view());
      take_packed(of_planes, frame.view(), false);
      for (int y = 0; y < 2 * packed.height; ++y)
        for (int x = 0; x < 2 * packed.width; ++x)
          ck_assert_msg(code_at(of_frame.luma(), x, y) == code_at(of_planes.luma(), x, y),
                        "%dx%d: at %d,%d", width, height, x, y);
    }
}
END_TEST

// Frames of the size of the packed planes are read where they are; others are copied.
START_TEST(test_the_frame_before_stays_when_its_memory_changes) {
  for (const PixelFormat format :
       {PixelFormat::i420, PixelFormat::i420_10le, PixelFormat::gray16_le})
    for (const auto& [width, height] : {std::pair{16, 8}, {15, 7}}) {
      GuardedFrame frame(format, width, height);
      const GuardedFrame original(format, width, height);
      FrameCodes codes(format, width, height, {nullptr, 8, 4, 8});
      ck_assert_ptr_null(codes.previous().data);
      codes.take_frame(frame.view());
      codes.commit();
      fill_component(frame.view(), 0, 3);
      codes.take_frame(frame.view());
      std::vector<std::uint8_t> row(static_cast<std::size_t>(width));
      for (int y = 0; y < height; ++y) {
        load_8bit_codes(original.view(), 0, 0, y, row);
        for (int x = 0; x < width; ++x)
          ck_assert_int_eq(code_at(codes.previous(), x, y), row[static_cast<std::size_t>(x)]);
        load_8bit_codes(frame.view(), 0, 0, y, row);
        for (int x = 0; x < width; ++x)
          ck_assert_int_eq(code_at(codes.luma(), x, y), row[static_cast<std::size_t>(x)]);
      }
      codes.forget();
      ck_assert_ptr_null(codes.previous().data);
    }
}
END_TEST

// The noise of formats with more chroma is estimated on the packed planes.
START_TEST(test_packed_planes_are_a_frame) {
  constexpr int kWidth = 15, kHeight = 9;
  const GuardedFrame frame(PixelFormat::y444, kWidth, kHeight);
  FrameCodes codes(PixelFormat::y444, kWidth, kHeight, packed_shape(kWidth, kHeight));
  for (int i = 0; i < 3; ++i) {
    take_packed(codes, frame.view(), true);
    const ConstFrameView& seen = codes.frame();
    ck_assert(seen.format == PixelFormat::i420);
    ck_assert_int_eq(seen.width, kWidth);
    ck_assert_int_eq(seen.height, kHeight);
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x) {
        ck_assert_int_eq(sample(seen, 0, x, y), sample(frame.view(), 0, x, y));
        if (2 * y + 1 >= kHeight || 2 * x + 1 >= kWidth) continue;
        for (int c = 1; c < 3; ++c) {
          const int sum = sample(frame.view(), c, 2 * x, 2 * y) +
                          sample(frame.view(), c, 2 * x + 1, 2 * y) +
                          sample(frame.view(), c, 2 * x, 2 * y + 1) +
                          sample(frame.view(), c, 2 * x + 1, 2 * y + 1);
          ck_assert_int_le(std::abs(4 * sample(seen, c, x, y) - sum), 2);
        }
      }
    codes.commit();
  }
}
END_TEST

START_TEST(test_planes_hold_luma_and_chroma) {
  for (const PixelFormat format : {PixelFormat::i420, PixelFormat::nv12, PixelFormat::i420_10le,
                                   PixelFormat::p010_10le, PixelFormat::gray8})
    for (const auto& [width, height] : kSizes) {
      FrameCodes codes(format, width, height, packed_shape(width, height));
      ck_assert_ptr_null(codes.previous_planes().luma.data);
      std::vector<GuardedFrame> frames;
      for (std::uint32_t seed = 1; seed < 5; ++seed)
        frames.emplace_back(format, width, height, 13, seed);
      ThreadPool pool(2);
      for (std::size_t i = 0; i < frames.size(); ++i) {
        codes.take_frame(frames[i].view(), i == 2 ? &pool : nullptr);
        if (!shows(codes.planes(), frames[i].view()))
          ck_abort_msg("%s", describe(frames[i].view()).c_str());
        // A frame that is not committed leaves the one before as it was.
        codes.take_frame(frames[0].view());
        ck_assert(shows(codes.planes(), frames[0].view()));
        if (i > 0) ck_assert(shows(codes.previous_planes(), frames[i - 1].view()));
        codes.take_frame(frames[i].view());
        codes.commit();
        ck_assert(shows(codes.previous_planes(), frames[i].view()));
      }
      codes.forget();
      const CodePlanes none = codes.previous_planes();
      ck_assert(none.luma.data == nullptr && none.u.data == nullptr && none.v.data == nullptr);
    }
}
END_TEST

START_TEST(test_packed_planes_have_luma_and_chroma_of_their_own) {
  constexpr int kWidth = 15, kHeight = 9;
  std::vector<GuardedFrame> frames;
  for (std::uint32_t seed = 1; seed < 4; ++seed)
    frames.emplace_back(PixelFormat::i420, kWidth, kHeight, 13, seed);
  FrameCodes codes(packed_shape(kWidth, kHeight));
  for (std::size_t i = 0; i < frames.size(); ++i) {
    take_packed(codes, frames[i].view(), true);
    ck_assert(shows(codes.planes(), frames[i].view()));
    if (i > 0) ck_assert(shows(codes.previous_planes(), frames[i - 1].view()));
    codes.commit();
  }
}
END_TEST

START_TEST(test_tables_change_the_luma_of_the_past) {
  const auto changed = [](int code, int row) { return (3 * code + 5 * row) % 256; };
  const auto table_of = [&](int row) {
    std::array<std::uint8_t, 256> table;
    for (int code = 0; code < 256; ++code)
      table[static_cast<std::size_t>(code)] = static_cast<std::uint8_t>(changed(code, row));
    return table;
  };
  // Frames of the first size are read where they are.
  for (const auto& [width, height] : {std::pair{16, 8}, {15, 7}}) {
    const GuardedFrame first(PixelFormat::i420, width, height, 13, 1);
    const GuardedFrame second(PixelFormat::i420, width, height, 13, 2);
    FrameCodes codes(PixelFormat::i420, width, height, {nullptr, 8, 4, 8});
    std::vector<float> picture(4 * 8 * 4);
    for (std::size_t i = 0; i < picture.size(); ++i)
      picture[i] = static_cast<float>(i) / 255 - 0.5f;
    codes.write_reference(0, {picture.data(), 4, 4, 8}, 0);
    codes.take_frame(first.view());
    codes.change_previous(table_of);
    codes.commit();
    codes.take_frame(second.view());
    codes.change_reference(table_of);
    codes.change_previous(table_of);
    ck_assert_int_eq(code_at(codes.reference(), 1, 1), changed(3, 1));
    const auto at = [&](int x, int y) { return 4 * (y / 2 * 8 + x / 2) + y % 2 * 2 + x % 2; };
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        ck_assert_int_eq(code_at(codes.reference(), x, y), changed(at(x, y), y));
        ck_assert_int_eq(code_at(codes.previous(), x, y),
                         changed(sample(first.view(), 0, x, y), y));
        ck_assert_int_eq(code_at(codes.luma(), x, y), sample(second.view(), 0, x, y));
      }
    for (int y = 0; y < height / 2; ++y)
      for (int x = 0; x < width / 2; ++x)
        ck_assert_int_eq(code_at(codes.previous_planes().u, x, y), sample(first.view(), 1, x, y));
  }
}
END_TEST

// Frames that are read where they are, and those that are copied, have the same planes.
START_TEST(test_bars_mirror_what_lies_between_them) {
  constexpr int kBarWidth = 16, kBarHeight = 12;
  const Interior interiors[] = {
      {{0, kBarWidth}, {3, 9}}, {{3, 12}, {0, kBarHeight}}, {{4, 14}, {2, 10}}};
  for (const PixelFormat format : {PixelFormat::i420, PixelFormat::nv12, PixelFormat::i420_10le})
    for (const Interior& interior : interiors) {
      GuardedFrame frame(format, kBarWidth, kBarHeight);
      const int black = format == PixelFormat::i420_10le ? 64 : 16;
      const auto is_bar = [&](int x, int y) {
        return x < interior.columns.begin || x >= interior.columns.end || y < interior.rows.begin ||
               y >= interior.rows.end;
      };
      for (int y = 0; y < kBarHeight; ++y)
        for (int x = 0; x < kBarWidth; ++x)
          if (is_bar(x, y)) set_sample(frame.view(), 0, x, y, black);
      for (int c = 1; c < 3; ++c)
        for (int y = 0; y < kBarHeight / 2; ++y)
          for (int x = 0; x < kBarWidth / 2; ++x)
            // Chroma is gray all over where luma has an edge within a block.
            if (interior.rows.begin % 2 != 0 || interior.columns.begin % 2 != 0 ||
                is_bar(2 * x, 2 * y))
              set_sample(frame.view(), c, x, y, 8 * black);
      FrameCodes codes(format, kBarWidth, kBarHeight, {nullptr, 8, kBarHeight / 2, kBarWidth / 2});
      codes.take_frame(frame.view());
      ck_assert(!codes.interior());
      const CodePlanes before = codes.planes();
      std::vector<std::uint8_t> luma, u;
      for (int y = 0; y < kBarHeight; ++y)
        for (int x = 0; x < kBarWidth; ++x) luma.push_back(code_at(before.luma, x, y));
      for (int y = 0; y < kBarHeight / 2; ++y)
        for (int x = 0; x < kBarWidth / 2; ++x) u.push_back(code_at(before.u, x, y));
      codes.mirror_bars();
      ck_assert(codes.interior() == interior);
      const CodePlanes after = codes.planes();
      for (int y = 0; y < kBarHeight; ++y)
        for (int x = 0; x < kBarWidth; ++x)
          ck_assert_int_eq(
              code_at(after.luma, x, y),
              luma[static_cast<std::size_t>(mirrored_into(interior.rows, y) * kBarWidth +
                                            mirrored_into(interior.columns, x))]);
      for (int y = 0; y < kBarHeight / 2; ++y)
        for (int x = 0; x < kBarWidth / 2; ++x)
          ck_assert_int_eq(code_at(after.u, x, y),
                           u[static_cast<std::size_t>(shown_pair(interior.rows, y) * kBarWidth / 2 +
                                                      shown_pair(interior.columns, x))]);
      // The frame itself stays as it is, and the next one has bars of its own.
      ck_assert_int_eq(sample(frame.view(), 0, 0, 0), black);
      codes.commit();
      ck_assert_int_eq(code_at(codes.previous(), 0, 0), code_at(after.luma, 0, 0));
      fill_component(frame.view(), 0, 3);
      codes.take_frame(frame.view());
      codes.mirror_bars();
      ck_assert(!codes.interior());
    }
}
END_TEST

START_TEST(test_a_frame_with_all_codes_of_the_last_one_repeats_it) {
  for (const PixelFormat format : {PixelFormat::i420, PixelFormat::nv12})
    for (const auto& [width, height] : {std::pair{16, 8}, {15, 7}}) {
      GuardedFrame frame(format, width, height);
      FrameCodes codes(format, width, height, {nullptr, 8, 4, 8});
      const auto repeats = [&] {
        codes.take_frame(frame.view());
        return codes.repeats_previous();
      };
      ck_assert(!repeats());
      codes.commit();
      ck_assert(repeats());
      // Each sample counts.
      for (int c = 0; c < 3; ++c) {
        const int x = c == 0 ? width - 1 : (width + 1) / 2 - 1;
        const int y = c == 0 ? height - 1 : (height + 1) / 2 - 1;
        const int code = sample(frame.view(), c, x, y);
        set_sample(frame.view(), c, x, y, code ^ 1);
        ck_assert(!repeats());
        set_sample(frame.view(), c, x, y, code);
        ck_assert(repeats());
      }
      codes.forget();
      ck_assert(!repeats());
    }
}
END_TEST

START_TEST(test_packed_planes_repeat_in_luma_and_chroma) {
  constexpr int kWidth = 15, kHeight = 9;
  Frame frame(PixelFormat::y444, kWidth, kHeight);
  for (int c = 0; c < 3; ++c) fill_component(frame.view(), c, 100);
  FrameCodes codes(PixelFormat::y444, kWidth, kHeight, packed_shape(kWidth, kHeight));
  take_packed(codes, frame.view(), true);
  ck_assert(!codes.repeats_previous());
  codes.commit();
  take_packed(codes, frame.view(), true);
  ck_assert(codes.repeats_previous());
  for (int c = 0; c < 3; ++c) {
    set_sample(frame.view(), c, 3, 3, 110);
    take_packed(codes, frame.view(), true);
    ck_assert(!codes.repeats_previous());
    // Chroma does not count where it was not taken.
    take_packed(codes, frame.view(), false);
    ck_assert_int_eq(codes.repeats_previous(), c > 0);
    set_sample(frame.view(), c, 3, 3, 100);
  }
}
END_TEST

int main() {
  return run_suite(
      "frame_codes",
      {test_codes_survive_packing, test_values_are_rounded_and_clamped,
       test_frames_and_their_planes_have_the_same_luma,
       test_the_frame_before_stays_when_its_memory_changes, test_packed_planes_are_a_frame,
       test_planes_hold_luma_and_chroma, test_packed_planes_have_luma_and_chroma_of_their_own,
       test_tables_change_the_luma_of_the_past,
       test_a_frame_with_all_codes_of_the_last_one_repeats_it,
       test_packed_planes_repeat_in_luma_and_chroma, test_bars_mirror_what_lies_between_them});
}
