// SPDX-License-Identifier: LGPL-2.1-or-later
// The LibTorch executor against hand-computed values and the definitions of the operations.
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#include "engine/engine.h"
#include "engine/torch/graph_module.h"
#include "net/fold.h"
#include "support/check.h"
#include "support/slow_graph.h"
#include "support/tiny_model.h"
#include "support/whole_run.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// A share of the largest value: LibTorch chooses its kernels by the size of the batch, and then
/// rounds sums in another order. This is twice the difference that was seen after the ten layers of
/// a U-Net with large weights.
constexpr double kBatchTolerance = 2e-6;

const EngineOptions kTorch{EngineKind::torch};

torch::Tensor random_input(int channels, int height, int width, std::uint32_t seed) {
  torch::manual_seed(seed);
  return torch::rand({1, channels, height, width}) - 0.5;
}

/// The graph's output agrees with the slow computation on random weights and input.
void assert_agrees(const Graph& graph, int height, int width, std::uint32_t seed) {
  const auto tensors = random_tensors(graph, seed);
  GraphModule module(graph, tensors);
  const torch::Tensor in = random_input(graph.input_node().channels, height, width, seed);
  SlowPicture slow_in(graph.input_node().channels, height, width);
  for (std::size_t i = 0; i < slow_in.values.size(); ++i) {
    slow_in.values[i] = in.data_ptr<float>()[i];
  }
  const SlowPicture wanted = run_slowly(graph, tensors, slow_in);
  torch::NoGradGuard no_grad;
  const torch::Tensor out =
      module.forward(in.contiguous(torch::MemoryFormat::ChannelsLast), Mode::run).contiguous();
  ck_assert_int_eq(out.numel(), static_cast<std::int64_t>(wanted.values.size()));
  ck_assert_int_eq(out.size(1), wanted.channels);
  ck_assert_int_eq(out.size(2), wanted.height);
  double largest = 1e-3;
  for (double v : wanted.values) largest = std::max(largest, std::abs(v));
  for (std::size_t i = 0; i < wanted.values.size(); ++i) {
    ck_assert_double_eq_tol(out.data_ptr<float>()[i], wanted.values[i], 1e-5 * largest);
  }
}

std::vector<float> random_values(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> values(count);
  for (float& v : values) v = static_cast<float>(random()) / 4294967296.0f;
  return values;
}

}  // namespace

START_TEST(test_conv_of_ones_counts_neighbours) {
  Graph g;
  g.set_output(g.conv("c", g.input(1), 1, 3, 1, Activation::none));
  GraphModule module(
      g, {{"c.weight", {{1, 1, 3, 3}, std::vector<float>(9, 1.0f)}}, {"c.bias", {{1}, {0.5f}}}});
  torch::NoGradGuard no_grad;
  const torch::Tensor out = module.forward(torch::ones({1, 1, 2, 3}), Mode::run).contiguous();
  const float wanted[] = {4.5f, 6.5f, 4.5f, 4.5f, 6.5f, 4.5f};
  for (int i = 0; i < 6; ++i) ck_assert_float_eq(out.data_ptr<float>()[i], wanted[i]);
}
END_TEST

START_TEST(test_kernels_are_not_flipped_and_strides_start_at_the_first_sample) {
  Graph g;
  g.set_output(g.conv("c", g.input(1), 1, 2, 2, Activation::leaky_relu));
  GraphModule module(g,
                     {{"c.weight", {{1, 1, 2, 2}, {1, 10, 100, -1000}}}, {"c.bias", {{1}, {0}}}});
  torch::NoGradGuard no_grad;
  const torch::Tensor in =
      torch::tensor({1.f, 2.f, 3.f, 4.f, 5.f, 6.f, 7.f, 0.f}).view({1, 1, 2, 4});
  const torch::Tensor out = module.forward(in, Mode::run).contiguous();
  // 1 + 20 + 500 - 6000 = -5479, times 0.01; 3 + 40 + 700 - 0 = 743.
  ck_assert_float_eq_tol(out.data_ptr<float>()[0], -54.79f, 1e-4f);
  ck_assert_float_eq(out.data_ptr<float>()[1], 743.0f);
}
END_TEST

START_TEST(test_depth_to_space_puts_channel_groups_into_2x2_blocks) {
  Graph g;
  g.set_output(g.subpixel_conv("u", g.input(1), 2));
  GraphModule module(g, {{"u.weight", {{8, 1, 1, 1}, {0, 1, 2, 3, 4, 5, 6, 7}}},
                         {"u.bias", {{8}, std::vector<float>(8, 0.0f)}}});
  torch::NoGradGuard no_grad;
  const torch::Tensor out = module.forward(torch::ones({1, 1, 1, 1}), Mode::run).contiguous();
  const float wanted[] = {0, 2, 4, 6, 1, 3, 5, 7};  // channel 0 row by row, then channel 1
  for (int i = 0; i < 8; ++i) ck_assert_float_eq(out.data_ptr<float>()[i], wanted[i]);
}
END_TEST

START_TEST(test_architectures_agree_with_the_definitions) {
  assert_agrees(find_architecture("unet").build(nlohmann::json::object()), 8, 12, 8);
  assert_agrees(find_architecture("unet").build(
                    {{"widths", {4, 6}}, {"encoder", {2, 0}}, {"decoder", {1}}, {"slope", 0.0}}),
                6, 4, 9);
  for (const int depth : {1, 3}) {
    assert_agrees(find_architecture("paper").build(
                      {{"width", 8}, {"height", 12}, {"depth", depth}, {"latent", 3}}),
                  12, 8, 10);
  }
}
END_TEST

START_TEST(test_fresh_weights_depend_on_the_seed_only) {
  const Graph g = find_architecture("unet").build(nlohmann::json::object());
  const auto a = GraphModule(g, 7).state();
  const auto b = GraphModule(g, 7).state();
  const auto c = GraphModule(g, 8).state();
  for (const auto& [name, tensor] : a) ck_assert(tensor.values == b.at(name).values);
  ck_assert(a.at("head.weight").values != c.at("head.weight").values);
}
END_TEST

START_TEST(test_the_module_is_loaded_by_name_and_refuses_unknown_devices) {
  const auto model = random_model(
      "unet", {{"widths", {4}}, {"encoder", {0}}, {"decoder", nlohmann::json::array()}}, 3);
  const auto engine = make_engine(model->data(), 2, 3, kTorch);
  ck_assert(engine->kind() == EngineKind::torch);
  std::vector<float> in(2 * 3 * 8);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<float>(i % 13) / 13 - 0.5f;
  std::vector<float> out(2 * 3 * 6);
  run_whole(*engine, {in.data(), 8, 2, 3}, {out.data(), 6, 2, 3});
  SlowPicture slow(8, 2, 3);
  for (int y = 0; y < 2; ++y)
    for (int x = 0; x < 3; ++x)
      for (int c = 0; c < 8; ++c) slow.at(c, y, x) = in[(y * 3 + x) * 8 + c];
  const SlowPicture wanted = run_slowly(model->data().graph, model->data().tensors, slow);
  for (int y = 0; y < 2; ++y)
    for (int x = 0; x < 3; ++x)
      for (int c = 0; c < 6; ++c) {
        ck_assert_double_eq_tol(out[(y * 3 + x) * 6 + c], wanted.get(c, y, x), 1e-5);
      }
  for (const char* device : {"cuda:99", "tpu", "", "cpu:banana"}) {
    EngineOptions options = kTorch;
    options.device = device;
    DAE_ASSERT_ERROR(make_engine(model->data(), 2, 3, options), device_unavailable);
  }
}
END_TEST

START_TEST(test_the_engine_without_batch_norm_agrees_with_the_definitions) {
  std::uint32_t seed = 20;
  for (const auto& [width, height] : {std::pair{4, 4}, {8, 12}, {28, 28}, {20, 4}}) {
    const auto model =
        random_model("paper", {{"width", width}, {"height", height}, {"latent", 3}}, ++seed);
    const auto engine = make_engine(model->data(), height, width, kTorch);
    const Graph folded =
        fold_batch_norm(model->data().graph, model->data().tensors, height, width).graph;
    // The weights, and the tensors around the network.
    ck_assert_int_eq(engine->memory_bytes(), 4 * (folded.parameter_count() + 2 * height * width));
    std::vector<float> in = random_values(static_cast<std::size_t>(height) * width, seed);
    std::vector<float> out(in.size());
    run_whole(*engine, {in.data(), 1, height, width}, {out.data(), 1, height, width});
    SlowPicture slow(1, height, width);
    std::copy(in.begin(), in.end(), slow.values.begin());
    const SlowPicture wanted = run_slowly(model->data().graph, model->data().tensors, slow);
    for (std::size_t i = 0; i < out.size(); ++i) {
      ck_assert_double_eq_tol(out[i], wanted.values[i], 1e-5);
    }
  }
}
END_TEST

START_TEST(test_a_batch_is_its_pictures) {
  for (const auto& [name, settings] :
       {std::pair{"unet", nlohmann::json::object()},
        {"paper", nlohmann::json{{"width", 20}, {"height", 12}, {"filters", {8, 16}}}}}) {
    const auto model = random_model(name, settings, 5);
    const Graph& graph = model->data().graph;
    const auto engine = make_engine(model->data(), 12, 20, kTorch);
    const TensorView in_shape{nullptr, graph.input_node().channels, 12, 20};
    const TensorView out_shape{nullptr, graph.output_channels(), 12, 20};
    for (const int count : {1, 2, 7}) {
      std::vector<float> in = random_values(in_shape.size() * count, 3);
      std::vector<float> together(out_shape.size() * count);
      std::vector<float> alone(together.size());
      const auto view = [](std::vector<float>& values, TensorView shape, int i) {
        shape.data = values.data() + i * shape.size();
        return shape;
      };
      run_whole(*engine, view(in, in_shape, 0), view(together, out_shape, 0), count);
      for (int i = 0; i < count; ++i)
        run_whole(*engine, view(in, in_shape, i), view(alone, out_shape, i));
      double difference = 0;
      double largest = 0;
      double between_pictures = 0;
      for (std::size_t i = 0; i < alone.size(); ++i) {
        between_pictures =
            std::max(between_pictures, std::abs(double{alone[i]} - alone[i % out_shape.size()]));
        difference = std::max(difference, std::abs(double{alone[i]} - together[i]));
        largest = std::max(largest, std::abs(double{alone[i]}));
      }
      ck_assert_msg(difference <= kBatchTolerance * largest, "%s, %d pictures: %g of %g", name,
                    count, difference, largest);
      ck_assert(count == 1 || between_pictures > 0.01 * largest);
    }
  }
}
END_TEST

int main() {
  return run_suite("engine", {test_conv_of_ones_counts_neighbours,
                              test_kernels_are_not_flipped_and_strides_start_at_the_first_sample,
                              test_depth_to_space_puts_channel_groups_into_2x2_blocks,
                              test_architectures_agree_with_the_definitions,
                              test_fresh_weights_depend_on_the_seed_only,
                              test_the_module_is_loaded_by_name_and_refuses_unknown_devices,
                              test_the_engine_without_batch_norm_agrees_with_the_definitions,
                              test_a_batch_is_its_pictures});
}
