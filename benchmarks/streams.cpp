// SPDX-License-Identifier: LGPL-2.1-or-later
// Times denoisers that stream side by side in one process, as the elements of a video wall do. It
// includes public headers alone, so that the same source compiles on trees with another inside.
#include <denoiseae/denoiser.h>
#include <denoiseae/error.h>
#include <denoiseae/model.h>
#include <denoiseae/noise.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <initializer_list>
#include <iostream>
#include <iterator>
#include <latch>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "checksum_clip.h"

namespace {

using namespace denoiseae;
using Clock = std::chrono::steady_clock;

struct Settings {
  std::string model = "balanced";
  std::string size = "640x360";
  std::string precision = "float32";
  unsigned threads = 0;
  int streams = 8;
  int frames = 30;
};

double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

Precision precision_of(const std::string& name) {
  for (const Precision precision : {Precision::float32, Precision::bfloat16, Precision::int8})
    if (name == to_string(precision)) return precision;
  throw Error(ErrorCode::bad_argument, "\"" + name + "\" is not known; see --help");
}

bench::Size size_of(const std::string& text) {
  bench::Size size;
  if (std::sscanf(text.c_str(), "%dx%d", &size.width, &size.height) == 2) return size;
  throw Error(ErrorCode::bad_argument, "size \"" + text + "\", expected something like 640x360");
}

std::vector<Frame> noisy_frames(bench::Size size) {
  constexpr int kFrames = 5;  // which is before the cut
  const bench::Clip clip(PixelFormat::i420, size);
  std::vector<Frame> frames;
  for (int i = 0; i < kFrames; ++i) {
    Frame frame(PixelFormat::i420, size.width, size.height);
    clip.draw(i, frame.view());
    add_noise(frame.view(), frame.view(), NoiseModel::gaussian, 20, 1,
              static_cast<std::uint64_t>(i));
    frames.push_back(std::move(frame));
  }
  return frames;
}

/// Returns the processor time of all threads of this process, also of those that have ended.
double process_ms() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto ms_of = [](const timeval& time) {
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_usec);
  };
  return ms_of(usage.ru_utime) + ms_of(usage.ru_stime);
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

int count_threads() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<int>(std::distance(begin(tasks), end(tasks)));
}

int run(const Settings& settings) {
  const bench::Size size = size_of(settings.size);
  EngineOptions options;
  options.engine = EngineKind::native;
  options.precision = precision_of(settings.precision);
  options.threads = settings.threads;
  const std::vector<Frame> frames = noisy_frames(size);
  const auto model = load_model(settings.model);
  std::vector<Denoiser> denoisers(static_cast<std::size_t>(settings.streams));
  for (Denoiser& denoiser : denoisers) {
    denoiser.load(model);
    denoiser.configure(PixelFormat::i420, size.width, size.height, options);
  }
  const unsigned threads_each = denoisers.front().info().threads;

  constexpr int kWarmUp = 3;
  const auto count = static_cast<std::size_t>(settings.streams);
  std::latch warm(settings.streams + 1), start(1), ended(settings.streams), over(1);
  std::vector<std::vector<double>> times(count);
  std::vector<std::exception_ptr> failures(count);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i)
    threads.emplace_back([&, i] {
      try {
        Frame out(PixelFormat::i420, size.width, size.height);
        for (int n = 0; n < kWarmUp + settings.frames; ++n) {
          if (n == kWarmUp) {
            warm.count_down();
            start.wait();
          }
          const auto began = Clock::now();
          denoisers[i].process(frames[static_cast<std::size_t>(n) % frames.size()].view(),
                               out.view());
          if (n >= kWarmUp) times[i].push_back(milliseconds(Clock::now() - began));
        }
      } catch (...) {
        failures[i] = std::current_exception();
        if (times[i].empty()) warm.count_down();
      }
      ended.count_down();
      over.wait();
    });
  warm.arrive_and_wait();
  const double busy_before = process_ms();
  const auto began = Clock::now();
  start.count_down();
  ended.wait();
  const double ms = milliseconds(Clock::now() - began);
  const double busy = process_ms() - busy_before;
  const int process_threads = count_threads();
  over.count_down();
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);

  std::vector<double> all;
  for (const auto& of_stream : times) all.insert(all.end(), of_stream.begin(), of_stream.end());
  std::sort(all.begin(), all.end());
  const auto frames_done = static_cast<double>(all.size());
  std::printf(
      "{\"streams\": %d, \"size\": \"%dx%d\", \"precision\": \"%s\", \"threads\": %u, "
      "\"process_threads\": %d, \"ms_per_frame\": %.3f, \"busy_ms_per_frame\": %.3f, "
      "\"median_ms\": %.3f, \"slowest_ms\": %.3f, \"peak_mib\": %.1f}\n",
      settings.streams, size.width, size.height, settings.precision.c_str(), threads_each,
      process_threads, ms / frames_done, busy / frames_done, all[all.size() / 2], all.back(),
      peak_mib());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  CLI::App app{
      "Times denoisers that stream side by side in one process; prints one JSON object.\n"
      "Example: denoiseae-bench-streams --streams 8 --size 640x360"};
  app.add_option("--model", settings.model, "name or path of the weights");
  app.add_option("--size", settings.size, "of the frames, WIDTHxHEIGHT");
  app.add_option("--precision", settings.precision, "float32, bfloat16 or int8");
  app.add_option("--threads", settings.threads,
                 "of a denoiser; 0 = as many as the process may use");
  app.add_option("--streams", settings.streams, "how many")->check(CLI::PositiveNumber);
  app.add_option("--frames", settings.frames, "of each stream, after some to warm up")
      ->check(CLI::PositiveNumber);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  try {
    return run(settings);
  } catch (const std::exception& error) {
    std::cerr << "denoiseae-bench-streams: " << error.what() << '\n';
    return 1;
  }
}
