// SPDX-License-Identifier: LGPL-2.1-or-later
// Sharpens a row of words in plain loops. The file of each instruction set compiles them for
// itself.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "kernels/sharpen/sharpen.h"

namespace denoiseae {
// The namespace is unnamed for the reason given in sharpen_vectors.h.
namespace {

inline void sharpen_words(const std::uint8_t* above, const std::uint8_t* row,
                          const std::uint8_t* below, std::uint8_t* __restrict out, int samples,
                          int step, int amount, const SampleWords& words) {
  const int low_bits = words.low_bits, max_code = words.max_code;
  const auto code = [=](const std::uint8_t* from, int i) {
    std::uint16_t word;
    std::memcpy(&word, from + 2 * i, sizeof(word));
    return (word >> low_bits) & max_code;
  };
  const auto sharpen = [=](int i, int left, int right) {
    const int center = code(row, i);
    const int detail =
        4 * center - code(above, i) - code(below, i) - code(row, left) - code(row, right);
    const int sharp = std::clamp((256 * center + amount * detail + 128) >> 8, 0, max_code);
    const auto word = static_cast<std::uint16_t>(sharp << low_bits);
    std::memcpy(out + 2 * i, &word, sizeof(word));
  };
  // The ends have their own loops. The long loop has no conditions, so compilers vectorise it.
  for (int i = 0; i < step; ++i) sharpen(i, i, i + step < samples ? i + step : i);
  for (int i = step; i < samples - step; ++i) sharpen(i, i - step, i + step);
  for (int i = std::max(step, samples - step); i < samples; ++i) sharpen(i, i - step, i);
}

}  // namespace
}  // namespace denoiseae
