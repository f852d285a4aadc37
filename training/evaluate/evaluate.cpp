// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluate/evaluate.h"

#include <denoiseae/error.h>
#include <denoiseae/sharpen.h>

#include <algorithm>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <span>
#include <sstream>

#include "data/picture_set.h"
#include "evaluate/methods.h"
#include "evaluate/parallel.h"
#include "evaluate/test_sample.h"
#include "evaluate/tune.h"
#include "model/model_data.h"
#include "report/picture_grid.h"

namespace denoiseae {
namespace {

/// Width and height of the details in a figure.
constexpr int kDetailPx = 192;

/// The pixels that are made noisy, denoised and measured together: some hundred small pictures, so
/// that all threads have work, but only one or two photographs, which fill the memory.
constexpr std::size_t kChunkPixels = 1 << 18;

/// Returns the side of the split that training validated on, or the side that it trained on.
PictureSet side_of_split(PictureSet pictures, bool held_out, const EvalOptions& options) {
  Split parts =
      grouped_split(std::move(pictures), options.group, options.held_out, options.split_seed);
  return held_out ? std::move(parts.validation) : std::move(parts.training);
}

PictureSet load_pictures(const std::filesystem::path& path, bool to_tune,
                         const EvalOptions& options, const LogCallback& log) {
  const std::string& part = to_tune ? options.tune_part : options.part;
  const std::size_t limit = to_tune ? options.tune_limit : options.limit;
  const DatasetInfo& info = options.kind.empty() ? guess_dataset(path) : find_dataset(options.kind);
  const bool cut_later = options.held_out > 0;
  DatasetOptions wanted;
  wanted.limit = cut_later ? 0 : limit;
  wanted.part = part;
  wanted.category = options.category;
  wanted.size_px = options.size_px;
  wanted.video_frames = 0;
  wanted.log = log;
  PictureSet pictures = info.load(path, wanted);
  if (cut_later) pictures = side_of_split(std::move(pictures), !to_tune, options);
  // The limit of the data set counts clips where there are clips.
  if ((cut_later || to_tune) && limit > 0 && pictures.size() > limit) pictures.resize(limit);
  if (options.gray) {
    for (Picture& picture : pictures)
      if (picture.pixels.channels() == 3)
        cv::cvtColor(picture.pixels, picture.pixels, cv::COLOR_BGR2GRAY);
  }
  return pictures;
}

/// Resizes all pictures to the size of the models that have a fixed one.
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

/// Loads the models and gives them names by which they differ: that of the folder or file, or the
/// path where these are equal. Models without a recurrent state run once.
std::vector<ModelRun> load_models(const EvalOptions& options) {
  std::vector<ModelRun> runs;
  for (const std::string& model : options.models) {
    ModelRun run{load_model(model), "", options.blind, {}};
    run.engine.threads = options.threads;
    run.engine.precision = options.precision;
    run.name = run.model->info().name;
    for (const ModelRun& other : runs)
      if (other.name == run.name) run.name = model;
    const bool has_state = run.model->data().graph.has_state();
    if (!has_state || options.temporal != UseState::no) runs.push_back(run);
    if (has_state && options.temporal != UseState::yes) {
      run.name += ", temporal=false";
      run.temporal = false;
      runs.push_back(std::move(run));
    }
  }
  return runs;
}

Samples sharpened_samples(const Samples& samples, double amount) {
  const Frame in = to_frame(samples);
  Frame out(in.format(), in.width(), in.height());
  sharpen3x3(in.view(), out.view(), amount, true);
  return to_samples(out.view());
}

cv::Mat detail_of(const Samples& samples, CodeRange range) {
  const cv::Mat picture = picture_of_frame(to_frame(samples).view(), range);
  const int width = std::min(kDetailPx, picture.cols);
  const int height = std::min(kDetailPx, picture.rows);
  return picture(cv::Rect((picture.cols - width) / 2, (picture.rows - height) / 2, width, height))
      .clone();
}

void add_weighted(std::vector<Quality>& sum, const std::vector<Quality>& quality, double weight) {
  sum.resize(quality.size());
  for (std::size_t i = 0; i < quality.size(); ++i) {
    sum[i].psnr += weight * quality[i].psnr;
    sum[i].ssim += weight * quality[i].ssim;
  }
}

std::string group_name(const Picture& picture) {
  const std::string folder = std::filesystem::path(picture.name).parent_path().string();
  return picture.clip < 0 || folder.empty() ? picture.name : folder;
}

FigureColumn figure_column(std::span<const std::vector<Samples>> outputs, std::size_t picture,
                           const Samples& clean, const std::vector<Quality>& quality,
                           CodeRange range) {
  FigureColumn column{{}, quality};
  for (const std::vector<Samples>& output : outputs)
    column.pictures.push_back(detail_of(output[picture], range));
  column.pictures.push_back(detail_of(clean, range));
  return column;
}

/// Counts the pictures from the first on that have its size and format, at most as many as fit a
/// chunk.
std::size_t count_alike(std::span<const Picture> pictures, const EvalOptions& options) {
  const cv::Mat& first = pictures.front().pixels;
  const PixelFormat format = format_of(pictures.front(), options);
  const std::size_t most = std::max<std::size_t>(1, kChunkPixels / first.total());
  std::size_t count = 1;
  while (count < std::min(most, pictures.size()) && pictures[count].pixels.size() == first.size() &&
         format_of(pictures[count], options) == format)
    ++count;
  return count;
}

/// All methods on one kind of noise.
class Comparison {
 public:
  Comparison(const NoiseSpec& noise, const EvalOptions& options, std::span<const ModelRun> runs,
             const PictureSet& tune_pictures, const LogCallback& log)
      : options_(options) {
    result_.noise = noise;
    result_.methods.emplace_back("noisy");
    for (const ModelRun& run : runs) {
      models_.push_back({make_sample_model(run), make_frame_model(run)});
      result_.methods.push_back(run.name);
      if (options.sharpen) result_.methods.push_back(run.name + ", sharpened");
    }
    const std::vector<double> parameters =
        tuned_parameters(options.baselines, tune_pictures, noise, options);
    for (std::size_t b = 0; b < options.baselines.size(); ++b) {
      const std::string& name = options.baselines[b];
      if (log && !tune_pictures.empty()) {
        std::ostringstream text;
        text << name << " is best with parameter " << parameters[b] << " for " << to_string(noise);
        log(LogLevel::info, text.str());
      }
      baselines_.push_back(make_baseline(find_baseline(name), parameters[b]));
      result_.methods.push_back(name);
    }
  }

  /// Denoises and measures pictures of one size and format. first: the index of the first of them
  /// in the set.
  void add(std::span<const Picture> pictures, std::size_t first) {
    const PixelFormat format = format_of(pictures.front(), options_);
    const bool clipped = is_clipped(format, options_);
    result_.clipped |= clipped;
    std::vector<Samples> clean(pictures.size());
    std::vector<NoisyPicture> noisy(pictures.size());
    for_each_index(pictures.size(), [&](std::size_t i) {
      TestSample sample = make_test_sample(pictures[i], result_.noise, first + i, options_);
      clean[i] = std::move(sample.clean);
      noisy[i] = std::move(sample.noisy);
    });
    int clip = clip_;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      noisy[i].starts_clip = pictures[i].clip < 0 || pictures[i].clip != clip;
      clip = pictures[i].clip;
    }
    clip_ = clip;

    const std::vector<std::vector<Samples>> outputs = outputs_of(noisy, clipped);
    std::vector<std::vector<Quality>> quality(pictures.size());
    for_each_index(pictures.size(), [&](std::size_t i) {
      for (const std::vector<Samples>& output : outputs)
        quality[i].push_back((options_.chroma ? measure_chroma : measure)(clean[i], output[i]));
    });
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      if (noisy[i].starts_clip) {
        result_.groups.push_back({group_name(pictures[i]), std::string(format_info(format).name)});
        if (result_.figure.size() < options_.figure_columns)
          result_.figure.push_back(figure_column(outputs, i, clean[i], quality[i], options_.range));
      }
      GroupResult& group = result_.groups.back();
      add_weighted(group.quality, quality[i], 1);
      group.by_frame.push_back({pictures[i].name, quality[i]});
      ++group.frames;
    }
    if (!options_.frames_folder.empty()) write_frames(pictures, outputs);
  }

  NoiseResult finish() {
    for (GroupResult& group : result_.groups) {
      for (Quality& quality : group.quality) {
        quality.psnr /= group.frames;
        quality.ssim /= group.frames;
      }
      add_weighted(result_.mean, group.quality, 1.0 / static_cast<double>(result_.groups.size()));
    }
    return std::move(result_);
  }

 private:
  struct Model {
    std::unique_ptr<Method> planes;
    std::unique_ptr<Method> frames;
  };

  /// Returns for each method, in their order, a result for each picture.
  std::vector<std::vector<Samples>> outputs_of(std::span<const NoisyPicture> noisy, bool clipped) {
    std::vector<std::vector<Samples>> outputs(1);
    for (const NoisyPicture& picture : noisy) outputs[0].push_back(picture.samples);
    for (Model& model : models_) {
      outputs.push_back((clipped ? model.frames : model.planes)->denoise_all(noisy));
      if (!options_.sharpen) continue;
      std::vector<Samples> sharpened(noisy.size());
      for_each_index(noisy.size(), [&](std::size_t i) {
        sharpened[i] = sharpened_samples(outputs.back()[i], *options_.sharpen);
      });
      outputs.push_back(std::move(sharpened));
    }
    for (const auto& baseline : baselines_) outputs.push_back(baseline->denoise_all(noisy));
    return outputs;
  }

  void write_frames(std::span<const Picture> pictures,
                    std::span<const std::vector<Samples>> outputs) const {
    for (std::size_t m = 0; m < outputs.size(); ++m) {
      std::string method = result_.methods[m];
      std::replace(method.begin(), method.end(), '/', '_');
      for (std::size_t i = 0; i < pictures.size(); ++i) {
        std::filesystem::path path = options_.frames_folder / method / pictures[i].name;
        path.replace_extension(".png");
        std::filesystem::create_directories(path.parent_path());
        write_png(path, picture_of_frame(to_frame(outputs[m][i]).view(), options_.range));
      }
    }
  }

  const EvalOptions& options_;
  NoiseResult result_;
  std::vector<Model> models_;
  std::vector<std::unique_ptr<Method>> baselines_;
  int clip_ = -1;
};

}  // namespace

std::vector<NoiseResult> evaluate(const EvalOptions& options, const LogCallback& log) {
  const std::vector<ModelRun> runs = load_models(options);
  PictureSet pictures = load_pictures(options.data, false, options, log);
  PictureSet tune_pictures;
  if (!options.tune_data.empty()) {
    tune_pictures = load_pictures(options.tune_data, true, options, log);
  }
  if (!options.tiles) {
    resize_for_models(pictures, runs);
    resize_for_models(tune_pictures, runs);
  }

  std::vector<NoiseResult> results;
  for (const NoiseSpec& noise : options.noise) {
    Comparison comparison(noise, options, runs, tune_pictures, log);
    for (std::size_t first = 0, count = 0; first < pictures.size(); first += count) {
      const std::span<const Picture> rest = std::span(pictures).subspan(first);
      count = count_alike(rest, options);
      comparison.add(rest.first(count), first);
    }
    results.push_back(comparison.finish());
  }
  return results;
}

}  // namespace denoiseae
