// SPDX-License-Identifier: LGPL-2.1-or-later
// Weights files for tests that need one but not what it computes.
#pragma once

#include <denoiseae/model.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "model/safetensors.h"
#include "net/graph.h"
#include "net/tensor.h"

namespace denoiseae::test {

/// A tensor of zeros for each parameter.
std::map<std::string, Tensor> zero_tensors(const Graph& graph);

/// Saves a model whose weights are all zero.
void save_zero_model(const std::filesystem::path& path, const char* architecture_name,
                     const nlohmann::json& settings);

/// A network of two convolutions for frames of any size.
void save_tiny_model(const std::filesystem::path& path);

/// A network that sees 32x16 pixels at once.
void save_fixed_size_model(const std::filesystem::path& path);

/// A network that returns the running mean of what stands still or moves as a whole.
void save_averaging_model(const std::filesystem::path& path);
std::shared_ptr<const Model> averaging_model();

/// A model in memory whose weights are random.
std::shared_ptr<const Model> random_model(const char* architecture_name,
                                          const nlohmann::json& settings, std::uint32_t seed = 11);

/// A file with random weights of a network, and of one that estimates the noise for it.
TensorFile file_with_noise_map(const char* architecture_name, const nlohmann::json& settings,
                               const nlohmann::json& map_settings);

}  // namespace denoiseae::test
