// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/denoiser.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/manifest.h"
#include "support/check.h"
#include "support/frames.h"
#include "support/temp_folder.h"
#include "support/tiny_model.h"
#include "train/join_weights.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace fs = std::filesystem;

namespace {

const nlohmann::json kNoSettings = nlohmann::json::object();

}  // namespace

START_TEST(test_the_noise_map_becomes_a_part) {
  const TempFolder folder;
  const fs::path denoiser = folder / "denoiser.safetensors", map = folder / "map.safetensors";
  const fs::path out = folder / "out.safetensors";
  save_zero_model(denoiser, "unet", kNoSettings);
  save_zero_model(map, "noise_map", kNoSettings);
  join_weights(denoiser, map, out);
  const auto alone = load_model(denoiser.string()), of_map = load_model(map.string());
  const auto joined = load_model(out.string());
  ck_assert_int_eq(joined->info().parameters, alone->info().parameters + of_map->info().parameters);
  ck_assert_double_gt(joined->info().macs_per_pixel, alone->info().macs_per_pixel);
  ck_assert(joined->data().tensors.size() == alone->data().tensors.size());
  ck_assert_ptr_nonnull(joined->data().noise_map.get());

  // A network of zeros returns 0 for each block, which stands for a deviation of 2 with that of
  // rounding in it.
  Denoiser with_map;
  with_map.load(joined);
  with_map.configure(PixelFormat::i420, 70, 40);
  ck_assert_int_eq(with_map.noise_map().columns, 0);
  Frame frame(PixelFormat::i420, 70, 40), result(PixelFormat::i420, 70, 40);
  with_map.process(std::as_const(frame).view(), result.view());
  const NoiseMap levels = with_map.noise_map();
  ck_assert_int_eq(levels.columns, 5);
  ck_assert_int_eq(levels.rows, 3);
  ck_assert(levels.luma.size() == 15 && levels.chroma.size() == 15);
  for (const float level : levels.luma)
    ck_assert_double_eq_tol(level, std::sqrt(4 - 1.0 / 12), 1e-3);
  ck_assert_double_eq_tol(with_map.estimated_noise_level(), std::sqrt(4 - 1.0 / 12), 1e-3);

  DenoiseSettings given;
  given.noise_level = 5;
  with_map.process(std::as_const(frame).view(), result.view(), given);
  ck_assert_int_eq(with_map.noise_map().columns, 0);
}
END_TEST

START_TEST(test_a_noise_map_is_replaced_in_place) {
  const TempFolder folder;
  const fs::path denoiser = folder / "denoiser.safetensors", map = folder / "map.safetensors";
  const fs::path other = folder / "other.safetensors";
  save_zero_model(denoiser, "recurrent_unet", kNoSettings);
  save_zero_model(map, "noise_map", kNoSettings);
  const nlohmann::json small = {
      {"widths", {8, 8}}, {"encoder", {0, 0}}, {"decoder", nlohmann::json::array()}};
  save_zero_model(other, "noise_map", small);
  join_weights(denoiser, map, denoiser);
  join_weights(denoiser, other, denoiser);
  const auto joined = load_model(denoiser.string());
  ck_assert_int_eq(joined->data().noise_map->graph.parameter_count(),
                   load_model(other.string())->info().parameters);
}
END_TEST

START_TEST(test_other_files_are_refused) {
  const TempFolder folder;
  const fs::path denoiser = folder / "denoiser.safetensors", map = folder / "map.safetensors";
  save_zero_model(denoiser, "unet", kNoSettings);
  save_zero_model(map, "noise_map", kNoSettings);
  const fs::path out = folder / "out.safetensors";
  DAE_ASSERT_ERROR(join_weights(map, map, out), incompatible_model);
  DAE_ASSERT_ERROR(join_weights(denoiser, denoiser, out), incompatible_model);
  DAE_ASSERT_ERROR(join_weights(folder / "none.safetensors", map, out), not_found);
  ck_assert(!fs::exists(out));
}
END_TEST

int main() {
  return run_suite("join_weights",
                   {test_the_noise_map_becomes_a_part, test_a_noise_map_is_replaced_in_place,
                    test_other_files_are_refused});
}
