// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/loss.h"

#include <denoiseae/error.h>

namespace denoiseae {

namespace {

/// This error keeps the logarithm finite where input and target agree: 70 dB.
constexpr double kSmallestError = 1e-7;

}  // namespace

torch::Tensor squared_error(const torch::Tensor& output, const torch::Tensor& target) {
  return (output - target).square().mean({1, 2, 3});
}

torch::Tensor loss_of(const torch::Tensor& output, const torch::Tensor& target, Loss loss) {
  switch (loss) {
    case Loss::psnr:
      return (squared_error(output, target) + kSmallestError).log().mean();
    case Loss::mse:
      return squared_error(output, target).mean();
    case Loss::l1:
      return (output - target).abs().mean();
  }
  throw Error(ErrorCode::internal, "unknown loss");
}

double mean_psnr(const torch::Tensor& squared_errors) {
  return (-10.0 * (squared_errors + kSmallestError).log10()).mean().item<double>();
}

}  // namespace denoiseae
