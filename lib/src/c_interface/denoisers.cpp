// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/denoiseae.h>
#include <denoiseae/denoiser.h>

#include <algorithm>
#include <string>
#include <utility>

#include "c_interface/handles.h"
#include "c_interface/structs.h"

using namespace denoiseae;

namespace {

/// Returns a number of the C interface as the enumerator of the same number. last: the largest one.
template <typename Enum>
Enum checked_enum(int value, Enum last, const char* name) {
  if (value < 0 || value > static_cast<int>(last))
    throw Error(ErrorCode::bad_argument, std::string(name) + " is " + std::to_string(value) +
                                             ", expected 0 to " +
                                             std::to_string(static_cast<int>(last)));
  return static_cast<Enum>(value);
}

EngineOptions options_of(const denoiseae_options* given, const char* function) {
  const denoiseae_options defaults = DENOISEAE_OPTIONS_INIT;
  const denoiseae_options c = with_defaults(given, defaults, function);
  EngineOptions options;
  options.engine = checked_enum(c.engine, EngineKind::torch, "engine");
  options.precision = checked_enum(c.precision, Precision::int8, "precision");
  if (c.device != nullptr) options.device = c.device;
  options.threads = c.threads;
  return options;
}

DenoiseSettings settings_of(const denoiseae_settings* given, const char* function) {
  const denoiseae_settings defaults = DENOISEAE_SETTINGS_INIT;
  const denoiseae_settings c = with_defaults(given, defaults, function);
  DenoiseSettings settings;
  settings.noise_level = c.noise_level;
  settings.strength = c.strength;
  settings.chroma_strength = c.chroma_strength;
  settings.temporal = c.temporal != 0;
  settings.damaged = c.damaged != 0;
  settings.show = checked_enum(c.show, Show::difference, "show");
  return settings;
}

LogCallback log_to(denoiseae_log_callback log, void* user) {
  if (log == nullptr) return {};
  return [log, user](LogLevel level, std::string_view message) {
    log(user, static_cast<denoiseae_log_level>(level), std::string(message).c_str());
  };
}

}  // namespace

denoiseae_status denoiseae_new(denoiseae_log_callback log, void* user,
                               denoiseae_denoiser** denoiser) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(denoiser, self, "denoiser");
    *denoiser = new denoiseae_denoiser{Denoiser(log_to(log, user))};
  });
}

void denoiseae_free(denoiseae_denoiser* denoiser) { delete denoiser; }

denoiseae_status denoiseae_set_model(denoiseae_denoiser* denoiser, const denoiseae_model* model) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(denoiser, self, "denoiser");
    check_pointer(model, self, "model");
    denoiser->denoiser.load(model->model);
  });
}

denoiseae_status denoiseae_configure(denoiseae_denoiser* denoiser, denoiseae_format format,
                                     int width, int height, const denoiseae_options* options) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(denoiser, self, "denoiser");
    denoiser->denoiser.configure(checked_format(format, self), width, height,
                                 options_of(options, self));
  });
}

denoiseae_status denoiseae_process(denoiseae_denoiser* denoiser, const denoiseae_frame* in,
                                   const denoiseae_frame* out, const denoiseae_settings* settings) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(denoiser, self, "denoiser");
    denoiser->denoiser.process(view_of(in, self, "in"), view_of(out, self, "out"),
                               settings_of(settings, self));
  });
}

denoiseae_status denoiseae_set_progress(denoiseae_denoiser* denoiser,
                                        denoiseae_progress_callback progress, void* user) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(denoiser, self, "denoiser");
    ProgressCallback callback;
    if (progress != nullptr) callback = [progress, user](double share) { progress(user, share); };
    denoiser->denoiser.set_progress(std::move(callback));
  });
}

void denoiseae_reset(denoiseae_denoiser* denoiser) {
  if (denoiser != nullptr) denoiser->denoiser.reset();
}

denoiseae_status denoiseae_take_past(denoiseae_denoiser* denoiser, denoiseae_denoiser* from) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(denoiser, self, "denoiser");
    check_pointer(from, self, "from");
    denoiser->denoiser.take_past(from->denoiser);
  });
}

double denoiseae_estimated_noise_level(const denoiseae_denoiser* denoiser) {
  return denoiser == nullptr ? -1 : denoiser->denoiser.estimated_noise_level();
}

denoiseae_status denoiseae_get_noise_map(const denoiseae_denoiser* denoiser, int* columns,
                                         int* rows, float* luma, float* chroma, size_t capacity) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(denoiser, self, "denoiser");
    const NoiseMap map = denoiser->denoiser.noise_map();
    if (columns != nullptr) *columns = map.columns;
    if (rows != nullptr) *rows = map.rows;
    if (map.luma.size() > capacity) return;
    if (luma != nullptr) std::copy(map.luma.begin(), map.luma.end(), luma);
    if (chroma != nullptr) std::copy(map.chroma.begin(), map.chroma.end(), chroma);
  });
}

double denoiseae_history(const denoiseae_denoiser* denoiser) {
  return denoiser == nullptr ? 1 : denoiser->denoiser.history();
}

denoiseae_status denoiseae_get_denoiser_info(const denoiseae_denoiser* denoiser,
                                             denoiseae_denoiser_info* info) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(denoiser, self, "denoiser");
    check_pointer(info, self, "info");
    const DenoiserInfo& known = denoiser->denoiser.info();
    denoiseae_denoiser_info made{};
    made.struct_size = sizeof made;
    made.engine = static_cast<denoiseae_engine>(known.engine);
    made.precision = static_cast<denoiseae_precision>(known.precision);
    made.device = known.device.c_str();
    made.threads = known.threads;
    made.memory_bytes = known.memory_bytes;
    write_struct(made, info, self);
  });
}
