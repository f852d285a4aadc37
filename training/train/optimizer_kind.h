// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// How a gradient becomes a step.
enum class OptimizerKind {
  /// Kingma and Ba, ICLR 2015, algorithm 1; beta 0.9 and 0.999, epsilon 1e-8.
  adam,
  /// Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon) for the kernels of
  /// convolutions as matrices, outputs x inputs; momentum 0.95. Their steps have the size of
  /// Adam's (Liu et al. 2025, arXiv:2502.16982, section 2.2), so that one learning rate serves
  /// both. Adam for all else.
  muon,
};

}  // namespace denoiseae
