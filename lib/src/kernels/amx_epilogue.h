// SPDX-License-Identifier: LGPL-2.1-or-later
// The epilogue of kernels/amx_convolution/amx_convolution.h: it turns the sums in tiles into values
// of the output. The namespace is unnamed, as in amx_tiles.h.
#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/amx_convolution/amx_convolution.h"
#include "kernels/amx_tiles.h"
#include "kernels/sigmoid_avx512.h"

namespace denoiseae {
namespace {

inline __m512 load(__mmask16 mask, const Bfloat16* from) {
  return from_bfloat16(_mm256_maskz_loadu_epi16(mask, from));
}
inline __m512 load(__mmask16 mask, const float* from) { return _mm512_maskz_loadu_ps(mask, from); }

inline void store(Bfloat16* to, __mmask16 mask, __m512 x) {
  _mm256_mask_storeu_epi16(to, mask, (__m256i)_mm512_cvtneps_pbh(x));
}
inline void store(float* to, __mmask16 mask, __m512 x) { _mm512_mask_storeu_ps(to, mask, x); }
inline void store(std::uint8_t* to, __mmask16 mask, __m512 x) {
  _mm_mask_storeu_epi8(to, mask, to_codes(x));
}

/// Turns the sums of consecutive groups of positions, 16 in each tile, into values of the output.
template <typename Out, typename Addend>
class GroupsEpilogue {
 public:
  /// scales: factors of the 16 lanes; null stands for 1.
  GroupsEpilogue(const AmxShape& shape, const float* scales, const AmxEpilogue& epilogue)
      : scales_(scales == nullptr ? _mm512_set1_ps(1) : _mm512_load_ps(scales)),
        before_(_mm512_set1_ps(epilogue.before)),
        after_(_mm512_set1_ps(epilogue.after)),
        factor_(_mm512_set1_ps(epilogue.factor)),
        is_plain_(scales == nullptr && !epilogue.sigmoid && epilogue.factor == 1),
        sigmoid_(epilogue.sigmoid),
        tiles_(shape.output_tiles()),
        values_(16 / shape.lanes() * shape.outputs) {
    for (int lane = 0; lane < 16; ++lane) {
      if (lane % shape.lanes() < shape.outputs) used_ |= 1 << lane;
    }
    stored_ = static_cast<__mmask16>((1u << values_) - 1);
  }

  /// Returns the number of output values of a group.
  int values() const { return values_ * tiles_; }

  /// Writes the values of some groups. sums: the sums in the first tile; the sums in a second tile
  /// are 256 values further.
  void operator()(const float* sums, int groups, const Addend* addend, Out* out) const {
    if constexpr (std::is_same_v<Out, Bfloat16> && std::is_same_v<Addend, Bfloat16>) {
      if (tiles_ == 2 && values_ == 16 && is_plain_) {
        (addend == nullptr ? finish_pairs<false> : finish_pairs<true>)(sums, sums + 256, groups,
                                                                       before_, after_, addend, out,
                                                                       32);
        return;
      }
    }
    for (int tile = 0; tile < tiles_; ++tile) {
      finish_tile(sums + tile * 256, groups, addend, out);
      if (addend != nullptr) addend += values_;
      out += values_;
    }
  }

 private:
  /// Writes the values in one of the tiles, for any number of used lanes.
  void finish_tile(const float* sums, int groups, const Addend* addend, Out* out) const {
    const int step = values();
    const bool has_gaps = used_ != stored_;
    for (int g = 0; g < groups; ++g, sums += 16, out += step) {
      __m512 x = leaky(_mm512_mul_ps(_mm512_load_ps(sums), scales_), before_);
      if (addend != nullptr) {
        const __m512 values = load(stored_, addend + g * step);
        x = _mm512_add_ps(x, has_gaps ? _mm512_maskz_expand_ps(used_, values) : values);
      }
      x = leaky(x, after_);
      if (sigmoid_) x = sigmoid(x);
      x = _mm512_mul_ps(x, factor_);
      store(out, stored_, has_gaps ? _mm512_maskz_compress_ps(used_, x) : x);
    }
  }

  __m512 scales_;
  __m512 before_;
  __m512 after_;
  __m512 factor_;
  bool is_plain_;
  bool sigmoid_;
  int tiles_;
  int values_;          ///< values of a group in one tile
  __mmask16 used_ = 0;  ///< lanes that hold values
  __mmask16 stored_;
};

}  // namespace
}  // namespace denoiseae
