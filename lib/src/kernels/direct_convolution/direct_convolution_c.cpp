// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "kernels/direct_convolution/direct_convolution.h"
#include "kernels/direct_convolution/direct_layout.h"
#include "kernels/rounded_code.h"

namespace denoiseae {

namespace {

float product(Bfloat16 a, Bfloat16 b) { return to_float(a) * to_float(b); }
int product(std::uint8_t a, std::int8_t b) { return a * b; }
int product(Fixed16 a, std::int16_t b) { return a.steps * b; }

float value_at(const void* values, SampleType type, int index) {
  if (type == SampleType::float32) return static_cast<const float*>(values)[index];
  if (type == SampleType::bfloat16) return to_float(static_cast<const Bfloat16*>(values)[index]);
  return static_cast<const std::uint8_t*>(values)[index];
}

void store(void* values, SampleType type, int index, float value) {
  if (type == SampleType::float32) {
    static_cast<float*>(values)[index] = value;
  } else if (type == SampleType::bfloat16) {
    assign(static_cast<Bfloat16*>(values)[index], value);
  } else {
    assign(static_cast<std::uint8_t*>(values)[index], value);
  }
}

float finish(float value, const DirectEpilogue& end, const DirectRow& row, int index) {
  if (value < 0) value *= end.before;
  if (row.addend != nullptr) value += value_at(row.addend, end.addend, index) * end.addend_factor;
  if (value < 0) value *= end.after;
  if (end.sigmoid) value = 1 / (1 + std::exp(-value));
  return value * end.factor;
}

/// Four sums in a register of any processor. Compilers would keep an array of sums in memory.
using FourFloats [[gnu::vector_size(16)]] = float;

/// Adds a word of the input, times its weights, to the sums of a block of lanes.
template <int kTogether, int kLanes>
void add_word(const float* in, const float* weights, FourFloats* sums) {
  static_assert(kTogether == 1);
  for (int i = 0; i < kLanes / 4; ++i) {
    FourFloats four;
    std::memcpy(&four, weights + 4 * i, sizeof four);
    sums[i] += *in * four;
  }
}

template <int kTogether, int kLanes, typename Sum, typename In, typename Weight>
void add_word(const In* in, const Weight* weights, Sum* sums) {
  for (int i = 0; i < kTogether; ++i)
    for (int lane = 0; lane < kLanes; ++lane)
      sums[lane] += product(in[i], weights[lane * kTogether + i]);
}

template <typename Sum, typename In, typename Weight, SampleType kType>
class RowsOf {
 public:
  RowsOf(const DirectShape& shape, const DirectConstants& constants, const DirectEpilogue& end)
      : shape_(shape), layout_(shape, kType), constants_(constants), end_(end) {}

  void operator()(const DirectRow& row) const {
    for (int group = 0; group < layout_.groups; ++group) {
      for (int first = 0; first < layout_.lanes; first += kBlock) {
        if (layout_.block_lanes(first) == kBlock) {
          compute<kBlock>(row, group, first);
        } else {
          compute<kHalfBlock>(row, group, first);
        }
      }
    }
  }

 private:
  static constexpr int kTogether = inputs_of_word(kType);

  /// Computes the lanes from first on of one group of positions.
  template <int kLanes>
  void compute(const DirectRow& row, int group, int first) const {
    const int position = group * layout_.stride - shape_.padding;
    const int begin = std::clamp(-position, 0, layout_.taps) * layout_.words;
    const int end = std::clamp(shape_.in_width - position, 0, layout_.taps) * layout_.words;
    const Weight* weights = static_cast<const Weight*>(constants_.weights) +
                            first * shape_.kernel * layout_.row_words() * kTogether;
    std::conditional_t<std::is_same_v<In, float>, FourFloats[kLanes / 4], Sum[kLanes]> sums = {};
    for (int y = 0; y < shape_.kernel; ++y) {
      if (row.in[y] == nullptr) continue;
      const In* const in = static_cast<const In*>(row.in[y]) + position * shape_.inputs;
      for (int word = begin; word < end; ++word) {
        add_word<kTogether, kLanes>(in + word * kTogether,
                                    weights + (y * layout_.row_words() + word) * kLanes * kTogether,
                                    sums);
      }
    }
    Sum results[kLanes];
    std::memcpy(results, sums, sizeof results);
    const int row_values = shape_.out_width * shape_.outputs;
    for (int lane = 0; lane < std::min(kLanes, layout_.lanes - first); ++lane) {
      const int index = group * layout_.lanes + first + lane;
      if (index >= row_values) return;
      float value = static_cast<float>(results[lane]) + constants_.bias[first + lane];
      if (constants_.scales != nullptr) value *= constants_.scales[first + lane];
      store(row.out, end_.out, index, finish(value, end_, row, index));
    }
  }

  const DirectShape& shape_;
  DirectLayout layout_;
  const DirectConstants& constants_;
  const DirectEpilogue& end_;
};

template <typename Sum, typename In, typename Weight, SampleType kType>
void rows_of(const DirectShape& shape, const DirectConstants& constants, const DirectEpilogue& end,
             std::span<const DirectRow> rows) {
  const RowsOf<Sum, In, Weight, kType> compute(shape, constants, end);
  for (const DirectRow& row : rows) compute(row);
}

}  // namespace

void direct_float32_c(const DirectShape& shape, const DirectConstants& constants,
                      const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                      void* /*scratch*/) {
  rows_of<float, float, float, SampleType::float32>(shape, constants, epilogue, rows);
}

void direct_bfloat16_c(const DirectShape& shape, const DirectConstants& constants,
                       const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                       void* /*scratch*/) {
  rows_of<float, Bfloat16, Bfloat16, SampleType::bfloat16>(shape, constants, epilogue, rows);
}

void direct_codes_c(const DirectShape& shape, const DirectConstants& constants,
                    const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                    void* /*scratch*/) {
  rows_of<std::int32_t, std::uint8_t, std::int8_t, SampleType::code>(shape, constants, epilogue,
                                                                     rows);
}

void direct_fixed16_c(const DirectShape& shape, const DirectConstants& constants,
                      const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                      void* /*scratch*/) {
  rows_of<std::int32_t, Fixed16, std::int16_t, SampleType::fixed16>(shape, constants, epilogue,
                                                                    rows);
}

}  // namespace denoiseae
