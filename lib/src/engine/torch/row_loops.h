// SPDX-License-Identifier: LGPL-2.1-or-later
// Loops over rows of channels that LibTorch would make one pass each of, or does slowly. Compiled
// for several instruction sets; the baseline would make them the slowest part of a training step.
#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

namespace denoiseae {

/// The shape that a transposed convolution spreads: input positions to stride times as many.
struct Spread {
  int height;    ///< the input's
  int width;     ///< the input's
  int channels;  ///< the output's
  int kernel;
  int stride;
  int padding;
  float slope;  ///< the activation's for negative values; 1 = none
};

// For float and c10::BFloat16; sums are made in float.

/// sums[c] += a[., c]; sums[channels + c] += a[., c] b[., c].
template <typename T>
void add_sums(const T* a, const T* b, std::int64_t rows, std::int64_t channels, float* sums);

/// out = p a + r, per channel.
template <typename T>
void scale_and_shift(const T* a, std::int64_t rows, std::int64_t channels, const float* p,
                     const float* r, T* out);

/// out = p a + q b + r, per channel.
template <typename T>
void combine(const T* a, const T* b, std::int64_t rows, std::int64_t channels, const float* p,
             const float* q, const float* r, T* out);

/// One picture: columns of height x width x kernel x kernel x channels are added where they fall,
/// bias joins, the activation follows.
template <typename T>
void columns_to_picture(const Spread& spread, const T* columns, const float* bias, T* out);

/// Its gradient: from the gradient of the picture, through the activation (by the sign of the
/// picture), to the columns; bias_gradient[c] += the sum over the picture. scratch: as large as the
/// picture.
template <typename T>
void picture_to_columns(const Spread& spread, const T* picture, const T* gradient, T* scratch,
                        T* columns, float* bias_gradient);

}  // namespace denoiseae
