// SPDX-License-Identifier: LGPL-2.1-or-later
// Graphs with a past: the LibTorch executor against the definitions, and what the running mean is
// to do.
#include <torch/autograd.h>

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/torch/composed_temporal_ops.h"
#include "engine/torch/graph_module.h"
#include "engine/torch/state_warp.h"
#include "engine/torch/temporal_ops.h"
#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "layout/tensor_view.h"
#include "net/architectures.h"
#include "support/check.h"
#include "support/slow_graph.h"
#include "temporal/warp_state.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

const nlohmann::json kSmall = {
    {"widths", {4, 6}}, {"encoder", {1, 0}}, {"decoder", {1}}, {"gate", {3}}};

torch::Tensor random_frame(int height, int width) {
  torch::Tensor frame = torch::rand({1, kPackedInputChannels, height, width}) - 0.5;
  frame.narrow(1, kLumaNoiseChannel, 2) += 0.5;
  return frame;
}

SlowPicture slow(const torch::Tensor& t) {
  SlowPicture picture(static_cast<int>(t.size(1)), static_cast<int>(t.size(2)),
                      static_cast<int>(t.size(3)));
  const torch::Tensor plain = t.contiguous();
  for (std::size_t i = 0; i < picture.values.size(); ++i)
    picture.values[i] = plain.data_ptr<float>()[i];
  return picture;
}

void assert_same(const torch::Tensor& t, const SlowPicture& wanted) {
  const SlowPicture found = slow(t);
  ck_assert_int_eq(found.channels, wanted.channels);
  ck_assert_int_eq(found.height, wanted.height);
  double largest = 1e-3;
  for (const double v : wanted.values) largest = std::max(largest, std::abs(v));
  for (std::size_t i = 0; i < wanted.values.size(); ++i)
    ck_assert_double_eq_tol(found.values[i], wanted.values[i], 1e-5 * largest);
}

/// A gate that says p everywhere.
torch::Tensor gate_of(double p, const torch::Tensor& frame) {
  return torch::full({1, kGateChannels, frame.size(2) / 2, frame.size(3) / 2}, p);
}

}  // namespace

START_TEST(test_frames_in_a_row_agree_with_the_definitions) {
  torch::manual_seed(1);
  torch::NoGradGuard no_grad;
  const Architecture& architecture = find_architecture("recurrent_unet");
  for (const nlohmann::json& settings :
       {nlohmann::json::object(), kSmall, nlohmann::json{{"skip", 3}}}) {
    const Graph graph = architecture.build(settings);
    const auto tensors = random_tensors(graph, 5);
    GraphModule module(graph, tensors);
    torch::Tensor frame = random_frame(8, 12);
    torch::Tensor state = GraphModule::no_state(frame);
    SlowPicture slow_state = slow(state);
    for (int i = 0; i < 4; ++i) {
      const SlowPicture wanted = run_slowly(graph, tensors, slow(frame), &slow_state);
      const Step step = module.step(frame, state, Mode::run);
      assert_same(step.output, wanted);
      assert_same(step.state, slow_state);
      state = step.state;
      frame = random_frame(8, 12);
    }
  }
}
END_TEST

START_TEST(test_an_open_gate_takes_the_mean_of_all_frames) {
  torch::manual_seed(2);
  torch::Tensor state = GraphModule::no_state(random_frame(4, 6));
  torch::Tensor sum = torch::zeros({1, kPackedChannels, 4, 6});
  for (int n = 1; n <= 20; ++n) {
    const torch::Tensor frame = random_frame(4, 6);
    sum += frame.narrow(1, 0, kPackedChannels);
    state = temporal_update(frame, state, gate_of(1, frame));
    ck_assert(torch::allclose(state.narrow(1, 0, kPackedChannels), sum / n, 1e-4, 1e-5));
    ck_assert(torch::allclose(state.select(1, kStateVariance), torch::tensor(1.0 / n), 1e-3, 0));
  }
}
END_TEST

START_TEST(test_a_closed_gate_and_the_first_frame_take_the_frame) {
  torch::manual_seed(3);
  const torch::Tensor frame = random_frame(4, 6);
  torch::Tensor state = torch::rand({1, kStateChannels, 4, 6});
  state = temporal_update(frame, state, gate_of(0, frame));
  ck_assert(torch::allclose(state.narrow(1, 0, kPackedChannels),
                            frame.narrow(1, 0, kPackedChannels), 1e-6, 1e-6));
  const torch::Tensor first =
      temporal_update(frame, GraphModule::no_state(frame), gate_of(1, frame));
  ck_assert(torch::allclose(first.narrow(1, 0, kPackedChannels),
                            frame.narrow(1, 0, kPackedChannels), 1e-5, 1e-5));
}
END_TEST

START_TEST(test_the_second_gate_lets_the_last_picture_through) {
  torch::manual_seed(8);
  const torch::Tensor frame = random_frame(4, 6);
  const torch::Tensor state = torch::rand({1, kStateChannels, 4, 6});
  const auto picture = [](const torch::Tensor& t) {
    return t.narrow(1, kStatePicture, kPackedChannels);
  };
  ck_assert(torch::allclose(picture(temporal_update(frame, state, gate_of(1, frame))),
                            picture(state), 1e-6, 1e-6));
  const torch::Tensor closed = temporal_update(frame, state, gate_of(0, frame));
  ck_assert(torch::allclose(picture(closed), frame.narrow(1, 0, kPackedChannels), 1e-6, 1e-6));
  // A state that nothing is known of has no picture that could be kept either.
  const torch::Tensor first =
      temporal_update(frame, GraphModule::no_state(frame), gate_of(1, frame));
  ck_assert(torch::allclose(picture(first), frame.narrow(1, 0, kPackedChannels), 1e-5, 1e-5));
}
END_TEST

START_TEST(test_the_first_frame_depends_on_no_gate_weights) {
  torch::manual_seed(4);
  torch::NoGradGuard no_grad;
  const Graph graph = find_architecture("recurrent_unet").build(kSmall);
  auto tensors = random_tensors(graph, 6);
  const torch::Tensor frame = random_frame(8, 8);
  const auto run = [&] {
    return GraphModule(graph, tensors).step(frame, GraphModule::no_state(frame), Mode::run).output;
  };
  const torch::Tensor before = run();
  for (float& w : tensors["gate.bias"].values) w += 5;
  ck_assert(torch::allclose(run(), before, 1e-4, 1e-4));
}
END_TEST

START_TEST(test_a_fresh_network_starts_with_less_than_its_frame) {
  torch::manual_seed(7);
  torch::NoGradGuard no_grad;
  const torch::Tensor frame = random_frame(32, 32);
  const auto rms = [](const torch::Tensor& t) { return t.square().mean().sqrt().item<double>(); };
  for (const nlohmann::json& settings :
       {nlohmann::json::object(), nlohmann::json{{"skip", 3}}, nlohmann::json{{"frame", 3}}}) {
    GraphModule module(find_architecture("recurrent_unet").build(settings), 1);
    const torch::Tensor noise = module.step(frame, GraphModule::no_state(frame), Mode::run).output;
    ck_assert_double_gt(rms(noise), 0);
    ck_assert_double_lt(rms(noise), rms(frame));
  }
}
END_TEST

START_TEST(test_gradients_reach_the_gate_through_time) {
  torch::manual_seed(5);
  GraphModule module(find_architecture("recurrent_unet").build(kSmall), 3);
  const torch::Tensor frame = random_frame(8, 8);
  torch::Tensor state = GraphModule::no_state(frame);
  torch::Tensor loss = torch::zeros({});
  for (int i = 0; i < 3; ++i) {
    const Step step = module.step(random_frame(8, 8), state, Mode::train);
    state = step.state;
    loss = step.output.square().mean();
  }
  const auto gradients = torch::autograd::grad({loss}, {module.tensors().at("gate1.weight")});
  ck_assert_double_gt(gradients[0].abs().max().item<double>(), 0);
  ck_assert(torch::isfinite(gradients[0]).all().item<bool>());
}
END_TEST

namespace {

/// Compares the values of an operation and its composed form, and their gradients by the inputs.
void assert_same_gradients(const std::function<torch::Tensor()>& operation,
                           const std::function<torch::Tensor()>& composed,
                           const std::vector<torch::Tensor>& inputs, double tolerance) {
  const torch::Tensor found = operation(), wanted = composed();
  ck_assert(found.sizes() == wanted.sizes());
  const torch::Tensor back = torch::rand_like(wanted) - 0.5;
  const auto gradients = torch::autograd::grad({found}, inputs, {back.to(found.scalar_type())});
  const auto wanted_gradients = torch::autograd::grad({wanted}, inputs, {back});
  ck_assert(torch::allclose(found.to(torch::kFloat32), wanted, tolerance, tolerance));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    ck_assert(gradients[i].scalar_type() == inputs[i].scalar_type());
    const double largest = wanted_gradients[i].abs().max().item<double>();
    ck_assert_double_gt(largest, 0);
    const torch::Tensor difference = (gradients[i] - wanted_gradients[i]).abs().max();
    ck_assert_msg(difference.item<double>() < tolerance * largest, "input %zu: %g of %g", i,
                  difference.item<double>(), largest);
  }
}

}  // namespace

START_TEST(test_gradients_are_those_of_the_formulas) {
  torch::manual_seed(9);
  for (const double tolerance : {1e-4, 2e-2}) {
    const torch::ScalarType type = tolerance < 1e-3 ? torch::kFloat32 : torch::kBFloat16;
    const torch::Tensor frame =
        torch::cat({random_frame(6, 10), random_frame(6, 10), random_frame(6, 10)});
    torch::Tensor state = torch::rand({3, kStateChannels, 6, 10}) - 0.5;
    // Variances of one frame, many, few, and none: each takes another branch somewhere.
    state.select(1, kStateVariance).uniform_(0.05, 1);
    state.select(1, kStateVariance)[1].fill_(1);
    state.select(1, kStateVariance)[2].fill_(kUnknownVariance);
    state = state.contiguous(torch::MemoryFormat::ChannelsLast).requires_grad_();
    const torch::Tensor gate = torch::rand({3, kGateChannels, 3, 5}).to(type).requires_grad_();
    const torch::Tensor residual =
        (torch::rand({3, kPackedChannels, 6, 10}) - 0.5).to(type).requires_grad_();
    assert_same_gradients([&] { return change_features(frame, state, type); },
                          [&] { return composed::change_features(frame, state); }, {state},
                          tolerance);
    assert_same_gradients(
        [&] { return temporal_update(frame, state, gate); },
        [&] { return composed::temporal_update(frame, state, gate.to(torch::kFloat32)); },
        {state, gate}, tolerance);
    assert_same_gradients([&] { return spatial_input(frame, state, type); },
                          [&] { return composed::spatial_input(frame, state); }, {state},
                          tolerance);
    assert_same_gradients(
        [&] { return add_innovation(frame, state, residual); },
        [&] { return composed::add_innovation(frame, state, residual.to(torch::kFloat32)); },
        {state, residual}, tolerance);
    assert_same_gradients(
        [&] { return update_state(state, residual); },
        [&] { return composed::update_state(state, residual.to(torch::kFloat32)); },
        {state, residual}, tolerance);
  }
}
END_TEST

START_TEST(test_a_batch_of_pasts_is_aligned_as_one_is) {
  torch::manual_seed(6);
  constexpr int kHeight = 16, kWidth = 24, kCount = 2;
  torch::Tensor state =
      torch::rand({kCount, kStateChannels, kHeight, kWidth}).set_requires_grad(true);
  std::vector<MotionField> fields(kCount, MotionField(2 * kWidth, 2 * kHeight));
  fields[0].at(1, 0) = {3, -2};
  fields[1].at(2, 1) = {-8, 5, 1, 3};
  const torch::Tensor aligned = warp_state(state, fields);
  const torch::Tensor gradient = torch::rand_like(aligned);
  const torch::Tensor back = torch::autograd::grad({aligned}, {state}, {gradient})[0];
  const UnknownMark mark{kStateVariance, kUnknownVariance};
  for (int i = 0; i < kCount; ++i) {
    const auto rows = [&](const torch::Tensor& t) {
      return t.detach()[i].permute({1, 2, 0}).clone(torch::MemoryFormat::Contiguous);
    };
    const auto view = [](const torch::Tensor& t) {
      return TensorView{t.data_ptr<float>(), kStateChannels, kHeight, kWidth};
    };
    const torch::Tensor in = rows(state), wanted = torch::zeros_like(in), d = rows(gradient);
    warp_state(view(in), fields[i], mark, view(wanted));
    ck_assert(torch::equal(rows(aligned), wanted));
    ck_assert(!torch::equal(wanted, in));
    const torch::Tensor wanted_back = torch::zeros_like(in);
    warp_state_adjoint(view(d), fields[i], mark, view(wanted_back));
    ck_assert(torch::equal(rows(back), wanted_back));
  }
}
END_TEST

START_TEST(test_a_past_is_given_where_one_is_needed_only) {
  const torch::Tensor frame = random_frame(8, 8);
  GraphModule recurrent(find_architecture("recurrent_unet").build(kSmall), 1);
  DAE_ASSERT_ERROR(recurrent.forward(frame, Mode::run), internal);
  GraphModule single(find_architecture("unet").build(nlohmann::json::object()), 1);
  DAE_ASSERT_ERROR(single.step(frame, GraphModule::no_state(frame), Mode::run), internal);
}
END_TEST

int main() {
  return run_suite(
      "temporal_graph",
      {test_frames_in_a_row_agree_with_the_definitions,
       test_an_open_gate_takes_the_mean_of_all_frames,
       test_a_closed_gate_and_the_first_frame_take_the_frame,
       test_the_second_gate_lets_the_last_picture_through,
       test_the_first_frame_depends_on_no_gate_weights,
       test_a_fresh_network_starts_with_less_than_its_frame,
       test_gradients_reach_the_gate_through_time, test_gradients_are_those_of_the_formulas,
       test_a_batch_of_pasts_is_aligned_as_one_is, test_a_past_is_given_where_one_is_needed_only});
}
