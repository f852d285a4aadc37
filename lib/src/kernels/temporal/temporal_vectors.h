// SPDX-License-Identifier: LGPL-2.1-or-later
// The operations with vectors of eight floats, which AVX2 has. A position of the state is read as
// two of them: the fused frames from lane 0 on, and the last picture from lane 0 on. Both reach
// beyond their six samples. Therefore what is stored is written over by what follows, and the last
// position of a row is left to the loops. Vectors of 16 floats that hold both took twice as long:
// they need shuffles, and AMD's CPUs compute them in two halves.
#pragma once

#include <immintrin.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/fixed16_avx2.h"
#include "kernels/temporal/temporal_loops.h"

namespace denoiseae {
namespace {

inline __m256 load_eight(const float* from) { return _mm256_loadu_ps(from); }
inline __m256 load_eight(const Bfloat16* from) {
  const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
}

/// Returns the bits of values that are rounded to Bfloat16, in 32-bit numbers.
inline __m256i rounded_bits(__m256 values) {
  const __m256i bits = _mm256_castps_si256(values);
  const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  const __m256i sum = _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
  return _mm256_srli_epi32(sum, 16);
}

inline void store_eight(float* to, __m256 values) { _mm256_storeu_ps(to, values); }
inline void store_eight(Bfloat16* to, __m256 values) {
  const __m256i bits = rounded_bits(values);
  _mm_storeu_si128(
      reinterpret_cast<__m128i*>(to),
      _mm_packus_epi32(_mm256_castsi256_si128(bits), _mm256_extracti128_si256(bits, 1)));
}
inline void store_sixteen(float* to, __m256 first, __m256 second) {
  _mm256_storeu_ps(to, first);
  _mm256_storeu_ps(to + 8, second);
}
inline void store_sixteen(Bfloat16* to, __m256 first, __m256 second) {
  // Packing keeps the halves of registers apart.
  const __m256i words = _mm256_packus_epi32(rounded_bits(first), rounded_bits(second));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_permute4x64_epi64(words, 0b11011000));
}

/// Returns values[step * i] for i below 8.
inline __m256 every(const float* values, int step) {
  return _mm256_setr_ps(values[0], values[step], values[2 * step], values[3 * step],
                        values[4 * step], values[5 * step], values[6 * step], values[7 * step]);
}

inline __m256 magnitudes(__m256 values) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), values); }

// ---- change features

/// Numbers of eight positions of the frame.
struct FrameNumbers {
  __m256 luma_level, chroma_level;
  __m256 luma;  ///< the sum of the four samples

  explicit FrameNumbers(const float* frame) {
    static_assert(kPackedInputChannels == 8 && kLumaNoiseChannel == 6 && kChromaNoiseChannel == 7);
    const auto pair = [frame](int position, int channel) {
      const float* const from = frame + position * kPackedInputChannels + channel;
      return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(from)),
                                  _mm_loadu_ps(from + 4 * kPackedInputChannels), 1);
    };
    const __m256 a = pair(0, 0), b = pair(1, 0), c = pair(2, 0), d = pair(3, 0);
    const __m256 ab_low = _mm256_unpacklo_ps(a, b), ab_high = _mm256_unpackhi_ps(a, b);
    const __m256 cd_low = _mm256_unpacklo_ps(c, d), cd_high = _mm256_unpackhi_ps(c, d);
    const __m256 first = _mm256_shuffle_ps(ab_low, cd_low, _MM_SHUFFLE(1, 0, 1, 0));
    const __m256 second = _mm256_shuffle_ps(ab_low, cd_low, _MM_SHUFFLE(3, 2, 3, 2));
    const __m256 third = _mm256_shuffle_ps(ab_high, cd_high, _MM_SHUFFLE(1, 0, 1, 0));
    const __m256 fourth = _mm256_shuffle_ps(ab_high, cd_high, _MM_SHUFFLE(3, 2, 3, 2));
    luma = _mm256_add_ps(_mm256_add_ps(first, second), _mm256_add_ps(third, fourth));
    const __m256 levels_ab = _mm256_unpackhi_ps(pair(0, 4), pair(1, 4));
    const __m256 levels_cd = _mm256_unpackhi_ps(pair(2, 4), pair(3, 4));
    luma_level = _mm256_shuffle_ps(levels_ab, levels_cd, _MM_SHUFFLE(1, 0, 1, 0));
    chroma_level = _mm256_shuffle_ps(levels_ab, levels_cd, _MM_SHUFFLE(3, 2, 3, 2));
  }
};

/// Divides by kNoiseLevelScale in a third of the time of a division. With the remainder the
/// quotient is correctly rounded (Markstein, IBM Journal of Research and Development 34(1), 1990).
inline __m256 level_unscaled(__m256 level) {
  const __m256 inverse = _mm256_set1_ps(1 / kNoiseLevelScale);
  const __m256 quotient = _mm256_mul_ps(level, inverse);
  const __m256 rest = _mm256_fnmadd_ps(quotient, _mm256_set1_ps(kNoiseLevelScale), level);
  return _mm256_fmadd_ps(rest, inverse, quotient);
}

/// The factors that eight positions of a row multiply their differences by, and their common
/// numbers.
struct RowScales {
  alignas(32) std::array<float, 8> luma, chroma, root;
  FrameNumbers numbers;
  __m256 root_variance;

  RowScales(const float* frame, const float* state) : numbers(frame) {
    const __m256 one = _mm256_set1_ps(1);
    const __m256 v = _mm256_min_ps(every(state + kStateVariance, kStateChannels), one);
    const auto scale = [&](__m256 level) {
      const __m256 deviation = _mm256_add_ps(level_unscaled(level), _mm256_set1_ps(kMinDeviation));
      return _mm256_div_ps(one, deviation);
    };
    _mm256_store_ps(luma.data(), scale(numbers.luma_level));
    _mm256_store_ps(chroma.data(), scale(numbers.chroma_level));
    _mm256_store_ps(root.data(), _mm256_div_ps(one, _mm256_sqrt_ps(_mm256_add_ps(one, v))));
    root_variance = _mm256_sqrt_ps(v);
  }
};

/// Writes channels 4 ... 7 of four results, four values each.
inline void common_changes(const RowScales& upper, const RowScales& lower, float* to) {
  const auto sum = [](__m256 above, __m256 below) {
    const __m256 left = _mm256_add_ps(above, below);
    return _mm256_add_ps(_mm256_add_ps(left, _mm256_movehdup_ps(above)), _mm256_movehdup_ps(below));
  };
  // Every second lane of these holds a result.
  const __m256 luma_level = sum(upper.numbers.luma_level, lower.numbers.luma_level);
  const __m256 chroma_level = sum(upper.numbers.chroma_level, lower.numbers.chroma_level);
  const __m256 root = sum(upper.root_variance, lower.root_variance);
  const __m256 luma = sum(upper.numbers.luma, lower.numbers.luma);
  const __m256 levels = _mm256_shuffle_ps(luma_level, chroma_level, _MM_SHUFFLE(2, 0, 2, 0));
  const __m256 others = _mm256_shuffle_ps(root, luma, _MM_SHUFFLE(2, 0, 2, 0));
  const __m256 shares = _mm256_setr_ps(0.25f, 0.25f, 0.25f, 0.0625f, 0.25f, 0.25f, 0.25f, 0.0625f);
  const auto put = [&](int result, __m256 values) {
    const __m256 scaled = _mm256_mul_ps(values, shares);
    _mm_storeu_ps(to + result * 4, _mm256_castps256_ps128(scaled));
    _mm_storeu_ps(to + (result + 2) * 4, _mm256_extractf128_ps(scaled, 1));
  };
  put(0, _mm256_shuffle_ps(levels, others, _MM_SHUFFLE(2, 0, 2, 0)));
  put(1, _mm256_shuffle_ps(levels, others, _MM_SHUFFLE(3, 1, 3, 1)));
}

/// The sums of ChangeSums over 2x2 positions. The differences from the picture are their own
/// standard deviations.
struct VectorSums {
  __m256 raw = _mm256_setzero_ps(), normal = raw, magnitude = raw;
  __m256 picture = raw, picture_magnitude = raw;

  void add(const float* frame, const float* state, const RowScales& scales, std::size_t i) {
    const __m256 samples = _mm256_loadu_ps(frame);
    const __m256 scale =
        _mm256_blend_ps(_mm256_set1_ps(scales.luma[i]), _mm256_set1_ps(scales.chroma[i]), 0b110000);
    const __m256 one_raw = _mm256_mul_ps(_mm256_sub_ps(samples, _mm256_loadu_ps(state)), scale);
    const __m256 one_normal = _mm256_mul_ps(one_raw, _mm256_set1_ps(scales.root[i]));
    const __m256 of_picture =
        _mm256_mul_ps(_mm256_sub_ps(samples, _mm256_loadu_ps(state + kStatePicture)), scale);
    raw = _mm256_add_ps(raw, one_raw);
    normal = _mm256_add_ps(normal, one_normal);
    magnitude = _mm256_add_ps(magnitude, magnitudes(one_normal));
    picture = _mm256_add_ps(picture, of_picture);
    picture_magnitude = _mm256_add_ps(picture_magnitude, magnitudes(of_picture));
  }
};

template <typename Value>
inline void put_changes(const VectorSums& a, const VectorSums& b, const float* common, Value* out) {
  // A half of a register belongs to one of the two results.
  const auto luma = [](__m256 of_a, __m256 of_b) {
    return _mm256_permute2f128_ps(of_a, of_b, 0x20);
  };
  const auto chroma = [](__m256 of_a, __m256 of_b) {
    return _mm256_permute2f128_ps(of_a, of_b, 0x31);
  };
  const __m256 magnitude = luma(a.magnitude, b.magnitude), normal = luma(a.normal, b.normal);
  const __m256 raw = luma(a.raw, b.raw), picture = luma(a.picture, b.picture);
  const __m256 low = _mm256_unpacklo_ps(magnitude, normal);
  const __m256 high = _mm256_unpackhi_ps(magnitude, normal);
  const __m256 more_low = _mm256_unpacklo_ps(raw, picture);
  const __m256 more_high = _mm256_unpackhi_ps(raw, picture);
  const __m256 left = _mm256_add_ps(_mm256_shuffle_ps(low, more_low, _MM_SHUFFLE(1, 0, 1, 0)),
                                    _mm256_shuffle_ps(low, more_low, _MM_SHUFFLE(3, 2, 3, 2)));
  const __m256 right = _mm256_add_ps(_mm256_shuffle_ps(high, more_high, _MM_SHUFFLE(1, 0, 1, 0)),
                                     _mm256_shuffle_ps(high, more_high, _MM_SHUFFLE(3, 2, 3, 2)));
  // The sums over luma of magnitude, normal, raw and picture.
  const __m256 sums = _mm256_add_ps(left, right);
  const __m256 pairs = luma(a.picture_magnitude, b.picture_magnitude);
  const __m256 halves = _mm256_add_ps(pairs, _mm256_movehdup_ps(pairs));
  const __m256 picture_sum = _mm256_add_ps(halves, _mm256_permute_ps(halves, 0b00000010));
  const __m256 picture_chroma = chroma(a.picture_magnitude, b.picture_magnitude);
  const __m256 picture_chroma_sum =
      _mm256_add_ps(picture_chroma, _mm256_movehdup_ps(picture_chroma));
  const __m256 of_picture = _mm256_permute_ps(sums, 0b11111111);
  const __m256 between = _mm256_sub_ps(of_picture, _mm256_permute_ps(sums, 0b10101010));
  const auto scaled = [](__m256 values, float first, float third, float fourth) {
    const __m256 shares = _mm256_setr_ps(first, first, third, fourth, first, first, third, fourth);
    return _mm256_mul_ps(magnitudes(values), shares);
  };
  const __m256 first =
      scaled(_mm256_shuffle_ps(sums, chroma(a.magnitude, b.magnitude), _MM_SHUFFLE(1, 0, 1, 0)),
             0.0625f, 0.25f, 0.25f);
  const __m256 second = _mm256_loadu_ps(common);
  const __m256 third = scaled(
      _mm256_shuffle_ps(_mm256_unpacklo_ps(picture_sum, of_picture),
                        _mm256_unpacklo_ps(picture_chroma_sum, between), _MM_SHUFFLE(1, 0, 1, 0)),
      0.0625f, 0.125f, 0.0625f);
  store_sixteen(out, _mm256_permute2f128_ps(first, second, 0x20),
                _mm256_permute2f128_ps(third, first, 0x30));
  store_eight(out + 16, _mm256_permute2f128_ps(second, third, 0x31));
}

template <typename Value>
void change_features_vectors(TwoRows frame, TwoRows state, int width, Value* out) {
  constexpr int kResults = 4;
  int x = 0;
  for (; x + kResults < width; x += kResults) {
    const TwoRows z = from_position(frame, 2 * x, kPackedInputChannels);
    const TwoRows f = from_position(state, 2 * x, kStateChannels);
    const RowScales upper(z.upper, f.upper), lower(z.lower, f.lower);
    float common[4 * kResults];
    common_changes(upper, lower, common);
    for (int i = 0; i < kResults; i += 2) {
      VectorSums sums[2];
      for (int j = 2 * i; j < 2 * i + 4; ++j) {
        VectorSums& sum = sums[j / 2 - i];
        const int at_z = j * kPackedInputChannels, at_f = j * kStateChannels;
        sum.add(z.upper + at_z, f.upper + at_f, upper, static_cast<std::size_t>(j));
        sum.add(z.lower + at_z, f.lower + at_f, lower, static_cast<std::size_t>(j));
      }
      put_changes(sums[0], sums[1], common + 4 * i, out + (x + i) * kChangeChannels);
    }
  }
  change_features_from(x, frame, state, width, out);
}

// ---- temporal update

/// Eight positions, which lie between six columns of the gate.
inline constexpr int kUpdated = 8;

/// Gains of the positions from x on, which is even. The six columns must be inside the gate.
struct VectorGains {
  alignas(32) std::array<float, kUpdated> gain, share, variance;

  template <typename Value>
  VectorGains(const float* state, const GateRows<Value>& gate, int x) {
    static_assert(kGateChannels == 2);
    // Both gates of four columns, from the one before the positions on and from the next two on.
    const auto columns = [&](int first) {
      const int value = (x / 2 + first) * kGateChannels;
      const __m256 upper = load_eight(gate.upper + value), lower = load_eight(gate.lower + value);
      return _mm256_add_ps(
          upper, _mm256_mul_ps(_mm256_set1_ps(gate.lower_weight), _mm256_sub_ps(lower, upper)));
    };
    const __m256 before = columns(-1), own = columns(0), next = columns(1);
    const auto between = [](__m256 left, __m256 right, float weight) {
      return _mm256_add_ps(left, _mm256_mul_ps(_mm256_set1_ps(weight), _mm256_sub_ps(right, left)));
    };
    const __m256 even = between(before, own, 0.75f), odd = between(own, next, 0.25f);
    const __m256 low = _mm256_unpacklo_ps(even, odd), high = _mm256_unpackhi_ps(even, odd);
    const __m256 of_gain = _mm256_shuffle_ps(low, high, _MM_SHUFFLE(1, 0, 1, 0));
    const __m256 of_share = _mm256_shuffle_ps(low, high, _MM_SHUFFLE(3, 2, 3, 2));
    const __m256 one = _mm256_set1_ps(1);
    const __m256 v = every(state + kStateVariance, kStateChannels);
    const __m256 free_gain = _mm256_sub_ps(one, _mm256_div_ps(of_gain, _mm256_add_ps(v, one)));
    const __m256 k = _mm256_max_ps(free_gain, _mm256_set1_ps(kMinGain));
    const __m256 rest = _mm256_sub_ps(one, k);
    const __m256 known = _mm256_cmp_ps(v, _mm256_set1_ps(kUnknownVariance), _CMP_LT_OQ);
    _mm256_store_ps(gain.data(), k);
    _mm256_store_ps(share.data(), _mm256_and_ps(of_share, known));
    _mm256_store_ps(variance.data(), _mm256_add_ps(_mm256_mul_ps(_mm256_mul_ps(rest, rest), v),
                                                   _mm256_mul_ps(k, k)));
  }
};

inline void update_vector_at(const float* frame, const float* state, const VectorGains& gains,
                             std::size_t i, float* out) {
  const __m256 before = _mm256_loadu_ps(state);
  const __m256 step =
      _mm256_mul_ps(_mm256_set1_ps(gains.gain[i]), _mm256_sub_ps(_mm256_loadu_ps(frame), before));
  const __m256 fused = _mm256_add_ps(before, step);
  const __m256 change = _mm256_sub_ps(_mm256_loadu_ps(state + kStatePicture), fused);
  const __m256 picture =
      _mm256_add_ps(fused, _mm256_mul_ps(_mm256_set1_ps(gains.share[i]), change));
  _mm256_storeu_ps(out,
                   _mm256_blend_ps(fused, _mm256_set1_ps(gains.variance[i]), 1 << kStateVariance));
  _mm256_storeu_ps(out + kStatePicture, picture);
}

template <typename Value>
void temporal_update_vectors(const float* frame, const float* state, const GateRows<Value>& gate,
                             int width, float* out) {
  const auto update_until = [&](int x, int end) {
    for (; x < end; ++x)
      update_at(frame + x * kPackedInputChannels, state + x * kStateChannels,
                gains_at(state + x * kStateChannels, gate, x, width), out + x * kStateChannels);
  };
  int x = 2;
  update_until(0, width < x ? width : x);
  // The loops take the columns at the end, and write over the lanes that are too many of the last
  // position.
  for (; x + kUpdated + 2 <= width; x += kUpdated) {
    const VectorGains gains(state + x * kStateChannels, gate, x);
    for (int i = 0; i < kUpdated; ++i)
      update_vector_at(frame + (x + i) * kPackedInputChannels, state + (x + i) * kStateChannels,
                       gains, static_cast<std::size_t>(i), out + (x + i) * kStateChannels);
  }
  update_until(x, width);
}

// ---- input of the network, and use of its output

template <typename Value>
void spatial_input_vectors(const float* frame, const float* state, int width, Value* out) {
  constexpr int kPositions = 8;
  int x = 0;
  for (; x + kPositions <= width; x += kPositions) {
    alignas(32) float root[kPositions];
    _mm256_store_ps(root, _mm256_sqrt_ps(every(state + kStateVariance, kStateChannels)));
    for (int i = 0; i < kPositions; ++i) {
      const __m256 fused = _mm256_loadu_ps(state);
      const __m128 d = _mm_sub_ps(_mm_loadu_ps(frame), _mm256_castps256_ps128(fused));
      const __m128 pairs = _mm_add_ps(d, _mm_movehdup_ps(d));
      const __m128 sum = _mm_add_ss(pairs, _mm_movehl_ps(pairs, pairs));
      const __m128 levels = _mm_castsi128_ps(
          _mm_loadl_epi64(reinterpret_cast<const __m128i*>(frame + kLumaNoiseChannel)));
      const __m128 more =
          _mm_movelh_ps(_mm_mul_ps(levels, _mm_set1_ps(root[i])),
                        _mm_unpacklo_ps(_mm_mul_ps(sum, _mm_set1_ps(0.25f)), levels));
      // The first two samples of the picture stand in the last lanes of the first vector.
      static_assert(kStatePicture == kPackedChannels + 1);
      const __m256 first = _mm256_blend_ps(fused, _mm256_loadu_ps(state + 1), 0b11000000);
      const __m256 second = _mm256_insertf128_ps(
          _mm256_castps128_ps256(_mm_loadu_ps(state + kStatePicture + 2)), more, 1);
      store_sixteen(out, first, second);
      frame += kPackedInputChannels;
      state += kStateChannels;
      out += kSpatialInputChannels;
    }
  }
  spatial_input_row(frame, state, width - x, out);
}

template <typename Value>
void add_innovation_vectors(const float* frame, const float* state, const Value* residual,
                            int width, float* out) {
  for (int x = 0; x + 1 < width; ++x) {
    const __m256 innovation = _mm256_sub_ps(_mm256_loadu_ps(frame), _mm256_loadu_ps(state));
    _mm256_storeu_ps(out, _mm256_add_ps(innovation, load_eight(residual)));
    frame += kPackedInputChannels;
    state += kStateChannels;
    residual += kPackedChannels;
    out += kPackedChannels;
  }
  add_innovation_row(frame, state, residual, width > 0 ? 1 : 0, out);
}

template <typename Value>
void update_state_vectors(const float* state, const Value* residual, int width, float* out) {
  for (int x = 0; x + 1 < width; ++x) {
    const __m256 fused = _mm256_loadu_ps(state);
    _mm256_storeu_ps(out, fused);
    _mm256_storeu_ps(out + kStatePicture, _mm256_sub_ps(fused, load_eight(residual)));
    state += kStateChannels;
    residual += kPackedChannels;
    out += kStateChannels;
  }
  update_state_row(state, residual, width > 0 ? 1 : 0, out);
}

template <typename Value>
constexpr TemporalRows<Value> kTemporalVectors = {
    change_features_vectors<Value>, temporal_update_vectors<Value>, spatial_input_vectors<Value>,
    add_innovation_vectors<Value>, update_state_vectors<Value>};

}  // namespace
}  // namespace denoiseae
