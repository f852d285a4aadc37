// SPDX-License-Identifier: LGPL-2.1-or-later
// Compares the functions on frames with more chroma than the network sees with their definitions in
// double precision.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

#include "frame/chroma_detail.h"
#include "frame/chroma_planes.h"
#include "frame/full_chroma.h"
#include "support/check.h"
#include "support/frames.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// A plane of values, whose edges repeat.
struct Plane {
  int width;
  int height;
  std::vector<double> values;

  Plane(int w, int h) : width(w), height(h), values(static_cast<std::size_t>(w * h)) {}
  double& at(int x, int y) { return values[static_cast<std::size_t>(y * width + x)]; }
  double get(int x, int y) const {
    return values[static_cast<std::size_t>(std::clamp(y, 0, height - 1) * width +
                                           std::clamp(x, 0, width - 1))];
  }
};

/// Returns the bilinear interpolation at a place between the values, where whole numbers are the
/// places of the values.
double between(const Plane& plane, double x, double y) {
  const int left = static_cast<int>(std::floor(x)), upper = static_cast<int>(std::floor(y));
  double sum = 0;
  for (const int u : {left, left + 1})
    for (const int v : {upper, upper + 1})
      sum += (1 - std::abs(x - u)) * (1 - std::abs(y - v)) * plane.get(u, v);
  return sum;
}

/// The number of chroma samples in each block of a format.
struct Sampling {
  int columns;
  int rows;

  explicit Sampling(const FormatInfo& info)
      : columns(2 >> info.component[1].log2_sub_x), rows(2 >> info.component[1].log2_sub_y) {}
  /// Returns the mean of the samples of each block.
  Plane half_size(const Plane& chroma, int width, int height) const {
    Plane half((width + 1) / 2, (height + 1) / 2);
    for (int y = 0; y < half.height; ++y)
      for (int x = 0; x < half.width; ++x)
        for (int i = 0; i < rows * columns; ++i)
          half.at(x, y) +=
              chroma.get(x * columns + i % columns, y * rows + i / columns) / (rows * columns);
    return half;
  }
  /// Interpolates a half-size plane at a sample.
  double at_sample(const Plane& half, int x, int y) const {
    return between(half, columns == 2 ? x / 2.0 - 0.25 : x, rows == 2 ? y / 2.0 - 0.25 : y);
  }
};

/// Returns luma and both colour differences of a frame, -0.5 ... 0.5 for the latter.
std::array<Plane, 3> components_of(const ConstFrameView& frame) {
  const FormatInfo& info = format_info(frame.format);
  const auto plane_of = [&](int c) {
    Plane plane(info.component_width(c, frame.width), info.component_height(c, frame.height));
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x)
        plane.at(x, y) = sample(frame, c, x, y) / info.max_code();
    return plane;
  };
  std::array<Plane, 3> planes = {plane_of(0), plane_of(1), plane_of(2)};
  for (std::size_t i = 0; i < planes[1].values.size(); ++i) {
    double& first = planes[0].values[i];
    double &second = planes[1].values[i], &third = planes[2].values[i];
    if (info.family == ColorFamily::rgb) {
      const double luma = 0.299 * first + 0.587 * second + 0.114 * third;
      const double cb = (third - luma) / 1.772, cr = (first - luma) / 1.402;
      first = luma;
      second = cb;
      third = cr;
    } else {
      second -= 0.5;
      third -= 0.5;
    }
  }
  return planes;
}

/// Returns the variance of the detail of white noise of variance 1 at one sample: the sum of the
/// squares of what each sample around it contributes.
double noise_in_detail(const Sampling& sampling) {
  constexpr int kSize = 12, kAt = 6;
  double sum = 0;
  for (int i = 0; i < kSize * kSize; ++i) {
    Plane impulse(kSize, kSize);
    impulse.values[static_cast<std::size_t>(i)] = 1;
    const Plane half =
        sampling.half_size(impulse, kSize * 2 / sampling.columns, kSize * 2 / sampling.rows);
    const double detail = impulse.get(kAt, kAt) - sampling.at_sample(half, kAt, kAt);
    sum += detail * detail;
  }
  return sum;
}

/// The filter by its definition.
class SlowDetail {
 public:
  SlowDetail(const ConstFrameView& frame, double sigma_8bit)
      : sampling_(format_info(frame.format)),
        planes_(components_of(frame)),
        half_u_(sampling_.half_size(planes_[1], frame.width, frame.height)),
        half_v_(sampling_.half_size(planes_[2], frame.width, frame.height)),
        energy_(half_u_.width, half_u_.height) {
    for (int y = 0; y < energy_.height; ++y)
      for (int x = 0; x < energy_.width; ++x) energy_.at(x, y) = energy_of_block(x, y);
    // R, G and B carry the noise, which gives their colour differences this mean variance.
    const double gain = format_info(frame.format).family == ColorFamily::rgb
                            ? ((.299 * .299 + .587 * .587 + .886 * .886) / (1.772 * 1.772) +
                               (.701 * .701 + .587 * .587 + .114 * .114) / (1.402 * 1.402)) /
                                  2
                            : 1;
    const int values = 3 * 3 * 2 * (sampling_.columns * sampling_.rows - 1);
    noise_ = (1 + 3 * std::sqrt(2.0 / values)) * noise_in_detail(sampling_) * gain *
             (sigma_8bit / 255) * (sigma_8bit / 255);
  }

  const std::array<Plane, 3>& planes() const { return planes_; }
  const Plane& half_u() const { return half_u_; }
  const Plane& half_v() const { return half_v_; }
  const Sampling& sampling() const { return sampling_; }

  double noise_share(int x, int y) const {
    const int block_x = x / sampling_.columns, block_y = y / sampling_.rows;
    double mean = 0;
    for (int i = 0; i < 9; ++i) mean += energy_.get(block_x + i % 3 - 1, block_y + i / 3 - 1) / 9;
    if (noise_ == 0) return 0;
    return mean > noise_ ? noise_ / mean : 1;
  }
  double detail(int c, int x, int y) const {
    const Plane& chroma = planes_[static_cast<std::size_t>(c)];
    return chroma.get(x, y) - sampling_.at_sample(c == 1 ? half_u_ : half_v_, x, y);
  }

 private:
  double energy_of_block(int block_x, int block_y) const {
    double sum = 0;
    for (int i = 0; i < sampling_.rows * sampling_.columns; ++i)
      for (const int c : {1, 2}) {
        const Plane& chroma = planes_[1];
        const int x =
            std::min(block_x * sampling_.columns + i % sampling_.columns, chroma.width - 1);
        const int y = std::min(block_y * sampling_.rows + i / sampling_.columns, chroma.height - 1);
        sum += detail(c, x, y) * detail(c, x, y) / (2 * sampling_.rows * sampling_.columns);
      }
    return sum;
  }

  Sampling sampling_;
  std::array<Plane, 3> planes_;
  Plane half_u_;
  Plane half_v_;
  Plane energy_;
  double noise_ = 0;
};

/// A tensor in memory, which functions of the library read.
struct Tensor {
  std::vector<float> values;
  TensorView view;

  Tensor(int channels, int width, int height)
      : values(static_cast<std::size_t>(channels * width * height)),
        view{values.data(), channels, height, width} {}
  explicit Tensor(const Plane& plane) : Tensor(1, plane.width, plane.height) {
    std::copy(plane.values.begin(), plane.values.end(), values.begin());
  }
};

Plane random_plane(int width, int height, double amplitude, std::uint32_t seed) {
  std::mt19937 random(seed);
  Plane plane(width, height);
  for (double& value : plane.values) value = (random() / 2147483648.0 - 1) * amplitude;
  return plane;
}

/// Makes a frame whose noise grows from the left to the right, so that the filter keeps all, some
/// or nothing of the detail.
void fill_with_noise(const FrameView& frame) {
  const FormatInfo& info = format_info(frame.format);
  std::mt19937 random(8);
  for (int c = 0; c < info.component_count; ++c)
    for (int y = 0; y < info.component_height(c, frame.height); ++y)
      for (int x = 0; x < info.component_width(c, frame.width); ++x) {
        const double amplitude = 2 + 40.0 * x / info.component_width(c, frame.width);
        const double value = 128 + (random() / 2147483648.0 - 1) * amplitude;
        set_sample(frame, c, x, y, deepened(info, value));
      }
}

bool has_fine_chroma(const FormatInfo& info) {
  return info.component_count == 3 &&
         (info.component[1].log2_sub_x == 0 || info.component[1].log2_sub_y == 0);
}

}  // namespace

START_TEST(test_detail_is_filtered_by_its_energy) {
  int none = 0, some = 0, all = 0;
  for (const FormatInfo& info : direct_formats()) {
    if (!has_fine_chroma(info)) continue;
    for (const auto& [width, height] : kSizes)
      for (const double sigma : {0.0, 9.0}) {
        GuardedFrame frame(info.format, width, height);
        fill_with_noise(frame.view());
        const SlowDetail slow(frame.view(), sigma);
        const Tensor u(slow.half_u()), v(slow.half_v());
        ChromaDetail detail(info.format, width, height);
        detail.measure(frame.view(), ChromaPlanes{u.view, v.view}, sigma, nullptr);
        for (int y = 0; y < slow.planes()[1].height; ++y)
          for_parts(0, slow.planes()[1].width, [&](int first, int count) {
            Part share;
            detail.load_noise_share(y, first, count, share);
            for (int i = 0; i < count; ++i) {
              const double expected = slow.noise_share(first + i, y);
              ck_assert_msg(std::abs(share[i] - expected) < 1e-4, "%s: %g, not %g, at %d,%d",
                            describe(frame.view()).c_str(), share[i], expected, first + i, y);
              none += expected == 0;
              some += expected > 0.1 && expected < 0.9;
              all += expected == 1;
            }
          });
      }
  }
  ck_assert(none > 1000 && some > 1000 && all > 1000);
}
END_TEST

START_TEST(test_noise_and_the_noise_of_detail_are_taken_away) {
  for (const FormatInfo& info : direct_formats()) {
    if (!has_fine_chroma(info)) continue;
    for (const auto& [width, height] : kSizes) {
      constexpr double kSigma = 9;
      GuardedFrame frame(info.format, width, height);
      fill_with_noise(frame.view());
      const SlowDetail slow(frame.view(), kSigma);
      const int columns = (width + 1) / 2, rows = (height + 1) / 2;
      const Tensor packed_u(slow.half_u()), packed_v(slow.half_v());
      const Plane luma = random_plane(2 * columns, 2 * rows, 0.05, 1);
      const Plane u = random_plane(columns, rows, 0.05, 2),
                  v = random_plane(columns, rows, 0.05, 3);
      Tensor noise_luma(4, columns, rows);
      const Tensor noise_u(u), noise_v(v);
      for (int i = 0; i < 4 * columns * rows; ++i)
        noise_luma.values[static_cast<std::size_t>(i)] = static_cast<float>(
            luma.get(i / 4 % columns * 2 + i % 2, i / 4 / columns * 2 + i / 2 % 2));
      const ChromaPlanes packed{packed_u.view, packed_v.view};
      ChromaDetail detail(info.format, width, height);
      detail.measure(frame.view(), packed, kSigma, nullptr);
      // A caller may denoise in place.
      subtract_full_chroma(frame.view(), packed, {noise_luma.view, {noise_u.view, noise_v.view}},
                           detail, frame.view(), nullptr);
      const auto wanted = [&](int c, int x, int y) {
        const double noise = c == 0 ? luma.get(x, y)
                                    : slow.sampling().at_sample(c == 1 ? u : v, x, y) +
                                          slow.noise_share(x, y) * slow.detail(c, x, y);
        return slow.planes()[static_cast<std::size_t>(c)].get(x, y) - noise;
      };
      for (int c = 0; c < 3; ++c)
        for (int y = 0; y < info.component_height(c, height); ++y)
          for (int x = 0; x < info.component_width(c, width); ++x) {
            double unit = wanted(c, x, y) + (c == 0 ? 0 : 0.5);
            if (info.family == ColorFamily::rgb) {
              const double luma_here = wanted(0, x, y);
              const double red = luma_here + 1.402 * wanted(2, x, y);
              const double blue = luma_here + 1.772 * wanted(1, x, y);
              unit = c == 0   ? red
                     : c == 2 ? blue
                              : (luma_here - 0.299 * red - 0.114 * blue) / 0.587;
            }
            const double code = std::clamp(unit * info.max_code(), 0.0, info.max_code());
            // Single precision may round to the other code where a value lies between two.
            ck_assert_msg(std::abs(sample(frame.view(), c, x, y) - code) < 0.51,
                          "%s: component %d at %d,%d is %d, not %g", describe(frame.view()).c_str(),
                          c, x, y, sample(frame.view(), c, x, y), code);
          }
      ck_assert(frame.outside_unchanged());
    }
  }
}
END_TEST

int main() {
  return run_suite("full_chroma", {test_detail_is_filtered_by_its_energy,
                                   test_noise_and_the_noise_of_detail_are_taken_away});
}
