// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/denoiseae.h>
#include <denoiseae/model.h>

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "c_interface/handles.h"
#include "c_interface/structs.h"

using namespace denoiseae;

namespace {

denoiseae_model* new_handle(std::shared_ptr<const Model> model) {
  std::string path = model->info().path.string();
  return new denoiseae_model{std::move(model), std::move(path)};
}

}  // namespace

const char* denoiseae_model_names() {
  thread_local std::string names;
  const denoiseae_status status = guarded(__func__, [](const char*) {
    names.clear();
    for (const std::string& name : available_models()) names += (names.empty() ? "" : "\n") + name;
  });
  return status == DENOISEAE_OK ? names.c_str() : nullptr;
}

denoiseae_status denoiseae_find_model(const char* name_or_path, const char** path) {
  thread_local std::string found;
  return guarded(__func__, [&](const char* self) {
    check_pointer(name_or_path, self, "name_or_path");
    check_pointer(path, self, "path");
    found = find_model(name_or_path).string();
    *path = found.c_str();
  });
}

denoiseae_status denoiseae_load_model(const char* name_or_path, denoiseae_model** model) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(name_or_path, self, "name_or_path");
    check_pointer(model, self, "model");
    *model = new_handle(load_model(name_or_path));
  });
}

denoiseae_status denoiseae_load_model_from_memory(const void* bytes, size_t size, const char* name,
                                                  denoiseae_model** model) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(bytes, self, "bytes");
    check_pointer(name, self, "name");
    check_pointer(model, self, "model");
    *model = new_handle(load_model(std::span(static_cast<const std::uint8_t*>(bytes), size), name));
  });
}

void denoiseae_free_model(denoiseae_model* model) { delete model; }

denoiseae_status denoiseae_get_model_info(const denoiseae_model* model,
                                          denoiseae_model_info* info) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(model, self, "model");
    check_pointer(info, self, "info");
    const ModelInfo& known = model->model->info();
    denoiseae_model_info made{};
    made.struct_size = sizeof made;
    made.path = model->path.c_str();
    made.name = known.name.c_str();
    made.architecture = known.architecture.c_str();
    made.manifest = known.manifest.c_str();
    made.parameters = known.parameters;
    made.macs_per_pixel = known.macs_per_pixel;
    made.receptive_field_pixels = known.receptive_field_pixels;
    made.fixed_width = known.fixed_width;
    made.fixed_height = known.fixed_height;
    write_struct(made, info, self);
  });
}
