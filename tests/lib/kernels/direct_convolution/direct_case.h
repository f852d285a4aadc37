// SPDX-License-Identifier: LGPL-2.1-or-later
// Convolutions that tests let the variants of direct convolutions compute, and compare with the
// definition.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/direct_convolution/direct_convolution.h"
#include "kernels/direct_convolution/direct_layout.h"
#include "support/check.h"

namespace denoiseae::test {

inline constexpr int kRows = 3;  ///< rows of the output
inline constexpr int kGap = 70;  ///< values of poison beside each row
inline constexpr SampleType kTypes[] = {SampleType::float32, SampleType::bfloat16,
                                        SampleType::fixed16, SampleType::code};
inline constexpr SampleType kOutTypes[] = {SampleType::float32, SampleType::bfloat16,
                                           SampleType::code};
inline bool is_whole(SampleType type) {
  return type == SampleType::code || type == SampleType::fixed16;
}
using Random = std::mt19937;

inline int draw(Random& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}

/// Values in memory, as a type that the kernels read or write. Those of Fixed16 are its steps,
/// which its weights look like.
class Values {
 public:
  Values(SampleType type, std::size_t count) : type_(type), bytes_(count * bytes_of(type)) {}

  static std::size_t bytes_of(SampleType type) { return 4 / inputs_of_word(type); }
  char* at(std::size_t index) { return bytes_.data() + index * bytes_of(type_); }
  double get(std::size_t index) {
    if (type_ == SampleType::code) return static_cast<std::uint8_t>(*at(index));
    if (type_ == SampleType::fixed16) {
      std::int16_t value = 0;
      std::memcpy(&value, at(index), sizeof value);
      return value;
    }
    if (type_ == SampleType::bfloat16) {
      Bfloat16 value;
      std::memcpy(&value, at(index), sizeof value);
      return to_float(value);
    }
    float value = 0;
    std::memcpy(&value, at(index), sizeof value);
    return value;
  }
  void set(std::size_t index, float value) {
    if (type_ == SampleType::code) {
      *at(index) = static_cast<char>(static_cast<int>(value));
    } else if (type_ == SampleType::fixed16) {
      const auto whole = static_cast<std::int16_t>(value);
      std::memcpy(at(index), &whole, sizeof whole);
    } else if (type_ == SampleType::bfloat16) {
      Bfloat16 rounded;
      assign(rounded, value);
      std::memcpy(at(index), &rounded, sizeof rounded);
    } else {
      std::memcpy(at(index), &value, sizeof value);
    }
  }
  void fill(Random& random) {
    const auto value = [&] {
      if (type_ == SampleType::code) return static_cast<float>(draw(random, 0, 255));
      if (type_ == SampleType::fixed16) return static_cast<float>(draw(random, -16384, 16384));
      return static_cast<float>(draw(random, -1000, 1000)) * 1e-3f;
    };
    for (std::size_t i = 0; i < bytes_.size() / bytes_of(type_); ++i) set(i, value());
  }

 private:
  SampleType type_;
  std::vector<char> bytes_;
};

struct Case {
  DirectShape shape;
  SampleType type = SampleType::float32;
  DirectEpilogue end;
  bool has_addend = false, has_scales = false;
  bool lacks_first_row = false;  ///< whether the window of the first row has none above
  unsigned seed = 1;

  void check(const DirectVariant& variant) const;
};

inline double activate(double value, float slope) { return value < 0 ? value * slope : value; }

/// The kernels' sums have errors of the roundings of float32, and the values of their own type.
inline double tolerance(const Case& of, double wanted) {
  double result = 2e-6 * std::sqrt(of.shape.inputs * of.shape.kernel * of.shape.kernel) +
                  1e-5 * std::abs(wanted);
  if (of.end.out == SampleType::bfloat16) result += std::abs(wanted) / 256;
  return result;
}

inline void Case::check(const DirectVariant& variant) const {
  Random random(seed);
  const int in_row = shape.in_width * shape.inputs + kGap;
  const int out_row = shape.out_width * shape.outputs + kGap;
  const int in_rows = (kRows - 1) * shape.stride + shape.kernel;
  Values in(type, static_cast<std::size_t>(in_rows * in_row + kGap));
  in.fill(random);
  const std::size_t taps = static_cast<std::size_t>(shape.kernel * shape.kernel);
  std::vector<float> weights(static_cast<std::size_t>(shape.inputs * shape.outputs) * taps);
  // The largest weights that the kernels take.
  const int most = type == SampleType::code
                       ? variant.highest_pair / 2
                       : std::min(kHighestFixed16Weight,
                                  kHighestFixed16Sum / (shape.inputs * static_cast<int>(taps)));
  for (float& weight : weights) {
    weight = is_whole(type) ? static_cast<float>(draw(random, -most, most))
                            : static_cast<float>(draw(random, -128, 128)) / 128;
  }
  std::vector<float> bias(static_cast<std::size_t>(shape.outputs)), scales(bias.size());
  // The largest sums of whole numbers become about 100.
  float bias_scale = 1e-3f, scale = 0.5f;
  if (type == SampleType::code) {
    bias_scale = 1;
    scale = 1e-2f / static_cast<float>(shape.inputs);
  } else if (type == SampleType::fixed16) {
    bias_scale = 1e5f;
    scale = 100.0f / static_cast<float>(1u << 31);
  }
  for (float& value : bias) value = static_cast<float>(draw(random, -500, 500)) * bias_scale;
  for (float& value : scales) value = scale * (1 + static_cast<float>(draw(random, 0, 100)) / 100);
  Values in_order(type, direct_weight_values(shape, type));
  const std::vector<float> of_lanes = direct_weights(shape, type, weights);
  ck_assert_uint_eq(of_lanes.size(), direct_weight_values(shape, type));
  for (std::size_t i = 0; i < of_lanes.size(); ++i) in_order.set(i, of_lanes[i]);
  const std::vector<float> lane_bias = direct_lanes(shape, bias);
  const std::vector<float> lane_scales = direct_lanes(shape, scales);
  ck_assert_uint_eq(lane_bias.size(), direct_lane_values(shape));
  const std::size_t out_values = static_cast<std::size_t>(kRows * out_row + kGap);
  Values addend(end.addend, out_values), out(end.out, out_values), before(end.out, out_values);
  addend.fill(random);
  out.fill(random);
  before = out;
  std::vector<DirectRow> rows;
  for (int y = 0; y < kRows; ++y) {
    DirectRow row{};
    for (int k = 0; k < shape.kernel; ++k) {
      if (lacks_first_row && y == 0 && k == 0) continue;
      row.in[k] = in.at(static_cast<std::size_t>((y * shape.stride + k) * in_row + kGap));
    }
    if (has_addend) row.addend = addend.at(static_cast<std::size_t>(y * out_row + kGap));
    row.out = out.at(static_cast<std::size_t>(y * out_row + kGap));
    rows.push_back(row);
  }
  std::vector<char> scratch(direct_scratch_bytes(shape, variant));
  variant.rows(shape, {in_order.at(0), lane_bias.data(), has_scales ? lane_scales.data() : nullptr},
               end, rows, scratch.data());
  for (int index = 0; index < kRows * out_row + kGap; ++index) {
    const int y = index / out_row, i = index % out_row - kGap;
    const auto at = static_cast<std::size_t>(index);
    if (i < 0 || y == kRows) {
      ck_assert_msg(out.get(at) == before.get(at), "%.*s wrote beside row %d",
                    static_cast<int>(variant.name.size()), variant.name.data(), y);
      continue;
    }
    const int x = i / shape.outputs, o = i % shape.outputs;
    double wanted = bias[o];
    for (int tap = 0; tap < static_cast<int>(taps); ++tap) {
      const int ky = tap / shape.kernel,
                from = x * shape.stride - shape.padding + tap % shape.kernel;
      if (from < 0 || from >= shape.in_width || (lacks_first_row && y == 0 && ky == 0)) continue;
      for (int c = 0; c < shape.inputs; ++c) {
        wanted += double(weights[(o * shape.inputs + c) * static_cast<int>(taps) + tap]) *
                  in.get(static_cast<std::size_t>((y * shape.stride + ky) * in_row + kGap +
                                                  from * shape.inputs + c));
      }
    }
    if (has_scales) wanted *= scales[o];
    wanted = activate(wanted, end.before);
    if (has_addend) wanted += addend.get(at) * end.addend_factor;
    wanted = activate(wanted, end.after);
    if (end.sigmoid) wanted = 1 / (1 + std::exp(-wanted));
    wanted *= end.factor;
    const double found = out.get(at);
    const double error = tolerance(*this, wanted);
    const bool fits = end.out == SampleType::code
                          ? std::abs(found - std::clamp(wanted, 0.0, 255.0)) <= 0.5 + error
                          : std::abs(found - wanted) <= error;
    if (!fits) {
      ck_abort_msg(
          "%.*s: %d to %d channels, kernel %d, stride %d, padding %d, width %d to %d, row "
          "%d, position %d, output %d: %g, expected %g",
          static_cast<int>(variant.name.size()), variant.name.data(), shape.inputs, shape.outputs,
          shape.kernel, shape.stride, shape.padding, shape.in_width, shape.out_width, y, x, o,
          found, wanted);
    }
  }
}

/// A convolution of any shape that the kernels take, of some outputs.
inline Case drawn_case(SampleType type, int outputs, unsigned seed) {
  Random random(seed);
  Case of;
  of.type = type;
  of.seed = seed;
  of.shape.inputs = inputs_of_word(type) * draw(random, 1, 9);
  of.shape.outputs = outputs;
  of.shape.group_lanes = draw(random, 0, 1) == 1 ? kBlock : kHalfBlock;
  of.shape.kernel = draw(random, 1, kMaxDirectKernel);
  of.shape.stride = draw(random, 1, 3);
  of.shape.padding = draw(random, 0, of.shape.kernel - 1);
  of.shape.in_width = draw(random, 1, 60);
  const int last = of.shape.in_width + 2 * of.shape.padding - of.shape.kernel;
  of.shape.out_width = std::max(0, last) / of.shape.stride + 1;
  constexpr float kSlopes[] = {1, 0, 0.125f};
  of.end.before = kSlopes[draw(random, 0, 2)];
  of.end.after = kSlopes[draw(random, 0, 2)];
  of.end.sigmoid = draw(random, 0, 4) == 0;
  of.end.out = kOutTypes[draw(random, 0, 2)];
  of.end.addend = kOutTypes[draw(random, 0, 2)];
  if (of.end.addend == SampleType::code) of.end.addend_factor = 0.03f;
  if (of.end.out == SampleType::code) of.end.factor = 20;
  of.has_addend = draw(random, 0, 1) == 1;
  of.has_scales = is_whole(type) || draw(random, 0, 1) == 1;
  of.lacks_first_row = draw(random, 0, 1) == 1;
  return of;
}

/// Convolutions that have most of the work in the shipped networks.
inline std::vector<Case> cases_of_networks(SampleType type) {
  std::vector<Case> cases;
  for (const DirectShape& shape :
       {DirectShape{16, 16, 3, 1, 1, 160, 160}, DirectShape{12, 16, 3, 1, 1, 61, 61},
        DirectShape{16, 2, 3, 1, 1, 61, 61}, DirectShape{16, 6, 3, 1, 1, 61, 61},
        DirectShape{8, 8, 3, 1, 1, 140, 140}, DirectShape{64, 64, 3, 1, 1, 40, 40},
        DirectShape{32, 64, 2, 2, 0, 80, 40}, DirectShape{80, 80, 3, 1, 1, 13, 13},
        DirectShape{64, 64, 1, 1, 0, 40, 40}}) {
    for (const bool has_addend : {false, true}) {
      Case of;
      of.type = type;
      of.end.out = type == SampleType::fixed16 ? SampleType::code : type;
      of.shape = shape;
      of.has_scales = is_whole(type);
      of.has_addend = has_addend;
      of.end.addend = SampleType::float32;
      of.end.before = has_addend ? 1.0f : 0.2f;
      of.end.after = 0.2f;
      cases.push_back(of);
    }
  }
  return cases;
}

}  // namespace denoiseae::test
