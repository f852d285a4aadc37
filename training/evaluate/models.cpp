// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/error.h>

#include <algorithm>
#include <optional>

#include "engine/whole_tensors.h"
#include "evaluate/methods.h"
#include "frame/subtract.h"
#include "layout/mirrored.h"
#include "layout/packed_layout.h"
#include "stream/frame_stream.h"
#include "stream/packed_stream.h"

namespace denoiseae {
namespace {

DenoiseSettings settings_of(const ModelRun& run, const NoisyPicture& noisy) {
  DenoiseSettings settings;
  settings.noise_level = run.blind ? -1 : noisy.sigma_8bit;
  settings.temporal = run.temporal;
  return settings;
}

class FrameModel : public Method {
 public:
  explicit FrameModel(const ModelRun& run) : run_(run) { denoiser_.load(run.model); }
  const std::string& name() const override { return run_.name; }

  Samples denoise(const NoisyPicture& noisy) override {
    if (noisy.starts_clip) denoiser_.reset();
    const ConstFrameView in = noisy.frame.view();
    if (in.format != format_ || in.width != width_ || in.height != height_) {
      denoiser_.configure(in.format, in.width, in.height, run_.engine);
      format_ = in.format;
      width_ = in.width;
      height_ = in.height;
    }
    Frame out(in.format, in.width, in.height);
    DenoiseSettings settings = settings_of(run_, noisy);
    // A denoiser accepts at most 100, and the coefficient noise of the founding paper is stronger.
    settings.noise_level = std::min(settings.noise_level, 100.0);
    denoiser_.process(in, out.view(), settings);
    return to_samples(out.view());
  }

 private:
  ModelRun run_;
  Denoiser denoiser_;
  PixelFormat format_ = PixelFormat::gray8;
  int width_ = 0;
  int height_ = 0;
};

/// Packs samples that are no codes for a network, and takes the noise that it finds out of them.
class SamplePacking final : public PackedFrames {
 public:
  /// result: holds noisy.samples before the run, and the denoised samples after it.
  void set_picture(const NoisyPicture& noisy, Samples& result) {
    noisy_ = &noisy;
    result_ = &result;
  }

  void prepare(FrameCodes& codes, ThreadPool* pool) override {
    codes.take_frame(noisy_->frame.view(), pool);
  }

  void pack(int first_row, const TensorView& rows) const override {
    for (int y = 0; y < rows.height; ++y)
      for (int x = 0; x < rows.width; ++x)
        for (int channel = 0; channel < kPackedChannels; ++channel)
          row_of(rows, y)[x * rows.channels + channel] = packed_value(channel, x, first_row + y);
  }

  void subtract(int first_row, const TensorView& noise) override {
    const FormatInfo& info = format_info(result_->format);
    for (int c = 0; c < info.component_count; ++c) {
      const int height = info.component_height(c, result_->height);
      const int width = info.component_width(c, result_->width);
      const int rows_each = c == 0 ? 2 : 1;  // that one packed row holds
      const int end = std::min(rows_each * (first_row + noise.height), height);
      for (int y = rows_each * first_row; y < end; ++y) {
        const float* from = row_of(noise, y / rows_each - first_row);
        float* to = result_->component[c].data() + static_cast<std::size_t>(y) * width;
        for (int x = 0; x < width; ++x)
          to[x] -= c == 0 ? from[x / 2 * noise.channels + luma_channel(x, y)]
                          : from[x * noise.channels + 3 + c];
      }
    }
  }

 private:
  float packed_value(int channel, int x, int y) const {
    const bool is_luma = channel < 4;
    const int c = is_luma ? 0 : channel - 3;
    const Samples& samples = noisy_->samples;
    const FormatInfo& info = format_info(samples.format);
    if (c >= info.component_count) return 0;
    const int width = info.component_width(c, samples.width);
    const int column = mirrored(is_luma ? 2 * x + channel % 2 : x, width);
    const int row =
        mirrored(is_luma ? 2 * y + channel / 2 : y, info.component_height(c, samples.height));
    return samples.component[c][static_cast<std::size_t>(row) * width + column] - 0.5f;
  }

  const NoisyPicture* noisy_ = nullptr;
  Samples* result_ = nullptr;
};

/// Denoises as the literature measures: the samples are neither rounded nor clipped.
class SampleModel : public Method {
 public:
  explicit SampleModel(const ModelRun& run) : run_(run) {}
  const std::string& name() const override { return run_.name; }

  Samples denoise(const NoisyPicture& noisy) override {
    check(noisy.samples);
    configure(noisy.samples);
    Samples result = noisy.samples;
    if (stream_) {
      if (noisy.starts_clip) stream_->reset();
      packing_.set_picture(noisy, result);
      stream_->run(packing_, settings_of(run_, noisy), engines_);
    } else {
      std::vector<float> luma = noisy.samples.component[0];
      WholeTensors whole({luma.data(), 1, result.height, result.width},
                         {result.component[0].data(), 1, result.height, result.width});
      engines_.denoiser->run(whole, whole);
    }
    return result;
  }

 private:
  void check(const Samples& samples) const {
    if (!network_sees_all_samples(format_info(samples.format)))
      throw Error(ErrorCode::unsupported_format,
                  "noise that is not rounded needs a gray or 4:2:0 format, found " +
                      std::string(format_info(samples.format).name));
    const detail::ModelData& data = run_.model->data();
    if (data.domain == InputRepresentation::luma && data.graph.input_node().channels != 1)
      throw Error(ErrorCode::incompatible_model,
                  "model " + run_.name +
                      " is one for colour, which needs --clip or an RGB format of the pictures");
  }

  void configure(const Samples& samples) {
    if (engines_.denoiser && samples.format == format_ && samples.width == width_ &&
        samples.height == height_)
      return;
    const detail::ModelData& data = run_.model->data();
    const TensorView input = network_input(data, samples.width, samples.height);
    stream_.reset();
    engines_ = make_stream_engines(data, samples.width, samples.height, run_.engine);
    if (data.domain == InputRepresentation::packed_yuv420)
      stream_.emplace(samples.format, samples.width, samples.height, input, data);
    format_ = samples.format;
    width_ = samples.width;
    height_ = samples.height;
  }

  ModelRun run_;
  StreamEngines engines_;
  SamplePacking packing_;
  std::optional<PackedStream> stream_;  ///< for networks that see packed planes
  PixelFormat format_ = PixelFormat::gray8;
  int width_ = 0;
  int height_ = 0;
};

}  // namespace

std::vector<Samples> Method::denoise_all(std::span<const NoisyPicture> pictures) {
  std::vector<Samples> results;
  for (const NoisyPicture& noisy : pictures) results.push_back(denoise(noisy));
  return results;
}

std::unique_ptr<Method> make_frame_model(const ModelRun& run) {
  return std::make_unique<FrameModel>(run);
}

std::unique_ptr<Method> make_sample_model(const ModelRun& run) {
  return std::make_unique<SampleModel>(run);
}

}  // namespace denoiseae
