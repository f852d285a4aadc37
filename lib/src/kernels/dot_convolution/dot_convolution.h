// SPDX-License-Identifier: LGPL-2.1-or-later
// 3x3 convolutions to few channels with instructions that multiply words of 32 bits: two inputs in
// bfloat16 or four of 8 bits. oneDNN fills the lanes of a vector with 16 outputs, also where there
// are 6: here they are positions.
#pragma once

#include <denoiseae/export.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "kernels/bfloat16.h"

namespace denoiseae {

/// Channels and positions of a row. What lies beyond the edges is zero.
struct DotShape {
  int inputs = 16;  ///< that suit
  int outputs = 0;  ///< 1 to kDotOutputs
  int width = 0;
};
inline constexpr int kDotOutputs = 8;
inline constexpr int kMinDotWords = 4, kMaxDotWords = 32;  ///< of the inputs of a position

/// Inputs of a word.
template <typename In>
inline constexpr int kInputsOfWord = 4 / int{sizeof(In)};

template <typename In>
constexpr bool suits_dot(int inputs, int outputs) {
  const int words = inputs / kInputsOfWord<In>;
  return inputs % kInputsOfWord<In> == 0 && words >= kMinDotWords && words <= kMaxDotWords &&
         outputs >= 1 && outputs <= kDotOutputs;
}

/// From outputs x inputs x 3 x 3, as many values.
DAE_API std::vector<float> dot_weights(const DotShape& shape, int inputs_of_word,
                                       std::span<const float> weights);

template <typename Weight>
struct DotConstants {
  const Weight* weights = nullptr;  ///< from dot_weights
  const float* bias = nullptr;      ///< of each output
  const float* scales = nullptr;    ///< what sums with their bias are multiplied by; null: 1
};

/// What follows the sum: a factor of negative values from 0 (relu) to 1 (nothing), or a sigmoid.
struct DotEpilogue {
  float slope = 1;
  bool sigmoid = false;
};

template <typename In, typename Out>
struct DotRow {
  std::array<const In*, 3> in;  ///< the rows above, at and below; null: zeros
  Out* out;
};

/// Computes rows of end(scales (convolution + bias)). Fastest where rows follow each other.
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
  bool available;  ///< on this CPU
};

/// Plain C++ first.
DAE_API std::span<const Bfloat16DotVariant> bfloat16_dot_variants() noexcept;
/// The fastest that is available; null where oneDNN is faster than that.
const Bfloat16DotVariant* bfloat16_dot() noexcept;

/// Of codes of 8 bits, and weights that are whole numbers.
using CodeDot = DotRows<std::uint8_t, std::int8_t, float>;

CodeDot code_dot_c;
CodeDot code_dot_avx512vnni;

struct CodeDotVariant {
  std::string_view name;
  CodeDot* rows;
  bool available;  ///< on this CPU
};

/// The same as for bfloat16.
DAE_API std::span<const CodeDotVariant> code_dot_variants() noexcept;
const CodeDotVariant* code_dot() noexcept;

}  // namespace denoiseae
