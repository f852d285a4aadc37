// SPDX-License-Identifier: LGPL-2.1-or-later
// The products of kernels/direct_convolution/direct_loops.h. The namespace is unnamed, as in
// direct_loops.h.
#pragma once

#include <hwy/highway.h>

#include <cstdint>
#include <type_traits>

namespace denoiseae {
namespace {

/// Reads a word at any address.
inline int word_at(const char* from) {
  int word;
  __builtin_memcpy(&word, from, sizeof word);
  return word;
}

/// Products in float32: a word is one input. kMaxLanes: the lanes of a vector, where the
/// instruction set has as many.
template <int kMaxLanes>
struct FloatProducts {
  using Lanes = hwy::HWY_NAMESPACE::CappedTag<float, kMaxLanes>;
  using Sum = hwy::HWY_NAMESPACE::Vec<Lanes>;
  using Weights = Sum;
  using Words = Sum;
#if HWY_ARCH_ARM_A64
  /// Instructions of NEON multiply by one lane, so that a load brings four words.
  static constexpr int kTogether = 4;
#else
  static constexpr int kTogether = 1;
#endif
  static constexpr bool kIsOffset = false;

  static Sum zero() { return hwy::HWY_NAMESPACE::Zero(Lanes()); }
  static Weights load(const char* from) {
    return hwy::HWY_NAMESPACE::LoadU(Lanes(), reinterpret_cast<const float*>(from));
  }
  static Sum word(const char* from) {
    return hwy::HWY_NAMESPACE::Set(Lanes(), __builtin_bit_cast(float, word_at(from)));
  }
  static Sum add(Sum sum, Sum word, Weights weights) {
    return hwy::HWY_NAMESPACE::MulAdd(word, weights, sum);
  }
  static Words words(const char* from) { return load(from); }
  template <int kWord>
  static Sum add_one(Sum sum, Words words, Weights weights) {
    return hwy::HWY_NAMESPACE::MulAdd(hwy::HWY_NAMESPACE::Broadcast<kWord>(words), weights, sum);
  }
  static Sum to_float(Sum sum) { return sum; }
};

/// Dot products of words that hold several inputs. Dot: add(sum, word, weights) for vectors of the
/// instruction set, and the type Sum of a lane of the sums, float or int32_t.
template <int kMaxLanes, typename Dot>
struct WordProducts {
  using Lanes = hwy::HWY_NAMESPACE::CappedTag<float, kMaxLanes>;
  using SumLanes = hwy::HWY_NAMESPACE::Rebind<typename Dot::Sum, Lanes>;
  using WordLanes = hwy::HWY_NAMESPACE::RebindToSigned<Lanes>;
  using HighwaySum = hwy::HWY_NAMESPACE::Vec<SumLanes>;
  /// This is not HighwaySum, because GCC 12 would keep arrays of those in memory for AVX-VNNI.
  using Sum [[gnu::vector_size(4 * hwy::HWY_NAMESPACE::MaxLanes(Lanes()))]] = typename Dot::Sum;
  using Weights = hwy::HWY_NAMESPACE::Vec<WordLanes>;
  static constexpr int kTogether = 1;
  /// Whether inputs that are 0 have other products than 0.
  static constexpr bool kIsOffset = false;

  static Sum zero() { return Sum{}; }
  static Weights load(const char* from) {
    return hwy::HWY_NAMESPACE::LoadU(WordLanes(), reinterpret_cast<const std::int32_t*>(from));
  }
  static Weights word(const char* from) {
    return hwy::HWY_NAMESPACE::Set(WordLanes(), word_at(from));
  }
  static Sum add(Sum sum, Weights word, Weights weights) {
    return (Sum)Dot::add((RawSum)sum, word.raw, weights.raw);
  }
  static hwy::HWY_NAMESPACE::Vec<Lanes> to_float(Sum sum) {
    HighwaySum lanes;
    lanes.raw = (RawSum)sum;
    if constexpr (std::is_same_v<typename Dot::Sum, float>) {
      return lanes;
    } else {
      return hwy::HWY_NAMESPACE::ConvertTo(Lanes(), lanes);
    }
  }

 protected:
  using RawSum = decltype(HighwaySum::raw);
};

/// Such products where instructions multiply by one word of a vector. Dot makes factors of four
/// words or of the bits of one, words(vector) and word(bits), and takes them: add_one<kWord>(sum,
/// words, weights) and add(sum, word, weights).
template <int kMaxLanes, typename Dot>
struct LaneProducts : WordProducts<kMaxLanes, Dot> {
  using Base = WordProducts<kMaxLanes, Dot>;
  using typename Base::Sum;
  using typename Base::Weights;
  using Words = Weights;
  static constexpr int kTogether = 4;
  static constexpr bool kIsOffset = Dot::kIsOffset;

  static auto word(const char* from) { return Dot::word(word_at(from)); }
  template <typename Word>
  static Sum add(Sum sum, Word word, Weights weights) {
    return (Sum)Dot::add((RawSum)sum, word, weights.raw);
  }
  static Words words(const char* from) {
    Words words = Base::load(from);
    words.raw = Dot::words(words.raw);
    return words;
  }
  template <int kWord>
  static Sum add_one(Sum sum, Words words, Weights weights) {
    return (Sum)Dot::template add_one<kWord>((RawSum)sum, words.raw, weights.raw);
  }

 private:
  using typename Base::RawSum;
};

}  // namespace
}  // namespace denoiseae
