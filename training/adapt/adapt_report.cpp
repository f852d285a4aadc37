// SPDX-License-Identifier: LGPL-2.1-or-later
#include "adapt/adapt_report.h"

#include <denoiseae/version.h>

#include <array>
#include <iomanip>
#include <sstream>
#include <string>

#include "model/safetensors.h"
#include "report/picture_grid.h"

namespace denoiseae {

namespace {

constexpr int kDetailSide = 256;
constexpr std::size_t kMaxDetails = 3;

cv::Mat centre(const cv::Mat& picture) {
  const cv::Size side(std::min(kDetailSide, picture.cols), std::min(kDetailSide, picture.rows));
  return picture({{(picture.cols - side.width) / 2, (picture.rows - side.height) / 2}, side});
}

}  // namespace

AdaptGain measure_gain(const std::shared_ptr<const Model>& before,
                       const std::shared_ptr<const Model>& after,
                       std::span<const FootageRun> runs) {
  AdaptGain gain;
  double values = 0;
  for (const FootageRun& run : runs) {
    const std::vector<FootageFrame> old = denoise_run(before, run);
    const std::vector<FootageFrame> now = denoise_run(after, run);
    for (std::size_t t = 0; t + 1 < run.size(); ++t) {
      const NextFrame next = next_frame(old[t], old[t + 1]);
      gain.error_before += error_against(next, old[t].denoised);
      gain.error_after += error_against(next, now[t].denoised);
      values += static_cast<double>(cv::countNonZero(next.matched)) * next.target.channels();
    }
    const std::size_t last = run.size() - 1;
    if (gain.details.size() < kMaxDetails)
      gain.details.push_back(
          {centre(run[last]), centre(old[last].denoised), centre(now[last].denoised)});
  }
  if (values > 0) {
    gain.error_before /= values;
    gain.error_after /= values;
  }
  return gain;
}

void write_comparison(const AdaptGain& gain, const std::filesystem::path& png) {
  std::array<GridRow, 3> rows{GridRow{"noisy", {}, {}}, GridRow{"before", {}, {}},
                              GridRow{"fitted", {}, {}}};
  for (const AdaptDetail& detail : gain.details) {
    rows[0].pictures.push_back(detail.noisy);
    rows[1].pictures.push_back(detail.before);
    rows[2].pictures.push_back(detail.after);
  }
  write_png(png, compose_grid(rows, kDetailSide));
}

void write_card(const AdaptOptions& options, const Model& model, const TrainConfig& config,
                std::size_t runs, const AdaptGain& gain, const std::filesystem::path& path) {
  const std::string footage = (options.footage / "").parent_path().filename().string();
  std::string changes;
  for (const std::string& change : options.overrides) changes += " --set " + change;
  std::ostringstream card;
  card << std::fixed << std::setprecision(2);
  card << "# " << model.info().name << ", fitted to " << footage
       << "\n\nThe weights `best.safetensors` are those of `" << model.info().name
       << "`, fitted to footage without clean pictures.\n\n"
       << "- Command: `denoiseae-train adapt " << footage << " --model " << options.model
       << " --frames " << options.frames << changes << "`, denoiseae-train " << version() << ", "
       << config.steps << " steps\n"
       << "- Data: " << runs << " runs of up to " << kMaxRunFrames
       << " frames; each result was compared with the next noisy frame\n"
       << "- Licence: "
       << (config.licence.empty() ? "that of the model and the footage" : config.licence)
       << "\n- Error against the unknown clean frames: smaller by "
       << gain.error_before - gain.error_after << " codes^2. The mean squared difference from the "
       << "next noisy frame was " << gain.error_before << " and is " << gain.error_after
       << " codes^2, on runs that were held back, or on the only one.\n\n"
       << "Levels that are told (`noise-level`) mean less to these weights than to those that they "
          "come from: let the noise be estimated.\n\n![noisy, before, fitted](comparison.png)\n";
  const std::string text = card.str();
  write_file_atomically(path, text);
}

}  // namespace denoiseae
