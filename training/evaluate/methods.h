// SPDX-License-Identifier: LGPL-2.1-or-later
// The methods that are compared: models on 8-bit frames, models on samples that are not rounded,
// and classic filters.
#pragma once

#include <denoiseae/denoiser.h>

#include <memory>
#include <opencv2/core.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluate/samples.h"

namespace denoiseae {

/// One noisy picture, both as the noise was drawn and rounded to codes.
struct NoisyPicture {
  Samples samples;
  Frame frame;
  double sigma_8bit = 0;     ///< standard deviation of the noise that was added
  bool starts_clip = false;  ///< the picture before it belongs to another clip or photograph
};

class Method {
 public:
  virtual ~Method() = default;
  virtual const std::string& name() const = 0;
  virtual Samples denoise(const NoisyPicture& noisy) = 0;
  /// Returns what denoise returns for each picture in turn. The pictures have one size and format;
  /// they may share the work.
  virtual std::vector<Samples> denoise_all(std::span<const NoisyPicture> pictures);
};

struct ModelRun {
  std::shared_ptr<const Model> model;
  std::string name;
  bool blind = false;  ///< the noise level is estimated instead of given
  EngineOptions engine;
  bool temporal = true;  ///< models with a recurrent state use it
};

/// Denoises 8-bit frames with the denoiser, as applications do.
std::unique_ptr<Method> make_frame_model(const ModelRun& run);

/// Denoises as the literature measures: noise and result are neither rounded nor clipped. denoise
/// throws unsupported_format for other formats than gray and 4:2:0.
std::unique_ptr<Method> make_sample_model(const ModelRun& run);

/// One row of the table of classic filters, which are OpenCV's.
struct BaselineInfo {
  std::string_view name;
  std::string_view description;
  std::span<const double> parameters;  ///< the values to choose from
  double default_parameter;            ///< the best one for sigma 25 on pictures of BSDS500
  cv::Mat (*filter)(const cv::Mat& noisy, double sigma_8bit, double parameter);
};

std::span<const BaselineInfo> baselines() noexcept;
/// Throws bad_argument that lists the known names.
const BaselineInfo& find_baseline(std::string_view name);

/// Filters the luma, or all components of RGB, of 8-bit frames.
std::unique_ptr<Method> make_baseline(const BaselineInfo& info, double parameter);

}  // namespace denoiseae
