// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/measured_noise.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "noise/estimation/block_noise.h"

namespace denoiseae {

namespace {

// A bin of fewer samples says nothing about a variance.
constexpr double kMinSamples = 64;

/// Applies the mask of the library's mask_variance, scaled to keep the variance of white noise.
cv::Mat high_frequencies(const cv::Mat& noise) {
  static const cv::Mat kAcross = (cv::Mat_<float>(1, 3) << 1, -2, 1);
  cv::Mat result;
  cv::sepFilter2D(noise, result, CV_32F, kAcross, kAcross / 6);
  return result;
}

}  // namespace

void MeasuredNoise::add(const TensorView& noise, const TensorView& noisy) {
  cv::Mat luma(2 * noise.height, 2 * noise.width, CV_32FC1);
  cv::Mat chroma(noise.height, noise.width, CV_32FC2);
  cv::Mat codes(noise.height, noise.width, CV_32FC1);
  const float* d = noise.data;
  const float* p = noisy.data;
  for (int y = 0; y < noise.height; ++y)
    for (int x = 0; x < noise.width; ++x, d += noise.channels, p += noisy.channels) {
      for (int c = 0; c < 4; ++c) luma.at<float>(2 * y + c / 2, 2 * x + c % 2) = d[c] * 255;
      chroma.at<cv::Vec2f>(y, x) = {d[4] * 255, d[5] * 255};
      // Bins are chosen by the clean brightness, because bins of noisy samples would sort the noise
      // itself.
      const float clean = p[0] + p[1] + p[2] + p[3] - d[0] - d[1] - d[2] - d[3];
      codes.at<float>(y, x) = (clean / 4 + 0.5f) * 255;
    }
  count_halved(luma, luma_.halved);
  count_halved(chroma, chroma_.halved);
  luma = high_frequencies(luma);
  chroma = high_frequencies(chroma);
  const auto count = [](Bin& bin, float value, float code) {
    bin.samples += 1;
    bin.squares += value * value;
    bin.code += code;
  };
  // The border is left out, because the mask lacks neighbours there.
  for (int y = 1; y < noise.height - 1; ++y)
    for (int x = 1; x < noise.width - 1; ++x) {
      const float code = codes.at<float>(y, x);
      const auto bin = static_cast<std::size_t>(
          std::clamp(static_cast<int>(code * (kBins / 256.0f)), 0, kBins - 1));
      for (int c = 0; c < 4; ++c)
        count(luma_.bins[bin], luma.at<float>(2 * y + c / 2, 2 * x + c % 2), code);
      for (int c = 0; c < 2; ++c) count(chroma_.bins[bin], chroma.at<cv::Vec2f>(y, x)[c], code);
    }
}

void MeasuredNoise::count_halved(const cv::Mat& noise, Bin& bin) {
  cv::Mat halved;
  cv::resize(noise, halved, {noise.cols / 2, noise.rows / 2}, 0, 0, cv::INTER_AREA);
  halved = high_frequencies(halved);
  const cv::Mat inner = halved(cv::Range(1, halved.rows - 1), cv::Range(1, halved.cols - 1));
  bin.samples += static_cast<double>(inner.total()) * inner.channels();
  bin.squares += inner.dot(inner);
}

NoiseCurve MeasuredNoise::fit(const Component& component) {
  std::array<NoisePoint, kBins> points;
  std::size_t count = 0;
  Bin all;
  for (const Bin& bin : component.bins) {
    all.samples += bin.samples;
    all.squares += bin.squares;
    if (bin.samples < kMinSamples) continue;
    points[count++] = {bin.samples, bin.code / bin.samples, bin.squares / bin.samples};
  }
  NoiseCurve curve = fit_noise_curve({points.data(), count});
  // Means of 2x2 samples of white noise have a quarter of its variance.
  const Bin& halved = component.halved;
  const double correlation = 4 * halved.squares * all.samples / (halved.samples * all.squares);
  if (correlation >= kMinCorrelation) {
    curve.slope *= correlation;
    curve.offset *= correlation;
  }
  return curve;
}

}  // namespace denoiseae
