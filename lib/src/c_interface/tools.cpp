// SPDX-License-Identifier: LGPL-2.1-or-later
// Here is all that the C interface offers beside denoisers.
#include <denoiseae/denoiseae.h>
#include <denoiseae/metrics.h>
#include <denoiseae/noise.h>
#include <denoiseae/sharpen.h>

#include <span>
#include <string>

#include "c_interface/handles.h"
#include "c_interface/structs.h"
#include "parallel/shared_workers.h"

using namespace denoiseae;

namespace {

NoiseModel checked_model(int index) {
  const auto count = static_cast<int>(noise_models().size());
  if (index < 0 || index >= count)
    throw Error(ErrorCode::bad_argument, "there is no noise model " + std::to_string(index) +
                                             ", expected 0 to " + std::to_string(count - 1));
  return static_cast<NoiseModel>(index);
}

}  // namespace

denoiseae_status denoiseae_new_thread_pool(unsigned count, denoiseae_thread_pool** pool) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(pool, self, "pool");
    if (count > SharedWorkers::kMaxThreads)
      throw Error(ErrorCode::bad_argument, std::string(self) + ": count is " +
                                               std::to_string(count) + ", expected at most " +
                                               std::to_string(SharedWorkers::kMaxThreads));
    *pool = new denoiseae_thread_pool{ThreadPool(count)};
  });
}

void denoiseae_free_thread_pool(denoiseae_thread_pool* pool) { delete pool; }

int denoiseae_thread_pool_count(const denoiseae_thread_pool* pool) {
  return pool == nullptr ? 1 : pool->pool.count();
}

denoiseae_status denoiseae_thread_pool_run(denoiseae_thread_pool* pool,
                                           void (*task)(void* user, int index), void* user) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(pool, self, "pool");
    if (task == nullptr)
      throw Error(ErrorCode::bad_argument,
                  std::string(self) + ": task is NULL, expected a function");
    pool->pool.run([task, user](int index) { task(user, index); });
  });
}

denoiseae_status denoiseae_sharpen3x3(const denoiseae_frame* in, const denoiseae_frame* out,
                                      double amount, int luma_only, denoiseae_thread_pool* pool) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(in, self, "in");
    check_pointer(out, self, "out");
    if (in->data[0] == out->data[0])
      throw Error(ErrorCode::bad_argument,
                  std::string(self) + ": in and out have the same memory, expected two frames");
    sharpen3x3(view_of(in, self, "in"), view_of(out, self, "out"), amount, luma_only != 0,
               pool_of(pool));
  });
}

int denoiseae_noise_model_count() { return static_cast<int>(noise_models().size()); }

denoiseae_status denoiseae_get_noise_model_info(int noise_model, denoiseae_noise_model_info* info) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(info, self, "info");
    const NoiseModelInfo& row = noise_model_info(checked_model(noise_model));
    denoiseae_noise_model_info made{};
    made.struct_size = sizeof made;
    // The texts of the table end in 0, because they are literals.
    made.name = row.name.data();
    made.description = row.description.data();
    made.default_level = row.default_level;
    made.max_level = row.max_level;
    write_struct(made, info, self);
  });
}

denoiseae_status denoiseae_noise_sigma(int noise_model, double level, double* sigma) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(sigma, self, "sigma");
    const NoiseModelInfo& row = noise_model_info(checked_model(noise_model));
    if (!(level >= 0 && level <= row.max_level))
      throw Error(ErrorCode::bad_argument,
                  std::string(self) + ": levels of " + std::string(row.name) + " noise are 0 to " +
                      std::to_string(row.max_level) + ", found " + std::to_string(level));
    *sigma = noise_sigma_8bit(row.model, level);
  });
}

denoiseae_status denoiseae_add_noise(const denoiseae_frame* in, const denoiseae_frame* out,
                                     int noise_model, double level, uint64_t seed,
                                     uint64_t frame_index, denoiseae_thread_pool* pool) {
  return guarded(__func__, [&](const char* self) {
    add_noise(view_of(in, self, "in"), view_of(out, self, "out"), checked_model(noise_model), level,
              seed, frame_index, pool_of(pool));
  });
}

denoiseae_status denoiseae_add_noise_to_samples(float* samples, size_t count, int noise_model,
                                                double level, uint64_t seed) {
  return guarded(__func__, [&](const char* self) {
    if (count > 0) check_pointer(samples, self, "samples");
    add_noise(std::span(samples, count), checked_model(noise_model), level, seed);
  });
}

denoiseae_status denoiseae_psnr(const denoiseae_frame* a, const denoiseae_frame* b, int c,
                                double* decibels) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(decibels, self, "decibels");
    *decibels = psnr(view_of(a, self, "a"), view_of(b, self, "b"), c);
  });
}

denoiseae_status denoiseae_ssim(const denoiseae_frame* a, const denoiseae_frame* b, int c,
                                double* similarity) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(similarity, self, "similarity");
    *similarity = ssim(view_of(a, self, "a"), view_of(b, self, "b"), c);
  });
}

denoiseae_status denoiseae_psnr_of_samples(const float* a, const float* b, size_t count,
                                           double* decibels) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(a, self, "a");
    check_pointer(b, self, "b");
    check_pointer(decibels, self, "decibels");
    *decibels = psnr(std::span(a, count), std::span(b, count));
  });
}

denoiseae_status denoiseae_ssim_of_samples(const float* a, const float* b, int width, int height,
                                           double* similarity) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(a, self, "a");
    check_pointer(b, self, "b");
    check_pointer(similarity, self, "similarity");
    check_frame_size(width, height);
    const std::size_t count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    *similarity = ssim(std::span(a, count), std::span(b, count), width, height);
  });
}
