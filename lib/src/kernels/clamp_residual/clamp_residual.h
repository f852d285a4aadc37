// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

#include <span>
#include <string_view>

namespace denoiseae {

/// Bounds of a network's residual by the noise level t that the network was told: the residual is
/// multiplied by t^2 / (t^2 + floor), with a floor above 0, and then clamped on both sides to
/// max(factor t, steep_factor t + offset).
struct ResidualLimits {
  float factor;
  float steep_factor;
  float offset;
  float luma_floor;
  float chroma_floor;
};

/// Weakens and clamps the residual of blocks in place. input: kPackedInputChannels a block, of
/// which the noise levels are read; residual: kPackedChannels a block.
using ClampResidual = void(const ResidualLimits& limits, const float* input, float* residual,
                           int blocks);

ClampResidual clamp_residual_c, clamp_residual_avx2;

struct ClampResidualVariant {
  std::string_view name;
  ClampResidual* clamp;
  bool available;  ///< on this CPU
};

/// Plain C++ first, then faster; all compute the same to the bit.
DAE_API std::span<const ClampResidualVariant> clamp_residual_variants() noexcept;
/// The fastest that is available.
ClampResidual* best_clamp_residual() noexcept;

}  // namespace denoiseae
