// SPDX-License-Identifier: LGPL-2.1-or-later
// Training of networks with a past.
#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "layout/packed_layout.h"
#include "model/manifest.h"
#include "net/architectures.h"
#include "support/check.h"
#include "train/loss.h"
#include "train/sequence.h"
#include "train/start_weights.h"
#include "train/trainer.h"
#include "training/small_runs.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

const nlohmann::json kSmall = {
    {"widths", {8, 8}}, {"encoder", {1, 1}}, {"decoder", {1}}, {"gate", {4}}};

TrainConfig small_config(const TempFolder& folder, const std::vector<std::string>& overrides) {
  write_file(folder / "small.toml", R"(
licence = "none"
architecture = "recurrent_unet"
[settings]
widths = [8, 8]
encoder = [1, 1]
decoder = [1]
gate = [4]
[[data.source]]
path = "pictures"
[samples]
patch_px = 64
frames = 3
[[samples.noise]]
min_level = 20
max_level = 30
[training]
batch = 2
steps = 40
warmup_steps = 5
learning_rate = 4e-3
report_interval = 20
checkpoint_interval = 10
validation_samples = 4
validation_patch_px = 64
threads = 1
compute = "float32"
)");
  TrainConfig config = load_config(folder / "small.toml", overrides);
  config.data_root = folder.path();
  return config;
}

TrainResult train(const TempFolder& folder, const char* run, const TrainConfig& config,
                  const LogCallback& log = ignore) {
  std::filesystem::create_directories(folder / run);
  const std::atomic<bool> go_on{false};
  return Trainer(config, folder / run, log, ignore).run(go_on);
}

/// A texture under noise that pans by 8 luma pixels per frame: 1 x T x kPackedInputChannels.
struct PanningTexture {
  explicit PanningTexture(int frames) {
    constexpr int kSize = 32, kStep = 4;
    const double sigma = 20 / 255.0;
    const torch::Tensor canvas =
        torch::upsample_bilinear2d(torch::rand({1, kPackedChannels, 16, 16}),
                                   {kSize + kStep * frames, kSize + kStep * frames}, false) -
        0.5;
    std::vector<torch::Tensor> clean, noisy;
    for (int t = 0; t < frames; ++t) {
      clean.push_back(canvas.narrow(2, 8, kSize).narrow(3, t * kStep, kSize));
      noisy.push_back(torch::cat({clean.back() + sigma * torch::randn_like(clean.back()),
                                  torch::full({1, 2, kSize, kSize}, sigma * kNoiseLevelScale)},
                                 1));
    }
    input = torch::stack(noisy, 1);
    target = input.narrow(2, 0, kPackedChannels) - torch::stack(clean, 1);
  }
  torch::Tensor input;
  torch::Tensor target;
};

/// Whose gate is open and which leaves the residual of the past at 0: what it returns is the frame
/// less the mean of all.
GraphModule averaging_network() {
  GraphModule network(find_architecture("recurrent_unet").build(kSmall), 1);
  auto state = network.state();
  for (const char* name : {"gate.weight", "tail.weight", "tail.bias"})
    std::fill(state[name].values.begin(), state[name].values.end(), 0.0f);
  state["gate.bias"].values = {20};
  network.set_state(state);
  return network;
}

}  // namespace

START_TEST(test_the_past_follows_motion) {
  torch::manual_seed(1);
  torch::NoGradGuard no_grad;
  constexpr int kFrames = 4;
  const PanningTexture texture(kFrames);
  GraphModule network = averaging_network();
  const auto error_of = [&](bool motion) {
    const auto outputs = run_sequence(network, texture.input, {.motion = motion});
    ck_assert_uint_eq(outputs.size(), kFrames);
    return squared_error(outputs.back(), texture.target.select(1, kFrames - 1)).item<double>();
  };
  const double one_frame = 20.0 * 20 / 255 / 255;
  // A mean of four frames has a quarter of the noise; what came into view has less to average.
  ck_assert_double_lt(error_of(true), 0.5 * one_frame);
  ck_assert_double_gt(error_of(false), 2 * one_frame);
}
END_TEST

START_TEST(test_gradients_flow_through_the_aligned_past) {
  torch::manual_seed(2);
  const PanningTexture texture(3);
  GraphModule network(find_architecture("recurrent_unet").build(kSmall), 1);
  const auto loss_of_last = [&] {
    const auto outputs = run_sequence(network, texture.input, {.mode = Mode::train});
    return squared_error(outputs[2], texture.target.select(1, 2)).mean();
  };
  const torch::Tensor bias = network.tensors().at("gate.bias");
  const torch::Tensor gradient = torch::autograd::grad({loss_of_last()}, {bias})[0];
  // The gate at the second frame moves the last loss through the state as well.
  for (int gate = 0; gate < 2; ++gate) {
    constexpr double kStep = 0.05;
    const auto moved_loss = [&](double by) {
      torch::NoGradGuard no_grad;
      bias[gate] += by;
      const double loss = loss_of_last().item<double>();
      bias[gate] -= by;
      return loss;
    };
    const double wanted = (moved_loss(kStep) - moved_loss(-kStep)) / (2 * kStep);
    ck_assert_double_gt(std::abs(wanted), 0);
    ck_assert_double_eq_tol(gradient[gate].item<double>() / wanted, 1, 0.03);
  }
}
END_TEST

START_TEST(test_the_loss_is_the_mean_over_frames) {
  torch::manual_seed(3);
  const torch::Tensor target = torch::rand({2, 3, 6, 4, 4});
  std::vector<torch::Tensor> outputs;
  double sum = 0;
  for (int t = 0; t < 3; ++t) {
    outputs.push_back(torch::rand({2, 6, 4, 4}));
    sum += loss_of(outputs.back(), target.select(1, t), Loss::psnr).item<double>();
  }
  ck_assert_double_eq_tol(sequence_loss(outputs, target, Loss::psnr).item<double>(), sum / 3, 1e-5);
}
END_TEST

START_TEST(test_temporal_consistency_weighs_what_changes_between_frames) {
  torch::manual_seed(3);
  const torch::Tensor target = torch::rand({2, 3, 6, 4, 4});
  const auto output = [&](int t, double error) { return target.select(1, t) + error; };
  const auto loss = [&](const std::vector<torch::Tensor>& outputs, double temporal_consistency) {
    return sequence_loss(outputs, target, Loss::mse, temporal_consistency).item<double>();
  };
  const std::vector<torch::Tensor> still{output(0, 0.1), output(1, 0.1), output(2, 0.1)};
  const std::vector<torch::Tensor> flickering{output(0, 0.1), output(1, -0.1), output(2, 0.1)};
  ck_assert_double_eq_tol(loss(still, 0.5), 0.01, 1e-6);
  ck_assert_double_eq_tol(loss(flickering, 0), 0.01, 1e-6);
  ck_assert_double_eq_tol(loss(flickering, 0.5), 0.01 + 0.5 * 0.04, 1e-6);
  ck_assert_double_eq_tol(
      sequence_loss({output(0, 0.1)}, target.narrow(1, 0, 1), Loss::mse, 0.5).item<double>(), 0.01,
      1e-6);
}
END_TEST

START_TEST(test_networks_without_a_past_take_each_frame_alone) {
  torch::manual_seed(4);
  torch::NoGradGuard no_grad;
  GraphModule network(find_architecture("unet").build(nlohmann::json::object()), 1);
  const torch::Tensor input = torch::rand({2, 3, kPackedInputChannels, 16, 16});
  const auto outputs = run_sequence(network, input, {});
  for (int t = 0; t < 3; ++t)
    ck_assert(torch::allclose(outputs[static_cast<std::size_t>(t)],
                              network.forward(input.select(1, t), Mode::run), 1e-5, 1e-6));
}
END_TEST

START_TEST(test_a_small_run_learns) {
  const TempFolder folder;
  draw_pictures(folder, 4, 96);
  const TrainConfig config =
      small_config(folder, {"training.steps=150", "training.report_interval=150"});
  const TrainResult result = train(folder, "run", config);
  ck_assert(result.finished);
  // Noise of sigma 20 ... 30 is 20.2 dB.
  ck_assert_double_gt(result.best_db, 23);
  ck_assert(load_model((folder / "run/best.safetensors").string())->info().architecture ==
            "recurrent_unet");
  ck_assert_uint_gt(std::filesystem::file_size(folder / "run/samples.png"), 50);
}
END_TEST

START_TEST(test_a_run_resumes_to_the_same_weights_without_its_start) {
  const TempFolder folder;
  draw_pictures(folder, 4, 96);
  TrainConfig config = small_config(
      folder, {"training.steps=20", "training.report_interval=10", "training.schedule=constant"});
  train(folder, "first", config);
  config.start = {folder / "first/best.safetensors"};
  train(folder, "whole", config);
  ck_assert(!equal(weights_of(folder / "first"), weights_of(folder / "whole")));
  config.steps = 10;
  train(folder, "in two parts", config);
  std::filesystem::remove(config.start.front());
  config.steps = 20;
  ck_assert_int_eq(train(folder, "in two parts", config).step, 20);
  ck_assert(equal(weights_of(folder / "whole"), weights_of(folder / "in two parts")));
}
END_TEST

START_TEST(test_a_network_starts_from_what_fits) {
  const TempFolder folder;
  const nlohmann::json narrow = {
      {"widths", {8, 4}}, {"encoder", {1, 1}}, {"decoder", {1}}, {"gate", {4}}};
  const auto given = GraphModule(find_architecture("recurrent_unet").build(narrow), 5).state();
  write_safetensors(folder / "given.safetensors", {given, {}});
  const Graph graph = find_architecture("recurrent_unet").build(kSmall);
  GraphModule network(graph, 1);
  const auto before = network.state();
  std::string told;
  take_weights(folder / "given.safetensors", graph, network,
               [&](LogLevel, std::string_view text) { told = text; });
  std::size_t taken = 0;
  for (const auto& [name, tensor] : network.state()) {
    const bool fits = given.at(name).shape == tensor.shape;
    taken += fits;
    ck_assert_msg(tensor.values == (fits ? given : before).at(name).values, "%s", name.c_str());
  }
  ck_assert(taken > 4 && taken < before.size());
  const std::string count =
      std::to_string(taken) + " of " + std::to_string(before.size()) + " tensors";
  ck_assert_msg(told.find(count) != std::string::npos, "%s", told.c_str());
  write_safetensors(folder / "other.safetensors", {{{"other.weight", given.begin()->second}}, {}});
  DAE_ASSERT_ERROR(take_weights(folder / "other.safetensors", graph, network, ignore),
                   incompatible_model);
  DAE_ASSERT_ERROR(take_weights(folder / "nothing.safetensors", graph, network, ignore), not_found);
}
END_TEST

START_TEST(test_a_run_starts_from_several_files) {
  const TempFolder folder;
  draw_pictures(folder, 4, 96);
  const Graph graph = find_architecture("recurrent_unet").build(kSmall);
  const auto whole = GraphModule(graph, 5).state();
  auto part = GraphModule(graph, 6).state();
  for (const auto& [name, tensor] : whole) {
    if (name.starts_with("gate")) part.erase(name);
  }
  write_safetensors(folder / "whole.safetensors", {whole, {}});
  write_safetensors(folder / "part.safetensors", {part, {}});
  const std::string start = "training.start=[\"" + (folder / "whole.safetensors").string() +
                            "\", \"" + (folder / "part.safetensors").string() + "\"]";
  train(folder, "run",
        small_config(folder, {"training.steps=1", "training.report_interval=1",
                              "training.learning_rate=1e-8", start}));
  for (const auto& [name, values] : weights_of(folder / "run")) {
    const Tensor& wanted = (part.count(name) != 0 ? part : whole).at(name);
    for (std::size_t i = 0; i < wanted.values.size(); ++i)
      ck_assert_float_eq_tol(values.values[i], wanted.values[i], 1e-6);
  }
}
END_TEST

START_TEST(test_a_network_for_single_frames_starts_one_with_a_past) {
  torch::manual_seed(8);
  torch::NoGradGuard no_grad;
  const TempFolder folder;
  const nlohmann::json spatial = {
      {"widths", {8, 8}}, {"encoder", {1, 1}}, {"decoder", {1}}, {"slope", 0.0}};
  GraphModule single(find_architecture("unet").build(spatial), 5);
  write_safetensors(folder / "single.safetensors", {single.state(), {}});
  const Graph graph = find_architecture("recurrent_unet").build(kSmall);
  GraphModule network(graph, 1);
  take_weights(folder / "single.safetensors", graph, network, ignore);
  const torch::Tensor frame = torch::rand({2, kPackedInputChannels, 16, 16});
  const torch::Tensor wanted = single.forward(frame, Mode::run);
  const Step first = network.step(frame, GraphModule::no_state(frame), Mode::run);
  ck_assert(torch::allclose(first.output, wanted, 1e-3, 1e-5));
  ck_assert_double_gt(wanted.abs().max().item<double>(), 1e-2);
}
END_TEST

// A network that has learned all that its teacher knows has an error of 0 by the teacher.
START_TEST(test_a_teacher_has_its_share_of_the_loss) {
  const TempFolder folder;
  draw_pictures(folder, 4, 96);
  TrainConfig config = small_config(
      folder, {"training.steps=1", "training.report_interval=1", "training.learning_rate=1e-8"});
  train(folder, "first", config);
  config.start = {folder / "first/best.safetensors"};
  const auto loss_of_step = [&](const char* run) {
    train(folder, run, config);
    const std::string metrics = read_file(folder / run / "metrics.csv");
    return std::stod(metrics.substr(metrics.find("\n1,") + 3));
  };
  const double alone = loss_of_step("alone");
  config.teacher = config.start.front().string();
  config.teacher_share = 0;
  ck_assert_double_eq_tol(loss_of_step("none"), alone, 1e-5);
  config.teacher_share = 1;
  const double zero = loss_of_step("all");
  ck_assert_double_eq_tol(zero, std::log(1e-7), 0.01);
  config.teacher_share = 0.25;
  ck_assert_double_eq_tol(loss_of_step("quarter"), 0.75 * alone + 0.25 * zero, 0.01);
}
END_TEST

START_TEST(test_a_network_comes_nearer_to_its_teacher) {
  const TempFolder folder;
  draw_pictures(folder, 4, 96);
  const std::vector<std::string> keys = {"training.steps=150", "training.report_interval=150"};
  train(folder, "teacher", small_config(folder, keys));
  const auto distance = [&](double share) {
    TrainConfig config = small_config(folder, keys);
    config.seed = 7;
    config.teacher = (folder / "teacher/best.safetensors").string();
    config.teacher_share = share;
    train(folder, std::to_string(share).c_str(), config);
    torch::manual_seed(3);
    const PanningTexture texture(3);
    const auto outputs = [&](const std::filesystem::path& run) {
      torch::NoGradGuard no_grad;
      GraphModule network(find_architecture("recurrent_unet").build(kSmall), weights_of(run));
      return torch::stack(run_sequence(network, texture.input, {}), 1);
    };
    const torch::Tensor difference =
        outputs(folder / std::to_string(share)) - outputs(folder / "teacher");
    return difference.square().mean().item<double>();
  };
  const double near = distance(1), far = distance(0);
  ck_assert_double_lt(near, 0.8 * far);
}
END_TEST

START_TEST(test_a_teacher_takes_the_same_pictures) {
  const TempFolder folder;
  draw_pictures(folder, 4, 96);
  TrainConfig config = small_config(folder, {});
  config.teacher = (folder / "nobody.safetensors").string();
  DAE_ASSERT_ERROR(Trainer(config, folder.path(), ignore, ignore), not_found);
  const Architecture& other = find_architecture("paper");
  const nlohmann::json settings = nlohmann::json::object();
  nlohmann::json manifest = make_manifest(other, settings);
  manifest["licence"] = "none";
  save_model(folder / "other.safetensors", manifest, GraphModule(other.build(settings), 1).state());
  config.teacher = (folder / "other.safetensors").string();
  DAE_ASSERT_ERROR(Trainer(config, folder.path(), ignore, ignore), incompatible_model);
}
END_TEST

START_TEST(test_a_past_needs_sequences) {
  const TempFolder folder;
  draw_pictures(folder, 4, 96);
  const TrainConfig config = small_config(folder, {"samples.frames=1"});
  DAE_ASSERT_ERROR(Trainer(config, folder.path(), ignore, ignore), bad_argument);
}
END_TEST

START_TEST(test_the_keys_survive_their_own_toml) {
  const TempFolder folder;
  const TrainConfig config =
      small_config(folder, {"training.motion=false", "training.start=some/where.safetensors",
                            "training.teacher=high", "training.teacher_share=0.3"});
  write_file(folder / "again.toml", to_toml(config));
  const TrainConfig again = load_config(folder / "again.toml", {});
  ck_assert_int_eq(again.samples.frames, 3);
  ck_assert(!again.motion && small_config(folder, {}).motion);
  ck_assert(again.start == config.start && config.start.size() == 1);
  ck_assert(config.start.front() == "some/where.safetensors");
  ck_assert_uint_eq(small_config(folder, {"training.start=[\"a\", \"b\"]"}).start.size(), 2);
  ck_assert(small_config(folder, {"training.start="}).start.empty());
  DAE_ASSERT_ERROR(small_config(folder, {"training.start=[\"a\", 3]"}), bad_argument);
  ck_assert(again.teacher == "high" && again.teacher_share == 0.3);
  DAE_ASSERT_ERROR(small_config(folder, {"samples.frames=17"}), bad_argument);
}
END_TEST

int main() {
  return run_suite(
      "sequence_training",
      {test_the_past_follows_motion, test_gradients_flow_through_the_aligned_past,
       test_the_loss_is_the_mean_over_frames,
       test_temporal_consistency_weighs_what_changes_between_frames,
       test_networks_without_a_past_take_each_frame_alone, test_a_small_run_learns,
       test_a_run_resumes_to_the_same_weights_without_its_start,
       test_a_network_starts_from_what_fits, test_a_run_starts_from_several_files,
       test_a_network_for_single_frames_starts_one_with_a_past,
       test_a_teacher_has_its_share_of_the_loss, test_a_network_comes_nearer_to_its_teacher,
       test_a_teacher_takes_the_same_pictures, test_a_past_needs_sequences,
       test_the_keys_survive_their_own_toml},
      200);
}
