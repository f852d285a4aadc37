// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// The way in which a gradient becomes a step.
enum class OptimizerKind {
  /// Adam (Kingma and Ba, ICLR 2015, algorithm 1) has beta 0.9 and 0.999 and epsilon 1e-8.
  adam,
  /// Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon) treats the kernels of
  /// convolutions as matrices, outputs x inputs, with momentum 0.95. Their steps have the size of
  /// Adam's (Liu et al. 2025, arXiv:2502.16982, section 2.2), so that one learning rate serves
  /// both. Everything else is left to Adam.
  muon,
};

}  // namespace denoiseae
