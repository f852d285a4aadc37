// SPDX-License-Identifier: LGPL-2.1-or-later
// The facade with models that see one size at once, with the engine that the facade chooses.
#include <denoiseae/denoiser.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/tiling.h"
#include "frame/samples.h"
#include "model/manifest.h"
#include "net/architectures.h"
#include "support/check.h"
#include "support/frames.h"
#include "support/slow_graph.h"
#include "support/tiny_model.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_fixed_size_models_denoise_any_size) {
  Denoiser denoiser;
  for (const int depth : {1, 3}) {
    denoiser.load(
        random_model("paper", {{"width", 16}, {"height", 8}, {"depth", depth}, {"latent", 3}}));
    for (const FormatInfo& info : formats())
      for (const auto& [width, height] : {std::pair{1, 1}, {16, 8}, {17, 5}, {15, 21}, {65, 33}}) {
        denoiser.configure(info.format, width, height);
        const GuardedFrame in(info.format, width, height, 13, 1);
        GuardedFrame out(info.format, width, height, 5, 2);
        denoiser.process(in.view(), out.view());
        ck_assert_msg(out.outside_unchanged(), "%s", describe(in.view()).c_str());
        // The single sample of this format is by chance what the network returns.
        const bool is_equal_by_chance = info.format == PixelFormat::vuya && width == 1;
        ck_assert_msg(is_equal_by_chance || !same_pixels(in.view(), out.view()), "%s",
                      describe(in.view()).c_str());
        GuardedFrame twin(info.format, width, height, 13, 1, true);
        copy_frame(in.view(), twin.view());
        denoiser.process(twin.view(), twin.view());
        ck_assert_msg(same_pixels(twin.view(), out.view()), "%s", describe(in.view()).c_str());
      }
  }
}
END_TEST

START_TEST(test_models_of_colour_change_chroma_as_far_as_they_may) {
  Denoiser denoiser;
  denoiser.load(random_model("paper", {{"width", 16}, {"height", 8}, {"depth", 3}, {"latent", 3}}));
  denoiser.configure(PixelFormat::nv12, 33, 20);
  const GuardedFrame in(PixelFormat::nv12, 33, 20, 13, 1);
  const auto chroma_change = [&](double strength, double chroma_strength) {
    Frame out(PixelFormat::nv12, 33, 20);
    denoiser.process(in.view(), out.view(), {-1, strength, chroma_strength});
    int sum = 0;
    for (int c = 1; c < 3; ++c)
      for (int y = 0; y < 10; ++y)
        for (int x = 0; x < 17; ++x)
          sum += std::abs(sample(in.view(), c, x, y) - sample(out.view(), c, x, y));
    return sum;
  };
  ck_assert_int_eq(chroma_change(1, 0), 0);
  const int full = chroma_change(1, 1);
  ck_assert_int_gt(full, 1000);
  ck_assert_int_eq(chroma_change(0.5, 2), full);
  ck_assert_int_eq(chroma_change(2, 1), full);
  // Rounded at each of the 340 samples, and the full correction may end at black or white.
  const int half = chroma_change(0.5, 1);
  ck_assert_int_ge(2 * half, full - 340);
  ck_assert_int_lt(half, full * 9 / 10);
}
END_TEST

START_TEST(test_a_frame_is_its_denoised_tiles_blended) {
  constexpr int kWidth = 39, kHeight = 21, kTileWidth = 16, kTileHeight = 8;
  std::string log;
  Denoiser denoiser([&log](LogLevel level, std::string_view text) {
    if (level == LogLevel::info) log += text;
  });
  denoiser.load(random_model(
      "paper", {{"width", kTileWidth}, {"height", kTileHeight}, {"filters", {8}}, {"latent", 5}}));
  const GuardedFrame in(PixelFormat::gray8, kWidth, kHeight, 13, 1);
  Frame out(PixelFormat::gray8, kWidth, kHeight);
  denoiser.configure(PixelFormat::gray8, kWidth, kHeight);
  denoiser.process(in.view(), out.view());
  const TileAxis rows(kHeight, kTileHeight);
  const TileAxis columns(kWidth, kTileWidth);
  const int tiles = rows.count() * columns.count();
  ck_assert_int_eq(tiles, 4 * 3);
  ck_assert_msg(log.find("16x8") != std::string::npos, "%s", log.c_str());
  ck_assert_msg(log.find("12 overlapping tiles") != std::string::npos, "%s", log.c_str());

  // Each tile as a frame of its own, in 8 bit.
  log.clear();
  denoiser.configure(PixelFormat::gray8, kTileWidth, kTileHeight);
  ck_assert(log.find("tile") == std::string::npos);
  std::vector<double> sum(kWidth * kHeight, 0.0);
  for (int i = 0; i < rows.count(); ++i)
    for (int j = 0; j < columns.count(); ++j) {
      ConstFrameView part = in.view();
      part.data[0] = part.row(0, rows.start(i)) + columns.start(j);
      part.width = kTileWidth;
      part.height = kTileHeight;
      Frame tile(PixelFormat::gray8, kTileWidth, kTileHeight);
      denoiser.process(part, tile.view());
      for (int y = 0; y < kTileHeight; ++y)
        for (int x = 0; x < kTileWidth; ++x)
          sum[(rows.start(i) + y) * kWidth + columns.start(j) + x] +=
              double{rows.weight(i, y)} * columns.weight(j, x) * sample(tile.view(), 0, x, y);
    }
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      ck_assert_double_eq_tol(sample(out.view(), 0, x, y), sum[y * kWidth + x], 1.001);
}
END_TEST

START_TEST(test_constant_output_has_no_seams) {
  // All weights zero but one bias: the network says the same of every picture.
  const Architecture& paper = find_architecture("paper");
  TensorFile file;
  for (auto& [name, tensor] : random_tensors(paper.build(nlohmann::json::object()), 1)) {
    file.tensors[name] = tensor;
    std::fill(file.tensors[name].values.begin(), file.tensors[name].values.end(),
              name == "tail.bias" ? 0.8f : 0.0f);
  }
  file.metadata["denoiseae"] = make_manifest(paper, nlohmann::json::object()).dump();
  Denoiser denoiser;
  denoiser.load(make_model(file, "constant"));
  const int wanted = static_cast<int>(255 / (1 + std::exp(-0.8)) + 0.5);
  for (const auto& [width, height] :
       {std::pair{1, 1}, {17, 13}, {27, 27}, {28, 28}, {29, 29}, {100, 75}}) {
    denoiser.configure(PixelFormat::i420, width, height);
    GuardedFrame frame(PixelFormat::i420, width, height, 13, 1);
    denoiser.process(frame.view(), frame.view());
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) ck_assert_int_eq(sample(frame.view(), 0, x, y), wanted);
    ck_assert(frame.outside_unchanged());
  }
}
END_TEST

int main() {
  return run_suite("fixed size",
                   {test_fixed_size_models_denoise_any_size,
                    test_models_of_colour_change_chroma_as_far_as_they_may,
                    test_a_frame_is_its_denoised_tiles_blended, test_constant_output_has_no_seams});
}
