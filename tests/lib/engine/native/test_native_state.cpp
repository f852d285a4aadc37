// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks with a past on the native engine: against the definitions, and in other bands.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "net/architectures.h"
#include "support/check.h"
#include "support/networks.h"
#include "support/whole_run.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kFrames = 4;

Graph recurrent(const nlohmann::json& settings = nlohmann::json::object()) {
  return find_architecture("recurrent_unet").build(settings);
}

/// Noise levels are not negative.
Picture random_frame(int height, int width, std::uint32_t seed) {
  Picture frame =
      random_picture(static_cast<std::size_t>(kPackedInputChannels) * height * width, seed);
  for (std::size_t i = 0; i < frame.size(); i += kPackedInputChannels) {
    frame[i + kLumaNoiseChannel] += 0.5f;
    frame[i + kChromaNoiseChannel] += 0.5f;
  }
  return frame;
}

Picture no_state(int height, int width) {
  Picture state(static_cast<std::size_t>(kStateChannels) * height * width, 0.0f);
  for (std::size_t i = kStateVariance; i < state.size(); i += kStateChannels)
    state[i] = kUnknownVariance;
  return state;
}

SlowPicture slow(const Picture& values, int channels, int height, int width) {
  SlowPicture result(channels, height, width);
  for (int i = 0; i < height * width; ++i)
    for (int c = 0; c < channels; ++c)
      result.at(c, i / width, i % width) = values[i * channels + c];
  return result;
}

/// Outputs of some frames in a row, then the past after them.
struct Stream {
  std::vector<Picture> outputs;
  Picture state;
};

Stream run_engine(const detail::ModelData& model, int height, int width, Precision precision,
                  unsigned threads) {
  const auto engine =
      make_engine(model, height, width, {EngineKind::native, precision, "cpu", threads});
  Stream stream{{}, no_state(height, width)};
  for (int i = 0; i < kFrames; ++i) {
    Picture frame = random_frame(height, width, 10 + i);
    Picture out(static_cast<std::size_t>(kPackedChannels) * height * width);
    Picture after(stream.state.size());
    run_whole(*engine, {frame.data(), kPackedInputChannels, height, width},
              {out.data(), kPackedChannels, height, width}, 1,
              {{stream.state.data(), kStateChannels, height, width},
               {after.data(), kStateChannels, height, width}});
    stream.state = after;
    stream.outputs.push_back(out);
  }
  return stream;
}

void assert_close(const Picture& found, const SlowPicture& wanted, double tolerance) {
  double largest = 1;
  for (const double v : wanted.values) largest = std::max(largest, std::abs(v));
  for (int i = 0; i < wanted.height * wanted.width; ++i)
    for (int c = 0; c < wanted.channels; ++c)
      ck_assert_double_eq_tol(found[i * wanted.channels + c],
                              wanted.get(c, i / wanted.width, i % wanted.width),
                              tolerance * largest);
}

}  // namespace

START_TEST(test_frames_in_a_row_agree_with_the_definitions) {
  const nlohmann::json small = {
      {"widths", {4, 6}}, {"encoder", {1, 0}}, {"decoder", {1}}, {"gate", {3}}, {"slope", 0.1}};
  for (const Graph& graph :
       {recurrent(), recurrent(small), recurrent({{"skip", 3}, {"frame", 3}}),
        recurrent({{"residual", 1}, {"encoder", {2, 1, 3}}, {"decoder", {2, 2}}})}) {
    const auto model = level_model(graph, 3);
    const int height = 16;
    const int width = 24;
    const Stream stream = run_engine(model, height, width, Precision::float32, 1);
    SlowPicture state = slow(no_state(height, width), kStateChannels, height, width);
    for (int i = 0; i < kFrames; ++i) {
      const SlowPicture frame =
          slow(random_frame(height, width, 10 + i), kPackedInputChannels, height, width);
      const SlowPicture wanted = run_slowly(graph, model.tensors, frame, &state);
      assert_close(stream.outputs[i], wanted, 2e-5);
    }
    assert_close(stream.state, state, 2e-5);
  }
}
END_TEST

START_TEST(test_other_precisions_stay_close) {
  const auto model = level_model(recurrent({{"frame", 1}}), 4);
  const Stream exact = run_engine(model, 32, 24, Precision::float32, 1);
  const Stream automatic = run_engine(model, 32, 24, Precision::automatic, 1);
  for (int i = 0; i < kFrames; ++i)
    assert_close(automatic.outputs[i], slow(exact.outputs[i], kPackedChannels, 32, 24), 0.04);
}
END_TEST

// One thread works on the taller picture in row_tiles, five on a band each.
START_TEST(test_bands_are_the_whole) {
  const auto model = level_model(recurrent(), 5);
  for (const auto& [height, precision] : {std::pair{188, Precision::float32},
                                          {188, Precision::automatic},
                                          {1600, Precision::automatic}}) {
    const Stream whole = run_engine(model, height, 20, precision, 1);
    for (const unsigned threads : {2u, 3u, 5u}) {
      const Stream bands = run_engine(model, height, 20, precision, threads);
      ck_assert(bands.outputs == whole.outputs);
      ck_assert(bands.state == whole.state);
    }
  }
}
END_TEST

int main() {
  return run_suite("native_past", {test_frames_in_a_row_agree_with_the_definitions,
                                   test_other_precisions_stay_close, test_bands_are_the_whole});
}
