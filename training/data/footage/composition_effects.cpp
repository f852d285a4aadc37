// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/footage/composition_effects.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>

#include "data/footage/drawn_content.h"

namespace denoiseae {

namespace {

/// Codes of Y, U and V.
using Colour = cv::Vec3b;

Colour gray(int luma) { return {static_cast<std::uint8_t>(luma), 128, 128}; }

Colour random_colour(Rng& rng) {
  const int y = rng.between(0, 255);
  const int u = rng.between(60, 200);
  return cv::Vec3b(static_cast<std::uint8_t>(y), static_cast<std::uint8_t>(u),
                   static_cast<std::uint8_t>(rng.between(60, 200)));
}

/// Returns an even number.
int even(int value) { return value / 2 * 2; }

void fill(const cv::Mat& picture, const cv::Rect& part, const Colour& colour) {
  for (int p = 0; p < kPlanes; ++p) plane_of(picture, p)(in_plane(part, p)).setTo(colour[p]);
}

void fill(FramePair& pair, const cv::Rect& part, const Colour& colour) {
  fill(pair.noisy, part, colour);
  fill(pair.clean, part, colour);
}

void copy(const cv::Mat& from, const cv::Mat& to, const cv::Rect& part) {
  for (int p = 0; p < kPlanes; ++p) {
    const cv::Rect in = in_plane(part, p);
    cv::Mat target = plane_of(to, p)(in);
    plane_of(from, p)(in).copyTo(target);
  }
}

/// Lays a colour over a picture where the mask is. mask: 8UC1 of the size of luma.
void lay_over(const cv::Mat& picture, const cv::Mat& mask, const Colour& colour, double opacity) {
  for (int p = 0; p < kPlanes; ++p) {
    cv::Mat plane = plane_of(picture, p);
    cv::Mat of_plane = mask;
    if (p > 0) cv::resize(mask, of_plane, plane.size(), 0, 0, cv::INTER_AREA);
    for (int y = 0; y < plane.rows; ++y) {
      auto* codes = plane.ptr<std::uint8_t>(y);
      const auto* covered = of_plane.ptr<std::uint8_t>(y);
      for (int x = 0; x < plane.cols; ++x) {
        const double share = opacity * covered[x] / 255;
        codes[x] = cv::saturate_cast<std::uint8_t>(codes[x] + share * (colour[p] - codes[x]));
      }
    }
  }
}

void lay_over(FramePair& pair, const cv::Mat& mask, const Colour& colour, double opacity) {
  lay_over(pair.noisy, mask, colour, opacity);
  lay_over(pair.clean, mask, colour, opacity);
}

cv::Rect random_part(cv::Size size, Rng& rng) {
  const int width = even(rng.between(size.width / 5, size.width * 3 / 5));
  const int height = even(rng.between(size.height / 5, size.height * 3 / 5));
  const int x = even(rng.between(0, size.width - width));
  return {x, even(rng.between(0, size.height - height)), width, height};
}

/// Returns the picture, reduced to a size.
cv::Mat reduced(const cv::Mat& picture, cv::Size size) {
  cv::Mat result(size.height / 2 * 3, size.width, CV_8UC1);
  for (int p = 0; p < kPlanes; ++p) {
    cv::Mat plane = plane_of(result, p);
    cv::resize(plane_of(picture, p), plane, plane.size(), 0, 0, cv::INTER_AREA);
  }
  return result;
}

void paste(const cv::Mat& small, const cv::Mat& picture, cv::Point at) {
  for (int p = 0; p < kPlanes; ++p) {
    cv::Mat target = plane_of(picture, p)(in_plane({at, luma_size(small)}, p));
    plane_of(small, p).copyTo(target);
  }
}

}  // namespace

void bars(FramePairs& pairs, Rng& rng) {
  const cv::Size size = luma_size(pairs.front().noisy);
  const bool columns = rng.chance(0.35);
  const int length = columns ? size.width : size.height;
  const int width = even(rng.between(4, length * 2 / 5));
  // A patch of a frame mostly sees one of its edges.
  const bool first = rng.chance(0.6);
  const bool last = !first || rng.chance(0.4);
  const Colour colour = rng.chance(0.75) ? gray(rng.chance(0.5) ? 16 : 0) : random_colour(rng);
  const auto bar = [&](int from) {
    return columns ? cv::Rect(from, 0, width, size.height) : cv::Rect(0, from, size.width, width);
  };
  for (FramePair& pair : pairs) {
    if (first) fill(pair, bar(0), colour);
    if (last) fill(pair, bar(length - width), colour);
  }
}

void inset(FramePairs& pairs, Rng& rng) {
  const cv::Rect place = random_part(luma_size(pairs.front().noisy), rng);
  const bool noisy_inset = rng.chance(0.5);
  const int frame = rng.chance(0.5) ? 0 : 2 * rng.between(1, 2);
  const Colour colour = random_colour(rng);
  for (FramePair& pair : pairs) {
    const cv::Mat clean = reduced(pair.clean, place.size());
    const cv::Mat noisy = noisy_inset ? reduced(pair.noisy, place.size()) : clean;
    if (noisy_inset) pair.clean.copyTo(pair.noisy);
    if (frame > 0) {
      const cv::Rect around(place.tl() - cv::Point(frame, frame),
                            place.size() + cv::Size(2 * frame, 2 * frame));
      fill(pair, around & cv::Rect({0, 0}, luma_size(pair.noisy)), colour);
    }
    paste(noisy, pair.noisy, place.tl());
    paste(clean, pair.clean, place.tl());
  }
}

void split_screen(FramePairs& pairs, Rng& rng) {
  const cv::Size size = luma_size(pairs.front().noisy);
  const bool columns = rng.chance(0.5);
  const int length = columns ? size.width : size.height;
  const int at = even(rng.between(length / 5, length * 4 / 5));
  const cv::Rect first = columns ? cv::Rect(0, 0, at, size.height) : cv::Rect(0, 0, size.width, at);
  const cv::Rect second = columns ? cv::Rect(at, 0, size.width - at, size.height)
                                  : cv::Rect(0, at, size.width, size.height - at);
  const cv::Rect part = rng.chance(0.5) ? first : second;
  for (FramePair& pair : pairs) copy(pair.clean, pair.noisy, part);
}

void logo(FramePairs& pairs, Rng& rng) {
  const cv::Size size = luma_size(pairs.front().noisy);
  cv::Mat mask(size, CV_8UC1, cv::Scalar(0));
  const int side = rng.between(std::max(8, size.height / 10), size.height / 4);
  const int y = rng.chance(0.5) ? rng.between(2, 10) : size.height - side - rng.between(2, 10);
  const int x = rng.chance(0.5) ? rng.between(2, 10) : size.width - side - rng.between(2, 10);
  const cv::Point at(x, y);
  const bool round = rng.chance(0.5);
  const cv::Point middle = at + cv::Point(side / 2, side / 2);
  if (round) {
    cv::circle(mask, middle, side / 2, 255, rng.chance(0.5) ? cv::FILLED : 2, cv::LINE_AA);
  } else {
    cv::rectangle(mask, cv::Rect(at, cv::Size(side, side)), 255, rng.chance(0.5) ? cv::FILLED : 2);
  }
  const int font = rng.below(8);
  const int letters = rng.chance(0.5) ? 255 : 0;
  cv::putText(mask, random_words(3, rng), at + cv::Point(0, side * 2 / 3), font, side / 45.0,
              letters, 1, cv::LINE_AA);
  const Colour colour = rng.chance(0.6) ? gray(rng.between(180, 255)) : random_colour(rng);
  const double opacity = rng.chance(0.4) ? 1 : rng.uniform(0.3, 0.9);
  for (FramePair& pair : pairs) lay_over(pair, mask, colour, opacity);
}

void subtitles(FramePairs& pairs, Rng& rng) {
  const cv::Size size = luma_size(pairs.front().noisy);
  cv::Mat outline(size, CV_8UC1, cv::Scalar(0)), ink(size, CV_8UC1, cv::Scalar(0));
  const double scale = rng.uniform(0.4, 1.1);
  const int font = rng.below(8);
  const int thickness = scale > 0.7 ? 2 : 1;
  const int lines = rng.between(1, 2);
  const int characters = size.width / 18;
  const int bottom = size.height - rng.between(4, std::max(5, size.height / 3));
  for (int i = 0; i < lines; ++i) {
    const std::string text = random_words(std::max(4, static_cast<int>(characters / scale)), rng);
    const cv::Point at(rng.between(0, size.width / 4), bottom - static_cast<int>(i * 30 * scale));
    cv::putText(outline, text, at, font, scale, 255, thickness + rng.between(2, 3), cv::LINE_AA);
    cv::putText(ink, text, at, font, scale, 255, thickness, cv::LINE_AA);
  }
  const bool outlined = rng.chance(0.75);
  const Colour colour = rng.chance(0.7) ? gray(rng.between(200, 255)) : Colour(210, 16, 146);
  const int count = static_cast<int>(pairs.size());
  const bool whole = rng.chance(0.7);
  const int first = whole ? 0 : rng.below(count);
  const int end = whole ? count : rng.between(first + 1, count);
  for (int t = first; t < end; ++t) {
    FramePair& pair = pairs[static_cast<std::size_t>(t)];
    if (outlined) lay_over(pair, outline, gray(0), 1);
    lay_over(pair, ink, colour, 1);
  }
}

}  // namespace denoiseae
