// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/noise_map.h"

#include <denoiseae/error.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "layout/noise_map_layout.h"
#include "net/settings.h"

namespace denoiseae {

namespace {

/// The level, among the widths, whose positions have 2x2 blocks of the map each.
constexpr std::size_t kBlockLevel = 1;
constexpr std::size_t kMaxLevels = 6;

struct NoiseMapSettings {
  int cell;
  std::vector<int> widths;
  std::vector<int> encoder;
  std::vector<int> decoder;
  double slope;
};

NoiseMapSettings read_settings(const nlohmann::json& settings) {
  NoiseMapSettings s{setting_int(settings["cell"], "cell", 0, 4),
                     setting_list(settings["widths"], "widths", 1, 512, kMaxLevels),
                     setting_list(settings["encoder"], "encoder", 0, 8, kMaxLevels),
                     setting_list(settings["decoder"], "decoder", 0, 8, kMaxLevels),
                     settings["slope"].get<double>()};
  const std::size_t levels = s.widths.size();
  if (levels < 2 || s.encoder.size() != levels || s.decoder.size() != levels - 2 ||
      !(s.slope >= 0 && s.slope < 1)) {
    throw Error(ErrorCode::incompatible_model,
                "noise_map settings " + settings.dump() +
                    ": expected 2 to 6 widths, as many encoder entries, two decoder entries less, "
                    "and a slope from 0 to below 1");
  }
  return s;
}

}  // namespace

Graph build_noise_map(const nlohmann::json& settings) {
  const NoiseMapSettings s = read_settings(settings);
  const Activation act = s.slope == 0 ? Activation::relu : Activation::leaky_relu;
  Graph g(static_cast<float>(s.slope));
  const auto convolutions = [&](NodeId x, const std::string& name, int count, int width,
                                int kernel) {
    for (int i = 1; i <= count; ++i)
      x = g.conv(name + "_" + std::to_string(i), x, width, kernel, 1, act);
    return x;
  };

  NodeId x = convolutions(g.input(kNoiseFeatureChannels), "cell", s.cell, kNoiseFeatureChannels, 1);
  std::vector<NodeId> skips;
  for (std::size_t level = 0; level < s.widths.size(); ++level) {
    const std::string n = std::to_string(level + 1);
    x = g.conv("down" + n, x, s.widths[level], 2, 2, act);
    x = convolutions(x, "enc" + n, s.encoder[level], s.widths[level], 3);
    skips.push_back(x);
  }
  for (std::size_t level = s.widths.size() - 1; level-- > kBlockLevel;) {
    const std::string n = std::to_string(level + 1);
    x = g.add(g.subpixel_conv("up" + n, x, s.widths[level]), skips[level], act);
    x = convolutions(x, "dec" + n, s.decoder[level - kBlockLevel], s.widths[level], 3);
  }
  g.set_output(g.subpixel_conv("levels", x, kNoiseMapChannels));
  return g;
}

}  // namespace denoiseae
