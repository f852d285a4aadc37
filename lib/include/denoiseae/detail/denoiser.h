// SPDX-License-Identifier: LGPL-2.1-or-later
// The code of denoiser.h, over the C interface.
#pragma once

#include <denoiseae/denoiser.h>
#include <denoiseae/detail/check.h>
#include <denoiseae/detail/model.h>

#include <exception>
#include <new>
#include <utility>

namespace denoiseae {

struct Denoiser::Impl {
  denoiseae_denoiser* handle = nullptr;
  LogCallback log;
  ProgressCallback progress;
  DenoiserInfo info;
  std::size_t map_blocks = 0;  ///< in a noise map of the configured size
  std::exception_ptr thrown;   ///< by a callback during a call of the C interface

  explicit Impl(LogCallback callback) : log(std::move(callback)) {
    check(denoiseae_new(log ? &report : nullptr, this, &handle));
  }
  ~Impl() { denoiseae_free(handle); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  static void report(void* user, denoiseae_log_level level, const char* message) {
    auto& self = *static_cast<Impl*>(user);
    try {
      self.log(static_cast<LogLevel>(level), message);
    } catch (...) {
      self.thrown = std::current_exception();
    }
  }

  static int report_progress(void* user, double share) {
    auto& self = *static_cast<Impl*>(user);
    try {
      self.progress(share);
    } catch (...) {
      self.thrown = std::current_exception();
    }
    return 0;
  }

  /// Throws what a callback threw during the call, or the error that the call returned.
  void check(denoiseae_status status) {
    if (const std::exception_ptr callback = std::exchange(thrown, nullptr))
      std::rethrow_exception(callback);
    detail::check(status);
  }
};

inline Denoiser::Denoiser(LogCallback log) {
  try {
    impl_ = std::make_unique<Impl>(std::move(log));
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::out_of_memory, "no memory for a denoiser");
  }
}
inline Denoiser::~Denoiser() = default;
inline Denoiser::Denoiser(Denoiser&&) noexcept = default;
inline Denoiser& Denoiser::operator=(Denoiser&&) noexcept = default;

inline void Denoiser::load(std::shared_ptr<const Model> model) {
  if (!model) throw Error(ErrorCode::bad_argument, "load needs a model, got a null pointer");
  impl_->check(denoiseae_set_model(impl_->handle, model->data().handle));
}

inline void Denoiser::configure(PixelFormat format, int width, int height,
                                const EngineOptions& options) {
  denoiseae_options c = DENOISEAE_OPTIONS_INIT;
  c.engine = static_cast<denoiseae_engine>(options.engine);
  c.precision = static_cast<denoiseae_precision>(options.precision);
  c.device = options.device.c_str();
  c.threads = options.threads;
  impl_->check(
      denoiseae_configure(impl_->handle, static_cast<denoiseae_format>(format), width, height, &c));
  denoiseae_denoiser_info made{};
  made.struct_size = sizeof made;
  detail::check(denoiseae_get_denoiser_info(impl_->handle, &made));
  impl_->info.engine = static_cast<EngineKind>(made.engine);
  impl_->info.precision = static_cast<Precision>(made.precision);
  impl_->info.device = made.device;
  impl_->info.threads = made.threads;
  impl_->info.memory_bytes = made.memory_bytes;
  impl_->map_blocks = static_cast<std::size_t>((width + 15) / 16) * ((height + 15) / 16);
}

inline void Denoiser::process(const ConstFrameView& in, const FrameView& out,
                              const DenoiseSettings& settings) {
  denoiseae_settings c = DENOISEAE_SETTINGS_INIT;
  c.noise_level = settings.noise_level;
  c.strength = settings.strength;
  c.chroma_strength = settings.chroma_strength;
  c.temporal = settings.temporal ? 1 : 0;
  c.damaged = settings.damaged ? 1 : 0;
  c.show = static_cast<denoiseae_show>(settings.show);
  const denoiseae_frame from = detail::c_frame(in), to = detail::c_frame(out);
  impl_->check(denoiseae_process(impl_->handle, &from, &to, &c));
}

inline void Denoiser::set_progress(ProgressCallback progress) {
  impl_->progress = std::move(progress);
  impl_->check(denoiseae_set_progress(
      impl_->handle, impl_->progress ? &Impl::report_progress : nullptr, impl_.get()));
}

inline void Denoiser::reset() noexcept { denoiseae_reset(impl_->handle); }

inline void Denoiser::take_past(Denoiser& from) {
  impl_->check(denoiseae_take_past(impl_->handle, from.impl_->handle));
}

inline double Denoiser::estimated_noise_level() const noexcept {
  return denoiseae_estimated_noise_level(impl_->handle);
}

inline NoiseMap Denoiser::noise_map() const {
  NoiseMap map;
  try {
    map.luma.resize(impl_->map_blocks);
    map.chroma.resize(impl_->map_blocks);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::out_of_memory, "no memory for a noise map");
  }
  detail::check(denoiseae_get_noise_map(impl_->handle, &map.columns, &map.rows, map.luma.data(),
                                        map.chroma.data(), impl_->map_blocks));
  // There may be no map.
  map.luma.resize(static_cast<std::size_t>(map.columns) * map.rows);
  map.chroma.resize(map.luma.size());
  return map;
}

inline double Denoiser::history() const noexcept { return denoiseae_history(impl_->handle); }

inline const DenoiserInfo& Denoiser::info() const noexcept { return impl_->info; }

}  // namespace denoiseae
