// SPDX-License-Identifier: LGPL-2.1-or-later
// The operations after the sums of kernels/direct_convolution/direct_convolution.h. The namespace
// is unnamed, as in direct_loops.h.
#pragma once

#include <hwy/highway.h>
// The functions of contrib are compiled for the target of highway.h.
#include <hwy/contrib/math/math-inl.h>

#include <algorithm>
#include <cstdint>

#include "kernels/direct_convolution/direct_layout.h"

namespace denoiseae {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Reads and writes up to a vector of values; Lanes is the vector's type of tag, of floats.
template <typename Lanes, typename Value>
struct Samples;

template <typename Lanes>
struct Samples<Lanes, float> {
  using Floats = hn::Vec<Lanes>;
  static Floats load(const float* from) { return hn::LoadU(Lanes(), from); }
  static void store(Floats values, float* to) { hn::StoreU(values, Lanes(), to); }
};

template <typename Lanes>
struct Samples<Lanes, Bfloat16> {
  using Floats = hn::Vec<Lanes>;
  using Words = hn::Rebind<std::uint32_t, Lanes>;
  using Integers = hn::Rebind<std::int32_t, Lanes>;
  using Halves = hn::Rebind<std::uint16_t, Lanes>;
  static Floats load(const Bfloat16* from) {
    const auto bits = hn::LoadU(Halves(), &from->bits);
    return hn::BitCast(Lanes(), hn::ShiftLeft<16>(hn::PromoteTo(Words(), bits)));
  }
  /// Rounds as assign in kernels/bfloat16.h does.
  static void store(Floats values, Bfloat16* to) {
    const auto bits = hn::BitCast(Words(), values);
    const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(Words(), 1));
    const auto sum = hn::Add(hn::Add(bits, hn::Set(Words(), 0x7fff)), odd);
    const auto upper = hn::BitCast(Integers(), hn::ShiftRight<16>(sum));
    hn::StoreU(hn::DemoteTo(Halves(), upper), Halves(), &to->bits);
  }
};

template <typename Lanes>
struct Samples<Lanes, std::uint8_t> {
  using Floats = hn::Vec<Lanes>;
  using Integers = hn::Rebind<std::int32_t, Lanes>;
  using Codes = hn::Rebind<std::uint8_t, Lanes>;
  static Floats load(const std::uint8_t* from) {
    return hn::ConvertTo(Lanes(), hn::PromoteTo(Integers(), hn::LoadU(Codes(), from)));
  }
  static void store(Floats values, std::uint8_t* to) {
    const Floats clamped = hn::Clamp(values, hn::Zero(Lanes()), hn::Set(Lanes(), 255));
    // Highway would look for numbers beyond the range of integers.
#if HWY_TARGET == HWY_AVX3
    if constexpr (hn::MaxLanes(Lanes()) == 16) {
      const __m512i rounded = _mm512_cvtps_epi32(clamped.raw);
      return _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtepi32_epi8(rounded));
    }
#endif
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2
    if constexpr (hn::MaxLanes(Lanes()) == 8) {
      const __m256i rounded = _mm256_cvtps_epi32(clamped.raw);
      const __m128i words =
          _mm_packs_epi32(_mm256_castsi256_si128(rounded), _mm256_extracti128_si256(rounded, 1));
      return _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm_packus_epi16(words, words));
    }
#endif
    hn::StoreU(hn::DemoteTo(Codes(), hn::NearestInt(clamped)), Codes(), to);
  }
};

/// Stands for the type of an addend that there is not.
struct NoAddend {};

/// Turns vectors of sums into values of the output. kPlain: nothing follows the addend.
template <typename Lanes, typename Addend, bool kPlain>
class ValueOfSums {
  using Floats = hn::Vec<Lanes>;
  static constexpr bool kAdds = !std::is_same_v<Addend, NoAddend>;

 public:
  /// lane: the first of a vector of lanes.
  ValueOfSums(const DirectConstants& constants, const DirectEpilogue& end, int lane)
      : bias_(hn::LoadU(Lanes(), constants.bias + lane)),
        scale_(constants.scales == nullptr ? hn::Set(Lanes(), 1)
                                           : hn::LoadU(Lanes(), constants.scales + lane)),
        before_(hn::Set(Lanes(), end.before)),
        after_(hn::Set(Lanes(), end.after)),
        factor_(hn::Set(Lanes(), end.factor)),
        addend_factor_(hn::Set(Lanes(), end.addend_factor)),
        sigmoid_(end.sigmoid) {}

  Floats operator()(const float* sums, const Addend* addend) const {
    const Lanes d;
    Floats value = hn::Mul(hn::Add(hn::Load(d, sums), bias_), scale_);
    value = hn::Max(value, hn::Mul(value, before_));
    if constexpr (kAdds)
      value = hn::Add(value, hn::Mul(Samples<Lanes, Addend>::load(addend), addend_factor_));
    if constexpr (kPlain) return value;
    value = hn::Max(value, hn::Mul(value, after_));
    if (sigmoid_) {
      // Highway's exp takes numbers up to 104.
      const Floats one = hn::Set(d, 1), most = hn::Set(d, 80);
      value = hn::Div(one, hn::Add(one, hn::Exp(d, hn::Min(hn::Neg(value), most))));
    }
    return hn::Mul(value, factor_);
  }

  template <typename Out>
  void write(const float* sums, const Addend* addend, Out* out) const {
    Samples<Lanes, Out>::store((*this)(sums, addend), out);
  }

  /// Reads and writes count values, fewer than a vector has.
  template <typename Out>
  void write_part(const float* sums, const Addend* addend, Out* out, int count) const {
    constexpr std::size_t kLanes = hn::MaxLanes(Lanes());
    Addend added[kLanes] = {};
    if constexpr (kAdds) std::copy_n(addend, count, added);
    Out values[kLanes];
    write(sums, added, values);
    std::copy_n(values, count, out);
  }

 private:
  Floats bias_, scale_, before_, after_, factor_, addend_factor_;
  bool sigmoid_;
};

/// The sums of some lanes for consecutive groups of positions of a row.
struct LaneSums {
  const float* sums;  ///< groups x lanes
  int group;          ///< the first one
  int groups;
  int first;  ///< the first lane
  int lanes;
};

/// Writes the values of one row of the output.
template <typename Lanes, bool kPlain, typename Out, typename Addend>
void finish_values(const DirectLayout& layout, const DirectConstants& constants,
                   const DirectEpilogue& end, int row_values, const LaneSums& of,
                   const Addend* addend, Out* out) {
  constexpr int kLanes = static_cast<int>(hn::MaxLanes(Lanes()));
  // Compilers would read the fields anew for each vector, because codes may be stored anywhere.
  const int step = layout.lanes, sums_step = of.lanes, groups = of.groups;
  const int end_of_call = std::min(row_values, (of.group + groups) * step);
  for (int lane = 0; lane < sums_step; lane += kLanes) {
    const ValueOfSums<Lanes, Addend, kPlain> value_of(constants, end, of.first + lane);
    // The last vectors of a call may have no lane of the layout.
    const int count = std::max(0, step - of.first - lane);
    int index = of.group * step + of.first + lane;
    const float* sums = of.sums + lane;
    int whole = groups;
    // A vector that is not full may write values that the next group overwrites, unless they are
    // those of another vector, which were written before.
    if (count < kLanes && step > kLanes) whole = 0;
    while (whole > 0 && index + (whole - 1) * step + kLanes > end_of_call) --whole;
    const auto added = [&] { return std::is_same_v<Addend, NoAddend> ? nullptr : addend + index; };
    int g = 0;
    for (; g < whole; ++g, index += step, sums += sums_step)
      value_of.write(sums, added(), out + index);
    for (; g < groups; ++g, index += step, sums += sums_step)
      value_of.write_part(sums, added(), out + index,
                          std::clamp(end_of_call - index, 0, std::min(count, kLanes)));
  }
}

/// Writes the values of one row of the output, of any type.
template <typename Lanes>
void finish_sums(const DirectLayout& layout, const DirectConstants& constants,
                 const DirectEpilogue& end, int row_values, const LaneSums& of,
                 const DirectRow& row) {
  const auto finish = [&](const auto* addend, auto* out) {
    const bool is_plain = end.after == 1 && !end.sigmoid && end.factor == 1;
    (is_plain ? finish_values<Lanes, true, std::remove_pointer_t<decltype(out)>,
                              std::remove_cvref_t<decltype(*addend)>>
              : finish_values<Lanes, false, std::remove_pointer_t<decltype(out)>,
                              std::remove_cvref_t<decltype(*addend)>>)(layout, constants, end,
                                                                       row_values, of, addend, out);
  };
  const auto to = [&](auto* out) {
    if (row.addend == nullptr) return finish(static_cast<const NoAddend*>(nullptr), out);
    if (end.addend == SampleType::bfloat16)
      return finish(static_cast<const Bfloat16*>(row.addend), out);
    if (end.addend == SampleType::code)
      return finish(static_cast<const std::uint8_t*>(row.addend), out);
    return finish(static_cast<const float*>(row.addend), out);
  };
  if (end.out == SampleType::bfloat16) return to(static_cast<Bfloat16*>(row.out));
  if (end.out == SampleType::code) return to(static_cast<std::uint8_t*>(row.out));
  return to(static_cast<float*>(row.out));
}

}  // namespace
}  // namespace denoiseae
