// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/error.h>

#include <algorithm>

#include "engine/engine.h"
#include "evaluate/contestants.h"
#include "frame/pack.h"
#include "noise/estimate.h"

namespace denoiseae {
namespace {

int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

class FrameModel : public Contestant {
 public:
  explicit FrameModel(const ModelRun& run) : run_(run) { denoiser_.load(run.model); }
  const std::string& name() const override { return run_.name; }
  void restart() override { denoiser_.reset(); }

  Samples denoise(const NoisyPicture& noisy) override {
    const ConstFrameView in = noisy.frame.view();
    if (in.format != format_ || in.width != width_ || in.height != height_) {
      denoiser_.configure(in.format, in.width, in.height, run_.engine);
      format_ = in.format;
      width_ = in.width;
      height_ = in.height;
    }
    Frame out(in.format, in.width, in.height);
    DenoiseSettings settings;
    settings.noise_level = run_.blind ? -1 : noisy.sigma_8bit;
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
  void restart() override { estimator_.reset(); }

  Samples denoise(const NoisyPicture& noisy) override {
    if (!has_planes(noisy.samples.format))
      throw Error(ErrorCode::unsupported_format,
                  "noise that is not rounded needs a gray or 4:2:0 format, found " +
                      std::string(format_info(noisy.samples.format).name));
    configure(noisy.samples);
    const double level = run_.blind ? estimator_.update(noisy.frame.view()) : noisy.sigma_8bit;
    Samples out = noisy.samples;
    if (run_.model->data().domain == Domain::luma) {
      std::copy(out.component[0].begin(), out.component[0].end(), input_.begin());
      engine_->run(in_planes_, out_planes_);
      std::copy(output_.begin(), output_.end(), out.component[0].begin());
      return out;
    }
    pack(noisy.samples);
    const NoiseGain gain = packed_noise_gain(format_info(noisy.samples.format));
    fill_noise_level(in_planes_, kLumaNoiseChannel, level * gain.luma);
    fill_noise_level(in_planes_, kChromaNoiseChannel, level * gain.chroma);
    engine_->run(in_planes_, out_planes_);
    subtract(out);
    return out;
  }

 private:
  void configure(const Samples& samples) {
    if (engine_ && samples.width == width_ && samples.height == height_) return;
    const detail::ModelData& data = run_.model->data();
    const bool packed = data.domain == Domain::packed_yuv420;
    const int alignment = data.graph.alignment();
    const int rows = packed ? round_up((samples.height + 1) / 2, alignment) : samples.height;
    const int columns = packed ? round_up((samples.width + 1) / 2, alignment) : samples.width;
    in_planes_ = {nullptr, packed ? kPackedInputChannels : 1, rows, columns};
    out_planes_ = {nullptr, packed ? kPackedChannels : 1, rows, columns};
    input_.assign(in_planes_.size(), 0.0f);
    output_.assign(out_planes_.size(), 0.0f);
    in_planes_.data = input_.data();
    out_planes_.data = output_.data();
    engine_ = make_engine(data, rows, columns, run_.engine);
    width_ = samples.width;
    height_ = samples.height;
  }

  /// What pack_yuv420 does with codes; the noisy edge replicates.
  void pack(const Samples& samples) {
    const int components = format_info(samples.format).component_count;
    const int chroma_width = (samples.width + 1) / 2;
    const int chroma_height = (samples.height + 1) / 2;
    float* to = input_.data();
    for (int y = 0; y < in_planes_.height; ++y) {
      for (int x = 0; x < in_planes_.width; ++x, to += kPackedInputChannels) {
        for (int phase = 0; phase < 4; ++phase) {
          const int luma_x = std::min(2 * x + (phase & 1), samples.width - 1);
          const int luma_y = std::min(2 * y + (phase >> 1), samples.height - 1);
          to[phase] =
              samples.component[0][static_cast<std::size_t>(luma_y) * samples.width + luma_x] -
              0.5f;
        }
        const std::size_t at =
            static_cast<std::size_t>(std::min(y, chroma_height - 1)) * chroma_width +
            std::min(x, chroma_width - 1);
        for (int c = 1; c < components; ++c) to[3 + c] = samples.component[c][at] - 0.5f;
      }
    }
  }

  void subtract(Samples& samples) const {
    const auto noise = [&](int x, int y, int channel) {
      return output_[(static_cast<std::size_t>(y) * out_planes_.width + x) * kPackedChannels +
                     channel];
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
  std::vector<float> input_;
  std::vector<float> output_;
  PlanesView in_planes_;
  PlanesView out_planes_;
  NoiseEstimator estimator_;
  int width_ = 0;
  int height_ = 0;
};

}  // namespace

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
