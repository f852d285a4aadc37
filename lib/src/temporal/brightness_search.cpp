// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/brightness_search.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "parallel/for_ranges.h"
#include "layout/area_mean.h"
#include "temporal/median.h"

namespace denoiseae {

namespace {

constexpr int kWidth = MotionField::kBlock;
constexpr int kHeight = BrightnessChange::kBand;
/// More blocks than this tell no more of a line, and take longer.
constexpr std::size_t kEnoughBlocks = 2000;

}  // namespace

BrightnessSearch::BrightnessSearch(int height, int width)
    : columns_(width / kWidth),
      rows_(height / kHeight),
      blocks_(static_cast<std::size_t>(rows_) * static_cast<std::size_t>(columns_)),
      parts_(static_cast<std::size_t>(rows_)),
      lines_(static_cast<std::size_t>(rows_)) {
  fitted_step_ = std::max<std::size_t>(1, blocks_.size() / kEnoughBlocks);
  // Blocks of all columns shall be among them.
  while (std::gcd(fitted_step_, static_cast<std::size_t>(columns_)) > 1) ++fitted_step_;
  fitted_.reserve(blocks_.size() / fitted_step_ + 1);
  values_.reserve(std::max(fitted_.capacity(), static_cast<std::size_t>(columns_)));
  spreads_.reserve(static_cast<std::size_t>(columns_));
}

void BrightnessSearch::measure(const BrightnessPair& pair, const MotionField* motion,
                               ThreadPool* pool) {
  for_ranges(pool, rows_, [&](int begin, int end) {
    for (int row = begin; row < end; ++row) {
      for (int column = 0; column < columns_; ++column) {
        int x = column * kWidth, y = row * kHeight;
        BlockPair& block = blocks_[static_cast<std::size_t>(row) * columns_ + column];
        block.frame = area_mean<kWidth, kHeight>(pair.frame, x, y);
        if (motion != nullptr) {
          const MotionVector& vector = motion->at(column, y / MotionField::kBlock);
          x += vector.dx;
          y += vector.dy;
        }
        block.counts = x >= 0 && y >= 0 && x + kWidth <= pair.width && y + kHeight <= pair.height;
        if (block.counts) block.reference = area_mean<kWidth, kHeight>(pair.reference, x, y);
      }
    }
  });
}

void BrightnessSearch::choose_fitted() {
  fitted_.clear();
  for (std::size_t i = 0; i < blocks_.size(); i += fitted_step_)
    if (blocks_[i].counts) fitted_.push_back(blocks_[i]);
}

/// Fits a line to the chosen blocks. Its gain is the ratio of the spreads of both pictures, not the
/// slope of least squares: things that move would pull that below 1, which looks like a fade.
BrightnessSearch::Fit BrightnessSearch::fit_line(double tolerance) {
  constexpr int kRounds = 8;
  constexpr float kSettled = 0.02f;      // codes by which the line still moves
  constexpr double kTukey = 4.7;         // 95 % efficient for normal errors (Beaton & Tukey 1974)
  constexpr double kSmallestSpread = 4;  // codes; the gain of a flat picture cannot be known
  BrightnessChange::Line line;
  for (int round = 0; round < kRounds; ++round) {
    if (fitted_.empty()) return {};
    values_.clear();
    for (const BlockPair& block : fitted_)
      values_.push_back(std::abs(block.frame - line.at(block.reference)));
    const double scale = std::max(1.4826 * median(values_), tolerance / 3);
    // All blocks count in the first round, in which nothing is known.
    const double reach = round == 0 ? 1e9 : kTukey * scale;
    double sum = 0, frame = 0, reference = 0, frames = 0, references = 0;
    for (const BlockPair& block : fitted_) {
      const double part = (block.frame - line.at(block.reference)) / reach;
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
    const BrightnessChange::Line next{static_cast<float>(gain),
                                      static_cast<float>(frame - gain * reference)};
    const bool has_settled = std::abs(next.at(0) - line.at(0)) < kSettled &&
                             std::abs(next.at(255) - line.at(255)) < kSettled;
    line = next;
    if (has_settled) break;
  }
  return judge(line, tolerance);
}

BrightnessSearch::Fit BrightnessSearch::judge(const BrightnessChange::Line& line,
                                              double tolerance) const {
  double agreeing = 0, squares = 0, changes = 0;
  for (const BlockPair& block : fitted_) {
    const double residual = block.frame - line.at(block.reference);
    if (std::abs(residual) > tolerance) continue;
    const double change = line.at(block.reference) - block.reference;
    ++agreeing;
    squares += residual * residual;
    changes += change * change;
  }
  if (agreeing == 0) return {};
  Fit fit{line, std::sqrt(squares / agreeing), agreeing / static_cast<double>(fitted_.size()), 0,
          std::sqrt(changes / agreeing)};
  // Neighbouring blocks err alike, so that a quarter of all blocks count.
  const double counting = agreeing * std::min(1.0, static_cast<double>(fitted_step_) / 4);
  fit.standard_error = fit.deviation * std::sqrt(2 / counting);
  return fit;
}

/// Finds by which part of the brightness each band differs from the line. Returns false where noise
/// may be the cause of all.
bool BrightnessSearch::find_bands(const BrightnessChange::Line& line, double block_error) {
  constexpr float kDarkest = 24;   // codes; darker blocks tell no ratio
  constexpr double kEvidence = 3;  // mean square of the parts in standard errors
  constexpr double kClear = 10;
  double evidence = 0;
  for (int row = 0; row < rows_; ++row) {
    values_.clear();
    float& part = parts_[static_cast<std::size_t>(row)];
    part = 0;
    double brightness = 0;
    for (int column = 0; column < columns_; ++column) {
      const BlockPair& block = blocks_[static_cast<std::size_t>(row) * columns_ + column];
      if (!block.counts || block.reference < kDarkest) continue;
      values_.push_back((block.frame - line.at(block.reference)) / block.reference);
      brightness += block.reference;
    }
    if (values_.size() < 4) continue;
    const auto count = static_cast<double>(values_.size());
    part = median(values_);
    spreads_.clear();
    for (const float ratio : values_) spreads_.push_back(std::abs(ratio - part));
    const double noise = block_error / (brightness / count);
    const double spread = std::max(1.4826 * median(spreads_), noise);
    // Where things move, neighbouring blocks err alike, so that a quarter of them count.
    const double variance = noise * noise + 4 * (spread * spread - noise * noise);
    const double error = 1.25 * std::sqrt(variance / count);
    evidence += part * part / (error * error) / rows_;
  }
  if (evidence < kEvidence) return false;
  // Noisy bands are smoothed along their neighbours; clear ones would only lose height.
  const auto side = static_cast<float>(std::min(0.25, 0.25 * kClear / evidence));
  float before = parts_.front();
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const float now = parts_[i], after = parts_[std::min(i + 1, parts_.size() - 1)];
    parts_[i] = (1 - 2 * side) * now + side * (before + after);
    before = now;
  }
  return true;
}

void BrightnessSearch::find(const BrightnessPair& pair, const MotionField* motion,
                            double sigma_8bit, ThreadPool* pool, BrightnessChange& change) {
  constexpr double kRoundingError = 0.1;  // the error of the mean of a block
  constexpr double kSignificant = 5;      // standard errors
  constexpr double kMinAgreeing = 0.5;
  // The bands of a lamp are looked for around the line, which has to leave them room.
  constexpr double kRoom = 12;
  change.clear();
  if (rows_ < 4 || columns_ < 2) return;
  measure(pair, motion, pool);
  choose_fitted();
  const double block_error = sigma_8bit / std::sqrt(kWidth * kHeight) + kRoundingError;
  const Fit fit = fit_line(3 * block_error + kRoom);
  if (fit.agreeing < kMinAgreeing) return;
  const bool is_line = fit.size > kSignificant * fit.standard_error;
  const BrightnessChange::Line line = is_line ? fit.line : BrightnessChange::Line{};
  const bool has_bands = find_bands(line, block_error);
  if (!has_bands && line == BrightnessChange::Line{}) return;
  for (std::size_t i = 0; i < lines_.size(); ++i)
    lines_[i] = {line.gain + (has_bands ? parts_[i] : 0), line.offset};
  change.assign(lines_, is_line ? fit.size : 0);
}

std::int64_t BrightnessSearch::memory_bytes() const {
  return static_cast<std::int64_t>((blocks_.size() + fitted_.capacity()) * sizeof(BlockPair) +
                                   (values_.capacity() + spreads_.capacity()) * sizeof(float) +
                                   lines_.size() *
                                       (sizeof(float) + sizeof(BrightnessChange::Line)));
}

}  // namespace denoiseae
