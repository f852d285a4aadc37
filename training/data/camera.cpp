// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/camera.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "noise/synthesis/random.h"

namespace denoiseae {

namespace {

// Codes of the mosaic while it is developed. Black leaves room for noise below it.
constexpr float kBlack = 8192;
constexpr float kWhite = 65535;
// This is fine enough for the steepest part, 13 x 255 codes.
constexpr int kCurveSteps = 1 << 14;

/// Applies the sRGB transfer function (IEC 61966-2-1) to linear light.
double to_gamma(double light) {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}
double to_light(double code) {
  return code <= 0.04045 ? code / 12.92 : std::pow((code + 0.055) / 1.055, 2.4);
}

/// The tone curve of the paper is the smooth step 3 x^2 - 2 x^3.
double to_tone(double x) { return x * x * (3 - 2 * x); }
double from_tone(double y) { return 0.5 - std::sin(std::asin(1 - 2 * y) / 3); }

const std::array<float, 256>& light_of_codes() {
  static const auto table = [] {
    std::array<float, 256> light{};
    for (int i = 0; i < 256; ++i)
      light[static_cast<std::size_t>(i)] = static_cast<float>(to_light(from_tone(i / 255.0)));
    return light;
  }();
  return table;
}

const std::vector<std::uint8_t>& codes_of_light() {
  static const auto table = [] {
    std::vector<std::uint8_t> codes;
    for (int i = 0; i < kCurveSteps; ++i) {
      const double light = static_cast<double>(i) / (kCurveSteps - 1);
      codes.push_back(static_cast<std::uint8_t>(255 * to_tone(to_gamma(light)) + 0.5));
    }
    return codes;
  }();
  return table;
}

struct Colour {
  float b, g, r;
};

/// Moves a colour away from gray by a factor, or towards it. This is most of what a colour matrix
/// does. The matrices of a factor and of its inverse undo each other.
Colour saturated(const Colour& c, float factor) {
  const float gray = 0.0722f * c.b + 0.7152f * c.g + 0.2126f * c.r;  // ITU-R BT.709
  return {gray + factor * (c.b - gray), gray + factor * (c.g - gray), gray + factor * (c.r - gray)};
}

/// Returns the inverse of a white balance gain. It nears 1 as the pixel nears white, so that white
/// stays white (Brooks et al., section 3.4).
float safe_inverse(float gain, float highlight) {
  const float inverse = 1 / gain;
  return std::max(highlight + (1 - highlight) * inverse, inverse);
}

/// Returns the colour of the pixel in an RGGB mosaic that is shifted by the phase.
int colour_at(int x, int y, int phase) {
  constexpr std::array kRggb = {2, 1, 1, 0};  // as indices into Colour
  return kRggb[static_cast<std::size_t>(((y + phase / 2) % 2) * 2 + (x + phase) % 2)];
}

}  // namespace

Camera::Camera(Rng& rng)
    : red_gain_(rng.uniform(1.9, 2.4)),
      blue_gain_(rng.uniform(1.5, 1.9)),
      saturation_(rng.uniform(1, 1.6)),
      phase_(rng.below(4)),
      edge_aware_(rng.chance(0.5)) {
  // The spread of the logarithm of the read noise, in noise_of.
  constexpr double kReadSpread = 0.26;
  read_factor_ = std::exp(kReadSpread * Random(rng.next()).normal());
}

Mosaic Camera::expose(const cv::Mat& bgr) const {
  const auto& light = light_of_codes();
  const auto red_gain = static_cast<float>(red_gain_), blue_gain = static_cast<float>(blue_gain_);
  const auto desaturation = static_cast<float>(1 / saturation_);
  constexpr float kInflection = 0.9f;
  cv::Mat seen(bgr.size(), CV_32FC1);
  for (int y = 0; y < bgr.rows; ++y) {
    const std::uint8_t* in = bgr.ptr(y);
    float* out = seen.ptr<float>(y);
    const std::array row = {colour_at(0, y, phase_), colour_at(1, y, phase_)};
    for (int x = 0; x < bgr.cols; ++x, in += 3) {
      const Colour c = saturated({light[in[0]], light[in[1]], light[in[2]]}, desaturation);
      const int colour = row[static_cast<std::size_t>(x % 2)];
      if (colour == 1) {
        out[x] = c.g;
        continue;
      }
      const float near_white =
          std::max(0.0f, (c.b + c.g + c.r) / 3 - kInflection) / (1 - kInflection);
      const float highlight = near_white * near_white;
      out[x] = colour == 0 ? c.b * safe_inverse(blue_gain, highlight)
                           : c.r * safe_inverse(red_gain, highlight);
    }
  }
  // The border is mirrored about the outermost pixels, which keeps the order of the colours.
  Mosaic mosaic;
  cv::copyMakeBorder(seen, mosaic, kMosaicBorder, kMosaicBorder, kMosaicBorder, kMosaicBorder,
                     cv::BORDER_REFLECT_101);
  return mosaic;
}

cv::Mat Camera::develop(const Mosaic& mosaic) const {
  constexpr std::array kSimple = {cv::COLOR_BayerRGGB2BGR, cv::COLOR_BayerGRBG2BGR,
                                  cv::COLOR_BayerGBRG2BGR, cv::COLOR_BayerBGGR2BGR};
  constexpr std::array kEdgeAware = {cv::COLOR_BayerRGGB2BGR_EA, cv::COLOR_BayerGRBG2BGR_EA,
                                     cv::COLOR_BayerGBRG2BGR_EA, cv::COLOR_BayerBGGR2BGR_EA};
  cv::Mat codes, bordered;
  mosaic.convertTo(codes, CV_16U, kWhite - kBlack, kBlack);
  const auto phase = static_cast<std::size_t>(phase_);
  cv::demosaicing(codes, bordered, edge_aware_ ? kEdgeAware[phase] : kSimple[phase]);
  const auto& curve = codes_of_light();
  const auto saturation = static_cast<float>(saturation_);
  constexpr float kScale = 1 / (kWhite - kBlack);
  const float red = kScale * static_cast<float>(red_gain_);
  const float blue = kScale * static_cast<float>(blue_gain_);
  cv::Mat result(mosaic.rows - 2 * kMosaicBorder, mosaic.cols - 2 * kMosaicBorder, CV_8UC3);
  const auto code_of = [&curve](float light) {
    const float step = std::clamp(light, 0.0f, 1.0f) * (kCurveSteps - 1) + 0.5f;
    return curve[static_cast<std::size_t>(static_cast<int>(step))];
  };
  const auto balanced = [](std::uint16_t code, float gain) {
    return std::clamp((static_cast<float>(code) - kBlack) * gain, 0.0f, 1.0f);
  };
  for (int y = 0; y < result.rows; ++y) {
    const std::uint16_t* in = bordered.ptr<std::uint16_t>(y + kMosaicBorder) + 3 * kMosaicBorder;
    std::uint8_t* out = result.ptr(y);
    for (int x = 0; x < result.cols; ++x, in += 3, out += 3) {
      const Colour c = saturated(
          {balanced(in[0], blue), balanced(in[1], kScale), balanced(in[2], red)}, saturation);
      out[0] = code_of(c.b);
      out[1] = code_of(c.g);
      out[2] = code_of(c.r);
    }
  }
  return result;
}

SensorNoise Camera::noise_of(double shot) const {
  // Brooks et al. fitted log(read) = 2.18 log(shot) + 1.2 + N(0, 0.26) to the sensors of a data
  // set.
  return {shot, std::pow(shot, 2.18) * std::exp(1.2) * read_factor_};
}

Mosaic with_noise(const Mosaic& mosaic, const SensorNoise& noise, std::uint64_t seed) {
  Mosaic result(mosaic.size(), CV_32FC1);
  float* const out = result.ptr<float>();
  const float* const in = mosaic.ptr<float>();
  const std::size_t count = mosaic.total();
  Random random(seed);
  random.fill_normal({out, count});
  const auto shot = static_cast<float>(noise.shot), read = static_cast<float>(noise.read);
  for (std::size_t i = 0; i < count; ++i) out[i] = in[i] + out[i] * std::sqrt(shot * in[i] + read);
  return result;
}

cv::Mat noise_in_picture(const Camera& camera, const Mosaic& scene, const SensorNoise& noise,
                         std::uint64_t seed) {
  cv::Mat difference;
  cv::subtract(camera.develop(with_noise(scene, noise, seed)), camera.develop(scene), difference,
               cv::noArray(), CV_32F);
  return difference;
}

double luma_deviation(const cv::Mat& noise) {
  double sum = 0, squares = 0;
  for (int y = 0; y < noise.rows; ++y) {
    const auto* d = noise.ptr<cv::Vec3f>(y);
    for (int x = 0; x < noise.cols; ++x) {
      const double luma = 0.114 * d[x][0] + 0.587 * d[x][1] + 0.299 * d[x][2];
      sum += luma;
      squares += luma * luma;
    }
  }
  const auto n = static_cast<double>(noise.total());
  return std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n)));
}

SensorNoise noise_for_level(const Camera& camera, const Mosaic& scene, double level_8bit,
                            std::uint64_t seed) {
  // Middle gray with a shot noise of 0.01 comes out at about 12 codes. Levels grow a little faster
  // than the root of the shot noise, as the share of the read noise grows.
  constexpr double kUsualPower = 0.55;
  constexpr double kMinShot = 1e-7, kMaxShot = 0.5;
  constexpr double kMinLevel = 0.1;  // rounding alone makes this much
  if (level_8bit <= 0) return {};
  const auto level_of = [&](double shot) {
    const cv::Mat noise = noise_in_picture(camera, scene, camera.noise_of(shot), seed);
    return std::max(kMinLevel, luma_deviation(noise));
  };
  const auto stepped = [&](double shot, double level, double power) {
    return std::clamp(shot * std::pow(level_8bit / level, 1 / power), kMinShot, kMaxShot);
  };
  const double first = stepped(0.01, 12, kUsualPower);
  const double first_level = level_of(first);
  const double second = stepped(first, first_level, kUsualPower);
  if (std::abs(std::log(second / first)) < 0.05) return camera.noise_of(second);
  const double second_level = level_of(second);
  const double power = std::log(second_level / first_level) / std::log(second / first);
  return camera.noise_of(stepped(second, second_level, std::clamp(power, 0.3, 1.2)));
}

}  // namespace denoiseae
