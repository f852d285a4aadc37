// SPDX-License-Identifier: LGPL-2.1-or-later
// The denoiser: the input is a list of calls of load, configure, process and reset, with frames of
// all formats, sizes up to 64x64, strides, settings and engine options, good and bad ones.
#include <denoiseae/denoiser.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "byte_reader.h"
#include "fuzz_frame.h"
#include "model/manifest.h"
#include "model/quantisation.h"
#include "support/slow_graph.h"
#include "support/tiny_model.h"
#include "target.h"

using namespace denoiseae;
using nlohmann::json;

namespace {

constexpr int kMaxSide = 64;
constexpr int kMaxCalls = 12;

std::shared_ptr<const Model> model_with_map() {
  return make_model(
      test::file_with_noise_map(
          "recurrent_unet",
          {{"widths", {4}}, {"encoder", {0}}, {"decoder", json::array()}, {"gate", {2}}},
          {{"widths", {2, 2}}, {"encoder", {0, 0}}, {"decoder", json::array()}}),
      "with-map");
}

/// A network that this CPU may run in int8.
std::shared_ptr<const Model> quantised_model() {
  const json settings = {{"widths", {8, 16}}, {"encoder", {1, 1}}, {"decoder", {1}}, {"gate", {8}},
                         {"slope", 0.0},      {"skip", 3},         {"frame", 1}};
  const Architecture& architecture = find_architecture("recurrent_unet");
  const Graph graph = architecture.build(settings);
  Scales scales;
  for (const std::string& name : graph.quantisation().scale_names()) scales[name] = 0.01f;
  json manifest = make_manifest(architecture, settings);
  manifest["quantisation"] = quantisation_entry({{scales, 8}, {scales}}, 1);
  return make_model({test::random_tensors(graph, 3), {{"denoiseae", manifest.dump()}}},
                    "quantised");
}

const std::vector<std::shared_ptr<const Model>>& models() {
  static const std::vector<std::shared_ptr<const Model>> made = {
      model_with_map(),
      test::random_model("unet", {{"widths", {4}}, {"encoder", {1}}, {"decoder", json::array()}}),
      quantised_model(),
      test::random_model("unet", {{"widths", {8, 8}},
                                  {"encoder", {2, 1}},
                                  {"decoder", {2}},
                                  {"residual", 1},
                                  {"skip", 1}}),
      test::random_model("paper", {{"width", 16}, {"height", 8}, {"filters", {2}}, {"latent", 2}}),
      test::random_model(
          "paper", {{"width", 8}, {"height", 8}, {"depth", 3}, {"filters", {4}}, {"latent", 2}}),
  };
  return made;
}

/// Numbers that settings take, and numbers that they have to refuse.
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::array kLevels = {-1.0, 20.0, 0.0, 5.0, 100.0, 1e-9, 60.0, kNan, kInfinity, 100.5};
constexpr std::array kStrengths = {1.0, 0.5, 2.0, 1e-9, 0.0, kNan, -kInfinity, 2.5, -0.1};

bool is_in(double value, double low, double high) { return value >= low && value <= high; }

/// The contents of a stream: a scene that stays for a while, with noise.
struct Scene {
  int seed = 0;
  int kind = 0;
  int amplitude = 0;
  int shift = 0;
};

std::uint8_t byte_of(const Scene& scene, int plane, int x, int y, std::minstd_rand& random) {
  int value = 128;
  if (scene.kind == 0) value = 60 + 20 * plane;
  if (scene.kind == 1) value = scene.seed + 5 * (x + scene.shift) + 3 * y + 40 * plane;
  if (scene.kind == 2) value = (((x + scene.shift) / 3 + y / 3 + scene.seed) % 2) * 200 + 20;
  if (scene.kind == 3) value = (x + y + scene.seed) % 2 == 0 ? 0 : 255;
  if (scene.kind == 4) value = static_cast<int>(random() >> 8);
  if (scene.amplitude > 0) value += static_cast<int>(random() >> 8) % scene.amplitude;
  return static_cast<std::uint8_t>(value);
}

/// Makes the calls that an input asks for.
class Session {
 public:
  explicit Session(std::span<const std::uint8_t> bytes) : input_(bytes) {}

  void run() {
    load();
    configure();
    for (int calls = 0; calls < kMaxCalls && !input_.empty(); ++calls) {
      const int call = input_.below(16);
      if (call == 15)
        load();
      else if (call == 14)
        denoiser_.reset();
      else if (call >= 12)
        configure();
      else
        process();
      look();
    }
  }

 private:
  void load() {
    denoiser_.load(input_.pick(models()));
    is_configured_ = false;
  }

  void configure() {
    shape_.format = input_.pick(formats()).format;
    shape_.width = 1 + input_.below(kMaxSide);
    shape_.height = 1 + input_.below(kMaxSide);
    EngineOptions options;
    const int choice = input_.byte();
    options.threads = choice % 4 == 0 ? 2 : 1;
    options.precision = static_cast<Precision>(choice / 4 % 4);
    options.engine = EngineKind::native;
    if (choice >= 248) options.device = "cuda";
    int width = shape_.width;
    if (choice == 247) width = 0;
    if (choice == 246) width = kMaxFrameSize + 1;
    const auto error =
        fuzz::error_of([&] { denoiser_.configure(shape_.format, width, shape_.height, options); });
    is_configured_ = !error;
    const bool is_good =
        width == shape_.width && options.device == "cpu" && options.precision <= Precision::float32;
    fuzz::require(!is_good || is_configured_, "good options are taken");
  }

  fuzz::FrameShape frame_shape() {
    fuzz::FrameShape shape = shape_;
    const int layout = input_.byte();
    shape.padding_bytes = layout % 2 == 0 ? 0 : layout / 8;
    shape.offset_bytes = layout / 2 % 2 == 0 ? 0 : layout % 5;
    shape.upside_down = layout / 4 % 2 != 0;
    return shape;
  }

  DenoiseSettings settings() {
    DenoiseSettings settings;
    settings.noise_level = input_.pick(kLevels);
    settings.strength = input_.pick(kStrengths);
    settings.chroma_strength = input_.pick(kStrengths);
    const int flags = input_.byte();
    settings.temporal = flags % 8 != 1;
    settings.damaged = flags / 8 % 8 == 1;
    settings.show = flags / 64 == 3   ? Show::difference
                    : flags / 64 == 2 ? Show::noise
                                      : Show::picture;
    return settings;
  }

  void process() {
    const int choice = input_.byte();
    if (choice % 4 == 3) scene_ = {input_.byte(), input_.below(5), input_.below(64), 0};
    scene_.shift += choice / 4 % 4;
    const bool in_place = choice / 16 % 4 == 0;
    const int mistake = choice / 64 == 3 ? input_.below(6) : 0;

    fuzz::FuzzFrame in(frame_shape());
    std::minstd_rand random(1 + input_.byte());
    in.fill([&](int p, int x, int y) { return byte_of(scene_, p, x, y, random); });
    fuzz::FuzzFrame out(in_place ? fuzz::FrameShape{} : frame_shape());
    const fuzz::FuzzFrame before = in;

    ConstFrameView from = in.view();
    FrameView to = in_place ? in.view() : out.view();
    if (mistake == 1) from.data[0] = nullptr;
    if (mistake == 2) to.stride_bytes[0] = 0;
    if (mistake == 3) from.width += 1;
    if (mistake == 4) to.height -= 1;
    if (mistake == 5)
      from.format = from.format == PixelFormat::i420 ? PixelFormat::nv12 : PixelFormat::i420;

    const DenoiseSettings settings = this->settings();
    const bool is_good = is_configured_ && mistake == 0 && !std::isnan(settings.noise_level) &&
                         settings.noise_level <= 100 && is_in(settings.strength, 0, 2) &&
                         is_in(settings.chroma_strength, 0, 2);
    const auto error = fuzz::error_of([&] { denoiser_.process(from, to, settings); });
    fuzz::require(error.has_value() != is_good, "good calls succeed, bad ones are refused");
    fuzz::require(in.padding_is_untouched() && out.padding_is_untouched(),
                  "bytes between rows stay");
    fuzz::require((in_place && is_good) || in == before, "the input stays");
  }

  void look() const {
    fuzz::require(std::isfinite(denoiser_.history()) && denoiser_.history() >= 0,
                  "the history is a number");
    fuzz::require(!std::isnan(denoiser_.estimated_noise_level()), "the estimate is a number");
    for (const float level : denoiser_.noise_map().luma)
      fuzz::require(std::isfinite(level) && level >= 0, "levels are numbers");
  }

  fuzz::ByteReader input_;
  Denoiser denoiser_;
  fuzz::FrameShape shape_;
  Scene scene_;
  bool is_configured_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Session({data, size}).run();
  return 0;
}
