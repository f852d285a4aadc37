// SPDX-License-Identifier: LGPL-2.1-or-later
// Convolutions of any kernel and number of channels, row by row. A vector holds the sums of up to
// 16 outputs at one position, and several positions share each load of weights. In memory an input
// is a word of 32 bits, or two inputs of 16 bits or four codes of 8 bits are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "kernels/bfloat16.h"
#include "kernels/fixed16.h"
#include "kernels/sample_type.h"

namespace denoiseae {

inline constexpr int kMaxDirectKernel = 7;

/// The channels of a convolution and the positions of a row. Positions beyond the edges are zero.
struct DirectShape {
  int inputs = 0;  ///< a multiple of inputs_of_word
  int outputs = 0;
  int kernel = 3;  ///< rows and columns, 1 to kMaxDirectKernel
  int stride = 1;
  int padding = 1;  ///< positions before the first one of a row
  int in_width = 0;
  int out_width = 0;
  int group_lanes = 8;  ///< neighbouring positions share a vector if this holds their outputs
};

std::size_t direct_weight_values(const DirectShape& shape, SampleType type);
std::size_t direct_lane_values(const DirectShape& shape);
/// Returns weights, given as outputs x inputs x kernel x kernel, in the order of the loops.
std::vector<float> direct_weights(const DirectShape& shape, SampleType type,
                                  std::span<const float> weights);
/// Returns one value for each output in the order of the loops.
std::vector<float> direct_lanes(const DirectShape& shape, std::span<const float> values);
struct DirectConstants {
  /// From direct_weights: floats, Bfloat16, whole numbers int16_t for Fixed16, or int8_t for codes.
  const void* weights = nullptr;
  const float* bias = nullptr;    ///< from direct_lanes
  const float* scales = nullptr;  ///< factors of sum + bias, from direct_lanes; null stands for 1
};

/// The operations after the sum. before and after are slopes of leaky ReLU, from 0 (ReLU) to 1
/// (none).
struct DirectEpilogue {
  float before = 1;                      ///< applied before the addend
  float after = 1;                       ///< applied after the addend
  bool sigmoid = false;                  ///< whether a sigmoid follows
  float factor = 1;                      ///< factor of the result
  float addend_factor = 1;               ///< factor of the addend
  SampleType out = SampleType::float32;  ///< codes are rounded, halves to even, and clamped
  SampleType addend = SampleType::float32;
  // No output and no addend is Fixed16.
};

struct DirectRow {
  /// The rows of the kernel's window, from the top; null stands for zeros.
  std::array<const void*, kMaxDirectKernel> in;
  const void* addend;  ///< values in the order of out; null stands for zeros
  void* out;
};

/// Computes rows of factor sigmoid(after(before(scales (convolution + bias)) + addend_factor
/// addend)). scratch: direct_scratch_bytes that no other thread uses.
using DirectConvolution = void(const DirectShape& shape, const DirectConstants& constants,
                               const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                               void* scratch);

struct DirectVariant {
  std::string_view name;
  SampleType type;  ///< the type of the inputs
  DirectConvolution* rows;
  bool available;  ///< whether this CPU has the instructions
  bool on_tiles = false;
  int group_lanes = 8;  ///< the one of shapes for which this variant is the fastest
  /// The largest sum of the magnitudes of the weights of one sign of inputs 2 i and 2 i + 1, where
  /// the inputs are codes.
  int highest_pair = 254;
};

/// The largest sum of the magnitudes of all weights of an output whose inputs are Fixed16: no sum
/// of products leaves 32 bits.
inline constexpr int kHighestFixed16Sum = 131071;
inline constexpr int kHighestFixed16Weight = 32767;

/// Returns all variants for this type of inputs from plain C++ to the fastest one.
std::span<const DirectVariant> direct_variants(SampleType type) noexcept;
/// Returns the fastest available variant for a shape. Its group_lanes are those of the variant.
const DirectVariant& direct_variant(const DirectShape& shape, SampleType type) noexcept;
/// Returns the bytes of memory that the loops write to, beside the output.
std::size_t direct_scratch_bytes(const DirectShape& shape, const DirectVariant& variant);

DirectConvolution direct_float32_c;
DirectConvolution direct_bfloat16_c;
DirectConvolution direct_codes_c;
DirectConvolution direct_fixed16_c;
DirectConvolution direct_float32_sse41;
DirectConvolution direct_float32_avx2;
DirectConvolution direct_float32_avx512;
DirectConvolution direct_float32_neon;
DirectConvolution direct_bfloat16_neonbf16;
DirectConvolution direct_codes_neondot;
DirectConvolution direct_codes_neoni8mm;
DirectConvolution direct_bfloat16_avx512bf16;
DirectConvolution direct_bfloat16_amx;
DirectConvolution direct_codes_avx2;
DirectConvolution direct_codes_avxvnni;
DirectConvolution direct_codes_avx512vnni;
DirectConvolution direct_codes_amx;
DirectConvolution direct_fixed16_avx2;
DirectConvolution direct_fixed16_avxvnni;
DirectConvolution direct_fixed16_avx512;
DirectConvolution direct_fixed16_avx512vnni;

}  // namespace denoiseae
