// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/direct_convolution/direct_loops.h"
#include "kernels/direct_convolution/direct_products.h"

namespace denoiseae {

namespace {

/// Words of four codes. The instruction takes signed factors on both sides, so that codes lose 128.
struct DotOfCodes {
  using Sum = std::int32_t;
  static constexpr bool kIsOffset = true;
  static int8x8_t word(int bits) {
    return veor_s8(vcreate_s8(static_cast<std::uint32_t>(bits)), vdup_n_s8(-128));
  }
  static int32x4_t words(int32x4_t words) {
    return vreinterpretq_s32_s8(veorq_s8(vreinterpretq_s8_s32(words), vdupq_n_s8(-128)));
  }
  static int32x4_t add(int32x4_t sum, int8x8_t word, int32x4_t weights) {
    return vdotq_lane_s32(sum, vreinterpretq_s8_s32(weights), word, 0);
  }
  template <int kWord>
  static int32x4_t add_one(int32x4_t sum, int32x4_t words, int32x4_t weights) {
    return vdotq_laneq_s32(sum, vreinterpretq_s8_s32(weights), vreinterpretq_s8_s32(words), kWord);
  }
};

template <int kMaxLanes>
using CodeProducts = LaneProducts<kMaxLanes, DotOfCodes>;

}  // namespace

void direct_codes_neondot(const DirectShape& shape, const DirectConstants& constants,
                          const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                          void* scratch) {
  direct_rows<CodeProducts>(shape, SampleType::code, constants, epilogue, rows, scratch);
}

}  // namespace denoiseae
