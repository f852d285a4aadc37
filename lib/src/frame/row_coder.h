// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of formats that store samples as fields of bits. A layout is told as data, and the compiler
// makes a loop of each.
#pragma once

#include <denoiseae/frame.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace denoiseae {

/// The rows of the components of a direct frame.
template <typename Byte>
struct ComponentRows {
  std::array<Byte*, 3> first;
  std::array<int, 3> step_bytes;
};

/// Converts rows of a format that is not direct.
struct RowCoder {
  int pixels;        ///< in a group, the smallest part of a row that repeats
  int bytes;         ///< in a group
  int row_multiple;  ///< GStreamer gives rows the bytes that their pixels take, up to a multiple
  /// Reads a row of width pixels.
  void (*decode)(const std::uint8_t* row, int width, const ComponentRows<std::uint8_t>& to);
  /// Writes a row of width pixels, and takes every bit that belongs to no sample from the row
  /// before. before and row may be the same.
  void (*encode)(const ComponentRows<const std::uint8_t>& from, int width,
                 const std::uint8_t* before, std::uint8_t* row);

  /// Returns how many bytes of a row hold pixels. The last group may have no room in GStreamer's
  /// rows: it then ends early, with what lies in the missing bytes read as 0.
  constexpr int row_bytes(int width) const {
    const int groups = (width + pixels - 1) / pixels * bytes;
    const int exact = (width * bytes + pixels - 1) / pixels;
    return std::min(groups, (exact + row_multiple - 1) / row_multiple * row_multiple);
  }
};

/// Tells how the samples lie in a group of pixels.
struct BitLayout {
  int pixels;
  int bytes;
  int row_multiple;
  int word_bytes;           ///< fields lie in words, and never in two
  bool is_big_endian;       ///< the byte order in a word
  bool is_from_top;         ///< whether the first field has the highest bits of its word
  std::string_view fields;  ///< names the component of each field as '0' to '2', in their order
  std::array<int, 3> bits;  ///< how many a sample of each component has
  std::array<int, 3> direct_bits;  ///< bits there after decoding, to which codes are scaled
};

namespace detail {

struct BitField {
  int component;
  int index;  ///< counts the samples of its component in the group
  int word;
  int shift;
};

template <const BitLayout& kLayout>
constexpr auto bit_fields() {
  std::array<BitField, kLayout.fields.size()> fields{};
  std::array<int, 3> samples{};
  int word = 0, used = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const int c = kLayout.fields[i] - '0';
    const int bits = kLayout.bits[static_cast<std::size_t>(c)];
    if (used + bits > 8 * kLayout.word_bytes) {
      ++word;
      used = 0;
    }
    const int shift = kLayout.is_from_top ? 8 * kLayout.word_bytes - used - bits : used;
    fields[i] = {c, samples[static_cast<std::size_t>(c)]++, word, shift};
    used += bits;
  }
  return fields;
}

/// Returns how many samples of a component a group has.
template <const BitLayout& kLayout>
constexpr int samples_of(int component) {
  return static_cast<int>(
      std::count(kLayout.fields.begin(), kLayout.fields.end(), static_cast<char>('0' + component)));
}

template <const BitLayout& kLayout>
struct BitGroup {
  static constexpr int kWords = kLayout.bytes / kLayout.word_bytes;
  static constexpr auto kFields = bit_fields<kLayout>();
  std::array<std::uint64_t, kWords> words;

  void load(const std::uint8_t* from) {
    for (int w = 0; w < kWords; ++w) {
      words[w] = 0;
      for (int i = 0; i < kLayout.word_bytes; ++i) {
        const int place = kLayout.is_big_endian ? kLayout.word_bytes - 1 - i : i;
        words[w] |= std::uint64_t{from[w * kLayout.word_bytes + i]} << (8 * place);
      }
    }
  }
  void store(std::uint8_t* to) const {
    for (int w = 0; w < kWords; ++w)
      for (int i = 0; i < kLayout.word_bytes; ++i) {
        const int place = kLayout.is_big_endian ? kLayout.word_bytes - 1 - i : i;
        to[w * kLayout.word_bytes + i] = static_cast<std::uint8_t>(words[w] >> (8 * place));
      }
  }
};

/// Converts a code between depths, rounded. A code that was scaled up comes back as it was.
template <int kFrom, int kTo>
int rescaled(int code) {
  if constexpr (kFrom == kTo) return code;
  constexpr int kMaxFrom = (1 << kFrom) - 1, kMaxTo = (1 << kTo) - 1;
  return (code * kMaxTo + kMaxFrom / 2) / kMaxFrom;
}

/// Calls body with each field as a constant.
template <const BitLayout& kLayout, typename Body>
void for_fields(const Body& body) {
  [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
    (body(std::integral_constant<std::size_t, kIndex>()), ...);
  }
  (std::make_index_sequence<kLayout.fields.size()>());
}

/// Calls body(group, samples) for each group of a row, with the number of samples of each component
/// that the row has from there on.
template <const BitLayout& kLayout, typename Body>
void for_groups(int width, const Body& body) {
  std::array<int, 3> left{};
  for (int c = 0; c < 3; ++c) {
    const int samples = samples_of<kLayout>(c);
    if (samples > 0) left[c] = (width * samples + kLayout.pixels - 1) / kLayout.pixels;
  }
  for (int group = 0; group * kLayout.pixels < width; ++group) {
    body(group, left);
    for (int c = 0; c < 3; ++c) left[c] -= samples_of<kLayout>(c);
  }
}

template <const BitLayout& kLayout>
constexpr RowCoder shape_of() {
  return {kLayout.pixels, kLayout.bytes, kLayout.row_multiple, nullptr, nullptr};
}

/// Returns how many bytes of a group lie in the row.
template <const BitLayout& kLayout>
int bytes_of_group(int group, int row_bytes) {
  return std::min(kLayout.bytes, row_bytes - group * kLayout.bytes);
}

/// Calls body(field, word, sample) for each sample of a row: field is a constant that tells where
/// the code lies in the word. before: the row that the words are read from. row: where they are
/// written to after that; null: nowhere.
template <const BitLayout& kLayout, typename Byte, typename Body>
void for_samples(const std::uint8_t* before, std::uint8_t* row, int width,
                 const ComponentRows<Byte>& samples, const Body& body) {
  const int row_bytes = shape_of<kLayout>().row_bytes(width);
  for_groups<kLayout>(width, [&](int group, const std::array<int, 3>& left) {
    BitGroup<kLayout> bits;
    const std::ptrdiff_t at = std::ptrdiff_t{group} * kLayout.bytes;
    const int count = bytes_of_group<kLayout>(group, row_bytes);
    std::array<std::uint8_t, kLayout.bytes> bytes{};
    std::copy_n(before + at, count, bytes.begin());
    bits.load(bytes.data());
    for_fields<kLayout>([&](auto i) {
      constexpr BitField kField = BitGroup<kLayout>::kFields[i];
      constexpr int kSamples = samples_of<kLayout>(kField.component);
      if (kField.index >= left[kField.component]) return;
      body(i, bits.words[kField.word],
           samples.first[kField.component] + (std::ptrdiff_t{group} * kSamples + kField.index) *
                                                 samples.step_bytes[kField.component]);
    });
    if (row == nullptr) return;
    bits.store(bytes.data());
    std::copy_n(bytes.begin(), count, row + at);
  });
}

/// Tells how a field and the sample that it becomes hold a code.
template <const BitLayout& kLayout, std::size_t kIndex>
struct FieldCode {
  static constexpr BitField kField = BitGroup<kLayout>::kFields[kIndex];
  static constexpr int kBits = kLayout.bits[kField.component];
  static constexpr int kDirectBits = kLayout.direct_bits[kField.component];
  static constexpr std::size_t kDirectBytes = kDirectBits > 8 ? 2 : 1;
  static constexpr std::uint64_t kMask = ((std::uint64_t{1} << kBits) - 1) << kField.shift;
};

template <const BitLayout& kLayout>
void decode_row(const std::uint8_t* row, int width, const ComponentRows<std::uint8_t>& to) {
  for_samples<kLayout>(
      row, nullptr, width, to, [](auto i, const std::uint64_t& word, std::uint8_t* sample) {
        using Code = FieldCode<kLayout, i>;
        const int code = static_cast<int>((word & Code::kMask) >> Code::kField.shift);
        const int direct = rescaled<Code::kBits, Code::kDirectBits>(code);
        std::memcpy(sample, &direct, Code::kDirectBytes);
      });
}

template <const BitLayout& kLayout>
void encode_row(const ComponentRows<const std::uint8_t>& from, int width,
                const std::uint8_t* before, std::uint8_t* row) {
  for_samples<kLayout>(before, row, width, from,
                       [](auto i, std::uint64_t& word, const std::uint8_t* sample) {
                         using Code = FieldCode<kLayout, i>;
                         int direct = 0;
                         std::memcpy(&direct, sample, Code::kDirectBytes);
                         const int code = rescaled<Code::kDirectBits, Code::kBits>(direct);
                         word = (word & ~Code::kMask) | std::uint64_t(code) << Code::kField.shift;
                       });
}

}  // namespace detail

/// Converts rows of a layout.
template <const BitLayout& kLayout>
inline constexpr RowCoder kRowCoder = {kLayout.pixels, kLayout.bytes, kLayout.row_multiple,
                                       detail::decode_row<kLayout>, detail::encode_row<kLayout>};

}  // namespace denoiseae
