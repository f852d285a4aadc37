// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/progress_line.h"

#include <cstdint>
#include <iomanip>
#include <sstream>
#include <string>
#include <utility>

namespace denoiseae {

namespace {

using Clock = std::chrono::steady_clock;

std::string duration_text(double seconds) {
  const auto s = static_cast<std::int64_t>(seconds + 0.5);
  std::ostringstream out;
  if (s >= 3600) out << s / 3600 << " h ";
  if (s >= 60) out << s / 60 % 60 << " min ";
  out << s % 60 << " s";
  return out.str();
}

}  // namespace

ProgressLine::ProgressLine(const TrainConfig& config, const std::vector<TrainingStage>& stages,
                           const Progress& begin, LogCallback log)
    : config_(config),
      stages_(stages),
      log_(std::move(log)),
      pixels_before_(pixels_of_steps(stages, begin.step)),
      seconds_before_(begin.seconds),
      last_(Clock::now()) {}

double ProgressLine::pixels_per_second(const Progress& progress) const {
  return (pixels_of_steps(stages_, progress.step) - pixels_before_) /
         (progress.seconds - seconds_before_);
}

bool ProgressLine::is_due() const { return Clock::now() - last_ > std::chrono::milliseconds(500); }

void ProgressLine::tell(const Progress& progress) {
  last_ = Clock::now();
  const double rate = pixels_per_second(progress);
  const double left =
      pixels_of_steps(stages_, config_.steps) - pixels_of_steps(stages_, progress.step);
  std::ostringstream line;
  if (config_.epochs > 0)
    line << "epoch " << epoch_at(config_, progress.step) << "/" << config_.epochs << " ";
  line << "step " << progress.step << "/" << config_.steps << std::fixed << std::setprecision(4)
       << "  loss " << progress.loss_sum / static_cast<double>(progress.loss_count)
       << std::setprecision(2);
  if (progress.best_step > 0) {
    line << (estimates_noise(config_) ? "  level error " : "  PSNR ") << progress.best_db
         << " dB at " << progress.best_step;
  }
  line << "  " << rate / 1e6 << " Mpixel/s  " << duration_text(left / rate) << " left";
  log_(LogLevel::info, line.str());
}

}  // namespace denoiseae
