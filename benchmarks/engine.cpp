// SPDX-License-Identifier: LGPL-2.1-or-later
// Times the network of a model on one frame, for each engine, precision and number of threads.
#include "engine/engine.h"

#include <denoiseae/error.h>
#include <denoiseae/model.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "engine/whole_tensors.h"
#include "layout/state_layout.h"
#include "model/model_data.h"
#include "net/op_table.h"
#include "net/ops.h"
#include "network_input.h"
#include "stream/frame_stream.h"

namespace {

using namespace denoiseae;
using bench::milliseconds;
using Clock = std::chrono::steady_clock;

struct Settings {
  std::string model = "balanced";
  std::string size = "1280x720";
  std::vector<unsigned> threads;
  std::vector<std::string> precisions = {"float32", "bfloat16", "int8"};
  double seconds = 2;
  std::string json;
  bool layers = false;
  bool no_torch = false;
};

struct Result {
  EngineKind engine = EngineKind::automatic;
  Precision precision = Precision::automatic;
  unsigned threads = 0;       ///< as asked for
  unsigned used_threads = 0;  ///< as started by the engine
  int runs = 0;
  double median_ms = 0;
  double fastest_ms = 0;
  double set_up_ms = 0;
  /// The milliseconds of each convolution for one run, summed over all threads.
  std::map<std::string, double> convolution_times;
  std::int64_t memory_bytes = 0;
};

/// Returns nothing when this machine or build lacks the engine or the precision.
std::optional<Result> measure(const detail::ModelData& model, TensorView in, EngineOptions options,
                              double seconds) {
  try {
    const auto begin = Clock::now();
    const auto engine = make_engine(model, in.height, in.width, options);
    Result result{options.engine, options.precision, options.threads, engine->threads()};
    result.set_up_ms = milliseconds(Clock::now() - begin);
    result.memory_bytes = engine->memory_bytes();

    std::mt19937 random(1);
    std::vector<float> input(in.size());
    for (float& v : input) v = static_cast<float>(random()) / 4294967296.0f - 0.5f;
    in.data = input.data();
    TensorView out{nullptr, model.graph.output_channels(), in.height, in.width};
    std::vector<float> output(out.size());
    // A state of unknown values costs as much time as any other.
    TensorView state{nullptr, kStateChannels, in.height, in.width};
    std::vector<float> unknown(model.graph.has_state() ? state.size() : 0), next(unknown.size());
    for (std::size_t i = kStateVariance; i < unknown.size(); i += kStateChannels)
      unknown[i] = kUnknownVariance;
    StateView states{state, state};
    states.in.data = unknown.data();
    states.out.data = next.data();
    out.data = output.data();
    WholeTensors whole(in, out, states);
    // LibTorch chooses algorithms and packs weights during its first runs.
    for (int i = 0; i < 3; ++i) engine->run(whole, whole);

    std::vector<double> times;
    double sum = 0;
    while (times.size() < 5 || sum < 1000 * seconds) {
      const auto start = Clock::now();
      engine->run(whole, whole);
      times.push_back(milliseconds(Clock::now() - start));
      sum += times.back();
    }
    std::sort(times.begin(), times.end());
    result.runs = static_cast<int>(times.size());
    result.median_ms = times[times.size() / 2];
    result.fastest_ms = times.front();

    engine->time_convolutions();
    for (int i = 0; i < result.runs; ++i) engine->run(whole, whole);
    result.convolution_times = engine->convolution_times();
    for (auto& [name, ms] : result.convolution_times) ms /= result.runs;
    return result;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::device_unavailable) throw;
    std::cerr << to_string(options.engine) << ' ' << to_string(options.precision)
              << " is left out: " << error.what() << '\n';
    return {};
  }
}

double convolution_ms(const Result& result) {
  double sum = 0;
  for (const auto& [name, ms] : result.convolution_times) sum += ms;
  return sum;
}

/// Returns the time and the speed of each convolution, in the order of the network.
nlohmann::json layers_of(const Result& result, const Graph& graph, const TensorView& in) {
  nlohmann::json layers = nlohmann::json::array();
  const std::vector<Shape> shapes = graph.shapes(in.height, in.width);
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    const Node& node = graph.nodes()[id];
    const auto found = result.convolution_times.find(node.name);
    const LinearOp* const linear = op_info(node.op).linear;
    if (found == result.convolution_times.end() || linear == nullptr) continue;
    const double macs = linear->macs(node, shapes[node.inputs[0]], shapes[id]);
    layers.push_back({{"name", node.name},
                      {"inputs", shapes[node.inputs[0]].channels},
                      {"outputs", node.channels},
                      {"ms", found->second},
                      {"gmacs_per_s", macs / found->second * 1e-6}});
  }
  return layers;
}

void print_layers(const nlohmann::json& layers) {
  for (const nlohmann::json& layer : layers) {
    std::printf("  %-18s %3d to %3d channels %8.3f ms %8.1f GMAC/s\n",
                layer["name"].get<std::string>().c_str(), layer["inputs"].get<int>(),
                layer["outputs"].get<int>(), layer["ms"].get<double>(),
                layer["gmacs_per_s"].get<double>());
  }
}

nlohmann::json json_of(const Result& result, const std::string& model, const Graph& graph,
                       const TensorView& in, double gmacs, double torch_ms) {
  nlohmann::json line{{"model", model},
                      {"planes", {in.channels, in.height, in.width}},
                      {"engine", to_string(result.engine)},
                      {"precision", to_string(result.precision)},
                      {"threads", result.threads},
                      {"used_threads", result.used_threads},
                      {"runs", result.runs},
                      {"median_ms", result.median_ms},
                      {"fastest_ms", result.fastest_ms},
                      {"set_up_ms", result.set_up_ms},
                      {"convolution_ms", convolution_ms(result)},
                      {"layers", layers_of(result, graph, in)},
                      {"gmacs", gmacs},
                      {"memory_bytes", result.memory_bytes},
                      {"gmacs_per_s", gmacs / result.median_ms * 1000}};
  if (torch_ms > 0) line["ratio_to_torch"] = torch_ms / result.median_ms;
  return line;
}

int run(const Settings& settings) {
  const bench::FrameSize frame = bench::frame_size_of(settings.size);
  const auto model = load_model(settings.model);
  const detail::ModelData& data = model->data();
  const TensorView in = network_input(data, frame.width, frame.height);
  const double gmacs = bench::gmacs_of(data.graph, in);

  std::FILE* json = settings.json.empty() ? nullptr : std::fopen(settings.json.c_str(), "w");
  if (!settings.json.empty() && json == nullptr) {
    throw Error(ErrorCode::unreadable, "cannot write " + settings.json);
  }
  std::printf("%s on a frame of %dx%d: %.2f G multiplications\n\n", model->info().name.c_str(),
              frame.width, frame.height, gmacs);
  std::printf("%-8s %-9s %7s %10s %10s %10s %9s %9s %8s %8s\n", "engine", "precision", "threads",
              "median ms", "fastest ms", "conv. ms", "GMAC/s", "set-up ms", "MB", "x torch");
  for (const unsigned threads : settings.threads) {
    double torch_ms = 0;
    for (const auto& [engine, precision] : {std::pair{EngineKind::torch, Precision::float32},
                                            {EngineKind::native, Precision::float32},
                                            {EngineKind::native, Precision::bfloat16},
                                            {EngineKind::native, Precision::int8}}) {
      if (engine == EngineKind::torch && settings.no_torch) continue;
      const auto& wanted = settings.precisions;
      if (std::find(wanted.begin(), wanted.end(), to_string(precision)) == wanted.end()) continue;
      const auto result = measure(data, in, {engine, precision, "cpu", threads}, settings.seconds);
      if (!result) continue;
      if (engine == EngineKind::torch) torch_ms = result->median_ms;
      const nlohmann::json line =
          json_of(*result, model->info().name, data.graph, in, gmacs, torch_ms);
      std::printf(
          "%-8s %-9s %7u %10.2f %10.2f %10.2f %9.1f %9.0f %8.1f %8s\n", to_string(engine),
          to_string(precision), result->used_threads, result->median_ms, result->fastest_ms,
          convolution_ms(*result), line["gmacs_per_s"].get<double>(), result->set_up_ms,
          static_cast<double>(result->memory_bytes) * 1e-6,
          torch_ms > 0 ? std::to_string(torch_ms / result->median_ms).substr(0, 5).c_str() : "-");
      if (settings.layers) print_layers(line["layers"]);
      std::fflush(stdout);
      if (json != nullptr) std::fprintf(json, "%s\n", line.dump().c_str());
    }
  }
  if (json != nullptr && std::fclose(json) != 0) {
    throw Error(ErrorCode::unreadable, "cannot write " + settings.json);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  settings.threads = {1};
  const unsigned cores = std::thread::hardware_concurrency();
  if (cores > 1) settings.threads.push_back(cores);
  CLI::App app{
      "Times the network of a model, without packing of frames.\n"
      "Example: denoiseae-bench-engine --model balanced --size 1920x1080 --threads 1,2,4"};
  app.add_option("--model", settings.model, "name or path of the weights");
  app.add_option("--size", settings.size, "of the frame, WIDTHxHEIGHT");
  app.add_option("--threads", settings.threads, "numbers of threads, 1 and all cores by default")
      ->delimiter(',');
  app.add_option("--precisions", settings.precisions, "to time, all by default")
      ->delimiter(',')
      ->check(CLI::IsMember(settings.precisions));
  app.add_option("--seconds", settings.seconds, "for each row, at least");
  app.add_option("--json", settings.json, "file for the results, one JSON object a line");
  app.add_flag("--no-torch", settings.no_torch, "leave LibTorch out");
  app.add_flag("--layers", settings.layers, "print the time of each convolution, too");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  try {
    return run(settings);
  } catch (const std::exception& e) {
    std::cerr << "denoiseae-bench-engine: " << e.what() << '\n';
    return 1;
  }
}
