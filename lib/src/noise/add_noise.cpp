// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/error.h>
#include <denoiseae/noise.h>

#include <string>
#include <vector>

#include "frame/samples.h"
#include "noise/models.h"

namespace denoiseae {
namespace {

void check_level(NoiseModel model, double level) {
  const NoiseModelInfo& info = noise_model_info(model);
  if (!(level >= 0 && level <= info.max_level))
    throw Error(ErrorCode::bad_argument,
                "the level of " + std::string(info.name) + " noise must be 0 to " +
                    std::to_string(info.max_level) + ", found " + std::to_string(level));
}

// Level 0 is no noise in every model.
void add(std::span<float> samples_0_1, NoiseModel model, double level, Random& random) {
  if (level > 0) noise_function(model)(samples_0_1, level, random);
}

}  // namespace

void add_noise(std::span<float> samples_0_1, NoiseModel model, double level, std::uint64_t seed) {
  check_level(model, level);
  Random random(seed);
  add(samples_0_1, model, level, random);
}

void add_noise(const ConstFrameView& in, const FrameView& out, NoiseModel model, double level,
               std::uint64_t seed, std::uint64_t frame_index) {
  check_level(model, level);
  check_same_shape(in, out, "add_noise");
  const FormatInfo& info = format_info(in.format);
  const float max_code = static_cast<float>(info.max_code());
  std::vector<float> row(in.width);
  for (int c = 0; c < info.component_count; ++c) {
    // A sequence per component: layouts of the same picture get the same noise.
    Random random(seed, frame_index, c);
    const std::span<float> samples(row.data(), info.component_width(c, in.width));
    for (int y = 0; y < info.component_height(c, in.height); ++y) {
      load_codes(in, c, y, samples);
      for (float& x : samples) x /= max_code;
      add(samples, model, level, random);
      for (float& x : samples) x *= max_code;
      store_codes(out, c, y, samples);
    }
  }
  copy_extra_bytes(in, out);
}

}  // namespace denoiseae
