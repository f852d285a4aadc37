// SPDX-License-Identifier: LGPL-2.1-or-later
// This is THE table of classic filters.
#include <denoiseae/error.h>

#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/photo.hpp>

#include "evaluate/methods.h"
#include "evaluate/parallel.h"

namespace denoiseae {
namespace {

cv::Mat filter_nlm(const cv::Mat& noisy, double sigma_8bit, double parameter) {
  // The window sizes that the authors recommend (Buades, Coll, Morel, IPOL 2011).
  cv::Mat result;
  cv::fastNlMeansDenoising(noisy, result, static_cast<float>(parameter * sigma_8bit), 7, 21);
  return result;
}

cv::Mat filter_bilateral(const cv::Mat& noisy, double sigma_8bit, double parameter) {
  cv::Mat result;
  cv::bilateralFilter(noisy, result, 9, parameter * sigma_8bit, 2.0);
  return result;
}

cv::Mat filter_median(const cv::Mat& noisy, double, double parameter) {
  cv::Mat result;
  cv::medianBlur(noisy, result, static_cast<int>(parameter));
  return result;
}

cv::Mat filter_gaussian(const cv::Mat& noisy, double, double parameter) {
  cv::Mat result;
  cv::GaussianBlur(noisy, result, {}, parameter);
  return result;
}

constexpr std::array kNlmParameters = {0.2, 0.3, 0.4, 0.6, 0.8, 1.0, 1.2};
constexpr std::array kBilateralParameters = {0.3, 0.6, 1.0, 2.0, 3.0, 4.0, 6.0};
constexpr std::array kMedianParameters = {3.0, 5.0, 7.0};
constexpr std::array kGaussianParameters = {0.6, 0.8, 1.0, 1.3, 1.7};

constexpr std::array kBaselines = {
    BaselineInfo{"nlm", "non-local means; parameter = filter strength / sigma", kNlmParameters, 0.8,
                 filter_nlm},
    BaselineInfo{"bilateral", "bilateral filter; parameter = range sigma / noise sigma",
                 kBilateralParameters, 3.0, filter_bilateral},
    BaselineInfo{"median", "median filter; parameter = width of the window", kMedianParameters, 5.0,
                 filter_median},
    BaselineInfo{"gaussian", "Gaussian blur; parameter = its sigma in pixels", kGaussianParameters,
                 1.0, filter_gaussian},
};

class Baseline : public Method {
 public:
  Baseline(const BaselineInfo& info, double parameter)
      : info_(info), parameter_(parameter), name_(info.name) {}
  const std::string& name() const override { return name_; }

  Samples denoise(const NoisyPicture& noisy) override {
    const ConstFrameView frame = noisy.frame.view();
    if (format_info(frame.format).family == ColorFamily::rgb) {
      const cv::Mat picture = picture_of_frame(frame);
      return to_samples(frame_of_picture(filtered(picture, noisy), frame.format).view());
    }
    Samples out = to_samples(frame);
    Samples luma{PixelFormat::gray8, out.width, out.height, {out.component[0], {}, {}}};
    const cv::Mat picture = picture_of_frame(to_frame(luma).view());
    luma = to_samples(frame_of_picture(filtered(picture, noisy), PixelFormat::gray8).view());
    out.component[0] = luma.component[0];
    return out;
  }

  std::vector<Samples> denoise_all(std::span<const NoisyPicture> pictures) override {
    std::vector<Samples> results(pictures.size());
    for_each_index(pictures.size(), [&](std::size_t i) { results[i] = denoise(pictures[i]); });
    return results;
  }

 private:
  cv::Mat filtered(const cv::Mat& picture, const NoisyPicture& noisy) const {
    return info_.filter(picture, noisy.sigma_8bit, parameter_);
  }

  const BaselineInfo& info_;
  double parameter_;
  std::string name_;
};

}  // namespace

std::span<const BaselineInfo> baselines() noexcept { return kBaselines; }

const BaselineInfo& find_baseline(std::string_view name) {
  std::string known;
  for (const BaselineInfo& info : kBaselines) {
    if (info.name == name) return info;
    known += std::string(known.empty() ? "" : ", ").append(info.name);
  }
  throw Error(ErrorCode::bad_argument,
              "unknown filter '" + std::string(name) + "'; known filters: " + known);
}

std::unique_ptr<Method> make_baseline(const BaselineInfo& info, double parameter) {
  return std::make_unique<Baseline>(info, parameter);
}

}  // namespace denoiseae
