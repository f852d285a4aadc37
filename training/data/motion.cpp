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

// These are the shares of the kinds of motion. In the samples that are left, the light changes.
// Most of most videos stands still, and the longest averages are learned here.
constexpr double kStillShare = 0.2;
// Motion compensation by whole pixels can follow pans exactly.
constexpr double kPanShare = 0.3;
// It can follow these only nearly: hand-held cameras, zooms.
constexpr double kAffineShare = 0.2;
// One side of an edge stays, and the other must be forgotten.
constexpr double kCrossingShare = 0.2;
/// Cuts come in samples of all kinds. They are rare in videos, and learned quickly.
constexpr double kCutShare = 0.05;

// These are shares of the pans. The others go any way at any speed.
constexpr double kSlowShare = 0.4;        // a camera that follows something
constexpr double kHorizontalShare = 0.4;  // a camera that turns on its stand
constexpr int kSlow = 2;                  // pixels per frame

/// Grounds that something crosses, or that the light changes on, stand still as often as they move,
/// because as much must be averaged on both.
constexpr double kStillGroundShare = 0.5;

cv::Mat window(const Canvas& canvas, int size, cv::Point offset) {
  const int margin = (canvas.cols - size) / 2;
  return canvas(cv::Rect(margin + offset.x, margin + offset.y, size, size));
}

cv::Point any_velocity(Rng& rng, int most) {
  const int dx = rng.between(-most, most);
  return {dx, rng.between(-most, most)};
}

cv::Point pan_velocity(Rng& rng) {
  const double kind = rng.uniform(0, 1);
  if (kind < kSlowShare) return any_velocity(rng, kSlow);
  if (kind < kSlowShare + kHorizontalShare) return {rng.between(-kMaxSpeed, kMaxSpeed), 0};
  return any_velocity(rng, kMaxSpeed);
}

Frames ground(const Canvas& canvas, int size, int frames, Rng& rng) {
  const bool still = rng.chance(kStillGroundShare);
  return pan(canvas, size, frames, still ? cv::Point(0, 0) : pan_velocity(rng));
}

/// Moves, zooms and turns the canvas about the middle of the frame, each at a constant rate.
Frames affine(const Canvas& canvas, int size, int frames, Rng& rng) {
  // These move the corner of a patch of 64 by less than 2 pixels per frame, beside the shift.
  constexpr double kMaxZoom = 0.03;  // per frame
  constexpr double kMaxTurn = 0.03;  // radians per frame
  constexpr double kMaxShift = 4;    // pixels per frame; faster ones lose no detail that counts
  const double angle = rng.uniform(0, 2 * std::numbers::pi);
  const double speed = rng.uniform(0, kMaxShift);
  const bool shift_only = rng.chance(0.5);
  const double zoom = shift_only ? 0 : rng.uniform(-kMaxZoom, kMaxZoom);
  const double turn = shift_only ? 0 : rng.uniform(-kMaxTurn, kMaxTurn);
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

/// Lets a rectangle or ellipse of another part of the photograph cross a still or panning ground.
Frames crossing(const Canvas& canvas, const Canvas& other, int size, int frames, Rng& rng) {
  const Frames behind = ground(canvas, size, frames, rng);
  const int height = rng.between(size / 6, size / 2);
  const int width = rng.between(size / 6, size / 2);
  const cv::Size extent(width, height);
  cv::Mat mask(extent, CV_8UC1, cv::Scalar(255));
  if (rng.chance(0.5)) {
    mask.setTo(0);
    cv::ellipse(mask, cv::RotatedRect(cv::Point2f(extent / 2), cv::Size2f(extent), 0), 255, -1);
  }
  const cv::Mat thing = other(cv::Rect({0, 0}, extent));
  const cv::Point velocity = any_velocity(rng, kMaxSpeed);
  // The thing is somewhere inside the frame in the middle of the sequence.
  const int y = rng.between(0, size - height);
  const int x = rng.between(0, size - width);
  cv::Point at(x, y);
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

/// Lets a still or panning ground grow lighter or darker, slowly or at once.
Frames other_light(const Canvas& canvas, int size, int frames, Rng& rng) {
  const Frames same_light = ground(canvas, size, frames, rng);
  const double last_gain = rng.uniform(0.6, 1.3);
  const bool at_once = rng.chance(0.3);
  const int change = rng.between(1, frames - 1);
  Frames result;
  for (int t = 0; t < frames; ++t) {
    const double progress = at_once ? t >= change : static_cast<double>(t) / (frames - 1);
    cv::Mat frame;
    same_light[static_cast<std::size_t>(t)].convertTo(frame, -1, 1 + (last_gain - 1) * progress);
    result.push_back(frame);
  }
  return result;
}

Frames one_shot(int size, int frames, const std::function<Canvas()>& place, Rng& rng) {
  double kind = rng.uniform(0, 1);
  const Canvas canvas = place();
  if ((kind -= kStillShare) < 0) return pan(canvas, size, frames, {0, 0});
  if ((kind -= kPanShare) < 0) return pan(canvas, size, frames, pan_velocity(rng));
  if ((kind -= kAffineShare) < 0) return affine(canvas, size, frames, rng);
  if ((kind -= kCrossingShare) < 0) return crossing(canvas, place(), size, frames, rng);
  return other_light(canvas, size, frames, rng);
}

}  // namespace

Frames pan(const Canvas& canvas, int size, int frames, cv::Point velocity) {
  Frames result;
  for (int t = 0; t < frames; ++t) result.push_back(window(canvas, size, velocity * t));
  return result;
}

Frames random_motion(int size, int frames, const std::function<Canvas()>& place, Rng& rng) {
  assert(frames >= 2);
  const bool cut = rng.chance(kCutShare);
  Frames result = one_shot(size, frames, place, rng);
  if (!cut) return result;
  const Frames after = one_shot(size, frames, place, rng);
  for (int t = rng.between(1, frames - 1); t < frames; ++t) {
    result[static_cast<std::size_t>(t)] = after[static_cast<std::size_t>(t)];
  }
  return result;
}

}  // namespace denoiseae
