// SPDX-License-Identifier: LGPL-2.1-or-later
// 3x3 convolutions to few channels with instructions for dot products of words of 32 bits, which
// hold two inputs in bfloat16 or four inputs of 8 bits. In direct_convolution, the lanes of a
// vector are output channels, even if there are only 6. Here the lanes are positions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "kernels/bfloat16.h"

namespace denoiseae {

/// The channels of a convolution and the positions of a row. Positions beyond the edges are zero.
struct DotShape {
  int inputs = 16;  ///< see suits_dot
  int outputs = 0;  ///< 1 to kDotOutputs
  int width = 0;
};
inline constexpr int kDotOutputs = 8;
inline constexpr int kMinDotWords = 2, kMaxDotWords = 32;  ///< words that hold the inputs

/// Number of inputs in a word.
template <typename In>
inline constexpr int kInputsOfWord = 4 / int{sizeof(In)};

template <typename In>
constexpr bool suits_dot(int inputs, int outputs) {
  const int words = inputs / kInputsOfWord<In>;
  return inputs % kInputsOfWord<In> == 0 && words >= kMinDotWords && words <= kMaxDotWords &&
         outputs >= 1 && outputs <= kDotOutputs;
}

/// Returns weights, given as outputs x inputs x 3 x 3, in the order of the loops.
std::vector<float> dot_weights(const DotShape& shape, int inputs_of_word,
                               std::span<const float> weights);

template <typename Weight>
struct DotConstants {
  const Weight* weights = nullptr;  ///< from dot_weights
  const float* bias = nullptr;      ///< one for each output
  const float* scales = nullptr;    ///< factors of sum + bias for each output; null stands for 1
};

/// The activation after the sum: leaky ReLU with a slope from 0 (ReLU) to 1 (none), and then a
/// sigmoid if there is one.
struct DotEpilogue {
  float slope = 1;
  bool sigmoid = false;
};

template <typename In, typename Out>
struct DotRow {
  std::array<const In*, 3> in;  ///< the rows above, at and below; null stands for zeros
  Out* out;
};

/// Computes rows of epilogue(scales (convolution + bias)). Values that become codes are rounded,
/// halves to even, and clamped. It is fastest if the rows follow each other.
template <typename In, typename Weight, typename Out>
using DotRows = void(const DotShape& shape, const DotConstants<Weight>& constants,
                     const DotEpilogue& epilogue, std::span<const DotRow<In, Out>> rows);

template <typename Out>
using Bfloat16Dot = DotRows<Bfloat16, Bfloat16, Out>;

Bfloat16Dot<float> bfloat16_dot_c;
Bfloat16Dot<Bfloat16> bfloat16_dot_c;
Bfloat16Dot<float> bfloat16_dot_avx512bf16;
Bfloat16Dot<Bfloat16> bfloat16_dot_avx512bf16;

struct Bfloat16DotVariant {
  std::string_view name;
  Bfloat16Dot<float>* to_float;
  Bfloat16Dot<Bfloat16>* to_bfloat16;
  bool available;  ///< whether this CPU has the instructions
};

/// Returns all variants from plain C++ to the fastest one.
std::span<const Bfloat16DotVariant> bfloat16_dot_variants() noexcept;
/// Returns the fastest available variant, or null where direct_convolution is faster than that.
const Bfloat16DotVariant* bfloat16_dot() noexcept;

/// Computes rows from codes of 8 bits and weights that are whole numbers.
template <typename Out>
using CodeDot = DotRows<std::uint8_t, std::int8_t, Out>;

CodeDot<float> code_dot_c;
CodeDot<std::uint8_t> code_dot_c;
CodeDot<float> code_dot_avx512vnni;
CodeDot<std::uint8_t> code_dot_avx512vnni;

struct CodeDotVariant {
  std::string_view name;
  CodeDot<float>* to_float;
  CodeDot<std::uint8_t>* to_codes;
  bool available;  ///< whether this CPU has the instructions
};

/// These two return the variants for codes, in the way of those for bfloat16.
std::span<const CodeDotVariant> code_dot_variants() noexcept;
const CodeDotVariant* code_dot() noexcept;

}  // namespace denoiseae
