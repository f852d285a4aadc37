// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernels of the operations of the past: all variants return what the plain C++ does, which the
// engines' tests compare with the definitions.
#include <cstring>
#include <random>
#include <utility>
#include <vector>

#include "kernels/temporal/temporal.h"
#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr float kUntouched = 12345;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  float uniform(float low, float high) {
    return std::uniform_real_distribution<float>(low, high)(engine_);
  }
  /// positions x channels values of -0.5 ... 0.5.
  template <typename Value>
  std::vector<Value> samples(int positions, int channels) {
    std::vector<Value> values(static_cast<std::size_t>(positions) * channels);
    for (Value& value : values) assign(value, uniform(-0.5f, 0.5f));
    return values;
  }
  std::vector<float> frame(int width) {
    auto values = samples<float>(width, kPackedInputChannels);
    for (int x = 0; x < width; ++x)
      for (const int c : {kLumaNoiseChannel, kChromaNoiseChannel})
        values[static_cast<std::size_t>(x * kPackedInputChannels + c)] = uniform(0, 1);
    return values;
  }
  /// With places that nothing is known of, and others with a long past.
  std::vector<float> state(int width) {
    auto values = samples<float>(width, kStateChannels);
    for (int x = 0; x < width; ++x)
      values[static_cast<std::size_t>(x * kStateChannels + kStateVariance)] =
          uniform(0, 1) < 0.2f ? kUnknownVariance : uniform(0.03f, 1.2f);
    return values;
  }

 private:
  std::mt19937 engine_;
};

/// What two variants write, and a value after it that stays.
template <typename Out>
struct Results {
  std::vector<Out> wanted, found;

  explicit Results(int values) : wanted(static_cast<std::size_t>(values) + 1) {
    assign(wanted.back(), kUntouched);
    found = wanted;
  }
  void check(const char* what, int width) const {
    ck_assert_msg(std::memcmp(wanted.data(), found.data(), wanted.size() * sizeof(Out)) == 0,
                  "%s, %d wide", what, width);
    ck_assert(to_float(wanted.back()) > 1000);
  }
};

template <typename Value>
void check_variant(const TemporalRows<Value>& plain, const TemporalRows<Value>& fast, int width,
                   unsigned seed) {
  Random random(seed);
  const auto frame = random.frame(width), lower_frame = random.frame(width);
  const auto state = random.state(width), lower_state = random.state(width);
  const auto residual = random.samples<Value>(width, kPackedChannels);
  auto upper_gate = random.samples<Value>(width / 2, kGateChannels);
  auto lower_gate = random.samples<Value>(width / 2, kGateChannels);
  for (auto* gate : {&upper_gate, &lower_gate})
    for (Value& value : *gate) assign(value, to_float(value) + 0.5f);

  Results<Value> changes(width / 2 * kChangeChannels);
  for (auto [rows, out] : {std::pair(&plain, &changes.wanted), std::pair(&fast, &changes.found)})
    rows->change_features({frame.data(), lower_frame.data()}, {state.data(), lower_state.data()},
                          width / 2, out->data());
  changes.check("motion_evidence", width);

  Results<float> update(width * kStateChannels);
  for (auto [rows, out] : {std::pair(&plain, &update.wanted), std::pair(&fast, &update.found)})
    rows->temporal_update(frame.data(), state.data(), {upper_gate.data(), lower_gate.data(), 0.25f},
                          width, out->data());
  update.check("temporal_update", width);

  Results<Value> input(width * kSpatialInputChannels);
  for (auto [rows, out] : {std::pair(&plain, &input.wanted), std::pair(&fast, &input.found)})
    rows->spatial_input(frame.data(), state.data(), width, out->data());
  input.check("spatial_input", width);

  Results<float> noise(width * kPackedChannels);
  for (auto [rows, out] : {std::pair(&plain, &noise.wanted), std::pair(&fast, &noise.found)})
    rows->add_innovation(frame.data(), state.data(), residual.data(), width, out->data());
  noise.check("add_innovation", width);

  Results<float> memory(width * kStateChannels);
  for (auto [rows, out] : {std::pair(&plain, &memory.wanted), std::pair(&fast, &memory.found)})
    rows->update_state(state.data(), residual.data(), width, out->data());
  memory.check("remember", width);
}

}  // namespace

START_TEST(test_variants_equal_the_plain_loops) {
  const auto variants = temporal_variants();
  const TemporalTables& plain = *variants.front().tables;
  ck_assert(variants.front().available);
  for (const TemporalVariant& variant : available(variants)) {
    for (int width = 2; width <= 70; width += 2) {
      const auto seed = static_cast<unsigned>(width);
      check_variant(plain.rows<float>(), variant.tables->rows<float>(), width, seed);
      check_variant(plain.rows<Bfloat16>(), variant.tables->rows<Bfloat16>(), width, seed);
    }
  }
}
END_TEST

int main() { return run_suite("temporal_rows", {test_variants_equal_the_plain_loops}); }
