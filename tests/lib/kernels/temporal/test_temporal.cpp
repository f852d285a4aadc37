// SPDX-License-Identifier: LGPL-2.1-or-later
// The rows of the operations on frame and recurrent state: every variant, and the loops that most
// are made of, against the definitions of net/graph.h, one value at a time in double precision.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <utility>
#include <vector>

#include "kernels/temporal/temporal.h"
#include "kernels/temporal/temporal_loops.h"
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
  /// Returns positions x channels values of -0.5 ... 0.5.
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
  /// Returns a state in which nothing is known of some positions, and others were fused for long.
  std::vector<float> state(int width) {
    auto values = samples<float>(width, kStateChannels);
    for (int x = 0; x < width; ++x)
      values[static_cast<std::size_t>(x * kStateChannels + kStateVariance)] =
          uniform(0, 1) < 0.2f ? kUnknownVariance : uniform(0.03f, 1.2f);
    return values;
  }
  /// Returns values of 0 ... 1.
  template <typename Value>
  std::vector<Value> gate(int width) {
    auto values = samples<Value>(width, kGateChannels);
    for (Value& value : values) assign(value, to_float(value) + 0.5f);
    return values;
  }

 private:
  std::mt19937 engine_;
};

/// The inputs of all operations, for a row of width positions. Where an operation takes two rows,
/// these are the upper and the lower one.
template <typename Value>
struct Inputs {
  int width;
  std::vector<float> frame[2], state[2];
  std::vector<Value> residual, gate[2];
  float lower_weight = 0.25f;

  explicit Inputs(int of_width) : width(of_width) {
    Random random(static_cast<unsigned>(of_width));
    for (int i = 0; i < 2; ++i) {
      frame[i] = random.frame(width);
      state[i] = random.state(width);
      gate[i] = random.gate<Value>(width / 2);
    }
    residual = random.samples<Value>(width, kPackedChannels);
  }
  double frame_at(int row, int x, int c) const {
    return frame[row][static_cast<std::size_t>(x * kPackedInputChannels + c)];
  }
  double state_at(int row, int x, int c) const {
    return state[row][static_cast<std::size_t>(x * kStateChannels + c)];
  }
  double residual_at(int x, int c) const {
    return to_float(residual[static_cast<std::size_t>(x * kPackedChannels + c)]);
  }
  /// The gate at a position of full size: bilinear between the centres of positions of half size.
  double gate_at(int x, int c) const {
    const double center = (x + 0.5) / 2 - 0.5;
    const int left = static_cast<int>(std::floor(center));
    double sum = 0;
    for (int i = 0; i < 2; ++i)
      for (int row = 0; row < 2; ++row) {
        const int column = std::clamp(left + i, 0, width / 2 - 1);
        const double weight = (i == 0 ? left + 1 - center : center - left) *
                              (row == 0 ? 1 - lower_weight : lower_weight);
        sum += weight * to_float(gate[row][static_cast<std::size_t>(column * kGateChannels + c)]);
      }
    return sum;
  }
};

/// The results of all operations.
template <typename Value>
struct Results {
  std::vector<Value> changes, spatial_input;
  std::vector<float> update, noise, next_state;
};

template <typename Value>
Results<Value> run(const TemporalRows<Value>& rows, const Inputs<Value>& in) {
  const auto filled = [&]<typename T>(T, int values) {
    std::vector<T> result(static_cast<std::size_t>(values) + 1);
    for (T& value : result) assign(value, kUntouched);
    return result;
  };
  const int width = in.width;
  Results<Value> out{
      filled(Value{}, width / 2 * kChangeChannels), filled(Value{}, width * kSpatialInputChannels),
      filled(float{}, width * kStateChannels), filled(float{}, width * kPackedChannels),
      filled(float{}, width * kStateChannels)};
  const float *frame = in.frame[0].data(), *state = in.state[0].data();
  const Value* residual = in.residual.data();
  rows.change_features({frame, in.frame[1].data()}, {state, in.state[1].data()}, width / 2,
                       out.changes.data());
  rows.temporal_update(frame, state, {in.gate[0].data(), in.gate[1].data(), in.lower_weight}, width,
                       out.update.data());
  rows.spatial_input(frame, state, width, out.spatial_input.data());
  rows.add_innovation(frame, state, residual, width, out.noise.data());
  rows.update_state(state, residual, width, out.next_state.data());
  return out;
}

/// Checks values one by one. expected(x, c): the value of channel c at the position x.
template <typename Value, typename Expected>
void check(const char* what, const std::vector<Value>& found, int channels,
           const Expected& expected) {
  ck_assert_msg(to_float(found.back()) > 1000, "%s writes too much", what);
  const double relative = sizeof(Value) == sizeof(float) ? 1e-5 : 1.0 / 256;
  for (int i = 0; i + 1 < static_cast<int>(found.size()); ++i) {
    const double wanted = expected(i / channels, i % channels);
    const double value = to_float(found[static_cast<std::size_t>(i)]);
    if (!(std::abs(value - wanted) <= 1e-5 + relative * std::abs(wanted)))
      ck_abort_msg("%s, position %d, channel %d: %g, expected %g", what, i / channels, i % channels,
                   value, wanted);
  }
}

template <typename Value>
double change_feature(const Inputs<Value>& in, int x, int c) {
  // d: frame - fused frames in standard deviations of this difference, for each channel; e: frame -
  // picture, and s: fused frames - picture, both in standard deviations of the frame.
  double abs_d[6] = {}, abs_e[6] = {}, d = 0, e = 0, s = 0, levels[2] = {}, root = 0, luma = 0;
  for (int row = 0; row < 2; ++row)
    for (int position = 2 * x; position < 2 * x + 2; ++position) {
      const double v = std::min(in.state_at(row, position, kStateVariance), 1.0);
      root += std::sqrt(v);
      levels[0] += in.frame_at(row, position, kLumaNoiseChannel);
      levels[1] += in.frame_at(row, position, kChromaNoiseChannel);
      for (int i = 0; i < kPackedChannels; ++i) {
        const double level =
            in.frame_at(row, position, i < 4 ? kLumaNoiseChannel : kChromaNoiseChannel);
        const double deviation = level / kNoiseLevelScale + kMinDeviation;
        const double frame = in.frame_at(row, position, i);
        const double fused = in.state_at(row, position, i);
        const double picture = in.state_at(row, position, kStatePicture + i);
        const double one_d = (frame - fused) / (deviation * std::sqrt(1 + v));
        const double one_e = (frame - picture) / deviation;
        abs_d[i] += std::abs(one_d);
        abs_e[i] += std::abs(one_e);
        if (i >= 4) continue;
        d += one_d;
        e += one_e;
        s += (fused - picture) / deviation;
        luma += frame;
      }
    }
  const auto over_luma = [](const double* sums) { return sums[0] + sums[1] + sums[2] + sums[3]; };
  const double features[kChangeChannels] = {over_luma(abs_d) / 16,
                                            std::abs(d) / 16,
                                            abs_d[4] / 4,
                                            abs_d[5] / 4,
                                            levels[0] / 4,
                                            levels[1] / 4,
                                            root / 4,
                                            luma / 16,
                                            over_luma(abs_e) / 16,
                                            std::abs(e) / 16,
                                            (abs_e[4] + abs_e[5]) / 8,
                                            std::abs(s) / 16};
  return features[c];
}

template <typename Value>
double updated(const Inputs<Value>& in, int x, int c) {
  const double v = in.state_at(0, x, kStateVariance);
  const double gain = std::max(1 - in.gate_at(x, 0) / (v + 1), double{kMinGain});
  if (c == kStateVariance) return (1 - gain) * (1 - gain) * v + gain * gain;
  const int sample = c % kStatePicture;
  const double before = in.state_at(0, x, sample);
  const double fused = before + gain * (in.frame_at(0, x, sample) - before);
  if (c < kStatePicture) return fused;
  const double share = v < kUnknownVariance ? in.gate_at(x, 1) : 0;
  return fused + share * (in.state_at(0, x, c) - fused);
}

template <typename Value>
double spatial_input(const Inputs<Value>& in, int x, int c) {
  if (c < kPackedChannels) return in.state_at(0, x, c);
  if (c < 2 * kPackedChannels) return in.state_at(0, x, kStatePicture + c - kPackedChannels);
  const double root = std::sqrt(in.state_at(0, x, kStateVariance));
  double difference = 0;
  for (int i = 0; i < 4; ++i) difference += in.frame_at(0, x, i) - in.state_at(0, x, i);
  const double rest[] = {in.frame_at(0, x, kLumaNoiseChannel) * root,
                         in.frame_at(0, x, kChromaNoiseChannel) * root, difference / 4,
                         in.frame_at(0, x, kLumaNoiseChannel)};
  return rest[c - 2 * kPackedChannels];
}

template <typename Value>
void check_definitions(const TemporalRows<Value>& rows) {
  for (int width = 2; width <= 70; width += 4) {
    const Inputs<Value> in(width);
    const Results<Value> out = run(rows, in);
    check("change_features", out.changes, kChangeChannels,
          [&](int x, int c) { return change_feature(in, x, c); });
    check("temporal_update", out.update, kStateChannels,
          [&](int x, int c) { return updated(in, x, c); });
    check("spatial_input", out.spatial_input, kSpatialInputChannels,
          [&](int x, int c) { return spatial_input(in, x, c); });
    check("add_innovation", out.noise, kPackedChannels, [&](int x, int c) {
      return in.frame_at(0, x, c) - in.state_at(0, x, c) + in.residual_at(x, c);
    });
    check("update_state", out.next_state, kStateChannels, [&](int x, int c) {
      return c < kStatePicture
                 ? in.state_at(0, x, c)
                 : in.state_at(0, x, c - kStatePicture) - in.residual_at(x, c - kStatePicture);
    });
  }
}

template <typename T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

template <typename Value>
void check_bits(const TemporalRows<Value>& plain, const TemporalRows<Value>& fast) {
  for (int width = 2; width <= 70; width += 2) {
    const Inputs<Value> in(width);
    const Results<Value> wanted = run(plain, in), found = run(fast, in);
    ck_assert_msg(same_bits(wanted.changes, found.changes), "change_features, %d wide", width);
    ck_assert_msg(same_bits(wanted.update, found.update), "temporal_update, %d wide", width);
    ck_assert_msg(same_bits(wanted.spatial_input, found.spatial_input), "spatial_input, %d wide",
                  width);
    ck_assert_msg(same_bits(wanted.noise, found.noise), "add_innovation, %d wide", width);
    ck_assert_msg(same_bits(wanted.next_state, found.next_state), "update_state, %d wide", width);
  }
}

}  // namespace

START_TEST(test_each_variant_computes_the_definitions) {
  for (const TemporalVariant& variant : available(temporal_variants())) {
    check_definitions(variant.tables->rows<float>());
    check_definitions(variant.tables->rows<Bfloat16>());
  }
}
END_TEST

START_TEST(test_loops_compute_the_definitions) {
  check_definitions(kTemporalLoops<float>);
  check_definitions(kTemporalLoops<Bfloat16>);
}
END_TEST

START_TEST(test_variants_equal_the_plain_loops) {
  const TemporalTables& plain = *temporal_variants().front().tables;
  for (const TemporalVariant& variant : available(temporal_variants())) {
    check_bits(plain.rows<float>(), variant.tables->rows<float>());
    check_bits(plain.rows<Bfloat16>(), variant.tables->rows<Bfloat16>());
  }
}
END_TEST

START_TEST(test_the_input_in_16_bits_is_that_in_floats) {
  std::mt19937 random(9);
  std::uniform_real_distribution<float> sample(-0.6f, 0.6f), level(0, 6), variance(0, 1);
  for (const TemporalVariant& variant : available(temporal_variants()))
    for (int width = 0; width < 40; ++width) {
      const auto positions = static_cast<std::size_t>(width);
      std::vector<float> frame(positions * kPackedInputChannels);
      std::vector<float> state(positions * kStateChannels);
      for (float& value : frame) value = sample(random);
      for (float& value : state) value = sample(random);
      for (std::size_t x = 0; x < positions; ++x) {
        // Some are beyond Fixed16.
        frame[x * kPackedInputChannels + kLumaNoiseChannel] = level(random);
        frame[x * kPackedInputChannels + kChromaNoiseChannel] = level(random);
        state[x * kStateChannels + kStateVariance] = variance(random);
      }
      std::vector<float> floats(positions * kSpatialInputChannels);
      std::vector<Fixed16> found(floats.size() + 1, Fixed16{77});
      variant.tables->of_float.spatial_input(frame.data(), state.data(), width, floats.data());
      variant.tables->fixed16_spatial_input(frame.data(), state.data(), width, found.data());
      for (std::size_t i = 0; i < floats.size(); ++i) {
        Fixed16 wanted{};
        assign(wanted, floats[i]);
        ck_assert_int_eq(found[i].steps, wanted.steps);
      }
      ck_assert_int_eq(found.back().steps, 77);
    }
}
END_TEST

START_TEST(test_rows_lie_between_rows_of_half_the_size) {
  // The centre of row y lies at (y + 0.5) / 2 among the rows of half the size.
  for (int y = 0; y < 10; ++y) {
    const Between between = between_halves(y, 5);
    const double found =
        between.first + 0.5 +
        static_cast<double>(between.second_weight) * (between.second - between.first);
    ck_assert_double_eq(found, std::clamp((y + 0.5) / 2, 0.5, 4.5));
  }
}
END_TEST

int main() {
  return run_suite(
      "temporal", {test_each_variant_computes_the_definitions, test_loops_compute_the_definitions,
                   test_variants_equal_the_plain_loops, test_the_input_in_16_bits_is_that_in_floats,
                   test_rows_lie_between_rows_of_half_the_size});
}
