// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/precisions.h"

#include "kernels/best_variant.h"
#include "kernels/direct_convolution/direct_convolution.h"

namespace denoiseae {

namespace {

const DirectVariant& best(SampleType type) { return best_variant(direct_variants(type)); }

bool is_fast(SampleType type) { return fast_variant(direct_variants(type)) != nullptr; }

}  // namespace

bool may_use_bfloat16() noexcept { return is_fast(SampleType::bfloat16); }
bool may_use_int8() noexcept { return is_fast(SampleType::code); }
int highest_pair() noexcept { return best(SampleType::code).highest_pair; }
bool may_use_tiles() noexcept {
  return best(SampleType::bfloat16).on_tiles && best(SampleType::code).on_tiles;
}

}  // namespace denoiseae
