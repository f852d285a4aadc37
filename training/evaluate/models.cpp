// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/error.h>

#include <algorithm>
#include <optional>

#include "engine/engine.h"
#include "evaluate/contestants.h"
#include "frame/pack.h"
#include "layout/mirrored.h"
#include "noise/conditioning/noise_map.h"
#include "stream/packed_stream.h"

namespace denoiseae {
namespace {

int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

DenoiseSettings settings_of(const ModelRun& run, const NoisyPicture& noisy) {
  DenoiseSettings settings;
  settings.noise_level = run.blind ? -1 : noisy.sigma_8bit;
  settings.temporal = run.temporal;
  return settings;
}

class FrameModel : public Contestant {
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
    // A denoiser takes no more; coefficient noise of the founding paper is stronger.
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

class PlaneModel : public Contestant {
 public:
  explicit PlaneModel(const ModelRun& run) : run_(run) {}
  const std::string& name() const override { return run_.name; }

  Samples denoise(const NoisyPicture& noisy) override {
    return std::move(denoise_all({&noisy, 1}).front());
  }

  std::vector<Samples> denoise_all(std::span<const NoisyPicture> pictures) override {
    if (pictures.empty()) return {};
    const Samples& first = pictures.front().samples;
    if (!has_planes(first.format))
      throw Error(ErrorCode::unsupported_format,
                  "noise that is not rounded needs a gray or 4:2:0 format, found " +
                      std::string(format_info(first.format).name));
    if (run_.model->data().domain == InputRepresentation::luma &&
        run_.model->data().graph.input_node().channels != 1)
      throw Error(ErrorCode::incompatible_model,
                  "model " + run_.name +
                      " is one for colour, which needs --clip or an RGB format of the pictures");
    configure(first);
    input_.resize(pictures.size() * in_shape_.size());
    output_.resize(pictures.size() * out_shape_.size());
    noise_floors_.clear();
    if (run_.model->data().graph.has_state()) {
      for (std::size_t i = 0; i < pictures.size(); ++i) {
        const StateView past = prepare(pictures[i], input_planes(i));
        engine_->run(input_planes(i), output_planes(i), 1, past);
        stream_->keep();
      }
    } else {
      for (std::size_t i = 0; i < pictures.size(); ++i) prepare(pictures[i], input_planes(i));
      engine_->run(input_planes(0), output_planes(0), static_cast<int>(pictures.size()));
    }
    std::vector<Samples> results;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      if (run_.model->data().domain == InputRepresentation::packed_yuv420)
        clamp_residual(input_planes(i), output_planes(i), noise_floors_[i]);
      results.push_back(finished(pictures[i].samples, output_planes(i)));
    }
    return results;
  }

 private:
  TensorView planes_at(std::vector<float>& values, TensorView shape, std::size_t i) const {
    shape.data = values.data() + i * shape.size();
    return shape;
  }
  TensorView input_planes(std::size_t i) { return planes_at(input_, in_shape_, i); }
  TensorView output_planes(std::size_t i) { return planes_at(output_, out_shape_, i); }

  StateView prepare(const NoisyPicture& noisy, const TensorView& in) {
    if (run_.model->data().domain == InputRepresentation::luma) {
      const std::vector<float>& luma = noisy.samples.component[0];
      std::copy(luma.begin(), luma.end(), in.data);
      return {};
    }
    if (noisy.starts_clip) stream_->reset();
    pack(noisy.samples, in);
    const StateView past = stream_->prepare(noisy.frame.view(), settings_of(run_, noisy), in);
    noise_floors_.push_back(stream_->noise_floor(run_.model->data().noise_floor));
    return past;
  }

  Samples finished(const Samples& noisy, const TensorView& out) const {
    Samples result = noisy;
    if (run_.model->data().domain == InputRepresentation::luma)
      std::copy(out.data, out.data + out.size(), result.component[0].begin());
    else
      subtract(out, result);
    return result;
  }

  void configure(const Samples& samples) {
    if (engine_ && samples.width == width_ && samples.height == height_) return;
    const detail::ModelData& data = run_.model->data();
    const bool packed = data.domain == InputRepresentation::packed_yuv420;
    const int alignment = data.graph.alignment();
    const int rows = packed ? round_up((samples.height + 1) / 2, alignment) : samples.height;
    const int columns = packed ? round_up((samples.width + 1) / 2, alignment) : samples.width;
    in_shape_ = {nullptr, packed ? kPackedInputChannels : 1, rows, columns};
    out_shape_ = {nullptr, packed ? kPackedChannels : 1, rows, columns};
    engine_ = make_engine(data, rows, columns, run_.engine);
    if (packed) stream_.emplace(samples.width, samples.height, in_shape_, data.graph.has_state());
    width_ = samples.width;
    height_ = samples.height;
  }

  /// What pack_yuv420 does with codes; the noisy edge mirrors.
  static void pack(const Samples& samples, const TensorView& in) {
    const int components = format_info(samples.format).component_count;
    const int chroma_width = (samples.width + 1) / 2;
    const int chroma_height = (samples.height + 1) / 2;
    float* to = in.data;
    for (int y = 0; y < in.height; ++y) {
      for (int x = 0; x < in.width; ++x, to += kPackedInputChannels) {
        for (int phase = 0; phase < 4; ++phase) {
          const int luma_x = mirrored(2 * x + (phase & 1), samples.width);
          const int luma_y = mirrored(2 * y + (phase >> 1), samples.height);
          to[phase] =
              samples.component[0][static_cast<std::size_t>(luma_y) * samples.width + luma_x] -
              0.5f;
        }
        const std::size_t at = static_cast<std::size_t>(mirrored(y, chroma_height)) * chroma_width +
                               mirrored(x, chroma_width);
        for (int c = 1; c < 3; ++c)
          to[3 + c] = c < components ? samples.component[c][at] - 0.5f : 0.0f;
      }
    }
  }

  static void subtract(const TensorView& out, Samples& samples) {
    const auto noise = [&](int x, int y, int channel) {
      return out.data[(static_cast<std::size_t>(y) * out.width + x) * kPackedChannels + channel];
    };
    const FormatInfo& info = format_info(samples.format);
    for (int c = 0; c < info.component_count; ++c) {
      auto to = samples.component[c].begin();
      for (int y = 0; y < info.component_height(c, samples.height); ++y)
        for (int x = 0; x < info.component_width(c, samples.width); ++x)
          *to++ -= c == 0 ? noise(x / 2, y / 2, (y & 1) * 2 + (x & 1)) : noise(x, y, 3 + c);
    }
  }

  ModelRun run_;
  std::unique_ptr<Engine> engine_;
  TensorView in_shape_;  ///< of one picture, without data
  TensorView out_shape_;
  std::vector<float> input_;
  std::vector<float> output_;
  std::vector<NoiseFloor> noise_floors_;  ///< one for each picture
  std::optional<PackedStream> stream_;    ///< of the domain packed_yuv420
  int width_ = 0;
  int height_ = 0;
};

}  // namespace

std::vector<Samples> Contestant::denoise_all(std::span<const NoisyPicture> pictures) {
  std::vector<Samples> results;
  for (const NoisyPicture& noisy : pictures) results.push_back(denoise(noisy));
  return results;
}

bool has_planes(PixelFormat format) {
  const FormatInfo& info = format_info(format);
  return info.family == ColorFamily::gray ||
         (info.family == ColorFamily::yuv && info.component[1].log2_sub_x == 1 &&
          info.component[1].log2_sub_y == 1);
}

std::unique_ptr<Contestant> make_frame_model(const ModelRun& run) {
  return std::make_unique<FrameModel>(run);
}

std::unique_ptr<Contestant> make_plane_model(const ModelRun& run) {
  return std::make_unique<PlaneModel>(run);
}

}  // namespace denoiseae
