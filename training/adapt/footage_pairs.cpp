// SPDX-License-Identifier: LGPL-2.1-or-later
#include "adapt/footage_pairs.h"

#include <denoiseae/error.h>

#include <cmath>
#include <cstdio>
#include <string>

#include "adapt/noise_correlation.h"
#include "report/picture_grid.h"

namespace denoiseae {

namespace {

namespace fs = std::filesystem;

/// Noise of cameras that denoise by themselves has 0.3 and more; independent noise has about 0.
constexpr double kMaxCorrelation = 0.15;
constexpr double kMinMatched = 0.2;
constexpr double kMinNoise = 0.7;  ///< codes

struct Teaching {
  NoiseCorrelation correlation;
  double levels = 0;  ///< the sum over the frames
  double frames = 0;
  double matched = 0;  ///< pixels
  double pixels = 0;
};

std::string percent(double share) { return std::to_string(std::lround(100 * share)) + " %"; }

std::string two_digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

/// Throws where the footage cannot teach.
void check(const Teaching& found) {
  const double noise = found.levels / found.frames;
  if (noise < kMinNoise)
    throw Error(ErrorCode::bad_argument, "the footage has hardly any noise: the model finds " +
                                             two_digits(noise) + " codes, expected at least " +
                                             two_digits(kMinNoise) + "; use the model as it is");
  const double matched = found.matched / found.pixels;
  if (matched < kMinMatched)
    throw Error(ErrorCode::bad_argument,
                "only " + percent(matched) + " of the frames is found again in the next frame, " +
                    "expected at least " + percent(kMinMatched) +
                    "; give consecutive frames of footage that moves less");
  const double correlation = found.correlation.value();
  if (correlation > kMaxCorrelation)
    throw Error(ErrorCode::bad_argument,
                "the noise is not new in each frame: what is removed from frames that follow each "
                "other has the correlation " +
                    two_digits(correlation) + ", expected at most " + two_digits(kMaxCorrelation) +
                    ". Cameras that denoise by themselves, and encoders, make such noise; nothing "
                    "can be learned from it without clean pictures. Switch the camera's noise "
                    "reduction off, or record with less compression");
}

fs::path frame_name(const fs::path& folder, const char* version, std::size_t run,
                    std::size_t frame) {
  char name[64];
  std::snprintf(name, sizeof name, "%05zu/%05zu.png", run, frame);
  return folder / version / name;
}

void write_frame(const fs::path& path, const cv::Mat& picture) {
  std::error_code ec;
  fs::create_directories(path.parent_path(), ec);
  if (ec)
    throw Error(ErrorCode::unreadable,
                path.parent_path().string() + " cannot be created: " + ec.message());
  write_png(path, picture);
}

}  // namespace

void write_pairs(const std::shared_ptr<const Model>& model, std::span<const FootageRun> runs,
                 const fs::path& folder, const std::atomic<bool>& stop, const LogCallback& log) {
  std::error_code ec;
  fs::remove_all(folder, ec);
  if (ec)
    throw Error(ErrorCode::unreadable, folder.string() + " cannot be removed: " + ec.message());
  Teaching found;
  for (std::size_t i = 0; i < runs.size() && !stop; ++i) {
    const std::vector<FootageFrame> frames = denoise_run(model, runs[i]);
    for (std::size_t t = 0; t + 1 < frames.size(); ++t) {
      const NextFrame next = next_frame(frames[t], frames[t + 1]);
      found.correlation.add(frames[t], next);
      found.levels += frames[t].level;
      found.frames += 1;
      found.matched += cv::countNonZero(next.matched);
      found.pixels += static_cast<double>(next.matched.total());
      write_frame(frame_name(folder, "noisy", i, t), frames[t].noisy);
      write_frame(frame_name(folder, "clean", i, t), next.target);
    }
    log(LogLevel::info, "run " + std::to_string(i + 1) + " of " + std::to_string(runs.size()) +
                            " is compared with its next frames");
  }
  if (stop) return;
  try {
    check(found);
  } catch (const Error&) {
    fs::remove_all(folder, ec);
    throw;
  }
  log(LogLevel::info, percent(found.matched / found.pixels) +
                          " of the frames is found again in the next frame; correlation of the "
                          "noise " +
                          two_digits(found.correlation.value()));
}

}  // namespace denoiseae
