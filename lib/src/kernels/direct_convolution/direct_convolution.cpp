// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of variants, and the constants in the order of the loops.
#include "kernels/direct_convolution/direct_convolution.h"

#ifdef __x86_64__
#include <cpuid.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include <algorithm>
#include <array>

#include "kernels/best_variant.h"
#include "kernels/direct_convolution/direct_layout.h"
#include "kernels/tiles.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

namespace {

#ifdef __x86_64__
/// Not all compilers that build this know the name of the feature.
bool has_avx_vnni() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kAvxVnni = 1u << 4;
  return has_avx2() && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & kAvxVnni) != 0;
}
#endif

/// Returns whether tiles multiply this faster than vectors do. They take a row of the window in
/// equal steps, and some rows have only small ones.
bool fills_tiles(DirectShape shape, const DirectVariant& variant) {
  shape.group_lanes = variant.group_lanes;
  const int words = DirectLayout(shape, variant.type).row_words();
  return tile_step_words(words) >= std::min(kTileWords / 2, words);
}

}  // namespace

std::span<const DirectVariant> direct_variants(SampleType type) noexcept {
  static const std::array floats = {
      DirectVariant{"c", SampleType::float32, direct_float32_c, true},
#ifdef __x86_64__
      DirectVariant{"sse41", SampleType::float32, direct_float32_sse41,
                    __builtin_cpu_supports("sse4.1") != 0},
      DirectVariant{"avx2", SampleType::float32, direct_float32_avx2, has_avx2()},
      DirectVariant{"avx512", SampleType::float32, direct_float32_avx512, has_avx512(), false,
                    kBlock},
#elif defined(__aarch64__)
      DirectVariant{"neon", SampleType::float32, direct_float32_neon, true},
#endif
  };
  static const std::array bfloat16 = {
      DirectVariant{"c", SampleType::bfloat16, direct_bfloat16_c, true},
#ifdef __x86_64__
      DirectVariant{"avx512bf16", SampleType::bfloat16, direct_bfloat16_avx512bf16,
                    has_avx512() && __builtin_cpu_supports("avx512bf16") != 0, false, kBlock},
      DirectVariant{"amx", SampleType::bfloat16, direct_bfloat16_amx, has_avx512() && has_tiles(),
                    true, kBlock},
#elif defined(__aarch64__)
      DirectVariant{"neonbf16", SampleType::bfloat16, direct_bfloat16_neonbf16,
                    (getauxval(AT_HWCAP2) & HWCAP2_BF16) != 0},
#endif
  };
  static const std::array codes = {
      DirectVariant{"c", SampleType::code, direct_codes_c, true},
#ifdef __x86_64__
      DirectVariant{"avx2", SampleType::code, direct_codes_avx2, has_avx2(), false, 8, 128},
      DirectVariant{"avxvnni", SampleType::code, direct_codes_avxvnni, has_avx_vnni()},
      DirectVariant{"avx512vnni", SampleType::code, direct_codes_avx512vnni,
                    has_avx512() && __builtin_cpu_supports("avx512vnni") != 0, false, kBlock},
      DirectVariant{"amx", SampleType::code, direct_codes_amx, has_avx512() && has_tiles(), true,
                    kBlock},
#elif defined(__aarch64__)
      DirectVariant{"neondot", SampleType::code, direct_codes_neondot,
                    (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0},
      DirectVariant{"neoni8mm", SampleType::code, direct_codes_neoni8mm,
                    (getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0},
#endif
  };
  static const std::array fixed16 = {
      DirectVariant{"c", SampleType::fixed16, direct_fixed16_c, true},
#ifdef __x86_64__
      DirectVariant{"avx2", SampleType::fixed16, direct_fixed16_avx2, has_avx2()},
      DirectVariant{"avxvnni", SampleType::fixed16, direct_fixed16_avxvnni, has_avx_vnni()},
      DirectVariant{"avx512", SampleType::fixed16, direct_fixed16_avx512, has_avx512(), false,
                    kBlock},
      DirectVariant{"avx512vnni", SampleType::fixed16, direct_fixed16_avx512vnni,
                    has_avx512() && __builtin_cpu_supports("avx512vnni") != 0, false, kBlock},
#endif
  };
  if (type == SampleType::float32) return floats;
  if (type == SampleType::bfloat16) return bfloat16;
  return type == SampleType::fixed16 ? std::span<const DirectVariant>(fixed16) : codes;
}

const DirectVariant& direct_variant(const DirectShape& shape, SampleType type) noexcept {
  const std::span<const DirectVariant> variants = direct_variants(type);
  const DirectVariant& best = best_variant(variants);
  if (!best.on_tiles || fills_tiles(shape, best)) return best;
  const auto before = std::find_if(variants.begin(), variants.end(),
                                   [](const DirectVariant& variant) { return variant.on_tiles; });
  return best_variant(std::span(variants.begin(), before));
}

std::size_t direct_weight_values(const DirectShape& shape, SampleType type) {
  const DirectLayout layout(shape, type);
  return static_cast<std::size_t>(shape.kernel * layout.taps * shape.inputs) *
         static_cast<std::size_t>(layout.padded_lanes());
}

// The number of lanes does not depend on the type.
std::size_t direct_lane_values(const DirectShape& shape) {
  return static_cast<std::size_t>(DirectLayout(shape, SampleType::float32).padded_lanes());
}

std::vector<float> direct_weights(const DirectShape& shape, SampleType type,
                                  std::span<const float> weights) {
  const DirectLayout layout(shape, type);
  const int together = inputs_of_word(type);
  const int row_inputs = layout.taps * shape.inputs;
  std::vector<float> result(direct_weight_values(shape, type));
  for (int lane = 0; lane < layout.lanes; ++lane) {
    const int position = lane / shape.outputs, output = lane % shape.outputs;
    const int block = lane / kBlock * kBlock, width = layout.block_lanes(lane);
    float* const of_block = result.data() + block * shape.kernel * row_inputs;
    for (int y = 0; y < shape.kernel; ++y) {
      for (int x = 0; x < shape.kernel; ++x) {
        for (int i = 0; i < shape.inputs; ++i) {
          const int index = (x + position * shape.stride) * shape.inputs + i;
          const int word = y * layout.row_words() + index / together;
          of_block[(word * width + lane - block) * together + index % together] =
              weights[((output * shape.inputs + i) * shape.kernel + y) * shape.kernel + x];
        }
      }
    }
  }
  return result;
}

std::vector<float> direct_lanes(const DirectShape& shape, std::span<const float> values) {
  const DirectLayout layout(shape, SampleType::float32);
  std::vector<float> result(direct_lane_values(shape));
  for (int lane = 0; lane < layout.lanes; ++lane) result[lane] = values[lane % shape.outputs];
  return result;
}

std::size_t direct_scratch_bytes(const DirectShape& shape, const DirectVariant& variant) {
  const DirectLayout layout(shape, variant.type);
  const auto positions = [&](int groups) { return (groups - 1) * layout.stride + layout.taps; };
  const int copied = variant.on_tiles ? kMaxTiles * positions(kTileRows) : positions(kMaxGroups);
  // Two rows of the output may be computed together, which read one more row than each.
  return std::size_t{4} * static_cast<std::size_t>((shape.kernel + 1) * copied * layout.words);
}

}  // namespace denoiseae
