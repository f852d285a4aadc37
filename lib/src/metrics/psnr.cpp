// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/error.h>
#include <denoiseae/metrics.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "frame/direct_frame.h"
#include "frame/samples.h"
#include "system/translate_errors.h"

namespace denoiseae {
namespace {

double squared_error(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = static_cast<double>(a[i]) - b[i];
    sum += difference * difference;
  }
  return sum;
}

double psnr_of(double squared_error, double samples, double peak) {
  if (squared_error == 0) return std::numeric_limits<double>::infinity();
  return 10 * std::log10(peak * peak * samples / squared_error);
}

}  // namespace

double psnr(const ConstFrameView& a, const ConstFrameView& b, int c) {
  check_same_shape(a, b, "psnr");
  check_component(a, c, "psnr");
  const FormatInfo& info = format_info(a.format);
  const int width = info.component_width(c, a.width);
  const int height = info.component_height(c, a.height);
  return translate_errors([] { return "psnr"; },
                          [&] {
                            const DirectFrame direct_a(a, nullptr), direct_b(b, nullptr);
                            std::vector<float> row_a(width), row_b(width);
                            double sum = 0;
                            for (int y = 0; y < height; ++y) {
                              load_codes(direct_a.view(), c, y, row_a);
                              load_codes(direct_b.view(), c, y, row_b);
                              sum += squared_error(row_a, row_b);
                            }
                            return psnr_of(sum, static_cast<double>(width) * height,
                                           info.max_code());
                          });
}

double psnr(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size() || a.empty())
    throw Error(ErrorCode::bad_argument,
                "psnr needs the same number of samples, at least one, found " +
                    std::to_string(a.size()) + " and " + std::to_string(b.size()));
  return psnr_of(squared_error(a, b), static_cast<double>(a.size()), 1);
}

}  // namespace denoiseae
