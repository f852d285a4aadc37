// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes the channels of a quantised activation equally large. One scale serves all of them, so that
// a channel of small values has few codes. A relu commutes with positive factors: channels may be
// multiplied by what the weights that read them are divided by, and the network computes the same.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/torch/graph_module.h"

namespace denoiseae {

/// The factors of the channels of each node's value; empty for nodes that stay unchanged.
using SmoothingFactors = std::vector<std::vector<float>>;

/// Finds factors max|X|^-a max|W|^(1-a) for the values X that a network quantises and the weights W
/// that read them, relative to the largest of their outputs, as SmoothQuant balances the two (Xiao
/// et al., ICML 2023, arXiv:2211.10438, equation 4). For X it is the mean of the largest values of
/// the samples: the largest value of all belongs to a sample that is like no other. A sum and the
/// values that it adds share their factors. run: makes the network compute; called once. The
/// network must have an int8 form; it is left as it was.
SmoothingFactors find_smoothing_factors(GraphModule& network, const Graph& graph,
                                        const std::function<void()>& run);

/// Returns the network's tensors with the factors applied. Apart from rounding the network computes
/// the same.
std::map<std::string, Tensor> equalised(const Graph& graph, const SmoothingFactors& factors,
                                        std::map<std::string, Tensor> tensors);

}  // namespace denoiseae
