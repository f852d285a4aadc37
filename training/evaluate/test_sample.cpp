// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluate/test_sample.h"

#include <sstream>

#include "frame/pack.h"

namespace denoiseae {

PixelFormat format_of(const Picture& picture, const EvalOptions& options) {
  if (options.format) return *options.format;
  if (picture.pixels.channels() == 1) return PixelFormat::gray8;
  return picture.clip < 0 ? PixelFormat::bgr : PixelFormat::i420;
}

bool is_clipped(PixelFormat format, const EvalOptions& options) {
  return options.clip || !network_sees_all_samples(format_info(format));
}

std::string to_string(const NoiseSpec& noise) {
  std::ostringstream text;
  text << noise_model_info(noise.model).name << ":" << noise.level;
  return text.str();
}

TestSample make_test_sample(const Picture& picture, const NoiseSpec& noise, std::uint64_t index,
                            const EvalOptions& options) {
  const PixelFormat format = format_of(picture, options);
  TestSample sample{to_samples(frame_of_picture(picture.pixels, format, options.range).view()), {}};
  sample.noisy.samples = sample.clean;
  add_noise(sample.noisy.samples, noise.model, noise.level, options.seed, index);
  sample.noisy.frame = to_frame(sample.noisy.samples);
  sample.noisy.sigma_8bit = noise_sigma_8bit(noise.model, noise.level);
  if (is_clipped(format, options)) sample.noisy.samples = to_samples(sample.noisy.frame.view());
  return sample;
}

}  // namespace denoiseae
