// SPDX-License-Identifier: LGPL-2.1-or-later
// Prints a checksum of what the denoiser makes of fixed clips, one line a case, so that two builds
// can be compared byte for byte. It includes nothing but public headers, and draws its clips itself
// in whole numbers, so that it compiles and means the same whatever the inside of the library is.
#include <denoiseae/denoiser.h>
#include <denoiseae/error.h>
#include <denoiseae/noise.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "checksum_clip.h"

namespace {

using namespace denoiseae;
using bench::Clip;
using bench::Size;

enum class Memory { apart, in_place, strides };

/// How the frames of a clip are handed to the denoiser.
struct Way {
  std::string_view name;
  DenoiseSettings settings;
  Memory memory = Memory::apart;
  bool interrupted = false;  ///< one frame passes untouched, one has no past, one follows a reset
};

const std::array kWays = {
    Way{"blind", {}},
    Way{"told", {.noise_level = 20}},
    Way{"temporal=false", {.temporal = false}},
    Way{"strength", {.strength = 0.5, .chroma_strength = 1.5}},
    Way{"in-place", {}, Memory::in_place},
    Way{"strides", {}, Memory::strides},
    Way{"interrupted", {}, Memory::apart, true},
};
const Way& kBlind = kWays[0];
const Way& kTold = kWays[1];

constexpr Size kSmall{131, 73};
constexpr Size kLarge{322, 182};  ///< has enough rows for the bands of two threads
constexpr std::array kEngines = {EngineKind::native, EngineKind::torch};
constexpr std::array kPrecisions = {Precision::float32, Precision::bfloat16, Precision::int8};
/// These formats stand for the ways in which chroma is sampled and stored.
constexpr std::array kFewFormats = {PixelFormat::i420, PixelFormat::y42b, PixelFormat::y444,
                                    PixelFormat::bgr, PixelFormat::gray16_le};

struct Case {
  PixelFormat format = PixelFormat::i420;
  Size size = kLarge;
  EngineKind engine = EngineKind::native;
  Precision precision = Precision::float32;
  std::string model = "balanced";
  const Way* way = &kBlind;
  NoiseModel noise = NoiseModel::gaussian;
  double level = 20;

  std::string name() const {
    return std::string(format_info(format).name) + " " + std::to_string(size.width) + "x" +
           std::to_string(size.height) + " " + to_string(engine) + " " + to_string(precision) +
           " " + model + " " + std::string(way->name) + " " +
           std::string(noise_model_info(noise).name) + ":" +
           std::to_string(static_cast<int>(level));
  }
};

/// This is FNV-1a of 64 bits, see http://www.isthe.com/chongo/tech/comp/fnv/.
class Checksum {
 public:
  void add(const ConstFrameView& view) {
    const FormatInfo& format = format_info(view.format);
    for (int plane = 0; plane < format.plane_count; ++plane)
      for (int y = 0; y < format.plane_rows(plane, view.height); ++y)
        for (int i = 0; i < format.plane_row_bytes(plane, view.width); ++i)
          value_ = (value_ ^ view.row(plane, y)[i]) * 0x100000001b3u;
  }
  unsigned long long value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325u;
};

/// Returns the frame with its rows from the last to the first.
FrameView upside_down(FrameView view) {
  const FormatInfo& format = format_info(view.format);
  for (int plane = 0; plane < format.plane_count; ++plane) {
    view.data[plane] = view.row(plane, format.plane_rows(plane, view.height) - 1);
    view.stride_bytes[plane] = -view.stride_bytes[plane];
  }
  return view;
}

void process(Denoiser& denoiser, const Way& way, std::size_t index, const FrameView& in,
             const FrameView& out) {
  DenoiseSettings settings = way.settings;
  if (way.interrupted) {
    if (index == 2) settings.strength = 0;
    if (index == 4) settings.temporal = false;
    if (index == 6) denoiser.reset();
  }
  denoiser.process(in, out, settings);
}

void run(const Case& test, unsigned threads, int frames) {
  Denoiser denoiser;
  denoiser.load(load_model(test.model));
  denoiser.configure(test.format, test.size.width, test.size.height,
                     {.engine = test.engine, .precision = test.precision, .threads = threads});
  const bool padded = test.way->memory == Memory::strides;
  Frame in(test.format, test.size.width, test.size.height, padded ? 52 : 0);
  Frame out(test.format, test.size.width, test.size.height, padded ? 20 : 0);
  FrameView target = out.view();
  if (test.way->memory == Memory::in_place) target = in.view();
  if (padded) target = upside_down(target);

  const Clip clip(test.format, test.size);
  Checksum noisy, clean;
  for (int i = 0; i < frames; ++i) {
    clip.draw(i, in.view());
    add_noise(std::as_const(in).view(), in.view(), test.noise, test.level, 1,
              static_cast<std::uint64_t>(i));
    noisy.add(in.view());
    process(denoiser, *test.way, static_cast<std::size_t>(i), in.view(), target);
    clean.add(target);
  }
  std::printf("%s: in %016llx out %016llx level %.17g history %.17g\n", test.name().c_str(),
              noisy.value(), clean.value(), denoiser.estimated_noise_level(), denoiser.history());
}

/// Adds all formats, engines and precisions with one model and one way.
void add_product(std::vector<Case>& cases, Size size, bool quick) {
  for (const EngineKind engine : kEngines)
    for (const Precision precision : kPrecisions)
      for (const FormatInfo& format : direct_formats())
        if (!quick || (engine == EngineKind::native && precision != Precision::bfloat16))
          cases.push_back(
              {.format = format.format, .size = size, .engine = engine, .precision = precision});
}

/// Varies the other dimensions one at a time, around I420 in float32 on the native engine.
void add_variations(std::vector<Case>& cases) {
  for (const char* model : {"fast", "high"})
    for (const EngineKind engine : kEngines)
      for (const Precision precision : kPrecisions)
        cases.push_back({.size = kSmall, .engine = engine, .precision = precision, .model = model});
  for (const char* model : {"paper-mnist", "paper-fer2013", "unet-mnist", "unet-fer2013"})
    for (const EngineKind engine : kEngines)
      for (const PixelFormat format : {PixelFormat::i420, PixelFormat::bgr, PixelFormat::gray8})
        cases.push_back({.format = format, .size = kSmall, .engine = engine, .model = model});
  for (const Size size : {Size{28, 28}, Size{21, 17}, Size{48, 48}})
    for (const char* model : {"paper-mnist", "paper-fer2013"})
      cases.push_back({.format = PixelFormat::gray8, .size = size, .model = model});
  // The level is told here, because frames of less than a few blocks are estimated to have no noise
  // and would pass as they are.
  for (const Size size : {Size{1, 1}, Size{3, 2}, Size{17, 9}, Size{64, 64}, Size{650, 363}})
    for (const PixelFormat format : kFewFormats)
      cases.push_back({.format = format, .size = size, .way = &kTold});
  for (const auto& [noise, level] :
       {std::pair{NoiseModel::gaussian, 0}, std::pair{NoiseModel::gaussian, 3},
        std::pair{NoiseModel::gaussian, 50}, std::pair{NoiseModel::poisson_gaussian, 20}})
    for (const PixelFormat format : kFewFormats)
      cases.push_back(
          {.format = format, .size = kSmall, .noise = noise, .level = static_cast<double>(level)});
  cases.push_back({.engine = EngineKind::automatic, .precision = Precision::automatic});
}

/// Adds every way with a few formats, on each engine and in int8.
void add_ways(std::vector<Case>& cases, Size size, bool quick) {
  for (const Way& way : kWays)
    for (const PixelFormat format : kFewFormats) {
      if (!quick && &way == &kBlind) continue;  // the product has it
      cases.push_back({.format = format, .size = size, .way = &way});
      if (quick) continue;
      cases.push_back({.format = format, .size = size, .precision = Precision::int8, .way = &way});
      cases.push_back({.format = format, .size = size, .engine = EngineKind::torch, .way = &way});
    }
  if (quick) return;
  for (const Way& way : kWays)
    for (const PixelFormat format : {PixelFormat::nv12, PixelFormat::bgra})
      cases.push_back({.format = format, .size = kSmall, .model = "paper-mnist", .way = &way});
}

std::vector<Case> all_cases(bool quick) {
  std::vector<Case> cases;
  if (!quick) add_product(cases, kLarge, false);
  add_product(cases, kSmall, quick);
  add_ways(cases, quick ? kLarge : kSmall, quick);
  if (!quick) add_variations(cases);
  return cases;
}

void run_all(unsigned threads, bool quick, const std::string& only) {
  constexpr int kFrames = 8, kFramesQuick = 4;
  for (const Case& test : all_cases(quick)) {
    const std::string name = test.name();
    if (name.find(only) == std::string::npos) continue;
    try {
      run(test, threads, quick ? kFramesQuick : kFrames);
    } catch (const Error& error) {
      // Further lines of the message may hold paths, which differ between trees.
      const std::string reason = error.what();
      std::printf("%s: %s: %s\n", name.c_str(), to_string(error.code()),
                  reason.substr(0, reason.find('\n')).c_str());
    }
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  unsigned threads = 2;
  bool quick = false;
  std::string only;
  CLI::App app{
      "Prints checksums of what the denoiser makes of clips that it draws, one line a case:\n"
      "format, size, engine, precision, model, way, noise. Two builds that print the same put out\n"
      "the same bytes. Example: denoiseae-bench-checksum > before.txt"};
  app.add_option("--threads", threads, "of the engines; must change no line");
  app.add_flag("--quick", quick, "fewer cases and frames");
  app.add_option("--only", only, "the cases whose name holds this text");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  try {
    run_all(threads, quick, only);
  } catch (const std::exception& error) {
    std::cerr << "denoiseae-bench-checksum: " << error.what() << '\n';
    return 1;
  }
}
