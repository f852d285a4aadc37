// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluate/eval_main.h"

#include <denoiseae/error.h>
#include <denoiseae/version.h>

#include <CLI/CLI.hpp>
#include <array>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

#include "data/picture_set.h"
#include "evaluate/evaluate.h"
#include "evaluate/methods.h"
#include "evaluate/results.h"

namespace denoiseae {
namespace {

constexpr int kFailed = 1;
constexpr int kBadUsage = 2;
constexpr double kSharpenOfPaper = 1;
constexpr std::array kPrecisions = {Precision::automatic, Precision::float32, Precision::bfloat16,
                                    Precision::int8};
const std::vector<std::string> kParts = {"train", "test"};

constexpr char kExamples[] = R"(Examples:
  denoiseae-eval --model balanced --data photos/test/BSD68 --noise gaussian:25
  denoiseae-eval --model balanced --model run/best.safetensors --data photos/test/CBSD68 \
      --gray --noise gaussian:15 --noise gaussian:50 --csv results.csv
  denoiseae-eval --model balanced --data video/test --clip --noise-level blind \
      --baseline nlm,median --tune-data photos/train --figure results.png
  denoiseae-eval --model runs/paper-mnist/best.safetensors --kind mnist --data mnist --noise all \
      --baseline nlm,bilateral,median,gaussian --tune-data mnist
  denoiseae-eval --model balanced --kind fer2013 --data fer2013 --class all --noise gaussian
Noise is rounded to 8 bit and clipped for RGB formats and with --clip, as frames are; without, it is
not, as in the literature. RGB formats are measured on all components, the others on luma.)";

/// Reads "gaussian:25", or "gaussian" for the default level of the noise model.
NoiseSpec parse_noise(const std::string& text) {
  const auto colon = text.find(':');
  try {
    const NoiseModelInfo& info = noise_model_info(noise_model_from_name(text.substr(0, colon)));
    NoiseSpec noise{info.model, info.default_level};
    if (colon != std::string::npos) {
      std::size_t end = 0;
      const std::string level = text.substr(colon + 1);
      noise.level = std::stod(level, &end);
      if (end != level.size()) throw std::invalid_argument("trailing characters");
    }
    if (!(noise.level >= 0 && noise.level <= info.max_level))
      throw CLI::ValidationError("--noise", "the level of " + std::string(info.name) +
                                                " must be 0 to " + std::to_string(info.max_level) +
                                                ", found " + text);
    return noise;
  } catch (const Error& error) {
    throw CLI::ValidationError("--noise", error.what());
  } catch (const std::logic_error&) {
    throw CLI::ValidationError("--noise", "expected MODEL:LEVEL (gaussian:25), found " + text);
  }
}

/// Reads the values of --noise; "all" stands for every noise model with its default level.
std::vector<NoiseSpec> parse_noises(const std::vector<std::string>& texts) {
  std::vector<NoiseSpec> noises;
  for (const std::string& text : texts) {
    if (text != "all") {
      noises.push_back(parse_noise(text));
      continue;
    }
    for (const NoiseModelInfo& info : noise_models())
      noises.push_back({info.model, info.default_level});
  }
  return noises;
}

template <typename Table>
std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& row : table) names.emplace_back(row.name);
  return names;
}

std::vector<std::string> precision_names() {
  std::vector<std::string> names;
  for (const Precision precision : kPrecisions) names.emplace_back(to_string(precision));
  return names;
}

/// The command line as it is read, before it is turned into EvalOptions.
struct CommandLine {
  EvalOptions options;
  std::vector<std::string> noise{"gaussian:25"};
  std::string noise_level = "given";
  std::string temporal = "true";
  std::string precision = "auto";
  std::string format;
  std::string range = "full";
  double sharpen = 0;
  std::filesystem::path figure;
  std::size_t figure_columns = 4;
  std::filesystem::path csv;
  bool per_frame = false;
};

void declare(CLI::App& app, CommandLine& line) {
  EvalOptions& options = line.options;
  app.add_option("--model", options.models,
                 "name of a model or path of a weights file; repeat to compare");
  app.add_option("--data", options.data, "folder of pictures or clips, or IDX file")->required();
  app.add_option("--kind", options.kind, "what the data is; default: guessed")
      ->check(CLI::IsMember(names_of(datasets())));
  app.add_option("--part", options.part, "of data that comes in parts: train or test")
      ->check(CLI::IsMember(kParts))
      ->capture_default_str();
  app.add_option("--class", options.category,
                 "of data of several classes: a class, or all; default: the one of the paper");
  app.add_option("--size", options.size_px,
                 "reduce the pictures to gray squares of so many pixels, averaged by area")
      ->check(CLI::Range(1, 4096));
  auto* held_out =
      app.add_option("--held-out", options.held_out,
                     "use the pictures that denoiseae-train holds back with this validation_share, "
                     "and the others to tune on")
          ->check(CLI::Range(0.001, 0.9));
  app.add_option("--group", options.group, "the group of that training's data source")
      ->needs(held_out);
  app.add_option("--split-seed", options.split_seed, "the seed of that training")
      ->needs(held_out)
      ->capture_default_str();
  app.add_flag("--tiles", options.tiles,
               "give models of one size the pictures in tiles, as the element does, instead of "
               "resizing them");
  app.add_option(
         "--noise", line.noise,
         "MODEL:LEVEL, MODEL for its default level, or all for every model; repeat for more")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the noise")->capture_default_str();
  app.add_option("--noise-level", line.noise_level,
                 "given: the models are told; blind: they estimate")
      ->check(CLI::IsMember({"given", "blind"}))
      ->capture_default_str();
  app.add_option("--temporal", line.temporal,
                 "of models with a past: true: use it in clips, false: take every frame as the "
                 "first, both: compare")
      ->check(CLI::IsMember({"true", "false", "both"}))
      ->capture_default_str();
  app.add_option("--precision", line.precision, "number format of the models; auto: the fastest")
      ->check(CLI::IsMember(precision_names()))
      ->capture_default_str();
  app.add_flag("--gray", options.gray, "luma only");
  app.add_option("--format", line.format,
                 "pixel format; default: GRAY8 for gray pictures, I420 for clips, BGR for colour "
                 "photographs")
      ->check(CLI::IsMember(names_of(direct_formats())));
  app.add_option("--range", line.range,
                 "of gray and YUV formats: full: luma 0 to 255; limited: 16 to 235, as in video")
      ->check(CLI::IsMember({"full", "limited"}))
      ->capture_default_str();
  app.add_flag("--chroma", options.chroma,
               "measure the two colour differences of YUV formats instead of luma");
  app.add_flag("--clip", options.clip, "noise rounded to 8 bit and clipped, as in frames");
  app.add_option("--sharpen", line.sharpen, "also measure after sharpen3x3 of this amount (1)")
      ->expected(0, 1)
      ->check(CLI::Range(0.0, 4.0));
  auto* baseline =
      app.add_option("--baseline", options.baselines, "classic filters to compare with")
          ->delimiter(',')
          ->check(CLI::IsMember(names_of(baselines())));
  auto* tune_data =
      app.add_option("--tune-data", options.tune_data,
                     "pictures to choose the filters' parameters on, of the same kind")
          ->needs(baseline);
  app.add_option("--tune-part", options.tune_part, "the part of --tune-data to use")
      ->needs(tune_data)
      ->check(CLI::IsMember(kParts))
      ->capture_default_str();
  app.add_option("--tune-limit", options.tune_limit, "use only the first pictures; 0 = all")
      ->needs(tune_data)
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  auto* figure = app.add_option(
      "--figure", line.figure,
      "write a PNG with rows noisy, output, sharpened, filters, clean, for the first noise");
  app.add_option("--figure-columns", line.figure_columns, "photographs or clips in the figure")
      ->needs(figure)
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  auto* csv = app.add_option("--csv", line.csv, "write all results");
  app.add_flag("--per-frame", line.per_frame, "also those of each frame of a clip")->needs(csv);
  app.add_option("--write-frames", options.frames_folder,
                 "write every result as a PNG, FOLDER/METHOD/NAME; of one kind of noise only");
  app.add_option("--limit", options.limit, "use only the first pictures or clips; 0 = all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--threads", options.threads, "0 = as many as the process may use")
      ->check(CLI::Range(0u, 64u));
}

void check_target(const char* option, const std::filesystem::path& path) {
  if (path.empty()) return;
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  if (!std::filesystem::is_directory(folder))
    throw CLI::ValidationError(option, "'" + folder.string() + "' is not a folder");
}

void complete(const CLI::App& app, CommandLine& line) {
  EvalOptions& options = line.options;
  if (options.models.empty() && options.baselines.empty())
    throw CLI::ValidationError("--model", "name at least one model or --baseline");
  options.noise = parse_noises(line.noise);
  if (!options.frames_folder.empty() && options.noise.size() > 1)
    throw CLI::ValidationError("--write-frames", "name one --noise only");
  options.blind = line.noise_level == "blind";
  if (line.temporal != "true")
    options.temporal = line.temporal == "both" ? UseState::both : UseState::no;
  for (const Precision precision : kPrecisions) {
    if (line.precision == to_string(precision)) options.precision = precision;
  }
  if (line.range == "limited") options.range = CodeRange::limited;
  if (!line.format.empty()) options.format = format_from_name(line.format);
  if (!line.figure.empty()) options.sharpen = kSharpenOfPaper;
  // Without a value, CLI11 gives an empty text and reads it as 0.
  if (const auto amount = app.get_option("--sharpen")->results(); !amount.empty())
    options.sharpen = amount.front().empty() ? kSharpenOfPaper : line.sharpen;
  if (!line.figure.empty()) options.figure_columns = line.figure_columns;
  check_target("--figure", line.figure);
  check_target("--csv", line.csv);
}

}  // namespace

int eval_main(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  CommandLine line;
  CLI::App app("Measures how well models remove noise from pictures and clips.", "denoiseae-eval");
  app.footer(kExamples);
  app.set_version_flag("--version", version());
  declare(app, line);
  try {
    app.parse(argc, argv);
    complete(app, line);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, err) == 0 ? 0 : kBadUsage;
  }
  if (line.options.threads > 0) cv::setNumThreads(static_cast<int>(line.options.threads));
  // OpenCV's own messages about broken files repeat ours.
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  try {
    const auto results = evaluate(line.options, [&](LogLevel, std::string_view message) {
      err << "denoiseae-eval: " << message << "\n";
    });
    print_tables(out, results);
    if (!line.csv.empty()) write_csv(line.csv, results, line.per_frame);
    if (!line.figure.empty()) write_figure(line.figure, results.front());
  } catch (const std::exception& error) {
    err << "denoiseae-eval: " << error.what() << "\n";
    return kFailed;
  }
  return 0;
}

}  // namespace denoiseae
