// SPDX-License-Identifier: LGPL-2.1-or-later
// What is compared: models by way of frames, models by way of unrounded samples, classic filters.
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

/// One noisy picture in both shapes: as drawn, and as codes.
struct NoisyPicture {
  Samples samples;
  Frame frame;
  double sigma_8bit = 0;     ///< of the noise that was added
  bool starts_clip = false;  ///< what went before belongs to another clip or photograph
};

class Contestant {
 public:
  virtual ~Contestant() = default;
  virtual const std::string& name() const = 0;
  virtual Samples denoise(const NoisyPicture& noisy) = 0;
  /// Of pictures of one size and format, what denoise gives one after the other. The pictures may
  /// share the work.
  virtual std::vector<Samples> denoise_all(std::span<const NoisyPicture> pictures);
};

struct ModelRun {
  std::shared_ptr<const Model> model;
  std::string name;
  bool blind = false;  ///< the noise level is estimated instead of told
  EngineOptions engine;
  bool temporal = true;  ///< of models with a past: use it
};

/// As applications use it: 8-bit frames through the denoiser.
std::unique_ptr<Contestant> make_frame_model(const ModelRun& run);

/// As the literature measures: noise and result are neither rounded nor clipped. Throws
/// unsupported_format for other formats than gray and 4:2:0.
std::unique_ptr<Contestant> make_sample_model(const ModelRun& run);

/// One row of the table of classic filters, all of OpenCV.
struct BaselineInfo {
  std::string_view name;
  std::string_view description;
  std::span<const double> parameters;  ///< to choose from
  double default_parameter;            ///< best for sigma 25 on pictures of BSDS500
  cv::Mat (*filter)(const cv::Mat& noisy, double sigma_8bit, double parameter);
};

std::span<const BaselineInfo> baselines() noexcept;
/// Throws bad_argument that lists the known names.
const BaselineInfo& find_baseline(std::string_view name);

/// Filters luma, or all components of RGB, of the 8-bit frame.
std::unique_ptr<Contestant> make_baseline(const BaselineInfo& info, double parameter);

}  // namespace denoiseae
