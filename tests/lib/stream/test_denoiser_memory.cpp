// SPDX-License-Identifier: LGPL-2.1-or-later
// configure takes all memory: a frame takes none. Where some is missing all the same, the caller
// sees an Error and can go on.
#include <denoiseae/denoiser.h>
#include <malloc.h>

#include <iostream>
#include <memory>
#include <new>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "frame/samples.h"
#include "support/check.h"
#include "support/frames.h"
#include "support/heap.h"
#include "support/tiny_model.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

using nlohmann::json;

struct Network {
  const char* architecture;
  std::shared_ptr<const Model> model;
};

Network network(const char* architecture, const json& settings) {
  return {architecture, random_model(architecture, settings)};
}

/// The networks differ in kind: two have a recurrent state, one of which shows the picture, so that
/// motion is found; one has none, and one has a fixed size, so that it runs on tiles.
const std::vector<Network>& networks() {
  static const std::vector<Network> all = {
      network("recurrent_unet",
              {{"widths", {4, 6}}, {"encoder", {0, 0}}, {"decoder", {0}}, {"gate", {2}}}),
      {"averaging", averaging_model()},
      network("unet", {{"widths", {4, 6}}, {"encoder", {0, 0}}, {"decoder", {0}}}),
      network("paper", {{"width", 32}, {"height", 32}, {"filters", {2}}, {"latent", 2}})};
  return all;
}

/// Makes two noisy frames of a still picture, one of another picture, and one of that with bars
/// above and below.
std::vector<Frame> frames_of(PixelFormat format, int width, int height) {
  std::mt19937 random(1);
  std::vector<Frame> result;
  const FormatInfo& info = format_info(format);
  for (const int number : {0, 0, 1, 2}) {
    const bool has_bars = number == 2;
    const int picture = std::min(number, 1);
    Frame& frame = result.emplace_back(format, width, height, 8);
    for (int c = 0; c < info.component_count; ++c)
      for (int y = 0; y < info.component_height(c, height); ++y)
        for (int x = 0; x < info.component_width(c, width); ++x) {
          const int square = (x / 5 + y / 4 + picture) % 3;
          const int y_of = info.component_height(c, height);
          const bool in_bar = has_bars && (y < y_of / 4 || y >= y_of - y_of / 4);
          const int black = c == 0 ? 16 : 128;
          const int code = in_bar ? black : 60 + 50 * square + static_cast<int>(random() % 21);
          set_sample(frame.view(), c, x, y, deepened(info, code));
        }
  }
  return result;
}

/// A stream holds a denoiser and the frames that it is given.
class Stream {
 public:
  Stream(const Network& network, PixelFormat format, bool in_place, int width, int height)
      : in_place_(in_place),
        frames_(frames_of(format, width, height)),
        out_(format, width, height, 8) {
    denoiser_.load(network.model);
    denoiser_.configure(format, width, height, {EngineKind::native, Precision::float32, "cpu", 2});
    name_ = std::string(network.architecture) + ", " + describe(out_.view()) +
            (in_place ? " in place" : "");
  }

  Denoiser& denoiser() { return denoiser_; }
  const std::string& name() const { return name_; }
  ConstFrameView result() { return out_.view(); }

  /// Chooses what process denoises next.
  void take(int frame) {
    next_ = std::as_const(frames_[static_cast<std::size_t>(frame)]).view();
    if (!in_place_) return;
    copy_frame(next_, out_.view());
    next_ = out_.view();
  }
  void process(const DenoiseSettings& settings = {}) {
    denoiser_.process(next_, out_.view(), settings);
  }

 private:
  bool in_place_;
  std::vector<Frame> frames_;
  Frame out_;
  Denoiser denoiser_;
  ConstFrameView next_;
  std::string name_;
};

struct Step {
  const char* what;
  int frame;
  DenoiseSettings settings = {};
  bool reset = false;
};

std::vector<Step> steps(bool blind) {
  DenoiseSettings normal, strong, none, gray, alone;
  if (!blind) normal.noise_level = 10;
  strong = none = gray = alone = normal;
  strong.strength = 1.5;
  none.strength = 0;
  gray.chroma_strength = 0;
  alone.temporal = false;
  std::vector<Step> result = {{"the first frame", 0, normal}};
  // The level is measured anew every 8 frames.
  for (int i = 1; i < 10; ++i) result.push_back({"a later frame", i % 2, normal});
  DenoiseSettings other = normal;
  other.noise_level = blind ? 10 : -1;
  const std::vector<Step> changes = {{"a cut", 2, normal},
                                     {"after the cut", 2, normal},
                                     {"bars", 3, normal},
                                     {"after the bars", 2, normal},
                                     {"another strength", 2, strong},
                                     {"strength 0", 2, none},
                                     {"after strength 0", 2, normal},
                                     {"no chroma strength", 2, gray},
                                     {"without the past", 2, alone},
                                     {"with the past again", 2, normal},
                                     {"another kind of level", 2, other},
                                     {"after a reset", 0, normal, true},
                                     {"two after a reset", 1, normal},
                                     {"a reset and another strength", 0, strong, true}};
  result.insert(result.end(), changes.begin(), changes.end());
  return result;
}

/// Names the steps at which the denoiser takes memory.
std::string find_allocations(Stream& stream, bool blind) {
  std::string found;
  for (const Step& step : steps(blind)) {
    stream.take(step.frame);
    const WatchedHeap heap;
    if (step.reset) stream.denoiser().reset();
    stream.process(step.settings);
    const HeapUse use = heap.use();
    if (use.allocations == 0) continue;
    found += stream.name() + (blind ? ", blind, " : ", told the level, ") + step.what + ": " +
             std::to_string(use.allocations) + " allocations, " + std::to_string(use.largest) +
             " bytes at once\n";
  }
  return found;
}

/// Denoises the first two frames of a stream that nothing disturbs.
std::pair<Frame, Frame> undisturbed(Stream& stream, PixelFormat format, int width, int height) {
  std::pair<Frame, Frame> result{{format, width, height}, {format, width, height}};
  stream.denoiser().reset();
  stream.take(0);
  stream.process();
  copy_frame(stream.result(), result.first.view());
  stream.take(1);
  stream.process();
  copy_frame(stream.result(), result.second.view());
  return result;
}

std::int64_t heap_bytes() {
  const struct mallinfo2 heap = ::mallinfo2();
  return static_cast<std::int64_t>(heap.uordblks + heap.hblkhd);
}

/// A network with layers for which the engine has no kernels of its own.
std::shared_ptr<const Model> wide_model() {
  return random_model("recurrent_unet",
                      {{"widths", {16, 24}}, {"encoder", {1, 1}}, {"decoder", {1}}, {"gate", {8}}});
}

void denoise_once(const std::shared_ptr<const Model>& model, int width, int height) {
  Denoiser denoiser;
  denoiser.load(model);
  denoiser.configure(PixelFormat::i420, width, height,
                     {EngineKind::native, Precision::float32, "cpu", 2});
  Frame frame(PixelFormat::i420, width, height);
  denoiser.process(frame.view(), frame.view());
}

enum class Outcome { finished, error, other };

/// Denoises while an allocation fails. failed: whether it came to that.
Outcome process_short_of_memory(Stream& stream, int allocation, bool& failed) {
  const FailingHeap heap(allocation);
  Outcome outcome = Outcome::finished;
  try {
    stream.process();
  } catch (const Error& error) {
    outcome = error.code() == ErrorCode::out_of_memory ? Outcome::error : Outcome::other;
  } catch (...) {
    outcome = Outcome::other;
  }
  failed = heap.has_failed();
  return outcome;
}

}  // namespace

START_TEST(test_a_frame_takes_no_memory) {
  std::string found;
  for (const Network& network : networks())
    for (const FormatInfo& info : formats())
      for (const bool in_place : {false, true})
        for (const bool blind : {false, true})
          for (const auto& [width, height] : {std::pair{97, 81}, {96, 80}}) {
            Stream stream(network, info.format, in_place, width, height);
            found += find_allocations(stream, blind);
          }
  std::cerr << found;
  ck_assert_msg(found.empty(), "memory is taken after configure, at the steps above");
}
END_TEST

START_TEST(test_want_of_memory_is_an_error_that_a_reset_mends) {
  constexpr int kWidth = 33, kHeight = 25;
  int failures = 0;
  for (const Network& network : networks())
    for (const FormatInfo& info : formats())
      for (const bool in_place : {false, true}) {
        Stream untouched(network, info.format, in_place, kWidth, kHeight);
        const auto wanted = undisturbed(untouched, info.format, kWidth, kHeight);
        for (const int frame : {0, 1}) {
          Stream stream(network, info.format, in_place, kWidth, kHeight);
          bool failed = true;
          for (int allocation = 0; failed; ++allocation) {
            stream.denoiser().reset();
            if (frame == 1) {
              stream.take(0);
              stream.process();
            }
            stream.take(frame);
            const Outcome outcome = process_short_of_memory(stream, allocation, failed);
            ck_assert_msg(outcome == (failed ? Outcome::error : Outcome::finished),
                          "%s, frame %d, allocation %d: no Error of the code "
                          "out_of_memory",
                          stream.name().c_str(), frame, allocation);
            failures += failed;
            const auto found = undisturbed(stream, info.format, kWidth, kHeight);
            ck_assert_msg(same_pixels(found.first.view(), wanted.first.view()) &&
                              same_pixels(found.second.view(), wanted.second.view()),
                          "%s, frame %d, allocation %d: other pixels after a reset",
                          stream.name().c_str(), frame, allocation);
          }
        }
      }
  if (failures == 0) skip_test("a frame takes no memory at all, so that none can be missing");
}
END_TEST

/// Adaptive streams and folders of photographs bring hundreds of sizes to one process.
START_TEST(test_sizes_leave_nothing_behind) {
  const auto model = wide_model();
  denoise_once(model, 64, 48);
  const std::int64_t before = heap_bytes();
  if (before == 0) skip_test("the heap of this build does not tell how much of it is used");
  for (int i = 1; i <= 40; ++i) denoise_once(model, 64 + 4 * i, 48);
  const std::int64_t growth = heap_bytes() - before;
  ck_assert_msg(growth < 500'000, "40 sizes leave %lld bytes behind",
                static_cast<long long>(growth));
}
END_TEST

START_TEST(test_info_tells_what_the_heap_grows_by) {
  const auto model = wide_model();
  denoise_once(model, 64, 48);
  if (heap_bytes() == 0) skip_test("the heap of this build does not tell how much of it is used");
  for (const unsigned threads : {1u, 2u}) {
    const std::int64_t before = heap_bytes();
    Denoiser denoiser;
    denoiser.load(model);
    denoiser.configure(PixelFormat::i420, 640, 480,
                       {EngineKind::native, Precision::float32, "cpu", threads});
    const std::int64_t growth = heap_bytes() - before;
    ck_assert_int_gt(denoiser.info().memory_bytes, growth * 9 / 10);
    ck_assert_int_lt(denoiser.info().memory_bytes, growth * 12 / 10);
  }
}
END_TEST

START_TEST(test_allocations_are_seen_and_can_fail) {
  const WatchedHeap watched;
  std::vector<int>* made = new std::vector<int>(100);
  const HeapUse use = watched.use();
  ck_assert_int_eq(use.allocations, 2);
  ck_assert_uint_eq(use.largest, 400);
  delete made;
  // A compiler may leave out vectors that nobody reads, but no call of the operator itself.
  const FailingHeap heap(1);
  void* const first = ::operator new(10);
  bool thrown = false;
  try {
    ::operator delete(::operator new(10));
  } catch (const std::bad_alloc&) {
    thrown = true;
  }
  ck_assert(thrown && heap.has_failed());
  void* const third = ::operator new(10);
  ck_assert_ptr_nonnull(third);
  ::operator delete(third);
  ::operator delete(first);
}
END_TEST

int main() {
  return run_suite(
      "denoiser_memory",
      {test_a_frame_takes_no_memory, test_want_of_memory_is_an_error_that_a_reset_mends,
       test_sizes_leave_nothing_behind, test_info_tells_what_the_heap_grows_by,
       test_allocations_are_seen_and_can_fail},
      120);
}
