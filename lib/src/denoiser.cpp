// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/denoiser.h>
#include <denoiseae/error.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "engine/check_output.h"
#include "engine/engine.h"
#include "frame/direct_frame.h"
#include "frame/samples.h"
#include "frame/show.h"
#include "layout/noise_map_layout.h"
#include "stream/frame_stream.h"
#include "system/translate_errors.h"

namespace denoiseae {

namespace {

std::string size_text(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

void check_setting(const char* name, double value, double low, double high) {
  if (!(value >= low && value <= high)) {
    throw Error(ErrorCode::bad_argument, std::string(name) + " is " + std::to_string(value) +
                                             ", expected " + std::to_string(low) + " to " +
                                             std::to_string(high));
  }
}

}  // namespace

struct Denoiser::Impl {
  LogCallback log;
  ProgressCallback progress;
  std::shared_ptr<const Model> model;
  StreamEngines engines;
  std::unique_ptr<FrameStream> stream;
  Frame before;  ///< the last frame as it was, where the difference is shown
  Frame direct;  ///< the frame in its direct format, if it comes in another one
  PixelFormat format = PixelFormat::i420;
  int width = 0;
  int height = 0;
  DenoiserInfo info;

  void configure(const EngineOptions& options);
  void report() const;
  void check_frame(const ConstFrameView& frame, const char* which) const;
  void process(const ConstFrameView& in, const FrameView& out, const DenoiseSettings& settings);
  /// Takes frames of the direct format.
  void run(const ConstFrameView& in, const FrameView& out, const DenoiseSettings& settings);
  void show_noise(const DenoiseSettings& settings, const FrameView& out) const;
};

Denoiser::Denoiser(LogCallback log)
    : impl_(
          translate_errors([] { return "a denoiser"; }, [] { return std::make_unique<Impl>(); })) {
  impl_->log = std::move(log);
}
Denoiser::~Denoiser() = default;
Denoiser::Denoiser(Denoiser&&) noexcept = default;
Denoiser& Denoiser::operator=(Denoiser&&) noexcept = default;

void Denoiser::load(std::shared_ptr<const Model> model) {
  if (!model) throw Error(ErrorCode::bad_argument, "load needs a model, got a null pointer");
  if (model->data().domain == InputRepresentation::noise_features)
    throw Error(ErrorCode::incompatible_model,
                "model " + model->info().name +
                    " estimates noise and removes none: it is a part of the weights of denoisers "
                    "(denoiseae-train --join); load one of those, balanced for example");
  translate_errors([&] { return "the check of model " + model->info().name; },
                   [&] { check_output(model->data(), {}); });
  impl_->stream.reset();
  impl_->engines = {};
  impl_->model = std::move(model);
}

void Denoiser::configure(PixelFormat format, int width, int height, const EngineOptions& options) {
  Impl& d = *impl_;
  d.stream.reset();
  d.engines = {};
  if (!d.model) throw Error(ErrorCode::bad_argument, "configure needs load before it");
  check_frame_size(width, height);
  d.format = format;
  d.width = width;
  d.height = height;
  translate_errors([&] { return "frames of " + size_text(width, height); },
                   [&] { d.configure(options); });
}

void Denoiser::Impl::configure(const EngineOptions& options) {
  const detail::ModelData& data = model->data();
  check_output(data, options);
  const FormatInfo& format_row = format_info(format);
  auto made_stream = make_frame_stream(data, format_row.direct, width, height);
  direct = format_row.is_direct() ? Frame() : Frame(format_row.direct, width, height);
  engines = make_stream_engines(data, width, height, options);
  engines.progress = progress;
  stream = std::move(made_stream);
  const Engine* const engine = engines.denoiser.get();
  info.engine = engine->kind();
  info.precision = engine->precision();
  info.device = engine->device();
  info.threads = engine->threads();
  info.memory_bytes = engines.memory_bytes() + stream->memory_bytes();
  if (!format_row.is_direct()) info.memory_bytes += frame_bytes(std::as_const(direct).view());
  if (log) report();
}

void Denoiser::Impl::report() const {
  const ModelInfo& model_info = model->data().info;
  log(LogLevel::info, "model " + model_info.name + " for " + size_text(width, height) + " on " +
                          to_string(info.engine) + " (" + info.device + ", " +
                          to_string(info.precision) + ", " + std::to_string(info.threads) +
                          " threads)");
  if (model_info.fixed_width == 0 ||
      (width == model_info.fixed_width && height == model_info.fixed_height))
    return;
  const int tiles = engines.denoiser->tiles();
  log(LogLevel::info, "the model sees " +
                          size_text(model_info.fixed_width, model_info.fixed_height) +
                          " pixels at once: each frame becomes " + std::to_string(tiles) +
                          (tiles == 1 ? " tile, mirrored at its edges" : " overlapping tiles") +
                          "; this is for study, models for any size do better");
}

void Denoiser::Impl::check_frame(const ConstFrameView& frame, const char* which) const {
  if (frame.format != format || frame.width != width || frame.height != height) {
    throw Error(ErrorCode::bad_argument,
                std::string(which) + " frame is " + std::string(format_info(frame.format).name) +
                    " " + size_text(frame.width, frame.height) + ", configured for " +
                    std::string(format_info(format).name) + " " + size_text(width, height));
  }
  check_view(frame);
}

void Denoiser::process(const ConstFrameView& in, const FrameView& out,
                       const DenoiseSettings& settings) {
  Impl& d = *impl_;
  if (!d.stream)
    throw Error(ErrorCode::bad_argument, "process needs a successful configure before it");
  d.check_frame(in, "input");
  d.check_frame(out, "output");
  check_setting("noise_level", std::max(settings.noise_level, 0.0), 0, 100);
  check_setting("strength", settings.strength, 0, 2);
  check_setting("chroma_strength", settings.chroma_strength, 0, 2);
  translate_errors([&] { return "a frame of " + size_text(d.width, d.height); },
                   [&] { d.process(in, out, settings); });
}

void Denoiser::Impl::process(const ConstFrameView& in, const FrameView& out,
                             const DenoiseSettings& settings) {
  if (settings.strength == 0) {
    // The network does not see this frame, so that its state would lag behind.
    stream->forget();
    copy_frame(in, out);
  } else if (format_info(format).is_direct()) {
    run(in, out, settings);
  } else {
    ThreadPool* const pool = engines.denoiser->pool();
    decode_frame(in, direct.view(), pool);
    run(direct.view(), direct.view(), settings);
    encode_frame(in, direct.view(), out, pool);
  }
}

void Denoiser::Impl::run(const ConstFrameView& in, const FrameView& out,
                         const DenoiseSettings& settings) {
  if (settings.show == Show::difference) {
    // The frame may be overwritten by its own picture.
    if (before.format() != in.format || before.width() != width || before.height() != height)
      before = Frame(in.format, width, height);
    copy_frame(in, before.view());
  }
  stream->run(in, out, settings, engines);
  if (settings.show == Show::difference) show_difference(std::as_const(before).view(), out);
  if (settings.show == Show::noise) show_noise(settings, out);
}

void Denoiser::Impl::show_noise(const DenoiseSettings& settings, const FrameView& out) const {
  if (const BlockLevels* levels = stream->block_levels(); levels != nullptr) {
    show_levels({levels->luma, levels->columns, kNoiseBlockSide}, out);
    return;
  }
  const double level =
      settings.noise_level >= 0 ? settings.noise_level : stream->estimated_noise_level();
  const std::vector<float> everywhere{static_cast<float>(std::max(level, 0.0))};
  show_levels({everywhere, 0, std::max(width, height)}, out);
}

void Denoiser::set_progress(ProgressCallback progress) {
  impl_->progress = progress;
  impl_->engines.progress = std::move(progress);
}

void Denoiser::reset() noexcept {
  if (impl_->stream) impl_->stream->reset();
}

void Denoiser::take_past(Denoiser& from) {
  Impl& d = *impl_;
  const Impl& other = *from.impl_;
  if (!d.stream || !other.stream)
    throw Error(ErrorCode::bad_argument, "take_past needs two denoisers that are configured");
  if (d.format != other.format || d.width != other.width || d.height != other.height) {
    throw Error(ErrorCode::bad_argument,
                "the past is of " + std::string(format_info(other.format).name) + " " +
                    size_text(other.width, other.height) + ", expected " +
                    std::string(format_info(d.format).name) + " " + size_text(d.width, d.height));
  }
  if (this == &from) return;
  d.stream->reset();
  d.stream->take_past(*other.stream);
  from.reset();
}

namespace {

/// Returns the levels of blocks of 16x16 samples: the root of the mean square of the 2x2 blocks
/// that are known.
NoiseMap public_map(const BlockLevels& levels, int width, int height) {
  const auto blocks = [](int size) { return (size + kNoiseBlockSide - 1) / kNoiseBlockSide; };
  const int columns = blocks(width), rows = blocks(height);
  const auto level_at = [&](const std::vector<float>& from, int x, int y) {
    float squares = 0;
    int count = 0;
    for (int row = 2 * y; row < std::min(2 * y + 2, rows); ++row) {
      for (int column = 2 * x; column < std::min(2 * x + 2, columns); ++column, ++count) {
        const float level = from[static_cast<std::size_t>(row) * levels.columns + column];
        squares += level * level;
      }
    }
    return std::sqrt(squares / static_cast<float>(count));
  };
  NoiseMap map{(columns + 1) / 2, (rows + 1) / 2, {}, {}};
  for (int y = 0; y < map.rows; ++y) {
    for (int x = 0; x < map.columns; ++x) {
      map.luma.push_back(level_at(levels.luma, x, y));
      map.chroma.push_back(level_at(levels.chroma, x, y));
    }
  }
  return map;
}

}  // namespace

double Denoiser::estimated_noise_level() const noexcept {
  return impl_->stream ? impl_->stream->estimated_noise_level() : -1;
}

NoiseMap Denoiser::noise_map() const {
  const BlockLevels* levels = impl_->stream ? impl_->stream->block_levels() : nullptr;
  if (levels == nullptr) return {};
  return translate_errors([] { return "a noise map"; },
                          [&] { return public_map(*levels, impl_->width, impl_->height); });
}

double Denoiser::history() const noexcept { return impl_->stream ? impl_->stream->history() : 1; }

const DenoiserInfo& Denoiser::info() const noexcept { return impl_->info; }

}  // namespace denoiseae
