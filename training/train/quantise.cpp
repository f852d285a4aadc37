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

/// Candidates lie a quarter of an octave apart. The last would clip values of a tenth of the
/// largest, which are too many.
constexpr int kCandidates = 14;
/// A part of the square of the largest value, far below the least error of rounding. It keeps the
/// logarithm of no error finite.
constexpr double kMinRoundingError = 1e-12;

float candidate(double largest, int i) {
  return static_cast<float>(largest * std::exp2(-0.25 * i));
}

/// The bounds of the sets in codes, without the last. Activations grow less than the noise, so that
/// all frames of a set have nearly the same range.
constexpr std::array kSetLevels = {4.0, 8.0, 16.0, 32.0};
/// A set that holds fewer frames goes with one of its neighbours.
constexpr std::int64_t kMinFrames = 16;

/// Takes the larger scales of both.
void raise(Scales& scales, const Scales& others) {
  for (const auto& [name, scale] : others) scales[name] = std::max(scales[name], scale);
}

/// Gathers the ranges of activations, and how many frames there are of each level.
class RangesOfLevels {
 public:
  RangesOfLevels() : frames_(kSetLevels.size() + 1) {
    for (const double level : kSetLevels) sets_.push_back({{}, level});
    sets_.emplace_back();
  }

  /// x: samples of the activation. levels: the largest of each.
  void add(const std::string& name, const torch::Tensor& x, const std::vector<double>& levels) {
    if (first_name_.empty()) first_name_ = name;
    const torch::Tensor largest =
        x.flatten(1).amax(1).to(torch::kCPU, torch::kFloat32).contiguous() / kHighestCode;
    for (std::size_t i = 0; i < levels.size(); ++i) {
      const std::size_t set = scale_set_for(sets_, levels[i]);
      float& scale = sets_[set].scales[name];
      scale = std::max(scale, largest[static_cast<std::int64_t>(i)].item<float>());
      if (name == first_name_) ++frames_[set];
    }
  }

  /// Returns the sets that have enough frames, with the scales at which the largest value has the
  /// highest code.
  ScaleSets sets() const {
    ScaleSets result;
    std::int64_t frames = kMinFrames;  // in the last set
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      const bool is_full = frames >= kMinFrames;
      if (is_full) result.emplace_back();
      frames = frames_[i] + (is_full ? 0 : frames);
      raise(result.back().scales, sets_[i].scales);
      result.back().highest_level = sets_[i].highest_level;
    }
    if (frames < kMinFrames && result.size() > 1) {
      raise(result[result.size() - 2].scales, result.back().scales);
      result.pop_back();
      result.back().highest_level = sets_.back().highest_level;
    }
    return result;
  }

 private:
  ScaleSets sets_;
  std::vector<std::int64_t> frames_;  ///< the number in each set
  std::string first_name_;            ///< the activation that frames are counted by
};

/// Tries scales for each set.
class ScaleSearch {
 public:
  /// sets: with the largest scales to try.
  explicit ScaleSearch(ScaleSets sets) : sets_(std::move(sets)), errors_(sets_.size()) {}

  /// The arguments are those of RangesOfLevels::add.
  void add(const std::string& name, const torch::Tensor& x, const std::vector<double>& levels) {
    const torch::Tensor exact = x.to(torch::kFloat32);
    std::vector<std::size_t> sets;
    for (const double level : levels) sets.push_back(scale_set_for(sets_, level));
    for (int i = 0; i < kCandidates; ++i) {
      std::vector<float> scales;
      for (const std::size_t set : sets) {
        const float largest = sets_[set].scales.at(name);
        scales.push_back(largest > 0 ? candidate(largest, i) : 1.0f);
      }
      const torch::Tensor errors =
          squared_error(rounded_by_sample(exact, scales), exact).to(torch::kCPU, torch::kFloat64);
      for (std::size_t n = 0; n < sets.size(); ++n) {
        std::vector<double>& sums = errors_[sets[n]][name];
        sums.resize(kCandidates, 0.0);
        const double least =
            kMinRoundingError * std::pow(sets_[sets[n]].scales.at(name) * kHighestCode, 2);
        sums[i] += std::log(errors[static_cast<std::int64_t>(n)].item<double>() + least +
                            std::numeric_limits<double>::min());
      }
    }
  }

  ScaleSets best() const {
    ScaleSets result = sets_;
    for (std::size_t set = 0; set < result.size(); ++set) {
      for (auto& [name, scale] : result[set].scales) {
        const std::vector<double>& errors = errors_[set].at(name);
        const auto best = std::min_element(errors.begin(), errors.end()) - errors.begin();
        // A value that is always 0 fits any scale.
        scale = scale > 0 ? candidate(scale, static_cast<int>(best)) : 1.0f;
      }
    }
    return result;
  }

 private:
  ScaleSets sets_;
  std::vector<std::map<std::string, std::vector<double>>> errors_;  ///< sums for the candidates
};

}  // namespace

std::int64_t first_quantised_step(std::int64_t steps, double share) {
  return steps - std::llround(share * static_cast<double>(steps));
}

ScaleSets find_scales(GraphModule& network, const std::function<void()>& run) {
  torch::NoGradGuard no_grad;
  const ScaleSets before = network.scale_sets();
  network.quantise_activations({});

  RangesOfLevels ranges;
  network.watch([&](const std::string& name, const torch::Tensor& x,
                    const std::vector<double>& levels) { ranges.add(name, x, levels); });
  run();
  ScaleSearch search(ranges.sets());
  network.watch([&](const std::string& name, const torch::Tensor& x,
                    const std::vector<double>& levels) { search.add(name, x, levels); });
  run();
  network.watch({});
  network.quantise_activations(before);
  return search.best();
}

}  // namespace denoiseae
