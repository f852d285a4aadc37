// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>
#include <opencv2/core.hpp>

#include "layout/tensor_view.h"
#include "noise/estimation/noise_curve.h"

namespace denoiseae {

/// Finds the lines of variance by luma code in packed frames whose noise is known. A good estimate
/// of a stream comes to the same lines. Like the estimate it measures the high frequencies, and at
/// half the size where the noise is correlated.
class MeasuredNoise {
 public:
  /// noise: kPackedChannels, noisy - clean. noisy: the same frame, at least kPackedChannels.
  void add(const TensorView& noise, const TensorView& noisy);
  /// Fits a line by least squares over the bins of brightness, each weighted by how well it is
  /// known. Without frames all is 0.
  NoiseCurve luma() const { return fit(luma_); }
  NoiseCurve chroma() const { return fit(chroma_); }

 private:
  static constexpr int kBins = 16;
  struct Bin {
    double samples = 0, code = 0, squares = 0;
  };
  struct Component {
    std::array<Bin, kBins> bins;
    Bin halved;
  };
  static void count_halved(const cv::Mat& noise, Bin& bin);
  static NoiseCurve fit(const Component& component);

  Component luma_{};
  Component chroma_{};
};

}  // namespace denoiseae
