// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

#include "frame/interpolate_row.h"
#include "frame/pixel_parts.h"
#include "frame/row_parts.h"
#include "support/check.h"
#include "support/frames.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr float kUntouched = 77;

/// Counts back at the end of a row, and once more at its start, as a reader with a mirror would.
int mirror(int position, int length) {
  int at = 0, step = 1;
  for (; position > 0; --position) {
    if (at + step < 0 || at + step >= length)
      step = -step;
    else
      at += step;
  }
  return at;
}

/// Returns a sample as 0 ... 1. Positions beyond the right edge are mirrored.
double unit(const ConstFrameView& frame, int c, int x, int y) {
  const FormatInfo& info = format_info(frame.format);
  return sample(frame, c, mirror(x, info.component_width(c, frame.width)), y) / info.max_code();
}

template <typename Codes>
void check_loaded_parts(const ConstFrameView& frame) {
  const FormatInfo& info = format_info(frame.format);
  for (int c = 0; c < info.component_count; ++c) {
    const int y = info.component_height(c, frame.height) - 1;
    const int width = info.component_width(c, frame.width);
    // The parts go on beyond the end of the row.
    for_parts(0, width + 150, [&](int first, int count) {
      Part part;
      part.fill(kUntouched);
      load_part<Codes>(frame, c, y, first, count, part);
      for (int i = 0; i < kPartSamples; ++i) {
        const double expected = i < count ? unit(frame, c, first + i, y) : kUntouched;
        ck_assert_msg(std::abs(part[i] - expected) < 1e-6, "%s: component %d at %d",
                      describe(frame).c_str(), c, first + i);
      }
    });
  }
}

/// The two blocks between whose middles a sample lies along one axis, and the weight of the second
/// one, which grows with the distance to the first one.
struct Between {
  int first;
  int second;
  double weight;

  Between(int at, bool is_half, int size) {
    const double place = is_half ? at : (at - 0.5) / 2;
    const double below = std::floor(place);
    first = std::clamp(static_cast<int>(below), 0, size - 1);
    second = std::clamp(static_cast<int>(below) + 1, 0, size - 1);
    weight = place - below;
  }
};

double interpolated(const TensorView& planes, int channel, int x, int y, const Component& c) {
  const Between across(x, c.log2_sub_x == 1, planes.width);
  const Between down(y, c.log2_sub_y == 1, planes.height);
  const auto at = [&](int column, int row) {
    return planes.data[(row * planes.width + column) * planes.channels + channel];
  };
  const double upper = (1 - across.weight) * at(across.first, down.first) +
                       across.weight * at(across.second, down.first);
  const double lower = (1 - across.weight) * at(across.first, down.second) +
                       across.weight * at(across.second, down.second);
  return (1 - down.weight) * upper + down.weight * lower;
}

}  // namespace

START_TEST(test_parts_are_the_row_once) {
  for (const int begin : {0, 6})
    for (const int end : {0, 1, 6, 127, 128, 129, 256, 700}) {
      int next = begin;
      for_parts(begin, end, [&](int first, int count) {
        ck_assert_int_eq(first, next);
        ck_assert(count > 0 && count <= kPartSamples);
        next += count;
      });
      ck_assert_int_eq(next, std::max(begin, end));
    }
}
END_TEST

START_TEST(test_samples_are_loaded_in_every_format) {
  for (const FormatInfo& info : direct_formats())
    for (const auto& [width, height] : kSizes) {
      const GuardedFrame frame(info.format, width, height);
      with_codes(info,
                 [&]<typename Codes>(const Codes&) { check_loaded_parts<Codes>(frame.view()); });
    }
}
END_TEST

START_TEST(test_only_the_samples_of_a_part_are_stored) {
  for (const FormatInfo& info : direct_formats()) {
    constexpr int kWidth = 333, kHeight = 5, kFirst = 50, kCount = 77;
    for (int c = 0; c < info.component_count; ++c) {
      GuardedFrame frame(info.format, kWidth, kHeight);
      const GuardedFrame before(info.format, kWidth, kHeight);
      const int y = info.component_height(c, kHeight) - 1;
      Part part;
      // The values reach from below 0 to above 1.
      for (int i = 0; i < kPartSamples; ++i) part[i] = static_cast<float>(i - 5) / 64;
      with_codes(info, [&]<typename Codes>(const Codes&) {
        store_part<Codes>(frame.view(), c, y, kFirst, kCount, part);
      });
      for (int i = 0; i < kCount; ++i) {
        const double code = std::floor((i - 5) / 64.0 * info.max_code() + 0.5);
        ck_assert_int_eq(sample(frame.view(), c, kFirst + i, y),
                         static_cast<int>(std::clamp(code, 0.0, info.max_code())));
        set_sample(frame.view(), c, kFirst + i, y, sample(before.view(), c, kFirst + i, y));
      }
      ck_assert_msg(same_pixels(frame.view(), before.view()), "%s",
                    describe(before.view()).c_str());
      ck_assert(frame.outside_unchanged());
    }
  }
}
END_TEST

START_TEST(test_colour_differences_are_loaded_in_every_format) {
  for (const FormatInfo& info : direct_formats()) {
    if (info.family == ColorFamily::gray) continue;
    const GuardedFrame frame(info.format, 333, 7);
    const int y = info.component_height(1, 7) - 1, width = info.component_width(1, 333);
    for_parts(0, width, [&](int first, int count) {
      YCbCrPart part;
      with_codes(info, [&]<typename Codes>(const Codes&) {
        load_chroma<Codes>(frame.view(), y, first, count, part);
      });
      for (int i = 0; i < count; ++i) {
        const int x = first + i;
        const double a = unit(frame.view(), 0, x, y), b = unit(frame.view(), 1, x, y),
                     c = unit(frame.view(), 2, x, y);
        double cb = b - 0.5, cr = c - 0.5;
        if (info.family == ColorFamily::rgb) {
          const double luma = 0.299 * a + 0.587 * b + 0.114 * c;
          cb = (c - luma) / 1.772;
          cr = (a - luma) / 1.402;
          ck_assert_double_eq_tol(part.y[i], luma, 1e-6);
        }
        ck_assert_double_eq_tol(part.cb[i], cb, 1e-6);
        ck_assert_double_eq_tol(part.cr[i], cr, 1e-6);
      }
    });
  }
}
END_TEST

START_TEST(test_interpolation_goes_by_the_distance_to_the_blocks) {
  std::mt19937 random(3);
  for (const int channels : {1, 6})
    for (const auto& [width, height] :
         {std::pair{1, 1}, {2, 3}, {5, 2}, {64, 3}, {65, 3}, {200, 4}})
      for (const Component& component :
           {Component{}, Component{0, 0, 1, 1, 0}, Component{0, 0, 1, 0, 1}}) {
        std::vector<float> values(static_cast<std::size_t>(channels * width * height));
        for (float& value : values) value = static_cast<float>(random()) / 4294967296.0f - 0.5f;
        const TensorView planes{values.data(), channels, height, width};
        const int channel = channels - 1;
        const int columns = component.log2_sub_x == 1 ? width : 2 * width - 1;
        const int rows = component.log2_sub_y == 1 ? height : 2 * height;
        for (int y = 0; y < rows; ++y)
          for_parts(0, columns, [&, width = width, height = height](int first, int count) {
            Part part;
            interpolate_row(planes, channel, y, first, count, part, component);
            for (int i = 0; i < count; ++i)
              ck_assert_msg(
                  std::abs(part[i] - interpolated(planes, channel, first + i, y, component)) < 1e-6,
                  "%dx%d of %d channels at %d,%d", width, height, channels, first + i, y);
          });
      }
}
END_TEST

int main() {
  return run_suite("row_parts",
                   {test_parts_are_the_row_once, test_samples_are_loaded_in_every_format,
                    test_only_the_samples_of_a_part_are_stored,
                    test_colour_differences_are_loaded_in_every_format,
                    test_interpolation_goes_by_the_distance_to_the_blocks});
}
