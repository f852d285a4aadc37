// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/quantise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "train/loss.h"

namespace denoiseae {

namespace {

/// Candidates lie a quarter of an octave apart. The last would clip values of a fiftieth of the
/// largest, which are too many even where there is little noise.
constexpr int kCandidates = 24;
/// An error that is far below those of rounding. With it the logarithm of no error is finite.
constexpr double kMinRoundingError = 1e-20;

/// The bounds of the sets in codes, without the last, which has none.
constexpr std::array kSetLevels = {4.0, 8.0, 16.0, 32.0};
constexpr std::size_t kSets = kSetLevels.size() + 1;
/// A set with fewer frames between its bound and the one before goes with a neighbour.
constexpr std::int64_t kMinFrames = 16;

float candidate(double largest, int i) {
  return static_cast<float>(largest * std::exp2(-0.25 * i));
}

std::size_t set_of(double level) {
  const auto bound = std::lower_bound(kSetLevels.begin(), kSetLevels.end(), level);
  return static_cast<std::size_t>(bound - kSetLevels.begin());
}

/// Tries scales on frames, and tells the best for each set: for the frames between its bound and
/// the one before. Those with less noise count no more, because scales for both cut the values of
/// strong noise.
class ScaleSearch {
 public:
  /// largest: for each activation, the scale at which the largest value has the highest code.
  explicit ScaleSearch(Scales largest) : largest_(std::move(largest)) {}

  /// x: samples of the activation. levels: the largest of each.
  void add(const std::string& name, const torch::Tensor& x, const std::vector<double>& levels) {
    auto& sums = errors_[name];
    const float largest = largest_.at(name);
    const torch::Tensor exact = x.to(torch::kFloat32);
    for (int i = 0; i < kCandidates && largest > 0; ++i) {
      const torch::Tensor rounded =
          torch::fake_quantize_per_tensor_affine(exact, candidate(largest, i), 0, 0, kHighestCode);
      const torch::Tensor errors =
          squared_error(rounded, exact).to(torch::kCPU, torch::kFloat64).contiguous();
      for (std::size_t n = 0; n < levels.size(); ++n)
        sums[set_of(levels[n])][static_cast<std::size_t>(i)] +=
            std::log(errors.data_ptr<double>()[n] + kMinRoundingError);
    }
    if (name != largest_.begin()->first) return;
    for (const double level : levels) ++frames_[set_of(level)];
  }

  ScaleSets best() const {
    ScaleSets result;
    for (const auto& [first, last] : groups())
      result.push_back({best_of(first, last), kSetLevels[std::min(last, kSets - 2)]});
    result.back().highest_level = std::numeric_limits<double>::infinity();
    return result;
  }

 private:
  using Sums = std::array<double, kCandidates>;  ///< an element for each candidate

  /// Returns the first and the last of the levels that make up each set.
  std::vector<std::pair<std::size_t, std::size_t>> groups() const {
    std::vector<std::pair<std::size_t, std::size_t>> result;
    std::int64_t frames = kMinFrames;  // the first level begins a set
    for (std::size_t level = 0; level < kSets; ++level) {
      if (frames >= kMinFrames) {
        result.emplace_back(level, level);
        frames = 0;
      }
      result.back().second = level;
      frames += frames_[level];
    }
    if (frames < kMinFrames && result.size() > 1) {
      result.pop_back();
      result.back().second = kSets - 1;
    }
    return result;
  }

  Scales best_of(std::size_t first, std::size_t last) const {
    Scales scales;
    for (const auto& [name, of_levels] : errors_) {
      Sums sums{};
      for (std::size_t level = first; level <= last; ++level)
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += of_levels[level][i];
      const auto best = std::min_element(sums.begin(), sums.end()) - sums.begin();
      // A value that is always 0 fits any scale.
      const float scale = candidate(largest_.at(name), static_cast<int>(best));
      scales[name] = scale > 0 ? scale : 1.0f;
    }
    return scales;
  }

  Scales largest_;
  std::map<std::string, std::array<Sums, kSets>> errors_;
  std::array<std::int64_t, kSets> frames_{};
};

}  // namespace

std::int64_t first_quantised_step(std::int64_t steps, double share) {
  return steps - std::llround(share * static_cast<double>(steps));
}

ScaleSets find_scales(GraphModule& network, const std::function<void()>& run) {
  torch::NoGradGuard no_grad;
  const ScaleSets before = network.scale_sets();
  network.quantise_activations({});

  Scales largest;
  network.watch([&](const std::string& name, const torch::Tensor& x, const std::vector<double>&) {
    largest[name] = std::max(largest[name], x.max().item<float>() / kHighestCode);
  });
  run();
  ScaleSearch search(largest);
  network.watch([&](const std::string& name, const torch::Tensor& x,
                    const std::vector<double>& levels) { search.add(name, x, levels); });
  run();
  network.watch({});
  network.quantise_activations(before);
  return search.best();
}

}  // namespace denoiseae
