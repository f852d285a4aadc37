// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/stored_state/stored_state.h"
#include "layout/state_layout.h"
#include "support/check.h"
#include "support/scenes.h"
#include "temporal/recurrent_state.h"
#include "temporal/state_motion.h"
#include "temporal/warp_state.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

// The size of the packed planes.
constexpr int kWidth = 160, kHeight = 96;
constexpr int kBorder = 32;

struct State {
  std::vector<float> values =
      std::vector<float>(static_cast<std::size_t>(kStateChannels) * kHeight * kWidth);

  TensorView view() const {
    return {const_cast<float*>(values.data()), kStateChannels, kHeight, kWidth};
  }
  float at(int c, int x, int y) const {
    return values[static_cast<std::size_t>((y * kWidth + x) * kStateChannels + c)];
  }
};

const TexturedCanvas& canvas() {
  static const TexturedCanvas canvas(2 * (kWidth + kBorder), 2 * (kHeight + kBorder), 5);
  return canvas;
}

LumaPlane picture_at(int x, int y) {
  return canvas().crop(kBorder + x, kBorder + y, 2 * kWidth, 2 * kHeight);
}

/// Returns the value that holds a luma pixel.
float& luma_of(std::vector<float>& values, int channels, int first_channel, int x, int y) {
  const int position = y / 2 * kWidth + x / 2;
  return values[static_cast<std::size_t>(position * channels + first_channel + y % 2 * 2 + x % 2)];
}

/// Makes a state of random values, which streams store exactly, whose picture is the plane.
State random_state(const LumaPlane& picture) {
  State state;
  std::mt19937 random(6);
  for (float& value : state.values)
    value = kStoredUnit * static_cast<float>(static_cast<int>(random() % 16384) - 8192);
  for (std::size_t i = kStateVariance; i < state.values.size(); i += kStateChannels)
    state.values[i] = kStoredUnit * static_cast<float>(1 + random() % 16384);
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      const double value = picture.at(x, y) / 255.0 - 0.5;
      luma_of(state.values, kStateChannels, kStatePicture, x, y) =
          kStoredUnit * static_cast<float>(std::lround(value / kStoredUnit));
    }
  return state;
}

void take(FrameCodes& codes, const LumaPlane& frame) {
  std::vector<float> values(static_cast<std::size_t>(6 * kWidth * kHeight));
  for (int y = 0; y < frame.height; ++y)
    for (int x = 0; x < frame.width; ++x)
      luma_of(values, 6, 0, x, y) = static_cast<float>(frame.at(x, y)) / 255 - 0.5f;
  codes.take_rows(0, {values.data(), 6, kHeight, kWidth}, false);
}

FrameCodes codes_of(const LumaPlane& frame, const State& state) {
  FrameCodes codes(TensorView{nullptr, 6, kHeight, kWidth});
  take(codes, frame);
  codes.write_reference(0, state.view(), kStatePicture);
  return codes;
}

/// Writes a state in two parts, the lower one first, as threads may.
void write(RecurrentState& state, const State& values) {
  constexpr int kFirst = 24;
  state.write(kFirst, rows_of(values.view(), kFirst, kHeight));
  state.write(0, rows_of(values.view(), 0, kFirst));
}

State read(const RecurrentState& state) {
  State values;
  for (int y = 0; y < kHeight; y += 8) state.read(y, rows_of(values.view(), y, y + 8));
  return values;
}

void assert_unknown_state(const State& found) {
  for (std::size_t i = 0; i < found.values.size(); ++i)
    if (found.values[i] != (i % kStateChannels == kStateVariance ? kUnknownVariance : 0.0f))
      ck_abort_msg("value %zu is %g", i, found.values[i]);
}

void assert_unknown(const RecurrentState& state) {
  assert_unknown_state(read(state));
  ck_assert_double_eq(state.mean_frames(), 1);
}

/// A stream with a network that takes each frame for the picture, and counts the frames: the
/// variance is 1/n after n of them.
struct Stream {
  FrameCodes codes{TensorView{nullptr, 6, kHeight, kWidth}};
  RecurrentState state{kHeight, kWidth};
  State given;    ///< the state that the network was given for the last frame
  State written;  ///< the state that it made of it

  void run(const LumaPlane& frame, bool damaged = false) {
    take(codes, frame);
    state.follow(codes, kNoise, nullptr, damaged);
    given = read(state);
    written = random_state(frame);
    for (std::size_t i = kStateVariance; i < written.values.size(); i += kStateChannels)
      written.values[i] = kStoredUnit * std::round(1 / (1 / given.values[i] + 1) / kStoredUnit);
    if (!state.is_held()) {
      write(state, written);
      codes.write_reference(0, written.view(), kStatePicture);
    }
    state.commit();
    if (!state.is_repeated() && !state.is_held()) codes.commit();
  }
  /// Over how many frames the state averages.
  double frames() const { return state.mean_frames(); }

  static constexpr double kNoise = 2;
};

/// Returns the mean code of the picture in a state.
double brightness_of(const State& state) {
  double sum = 0;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      for (int c = 0; c < 4; ++c) sum += 255 * (state.at(kStatePicture + c, x, y) + 0.5);
  return sum / (4 * kWidth * kHeight);
}

/// Returns a frame of a still scene, brighter by some codes, with noise of its own.
LumaPlane still(std::uint64_t seed, int brighter = 0) {
  return with_noise(canvas().crop(kBorder, kBorder, 2 * kWidth, 2 * kHeight, 0.5, 110 + brighter),
                    Stream::kNoise, seed);
}

/// Makes a stream that has seen the still scene twice.
Stream stream_of_two() {
  Stream stream;
  stream.run(still(1));
  stream.run(still(2));
  return stream;
}

/// Returns a frame of another scene.
LumaPlane foreign(std::uint64_t seed) {
  static const TexturedCanvas other(2 * kWidth, 2 * kHeight, 99);
  return with_noise(other.crop(0, 0, 2 * kWidth, 2 * kHeight), Stream::kNoise, seed);
}

/// Checks that a state is another one, but for the small differences of brightness that noise may
/// leave between the frame and the last picture.
void assert_nearly(const State& found, const State& expected) {
  constexpr double kMaxCodes = 3;
  for (std::size_t i = 0; i < found.values.size(); ++i) {
    const double codes = 255 * std::abs(found.values[i] - expected.values[i]);
    if (codes > (is_state_luma(static_cast<int>(i % kStateChannels)) ? kMaxCodes : 0))
      ck_abort_msg("value %zu differs by %g codes", i, codes);
  }
}

}  // namespace

START_TEST(test_before_the_first_frame_nothing_is_known) {
  const LumaPlane picture = picture_at(0, 0);
  const State values = random_state(picture);
  RecurrentState state(kHeight, kWidth);
  FrameCodes codes = codes_of(picture, values);
  ck_assert_ptr_null(state.follow(codes, 5));
  assert_unknown(state);
  // Rows that are written do not count before they are committed.
  write(state, values);
  ck_assert_ptr_null(state.follow(codes, 5));
  assert_unknown(state);
}
END_TEST

START_TEST(test_a_state_returns_where_nothing_moves) {
  const LumaPlane picture = picture_at(0, 0);
  const State values = random_state(picture);
  RecurrentState state(kHeight, kWidth);
  write(state, values);
  state.commit();
  FrameCodes codes = codes_of(picture, values);
  const MotionField* field = state.follow(codes, 5);
  ck_assert_ptr_nonnull(field);
  ck_assert_double_gt(field->matched, 0.9);
  ck_assert(read(state).values == values.values);
  double frames = 0;
  for (std::size_t i = kStateVariance; i < values.values.size(); i += kStateChannels)
    frames += 1.0 / values.values[i] / (kWidth * kHeight);
  ck_assert_double_eq_tol(state.mean_frames(), frames, 1e-6 * frames);
  const int w = 2 * kWidth, h = 2 * kHeight;
  std::int64_t bytes = 4 * kStateChannels * kWidth * (kHeight + 1);
  bytes += sizeof(MotionVector) * MotionField(w, h).vectors.size();
  bytes += MotionSearch(w, h).memory_bytes() + LocalBrightness(h, w).memory_bytes();
  ck_assert_int_eq(state.memory_bytes(), bytes + BrightnessSearch(h, w).memory_bytes());
  // A second state takes the place of the first one, and only when it is committed.
  State other = values;
  for (float& value : other.values) value = value / 2;
  for (float& value : other.values) value = kStoredUnit * std::floor(value / kStoredUnit);
  write(state, other);
  ck_assert(read(state).values == values.values);
  state.commit();
  ck_assert(read(state).values == other.values);
  state.reset();
  ck_assert_ptr_null(state.follow(codes, 5));
  assert_unknown(state);
}
END_TEST

START_TEST(test_a_state_moves_with_the_picture) {
  constexpr int kMoveX = 6, kMoveY = -4;
  const State values = random_state(picture_at(0, 0));
  RecurrentState state(kHeight, kWidth);
  write(state, values);
  state.commit();
  FrameCodes codes = codes_of(picture_at(kMoveX, kMoveY), values);
  const MotionField* field = state.follow(codes, 5);
  ck_assert_ptr_nonnull(field);
  const State found = read(state);
  constexpr int kHalfBlock = MotionField::kBlock / 2;
  int known = 0, unknown = 0;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      // Blocks at the edges may be taken for others.
      if (field->at(x / kHalfBlock, y / kHalfBlock) != MotionVector{kMoveX, kMoveY}) continue;
      const int from_x = x + kMoveX / 2, from_y = y + kMoveY / 2;
      if (from_x >= kWidth || from_y < 0) {
        ck_assert_float_eq(found.at(kStateVariance, x, y), kUnknownVariance);
        ++unknown;
        continue;
      }
      for (int c = 0; c < kStateChannels; ++c)
        if (found.at(c, x, y) != values.at(c, from_x, from_y))
          ck_abort_msg("channel %d at %d,%d: %g, not %g", c, x, y, found.at(c, x, y),
                       values.at(c, from_x, from_y));
      ++known;
    }
  ck_assert_int_gt(known, kWidth * kHeight * 8 / 10);
  ck_assert_int_gt(unknown, 0);
}
END_TEST

START_TEST(test_values_are_stored_in_16_bits) {
  State values;
  for (std::size_t i = 0; i < values.values.size(); ++i)
    values.values[i] = -3 + 6 * static_cast<float>(i) / static_cast<float>(values.values.size());
  RecurrentState state(kHeight, kWidth);
  write(state, values);
  state.commit();
  // A picture of one colour moves nowhere.
  const LumaPlane gray(2 * kWidth, 2 * kHeight);
  State picture;
  for (float& value : picture.values) value = -0.5f;
  FrameCodes codes = codes_of(gray, picture);
  ck_assert_ptr_nonnull(state.follow(codes, 5));
  const State found = read(state);
  for (std::size_t i = 0; i < values.values.size(); ++i) {
    const double expected = std::fmin(std::fmax(values.values[i], -2.0), 32767.0 / 16384);
    if (std::abs(found.values[i] - expected) > 0.5 / 16384)
      ck_abort_msg("%g became %g", values.values[i], found.values[i]);
  }
}
END_TEST

// The picture is taken to have 0.3 of the frame's noise, so that the difference has a little more
// than the frame alone.
START_TEST(test_motion_is_searched_from_the_picture_to_the_frame) {
  const State values = random_state(with_noise(picture_at(0, 0), 4, 3));
  const LumaPlane frame = with_noise(picture_at(3, 1), 12, 4);
  const FrameCodes codes = codes_of(frame, values);
  MotionSearch search(2 * kWidth, 2 * kHeight), direct(2 * kWidth, 2 * kHeight);
  const MotionField found = search_state_motion(search, codes, 12);
  const MotionField expected =
      direct.search(codes.luma(), codes.reference(), 12 * std::sqrt(1 + 0.3 * 0.3));
  ck_assert(found.vectors == expected.vectors);
  ck_assert_double_eq(found.matched, expected.matched);
  int moved = 0;
  for (const MotionVector& v : found.vectors) moved += v.dx == 3 && v.dy == 1;
  ck_assert_int_gt(moved, static_cast<int>(found.vectors.size()) * 8 / 10);
  // The field of the last frame is passed on.
  const MotionField again = search_state_motion(search, codes, 12, &found);
  const MotionField& expected_again =
      direct.search(codes.luma(), codes.reference(), 12 * std::sqrt(1 + 0.3 * 0.3), &expected);
  ck_assert(again.vectors == expected_again.vectors);
}
END_TEST

START_TEST(test_a_repeated_frame_is_denoised_once_more) {
  Stream stream;
  // The first frame of a stream may be repeated, too.
  for (int i = 0; i < 3; ++i) {
    stream.run(still(1));
    ck_assert_int_eq(stream.state.is_repeated(), i > 0);
    ck_assert_float_eq(stream.given.at(kStateVariance, 9, 9), kUnknownVariance);
    ck_assert_double_eq(stream.frames(), 1);
  }
  const State first = stream.written;
  State given;
  for (int i = 0; i < 3; ++i) {
    stream.run(still(2));
    ck_assert_int_eq(stream.state.is_repeated(), i > 0);
    assert_nearly(stream.given, first);
    if (i > 0) ck_assert(stream.given.values == given.values);
    given = stream.given;
    ck_assert_double_eq_tol(stream.frames(), 2, 1e-3);
  }
  const State second = stream.written;
  stream.run(still(3));
  ck_assert(!stream.state.is_repeated());
  assert_nearly(stream.given, second);
  ck_assert_double_eq_tol(stream.frames(), 3, 1e-3);
  // Nothing is known after a reset, of repeated frames either.
  stream.state.reset();
  stream.run(still(3));
  ck_assert(!stream.state.is_repeated());
  ck_assert_double_eq(stream.frames(), 1);
}
END_TEST

START_TEST(test_a_flash_leaves_the_state_as_it_was) {
  Stream stream = stream_of_two();
  const State before = stream.written;
  ck_assert(!stream.state.is_held());
  stream.run(still(3, 60));
  ck_assert(stream.state.is_held());
  ck_assert(stream.state.change().is_sudden());
  // The network is given the state in the brightness of the flash.
  ck_assert_double_eq_tol(brightness_of(stream.given), brightness_of(before) + 60, 1);
  ck_assert_double_eq_tol(stream.frames(), 2, 1e-3);
  stream.run(still(4));
  ck_assert(!stream.state.is_held());
  ck_assert(stream.state.change().is_none());
  assert_nearly(stream.given, before);
  ck_assert_double_eq_tol(stream.frames(), 3, 1e-3);
}
END_TEST

/// Flat parts of another scene match once they have the same brightness.
START_TEST(test_another_scene_of_other_brightness_is_no_flash) {
  const auto scene = [](std::uint32_t canvas_seed, double mean, std::uint64_t seed) {
    LumaPlane plane = TexturedCanvas(2 * kWidth, 2 * kHeight, canvas_seed)
                          .crop(0, 0, 2 * kWidth, 2 * kHeight, 0.05, mean);
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < 2 * kWidth / 5; ++x) plane.at(x, y) = static_cast<std::uint8_t>(mean);
    return with_noise(plane, Stream::kNoise, seed);
  };
  Stream stream;
  stream.run(scene(5, 90, 1));
  stream.run(scene(99, 140, 2));
  ck_assert(!stream.state.is_held());
  assert_unknown_state(stream.given);
}
END_TEST

// Any number of damaged frames may follow each other, and they may show anything.
START_TEST(test_damaged_frames_leave_the_state_as_it_was) {
  Stream stream = stream_of_two();
  const State before = stream.written;
  stream.run(still(3), true);
  // The damaged frame itself is given the past where it matches.
  assert_nearly(stream.given, before);
  stream.run(foreign(4), true);
  assert_unknown_state(stream.given);
  stream.run(foreign(5), true);
  stream.run(still(6, 60), true);
  ck_assert(stream.state.is_held());
  ck_assert_double_eq_tol(stream.frames(), 2, 1e-3);
  stream.run(still(7));
  ck_assert(!stream.state.is_held());
  assert_nearly(stream.given, before);
  ck_assert_double_eq_tol(stream.frames(), 3, 1e-3);
}
END_TEST

/// After a frame that matched nothing, the state from before it is still there.
START_TEST(test_a_damaged_frame_after_a_cut_leaves_the_new_scene) {
  Stream stream = stream_of_two();
  stream.run(foreign(3));
  const State cut = stream.written;
  stream.run(picture_at(0, 0), true);
  stream.run(foreign(4));
  assert_nearly(stream.given, cut);
  ck_assert_double_eq_tol(stream.frames(), 2, 1e-3);
}
END_TEST

START_TEST(test_a_damaged_first_frame_is_a_frame) {
  Stream stream;
  stream.run(still(1), true);
  ck_assert(!stream.state.is_held());
  ck_assert_double_eq_tol(stream.frames(), 1, 1e-3);
  stream.run(still(2));
  ck_assert_double_eq_tol(stream.frames(), 2, 1e-3);
}
END_TEST

// Without noise the frame after a flash may have the codes of the frame before it.
START_TEST(test_after_a_flash_the_same_frame_has_its_own_brightness) {
  Stream stream = stream_of_two();
  const State before = stream.written;
  stream.run(still(3, 60));
  ck_assert(stream.state.is_held());
  stream.run(still(2));
  ck_assert(!stream.state.is_held());
  ck_assert_double_eq_tol(brightness_of(stream.given), brightness_of(before), 1);
}
END_TEST

START_TEST(test_a_lasting_change_of_brightness_counts_from_its_second_frame) {
  Stream stream = stream_of_two();
  const double brightness = brightness_of(stream.written);
  stream.run(still(3, 60));
  ck_assert(stream.state.is_held());
  stream.run(still(4, 60));
  ck_assert(!stream.state.is_held());
  ck_assert(stream.state.change().is_sudden());
  ck_assert_double_eq_tol(brightness_of(stream.given), brightness + 60, 1);
  ck_assert_double_eq_tol(stream.frames(), 3, 1e-3);
  const State bright = stream.written;
  stream.run(still(5, 60));
  ck_assert(stream.state.change().is_none());
  assert_nearly(stream.given, bright);
  // A fade is no flash.
  stream.run(still(6, 54));
  ck_assert(!stream.state.is_held());
  ck_assert(!stream.state.change().is_none());
  ck_assert_double_eq_tol(brightness_of(stream.given), brightness + 54, 1);
  ck_assert_double_eq_tol(stream.frames(), 5, 2e-3);
}
END_TEST

START_TEST(test_after_a_foreign_frame_the_state_goes_on) {
  Stream stream = stream_of_two();
  const State before = stream.written;
  stream.run(foreign(3));
  ck_assert_float_eq(stream.given.at(kStateVariance, 9, 9), kUnknownVariance);
  ck_assert_double_eq(stream.frames(), 1);
  ck_assert(!stream.state.is_older());
  stream.run(still(4));
  ck_assert(stream.state.is_older());
  assert_nearly(stream.given, before);
  ck_assert_double_eq_tol(stream.frames(), 3, 1e-3);
  // That frame may be repeated.
  stream.run(still(4));
  ck_assert(stream.state.is_repeated());
  assert_nearly(stream.given, before);
  ck_assert_double_eq_tol(stream.frames(), 3, 1e-3);
  stream.run(still(5));
  ck_assert(!stream.state.is_older());
  ck_assert_double_eq_tol(stream.frames(), 4, 1e-3);
}
END_TEST

START_TEST(test_after_a_cut_nothing_of_the_old_picture_is_known) {
  Stream stream = stream_of_two();
  stream.run(foreign(3));
  assert_unknown_state(stream.given);
  const State first = stream.written;
  stream.run(foreign(4));
  ck_assert(!stream.state.is_older());
  assert_nearly(stream.given, first);
  ck_assert_double_eq_tol(stream.frames(), 2, 1e-3);
  // Now the way back to the old scene is a cut again.
  stream.run(still(5));
  ck_assert(!stream.state.is_older());
  assert_unknown_state(stream.given);
  ck_assert_double_eq(stream.frames(), 1);
}
END_TEST

int main() {
  return run_suite(
      "recurrent_state",
      {test_before_the_first_frame_nothing_is_known, test_a_state_returns_where_nothing_moves,
       test_a_state_moves_with_the_picture, test_values_are_stored_in_16_bits,
       test_motion_is_searched_from_the_picture_to_the_frame,
       test_a_repeated_frame_is_denoised_once_more, test_a_flash_leaves_the_state_as_it_was,
       test_another_scene_of_other_brightness_is_no_flash,
       test_damaged_frames_leave_the_state_as_it_was,
       test_a_damaged_frame_after_a_cut_leaves_the_new_scene, test_a_damaged_first_frame_is_a_frame,
       test_after_a_flash_the_same_frame_has_its_own_brightness,
       test_a_lasting_change_of_brightness_counts_from_its_second_frame,
       test_after_a_foreign_frame_the_state_goes_on,
       test_after_a_cut_nothing_of_the_old_picture_is_known});
}
