// SPDX-License-Identifier: LGPL-2.1-or-later
// Every variant of the kernels that sharpen a row, and the loops that they are made of, against the
// definition, one sample at a time.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "kernels/sample_words.h"
#include "kernels/sharpen/sharpen.h"
#include "kernels/sharpen/sharpen_bytes.h"
#include "kernels/sharpen/sharpen_vectors.h"
#include "kernels/sharpen/sharpen_words.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kAmounts[] = {0, 1, 256, 300, 1024};
constexpr std::uint8_t kUntouched = 0xa5;

/// Vectors of 16 bytes whose operations are plain loops.
struct PlainVector {
  union Register {
    std::array<std::uint8_t, 16> bytes;
    std::array<std::int16_t, 8> words;
  };
  static constexpr int kBytes = 16;

  static Register load(const std::uint8_t* p) {
    Register x;
    std::copy_n(p, kBytes, x.bytes.begin());
    return x;
  }
  static void store(std::uint8_t* p, const Register& x) { std::copy_n(x.bytes.begin(), kBytes, p); }
  template <typename Word>
  static Register each_word(const Word& word) {
    Register x;
    for (std::size_t i = 0; i < x.words.size(); ++i)
      x.words[i] = static_cast<std::int16_t>(word(i));
    return x;
  }
  static Register all_16(short x) {
    return each_word([&](std::size_t) { return x; });
  }
  static Register zero() { return all_16(0); }
  static Register add(const Register& a, const Register& b) {
    return each_word([&](std::size_t i) { return a.words[i] + b.words[i]; });
  }
  static Register times_64(const Register& x) {
    return each_word([&](std::size_t i) { return 64 * x.words[i]; });
  }
  static Register minus_16_times_pairs(const Register& x) {
    return each_word([&](std::size_t i) { return -16 * (x.bytes[2 * i] + x.bytes[2 * i + 1]); });
  }
  static Register interleave(const Register& a, const Register& b, std::size_t first) {
    Register x;
    for (std::size_t i = 0; i < 8; ++i) {
      x.bytes[2 * i] = a.bytes[first + i];
      x.bytes[2 * i + 1] = b.bytes[first + i];
    }
    return x;
  }
  static Register interleave_low(const Register& a, const Register& b) {
    return interleave(a, b, 0);
  }
  static Register interleave_high(const Register& a, const Register& b) {
    return interleave(a, b, 8);
  }
  static Register pack_16(const Register& low, const Register& high) {
    Register x;
    for (std::size_t i = 0; i < 16; ++i)
      x.bytes[i] = static_cast<std::uint8_t>(
          std::clamp<int>(i < 8 ? low.words[i] : high.words[i - 8], 0, 255));
    return x;
  }
  static Register rounded_product(const Register& a, const Register& b) {
    return each_word([&](std::size_t i) { return (a.words[i] * b.words[i] + (1 << 14)) >> 15; });
  }
};

/// Three rows of samples. The first sample of each lies at any address.
struct Rows {
  int samples, step, sample_bytes;
  std::array<std::vector<std::uint8_t>, 3> bytes;
  std::array<int, 3> offsets;

  /// Draws bytes from a range of codes. A narrow range keeps the sums between the limits, a wide
  /// one reaches the limits.
  Rows(int of_samples, int of_step, int of_sample_bytes, std::mt19937& random)
      : samples(of_samples), step(of_step), sample_bytes(of_sample_bytes) {
    const unsigned range = sample_bytes == 2 ? 256 : 1u << (1 + random() % 8);
    const unsigned lowest = random() % (257 - range);
    for (std::size_t i = 0; i < 3; ++i) {
      offsets[i] = static_cast<int>(random() % 8);
      bytes[i].resize(static_cast<std::size_t>(samples * sample_bytes + 8));
      for (std::uint8_t& byte : bytes[i])
        byte = static_cast<std::uint8_t>(lowest + random() % range);
    }
  }
  const std::uint8_t* row(int i) const {
    const auto at = static_cast<std::size_t>(i);
    return bytes[at].data() + offsets[at];
  }
  int code(int i, int x, const SampleWords& words) const {
    const std::uint8_t* at = row(i) + x * sample_bytes;
    return sample_bytes == 1 ? at[0] : (at[0] + 256 * at[1]) >> words.low_bits & words.max_code;
  }
  /// The definition, in floating point, which is exact.
  int sharpened(int x, int amount, const SampleWords& words) const {
    const int center = code(1, x, words);
    const int left = x >= step ? code(1, x - step, words) : center;
    const int right = x + step < samples ? code(1, x + step, words) : center;
    const double detail = 4.0 * center - left - right - code(0, x, words) - code(2, x, words);
    return static_cast<int>(std::clamp(std::floor(center + amount / 256.0 * detail + 0.5), 0.0,
                                       double(words.max_code)));
  }
};

/// sharpen: writes the sharpened row.
void check(const std::string& name, const Rows& rows, int amount, const SampleWords& words,
           const std::function<void(std::uint8_t*)>& sharpen) {
  constexpr int kGuard = 64;
  const int bytes = rows.samples * rows.sample_bytes;
  std::vector<std::uint8_t> out(static_cast<std::size_t>(bytes + 2 * kGuard), kUntouched);
  std::uint8_t* const begin = out.data() + kGuard + rows.offsets[0] % 4;
  sharpen(begin);
  ck_assert(std::all_of(out.data(), begin, [](int byte) { return byte == kUntouched; }));
  ck_assert(std::all_of(begin + bytes, out.data() + out.size(),
                        [](int byte) { return byte == kUntouched; }));
  for (int x = 0; x < rows.samples; ++x) {
    const int wanted = rows.sharpened(x, amount, words) << words.low_bits;
    const int found = rows.sample_bytes == 1 ? begin[x] : begin[2 * x] + 256 * begin[2 * x + 1];
    if (found != wanted)
      ck_abort_msg("%s, %d samples, step %d, amount %d, sample %d: %d, expected %d", name.c_str(),
                   rows.samples, rows.step, amount, x, found, wanted);
  }
}

void check_bytes(const std::string& name, SharpenRow* sharpen) {
  std::mt19937 random(5);
  for (int step = 1; step <= 4; ++step)
    for (int width = 1; width <= 130; ++width)
      for (const int amount : kAmounts) {
        const Rows rows(width * step, step, 1, random);
        check(name, rows, amount, {0, 255}, [&](std::uint8_t* out) {
          sharpen(rows.row(0), rows.row(1), rows.row(2), out, rows.samples, step, amount);
        });
      }
}

void check_words(const std::string& name, SharpenWordRow* sharpen) {
  std::mt19937 random(6);
  for (const SampleWords& words : {SampleWords{0, 1023}, {6, 1023}, {0, 65535}})
    for (int step = 1; step <= 4; ++step)
      for (int width = 1; width <= 90; ++width)
        for (const int amount : kAmounts) {
          const Rows rows(width * step, step, 2, random);
          check(name, rows, amount, words, [&](std::uint8_t* out) {
            sharpen(rows.row(0), rows.row(1), rows.row(2), out, rows.samples, step, amount, words);
          });
        }
}

}  // namespace

START_TEST(test_each_variant_computes_the_definition) {
  for (const SharpenVariant& variant : available(sharpen_variants()))
    check_bytes(std::string(variant.name), variant.row);
}
END_TEST

START_TEST(test_each_variant_for_words_computes_the_definition) {
  for (const SharpenVariant& variant : available(sharpen_variants()))
    check_words(std::string(variant.name), variant.word_row);
}
END_TEST

START_TEST(test_loops_compute_the_definition) {
  check_bytes("sharpen_row_vectors", sharpen_row_vectors<PlainVector>);
  check_words("sharpen_words", sharpen_words);
}
END_TEST

START_TEST(test_bytes_of_a_part_are_sharpened_alone) {
  std::mt19937 random(7);
  const Rows rows(50, 3, 1, random);
  std::vector<std::uint8_t> out(50, kUntouched);
  sharpen_bytes(rows.row(0), rows.row(1), rows.row(2), out.data(), 50, 3, 300, 2, 49);
  for (int x = 0; x < 50; ++x)
    ck_assert_int_eq(out[static_cast<std::size_t>(x)],
                     x >= 2 && x < 49 ? rows.sharpened(x, 300, {0, 255}) : kUntouched);
}
END_TEST

int main() {
  return run_suite("sharpen",
                   {test_each_variant_computes_the_definition,
                    test_each_variant_for_words_computes_the_definition,
                    test_loops_compute_the_definition, test_bytes_of_a_part_are_sharpened_alone});
}
