// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/quantise.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "train/loss.h"

namespace denoiseae {

namespace {

/// Candidates lie a quarter of an octave apart. The last would clip values of a tenth of the
/// largest, which are too many.
constexpr int kCandidates = 14;
/// The square of a code. Results are rounded to codes, so that no one sees what is below.
constexpr double kUnseenError = 1.0 / (255 * 255);

double candidate(double largest, int i) { return largest * std::exp2(-0.25 * i); }

}  // namespace

std::int64_t first_quantised_step(std::int64_t steps, double share) {
  return steps - std::llround(share * static_cast<double>(steps));
}

Scales find_scales(GraphModule& network, int batches, const RunBatch& run) {
  torch::NoGradGuard no_grad;
  const Scales before = network.scales();
  network.quantise_activations({});

  // The scale at which the largest value has the highest code.
  std::map<std::string, double> largest;
  network.watch([&](const std::string& name, const torch::Tensor& x) {
    largest[name] = std::max(largest[name], x.max().item<double>() / kHighestCode);
  });
  std::vector<torch::Tensor> weights;
  for (int i = 0; i < batches; ++i) weights.push_back(1 / (run(i) + kUnseenError));

  int batch = 0;
  std::map<std::string, std::vector<double>> errors;
  network.watch([&](const std::string& name, const torch::Tensor& x) {
    std::vector<double>& sums = errors[name];
    sums.resize(kCandidates, 0.0);
    if (largest.at(name) == 0) return;
    const torch::Tensor exact = x.to(torch::kFloat32);
    for (int i = 0; i < kCandidates; ++i) {
      const torch::Tensor rounded = torch::fake_quantize_per_tensor_affine(
          exact, candidate(largest.at(name), i), 0, 0, kHighestCode);
      sums[i] += (squared_error(rounded, exact) * weights[batch]).sum().item<double>();
    }
  });
  for (; batch < batches; ++batch) run(batch);
  network.watch({});
  network.quantise_activations(before);

  Scales scales;
  for (const auto& [name, sums] : errors) {
    const auto best = std::min_element(sums.begin(), sums.end()) - sums.begin();
    const double scale = candidate(largest.at(name), static_cast<int>(best));
    // A value that is always 0 fits any scale.
    scales[name] = scale > 0 ? static_cast<float>(scale) : 1.0f;
  }
  return scales;
}

}  // namespace denoiseae
