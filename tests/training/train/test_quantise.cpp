// SPDX-License-Identifier: LGPL-2.1-or-later
// Training with values that are rounded as int8 engines round them.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "layout/packed_layout.h"
#include "model/manifest.h"
#include "model/safetensors.h"
#include "net/architectures.h"
#include "support/check.h"
#include "train/config.h"
#include "train/cross_layer_equalisation.h"
#include "train/fitted_graph.h"
#include "train/quantise.h"
#include "train/start_weights.h"
#include "train/trainer.h"
#include "training/small_runs.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

std::string preset(const TempFolder& folder, const std::string& more = "") {
  write_file(folder / "small.toml", R"(
licence = "none"
architecture = "unet"
[settings]
widths = [8, 8]
encoder = [1, 0]
decoder = [0]
slope = 0.0
[[data.source]]
path = "pictures"
[samples]
patch_px = 32
[training]
batch = 4
steps = 24
warmup_steps = 2
report_interval = 4
checkpoint_interval = 4
validation_samples = 4
validation_patch_px = 32
threads = 1
quantise = 0.5
)" + more);
  return (folder / "small.toml").string();
}

TrainConfig config_in(const TempFolder& folder, const std::vector<std::string>& overrides = {}) {
  draw_pictures(folder, 6, 48);
  std::vector<std::string> all = {"data.root=" + folder.path().string()};
  all.insert(all.end(), overrides.begin(), overrides.end());
  return load_config(preset(folder), all);
}

TrainResult train(const TrainConfig& config, const std::filesystem::path& run) {
  std::filesystem::create_directories(run);
  const std::atomic<bool> stop{false};
  return Trainer(config, run, ignore, ignore).run(stop);
}

nlohmann::json manifest_of(const std::filesystem::path& run) {
  const TensorFile file = read_safetensors(run / "best.safetensors");
  return nlohmann::json::parse(file.metadata.at("denoiseae"));
}

Graph small_graph() {
  return find_architecture("unet").build(
      {{"widths", {4}}, {"encoder", {0}}, {"decoder", nlohmann::json::array()}, {"slope", 0}});
}

/// Returns a network whose head hands its input on.
GraphModule handing_on() {
  GraphModule network(small_graph(), 1);
  auto state = network.state();
  for (auto& [name, tensor] : state) std::fill(tensor.values.begin(), tensor.values.end(), 0.0f);
  for (int c = 0; c < 4; ++c) state["head.weight"].values[(c * 8 + c) * 9 + 4] = 1;
  network.set_state(state);
  return network;
}

/// Returns what runs a network on samples.
std::function<void()> runs(GraphModule& network, const torch::Tensor& in) {
  return [&network, in] { network.forward(in, Mode::run); };
}

/// A level of noise as networks are told it.
constexpr float kLevel = 20.0f / 255 * kNoiseLevelScale;

/// Returns the scale of the head where all noise is alike.
float only_scale(const ScaleSets& sets) {
  ck_assert_uint_eq(sets.size(), 1);
  ck_assert(std::isinf(sets[0].highest_level));
  return sets[0].scales.at("head");
}

/// Factors of 1, 4, 16 and 64 for the channels of each quantised value and of what it adds.
SmoothingFactors uneven_factors(const Graph& graph) {
  SmoothingFactors uneven(graph.nodes().size());
  for (std::size_t id = 0; id < uneven.size(); ++id) {
    if (graph.quantisation().is_quantised(static_cast<NodeId>(id))) uneven[id] = {1, 4, 16, 64};
  }
  for (const Node& node : graph.nodes())
    if (node.op == Op::add && node.activation == Activation::relu)
      for (const NodeId in : node.inputs) uneven[in] = {1, 4, 16, 64};
  return uneven;
}

/// Makes the channels of a network uneven, with weights that make up for it, and equalises them.
void check_equal_channels(const Graph& graph) {
  GraphModule network(graph, 3);
  torch::NoGradGuard no_grad;
  torch::manual_seed(1);
  const torch::Tensor in = torch::rand({1, 8, 32, 32}) - 0.5;
  const torch::Tensor wanted = network.forward(in, Mode::run);
  network.set_state(equalised(graph, uneven_factors(graph), network.state()));
  const auto run = [&] { network.forward(in, Mode::run); };
  const auto error = [&] {
    return (network.forward(in, Mode::run) - wanted).abs().max().item<float>();
  };
  const auto rounded_error = [&] {
    network.quantise_activations(find_scales(network, runs(network, in)));
    const float result = error();
    network.quantise_activations({});
    return result;
  };
  const float size = wanted.abs().max().item<float>();
  ck_assert_float_lt(error(), 1e-5f * size);
  const float before = rounded_error();

  const SmoothingFactors factors = find_smoothing_factors(network, graph, run);
  for (const Node& node : graph.nodes()) {
    if (node.op != Op::add || node.activation != Activation::relu) continue;
    ck_assert(factors[node.inputs[0]] == factors[node.inputs[1]]);
  }
  network.set_state(equalised(graph, factors, network.state()));
  ck_assert_float_lt(error(), 1e-5f * size);
  const float after = rounded_error();
  ck_assert_msg(after < 0.5f * before, "rounding costs %g, before %g", after, before);
}

}  // namespace

START_TEST(test_the_last_share_of_the_steps_is_rounded) {
  ck_assert_int_eq(first_quantised_step(1000, 0), 1000);
  ck_assert_int_eq(first_quantised_step(1000, 0.1), 900);
  ck_assert_int_eq(first_quantised_step(1000, 1), 0);
}
END_TEST

START_TEST(test_scales_leave_the_least_error) {
  // Nearly all values are alike, one is not.
  GraphModule network = handing_on();
  const auto scale_for = [&](float most, float largest) {
    torch::NoGradGuard no_grad;
    torch::Tensor in = torch::full({1, 8, 100, 100}, most);
    in[0][0][0][0] = largest;
    in.slice(1, kPackedChannels).fill_(kLevel);
    return only_scale(find_scales(network, runs(network, in)));
  };
  // All alike: rounded without error by a step that fits.
  ck_assert_float_eq_tol(scale_for(0.5f, 0.5f), 0.5f / 255, 1e-7);
  // A value that is far from all others, but weighs more than their rounding: kept.
  ck_assert_float_ge(scale_for(0.3f, 100), 50.0f / 255);
  // One that costs less when it is cut: of 40000 values each off by a third of a step.
  ck_assert_float_lt(scale_for(2.6f / 255, 4), 4.0f / 255);
  ck_assert(network.scale_sets().empty());
}
END_TEST

START_TEST(test_samples_with_large_values_count_no_more_than_others) {
  GraphModule network = handing_on();
  torch::NoGradGuard no_grad;
  torch::manual_seed(2);
  torch::Tensor in = torch::rand({16, 8, 64, 64});
  const auto scale_with_large = [&](int count) {
    torch::Tensor samples = in.clone();
    samples.slice(0, 0, count).mul_(4);
    samples.slice(1, kPackedChannels).fill_(kLevel);
    return only_scale(find_scales(network, runs(network, samples)));
  };
  // The range of most samples, although the other one loses by it what all of them gain, and more.
  ck_assert_float_lt(scale_with_large(1), 1.5f / 255);
  ck_assert_float_gt(scale_with_large(8), 3.0f / 255);
}
END_TEST

START_TEST(test_weak_noise_has_scales_of_its_own) {
  GraphModule network = handing_on();
  torch::NoGradGuard no_grad;
  // As many samples as are enough, whose values are as large as their levels.
  const auto sets_of = [&](const std::vector<float>& levels) {
    torch::Tensor in = torch::rand({16 * static_cast<std::int64_t>(levels.size()), 8, 16, 16});
    for (std::size_t i = 0; i < levels.size(); ++i) {
      torch::Tensor part = in.slice(0, 16 * static_cast<std::int64_t>(i), 16 * (i + 1));
      part.mul_(levels[i] / 255);
      part.slice(1, kPackedChannels).fill_(levels[i] / 255 * kNoiseLevelScale);
    }
    return find_scales(network, runs(network, in));
  };
  const ScaleSets sets = sets_of({3, 50, 12});
  ck_assert_uint_eq(sets.size(), 3);
  const std::vector<float> levels = {3, 12, 50};
  for (std::size_t i = 0; i < 3; ++i)
    ck_assert_float_eq_tol(sets[i].scales.at("head") * 255 * 255, levels[i], 0.1 * levels[i]);
  // No one has trained between 4 and 8.
  ck_assert_double_eq(sets[0].highest_level, 4);
  ck_assert_double_eq(sets[1].highest_level, 16);
  ck_assert(std::isinf(sets[2].highest_level));
  // Noise of one level needs one set.
  ck_assert_uint_eq(sets_of({3}).size(), 1);
  ck_assert_uint_eq(sets_of({3, 3.9f}).size(), 1);
}
END_TEST

START_TEST(test_few_frames_go_with_their_neighbours) {
  GraphModule network = handing_on();
  torch::NoGradGuard no_grad;
  torch::Tensor in = torch::rand({32, 8, 16, 16});
  const auto highest_levels = [&](int weak) {
    in.slice(1, kPackedChannels).fill_(50.0f / 255 * kNoiseLevelScale);
    in.slice(0, 0, weak).slice(1, kPackedChannels).fill_(3.0f / 255 * kNoiseLevelScale);
    std::vector<double> levels;
    for (const ScaleSet& set : find_scales(network, runs(network, in)))
      levels.push_back(set.highest_level);
    return levels;
  };
  const double all = std::numeric_limits<double>::infinity();
  ck_assert(highest_levels(16) == std::vector({4.0, all}));
  ck_assert(highest_levels(15) == std::vector({all}));
  ck_assert(highest_levels(17) == std::vector({all}));
  ck_assert(highest_levels(32) == std::vector({all}));
}
END_TEST

START_TEST(test_equal_channels_compute_the_same_with_less_rounding) {
  check_equal_channels(find_architecture("unet").build(
      {{"widths", {4, 4}}, {"encoder", {1, 0}}, {"decoder", {1}}, {"slope", 0}}));
}
END_TEST

/// The values along the pairs of a level share their factors from the first to the last sum.
START_TEST(test_equal_channels_of_residual_networks_compute_the_same) {
  check_equal_channels(find_architecture("unet").build(
      {{"widths", {4, 4}}, {"encoder", {2, 4}}, {"decoder", {2}}, {"slope", 0}, {"residual", 1}}));
}
END_TEST

START_TEST(test_channels_are_equalised_by_what_most_samples_have) {
  const Graph graph = small_graph();
  GraphModule network = handing_on();
  auto state = network.state();
  for (auto& [name, tensor] : state)
    if (name != "head.weight") std::fill(tensor.values.begin(), tensor.values.end(), 0.1f);
  network.set_state(state);
  torch::NoGradGuard no_grad;
  torch::manual_seed(4);
  torch::Tensor in = torch::rand({64, 8, 16, 16});
  const auto factors_of_head = [&] {
    const SmoothingFactors all =
        find_smoothing_factors(network, graph, [&] { network.forward(in, Mode::run); });
    for (const std::vector<float>& factors : all)
      if (!factors.empty()) return factors;
    ck_abort_msg("no factors");
  };
  const std::vector<float> before = factors_of_head();
  in[5][2] *= 16;
  const std::vector<float> after = factors_of_head();
  // The mean of the largest values grows by a quarter, the largest by 16.
  for (std::size_t c = 0; c < before.size(); ++c)
    ck_assert_float_lt(std::abs(std::log(after[c] / before[c])), 0.25f);
  ck_assert_float_lt(after[2], before[2]);
}
END_TEST

START_TEST(test_weights_hold_the_scales_of_their_training) {
  const TempFolder folder;
  const TrainConfig config = config_in(folder);
  const TrainResult result = train(config, folder.path() / "run");
  ck_assert(result.finished);
  // The best is one of those that are rounded.
  ck_assert_int_gt(result.best_step, 12);
  const nlohmann::json manifest = manifest_of(folder.path() / "run");
  ck_assert_int_eq(manifest.at("quantisation").at("training_steps").get<int>(),
                   result.best_step - 12);
  const auto model = load_model((folder.path() / "run/best.safetensors").string());
  ck_assert_uint_gt(model->data().scale_sets.size(), 1);
  for (const ScaleSet& set : model->data().scale_sets) {
    ck_assert_uint_eq(set.scales.size(), 4);
    for (const auto& [name, scale] : set.scales) ck_assert_float_lt(scale, 1);
  }
}
END_TEST

START_TEST(test_residual_networks_train_rounded) {
  const TempFolder folder;
  const TrainConfig config =
      config_in(folder, {"settings.residual=1", "settings.encoder=[2, 4]", "settings.decoder=[2]",
                         "training.quantise=1", "training.steps=8"});
  ck_assert(train(config, folder.path() / "run").finished);
  const auto model = load_model((folder.path() / "run/best.safetensors").string());
  const std::vector<std::string> wanted = {"dec1_1",     "dec1_2.sum", "down2",      "enc1_1",
                                           "enc1_2.sum", "enc2_1",     "enc2_2.sum", "enc2_3",
                                           "enc2_4.sum", "head",       "up1.sum"};
  std::vector<std::string> names;
  for (const auto& [name, scale] : model->data().scale_sets.back().scales) {
    names.push_back(name);
    ck_assert_float_gt(scale, 0);
    ck_assert_float_lt(scale, 1);
  }
  ck_assert(names == wanted);
}
END_TEST

START_TEST(test_without_it_there_are_none) {
  const TempFolder folder;
  train(config_in(folder, {"training.quantise=0", "training.steps=4"}), folder.path() / "run");
  ck_assert(!manifest_of(folder.path() / "run").contains("quantisation"));
}
END_TEST

START_TEST(test_scales_can_be_found_after_the_last_step) {
  const TempFolder folder;
  const std::vector<std::string> never = {"training.quantise=0", "training.steps=8"};
  std::vector<std::string> afterwards = never;
  afterwards.push_back("training.find_scales=true");
  const std::filesystem::path exact = folder.path() / "exact", rounded = folder.path() / "rounded";
  train(config_in(folder, never), exact);
  const TrainResult result = train(config_in(folder, afterwards), rounded);
  ck_assert_int_eq(result.best_step, 8);
  const nlohmann::json entry = manifest_of(rounded).at("quantisation");
  ck_assert_int_eq(entry.at("training_steps").get<int>(), 0);
  ck_assert_uint_eq(entry.at("scales").size(), 4);

  // The channels are as large as each other now, and the network computes the same without
  // rounding.
  TrainConfig config = config_in(folder);
  const Graph graph = fitted_graph(config);
  torch::NoGradGuard no_grad;
  const torch::Tensor in = torch::rand({1, 8, 32, 32});
  const auto result_of = [&](const std::filesystem::path& run) {
    GraphModule network(graph, 1);
    take_weights(run / "best.safetensors", graph, network, ignore);
    return network.forward(in, Mode::run);
  };
  ck_assert(!equal(weights_of(rounded), weights_of(exact)));
  ck_assert_float_lt((result_of(rounded) - result_of(exact)).abs().max().item<float>(), 1e-5f);
}
END_TEST

START_TEST(test_rounded_weights_are_trained_on_with_their_scales) {
  const TempFolder folder;
  train(config_in(folder), folder.path() / "run");
  const std::string start = (folder.path() / "run/best.safetensors").string();
  const auto scales_after = [&](const std::string& name, const std::string& share) {
    train(config_in(folder, {"training.start=" + start, "training.quantise=" + share,
                             "training.steps=4", "training.learning_rate=0.1"}),
          folder.path() / name);
    nlohmann::json entry = manifest_of(folder.path() / name).at("quantisation");
    entry.erase("training_steps");
    return entry;
  };
  nlohmann::json given = manifest_of(folder.path() / "run").at("quantisation");
  given.erase("training_steps");
  ck_assert(scales_after("on", "1") == given);
  // Weights that learned without rounding have outgrown the scales.
  ck_assert(scales_after("anew", "0.5") != given);

  TrainConfig config = config_in(folder);
  const Graph graph = fitted_graph(config);
  GraphModule network(graph, 1);
  ck_assert(take_weights(start, graph, network, ignore) == load_model(start)->data().scale_sets);
  TensorFile part = read_safetensors(start);
  part.tensors.erase("head.weight");
  write_safetensors(folder.path() / "part.safetensors", part);
  ck_assert(take_weights(folder.path() / "part.safetensors", graph, network, ignore).empty());
}
END_TEST

START_TEST(test_a_run_resumed_while_rounding_gives_the_same) {
  const TempFolder folder;
  const TrainConfig config = config_in(folder);
  train(config, folder.path() / "whole");
  const std::filesystem::path run = folder.path() / "run";
  std::filesystem::create_directories(run);
  std::atomic<bool> stop{false};
  const auto stop_when_rounding = [&stop](LogLevel, std::string_view line) {
    if (line.find("rounded") != std::string_view::npos) stop = true;
  };
  const TrainResult first = Trainer(config, run, stop_when_rounding, ignore).run(stop);
  ck_assert_int_eq(first.step, 13);
  train(config, run);
  ck_assert(equal(weights_of(run), weights_of(folder.path() / "whole")));
  ck_assert(manifest_of(run).at("quantisation") ==
            manifest_of(folder.path() / "whole").at("quantisation"));
}
END_TEST

START_TEST(test_checkpoints_with_one_scale_are_resumed) {
  const TempFolder folder;
  const TrainConfig config = config_in(folder, {"training.quantise=1", "training.steps=4"});
  train(config, folder.path() / "run");
  const std::filesystem::path state = folder.path() / "run/checkpoint/state.safetensors";
  // Versions before 0.3 wrote them so.
  TensorFile file = read_safetensors(state);
  file.tensors.erase("scale_levels");
  for (auto& [name, tensor] : file.tensors)
    if (name.starts_with("scales/")) tensor = {{1}, {tensor.values.back()}};
  write_safetensors(state, file);
  const nlohmann::json before = manifest_of(folder.path() / "run").at("quantisation");
  train(config_in(folder, {"training.quantise=1", "training.steps=8"}), folder.path() / "run");
  const nlohmann::json after = manifest_of(folder.path() / "run").at("quantisation");
  ck_assert(after.at("scales") == before.at("scales"));
  ck_assert(!after.contains("weak_noise"));
}
END_TEST

START_TEST(test_networks_without_an_int8_form_are_refused) {
  const TempFolder folder;
  const TrainConfig config = config_in(folder, {"settings.slope=0.01"});
  DAE_ASSERT_ERROR(train(config, folder.path() / "run"), bad_argument);
  DAE_ASSERT_ERROR(config_in(folder, {"training.quantise=1.5"}), bad_argument);
  const TrainConfig other = config_in(
      folder, {"settings.slope=0.01", "training.quantise=0", "training.find_scales=true"});
  DAE_ASSERT_ERROR(train(other, folder.path() / "other"), bad_argument);
}
END_TEST

int main() {
  return run_suite(
      "quantise",
      {test_the_last_share_of_the_steps_is_rounded, test_scales_leave_the_least_error,
       test_samples_with_large_values_count_no_more_than_others,
       test_weak_noise_has_scales_of_its_own, test_few_frames_go_with_their_neighbours,
       test_equal_channels_compute_the_same_with_less_rounding,
       test_equal_channels_of_residual_networks_compute_the_same,
       test_channels_are_equalised_by_what_most_samples_have,
       test_weights_hold_the_scales_of_their_training, test_residual_networks_train_rounded,
       test_without_it_there_are_none, test_scales_can_be_found_after_the_last_step,
       test_rounded_weights_are_trained_on_with_their_scales,
       test_a_run_resumed_while_rounding_gives_the_same,
       test_checkpoints_with_one_scale_are_resumed,
       test_networks_without_an_int8_form_are_refused});
}
