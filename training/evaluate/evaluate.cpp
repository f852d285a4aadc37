// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluate/evaluate.h"

#include <denoiseae/error.h>
#include <denoiseae/sharpen.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <span>

#include "data/noise_level.h"
#include "data/picture_set.h"
#include "evaluate/contestants.h"

namespace denoiseae {
namespace {

/// Width and height of the details in a figure.
constexpr int kDetailPx = 192;

PictureSet load_pictures(const std::filesystem::path& path, const EvalOptions& options,
                         const LogCallback& log) {
  const DatasetInfo& info = options.kind.empty() ? guess_dataset(path) : find_dataset(options.kind);
  PictureSet pictures = info.load(path, {options.limit, log});
  if (options.gray) {
    for (Picture& picture : pictures)
      if (picture.pixels.channels() == 3)
        cv::cvtColor(picture.pixels, picture.pixels, cv::COLOR_BGR2GRAY);
  }
  return pictures;
}

/// Models of fixed size decide the size of all pictures.
void resize_for_models(PictureSet& pictures, std::span<const ModelRun> runs) {
  cv::Size size;
  for (const ModelRun& run : runs) {
    const ModelInfo& info = run.model->info();
    if (info.fixed_width == 0) continue;
    const cv::Size fixed(info.fixed_width, info.fixed_height);
    if (!size.empty() && size != fixed)
      throw Error(ErrorCode::incompatible_model,
                  "the models need pictures of different sizes; evaluate them one by one");
    size = fixed;
  }
  if (size.empty()) return;
  for (Picture& picture : pictures) {
    if (picture.pixels.size() == size) continue;
    cv::Mat resized;
    cv::resize(picture.pixels, resized, size, 0, 0, cv::INTER_AREA);
    picture.pixels = resized;
  }
}

/// Names by which the models differ: the folder's or file's, the path where these are equal.
std::vector<ModelRun> load_models(const EvalOptions& options) {
  std::vector<ModelRun> runs;
  for (const std::string& model : options.models) {
    ModelRun run{load_model(model), "", options.blind, {}};
    run.engine.threads = options.threads;
    run.name = run.model->info().name;
    for (const ModelRun& other : runs)
      if (other.name == run.name) run.name = model;
    runs.push_back(std::move(run));
  }
  return runs;
}

PixelFormat format_of(const Picture& picture, const EvalOptions& options) {
  if (options.format) return *options.format;
  if (picture.pixels.channels() == 1) return PixelFormat::gray8;
  return picture.clip < 0 ? PixelFormat::bgr : PixelFormat::i420;
}

struct Trial {
  Samples clean;
  NoisyPicture noisy;
  bool clipped;
};

Trial make_trial(const Picture& picture, const NoiseSpec& noise, std::uint64_t index,
                 const EvalOptions& options) {
  const PixelFormat format = format_of(picture, options);
  Trial trial{to_samples(frame_of_picture(picture.pixels, format).view()),
              {},
              options.clip || !has_planes(format)};
  trial.noisy.samples = trial.clean;
  add_noise(trial.noisy.samples, noise.model, noise.level, options.seed, index);
  trial.noisy.frame = to_frame(trial.noisy.samples);
  trial.noisy.sigma_8bit = sigma_8bit(noise.model, noise.level);
  if (trial.clipped) trial.noisy.samples = to_samples(trial.noisy.frame.view());
  return trial;
}

double best_parameter(const BaselineInfo& info, const PictureSet& pictures, const NoiseSpec& noise,
                      const EvalOptions& options) {
  double best = info.default_parameter;
  double best_psnr = -1e9;
  for (const double parameter : info.parameters) {
    const auto contestant = make_baseline(info, parameter);
    double psnr = 0;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      const Trial trial = make_trial(pictures[i], noise, i, options);
      psnr += measure(trial.clean, contestant->denoise(trial.noisy)).psnr;
    }
    if (psnr > best_psnr) {
      best_psnr = psnr;
      best = parameter;
    }
  }
  return best;
}

Samples sharpened_samples(const Samples& samples, double amount) {
  const Frame in = to_frame(samples);
  Frame out(in.format(), in.width(), in.height());
  sharpen3x3(in.view(), out.view(), amount, true);
  return to_samples(out.view());
}

cv::Mat detail_of(const Samples& samples) {
  const cv::Mat picture = picture_of_frame(to_frame(samples).view());
  const int width = std::min(kDetailPx, picture.cols);
  const int height = std::min(kDetailPx, picture.rows);
  return picture(cv::Rect((picture.cols - width) / 2, (picture.rows - height) / 2, width, height))
      .clone();
}

void add(std::vector<Quality>& sum, const std::vector<Quality>& quality, double weight) {
  sum.resize(quality.size());
  for (std::size_t i = 0; i < quality.size(); ++i) {
    sum[i].psnr += weight * quality[i].psnr;
    sum[i].ssim += weight * quality[i].ssim;
  }
}

/// The contestants of one kind of noise.
class Comparison {
 public:
  Comparison(const NoiseSpec& noise, const EvalOptions& options, std::span<const ModelRun> runs,
             const PictureSet& tune_pictures, const LogCallback& log)
      : options_(options) {
    result_.noise = noise;
    result_.methods.push_back("noisy");
    for (const ModelRun& run : runs) {
      models_.push_back({make_plane_model(run), make_frame_model(run)});
      result_.methods.push_back(run.name);
      if (options.sharpen) result_.methods.push_back(run.name + ", sharpened");
    }
    for (const std::string& name : options.baselines) {
      const BaselineInfo& info = find_baseline(name);
      double parameter = info.default_parameter;
      if (!tune_pictures.empty()) {
        parameter = best_parameter(info, tune_pictures, noise, options);
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%g", parameter);
        if (log) log(LogLevel::info, name + " is best with parameter " + text.data());
      }
      baselines_.push_back(make_baseline(info, parameter));
      result_.methods.push_back(name);
    }
  }

  void add_picture(const Picture& picture, std::size_t index) {
    const bool new_group = result_.groups.empty() || picture.clip < 0 || picture.clip != clip_;
    if (new_group) start_group(picture);
    const Trial trial = make_trial(picture, result_.noise, index, options_);
    result_.clipped |= trial.clipped;
    std::vector<Samples> outputs{trial.noisy.samples};
    for (Model& model : models_) {
      outputs.push_back((trial.clipped ? model.frames : model.planes)->denoise(trial.noisy));
      if (options_.sharpen) outputs.push_back(sharpened_samples(outputs.back(), *options_.sharpen));
    }
    for (const auto& baseline : baselines_) outputs.push_back(baseline->denoise(trial.noisy));

    std::vector<Quality> quality;
    for (const Samples& output : outputs) quality.push_back(measure(trial.clean, output));
    GroupResult& group = result_.groups.back();
    add(group.quality, quality, 1);
    ++group.frames;
    group.format = format_info(trial.clean.format).name;
    if (new_group && result_.figure.size() < options_.figure_columns) {
      FigureColumn column{{}, quality};
      for (const Samples& output : outputs) column.pictures.push_back(detail_of(output));
      column.pictures.push_back(detail_of(trial.clean));
      result_.figure.push_back(std::move(column));
    }
  }

  NoiseResult finish() {
    for (GroupResult& group : result_.groups) {
      for (Quality& quality : group.quality) {
        quality.psnr /= group.frames;
        quality.ssim /= group.frames;
      }
      add(result_.mean, group.quality, 1.0 / static_cast<double>(result_.groups.size()));
    }
    return std::move(result_);
  }

 private:
  struct Model {
    std::unique_ptr<Contestant> planes;
    std::unique_ptr<Contestant> frames;
  };

  void start_group(const Picture& picture) {
    clip_ = picture.clip;
    const std::string folder = std::filesystem::path(picture.name).parent_path().string();
    result_.groups.push_back({picture.clip < 0 || folder.empty() ? picture.name : folder});
    for (Model& model : models_) {
      model.planes->restart();
      model.frames->restart();
    }
  }

  const EvalOptions& options_;
  NoiseResult result_;
  std::vector<Model> models_;
  std::vector<std::unique_ptr<Contestant>> baselines_;
  int clip_ = -1;
};

}  // namespace

std::vector<NoiseResult> evaluate(const EvalOptions& options, const LogCallback& log) {
  const std::vector<ModelRun> runs = load_models(options);
  PictureSet pictures = load_pictures(options.data, options, log);
  PictureSet tune_pictures;
  if (!options.tune_data.empty()) tune_pictures = load_pictures(options.tune_data, options, log);
  resize_for_models(pictures, runs);
  resize_for_models(tune_pictures, runs);

  std::vector<NoiseResult> results;
  for (const NoiseSpec& noise : options.noise) {
    Comparison comparison(noise, options, runs, tune_pictures, log);
    for (std::size_t i = 0; i < pictures.size(); ++i) comparison.add_picture(pictures[i], i);
    results.push_back(comparison.finish());
  }
  return results;
}

}  // namespace denoiseae
