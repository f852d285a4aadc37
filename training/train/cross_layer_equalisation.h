// SPDX-License-Identifier: LGPL-2.1-or-later
// One scale serves all channels of a rounded value, so that a channel of small values has few
// codes. A relu commutes with positive factors: channels may be multiplied by what the weights that
// read them are divided by, and the network computes the same.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/torch/graph_module.h"

namespace denoiseae {

/// A factor for each channel of a node's value; empty for nodes that stay as they are.
using SmoothingFactors = std::vector<std::vector<float>>;

/// Factors max|X|^-a max|W|^(1-a) for the values X that a network rounds and the weights W that
/// read them, relative to the largest of their outputs, as SmoothQuant balances the two (Xiao et
/// al., ICML 2023, arXiv:2211.10438, equation 4). Sums and what they add share theirs. run: makes
/// the network compute; called once. The network must have an int8 form; it is left as it was.
SmoothingFactors find_smoothing_factors(GraphModule& network, const Graph& graph,
                                        const std::function<void()>& run);

/// The network's tensors with them: but for rounding it computes the same.
std::map<std::string, Tensor> equalised(const Graph& graph, const SmoothingFactors& factors,
                                        std::map<std::string, Tensor> tensors);

}  // namespace denoiseae
