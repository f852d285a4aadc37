// SPDX-License-Identifier: LGPL-2.1-or-later
// The code of model.h, over the C interface.
#pragma once

#include <denoiseae/detail/check.h>
#include <denoiseae/model.h>

#include <memory>
#include <new>
#include <utility>

namespace denoiseae {

namespace detail {

struct FreeModel {
  void operator()(denoiseae_model* model) const { denoiseae_free_model(model); }
};

/// Owns a model of the C interface.
struct ModelData {
  explicit ModelData(denoiseae_model* owned) : owner(owned), handle(owned) {
    denoiseae_model_info c{};
    c.struct_size = sizeof c;
    check(denoiseae_get_model_info(handle, &c));
    info.path = c.path;
    info.name = c.name;
    info.architecture = c.architecture;
    info.manifest = c.manifest;
    info.parameters = c.parameters;
    info.macs_per_pixel = c.macs_per_pixel;
    info.receptive_field_pixels = c.receptive_field_pixels;
    info.fixed_width = c.fixed_width;
    info.fixed_height = c.fixed_height;
  }

  std::unique_ptr<denoiseae_model, FreeModel> owner;
  denoiseae_model* handle;
  ModelInfo info;
};

/// Takes the model over, also where it fails. Throws out_of_memory.
inline std::shared_ptr<const Model> model_of(denoiseae_model* handle) {
  std::unique_ptr<denoiseae_model, FreeModel> owner(handle);
  try {
    auto data = std::make_unique<ModelData>(owner.get());
    owner.release();
    return std::make_shared<const Model>(std::shared_ptr<const ModelData>(std::move(data)));
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::out_of_memory, "no memory for a model");
  }
}

}  // namespace detail

inline Model::Model(std::shared_ptr<const detail::ModelData> data) : data_(std::move(data)) {}

inline const ModelInfo& Model::info() const noexcept { return data_->info; }

inline std::filesystem::path find_model(std::string_view name_or_path) {
  const char* path = nullptr;
  detail::check(denoiseae_find_model(std::string(name_or_path).c_str(), &path));
  return path;
}

inline std::shared_ptr<const Model> load_model(std::string_view name_or_path) {
  denoiseae_model* handle = nullptr;
  detail::check(denoiseae_load_model(std::string(name_or_path).c_str(), &handle));
  return detail::model_of(handle);
}

inline std::shared_ptr<const Model> load_model(std::span<const std::uint8_t> bytes,
                                               std::string_view name) {
  denoiseae_model* handle = nullptr;
  detail::check(denoiseae_load_model_from_memory(bytes.data(), bytes.size(),
                                                 std::string(name).c_str(), &handle));
  return detail::model_of(handle);
}

inline std::vector<std::string> available_models() {
  std::vector<std::string> names;
  const char* c = denoiseae_model_names();
  if (c == nullptr) throw Error(ErrorCode::out_of_memory, denoiseae_error());
  for (; *c != '\0'; ++c) {
    if (*c == '\n' || names.empty()) names.emplace_back();
    if (*c != '\n') names.back() += *c;
  }
  return names;
}

}  // namespace denoiseae
