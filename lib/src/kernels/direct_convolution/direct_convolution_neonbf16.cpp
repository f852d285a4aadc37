// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/direct_convolution/direct_loops.h"
#include "kernels/direct_convolution/direct_products.h"

namespace denoiseae {

namespace {

/// Words of two inputs in bfloat16.
struct DotOfBfloat16 {
  using Sum = float;
  static constexpr bool kIsOffset = false;
  static bfloat16x4_t word(int bits) { return vcreate_bf16(static_cast<std::uint32_t>(bits)); }
  static int32x4_t words(int32x4_t words) { return words; }
  static float32x4_t add(float32x4_t sum, bfloat16x4_t word, int32x4_t weights) {
    return vbfdotq_lane_f32(sum, vreinterpretq_bf16_s32(weights), word, 0);
  }
  template <int kWord>
  static float32x4_t add_one(float32x4_t sum, int32x4_t words, int32x4_t weights) {
    return vbfdotq_laneq_f32(sum, vreinterpretq_bf16_s32(weights), vreinterpretq_bf16_s32(words),
                             kWord);
  }
};

template <int kMaxLanes>
using Bfloat16Products = LaneProducts<kMaxLanes, DotOfBfloat16>;

}  // namespace

void direct_bfloat16_neonbf16(const DirectShape& shape, const DirectConstants& constants,
                              const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                              void* scratch) {
  direct_rows<Bfloat16Products>(shape, SampleType::bfloat16, constants, epilogue, rows, scratch);
}

}  // namespace denoiseae
