// SPDX-License-Identifier: LGPL-2.1-or-later
// A position of the state is one vector: the fused frames in lanes 0 ... 5, their variance in lane
// 6, the last picture in lanes 7 ... 12. Numbers that belong to a position as a whole are computed
// first, for 16 positions at a time.
#include <immintrin.h>

#include <array>

#include "kernels/temporal/temporal_loops.h"
#include "layout/packed_layout.h"
#include "layout/state_layout.h"

namespace denoiseae {

namespace {

constexpr int kLanes = 16;
constexpr __mmask16 kStateMask = (1u << kStateChannels) - 1;
constexpr __mmask16 kPackedMask = (1u << kPackedChannels) - 1;
constexpr __mmask16 kPictureMask = kPackedMask << kStatePicture;
constexpr __mmask16 kChromaMask = 0b110000 | 0b110000 << kStatePicture;

/// Puts samples of the frame, or of the residual, into the lanes of both of their counterparts in
/// the state.
__m512 twice(__m256 samples) {
  const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 5, 0, 1, 2, 3, 4, 5, 5, 5, 5);
  return _mm512_permutexvar_ps(lanes, _mm512_castps256_ps512(samples));
}

__m512 load_state(const float* state) { return _mm512_maskz_loadu_ps(kStateMask, state); }

__m256 load_packed(const float* samples) {
  return _mm256_maskz_loadu_ps(static_cast<__mmask8>(kPackedMask), samples);
}
__m256 load_packed(const Bfloat16* samples) {
  const __m128i bits = _mm_maskz_loadu_epi16(static_cast<__mmask8>(kPackedMask), samples);
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
}

__m256i to_bfloat16(__m512 values) {
  const __m512i bits = _mm512_castps_si512(values);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
  return _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16));
}

void store(float* to, __m512 values, __mmask16 mask) { _mm512_mask_storeu_ps(to, mask, values); }
void store(Bfloat16* to, __m512 values, __mmask16 mask) {
  _mm256_mask_storeu_epi16(to, mask, to_bfloat16(values));
}

__mmask16 first_lanes(int count) {
  return count >= kLanes ? 0xffff : static_cast<__mmask16>((1u << count) - 1);
}

/// Loads values[step * i] for each i below count, at most 16. It loads them one by one, because
/// gathers take longer on many CPUs.
__m512 every(const float* values, int step, int count) {
  alignas(64) std::array<float, kLanes> list{};
  if (count >= kLanes) {
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i) list[static_cast<std::size_t>(i)] = values[step * i];
  } else {
    for (int i = 0; i < count; ++i) list[static_cast<std::size_t>(i)] = values[step * i];
  }
  return _mm512_load_ps(list.data());
}

using Floats = std::array<float, kLanes>;

// ---- change features

/// The factors that 16 positions multiply their differences by, and the values that they add to
/// their 2x2 sums.
struct alignas(64) Scales {
  Floats luma, chroma, root, root_variance, luma_level, chroma_level;

  Scales(const float* frame, const float* state, int count) {
    const __m512 one = _mm512_set1_ps(1);
    const __m512 v = _mm512_min_ps(every(state + kStateVariance, kStateChannels, count), one);
    const auto scale = [&](__m512 level) {
      const __m512 deviation = _mm512_add_ps(_mm512_div_ps(level, _mm512_set1_ps(kNoiseLevelScale)),
                                             _mm512_set1_ps(kMinDeviation));
      return _mm512_div_ps(one, deviation);
    };
    const __m512 of_luma = every(frame + kLumaNoiseChannel, kPackedInputChannels, count);
    const __m512 of_chroma = every(frame + kChromaNoiseChannel, kPackedInputChannels, count);
    _mm512_store_ps(luma.data(), scale(of_luma));
    _mm512_store_ps(chroma.data(), scale(of_chroma));
    _mm512_store_ps(root.data(), _mm512_div_ps(one, _mm512_sqrt_ps(_mm512_add_ps(one, v))));
    _mm512_store_ps(root_variance.data(), _mm512_sqrt_ps(v));
    _mm512_store_ps(luma_level.data(), of_luma);
    _mm512_store_ps(chroma_level.data(), of_chroma);
  }
};

struct VectorSums {
  __m512 raw = _mm512_setzero_ps();
  __m512 normal = _mm512_setzero_ps();
  __m512 magnitude = _mm512_setzero_ps();
  float luma = 0, luma_level = 0, chroma_level = 0, root_variance = 0;

  void add(const float* frame, const float* state, const Scales& scales, std::size_t i) {
    const __m512 scale = _mm512_mask_blend_ps(kChromaMask, _mm512_set1_ps(scales.luma[i]),
                                              _mm512_set1_ps(scales.chroma[i]));
    const __m512 root =
        _mm512_mask_blend_ps(kPackedMask, _mm512_set1_ps(1), _mm512_set1_ps(scales.root[i]));
    const __m512 difference = _mm512_sub_ps(twice(_mm256_loadu_ps(frame)), load_state(state));
    const __m512 one_raw = _mm512_mul_ps(difference, scale);
    const __m512 one_normal = _mm512_mul_ps(one_raw, root);
    raw = _mm512_add_ps(raw, one_raw);
    normal = _mm512_add_ps(normal, one_normal);
    magnitude = _mm512_add_ps(magnitude, _mm512_abs_ps(one_normal));
    luma += luma_sum(frame, 0);
    luma_level += scales.luma_level[i];
    chroma_level += scales.chroma_level[i];
    root_variance += scales.root_variance[i];
  }
};

/// Returns, in lanes 0 and 7, the sums of the four lanes from there on.
__m512 luma_sums(__m512 values) {
  const __m512i by_one = _mm512_setr_epi32(1, 0, 3, 2, 4, 5, 6, 8, 7, 10, 9, 11, 12, 13, 14, 15);
  const __m512i by_two = _mm512_setr_epi32(2, 3, 0, 1, 4, 5, 6, 9, 10, 7, 8, 11, 12, 13, 14, 15);
  const __m512 pairs = _mm512_add_ps(values, _mm512_permutexvar_ps(by_one, values));
  return _mm512_add_ps(pairs, _mm512_permutexvar_ps(by_two, pairs));
}

template <typename Value>
void put_changes(const VectorSums& sums, Value* out) {
  alignas(64) Floats magnitude, luma_magnitude, normal, raw;
  _mm512_store_ps(magnitude.data(), sums.magnitude);
  _mm512_store_ps(luma_magnitude.data(), luma_sums(sums.magnitude));
  _mm512_store_ps(normal.data(), luma_sums(sums.normal));
  _mm512_store_ps(raw.data(), luma_sums(sums.raw));
  const auto put = [out](int c, float value) { assign(out[c], value); };
  put(0, luma_magnitude[0] * 0.0625f);
  put(1, std::abs(normal[0]) * 0.0625f);
  put(2, magnitude[4] * 0.25f);
  put(3, magnitude[5] * 0.25f);
  put(4, sums.luma_level * 0.25f);
  put(5, sums.chroma_level * 0.25f);
  put(6, sums.root_variance * 0.25f);
  put(7, sums.luma * 0.0625f);
  put(8, luma_magnitude[kStatePicture] * 0.0625f);
  put(9, std::abs(normal[kStatePicture]) * 0.0625f);
  put(10, (magnitude[kStatePicture + 4] + magnitude[kStatePicture + 5]) * 0.125f);
  put(11, std::abs(raw[kStatePicture] - raw[0]) * 0.0625f);
}

template <typename Value>
void change_features_vectors(TwoRows frame, TwoRows state, int width, Value* out) {
  for (int begin = 0; begin < 2 * width; begin += kLanes) {
    const int count = 2 * width - begin < kLanes ? 2 * width - begin : kLanes;
    const int z = begin * kPackedInputChannels, f = begin * kStateChannels;
    const Scales upper(frame.upper + z, state.upper + f, count);
    const Scales lower(frame.lower + z, state.lower + f, count);
    for (int i = 0; i < count; i += 2, out += kChangeChannels) {
      VectorSums sums;
      for (int j = i; j < i + 2; ++j) {
        const int at_z = z + j * kPackedInputChannels, at_f = f + j * kStateChannels;
        sums.add(frame.upper + at_z, state.upper + at_f, upper, static_cast<std::size_t>(j));
        sums.add(frame.lower + at_z, state.lower + at_f, lower, static_cast<std::size_t>(j));
      }
      put_changes(sums, out);
    }
  }
}

// ---- temporal update

/// Interpolates both gates between two rows, for as many values as the mask has lanes.
template <typename Value>
__m512 gates_between(const GateRows<Value>& gate, int first, __mmask16 mask);

template <>
__m512 gates_between(const GateRows<float>& gate, int first, __mmask16 mask) {
  const __m512 upper = _mm512_maskz_loadu_ps(mask, gate.upper + first);
  const __m512 lower = _mm512_maskz_loadu_ps(mask, gate.lower + first);
  return _mm512_add_ps(
      upper, _mm512_mul_ps(_mm512_set1_ps(gate.lower_weight), _mm512_sub_ps(lower, upper)));
}

template <>
__m512 gates_between(const GateRows<Bfloat16>& gate, int first, __mmask16 mask) {
  const auto load = [&](const Bfloat16* row) {
    const __m256i bits = _mm256_maskz_loadu_epi16(mask, row + first);
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
  };
  const __m512 upper = load(gate.upper), lower = load(gate.lower);
  return _mm512_add_ps(
      upper, _mm512_mul_ps(_mm512_set1_ps(gate.lower_weight), _mm512_sub_ps(lower, upper)));
}

/// Computes gains, shares and variances of 16 positions from x on, or of the rest of the row.
template <typename Value>
void gains_of(const float* state, const GateRows<Value>& gate, int x, int width, Floats& gain,
              Floats& share, Floats& variance) {
  // The gates of the columns around x: at most 10, from the one before x on.
  alignas(64) std::array<float, 2 * kLanes> columns;
  const int half = width / 2, middle = x / 2;
  const int first = middle > 0 ? middle - 1 : 0;
  const int count = half - first < 10 ? half - first : 10;
  const int values = count * kGateChannels;
  _mm512_store_ps(columns.data(), gates_between(gate, first * kGateChannels, first_lanes(values)));
  _mm512_store_ps(columns.data() + kLanes,
                  gates_between(gate, first * kGateChannels + kLanes,
                                first_lanes(values > kLanes ? values - kLanes : 0)));
  // Even positions lie between the column before and their own one, odd positions between their own
  // one and the next. At the ends of the row there is only one.
  const __m512i position = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i own = _mm512_srli_epi32(_mm512_add_epi32(position, _mm512_set1_epi32(x)), 1);
  const __mmask16 odd = 0xaaaa;
  const __m512i one = _mm512_set1_epi32(1);
  const __m512i left = _mm512_max_epi32(_mm512_mask_mov_epi32(_mm512_sub_epi32(own, one), odd, own),
                                        _mm512_setzero_si512());
  const __m512i right = _mm512_min_epi32(
      _mm512_mask_mov_epi32(own, odd, _mm512_add_epi32(own, one)), _mm512_set1_epi32(half - 1));
  const __m512 weight = _mm512_mask_mov_ps(_mm512_set1_ps(0.75f), odd, _mm512_set1_ps(0.25f));
  const __m512i base = _mm512_set1_epi32(first);
  const __m512i from_left = _mm512_slli_epi32(_mm512_sub_epi32(left, base), 1);
  const __m512i from_right = _mm512_slli_epi32(_mm512_sub_epi32(right, base), 1);
  const __m512 low = _mm512_load_ps(columns.data()), high = _mm512_load_ps(columns.data() + kLanes);
  const auto gate_of = [&](int channel) {
    const __m512i c = _mm512_set1_epi32(channel);
    const __m512 l = _mm512_permutex2var_ps(low, _mm512_add_epi32(from_left, c), high);
    const __m512 r = _mm512_permutex2var_ps(low, _mm512_add_epi32(from_right, c), high);
    return _mm512_add_ps(l, _mm512_mul_ps(weight, _mm512_sub_ps(r, l)));
  };
  const __m512 ones = _mm512_set1_ps(1);
  const __m512 v = every(state + kStateVariance, kStateChannels, width - x);
  const __m512 free_gain = _mm512_sub_ps(ones, _mm512_div_ps(gate_of(0), _mm512_add_ps(v, ones)));
  const __m512 k = _mm512_max_ps(free_gain, _mm512_set1_ps(kMinGain));
  const __m512 left_over = _mm512_sub_ps(ones, k);
  _mm512_store_ps(gain.data(), k);
  _mm512_store_ps(
      share.data(),
      _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(v, _mm512_set1_ps(kUnknownVariance), _CMP_LT_OQ),
                          gate_of(1)));
  _mm512_store_ps(
      variance.data(),
      _mm512_add_ps(_mm512_mul_ps(_mm512_mul_ps(left_over, left_over), v), _mm512_mul_ps(k, k)));
}

template <typename Value>
void temporal_update_vectors(const float* frame, const float* state, const GateRows<Value>& gate,
                             int width, float* out) {
  const __m512i to_picture = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 5, 5, 5);
  alignas(64) Floats gain, share, variance;
  for (int x = 0; x < width; x += kLanes) {
    gains_of(state, gate, x, width, gain, share, variance);
    const int count = width - x < kLanes ? width - x : kLanes;
    for (int i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const __m512 before = load_state(state);
      const __m512 step = _mm512_sub_ps(twice(load_packed(frame)), before);
      const __m512 fused = _mm512_add_ps(before, _mm512_mul_ps(_mm512_set1_ps(gain[at]), step));
      const __m512 beside = _mm512_permutexvar_ps(to_picture, fused);
      const __m512 picture = _mm512_add_ps(
          beside, _mm512_mul_ps(_mm512_set1_ps(share[at]), _mm512_sub_ps(before, beside)));
      const __m512 joined = _mm512_mask_blend_ps(kPictureMask, fused, picture);
      store(out, _mm512_mask_blend_ps(1u << kStateVariance, joined, _mm512_set1_ps(variance[at])),
            kStateMask);
      frame += kPackedInputChannels;
      state += kStateChannels;
      out += kStateChannels;
    }
  }
}

// ---- input of the network, and use of its output

template <typename Value>
void spatial_input_vectors(const float* frame, const float* state, int width, Value* out) {
  // The first lanes come from the state. Numbers from 16 on are lanes of the second vector, which
  // holds the rest.
  const __m512i lanes =
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 16 + 0, 16 + 1, 16 + 2, 16 + 3);
  alignas(64) Floats root;
  for (int x = 0; x < width; x += kLanes) {
    const int count = width - x < kLanes ? width - x : kLanes;
    _mm512_store_ps(root.data(),
                    _mm512_sqrt_ps(every(state + kStateVariance, kStateChannels, count)));
    for (int i = 0; i < count; ++i) {
      const __m512 f = load_state(state);
      const __m128 d = _mm_sub_ps(_mm_loadu_ps(frame), _mm512_castps512_ps128(f));
      const __m128 pairs = _mm_add_ps(d, _mm_movehdup_ps(d));
      const float sum = _mm_cvtss_f32(_mm_add_ss(pairs, _mm_movehl_ps(pairs, pairs)));
      const float r = root[static_cast<std::size_t>(i)], luma = frame[kLumaNoiseChannel];
      const __m128 more = _mm_setr_ps(luma * r, frame[kChromaNoiseChannel] * r, sum * 0.25f, luma);
      store(out, _mm512_permutex2var_ps(f, lanes, _mm512_castps128_ps512(more)), 0xffff);
      frame += kPackedInputChannels;
      state += kStateChannels;
      out += kSpatialInputChannels;
    }
  }
}

template <typename Value>
void add_innovation_vectors(const float* frame, const float* state, const Value* residual,
                            int width, float* out) {
  for (int x = 0; x < width; ++x) {
    const __m256 innovation = _mm256_sub_ps(load_packed(frame), load_packed(state));
    _mm256_mask_storeu_ps(out, static_cast<__mmask8>(kPackedMask),
                          _mm256_add_ps(innovation, load_packed(residual)));
    frame += kPackedInputChannels;
    state += kStateChannels;
    residual += kPackedChannels;
    out += kPackedChannels;
  }
}

template <typename Value>
void update_state_vectors(const float* state, const Value* residual, int width, float* out) {
  for (int x = 0; x < width; ++x) {
    const __m512 f = load_state(state);
    const __m512 picture =
        _mm512_sub_ps(twice(_mm512_castps512_ps256(f)), twice(load_packed(residual)));
    store(out, _mm512_mask_blend_ps(kPictureMask, f, picture), kStateMask);
    state += kStateChannels;
    residual += kPackedChannels;
    out += kStateChannels;
  }
}

template <typename Value>
constexpr TemporalRows<Value> kVectors = {
    change_features_vectors<Value>, temporal_update_vectors<Value>, spatial_input_vectors<Value>,
    add_innovation_vectors<Value>, update_state_vectors<Value>};

}  // namespace

constinit const TemporalTables kTemporalAvx512 = {kVectors<float>, kVectors<Bfloat16>};

}  // namespace denoiseae
