// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/direct_convolution/direct_loops.h"
#include "kernels/direct_convolution/direct_products.h"

namespace denoiseae {

namespace {

/// Words of four codes.
struct DotOfCodes {
  using Sum = std::int32_t;
  static constexpr bool kIsOffset = false;
  static uint8x8_t word(int bits) { return vcreate_u8(static_cast<std::uint32_t>(bits)); }
  static int32x4_t words(int32x4_t words) { return words; }
  static int32x4_t add(int32x4_t sum, uint8x8_t word, int32x4_t weights) {
    return vsudotq_lane_s32(sum, vreinterpretq_s8_s32(weights), word, 0);
  }
  template <int kWord>
  static int32x4_t add_one(int32x4_t sum, int32x4_t words, int32x4_t weights) {
    return vsudotq_laneq_s32(sum, vreinterpretq_s8_s32(weights), vreinterpretq_u8_s32(words),
                             kWord);
  }
};

template <int kMaxLanes>
using CodeProducts = LaneProducts<kMaxLanes, DotOfCodes>;

}  // namespace

void direct_codes_neoni8mm(const DirectShape& shape, const DirectConstants& constants,
                           const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                           void* scratch) {
  direct_rows<CodeProducts>(shape, SampleType::code, constants, epilogue, rows, scratch);
}

}  // namespace denoiseae
