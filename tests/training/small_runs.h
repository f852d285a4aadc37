// SPDX-License-Identifier: LGPL-2.1-or-later
// Helpers for tests of training.
#pragma once

#include <denoiseae/log.h>

#include <filesystem>
#include <map>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <string_view>

#include "model/safetensors.h"
#include "support/temp_folder.h"

namespace denoiseae::test {

inline void ignore(LogLevel, std::string_view) {}

/// Pictures with edges and gradients, drawn, so that the test needs no data.
inline void draw_pictures(const TempFolder& folder, int count, int size) {
  for (int i = 0; i < count; ++i) {
    cv::Mat picture(size, size, CV_8UC3, cv::Scalar(60 + 40 * (i % 3), 120, 90));
    cv::circle(picture, {size / 2, size / 3}, size / 4 + i, cv::Scalar(30, 60 + 30 * (i % 4), 220),
               -1);
    cv::line(picture, {0, size - i * 3 % size}, {size, i * 5 % size}, cv::Scalar(240, 240, 200), 3);
    cv::GaussianBlur(picture, picture, {3, 3}, 0.8);
    cv::imwrite((folder / ("pictures/" + std::to_string(i) + ".png")).string(), picture);
  }
}

inline std::map<std::string, Tensor> weights_of(const std::filesystem::path& run_folder) {
  return read_safetensors(run_folder / "best.safetensors").tensors;
}

/// Everything that a run goes on from.
inline std::map<std::string, Tensor> checkpoint_of(const std::filesystem::path& run_folder) {
  return read_safetensors(run_folder / "checkpoint" / "state.safetensors").tensors;
}

inline bool equal(const std::map<std::string, Tensor>& a, const std::map<std::string, Tensor>& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, tensor] : a) {
    if (tensor.values != b.at(name).values) return false;
  }
  return true;
}

}  // namespace denoiseae::test
