// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernels that pack rows of frames and subtract noise from them, against the definition. All
// variants agree with plain C++ to the bit.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "kernels/packing/packing.h"
#include "layout/packed_layout.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kMaxBlocks = 37;
constexpr std::uint8_t kUntouched = 77;
constexpr float kUnpacked = 0.125f;
constexpr int kWordPlane = 2 * (2 * kMaxBlocks + 16) + 1;  // odd, so that addresses are
constexpr SampleWords kWords[] = {{0, 1023}, {6, 1023}, {0, 4095}, {4, 4095}, {0, 65535}};

/// Rows with space behind them. U comes before V in one plane, or V before U, or both have planes.
struct Rows {
  enum class Chroma { planes, uv, vu };
  std::vector<std::uint8_t> top, bottom, chroma;
  int u_at, v_at, step;

  Rows(Chroma layout, std::mt19937* random)
      : top(2 * kMaxBlocks + 32, kUntouched),
        bottom(top),
        chroma(2 * kMaxBlocks + 64, kUntouched),
        u_at(layout == Chroma::vu ? 1 : 0),
        v_at(layout == Chroma::planes ? kMaxBlocks + 32 : 1 - u_at),
        step(layout == Chroma::planes ? 1 : 2) {
    if (random == nullptr) return;
    for (auto* row : {&top, &bottom, &chroma})
      for (std::uint8_t& code : *row) code = static_cast<std::uint8_t>((*random)());
  }
  BlockRows<std::uint8_t> rows() {
    return {top.data(), bottom.data(), chroma.data() + u_at, chroma.data() + v_at, step};
  }
  BlockRows<const std::uint8_t> rows() const {
    return {top.data(), bottom.data(), chroma.data() + u_at, chroma.data() + v_at, step};
  }
  bool operator==(const Rows& other) const {
    return top == other.top && bottom == other.bottom && chroma == other.chroma;
  }
};

constexpr Rows::Chroma kLayouts[] = {Rows::Chroma::planes, Rows::Chroma::uv, Rows::Chroma::vu};

/// Returns rows of words at odd addresses, which follow each other in bytes.
template <typename Byte>
BlockRows<Byte> word_rows(Byte* bytes, Rows::Chroma layout) {
  Byte* const chroma = bytes + 2 * kWordPlane;
  if (layout == Rows::Chroma::planes)
    return {bytes, bytes + kWordPlane, chroma, chroma + kWordPlane, 2};
  const int u = layout == Rows::Chroma::vu ? 2 : 0;
  return {bytes, bytes + kWordPlane, chroma + u, chroma + 2 - u, 4};
}

/// The code of one channel of a packed block. words: null for 8 bits.
int code_of(const BlockRows<const std::uint8_t>& rows, const SampleWords* words, int block, int c) {
  const int size = words == nullptr ? 1 : 2;
  const std::uint8_t* at = c == 4   ? rows.u + block * rows.chroma_step
                           : c == 5 ? rows.v + block * rows.chroma_step
                                    : (c < 2 ? rows.top : rows.bottom) + (2 * block + c % 2) * size;
  if (words == nullptr) return *at;
  return (at[0] + 256 * at[1]) >> words->low_bits & words->max_code;
}

/// Compares packed blocks, with two more channels that are not written, with the definition.
void check_packed(const std::vector<float>& packed, const BlockRows<const std::uint8_t>& rows,
                  const SampleWords* words, int blocks) {
  const int max_code = words == nullptr ? 255 : words->max_code;
  for (std::size_t i = 0; i < packed.size(); ++i) {
    const int block = static_cast<int>(i) / kPackedInputChannels;
    const int c = static_cast<int>(i) % kPackedInputChannels;
    const double wanted = block < blocks && c < kPackedChannels
                              ? double(code_of(rows, words, block, c)) / max_code - 0.5
                              : kUnpacked;
    if (!(std::abs(packed[i] - wanted) <= 1e-6))
      ck_abort_msg("block %d, channel %d: %g, expected %g", block, c, packed[i], wanted);
  }
}

/// Compares rows from which noise was subtracted with the definition.
void check_subtracted(const BlockRows<const std::uint8_t>& out,
                      const BlockRows<const std::uint8_t>& in, const std::vector<float>& noise,
                      const SampleWords* words, int blocks) {
  const int max_code = words == nullptr ? 255 : words->max_code;
  for (int block = 0; block < blocks; ++block)
    for (int c = 0; c < kPackedChannels; ++c) {
      const double exact =
          code_of(in, words, block, c) -
          double{noise[static_cast<std::size_t>(block * kPackedChannels + c)]} * max_code;
      // The values of 16-bit samples, as floats, have errors of some hundredths of a code.
      const double wanted = std::clamp<double>(exact, 0, max_code);
      if (!(std::abs(code_of(out, words, block, c) - wanted) <= 0.52))
        ck_abort_msg("block %d, channel %d: %d, expected %g", block, c,
                     code_of(out, words, block, c), wanted);
    }
}

std::vector<float> random_noise(std::mt19937& random) {
  std::vector<float> noise(kPackedChannels * kMaxBlocks);
  for (float& value : noise) value = std::uniform_real_distribution<float>(-0.75f, 0.75f)(random);
  return noise;
}

}  // namespace

START_TEST(test_each_variant_computes_the_definition) {
  for (const PackingVariant& variant : available(packing_variants()))
    for (int blocks = 0; blocks <= kMaxBlocks; ++blocks)
      for (const Rows::Chroma layout : kLayouts) {
        std::mt19937 random(static_cast<unsigned>(blocks));
        const Rows in(layout, &random);
        std::vector<float> packed(kPackedInputChannels * kMaxBlocks, kUnpacked);
        variant.pack(in.rows(), blocks, packed.data());
        check_packed(packed, in.rows(), nullptr, blocks);
        const std::vector<float> noise = random_noise(random);
        Rows out(layout, nullptr);
        variant.subtract(in.rows(), noise.data(), blocks, out.rows());
        check_subtracted(std::as_const(out).rows(), in.rows(), noise, nullptr, blocks);
        ck_assert_int_eq(out.top[static_cast<std::size_t>(2 * blocks)], kUntouched);
        ck_assert_int_eq(out.bottom[static_cast<std::size_t>(2 * blocks)], kUntouched);
      }
}
END_TEST

START_TEST(test_each_variant_for_words_computes_the_definition) {
  for (const PackingVariant& variant : available(packing_variants()))
    for (const SampleWords& words : kWords)
      for (const Rows::Chroma layout : kLayouts)
        for (int blocks = 0; blocks <= kMaxBlocks; ++blocks) {
          std::mt19937 random(static_cast<unsigned>(blocks));
          std::vector<std::uint8_t> in(4 * kWordPlane), out(in.size(), kUntouched);
          for (std::uint8_t& byte : in) byte = static_cast<std::uint8_t>(random());
          const auto rows = word_rows(std::as_const(in).data(), layout);
          std::vector<float> packed(kPackedInputChannels * kMaxBlocks, kUnpacked);
          variant.pack_words(rows, words, blocks, packed.data());
          check_packed(packed, rows, &words, blocks);
          const std::vector<float> noise = random_noise(random);
          variant.subtract_words(rows, words, noise.data(), blocks, word_rows(out.data(), layout));
          check_subtracted(word_rows(std::as_const(out).data(), layout), rows, noise, &words,
                           blocks);
          ck_assert_int_eq(out[static_cast<std::size_t>(4 * blocks)], kUntouched);
        }
}
END_TEST

START_TEST(test_variants_equal_the_plain_loops) {
  const PackingVariant& plain = packing_variants().front();
  for (const PackingVariant& variant : available(packing_variants()))
    for (int blocks = 0; blocks <= kMaxBlocks; ++blocks)
      for (const Rows::Chroma layout : kLayouts) {
        std::mt19937 random(static_cast<unsigned>(blocks));
        const Rows in(layout, &random);
        std::vector<float> wanted(kPackedInputChannels * kMaxBlocks, kUnpacked), found = wanted;
        plain.pack(in.rows(), blocks, wanted.data());
        variant.pack(in.rows(), blocks, found.data());
        ck_assert(wanted == found);

        const std::vector<float> noise = random_noise(random);
        Rows wanted_rows(layout, nullptr), found_rows(layout, nullptr), same = in;
        plain.subtract(in.rows(), noise.data(), blocks, wanted_rows.rows());
        variant.subtract(in.rows(), noise.data(), blocks, found_rows.rows());
        ck_assert(wanted_rows == found_rows);
        const BlockRows<std::uint8_t> rows = same.rows();
        variant.subtract({rows.top, rows.bottom, rows.u, rows.v, rows.chroma_step}, noise.data(),
                         blocks, rows);
        ck_assert(std::memcmp(same.top.data(), found_rows.top.data(),
                              static_cast<std::size_t>(2 * blocks)) == 0);
      }
}
END_TEST

START_TEST(test_variants_for_words_equal_the_plain_loops) {
  const PackingVariant& plain = packing_variants().front();
  for (const PackingVariant& variant : available(packing_variants()))
    for (const SampleWords& words : kWords)
      for (const Rows::Chroma layout : kLayouts)
        for (int blocks = 0; blocks <= kMaxBlocks; ++blocks) {
          std::mt19937 random(static_cast<unsigned>(blocks));
          std::vector<std::uint8_t> in(4 * kWordPlane);
          for (std::uint8_t& byte : in) byte = static_cast<std::uint8_t>(random());
          const auto from = word_rows(std::as_const(in).data(), layout);
          std::vector<float> wanted(kPackedInputChannels * kMaxBlocks, kUnpacked), found = wanted;
          plain.pack_words(from, words, blocks, wanted.data());
          variant.pack_words(from, words, blocks, found.data());
          ck_assert(wanted == found);

          std::vector<float> noise = random_noise(random);
          if (blocks > 5) noise[20] = std::numeric_limits<float>::quiet_NaN();
          std::vector<std::uint8_t> wanted_bytes(in.size(), kUntouched), found_bytes = wanted_bytes;
          plain.subtract_words(from, words, noise.data(), blocks,
                               word_rows(wanted_bytes.data(), layout));
          variant.subtract_words(from, words, noise.data(), blocks,
                                 word_rows(found_bytes.data(), layout));
          ck_assert(wanted_bytes == found_bytes);
        }
}
END_TEST

START_TEST(test_without_noise_codes_survive) {
  std::mt19937 random(1);
  const Rows in(Rows::Chroma::uv, &random);
  const std::vector<float> none(kPackedChannels * kMaxBlocks);
  for (const PackingVariant& variant : available(packing_variants())) {
    Rows out(Rows::Chroma::uv, nullptr);
    variant.subtract(in.rows(), none.data(), kMaxBlocks, out.rows());
    for (int x = 0; x < 2 * kMaxBlocks; ++x) {
      ck_assert_int_eq(out.top[x], in.top[x]);
      ck_assert_int_eq(out.bottom[x], in.bottom[x]);
      ck_assert_int_eq(out.chroma[x], in.chroma[x]);
    }
  }
}
END_TEST

int main() {
  return run_suite(
      "packing",
      {test_each_variant_computes_the_definition,
       test_each_variant_for_words_computes_the_definition, test_variants_equal_the_plain_loops,
       test_variants_for_words_equal_the_plain_loops, test_without_noise_codes_survive});
}
