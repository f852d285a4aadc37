// SPDX-License-Identifier: LGPL-2.1-or-later
// The loops of kernels/dot_convolution/dot_convolution.h, for any instruction that adds dot
// products of words. The namespace is unnamed, so that each source file has its own copy (see
// bfloat16.h).
#pragma once

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "kernels/dot_convolution/dot_convolution.h"
#include "kernels/sigmoid_avx512.h"

namespace denoiseae {
namespace {

constexpr int kLanes = 16;
/// Words before the first position. The last of them is the left neighbour; the others keep the
/// positions aligned.
constexpr int kMargin = kLanes;

/// Holds some columns of three rows for all the outputs that read them. They are transposed: the
/// first words of all positions follow each other, then the second words, and so on.
class Columns {
 public:
  /// words: number of words of a position.
  Columns(int words, int width) : words_(words), width_(width) {}

  /// Number of positions that fit.
  int max_count() const { return words_ <= 8 ? 128 : 64; }
  /// Distance from one word of a position to the next.
  int word_stride() const { return max_count() + 2 * kLanes; }

  void move_to(int x, int count) {
    x_ = x;
    count_ = count;
    held_ = {};
  }

  /// Returns the first word of the first position of a row. Loads the row unless the slot, 0 to 2,
  /// holds it already. Returns null for null.
  const std::uint32_t* fetch(int slot, const void* row) {
    if (row == nullptr) return nullptr;
    std::uint32_t* const first = held_words_ + slot * words_ * word_stride() + kMargin;
    if (held_[slot] != row) {
      fill(static_cast<const char*>(row), first);
      held_[slot] = row;
    }
    return first;
  }

 private:
  static constexpr int kMax = std::max(8 * (128 + 2 * kLanes), kMaxDotWords*(64 + 2 * kLanes));

  void fill(const char* row, std::uint32_t* first) const {
    const int bytes = 4 * words_;
    const char* from = row + x_ * bytes;
    // The loads of fewer than four words reach into the next position.
    const int behind = words_ < 4 && x_ + count_ == width_ ? 1 : 0;
    int x = 0;
    for (; x + kLanes + behind <= count_; x += kLanes) separate(from + x * bytes, first + x);
    if (x < count_) {
      alignas(64) char last[kLanes * 4 * kMaxDotWords] = {};
      std::memcpy(last, from + x * bytes, static_cast<std::size_t>(count_ - x) * bytes);
      separate(last, first + x);
      x += kLanes;
    }
    beside(row, x_ - 1, first - 1);
    beside(row, x_ + x, first + x);
  }

  /// Copies one position, which may be beyond the edges.
  void beside(const char* row, int x, std::uint32_t* to) const {
    for (int w = 0; w < words_; ++w) {
      std::uint32_t word = 0;
      if (x >= 0 && x < width_) std::memcpy(&word, row + (x * words_ + w) * 4, 4);
      to[w * word_stride()] = word;
    }
  }

  /// Transposes 16 positions, four words at a time.
  void separate(const char* from, std::uint32_t* to) const {
    for (int done = 0; done < words_; done += 4) {
      const int word = std::max(0, std::min(done, words_ - 4));
      __m512i each[4];
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j) each[j] = every_fourth(from + (j * words_ + word) * 4);
      const __m512i a = _mm512_unpacklo_epi32(each[0], each[1]);
      const __m512i b = _mm512_unpackhi_epi32(each[0], each[1]);
      const __m512i c = _mm512_unpacklo_epi32(each[2], each[3]);
      const __m512i d = _mm512_unpackhi_epi32(each[2], each[3]);
      std::uint32_t* to_word = to + word * word_stride();
      _mm512_store_si512(to_word, _mm512_unpacklo_epi64(a, c));
      _mm512_store_si512(to_word + word_stride(), _mm512_unpackhi_epi64(a, c));
      if (words_ > 2) _mm512_store_si512(to_word + 2 * word_stride(), _mm512_unpacklo_epi64(b, d));
      if (words_ > 3) _mm512_store_si512(to_word + 3 * word_stride(), _mm512_unpackhi_epi64(b, d));
    }
  }

  /// Loads four words of a position and of those that are 4, 8 and 12 positions further.
  __m512i every_fourth(const char* from) const {
    const auto at = [&](int i) {
      return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i * 16 * words_));
    };
    const __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(at(0)), at(1), 1);
    const __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(at(2)), at(3), 1);
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
  }

  int words_;
  int width_;
  int x_ = 0;
  int count_ = 0;
  std::array<const void*, 3> held_{};
  alignas(64) std::uint32_t held_words_[3 * kMax];
};

/// Stores the first count of 16 positions. values: a vector of 16 positions for each output.
template <typename Products, std::size_t kOutputs, typename Out>
[[gnu::always_inline]] inline void store_positions(const __m512 (&values)[kDotOutputs], Out* out,
                                                   int count) {
  constexpr auto kMask = static_cast<__mmask8>((1u << kOutputs) - 1);
  // Each 4 lanes of fours[.][i] hold 4 outputs of a position: i, i + 4, i + 8 or i + 12.
  __m512 fours[2][4];
#pragma GCC unroll 2
  for (int half = 0; half < 2; ++half) {
    const __m512* of = values + 4 * half;
    const __m512d a = _mm512_castps_pd(_mm512_unpacklo_ps(of[0], of[1]));
    const __m512d b = _mm512_castps_pd(_mm512_unpackhi_ps(of[0], of[1]));
    const __m512d c = _mm512_castps_pd(_mm512_unpacklo_ps(of[2], of[3]));
    const __m512d d = _mm512_castps_pd(_mm512_unpackhi_ps(of[2], of[3]));
    fours[half][0] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, c));
    fours[half][1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, c));
    fours[half][2] = _mm512_castpd_ps(_mm512_unpacklo_pd(b, d));
    fours[half][3] = _mm512_castpd_ps(_mm512_unpackhi_pd(b, d));
  }
  const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
  const __m512i second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    const __m512d low = _mm512_castps_pd(fours[0][i]), high = _mm512_castps_pd(fours[1][i]);
#pragma GCC unroll 2
    for (int two = 0; two < 2; ++two) {
      const __m512d both = _mm512_permutex2var_pd(low, two == 0 ? first : second, high);
      const int x = i + 8 * two;
      if (x < count)
        Products::store(out + x * int{kOutputs}, kMask,
                        _mm256_castpd_ps(_mm512_castpd512_pd256(both)));
      if (x + 4 < count)
        Products::store(out + (x + 4) * int{kOutputs}, kMask,
                        _mm256_castpd_ps(_mm512_extractf64x4_pd(both, 1)));
    }
  }
}

/// Stores the first count of 16 positions as codes, in the way of the function above.
template <typename Products, std::size_t kOutputs>
[[gnu::always_inline]] inline void store_positions(const __m512 (&values)[kDotOutputs],
                                                   std::uint8_t* out, int count) {
  const __m512 lowest = _mm512_setzero_ps(), highest = _mm512_set1_ps(255);
  const auto code = [&](int output) {
    return _mm512_cvtps_epi32(_mm512_min_ps(_mm512_max_ps(values[output], lowest), highest));
  };
  // Each lane of fours[i] holds outputs 4 i to 4 i + 3 of a position.
  __m512i fours[2];
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) {
    const __m512i low = _mm512_or_si512(code(4 * i), _mm512_slli_epi32(code(4 * i + 1), 8));
    const __m512i high = _mm512_or_si512(code(4 * i + 2), _mm512_slli_epi32(code(4 * i + 3), 8));
    fours[i] = _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
  }
  const __m512i order = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const __m512i eights[2] = {
      _mm512_permutex2var_epi32(fours[0], order, fours[1]),
      _mm512_permutex2var_epi32(fours[0], _mm512_add_epi32(order, _mm512_set1_epi32(8)), fours[1])};
  if constexpr (kOutputs == kDotOutputs) {
#pragma GCC unroll 2
    for (int i = 0; i < 2; ++i) {
      const int left = std::clamp(count - 8 * i, 0, 8);
      _mm512_mask_storeu_epi64(out + 64 * i, static_cast<__mmask8>((1u << left) - 1), eights[i]);
    }
  } else {
    alignas(64) std::uint8_t codes[kLanes * kDotOutputs];
    _mm512_store_si512(codes, eights[0]);
    _mm512_store_si512(codes + 64, eights[1]);
    for (int x = 0; x < std::min(count, kLanes); ++x)
      std::memcpy(out + x * int{kOutputs}, codes + x * kDotOutputs, kOutputs);
  }
}

/// Computes positions of a row. Products is the instruction set: its Sum has 16 lanes, add adds dot
/// products of words, floats converts sums to floats, and store stores the values of one position
/// that are in the mask.
template <typename Products, std::size_t kOutputs>
class DotLoops {
  using Sum = typename Products::Sum;
  using Weight = typename Products::Weight;

 public:
  DotLoops(int words, int word_stride, const DotConstants<Weight>& constants,
           const DotEpilogue& epilogue)
      : words_(words), word_stride_(word_stride), constants_(constants), epilogue_(epilogue) {}

  /// Computes the next kGroups vectors of positions, from x of the columns on. count: positions
  /// that are left of the row.
  template <int kGroups, typename Out>
  void convolve_positions(const std::array<const std::uint32_t*, 3>& rows, int x, Out* out,
                          int count) const {
    Sum sum[kGroups][kOutputs] = {};
    for (int dy = 0; dy < 3; ++dy) {
      if (rows[dy] == nullptr) continue;
      for (int dx = 0; dx < 3; ++dx) {
        const std::uint32_t* from = rows[dy] + x + dx - 1;
        const auto* weight = reinterpret_cast<const char*>(constants_.weights) +
                             (dy * 3 + dx) * words_ * int{kOutputs} * 4;
        for (int word = 0; word < words_; ++word) {
          __m512i value[kGroups];
#pragma GCC unroll 8
          for (int g = 0; g < kGroups; ++g) value[g] = _mm512_loadu_si512(from + kLanes * g);
#pragma GCC unroll 8
          for (std::size_t o = 0; o < kOutputs; ++o) {
            int both;
            std::memcpy(&both, weight + 4 * o, 4);
            const __m512i factor = _mm512_set1_epi32(both);
#pragma GCC unroll 8
            for (int g = 0; g < kGroups; ++g)
              sum[g][o] = Products::add(sum[g][o], value[g], factor);
          }
          from += word_stride_;
          weight += 4 * kOutputs;
        }
      }
    }
#pragma GCC unroll 8
    for (int g = 0; g < kGroups; ++g) {
      __m512 values[kDotOutputs] = {};
#pragma GCC unroll 8
      for (std::size_t o = 0; o < kOutputs; ++o)
        values[o] = apply_epilogue(Products::floats(sum[g][o]), static_cast<int>(o));
      store_positions<Products, kOutputs>(values, out + g * kLanes * int{kOutputs},
                                          count - g * kLanes);
    }
  }

 private:
  __m512 apply_epilogue(__m512 x, int output) const {
    x = _mm512_add_ps(x, _mm512_set1_ps(constants_.bias[output]));
    if (constants_.scales != nullptr)
      x = _mm512_mul_ps(x, _mm512_set1_ps(constants_.scales[output]));
    x = _mm512_max_ps(x, _mm512_mul_ps(x, _mm512_set1_ps(epilogue_.slope)));
    return epilogue_.sigmoid ? sigmoid(x) : x;
  }

  int words_;
  int word_stride_;
  DotConstants<Weight> constants_;
  DotEpilogue epilogue_;
};

template <typename Products, std::size_t kOutputs, typename In, typename Out>
void dot_rows(const DotShape& shape, const DotConstants<typename Products::Weight>& constants,
              const DotEpilogue& epilogue, std::span<const DotRow<In, Out>> rows) {
  /// Number of vectors that share each load of weights. It is as large as the registers allow.
  constexpr int kGroups = kOutputs <= 2 ? 8 : kOutputs <= 6 ? 4 : 2;
  const int words = shape.inputs / kInputsOfWord<In>;
  Columns columns(words, shape.width);
  const DotLoops<Products, kOutputs> loops(words, columns.word_stride(), constants, epilogue);
  for (int x0 = 0; x0 < shape.width; x0 += columns.max_count()) {
    const int count = std::min(columns.max_count(), shape.width - x0);
    columns.move_to(x0, count);
    int slot = 0;
    for (const DotRow<In, Out>& row : rows) {
      std::array<const std::uint32_t*, 3> in;
      for (int dy = 0; dy < 3; ++dy) in[dy] = columns.fetch((slot + dy) % 3, row.in[dy]);
      slot = (slot + 1) % 3;
      Out* out = row.out + x0 * int{kOutputs};
      int x = 0;
      for (; count - x > (kGroups - 1) * kLanes; x += kGroups * kLanes)
        loops.template convolve_positions<kGroups>(in, x, out + x * int{kOutputs}, count - x);
      for (; count - x > (kGroups / 2 - 1) * kLanes; x += kGroups / 2 * kLanes)
        loops.template convolve_positions<kGroups / 2>(in, x, out + x * int{kOutputs}, count - x);
      for (; x < count; x += kLanes)
        loops.template convolve_positions<1>(in, x, out + x * int{kOutputs}, count - x);
    }
  }
}

template <typename Products, typename In, typename Out>
void dot_rows(const DotShape& shape, const DotConstants<typename Products::Weight>& constants,
              const DotEpilogue& epilogue, std::span<const DotRow<In, Out>> rows) {
  using Rows = DotRows<In, typename Products::Weight, Out>;
  static constexpr auto kByOutputs = []<std::size_t... kBefore>(std::index_sequence<kBefore...>) {
    return std::array<Rows*, kDotOutputs>{dot_rows<Products, kBefore + 1, In, Out>...};
  }
  (std::make_index_sequence<kDotOutputs>());
  kByOutputs[static_cast<std::size_t>(shape.outputs - 1)](shape, constants, epilogue, rows);
}

}  // namespace
}  // namespace denoiseae
