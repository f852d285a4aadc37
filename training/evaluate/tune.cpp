// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluate/tune.h"

#include <algorithm>

#include "evaluate/methods.h"
#include "evaluate/parallel.h"
#include "evaluate/test_sample.h"

namespace denoiseae {
namespace {

/// Measures the PSNR of each parameter of each filter, one filter after the other.
std::vector<double> psnr_of_parameters(std::span<const std::string> baselines,
                                       const TestSample& sample) {
  std::vector<double> psnr;
  for (const std::string& name : baselines) {
    const BaselineInfo& info = find_baseline(name);
    for (const double parameter : info.parameters)
      psnr.push_back(
          measure_psnr(sample.clean, make_baseline(info, parameter)->denoise(sample.noisy)));
  }
  return psnr;
}

}  // namespace

std::vector<double> tuned_parameters(std::span<const std::string> baselines,
                                     const PictureSet& pictures, const NoiseSpec& noise,
                                     const EvalOptions& options) {
  std::vector<std::vector<double>> psnr(pictures.size());
  for_each_index(pictures.size(), [&](std::size_t i) {
    psnr[i] = psnr_of_parameters(baselines, make_test_sample(pictures[i], noise, i, options));
  });

  std::vector<double> best;
  std::size_t first = 0;
  for (const std::string& name : baselines) {
    const BaselineInfo& info = find_baseline(name);
    std::vector<double> sum(info.parameters.size(), 0.0);
    for (const std::vector<double>& of_picture : psnr)
      for (std::size_t p = 0; p < sum.size(); ++p) sum[p] += of_picture[first + p];
    first += sum.size();
    const auto at = std::max_element(sum.begin(), sum.end()) - sum.begin();
    best.push_back(pictures.empty() ? info.default_parameter : info.parameters[at]);
  }
  return best;
}

}  // namespace denoiseae
