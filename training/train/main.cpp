// SPDX-License-Identifier: LGPL-2.1-or-later
// This is denoiseae-train, which makes a weights file from a preset and pictures.
#include <denoiseae/error.h>
#include <denoiseae/version.h>
#include <malloc.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "adapt/adapt.h"
#include "report/effect_picture.h"
#include "train/find_preset.h"
#include "train/join_weights.h"
#include "train/trainer.h"
#include "train/training_data.h"

namespace denoiseae {
namespace {

namespace fs = std::filesystem;

std::atomic<bool> stop_asked{false};

void on_signal(int) { stop_asked = true; }

struct Arguments {
  std::string preset;
  fs::path data;
  fs::path out;
  fs::path resume;
  fs::path effects;
  std::vector<std::string> overrides;
  std::vector<fs::path> join;
  AdaptOptions adapt;
};

/// Tensors of a few hundred KiB come and go a thousand times a second. By default malloc hands them
/// back to the system each time, and page faults take an eighth of the training. It also keeps
/// small blocks apart and collects them again with each of these, which takes as much.
void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  ::mallopt(M_MXFAST, 0);
}

/// Prints the progress. On a terminal the line is overwritten; in a file one line a minute is
/// enough.
class ProgressPrinter {
 public:
  void operator()(LogLevel, std::string_view line) {
    if (terminal_) {
      std::cerr << "\r\033[K" << line << std::flush;
      return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (printed_ && now - last_ < std::chrono::minutes(1)) return;
    printed_ = true;
    last_ = now;
    std::cerr << line << std::endl;
  }
  void end() const {
    if (terminal_) std::cerr << std::endl;
  }

 private:
  bool terminal_ = ::isatty(STDERR_FILENO) != 0;
  bool printed_ = false;
  std::chrono::steady_clock::time_point last_;
};

void print_log(LogLevel level, std::string_view text) {
  std::cerr << (level == LogLevel::warning ? "warning: " : "") << text << std::endl;
}

/// Returns the run folder and the configuration. A new run must not write over an old one.
fs::path prepare_run(const Arguments& arguments, TrainConfig& config) {
  if (!arguments.resume.empty()) {
    config = load_config(arguments.resume / "config.toml", {});
    return arguments.resume;
  }
  config = load_config(find_preset(arguments.preset, preset_folders()), arguments.overrides);
  if (!arguments.data.empty()) config.data_root = arguments.data;
  config.data_root = fs::absolute(config.data_root);
  const fs::path run = arguments.out.empty() ? fs::path("runs") / config.preset : arguments.out;
  if (fs::exists(run / "config.toml")) {
    throw Error(ErrorCode::bad_argument, run.string() + " already holds a run: continue it with " +
                                             "--resume " + run.string() +
                                             " or choose another folder with --out");
  }
  std::error_code ec;
  fs::create_directories(run, ec);
  if (ec) {
    throw Error(ErrorCode::unreadable, run.string() + " cannot be created: " + ec.message());
  }
  return run;
}

int train(const Arguments& arguments) {
  TrainConfig config;
  const fs::path run = prepare_run(arguments, config);
  ProgressPrinter printer;
  Trainer trainer(config, run, print_log, std::ref(printer));
  // This comes after loading, because a preset or a folder that cannot be used leaves no run
  // behind.
  if (arguments.resume.empty()) save_config(config, run);
  const TrainResult result = trainer.run(stop_asked);
  printer.end();
  std::cout << "steps " << result.step << "\nthroughput " << result.pixels_per_second / 1e6
            << " Mpixel/s\n";
  if (result.best_step > 0) {
    std::cout << (estimates_noise(config) ? "error of levels " : "PSNR ") << result.best_db
              << " dB in the validation at step " << result.best_step << "\nweights "
              << (run / "best.safetensors").string() << "\n";
  }
  if (!result.finished) {
    std::cerr << "stopped; continue with --resume " << run.string() << std::endl;
    return 1;
  }
  return 0;
}

int adapt(const Arguments& arguments) {
  ProgressPrinter printer;
  const AdaptResult result =
      denoiseae::adapt(arguments.adapt, stop_asked, print_log, std::ref(printer));
  printer.end();
  if (!result.finished) {
    std::cerr << "stopped; the same command goes on" << std::endl;
    return 1;
  }
  const double gain = result.error_before - result.error_after;
  std::cout << "mean squared difference from the next frame " << result.error_before
            << " codes^2 before, " << result.error_after << " now\n";
  if (gain > 0)
    std::cout << "the error against the unknown clean frames fell by " << gain << " codes^2\n";
  std::cout << "weights " << result.weights.string() << "\n";
  if (gain <= 0)
    print_log(LogLevel::warning,
              "these weights are no better on the frames that were held back; keep the model");
  return 0;
}

void add_adapt(CLI::App& app, AdaptOptions& options) {
  auto* adapt =
      app.add_subcommand("adapt", "fits a denoiser to footage of a camera, without clean pictures");
  adapt->footer(
      "The model learns to come near the next noisy frame. That takes some minutes, and goes on "
      "when\n"
      "it was interrupted and the command is given again.");
  adapt
      ->add_option("footage", options.footage,
                   "video file, folder of video files, or of numbered frames")
      ->required();
  adapt->add_option("--model", options.model, "model to start from")->capture_default_str();
  adapt->add_option("--out", options.run, "run folder; a run that was interrupted goes on")
      ->capture_default_str();
  adapt->add_option("--frames", options.frames, "frames of the footage to learn from, at most")
      ->capture_default_str()
      ->check(CLI::Range(16, 100000));
  adapt->add_option("--set", options.overrides, "change a key of the preset adapt")->take_all();
}

int show_effects(const Arguments& arguments) {
  TrainConfig config =
      load_config(find_preset(arguments.preset, preset_folders()), arguments.overrides);
  if (!arguments.data.empty()) config.data_root = arguments.data;
  const PictureSet pictures = load_source(config, config.sources.front(), 1, print_log);
  write_effect_picture(arguments.effects, pictures.front().pixels,
                       static_cast<std::uint64_t>(config.seed));
  return 0;
}

int main_function(int argc, char** argv) {
  CLI::App app{"Trains a denoiser and writes its weights.", "denoiseae-train"};
  app.footer(
      "Examples:\n"
      "  denoiseae-train balanced --data ~/pictures --out runs/mine\n"
      "  denoiseae-train --resume runs/mine\n"
      "  denoiseae-train balanced --set training.steps=500 --out runs/short\n"
      "  denoiseae-train adapt clip.mp4 --model balanced --out runs/camera\n"
      "Ctrl-C saves a checkpoint. A run that was killed resumes to the same weights.");
  app.set_version_flag("--version", version());
  Arguments arguments;
  auto* preset = app.add_option("preset", arguments.preset,
                                "name of a preset, or TOML file that describes the training");
  app.add_option("--data", arguments.data,
                 "folder that the preset's paths are relative to (default: the preset's data.root, "
                 "else the current folder)");
  app.add_option("--out", arguments.out, "run folder to create (default: runs/PRESET)");
  auto* resume = app.add_option("--resume", arguments.resume, "run folder to continue");
  app.add_option("--set", arguments.overrides, "change a key of the preset: training.steps=500")
      ->take_all();
  auto* join = app.add_option("--join", arguments.join,
                              "write the weights of a denoiser with a noise map in them to --out: "
                              "--join DENOISER NOISE_MAP --out FILE")
                   ->expected(2);
  app.add_option("--show-effects", arguments.effects,
                 "write what may happen to footage to this PNG file, on the first picture of the "
                 "preset, and train nothing")
      ->excludes(resume);
  bool list_keys = false;
  app.add_flag("--list-keys", list_keys,
               "print the keys of presets: default, values and meaning of each");
  resume->excludes(preset);
  join->excludes(preset)->excludes(resume)->excludes("--data")->excludes("--set");
  resume->excludes("--data")->excludes("--out")->excludes("--set");
  arguments.adapt.run = "runs/adapt";
  add_adapt(app, arguments.adapt);
  try {
    app.parse(argc, argv);
    const bool adapts = app.got_subcommand("adapt");
    for (const CLI::Option* option : app.get_options())
      if (adapts && option->count() > 0)
        throw CLI::ExcludesError(option->get_name(), "adapt, which has options of its own");
    if (!adapts && arguments.preset.empty() && arguments.resume.empty() && arguments.join.empty() &&
        !list_keys) {
      throw CLI::RequiredError("PRESET, --resume RUN or --join DENOISER NOISE_MAP");
    }
    if (!arguments.join.empty() && arguments.out.empty()) throw CLI::RequiredError("--out FILE");
  } catch (const CLI::ParseError& e) {
    return app.exit(e, std::cout, std::cerr) == 0 ? 0 : 2;
  }
  if (list_keys) {
    std::cout << preset_tables();
    return 0;
  }
  keep_freed_memory();
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  try {
    if (app.got_subcommand("adapt")) return adapt(arguments);
    if (!arguments.join.empty()) {
      join_weights(arguments.join[0], arguments.join[1], arguments.out);
      return 0;
    }
    return arguments.effects.empty() ? train(arguments) : show_effects(arguments);
  } catch (const Error& e) {
    std::cerr << "denoiseae-train: " << e.what() << std::endl;
    const bool usage = e.code() == ErrorCode::bad_argument;
    return usage ? 2 : 1;
  } catch (const std::exception& e) {
    std::cerr << "denoiseae-train: " << e.what() << std::endl;
    return 1;
  }
}

}  // namespace
}  // namespace denoiseae

int main(int argc, char** argv) { return denoiseae::main_function(argc, argv); }
