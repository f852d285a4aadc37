// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/torch/row_loops.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

#define DAE_VECTOR_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#define DAE_INLINE inline __attribute__((always_inline))

namespace denoiseae {

namespace {

constexpr int kMaxChannels = 512;
constexpr int kMaxKernel = 8;

DAE_INLINE float load(float x) { return x; }
DAE_INLINE float load(std::uint16_t x) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(x) << 16);
}
DAE_INLINE void store(float& to, float x) { to = x; }
/// Rounds to the nearest, halves to even. NaN stays no number that matters: a loss that is not
/// finite ends the training.
DAE_INLINE void store(std::uint16_t& to, float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  to = static_cast<std::uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

template <typename T>
DAE_INLINE void add_sums_loop(const T* __restrict a, const T* __restrict b, std::int64_t rows,
                              std::int64_t channels, float* __restrict sums) {
  for (std::int64_t i = 0; i < rows; ++i, a += channels, b += channels) {
    for (std::int64_t c = 0; c < channels; ++c) {
      const float x = load(a[c]);
      sums[c] += x;
      sums[channels + c] += x * load(b[c]);
    }
  }
}

template <typename T>
DAE_INLINE void scale_and_shift_loop(const T* __restrict a, std::int64_t rows,
                                     std::int64_t channels, const float* __restrict p,
                                     const float* __restrict r, T* __restrict out) {
  for (std::int64_t i = 0; i < rows; ++i, a += channels, out += channels) {
    for (std::int64_t c = 0; c < channels; ++c) store(out[c], p[c] * load(a[c]) + r[c]);
  }
}

template <typename T>
DAE_INLINE void combine_loop(const T* __restrict a, const T* __restrict b, std::int64_t rows,
                             std::int64_t channels, const float* __restrict p,
                             const float* __restrict q, const float* __restrict r,
                             T* __restrict out) {
  for (std::int64_t i = 0; i < rows; ++i, a += channels, b += channels, out += channels) {
    for (std::int64_t c = 0; c < channels; ++c) {
      store(out[c], p[c] * load(a[c]) + q[c] * load(b[c]) + r[c]);
    }
  }
}

/// The kernel rows that reach output row y, and the input rows that they start from.
struct Taps {
  int count = 0;
  std::array<int, kMaxKernel> kernel;
  std::array<int, kMaxKernel> input;
};

DAE_INLINE Taps taps_of(int y, int size, const Spread& s) {
  Taps taps;
  for (int k = 0; k < s.kernel; ++k) {
    const int from = y + s.padding - k;
    if (from < 0 || from % s.stride != 0 || from / s.stride >= size) continue;
    taps.kernel[taps.count] = k;
    taps.input[taps.count++] = from / s.stride;
  }
  return taps;
}

/// Where the columns of an input position for a place of the kernel are.
DAE_INLINE std::int64_t column(const Spread& s, int y, int x, int ky, int kx) {
  return (((std::int64_t{y} * s.width + x) * s.kernel + ky) * s.kernel + kx) * s.channels;
}

template <typename T>
DAE_INLINE void columns_to_picture_loop(const Spread s, const T* __restrict columns,
                                        const float* __restrict bias, T* __restrict out) {
  std::array<float, kMaxChannels> sum;
  for (int y = 0; y < s.height * s.stride; ++y) {
    const Taps rows = taps_of(y, s.height, s);
    for (int x = 0; x < s.width * s.stride; ++x, out += s.channels) {
      const Taps places = taps_of(x, s.width, s);
      for (int c = 0; c < s.channels; ++c) sum[c] = bias[c];
      for (int i = 0; i < rows.count; ++i) {
        for (int j = 0; j < places.count; ++j) {
          const T* __restrict from =
              columns + column(s, rows.input[i], places.input[j], rows.kernel[i], places.kernel[j]);
          for (int c = 0; c < s.channels; ++c) sum[c] += load(from[c]);
        }
      }
      for (int c = 0; c < s.channels; ++c) store(out[c], std::max(sum[c], s.slope * sum[c]));
    }
  }
}

template <typename T>
DAE_INLINE void picture_to_columns_loop(const Spread s, const T* __restrict picture,
                                        const T* __restrict gradient, T* __restrict scratch,
                                        T* __restrict columns, float* __restrict bias_gradient) {
  const std::int64_t positions = std::int64_t{s.height} * s.stride * s.width * s.stride;
  for (std::int64_t p = 0; p < positions * s.channels; p += s.channels) {
    for (int c = 0; c < s.channels; ++c) {
      const float through = load(gradient[p + c]) * (load(picture[p + c]) > 0 ? 1.0f : s.slope);
      bias_gradient[c] += through;
      store(scratch[p + c], through);
    }
  }
  const int out_height = s.height * s.stride;
  const int out_width = s.width * s.stride;
  for (int y = 0; y < s.height; ++y) {
    for (int x = 0; x < s.width; ++x) {
      for (int ky = 0; ky < s.kernel; ++ky) {
        const int from_y = y * s.stride - s.padding + ky;
        for (int kx = 0; kx < s.kernel; ++kx, columns += s.channels) {
          const int from_x = x * s.stride - s.padding + kx;
          if (from_y < 0 || from_y >= out_height || from_x < 0 || from_x >= out_width) {
            std::fill_n(columns, s.channels, T{0});
          } else {
            std::copy_n(scratch + (std::int64_t{from_y} * out_width + from_x) * s.channels,
                        s.channels, columns);
          }
        }
      }
    }
  }
}

using Half = std::uint16_t;
const Half* bits(const c10::BFloat16* p) { return reinterpret_cast<const Half*>(p); }
Half* bits(c10::BFloat16* p) { return reinterpret_cast<Half*>(p); }
const float* bits(const float* p) { return p; }
float* bits(float* p) { return p; }

}  // namespace

// target_clones does not go with templates.
#define DAE_ROW_LOOPS(T, V)                                                                        \
  namespace {                                                                                      \
  DAE_VECTOR_CLONES void add_sums_##V(const V* a, const V* b, std::int64_t rows,                   \
                                      std::int64_t channels, float* sums) {                        \
    add_sums_loop(a, b, rows, channels, sums);                                                     \
  }                                                                                                \
  DAE_VECTOR_CLONES void scale_##V(const V* a, std::int64_t rows, std::int64_t channels,           \
                                   const float* p, const float* r, V* out) {                       \
    scale_and_shift_loop(a, rows, channels, p, r, out);                                            \
  }                                                                                                \
  DAE_VECTOR_CLONES void combine_##V(const V* a, const V* b, std::int64_t rows,                    \
                                     std::int64_t channels, const float* p, const float* q,        \
                                     const float* r, V* out) {                                     \
    combine_loop(a, b, rows, channels, p, q, r, out);                                              \
  }                                                                                                \
  DAE_VECTOR_CLONES void to_picture_##V(const Spread& spread, const V* columns, const float* bias, \
                                        V* out) {                                                  \
    columns_to_picture_loop(spread, columns, bias, out);                                           \
  }                                                                                                \
  DAE_VECTOR_CLONES void to_columns_##V(const Spread& spread, const V* picture, const V* gradient, \
                                        V* scratch, V* columns, float* bias_gradient) {            \
    picture_to_columns_loop(spread, picture, gradient, scratch, columns, bias_gradient);           \
  }                                                                                                \
  }                                                                                                \
  template <>                                                                                      \
  void add_sums(const T* a, const T* b, std::int64_t rows, std::int64_t channels, float* sums) {   \
    add_sums_##V(bits(a), bits(b), rows, channels, sums);                                          \
  }                                                                                                \
  template <>                                                                                      \
  void scale_and_shift(const T* a, std::int64_t rows, std::int64_t channels, const float* p,       \
                       const float* r, T* out) {                                                   \
    scale_##V(bits(a), rows, channels, p, r, bits(out));                                           \
  }                                                                                                \
  template <>                                                                                      \
  void combine(const T* a, const T* b, std::int64_t rows, std::int64_t channels, const float* p,   \
               const float* q, const float* r, T* out) {                                           \
    combine_##V(bits(a), bits(b), rows, channels, p, q, r, bits(out));                             \
  }                                                                                                \
  template <>                                                                                      \
  void columns_to_picture(const Spread& spread, const T* columns, const float* bias, T* out) {     \
    assert(spread.channels <= kMaxChannels && spread.kernel <= kMaxKernel);                        \
    to_picture_##V(spread, bits(columns), bias, bits(out));                                        \
  }                                                                                                \
  template <>                                                                                      \
  void picture_to_columns(const Spread& spread, const T* picture, const T* gradient, T* scratch,   \
                          T* columns, float* bias_gradient) {                                      \
    to_columns_##V(spread, bits(picture), bits(gradient), bits(scratch), bits(columns),            \
                   bias_gradient);                                                                 \
  }

DAE_ROW_LOOPS(float, float)
DAE_ROW_LOOPS(c10::BFloat16, Half)

}  // namespace denoiseae
