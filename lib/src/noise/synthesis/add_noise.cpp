// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/error.h>
#include <denoiseae/noise.h>

#include <string>
#include <vector>

#include "frame/direct_frame.h"
#include "frame/samples.h"
#include "layout/row_range.h"
#include "noise/synthesis/models.h"
#include "parallel/for_ranges.h"
#include "system/translate_errors.h"

namespace denoiseae {
namespace {

void check_level(NoiseModel model, double level) {
  const NoiseModelInfo& info = noise_model_info(model);
  if (!(level >= 0 && level <= info.max_level))
    throw Error(ErrorCode::bad_argument,
                "the level of " + std::string(info.name) + " noise must be 0 to " +
                    std::to_string(info.max_level) + ", found " + std::to_string(level));
}

// In every model, level 0 means no noise.
void add(std::span<float> samples_0_1, NoiseModel model, double level, Random& random) {
  if (level > 0) noise_function(model)(samples_0_1, level, random);
}

/// Adds noise to some rows of component c. random: the generator as it is before the first row of
/// the component.
void add_to_rows(const ConstFrameView& in, const FrameView& out, int c, RowRange rows,
                 NoiseModel model, double level, Random random) {
  const FormatInfo& info = format_info(in.format);
  const float max_code = static_cast<float>(info.max_code());
  std::vector<float> samples(static_cast<std::size_t>(info.component_width(c, in.width)));
  random.skip(static_cast<std::size_t>(rows.begin) * noise_draws(model, samples.size()));
  for (int y = rows.begin; y < rows.end; ++y) {
    load_codes(in, c, y, samples);
    for (float& x : samples) x /= max_code;
    add(samples, model, level, random);
    for (float& x : samples) x *= max_code;
    store_codes(out, c, y, samples);
  }
}

struct FrameSeed {
  std::uint64_t seed;
  std::uint64_t frame_index;
};

void add_to_frame(const ConstFrameView& in, const FrameView& out, NoiseModel model, double level,
                  FrameSeed seed, ThreadPool* pool) {
  const FormatInfo& info = format_info(in.format);
  const auto width = static_cast<std::size_t>(in.width);
  // If each sample takes a random number, skipping those of other rows takes as long as making
  // them. Then threads do not help.
  const bool shared = pool != nullptr && noise_draws(model, width) < width;
  for (int c = 0; c < info.component_count; ++c) {
    // Each component has its own sequence of random numbers, so that a picture gets the same noise
    // in every layout.
    const Random random(seed.seed, seed.frame_index, static_cast<std::uint64_t>(c));
    for_ranges(shared ? pool : nullptr, info.component_height(c, in.height),
               [&](int begin, int end) {
                 add_to_rows(in, out, c, {begin, end}, model, level, random);
               });
  }
  copy_extra_bytes(in, out);
}

}  // namespace

void add_noise(std::span<float> samples_0_1, NoiseModel model, double level, std::uint64_t seed) {
  check_level(model, level);
  translate_errors([] { return "add_noise"; },
                   [&] {
                     Random random(seed);
                     add(samples_0_1, model, level, random);
                   });
}

void add_noise(const ConstFrameView& in, const FrameView& out, NoiseModel model, double level,
               std::uint64_t seed, std::uint64_t frame_index, ThreadPool* pool) {
  check_level(model, level);
  check_same_shape(in, out, "add_noise");
  translate_errors([] { return "add_noise"; },
                   [&] {
                     with_direct_frames(
                         in, out, pool, [&](const ConstFrameView& from, const FrameView& to) {
                           add_to_frame(from, to, model, level, {seed, frame_index}, pool);
                         });
                   });
}

}  // namespace denoiseae
