// SPDX-License-Identifier: LGPL-2.1-or-later
// Single operations on LibTorch against values computed by hand. test_engine_ops has them all.
#include <vector>

#include "engine/torch/graph_ops.h"
#include "support/check.h"

using namespace denoiseae;

namespace {

using Tensors = std::map<std::string, torch::Tensor>;

torch::Tensor picture(std::vector<float> values, int channels, int height, int width) {
  return torch::tensor(values).view({1, channels, height, width});
}

torch::Tensor compute(const Node& node, const torch::Tensor& in, const Tensors& tensors = {},
                      bool quantises_weights = false, const torch::Tensor& state = {}) {
  torch::NoGradGuard no_grad;
  const PassSettings settings;
  return compute_op({node, settings, 0.5f, tensors, quantises_weights, {in}, in, state});
}

void assert_values(const torch::Tensor& found, const std::vector<float>& wanted) {
  const torch::Tensor plain = found.contiguous();
  ck_assert_int_eq(plain.numel(), static_cast<std::int64_t>(wanted.size()));
  for (std::size_t i = 0; i < wanted.size(); ++i)
    ck_assert_float_eq_tol(plain.data_ptr<float>()[i], wanted[i], 1e-5f);
}

}  // namespace

START_TEST(test_an_operation_ends_with_its_activation) {
  const torch::Tensor in = picture({-2, 3}, 1, 1, 2);
  assert_values(compute({.op = Op::activation, .inputs = {0}, .activation = Activation::relu}, in),
                {0, 3});
  assert_values(
      compute({.op = Op::activation, .inputs = {0}, .activation = Activation::leaky_relu}, in),
      {-1, 3});
  // The input, which others may read, stays.
  assert_values(in, {-2, 3});
}
END_TEST

START_TEST(test_frame_and_state_are_handed_on) {
  const torch::Tensor frame = picture({1, 2}, 1, 1, 2);
  const torch::Tensor state = picture({3, 4}, 1, 1, 2);
  assert_values(compute({.op = Op::input}, frame), {1, 2});
  assert_values(compute({.op = Op::state, .inputs = {0}}, frame, {}, false, state), {3, 4});
}
END_TEST

START_TEST(test_weights_are_rounded_to_127_steps_of_the_largest_of_each_output) {
  // Two outputs of two inputs: steps of 1 and of 0.01.
  const Tensors tensors{
      {"c.weight", torch::tensor({127.f, 3.4f, 0.014f, -1.27f}).view({2, 2, 1, 1})},
      {"c.bias", torch::zeros({2})}};
  const Node node{.op = Op::conv, .name = "c", .inputs = {0}, .channels = 2};
  const torch::Tensor in = picture({1, 10}, 2, 1, 1);
  assert_values(compute(node, in, tensors), {161, -12.686f});
  assert_values(compute(node, in, tensors, true), {157, -12.69f});
}
END_TEST

START_TEST(test_a_reshape_keeps_the_order_of_channels) {
  const Node node{.op = Op::reshape, .inputs = {0}, .channels = 1, .height = 2, .width = 4};
  assert_values(compute(node, picture({1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2)),
                {1, 2, 3, 4, 5, 6, 7, 8});
}
END_TEST

int main() {
  return test::run_suite(
      "graph_ops", {test_an_operation_ends_with_its_activation, test_frame_and_state_are_handed_on,
                    test_weights_are_rounded_to_127_steps_of_the_largest_of_each_output,
                    test_a_reshape_keeps_the_order_of_channels});
}
