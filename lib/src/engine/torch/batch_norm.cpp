// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/torch/batch_norm.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/torch/row_loops.h"

namespace denoiseae {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Positions x channels; channels last makes this of any batch.
struct Rows {
  std::int64_t count;
  std::int64_t channels;
};

/// Float sums stay exact enough over so many rows.
constexpr std::int64_t kBlock = 128;

/// Sums of a, of a b, and the number of rows, over all parts of the batch; in an order that depends
/// on the shape alone.
template <typename T>
std::vector<double> batch_sums(const T* a, const T* b, Rows rows, BatchPart part) {
  const std::int64_t blocks = (rows.count + kBlock - 1) / kBlock;
  std::vector<float> partial(static_cast<std::size_t>(blocks * 2 * rows.channels), 0.0f);
  at::parallel_for(0, blocks, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t at = i * kBlock * rows.channels;
      add_sums(a + at, b + at, std::min(kBlock, rows.count - i * kBlock), rows.channels,
               partial.data() + i * 2 * rows.channels);
    }
  });
  const auto width = static_cast<std::size_t>(2 * rows.channels);
  std::vector<double> sums(width + 1, 0.0);
  for (std::size_t i = 0; i < partial.size(); ++i) sums[i % width] += partial[i];
  sums[width] = static_cast<double>(rows.count);
  if (part.exchange != nullptr) part.exchange->add(part.index, sums);
  return sums;
}

/// Calls apply(offset, rows) for parts of the rows, on the threads that LibTorch may use.
template <typename Apply>
void for_rows(Rows rows, const Apply& apply) {
  at::parallel_for(0, rows.count, 2048, [&](std::int64_t begin, std::int64_t end) {
    apply(begin * rows.channels, end - begin);
  });
}

/// Formulas: Ioffe and Szegedy, ICML 2015, algorithm 1 and the gradients below it, with the terms
/// of one channel gathered into three factors.
template <typename T>
struct Loops {
  static torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& weight,
                               const torch::Tensor& bias, torch::Tensor& running_mean,
                               torch::Tensor& running_variance, torch::Tensor& statistics,
                               BatchPart part) {
    const Rows rows{x.numel() / x.size(1), x.size(1)};
    const T* in = x.data_ptr<T>();
    const std::vector<double> sums = batch_sums(in, in, rows, part);
    const double count = sums.back();
    std::vector<float> scale(static_cast<std::size_t>(rows.channels));
    std::vector<float> shift(scale.size());
    for (std::int64_t c = 0; c < rows.channels; ++c) {
      const double mean = sums[c] / count;
      const double variance = std::max(0.0, sums[rows.channels + c] / count - mean * mean);
      const double inverse = 1 / std::sqrt(variance + kBatchNormEpsilon);
      statistics.data_ptr<float>()[c] = static_cast<float>(mean);
      statistics.data_ptr<float>()[rows.channels + c] = static_cast<float>(inverse);
      const double factor = weight.data_ptr<float>()[c] * inverse;
      scale[c] = static_cast<float>(factor);
      shift[c] = static_cast<float>(bias.data_ptr<float>()[c] - factor * mean);
      if (part.index != 0) continue;
      const auto follow = [](float& running, double now) {
        running += static_cast<float>(kBatchNormMomentum * (now - running));
      };
      follow(running_mean.data_ptr<float>()[c], mean);
      follow(running_variance.data_ptr<float>()[c], variance * count / std::max(1.0, count - 1));
    }
    torch::Tensor y = torch::empty_like(x);
    T* out = y.data_ptr<T>();
    for_rows(rows, [&](std::int64_t at, std::int64_t n) {
      scale_and_shift(in + at, n, rows.channels, scale.data(), shift.data(), out + at);
    });
    return y;
  }

  static variable_list backward(const torch::Tensor& x, const torch::Tensor& weight,
                                const torch::Tensor& statistics, const torch::Tensor& dy,
                                BatchPart part) {
    const Rows rows{x.numel() / x.size(1), x.size(1)};
    const T* in = x.data_ptr<T>();
    const T* from = dy.data_ptr<T>();
    const std::vector<double> sums = batch_sums(from, in, rows, part);
    const double count = sums.back();
    torch::Tensor weight_gradient = torch::zeros({rows.channels});
    torch::Tensor bias_gradient = torch::zeros({rows.channels});
    std::vector<float> p(static_cast<std::size_t>(rows.channels));
    std::vector<float> q(p.size());
    std::vector<float> r(p.size());
    for (std::int64_t c = 0; c < rows.channels; ++c) {
      const double mean = statistics.data_ptr<float>()[c];
      const double inverse = statistics.data_ptr<float>()[rows.channels + c];
      const double sum = sums[c];
      const double along = (sums[rows.channels + c] - mean * sum) * inverse;
      // These sums are the whole batch's. Only one part returns them, as the parts' gradients are
      // added up.
      if (part.index == 0) {
        weight_gradient.data_ptr<float>()[c] = static_cast<float>(along);
        bias_gradient.data_ptr<float>()[c] = static_cast<float>(sum);
      }
      const double factor = weight.data_ptr<float>()[c] * inverse;
      const double slope = -factor * inverse * along / count;
      p[c] = static_cast<float>(factor);
      q[c] = static_cast<float>(slope);
      r[c] = static_cast<float>(-factor * sum / count - slope * mean);
    }
    torch::Tensor dx = torch::empty_like(x);
    T* out = dx.data_ptr<T>();
    for_rows(rows, [&](std::int64_t at, std::int64_t n) {
      combine(from + at, in + at, n, rows.channels, p.data(), q.data(), r.data(), out + at);
    });
    return {dx, weight_gradient, bias_gradient, {}, {}, {}, {}};
  }
};

torch::Tensor channels_last(const torch::Tensor& t) {
  return t.contiguous(torch::MemoryFormat::ChannelsLast);
}

class BatchNorm : public torch::autograd::Function<BatchNorm> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& given,
                               const torch::Tensor& weight, const torch::Tensor& bias,
                               torch::Tensor running_mean, torch::Tensor running_variance,
                               std::int64_t exchange, std::int64_t part) {
    const torch::Tensor x = channels_last(given);
    torch::Tensor statistics = torch::empty({2, x.size(1)});  // mean, 1 / deviation
    context->save_for_backward({x, weight, statistics});
    context->saved_data["exchange"] = exchange;
    context->saved_data["part"] = part;
    const auto run =
        x.scalar_type() == torch::kFloat32 ? Loops<float>::forward : Loops<c10::BFloat16>::forward;
    return run(x, weight, bias, running_mean, running_variance, statistics,
               part_of(exchange, part));
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const BatchPart part =
        part_of(context->saved_data["exchange"].toInt(), context->saved_data["part"].toInt());
    const auto run = saved[0].scalar_type() == torch::kFloat32 ? Loops<float>::backward
                                                               : Loops<c10::BFloat16>::backward;
    return run(saved[0], saved[1], saved[2], channels_last(gradients[0]), part);
  }

 private:
  /// A saved value of a context cannot be a pointer.
  static BatchPart part_of(std::int64_t exchange, std::int64_t index) {
    return {reinterpret_cast<SumExchange*>(exchange), static_cast<int>(index)};
  }
};

}  // namespace

torch::Tensor batch_norm_train(const torch::Tensor& x, const torch::Tensor& weight,
                               const torch::Tensor& bias, torch::Tensor running_mean,
                               torch::Tensor running_variance, BatchPart part) {
  return BatchNorm::apply(x, weight, bias, running_mean, running_variance,
                          reinterpret_cast<std::int64_t>(part.exchange), std::int64_t{part.index});
}

}  // namespace denoiseae
