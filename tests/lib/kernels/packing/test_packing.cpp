// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernels between frames and packed planes: all variants return what the plain C++ does.
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>
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

/// Rows with space behind them; U before V in one plane, V before U, or planes of their own.
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

}  // namespace

START_TEST(test_variants_equal_the_plain_loops) {
  const PackingVariant& plain = packing_variants().front();
  ck_assert(plain.available);
  for (const PackingVariant& variant : available(packing_variants())) {
    for (int blocks = 0; blocks <= kMaxBlocks; ++blocks)
      for (const Rows::Chroma layout : kLayouts) {
        std::mt19937 random(static_cast<unsigned>(blocks));
        const Rows in(layout, &random);
        std::vector<float> wanted(kPackedInputChannels * kMaxBlocks + 16, 0.125f), found = wanted;
        plain.pack(in.rows(), blocks, wanted.data());
        variant.pack(in.rows(), blocks, found.data());
        ck_assert(wanted == found);

        std::vector<float> noise(kPackedChannels * kMaxBlocks);
        for (float& value : noise)
          value = static_cast<float>(random()) / 4294967296.0f * 1.5f - 0.75f;
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
}
END_TEST

START_TEST(test_variants_for_words_equal_the_plain_loops) {
  constexpr int kMaxWords = 2 * kMaxBlocks + 16, kPlane = 2 * kMaxWords + 1;  // odd addresses
  const PackingVariant& plain = packing_variants().front();
  for (const PackingVariant& variant : available(packing_variants())) {
    for (const SampleWords& words : {SampleWords{0, 1023}, {6, 1023}, {0, 65535}})
      for (const Rows::Chroma layout : kLayouts)
        for (int blocks = 0; blocks <= kMaxBlocks; ++blocks) {
          std::mt19937 random(static_cast<unsigned>(blocks));
          // Top, bottom and two planes of chroma, of which alternating words fill the first.
          std::vector<std::uint8_t> in(4 * kPlane);
          for (std::uint8_t& byte : in) byte = static_cast<std::uint8_t>(random());
          const auto rows = [&](auto* bytes) {
            auto* chroma = bytes + 2 * kPlane;
            const bool planes = layout == Rows::Chroma::planes;
            return BlockRows<std::remove_pointer_t<decltype(bytes)>>{
                bytes, bytes + kPlane, chroma + (layout == Rows::Chroma::vu ? 2 : 0),
                chroma + (planes                       ? kPlane
                          : layout == Rows::Chroma::vu ? 0
                                                       : 2),
                planes ? 2 : 4};
          };
          const auto from = rows(std::as_const(in).data());
          std::vector<float> wanted(kPackedInputChannels * kMaxBlocks + 16, 0.125f), found = wanted;
          plain.pack_words(from, words, blocks, wanted.data());
          variant.pack_words(from, words, blocks, found.data());
          ck_assert(wanted == found);

          std::vector<float> noise(kPackedChannels * kMaxBlocks);
          for (float& value : noise)
            value = static_cast<float>(random()) / 4294967296.0f * 1.5f - 0.75f;
          if (blocks > 5) noise[20] = std::numeric_limits<float>::quiet_NaN();
          std::vector<std::uint8_t> wanted_bytes(in.size(), kUntouched), found_bytes = wanted_bytes;
          plain.subtract_words(from, words, noise.data(), blocks, rows(wanted_bytes.data()));
          variant.subtract_words(from, words, noise.data(), blocks, rows(found_bytes.data()));
          ck_assert(wanted_bytes == found_bytes);
        }
  }
}
END_TEST

START_TEST(test_codes_survive_both_ways) {
  std::mt19937 random(1);
  const Rows in(Rows::Chroma::uv, &random);
  std::vector<float> planes(kPackedInputChannels * kMaxBlocks), none(kPackedChannels * kMaxBlocks);
  const PackingVariant& plain = packing_variants().front();
  plain.pack(in.rows(), kMaxBlocks, planes.data());
  ck_assert_float_eq_tol(planes[8 + 1], static_cast<float>(in.top[3]) / 255 - 0.5f, 1e-6);
  ck_assert_float_eq_tol(planes[8 + 5], static_cast<float>(in.chroma[3]) / 255 - 0.5f, 1e-6);
  Rows out(Rows::Chroma::uv, nullptr);
  plain.subtract(in.rows(), none.data(), kMaxBlocks, out.rows());
  for (int x = 0; x < 2 * kMaxBlocks; ++x) {
    ck_assert_int_eq(out.top[x], in.top[x]);
    ck_assert_int_eq(out.bottom[x], in.bottom[x]);
    ck_assert_int_eq(out.chroma[x], in.chroma[x]);
  }
  ck_assert_int_eq(out.top[2 * kMaxBlocks], kUntouched);
}
END_TEST

int main() {
  return run_suite("packing",
                   {test_variants_equal_the_plain_loops,
                    test_variants_for_words_equal_the_plain_loops, test_codes_survive_both_ways});
}
