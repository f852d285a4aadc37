// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/model.h>

#include <string>
#include <utility>

#include "model/manifest.h"
#include "model/safetensors.h"
#include "model/shared_models.h"
#include "system/translate_errors.h"

namespace denoiseae {

Model::Model(std::shared_ptr<const detail::ModelData> data) : data_(std::move(data)) {}

const ModelInfo& Model::info() const noexcept { return data_->info; }

std::shared_ptr<const Model> load_model(std::string_view name_or_path) {
  return translate_errors([&] { return "the model " + std::string(name_or_path); },
                          [&] { return shared_model(find_model(name_or_path), read_model); });
}

std::shared_ptr<const Model> load_model(std::span<const std::uint8_t> bytes,
                                        std::string_view name) {
  const std::string source(name);
  return translate_errors([&] { return "the model " + source; },
                          [&] { return make_model(parse_safetensors(bytes, source), source); });
}

}  // namespace denoiseae
