// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace denoiseae {

/// Returns the value that has half of the others below it; of an even number, the upper of both in
/// the middle. Changes the order of the values, of which there must be one. Many values are counted
/// by their first bits, and only those with the bits of the median are ordered: that takes a tenth
/// of the time that std::nth_element does. There must be no NaN.
inline float median(std::vector<float>& values) {
  constexpr std::size_t kMany = 200;
  std::size_t middle = values.size() / 2, count = values.size();
  if (count >= kMany) {
    constexpr int kBits = 12;
    // The order of these numbers is that of the values.
    const auto first_bits = [](float value) {
      const auto bits = std::bit_cast<std::uint32_t>(value);
      const std::uint32_t ordered = (bits >> 31) != 0 ? ~bits : bits | 0x80000000u;
      return ordered >> (32 - kBits);
    };
    std::array<std::uint32_t, std::size_t{1} << kBits> counts{};
    std::uint32_t bits = counts.size() - 1;
    for (const float value : values) {
      const std::uint32_t of_value = first_bits(value);
      ++counts[of_value];
      bits = std::min(bits, of_value);
    }
    while (counts[bits] <= middle) middle -= counts[bits++];
    count = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      if (first_bits(values[i]) == bits) std::swap(values[i], values[count++]);
  }
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(middle);
  std::nth_element(values.begin(), place, values.begin() + static_cast<std::ptrdiff_t>(count));
  return *place;
}

}  // namespace denoiseae
