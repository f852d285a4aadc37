// SPDX-License-Identifier: LGPL-2.1-or-later
// Times the whole library, from the bytes of a frame to those of the result. The pictures move and
// are noisy, and the noise level is estimated.
#include <denoiseae/denoiser.h>
#include <denoiseae/error.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <initializer_list>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "model/model_data.h"
#include "moving_frames.h"
#include "network_input.h"
#include "stream/frame_stream.h"
#include "system/part_times.h"

namespace {

using namespace denoiseae;
using bench::milliseconds;
using Clock = std::chrono::steady_clock;

struct Settings {
  std::string model = "balanced";
  std::string format = "I420";
  std::string size = "1280x720";
  std::string engine = "native";
  std::string precision = "float32";
  unsigned threads = 2;
  int frames = 150;
  bool spin = false;
  bool still = false;
  bool parts = false;
  std::string write;
};

/// Keeps a thread at full load, as another program on the machine would.
class Spinner {
 public:
  explicit Spinner(bool on) {
    if (on) thread_ = std::thread([this] { spin(); });
  }
  ~Spinner() {
    over_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  void spin() const {
    while (!over_) {
    }
  }
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

template <typename Kind>
Kind kind_of(const std::string& name, std::initializer_list<Kind> kinds) {
  for (const Kind kind : kinds)
    if (name == to_string(kind)) return kind;
  throw Error(ErrorCode::bad_argument, "\"" + name + "\" is not known; see --help");
}

PixelFormat format_of(const std::string& name) {
  if (const auto format = format_from_name(name)) return *format;
  throw Error(ErrorCode::bad_argument, "format \"" + name + "\" is not known; try I420 or BGR");
}

/// Writes FOLDER/00.yuv and so on. The planes follow without gaps, as GStreamer lays I420 out when
/// the width is a multiple of 8.
void write_frames(const std::vector<Frame>& frames, const std::string& folder) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const std::string name = (i < 10 ? "/0" : "/") + std::to_string(i) + ".yuv";
    std::ofstream file(folder + name, std::ios::binary);
    const ConstFrameView view = frames[i].view();
    const FormatInfo& format = format_info(view.format);
    for (int plane = 0; plane < format.plane_count; ++plane)
      for (int y = 0; y < format.plane_rows(plane, view.height); ++y)
        file.write(reinterpret_cast<const char*>(view.row(plane, y)),
                   format.plane_row_bytes(plane, view.width));
    if (!file.flush()) throw Error(ErrorCode::unreadable, "cannot write " + folder + name);
  }
}

/// The milliseconds of each part, since the process began or in one frame.
using PartMs = std::array<double, kPartNames.size()>;

/// Returns the median of each part. times: of the parts until each frame ended.
nlohmann::json median_parts(const std::vector<PartMs>& times) {
  nlohmann::json parts;
  for (std::size_t part = 0; part < kPartNames.size(); ++part) {
    std::vector<double> of_frames;
    for (std::size_t i = 1; i < times.size(); ++i)
      of_frames.push_back(times[i][part] - times[i - 1][part]);
    const auto middle = of_frames.begin() + static_cast<std::ptrdiff_t>(of_frames.size() / 2);
    std::nth_element(of_frames.begin(), middle, of_frames.end());
    parts[std::string(kPartNames[part])] = *middle;
  }
  return parts;
}

int run(const Settings& settings) {
  const auto [width, height] = bench::frame_size_of(settings.size);
  EngineOptions options;
  options.engine = kind_of(settings.engine, {EngineKind::native, EngineKind::torch});
  options.precision =
      kind_of(settings.precision, {Precision::float32, Precision::bfloat16, Precision::int8});
  options.threads = settings.threads;
  const PixelFormat format = format_of(settings.format);
  const std::vector<Frame> frames = bench::moving_frames(format, width, height, settings.still);
  Frame out(format, width, height);

  if (!settings.write.empty()) write_frames(frames, settings.write);

  Denoiser denoiser;
  const auto model = load_model(settings.model);
  const detail::ModelData& data = model->data();
  denoiser.load(model);
  const auto begin = Clock::now();
  denoiser.configure(format, width, height, options);
  const double set_up_ms = milliseconds(Clock::now() - begin);

  const Spinner spinner(settings.spin);
  constexpr int kWarmUp = 20;
  std::vector<double> times;
  double first_ms = 0;
  if (settings.parts) PartTimes::turn_on();
  std::vector<PartMs> part_times;
  for (int i = 0; i < kWarmUp + settings.frames; ++i) {
    const auto start = Clock::now();
    denoiser.process(frames[static_cast<std::size_t>(i) % frames.size()].view(), out.view());
    const double ms = milliseconds(Clock::now() - start);
    if (i == 0) first_ms = ms;
    if (i >= kWarmUp) times.push_back(ms);
    if (i >= kWarmUp - 1) part_times.push_back(PartTimes::milliseconds());
  }
  std::sort(times.begin(), times.end());
  const double median = times[times.size() / 2];
  nlohmann::json line{
      {"model", settings.model},
      {"format", settings.format},
      {"size", settings.size},
      {"engine", settings.engine},
      {"precision", settings.precision},
      {"threads", denoiser.info().threads},
      {"contended", settings.spin},
      {"frames", settings.frames},
      {"warm_up", kWarmUp},
      {"gmacs", bench::gmacs_of(data.graph, network_input(data, width, height))},
      {"set_up_ms", set_up_ms},
      {"first_ms", first_ms},
      {"median_ms", median},
      {"fastest_ms", times.front()},
      {"slowest_ms", times.back()},
      {"frames_per_s", 1000 / median},
      {"memory_mib", static_cast<double>(denoiser.info().memory_bytes) / (1 << 20)}};
  if (settings.parts) line["parts_ms"] = median_parts(part_times);
  std::printf("%s\n", line.dump().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  CLI::App app{
      "Times the whole of the library on a moving, noisy stream; prints one JSON object.\n"
      "Example: denoiseae-bench-library --model balanced --precision int8 --threads 2"};
  app.add_option("--model", settings.model, "name or path of the weights");
  app.add_option("--format", settings.format, "of the frames, as GStreamer spells it");
  app.add_option("--size", settings.size, "of the frames, WIDTHxHEIGHT");
  app.add_option("--engine", settings.engine, "native or torch");
  app.add_option("--precision", settings.precision, "float32, bfloat16 or int8");
  app.add_option("--threads", settings.threads, "0 = as many as the process may use");
  app.add_option("--frames", settings.frames, "to measure, after some to warm up");
  app.add_flag("--spin", settings.spin, "another thread spins at full load meanwhile");
  app.add_option("--write", settings.write, "folder to write the frames to, raw");
  app.add_flag("--parts", settings.parts, "tells the median time of each part of a frame, too");
  app.add_flag("--still", settings.still, "nothing moves but the noise");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  try {
    return run(settings);
  } catch (const std::exception& error) {
    std::cerr << "denoiseae-bench-library: " << error.what() << '\n';
    return 1;
  }
}
