// SPDX-License-Identifier: LGPL-2.1-or-later
// An engine whose network is a function of the test.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "layout/state_layout.h"
#include "stream/frame_stream.h"

namespace denoiseae::test {

/// A tensor that owns its memory.
struct OwnedTensor {
  std::vector<float> values;
  TensorView view;

  OwnedTensor(int channels, int height, int width)
      : values(static_cast<std::size_t>(channels * height * width)),
        view{values.data(), channels, height, width} {}
  OwnedTensor(const OwnedTensor&) = delete;
  OwnedTensor& operator=(const OwnedTensor&) = delete;

  float at(int c, int x, int y) const {
    return values[static_cast<std::size_t>((y * view.width + x) * view.channels + c)];
  }
  float& at(int c, int x, int y) {
    return values[static_cast<std::size_t>((y * view.width + x) * view.channels + c)];
  }
};

/// Reads and hands on rows in groups, as engines do. It keeps the rows that it has read.
class FakeEngine final : public Engine {
 public:
  /// input: the shape of the network's input. shrink: how many times larger that is than the
  /// output.
  FakeEngine(const TensorView& input, int output_channels, bool has_state, int shrink = 1)
      : input(input.channels, input.height, input.width),
        output(output_channels, input.height / shrink, input.width / shrink),
        state_in(kStateChannels, input.height, input.width),
        state_out(kStateChannels, input.height, input.width),
        has_state_(has_state),
        shrink_(shrink) {}

  OwnedTensor input;
  OwnedTensor output;
  OwnedTensor state_in;
  OwnedTensor state_out;
  /// This is the network: it computes output and state_out from input and state_in.
  std::function<void()> compute = [] {};
  int runs = 0;
  double expected_noise = -1;  ///< as it was told last

  void expect_noise(double highest_level) override { expected_noise = highest_level; }
  void run(RowSource& source, RowSink& sink, int /*pictures*/) override {
    ++runs;
    for_groups(input.view.height, [&](int begin, int end) {
      source.read_input(begin, rows_of(input.view, begin, end));
      if (has_state_) source.read_state(begin, rows_of(state_in.view, begin, end));
    });
    compute();
    // The sink may change the rows of the output.
    std::vector<float> result = output.values;
    const TensorView rows{result.data(), output.view.channels, output.view.height,
                          output.view.width};
    for_groups(rows.height, [&](int begin, int end) {
      if (has_state_) sink.write_state(begin, rows_of(state_out.view, begin, end));
      sink.write_output(begin, rows_of(input.view, shrink_ * begin, shrink_ * end),
                        rows_of(rows, begin, end));
    });
  }
  EngineKind kind() const override { return EngineKind::torch; }
  Precision precision() const override { return Precision::float32; }
  std::string device() const override { return "none"; }
  unsigned threads() const override { return 1; }
  std::int64_t memory_bytes() const override { return 0; }

 private:
  template <typename Body>
  static void for_groups(int height, const Body& body) {
    for (int y = 0; y < height; y += kRowsTogether) body(y, std::min(y + kRowsTogether, height));
  }

  bool has_state_;
  int shrink_;
};

/// The engines of a stream, of which the test reaches the one that denoises.
class FakeEngines {
 public:
  /// The arguments are those of FakeEngine.
  FakeEngines(const TensorView& input, int output_channels, bool has_state)
      : all_{std::make_unique<FakeEngine>(input, output_channels, has_state), nullptr} {}

  FakeEngine* operator->() const { return static_cast<FakeEngine*>(all_.denoiser.get()); }
  const StreamEngines& all() const { return all_; }

 private:
  StreamEngines all_;
};

}  // namespace denoiseae::test
