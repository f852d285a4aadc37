// SPDX-License-Identifier: LGPL-2.1-or-later
// Operations of our own against those of LibTorch that they stand in for.
#include <ATen/Parallel.h>
#include <torch/autograd.h>

#include <thread>
#include <vector>

#include "engine/torch/batch_norm.h"
#include "engine/torch/transposed_conv.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

using Tensors = std::vector<torch::Tensor>;

torch::Tensor channels_last(const torch::Tensor& t) {
  return t.contiguous(torch::MemoryFormat::ChannelsLast);
}

void assert_close(const torch::Tensor& a, const torch::Tensor& b, double relative) {
  ck_assert(a.sizes() == b.sizes());
  const double scale = b.abs().max().item<double>();
  const double difference = (a.to(torch::kFloat64) - b).abs().max().item<double>();
  ck_assert_msg(difference <= relative * std::max(scale, 1e-3), "differs by %g of %g", difference,
                scale);
}

/// In double, so that it can serve as the truth.
Tensors leaves_of(const Tensors& values) {
  Tensors leaves;
  for (const torch::Tensor& v : values) {
    leaves.push_back(v.detach().to(torch::kFloat64).requires_grad_());
  }
  return leaves;
}

struct Case {
  int channels, outputs, height, width, kernel, stride;
  double slope;
};

void compare_transposed_conv(const Case& c, torch::ScalarType type, double relative) {
  torch::manual_seed(1);
  const int padding = c.kernel / 2;
  Tensors values = {torch::randn({3, c.channels, c.height, c.width}),
                    torch::randn({c.channels, c.outputs, c.kernel, c.kernel}),
                    torch::randn({c.outputs})};
  // Both sides get the same rounded numbers.
  values[0] = values[0].to(type).to(torch::kFloat32);
  values[1] = values[1].to(type).to(torch::kFloat32);
  const Tensors truth = leaves_of(values);
  const torch::Tensor plain =
      torch::conv_transpose2d(truth[0], truth[1], truth[2], c.stride, padding, c.stride - 1);
  const torch::Tensor wanted = torch::max(plain, plain * c.slope);
  const torch::Tensor gradient = torch::randn_like(wanted).to(type).to(torch::kFloat64);
  const Tensors wanted_gradients = torch::autograd::grad({wanted}, truth, {gradient});

  const Tensors ours = {channels_last(values[0]).to(type).requires_grad_(),
                        channels_last(values[1]).to(type).requires_grad_(),
                        values[2].clone().requires_grad_()};
  const torch::Tensor y = transposed_conv(ours[0], ours[1], ours[2], c.stride, padding, c.slope);
  ck_assert(y.scalar_type() == type);
  ck_assert(y.is_contiguous(torch::MemoryFormat::ChannelsLast));
  assert_close(y.detach(), wanted.detach(), relative);
  const Tensors gradients = torch::autograd::grad({y}, ours, {gradient.to(type)});
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    assert_close(gradients[i], wanted_gradients[i], relative);
  }
}

}  // namespace

START_TEST(test_transposed_conv_is_that_of_torch) {
  at::set_num_threads(1);
  const Case cases[] = {{64, 32, 7, 7, 3, 2, 0.01}, {5, 3, 4, 6, 3, 2, 1},
                        {3, 1, 1, 1, 3, 2, 0},      {8, 17, 5, 3, 5, 2, 0.2},
                        {4, 6, 3, 2, 3, 3, 0.5},    {4, 40, 6, 5, 3, 1, 1}};
  for (const Case& c : cases) {
    compare_transposed_conv(c, torch::kFloat32, 1e-5);
    // Rounding may change the sign of a value near 0, and with it which slope its gradient gets.
    Case linear = c;
    linear.slope = 1;
    compare_transposed_conv(linear, torch::kBFloat16, 0.02);
  }
}
END_TEST

namespace {

struct Normed {
  torch::Tensor y;
  Tensors gradients;  ///< by x, weight, bias
  torch::Tensor running_mean;
  torch::Tensor running_variance;
};

constexpr int kChannels = 19;

Normed truth_of(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                const torch::Tensor& gradient) {
  const Tensors leaves = leaves_of({x, weight, bias});
  Normed result;
  result.running_mean = torch::full({kChannels}, 0.5, torch::kFloat64);
  result.running_variance = torch::full({kChannels}, 2.0, torch::kFloat64);
  result.y = torch::batch_norm(leaves[0], leaves[1], leaves[2], result.running_mean,
                               result.running_variance, true, kBatchNormMomentum, kBatchNormEpsilon,
                               false);
  result.gradients = torch::autograd::grad({result.y}, leaves, {gradient.to(torch::kFloat64)});
  return result;
}

/// The batch in as many parts as there are sizes, each on a thread of its own.
Normed ours_in_parts(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     const torch::Tensor& gradient, const std::vector<int>& sizes) {
  Normed result;
  result.running_mean = torch::full({kChannels}, 0.5);
  result.running_variance = torch::full({kChannels}, 2.0);
  SumExchange exchange(static_cast<int>(sizes.size()));
  std::vector<Tensors> gradients(sizes.size());
  Tensors outputs(sizes.size());
  std::vector<std::thread> threads;
  int first = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    threads.emplace_back([&, i, first] {
      at::set_num_threads(1);
      const Tensors leaves = {x.narrow(0, first, sizes[i]).detach().clone().requires_grad_(),
                              weight.detach().clone().requires_grad_(),
                              bias.detach().clone().requires_grad_()};
      const torch::Tensor y = batch_norm_train(
          leaves[0], leaves[1], leaves[2], result.running_mean, result.running_variance,
          {sizes.size() > 1 ? &exchange : nullptr, static_cast<int>(i)});
      gradients[i] = torch::autograd::grad({y}, leaves, {gradient.narrow(0, first, sizes[i])});
      outputs[i] = y.detach();
    });
    first += sizes[i];
  }
  for (std::thread& t : threads) t.join();
  result.y = torch::cat(outputs);
  Tensors by_input;
  result.gradients = {torch::Tensor(), torch::zeros({kChannels}), torch::zeros({kChannels})};
  for (const Tensors& g : gradients) {
    by_input.push_back(g[0]);
    result.gradients[1] += g[1];
    result.gradients[2] += g[2];
  }
  result.gradients[0] = torch::cat(by_input);
  return result;
}

}  // namespace

START_TEST(test_batch_norm_is_that_of_torch_in_any_number_of_parts) {
  for (const auto type : {torch::kFloat32, torch::kBFloat16}) {
    torch::manual_seed(2);
    const double relative = type == torch::kFloat32 ? 1e-5 : 0.02;
    const torch::Tensor x = channels_last(3 + 2 * torch::randn({9, kChannels, 6, 5})).to(type);
    const torch::Tensor weight = torch::randn({kChannels});
    const torch::Tensor bias = torch::randn({kChannels});
    const torch::Tensor gradient = channels_last(torch::randn_like(x));
    const Normed wanted = truth_of(x, weight, bias, gradient);
    for (const std::vector<int>& sizes : {std::vector<int>{9}, {4, 5}, {1, 6, 2}}) {
      const Normed found = ours_in_parts(x, weight, bias, gradient, sizes);
      assert_close(found.y, wanted.y.detach(), relative);
      assert_close(found.running_mean, wanted.running_mean, 1e-5);
      assert_close(found.running_variance, wanted.running_variance, 1e-5);
      for (int i = 0; i < 3; ++i) assert_close(found.gradients[i], wanted.gradients[i], relative);
    }
  }
}
END_TEST

int main() {
  return run_suite("torch_ops",
                   {test_transposed_conv_is_that_of_torch,
                    test_batch_norm_is_that_of_torch_in_any_number_of_parts},
                   120);
}
