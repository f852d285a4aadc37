// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/scenes.h"

#include <denoiseae/noise.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "noise/synthesis/random.h"

namespace denoiseae::test {
namespace {

// Adds random values at the corners of cells, and bilinear interpolation between the corners.
void add_detail(std::vector<float>& samples, int width, int height, int cell, float amplitude,
                std::mt19937& random) {
  const int columns = width / cell + 2, rows = height / cell + 2;
  std::vector<float> corners(static_cast<std::size_t>(columns * rows));
  for (float& corner : corners)
    corner = amplitude * (static_cast<float>(random()) / 2147483648.0f - 1);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float* corner = &corners[static_cast<std::size_t>(y / cell * columns + x / cell)];
      const float u = static_cast<float>(x % cell) / static_cast<float>(cell);
      const float v = static_cast<float>(y % cell) / static_cast<float>(cell);
      samples[static_cast<std::size_t>(y * width + x)] +=
          (1 - v) * ((1 - u) * corner[0] + u * corner[1]) +
          v * ((1 - u) * corner[columns] + u * corner[columns + 1]);
    }
}

}  // namespace

TexturedCanvas::TexturedCanvas(int width, int height, std::uint32_t seed)
    : width_(width),
      height_(height),
      samples_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
  std::mt19937 random(seed);
  for (int cell = 2; cell <= 64; cell *= 2)
    add_detail(samples_, width, height, cell, 11 * std::sqrt(static_cast<float>(cell)), random);
}

LumaPlane TexturedCanvas::crop(int x, int y, int width, int height, double contrast,
                               double mean) const {
  LumaPlane out(width, height);
  for (int v = 0; v < height; ++v)
    for (int u = 0; u < width; ++u) {
      const double code =
          mean + contrast * samples_[static_cast<std::size_t>((y + v) * width_ + x + u)];
      out.at(u, v) = static_cast<std::uint8_t>(std::clamp(std::lround(code), 0l, 255l));
    }
  return out;
}

LumaPlane shrunk(const LumaPlane& plane, int factor) {
  LumaPlane out(plane.width / factor, plane.height / factor);
  const int samples = factor * factor;
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      int sum = samples / 2;
      for (int i = 0; i < samples; ++i)
        sum += plane.at(factor * x + i % factor, factor * y + i / factor);
      out.at(x, y) = static_cast<std::uint8_t>(sum / samples);
    }
  return out;
}

LumaPlane with_noise(const LumaPlane& plane, double sigma_8bit, std::uint64_t seed) {
  LumaPlane out = plane;
  const FrameView view{
      PixelFormat::gray8, plane.width, plane.height, {out.samples.data()}, {plane.width}};
  add_noise(view, view, NoiseModel::gaussian, sigma_8bit, seed, 0);
  return out;
}

LumaPlane with_correlated_noise(const LumaPlane& plane, double sigma_8bit, std::uint64_t seed) {
  // Smoothing leaves this part of a standard deviation: sqrt(1 + 4 + 1) / 4 along each axis.
  constexpr double kLeft = 0.375;
  Random random(seed);
  const int width = plane.width + 2, height = plane.height + 2;
  std::vector<double> white(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (double& value : white) value = sigma_8bit / kLeft * random.normal();
  LumaPlane out = plane;
  for (int y = 0; y < plane.height; ++y)
    for (int x = 0; x < plane.width; ++x) {
      double sum = 0;
      for (int dy = 0; dy < 3; ++dy)
        for (int dx = 0; dx < 3; ++dx)
          sum += (dx == 1 ? 2 : 1) * (dy == 1 ? 2 : 1) *
                 white[static_cast<std::size_t>((y + dy) * width + x + dx)];
      out.at(x, y) =
          static_cast<std::uint8_t>(std::clamp(std::lround(plane.at(x, y) + sum / 16), 0l, 255l));
    }
  return out;
}

}  // namespace denoiseae::test
