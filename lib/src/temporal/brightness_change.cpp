// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/brightness_change.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "frame/codes.h"
#include "parallel/for_ranges.h"
#include "temporal/warp_state.h"

namespace denoiseae {

namespace {

constexpr int kWidth = MotionField::kBlock;
constexpr int kHeight = BrightnessChange::kBand;

/// The mean luma of a block of kWidth x kHeight samples of the frame and of its counterpart.
struct BlockPair {
  float frame = 0;
  float reference = 0;
  bool counts = false;
};

struct BlockPairs {
  int columns = 0;
  int rows = 0;
  std::vector<BlockPair> blocks;  ///< row by row
};

float block_mean(const LumaView& plane, int x, int y) {
  int sum = 0;
  for (int i = 0; i < kHeight; ++i) {
    const std::uint8_t* const row = plane.data + (y + i) * plane.stride_bytes + x;
    int of_row = 0;
    for (int k = 0; k < kWidth; ++k) of_row += row[k];
    sum += of_row;
  }
  return static_cast<float>(sum) / (kWidth * kHeight);
}

BlockPairs pairs_of(const BrightnessPair& pair, const MotionField* motion, ThreadPool* pool) {
  BlockPairs result{pair.width / kWidth, pair.height / kHeight, {}};
  result.blocks.resize(static_cast<std::size_t>(result.columns) *
                       static_cast<std::size_t>(result.rows));
  for_ranges(pool, result.rows, [&](int begin, int end) {
    for (int row = begin; row < end; ++row) {
      for (int column = 0; column < result.columns; ++column) {
        int x = column * kWidth, y = row * kHeight;
        BlockPair& block = result.blocks[static_cast<std::size_t>(row) * result.columns + column];
        block.frame = block_mean(pair.frame, x, y);
        if (motion != nullptr) {
          const MotionVector& vector = motion->at(column, y / MotionField::kBlock);
          x += vector.dx;
          y += vector.dy;
        }
        block.counts = x >= 0 && y >= 0 && x + kWidth <= pair.width && y + kHeight <= pair.height;
        if (block.counts) block.reference = block_mean(pair.reference, x, y);
      }
    }
  });
  return result;
}

float median(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// A line through the pairs, and how well they agree on it.
struct Fit {
  BrightnessChange::Line line;
  double deviation = 0;     ///< deviation from the line of the blocks that agree
  double agreeing = 0;      ///< share of the blocks, 0 ... 1
  double standard_error = 0;
  double size = 0;          ///< root of the mean square change of the blocks that agree
};

/// Fits a line to the blocks. Its gain is the ratio of the spreads of both pictures, not the slope
/// of least squares: things that move would pull that below 1, which looks like a fade.
Fit fit_line(const BlockPairs& pairs, double tolerance) {
  constexpr int kRounds = 8;
  constexpr double kTukey = 4.7;         // 95 % efficient for normal errors (Beaton & Tukey 1974)
  constexpr double kSmallestSpread = 4;  // codes; the gain of a flat picture cannot be known
  Fit fit;
  std::vector<float> residuals;
  for (int round = 0; round < kRounds; ++round) {
    residuals.clear();
    for (const BlockPair& block : pairs.blocks)
      if (block.counts)
        residuals.push_back(std::abs(block.frame - fit.line.at(block.reference)));
    if (residuals.empty()) return {};
    const double scale = std::max(1.4826 * median(residuals), tolerance / 3);
    // All blocks count in the first round, in which nothing is known.
    const double reach = round == 0 ? 1e9 : kTukey * scale;
    double sum = 0, frame = 0, reference = 0, frames = 0, references = 0;
    for (const BlockPair& block : pairs.blocks) {
      if (!block.counts) continue;
      const double part = (block.frame - fit.line.at(block.reference)) / reach;
      const double weight = std::abs(part) < 1 ? (1 - part * part) * (1 - part * part) : 0;
      sum += weight;
      frame += weight * block.frame;
      reference += weight * block.reference;
      frames += weight * block.frame * block.frame;
      references += weight * block.reference * block.reference;
    }
    if (sum <= 0) return {};
    frame /= sum;
    reference /= sum;
    const double of_frame = std::max(0.0, frames / sum - frame * frame);
    const double of_reference = std::max(0.0, references / sum - reference * reference);
    const bool is_flat = of_reference < kSmallestSpread * kSmallestSpread;
    const double gain = is_flat ? 1 : std::sqrt(of_frame / of_reference);
    fit.line = {static_cast<float>(gain), static_cast<float>(frame - gain * reference)};
  }
  double agreeing = 0, squares = 0, changes = 0, all = 0;
  for (const BlockPair& block : pairs.blocks) {
    if (!block.counts) continue;
    ++all;
    const double residual = block.frame - fit.line.at(block.reference);
    if (std::abs(residual) > tolerance) continue;
    const double change = fit.line.at(block.reference) - block.reference;
    ++agreeing;
    squares += residual * residual;
    changes += change * change;
  }
  if (agreeing == 0) return {};
  fit.agreeing = agreeing / all;
  fit.deviation = std::sqrt(squares / agreeing);
  fit.size = std::sqrt(changes / agreeing);
  // Neighbouring blocks err alike, so that a quarter of them count.
  fit.standard_error = fit.deviation * std::sqrt(2 / (agreeing / 4));
  return fit;
}

/// Finds by which part of the brightness each band differs from the line.
std::vector<float> find_bands(const BlockPairs& pairs, const BrightnessChange::Line& line,
                              double block_error) {
  constexpr float kDarkest = 24;  // codes; darker blocks tell no ratio
  constexpr double kEvidence = 3;  // mean square of the parts in standard errors
  constexpr double kClear = 10;
  std::vector<float> parts(static_cast<std::size_t>(pairs.rows));
  double evidence = 0;
  std::vector<float> ratios, spreads;
  for (int row = 0; row < pairs.rows; ++row) {
    ratios.clear();
    double brightness = 0;
    for (int column = 0; column < pairs.columns; ++column) {
      const BlockPair& block =
          pairs.blocks[static_cast<std::size_t>(row) * pairs.columns + column];
      if (!block.counts || block.reference < kDarkest) continue;
      ratios.push_back((block.frame - line.at(block.reference)) / block.reference);
      brightness += block.reference;
    }
    if (ratios.size() < 4) continue;
    const auto count = static_cast<double>(ratios.size());
    const float part = median(ratios);
    spreads.clear();
    for (const float ratio : ratios) spreads.push_back(std::abs(ratio - part));
    const double noise = block_error / (brightness / count);
    const double spread = std::max(1.4826 * median(spreads), noise);
    // Where things move, neighbouring blocks err alike, so that a quarter of them count.
    const double variance = noise * noise + 4 * (spread * spread - noise * noise);
    const double error = 1.25 * std::sqrt(variance / count);
    parts[static_cast<std::size_t>(row)] = part;
    evidence += part * part / (error * error) / pairs.rows;
  }
  if (evidence < kEvidence) return {};
  // Noisy bands are smoothed along their neighbours; clear ones would only lose height.
  const auto side = static_cast<float>(std::min(0.25, 0.25 * kClear / evidence));
  std::vector<float> smooth(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const float before = parts[i == 0 ? i : i - 1], after = parts[std::min(i + 1, parts.size() - 1)];
    smooth[i] = (1 - 2 * side) * parts[i] + side * (before + after);
  }
  return smooth;
}

}  // namespace

BrightnessChange::BrightnessChange(std::vector<Line> bands, double size)
    : bands_(std::move(bands)), size_(size) {}

BrightnessChange::Line BrightnessChange::line_at(int luma_row) const {
  if (bands_.empty()) return {};
  const float place =
      std::clamp((static_cast<float>(luma_row) + 0.5f) / kBand - 0.5f, 0.0f,
                 static_cast<float>(bands_.size() - 1));
  const auto first = static_cast<std::size_t>(place);
  const Line& a = bands_[first];
  const Line& b = bands_[std::min(first + 1, bands_.size() - 1)];
  const float part = place - static_cast<float>(first);
  return {a.gain + part * (b.gain - a.gain), a.offset + part * (b.offset - a.offset)};
}

std::array<std::uint8_t, 256> BrightnessChange::codes_at(int luma_row) const {
  const Line line = line_at(luma_row);
  std::array<std::uint8_t, 256> codes;
  for (std::size_t code = 0; code < codes.size(); ++code)
    codes[code] = unit_to_code(line.at(static_cast<float>(code)) / 255);
  return codes;
}

BrightnessChange BrightnessChange::then(const BrightnessChange& next) const {
  if (is_none()) return next;
  if (next.is_none()) return *this;
  std::vector<Line> bands;
  for (std::size_t i = 0; i < std::max(bands_.size(), next.bands_.size()); ++i) {
    const Line& a = bands_[std::min(i, bands_.size() - 1)];
    const Line& b = next.bands_[std::min(i, next.bands_.size() - 1)];
    bands.push_back({b.gain * a.gain, b.at(a.offset)});
  }
  return {std::move(bands), size_ + next.size_};
}

BrightnessChange find_brightness_change(const BrightnessPair& pair, const MotionField* motion,
                                        double sigma_8bit, ThreadPool* pool) {
  constexpr double kRoundingError = 0.1;  // the error of the mean of a block
  constexpr double kSignificant = 5;      // standard errors
  constexpr double kMinAgreeing = 0.5;
  if (pair.height < 4 * kHeight || pair.width < 2 * kWidth) return {};
  const BlockPairs pairs = pairs_of(pair, motion, pool);
  const double block_error = sigma_8bit / std::sqrt(kWidth * kHeight) + kRoundingError;
  // The bands of a lamp are looked for around the line, which has to leave them room.
  constexpr double kRoom = 12;
  const Fit fit = fit_line(pairs, 3 * block_error + kRoom);
  BrightnessChange::Line line;
  if (fit.agreeing >= kMinAgreeing && fit.size > kSignificant * fit.standard_error)
    line = fit.line;
  std::vector<float> parts;
  if (fit.agreeing >= kMinAgreeing) parts = find_bands(pairs, line, block_error);
  if (line == BrightnessChange::Line{} && parts.empty()) return {};
  std::vector<BrightnessChange::Line> bands(static_cast<std::size_t>(pairs.rows), line);
  for (std::size_t i = 0; i < parts.size(); ++i) bands[i].gain += parts[i];
  return {std::move(bands), line == BrightnessChange::Line{} ? 0 : fit.size};
}

void change_brightness(const BrightnessChange& change, int first_row, const TensorView& rows) {
  if (change.is_none()) return;
  for (int y = 0; y < rows.height; ++y) {
    float* position = row_of(rows, y);
    const BrightnessChange::Line line = change.line_at(2 * (first_row + y));
    const float offset = line.offset / 255 + (line.gain - 1) / 2;
    for (int x = 0; x < rows.width; ++x, position += rows.channels)
      for (int channel = 0; channel < kStateChannels; ++channel)
        if (is_state_luma(channel)) position[channel] = line.gain * position[channel] + offset;
  }
}

}  // namespace denoiseae
