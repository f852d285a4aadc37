// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/motion.h"

#include <array>
#include <cassert>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace denoiseae {

namespace {

using Frames = std::vector<cv::Mat>;

// Shares of the kinds of motion; what is left is the light changing.
constexpr double kStillShare = 0.2;   // most of most videos: the longest averages are learned here
constexpr double kPanShare = 0.3;     // what alignment by whole pixels can follow exactly
constexpr double kAffineShare = 0.2;  // what it can follow only nearly: hand-held cameras, zooms
constexpr double kCrossingShare =
    0.2;  // edges where one side stays and the other must be forgotten
/// Of all kinds: rare in videos, and learned quickly.
constexpr double kCutShare = 0.05;

// Of pans; the others go any way at any speed.
constexpr double kSlowShare = 0.4;        // a camera that follows something
constexpr double kHorizontalShare = 0.4;  // a camera that turns on its stand
constexpr int kSlow = 2;                  // pixels per frame

/// Of the grounds that something crosses or that the light changes on, as much must be averaged
/// while they stand still as while they move.
constexpr double kStillGroundShare = 0.5;

cv::Mat window(const Canvas& canvas, int size, cv::Point offset) {
  const int margin = (canvas.cols - size) / 2;
  return canvas(cv::Rect(margin + offset.x, margin + offset.y, size, size));
}

cv::Point any_velocity(Dice& dice, int most) {
  const int dx = dice.between(-most, most);
  return {dx, dice.between(-most, most)};
}

cv::Point pan_velocity(Dice& dice) {
  const double kind = dice.uniform(0, 1);
  if (kind < kSlowShare) return any_velocity(dice, kSlow);
  if (kind < kSlowShare + kHorizontalShare) return {dice.between(-kMaxSpeed, kMaxSpeed), 0};
  return any_velocity(dice, kMaxSpeed);
}

Frames ground(const Canvas& canvas, int size, int frames, Dice& dice) {
  const bool still = dice.chance(kStillGroundShare);
  return pan(canvas, size, frames, still ? cv::Point(0, 0) : pan_velocity(dice));
}

/// Constant velocity, zoom and turn about the middle of the frame.
Frames affine(const Canvas& canvas, int size, int frames, Dice& dice) {
  // The corner of a patch of 64 then moves by less than 2 pixels per frame, beside the shift.
  constexpr double kMostZoom = 0.03;  // per frame
  constexpr double kMostTurn = 0.03;  // radians per frame
  constexpr double kMostShift = 4;    // pixels per frame; faster ones lose no detail that counts
  const double angle = dice.uniform(0, 2 * std::numbers::pi);
  const double speed = dice.uniform(0, kMostShift);
  const bool shift_only = dice.chance(0.5);
  const double zoom = shift_only ? 0 : dice.uniform(-kMostZoom, kMostZoom);
  const double turn = shift_only ? 0 : dice.uniform(-kMostTurn, kMostTurn);
  const double middle = (canvas.cols - 1) / 2.0;
  Frames result;
  for (int t = 0; t < frames; ++t) {
    const double scale = std::exp(zoom * t);
    const double c = scale * std::cos(turn * t), s = scale * std::sin(turn * t);
    const double x = middle + speed * t * std::cos(angle);
    const double y = middle + speed * t * std::sin(angle);
    const double half = (size - 1) / 2.0;
    const cv::Matx23d to_canvas(c, -s, x - c * half + s * half, s, c, y - s * half - c * half);
    cv::Mat frame;
    cv::warpAffine(canvas, frame, to_canvas, {size, size}, cv::INTER_CUBIC | cv::WARP_INVERSE_MAP,
                   cv::BORDER_REFLECT_101);
    result.push_back(frame);
  }
  return result;
}

/// A rectangle or ellipse of another part of the photograph, crossing a still or panning ground.
Frames crossing(const Canvas& canvas, const Canvas& other, int size, int frames, Dice& dice) {
  const Frames behind = ground(canvas, size, frames, dice);
  const cv::Size extent(dice.between(size / 6, size / 2), dice.between(size / 6, size / 2));
  cv::Mat mask(extent, CV_8UC1, cv::Scalar(255));
  if (dice.chance(0.5)) {
    mask.setTo(0);
    cv::ellipse(mask, cv::RotatedRect(cv::Point2f(extent / 2), cv::Size2f(extent), 0), 255, -1);
  }
  const cv::Mat thing = other(cv::Rect({0, 0}, extent));
  const cv::Point velocity = any_velocity(dice, kMaxSpeed);
  // In the middle of the sequence it is somewhere inside the frame.
  cv::Point at(dice.between(0, size - extent.width), dice.between(0, size - extent.height));
  at -= velocity * ((frames - 1) / 2);
  Frames result;
  for (const cv::Mat& frame : behind) {
    result.push_back(frame.clone());
    const cv::Rect seen = cv::Rect(at, extent) & cv::Rect(0, 0, size, size);
    if (!seen.empty()) {
      const cv::Rect part(seen.tl() - at, seen.size());
      thing(part).copyTo(result.back()(seen), mask(part));
    }
    at += velocity;
  }
  return result;
}

/// A still or panning ground that grows lighter or darker, slowly or at once.
Frames other_light(const Canvas& canvas, int size, int frames, Dice& dice) {
  const Frames same_light = ground(canvas, size, frames, dice);
  const double last_gain = dice.uniform(0.6, 1.3);
  const bool at_once = dice.chance(0.3);
  const int change = dice.between(1, frames - 1);
  Frames result;
  for (int t = 0; t < frames; ++t) {
    const double progress = at_once ? t >= change : static_cast<double>(t) / (frames - 1);
    cv::Mat frame;
    same_light[static_cast<std::size_t>(t)].convertTo(frame, -1, 1 + (last_gain - 1) * progress);
    result.push_back(frame);
  }
  return result;
}

Frames one_shot(int size, int frames, const std::function<Canvas()>& place, Dice& dice) {
  double kind = dice.uniform(0, 1);
  const Canvas canvas = place();
  if ((kind -= kStillShare) < 0) return pan(canvas, size, frames, {0, 0});
  if ((kind -= kPanShare) < 0) return pan(canvas, size, frames, pan_velocity(dice));
  if ((kind -= kAffineShare) < 0) return affine(canvas, size, frames, dice);
  if ((kind -= kCrossingShare) < 0) return crossing(canvas, place(), size, frames, dice);
  return other_light(canvas, size, frames, dice);
}

}  // namespace

Frames pan(const Canvas& canvas, int size, int frames, cv::Point velocity) {
  Frames result;
  for (int t = 0; t < frames; ++t) result.push_back(window(canvas, size, velocity * t));
  return result;
}

Frames random_motion(int size, int frames, const std::function<Canvas()>& place, Dice& dice) {
  assert(frames >= 2);
  const bool cut = dice.chance(kCutShare);
  Frames result = one_shot(size, frames, place, dice);
  if (!cut) return result;
  const Frames after = one_shot(size, frames, place, dice);
  for (int t = dice.between(1, frames - 1); t < frames; ++t) {
    result[static_cast<std::size_t>(t)] = after[static_cast<std::size_t>(t)];
  }
  return result;
}

}  // namespace denoiseae
