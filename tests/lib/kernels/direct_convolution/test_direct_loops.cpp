// SPDX-License-Identifier: LGPL-2.1-or-later
// The parts of the loops of direct convolutions, with the vectors of AVX2.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels/direct_convolution/direct_epilogue.h"
#include "kernels/direct_convolution/direct_loops.h"
#include "kernels/direct_convolution/direct_products.h"
#include "kernels/direct_convolution/direct_window.h"
#include "support/check.h"
#include "support/instructions.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

using Eight = hn::CappedTag<float, 8>;
constexpr std::array<float, 8> kValues = {-3, -0.5f, 0.49f, 0.5f, 1.5f, 2.5f, 254.6f, 300};

template <typename Value>
std::array<Value, 8> stored() {
  std::array<Value, 8> result;
  Samples<Eight, Value>::store(hn::LoadU(Eight(), kValues.data()), result.data());
  return result;
}

template <typename Value>
std::array<float, 8> loaded(const std::array<Value, 8>& values) {
  std::array<float, 8> result;
  hn::StoreU(Samples<Eight, Value>::load(values.data()), Eight(), result.data());
  return result;
}

}  // namespace

START_TEST(test_codes_are_rounded_and_clamped) {
  const std::array<std::uint8_t, 8> wanted = {0, 0, 0, 0, 2, 2, 255, 255};
  ck_assert(stored<std::uint8_t>() == wanted);
  for (std::size_t i = 0; i < 8; ++i) ck_assert_float_eq(loaded(wanted)[i], wanted[i]);
}
END_TEST

START_TEST(test_bfloat16_is_rounded_as_elsewhere) {
  std::array<float, 8> values;
  for (unsigned i = 0; i < 40000; ++i) {
    // Steps of a prime meet all places of the bits that are cut off.
    for (unsigned lane = 0; lane < 8; ++lane)
      values[lane] = __builtin_bit_cast(float, 0x3f000000u + 104729u * (8 * i + lane) % 0x1000000u);
    std::array<Bfloat16, 8> result;
    Samples<Eight, Bfloat16>::store(hn::LoadU(Eight(), values.data()), result.data());
    for (unsigned lane = 0; lane < 8; ++lane) {
      Bfloat16 wanted;
      assign(wanted, values[lane]);
      ck_assert_uint_eq(result[lane].bits, wanted.bits);
      ck_assert_float_eq(loaded(result)[lane], to_float(wanted));
    }
  }
}
END_TEST

/// Two vectors of lanes, for two groups whose windows are one position apart.
START_TEST(test_sums_of_products) {
  constexpr int kWords = 5, kRows = 2;
  std::vector<float> in(kRows * 10), weights(kRows * kWords * 16);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<float>(i % 7) - 3;
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(i % 11) - 5;
  const DirectStrides strides{kRows, kWords, 4, 0};
  for (const bool has_first : {true, false}) {
    const char* const rows[kRows] = {has_first ? reinterpret_cast<const char*>(in.data()) : nullptr,
                                     reinterpret_cast<const char*>(in.data() + 10)};
    alignas(64) float sums[2 * 16];
    sum_products<FloatProducts<8>, 2, 2>(strides, rows,
                                         reinterpret_cast<const char*>(weights.data()), sums);
    for (int group = 0; group < 2; ++group) {
      for (int lane = 0; lane < 16; ++lane) {
        float wanted = 0;
        for (int y = has_first ? 0 : 1; y < kRows; ++y)
          for (int word = 0; word < kWords; ++word)
            wanted += in[y * 10 + group + word] * weights[(y * kWords + word) * 16 + lane];
        ck_assert_float_eq(sums[group * 16 + lane], wanted);
      }
    }
  }
}
END_TEST

namespace {

/// Products of codes, less 128, by one word of four, as in a processor that multiplies by lanes.
struct OffsetDot {
  using Sum = std::int32_t;
  static constexpr bool kIsOffset = true;
  static __m128i words(__m128i words) { return _mm_xor_si128(words, _mm_set1_epi8(-128)); }
  static __m128i word(int bits) { return words(_mm_set1_epi32(bits)); }
  static __m128i add(__m128i sum, __m128i word, __m128i weights) {
    const auto a = __builtin_bit_cast(std::array<std::int8_t, 16>, word);
    const auto b = __builtin_bit_cast(std::array<std::int8_t, 16>, weights);
    auto sums = __builtin_bit_cast(std::array<std::int32_t, 4>, sum);
    for (std::size_t i = 0; i < 16; ++i) sums[i / 4] += a[i] * b[i];
    return __builtin_bit_cast(__m128i, sums);
  }
  template <int kWord>
  static __m128i add_one(__m128i sum, __m128i words, __m128i weights) {
    return add(sum, _mm_shuffle_epi32(words, kWord * 0x55), weights);
  }
};

}  // namespace

/// Four words are multiplied together, and two are left.
START_TEST(test_sums_of_codes_without_an_offset) {
  using Products = LaneProducts<4, OffsetDot>;
  constexpr int kWords = 6, kRows = 2, kLanes = 8;
  std::vector<std::uint8_t> in(kRows * 40);
  std::vector<std::int8_t> weights(kRows * kWords * kLanes * 4);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<std::uint8_t>(i * 37);
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] = static_cast<std::int8_t>(i * 53 % 255 - 127);
  const DirectStrides strides{kRows, kWords, 4, 0};
  const char* const first_weight = reinterpret_cast<const char*>(weights.data());
  std::array<std::int32_t, kRows * kLanes> offsets;
  zero_products<Products, 2>(strides, first_weight, offsets.data());
  for (const bool has_first : {true, false}) {
    const char* const rows[kRows] = {has_first ? reinterpret_cast<const char*>(in.data()) : nullptr,
                                     reinterpret_cast<const char*>(in.data() + 40)};
    alignas(64) float sums[2 * kLanes];
    sum_products<Products, 2, 2>(strides, rows, first_weight, sums, offsets.data());
    for (int group = 0; group < 2; ++group) {
      for (int lane = 0; lane < kLanes; ++lane) {
        int wanted = 0;
        for (int y = has_first ? 0 : 1; y < kRows; ++y)
          for (int i = 0; i < 4 * kWords; ++i)
            wanted += in[y * 40 + group * 4 + i] *
                      weights[((y * kWords + i / 4) * kLanes + lane) * 4 + i % 4];
        ck_assert_float_eq(sums[group * kLanes + lane], static_cast<float>(wanted));
      }
    }
  }
}
END_TEST

/// A picture of four positions, of two words each, and a window that begins at any of them or
/// beside.
START_TEST(test_windows_over_an_edge_have_zeros) {
  constexpr int kWidth = 4, kWords = 2;
  std::array<float, kWidth * kWords> first, second;
  for (std::size_t i = 0; i < first.size(); ++i) {
    first[i] = static_cast<float>(i + 1);
    second[i] = -first[i];
  }
  const WindowRows rows{3, {first.data(), nullptr, second.data()}};
  for (int positions = 1; positions <= 7; ++positions)
    for (int position = -7; position <= 7; ++position) {
      std::vector<char> scratch(3 * 4 * static_cast<std::size_t>(kWords * positions));
      const auto found = find_window(rows, kWidth, kWords, position, positions, scratch.data());
      ck_assert_ptr_null(found[1]);
      for (int word = 0; word < positions * kWords; ++word) {
        const int at = position * kWords + word;
        const float wanted =
            at < 0 || at >= kWidth * kWords ? 0 : first[static_cast<std::size_t>(at)];
        float value = 0;
        std::memcpy(&value, found[0] + 4 * word, 4);
        ck_assert_float_eq(value, wanted);
        std::memcpy(&value, found[2] + 4 * word, 4);
        ck_assert_float_eq(value, -wanted);
      }
      // A window that lies inside is read where it is.
      if (position >= 0 && position + positions <= kWidth)
        ck_assert_ptr_eq(found[0], reinterpret_cast<char*>(first.data() + position * kWords));
    }
}
END_TEST

namespace {

constexpr const TTest* kTests[] = {
    DAE_TEST(test_codes_are_rounded_and_clamped), DAE_TEST(test_bfloat16_is_rounded_as_elsewhere),
    DAE_TEST(test_sums_of_products), DAE_TEST(test_sums_of_codes_without_an_offset),
    DAE_TEST(test_windows_over_an_edge_have_zeros)};

}  // namespace

constinit const InstructionSuite denoiseae::test::kInstructionSuite = {"direct_loops",
                                                                       Instructions::avx2, kTests};
