// SPDX-License-Identifier: LGPL-2.1-or-later
// The noise floor is the error of a network on pictures with hardly any noise.
#include <denoiseae/model.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "layout/packed_layout.h"
#include "model/model_data.h"
#include "net/architectures.h"
#include "support/check.h"
#include "train/measure_noise_floor.h"
#include "train/trainer.h"
#include "training/small_runs.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

const nlohmann::json kLinear = {{"widths", {4}},
                                {"encoder", {0}},
                                {"decoder", nlohmann::json::array()},
                                {"slope", 0},
                                {"skip", 1}};

/// Returns so many parts of what differs from middle gray, and errors in codes.
GraphModule linear_network(float part, float luma_error, float chroma_error) {
  GraphModule network(find_architecture("unet").build(kLinear), 1);
  torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : network.tensors()) tensor.zero_();
  for (int c = 0; c < kPackedChannels; ++c) {
    network.tensors().at("skip.weight")[c][c] = part;
    network.tensors().at("skip.bias")[c] = (c < 4 ? luma_error : chroma_error) / 255;
  }
  return network;
}

std::vector<WeightedSampler> gray_samples() {
  const PictureSet pictures{{cv::Mat(96, 96, CV_8UC3, cv::Scalar::all(128)), "gray"}};
  return {{Sampler(pictures, hardly_noisy({}, 64)), 1}};
}

}  // namespace

START_TEST(test_an_error_beside_the_noise_is_found) {
  const auto samplers = gray_samples();
  // Gray is half a code from 0 in luma: the middle lies between two codes.
  GraphModule network = linear_network(1, 2.5f, 1.25f);
  const NoiseFloor found = measure_noise_floor(network, samplers);
  ck_assert_double_eq_tol(found.luma, 3, 0.05);
  ck_assert_double_eq_tol(found.chroma, 1.25, 0.05);
}
END_TEST

START_TEST(test_gray_pictures_tell_nothing_of_colour) {
  const PictureSet pictures{{cv::Mat(96, 96, CV_8UC1, cv::Scalar(128)), "gray"}};
  const std::vector<WeightedSampler> samplers{{Sampler(pictures, hardly_noisy({}, 64)), 1}};
  GraphModule network = linear_network(1, 2.5f, 1.25f);
  const NoiseFloor found = measure_noise_floor(network, samplers);
  ck_assert_double_eq_tol(found.luma, 3, 0.05);
  ck_assert_double_eq(found.chroma, 0);
}
END_TEST

START_TEST(test_a_network_without_an_error_of_its_own_is_trusted) {
  const auto samplers = gray_samples();
  for (const float part : {0.8f, 1.0f}) {
    GraphModule network = linear_network(part, -0.5f * part, 0);
    const NoiseFloor found = measure_noise_floor(network, samplers);
    ck_assert_double_lt(found.luma, 0.1);
    ck_assert_double_lt(found.chroma, 0.1);
  }
}
END_TEST

START_TEST(test_weights_tell_their_error) {
  const TempFolder folder;
  draw_pictures(folder, 4, 96);
  write_file(folder / "small.toml", R"(
licence = "none"
architecture = "unet"
[settings]
widths = [8]
encoder = [1]
decoder = []
[[data.source]]
path = "pictures"
[samples]
patch_px = 32
[training]
batch = 2
steps = 4
report_interval = 4
validation_samples = 2
validation_patch_px = 32
threads = 1
compute = "float32"
)");
  TrainConfig config = load_config(folder / "small.toml", {});
  config.data_root = folder.path();
  std::filesystem::create_directories(folder / "run");
  const std::atomic<bool> go_on{false};
  Trainer(config, folder / "run", ignore, ignore).run(go_on);
  const auto model = load_model((folder / "run/best.safetensors").string());
  // Four steps teach a network to be wrong by more than weak noise.
  ck_assert_double_gt(model->data().noise_floor.luma, 0.5);
  ck_assert_double_gt(model->data().noise_floor.chroma, 0.1);
}
END_TEST

int main() {
  return run_suite(
      "own_error",
      {test_an_error_beside_the_noise_is_found, test_gray_pictures_tell_nothing_of_colour,
       test_a_network_without_an_error_of_its_own_is_trusted, test_weights_tell_their_error},
      60);
}
