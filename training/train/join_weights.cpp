// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/join_weights.h"

#include <denoiseae/error.h>
#include <denoiseae/model.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "model/manifest.h"

namespace denoiseae {

namespace {

std::shared_ptr<const Model> load(const std::filesystem::path& file, InputRepresentation domain) {
  auto model = make_model(read_safetensors(file), file);
  if (model->data().domain == domain) return model;
  throw Error(ErrorCode::incompatible_model,
              file.string() + " holds a network of the architecture " + model->info().architecture +
                  " for " + to_string(model->data().domain) + ", expected one for " +
                  to_string(domain));
}

}  // namespace

void join_weights(const std::filesystem::path& denoiser, const std::filesystem::path& noise_map,
                  const std::filesystem::path& out) {
  const auto to = load(denoiser, InputRepresentation::packed_yuv420);
  const auto map = load(noise_map, InputRepresentation::noise_features);
  nlohmann::json manifest = nlohmann::json::parse(to->info().manifest);
  std::map<std::string, Tensor> tensors = to->data().tensors;
  add_noise_map(map->data(), manifest, tensors);
  save_model(out, manifest, std::move(tensors));
}

}  // namespace denoiseae
