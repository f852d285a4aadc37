// SPDX-License-Identifier: LGPL-2.1-or-later
// A model in memory has a graph, and a tensor for each of its parameters.
#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "model/manifest.h"
#include "model/model_data.h"
#include "support/check.h"
#include "support/tiny_model.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

const nlohmann::json kUnet = {{"widths", {4, 6}}, {"encoder", {0, 0}}, {"decoder", {0}}};
const nlohmann::json kMap = {{"widths", {4, 6, 8}}, {"encoder", {0, 0, 1}}, {"decoder", {1}}};

TensorFile file_with_map(const nlohmann::json& map_settings = kMap) {
  return file_with_noise_map("unet", kUnet, map_settings);
}

/// Returns the file with another entry for the noise map.
TensorFile with_entry(TensorFile file, const nlohmann::json& entry) {
  std::string& text = file.metadata["denoiseae"];
  nlohmann::json manifest = nlohmann::json::parse(text);
  manifest["noise_map"] = entry;
  text = manifest.dump();
  return file;
}

}  // namespace

START_TEST(test_each_parameter_has_its_tensor) {
  for (const Architecture& architecture : architectures()) {
    const auto model =
        random_model(std::string(architecture.name).c_str(), nlohmann::json::object());
    const detail::ModelData& data = model->data();
    ck_assert(data.domain == architecture.domain);
    std::size_t count = 0;
    for (const Parameter& parameter : data.graph.parameters()) {
      const Tensor& tensor = data.tensors.at(parameter.name);
      ck_assert(std::equal(tensor.shape.begin(), tensor.shape.end(), parameter.shape.begin(),
                           parameter.shape.end()));
      ++count;
    }
    ck_assert_uint_eq(data.tensors.size(), count);
    ck_assert(data.scale_sets.empty());
    ck_assert_double_eq(data.noise_floor.luma, 0);
    ck_assert_double_eq(data.noise_floor.chroma, 0);
  }
}
END_TEST

START_TEST(test_a_file_holds_the_network_that_estimates_noise) {
  const TensorFile file = file_with_map();
  const auto model = make_model(file, "random");
  const auto alone = random_model("unet", kUnet);
  const auto map = random_model("noise_map", kMap);
  const detail::ModelData& data = model->data();
  ck_assert_ptr_nonnull(data.noise_map.get());
  ck_assert_ptr_null(alone->data().noise_map.get());
  const detail::ModelData& own = *data.noise_map;
  ck_assert(own.domain == InputRepresentation::noise_features);
  ck_assert_int_eq(own.graph.parameter_count(), map->data().graph.parameter_count());
  // Both networks have the tensors of the file, those of the noise map without the prefix.
  ck_assert_uint_eq(data.tensors.size() + own.tensors.size(), file.tensors.size());
  for (const auto& [name, tensor] : own.tensors)
    ck_assert(tensor.values == file.tensors.at("noise_map." + name).values);
  for (const auto& [name, tensor] : data.tensors)
    ck_assert(tensor.values == file.tensors.at(name).values);
  // The model costs what both cost.
  ck_assert_int_eq(model->info().parameters, alone->info().parameters + map->info().parameters);
  ck_assert_double_eq_tol(model->info().macs_per_pixel,
                          alone->info().macs_per_pixel + map->info().macs_per_pixel, 1e-9);
  ck_assert_double_gt(map->info().macs_per_pixel, 0);
  ck_assert_int_eq(model->info().receptive_field_pixels, alone->info().receptive_field_pixels);
}
END_TEST

START_TEST(test_faults_of_noise_maps_are_found) {
  const auto refused = [](const TensorFile& file) {
    DAE_ASSERT_ERROR(make_model(file, "random"), incompatible_model);
  };
  TensorFile file = file_with_map();
  file.tensors.erase("noise_map.levels.weight");
  refused(file);
  file = file_with_map();
  file.tensors["noise_map.foreign"] = file.tensors.at("noise_map.levels.weight");
  refused(file);
  file = file_with_map();
  std::swap(file.tensors.at("noise_map.levels.weight"), file.tensors.at("noise_map.down1.weight"));
  refused(file);
  // Without the entry these tensors are foreign.
  file = file_with_map();
  nlohmann::json manifest = nlohmann::json::parse(file.metadata["denoiseae"]);
  manifest.erase("noise_map");
  file.metadata["denoiseae"] = manifest.dump();
  refused(file);
  // The settings are not those of the tensors, or none at all.
  refused(with_entry(file_with_map(), nlohmann::json::object()));
  const nlohmann::json settings[] = {
      {{"widths", {4}}}, {{"cell", "two"}}, {{"planted", 1}}, 5, "text", nullptr, {1, 2}};
  for (const nlohmann::json& other : settings)
    refused(with_entry(file_with_map(), {{"settings", other}}));
  for (const nlohmann::json& entry : {nlohmann::json(5), nlohmann::json("text"), nlohmann::json()})
    DAE_ASSERT_ERROR(make_model(with_entry(file_with_map(), entry), "random"), corrupt);
  file = file_with_map();
  file.tensors.at("noise_map.down1.bias").values[0] = std::numeric_limits<float>::quiet_NaN();
  DAE_ASSERT_ERROR(make_model(file, "random"), corrupt);
}
END_TEST

int main() {
  return run_suite("model_data", {test_each_parameter_has_its_tensor,
                                  test_a_file_holds_the_network_that_estimates_noise,
                                  test_faults_of_noise_maps_are_found});
}
