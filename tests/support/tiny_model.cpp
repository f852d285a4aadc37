// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/tiny_model.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "model/manifest.h"
#include "net/architectures.h"
#include "support/slow_graph.h"

namespace denoiseae::test {

std::map<std::string, Tensor> zero_tensors(const Graph& graph) {
  std::map<std::string, Tensor> tensors;
  for (const Parameter& parameter : graph.parameters()) {
    Tensor& tensor = tensors[parameter.name];
    std::size_t count = 1;
    for (const int size : parameter.shape) {
      tensor.shape.push_back(size);
      count *= static_cast<std::size_t>(size);
    }
    tensor.values.assign(count, 0.0f);
  }
  return tensors;
}

void save_zero_model(const std::filesystem::path& path, const char* architecture_name,
                     const nlohmann::json& settings) {
  const Architecture& architecture = find_architecture(architecture_name);
  std::filesystem::create_directories(path.parent_path());
  save_model(path, make_manifest(architecture, settings),
             zero_tensors(architecture.build(settings)));
}

void save_tiny_model(const std::filesystem::path& path) {
  save_zero_model(path, "unet",
                  {{"widths", {4}}, {"encoder", {0}}, {"decoder", nlohmann::json::array()}});
}

void save_fixed_size_model(const std::filesystem::path& path) {
  save_zero_model(path, "paper", {{"width", 32}, {"height", 16}, {"filters", {2}}, {"latent", 2}});
}

namespace {

struct Weights {
  nlohmann::json manifest;
  std::map<std::string, Tensor> tensors;
};

Weights averaging_weights() {
  const nlohmann::json settings = {
      {"widths", {4}}, {"encoder", {0}}, {"decoder", nlohmann::json::array()}, {"gate", {2}}};
  const Architecture& architecture = find_architecture("recurrent_unet");
  auto tensors = zero_tensors(architecture.build(settings));
  for (float& bias : tensors["gate.bias"].values) bias = 20;
  return {make_manifest(architecture, settings), std::move(tensors)};
}

}  // namespace

void save_averaging_model(const std::filesystem::path& path) {
  Weights weights = averaging_weights();
  std::filesystem::create_directories(path.parent_path());
  save_model(path, weights.manifest, std::move(weights.tensors));
}

std::shared_ptr<const Model> averaging_model() {
  Weights weights = averaging_weights();
  TensorFile file;
  file.tensors = std::move(weights.tensors);
  file.metadata["denoiseae"] = weights.manifest.dump();
  return make_model(std::move(file), "averaging");
}

std::shared_ptr<const Model> random_model(const char* architecture_name,
                                          const nlohmann::json& settings, std::uint32_t seed) {
  const Architecture& architecture = find_architecture(architecture_name);
  TensorFile file;
  file.tensors = random_tensors(architecture.build(settings), seed);
  file.metadata["denoiseae"] = make_manifest(architecture, settings).dump();
  return make_model(std::move(file), "random");
}

TensorFile file_with_noise_map(const char* architecture_name, const nlohmann::json& settings,
                               const nlohmann::json& map_settings) {
  const Architecture& architecture = find_architecture(architecture_name);
  nlohmann::json manifest = make_manifest(architecture, settings);
  manifest["noise_map"] = {{"settings", map_settings}};
  TensorFile file;
  file.tensors = random_tensors(architecture.build(settings), 11);
  for (const auto& [name, tensor] :
       random_tensors(find_architecture("noise_map").build(map_settings), 12))
    file.tensors.emplace("noise_map." + name, tensor);
  file.metadata["denoiseae"] = manifest.dump();
  return file;
}

}  // namespace denoiseae::test
