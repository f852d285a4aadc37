// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/precisions.h"

#include <algorithm>

#include "kernels/best_variant.h"
#include "kernels/direct_convolution/direct_convolution.h"

namespace denoiseae {

namespace {

const DirectVariant& best(SampleType type) { return best_variant(direct_variants(type)); }

bool is_fast(SampleType type) { return fast_variant(direct_variants(type)) != nullptr; }

}  // namespace

bool may_use_bfloat16() noexcept { return is_fast(SampleType::bfloat16); }
bool may_use_int8() noexcept { return is_fast(SampleType::code); }
bool may_use_fixed16() noexcept { return !may_use_bfloat16() && is_fast(SampleType::fixed16); }
int highest_pair() noexcept { return best(SampleType::code).highest_pair; }
InstructionSet best_instruction_set() noexcept {
  InstructionSet largest = InstructionSet::scalar;
  for (const SampleType type : {SampleType::float32, SampleType::bfloat16, SampleType::code})
    largest = std::max(largest, set_of_variant(best(type).name));
  return largest;
}
bool may_use_tiles() noexcept {
  return best(SampleType::bfloat16).on_tiles && best(SampleType::code).on_tiles;
}

}  // namespace denoiseae
