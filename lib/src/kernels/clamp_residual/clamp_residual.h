// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <span>
#include <string_view>

namespace denoiseae {

/// Bounds of a network's residual. They depend on the noise level t at each position of its input:
/// the residual is multiplied by t^2 / (t^2 + floor), with a floor above 0, and then clamped on
/// both sides to max(factor t, steep_factor t + offset).
struct ResidualLimits {
  float factor;
  float steep_factor;
  float offset;
  float luma_floor;
  float chroma_floor;
};

/// Weakens and clamps the residual of blocks in place. input: kPackedInputChannels values for each
/// block, of which only the noise levels are read. residual: kPackedChannels values for each block.
using ClampResidual = void(const ResidualLimits& limits, const float* input, float* residual,
                           int blocks);

ClampResidual clamp_residual_c, clamp_residual_avx2;

struct ClampResidualVariant {
  std::string_view name;
  ClampResidual* clamp;
  bool available;  ///< whether this CPU has the instructions
};

/// Returns all variants from plain C++ to the fastest one. All compute the same to the bit.
std::span<const ClampResidualVariant> clamp_residual_variants() noexcept;
/// Returns the fastest available variant.
ClampResidual* best_clamp_residual() noexcept;

}  // namespace denoiseae
