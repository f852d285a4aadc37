// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/torch/transposed_conv.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <vector>

#include "engine/torch/row_loops.h"

namespace denoiseae {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// N x C x H x W, whatever the layout, as N H W x C.
torch::Tensor as_rows(const torch::Tensor& t) {
  return t.permute({0, 2, 3, 1}).contiguous().view({-1, t.size(1)});
}

torch::Tensor as_pictures(const torch::Tensor& rows, at::IntArrayRef shape) {
  return rows.view({shape[0], shape[2], shape[3], shape[1]}).permute({0, 3, 1, 2});
}

/// C x outputs x kernel x kernel as C x (kernel x kernel x outputs).
torch::Tensor as_matrix(const torch::Tensor& weight) {
  return weight.permute({0, 2, 3, 1}).reshape({weight.size(0), -1});
}

Spread spread_of(at::IntArrayRef input, const torch::Tensor& weight, std::int64_t stride,
                 std::int64_t padding, double slope) {
  return {static_cast<int>(input[2]),       static_cast<int>(input[3]),
          static_cast<int>(weight.size(1)), static_cast<int>(weight.size(2)),
          static_cast<int>(stride),         static_cast<int>(padding),
          static_cast<float>(slope)};
}

class TransposedConv : public torch::autograd::Function<TransposedConv> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x,
                               const torch::Tensor& weight, const torch::Tensor& bias,
                               std::int64_t stride, std::int64_t padding, double slope) {
    const Spread spread = spread_of(x.sizes(), weight, stride, padding, slope);
    const torch::Tensor rows = as_rows(x);
    const torch::Tensor columns = torch::mm(rows, as_matrix(weight));
    torch::Tensor y =
        torch::empty({x.size(0), weight.size(1), x.size(2) * stride, x.size(3) * stride},
                     x.options(), torch::MemoryFormat::ChannelsLast);
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), "transposed_conv", [&] {
      if constexpr (!std::is_same_v<scalar_t, double>) {
        for_pictures(x.size(0), [&](std::int64_t i) {
          columns_to_picture(spread, columns.data_ptr<scalar_t>() + i * columns.numel() / x.size(0),
                             bias.data_ptr<float>(),
                             y.data_ptr<scalar_t>() + i * y.numel() / x.size(0));
        });
      }
    });
    context->save_for_backward({rows, weight, y});
    context->saved_data["shape"] = x.sizes();
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    context->saved_data["slope"] = slope;
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const torch::Tensor& rows = saved[0];
    const torch::Tensor& weight = saved[1];
    const torch::Tensor& y = saved[2];
    const std::vector<std::int64_t> shape = context->saved_data["shape"].toIntVector();
    const Spread spread =
        spread_of(shape, weight, context->saved_data["stride"].toInt(),
                  context->saved_data["padding"].toInt(), context->saved_data["slope"].toDouble());
    const torch::Tensor dy = gradients[0].contiguous(torch::MemoryFormat::ChannelsLast);
    torch::Tensor columns =
        torch::empty({rows.size(0), weight.numel() / weight.size(0)}, rows.options());
    torch::Tensor scratch = torch::empty_like(dy);
    torch::Tensor bias_gradients = torch::zeros({shape[0], weight.size(1)});
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, y.scalar_type(), "transposed_conv", [&] {
      if constexpr (!std::is_same_v<scalar_t, double>) {
        for_pictures(shape[0], [&](std::int64_t i) {
          const std::int64_t at = i * y.numel() / shape[0];
          picture_to_columns(spread, y.data_ptr<scalar_t>() + at, dy.data_ptr<scalar_t>() + at,
                             scratch.data_ptr<scalar_t>() + at,
                             columns.data_ptr<scalar_t>() + i * columns.numel() / shape[0],
                             bias_gradients.data_ptr<float>() + i * weight.size(1));
        });
      }
    });
    const torch::Tensor weight_gradient =
        torch::mm(rows.t(), columns)
            .view({weight.size(0), weight.size(2), weight.size(3), weight.size(1)})
            .permute({0, 3, 1, 2});
    return {as_pictures(torch::mm(columns, as_matrix(weight).t()), shape),
            weight_gradient,
            bias_gradients.sum(0),
            {},
            {},
            {}};
  }

 private:
  template <typename Each>
  static void for_pictures(std::int64_t count, const Each& each) {
    at::parallel_for(0, count, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) each(i);
    });
  }
};

}  // namespace

torch::Tensor transposed_conv(const torch::Tensor& x, const torch::Tensor& weight,
                              const torch::Tensor& bias, int stride, int padding, double slope) {
  return TransposedConv::apply(x, weight, bias, stride, padding, slope);
}

}  // namespace denoiseae
