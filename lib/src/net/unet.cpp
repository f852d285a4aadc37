// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/unet.h"

#include "net/settings.h"
#include "planes.h"

namespace denoiseae {

namespace {

std::vector<int> int_list(const nlohmann::json& list, const std::string& key, int low, int high) {
  std::vector<int> result;
  for (const nlohmann::json& value : list) result.push_back(setting_int(value, key, low, high));
  return result;
}

}  // namespace

Graph build_unet(const nlohmann::json& given) {
  const nlohmann::json settings = complete_settings("unet", kUnetDefaults, given);
  const std::vector<int> widths = int_list(settings["widths"], "widths", 1, 512);
  const std::vector<int> encoder = int_list(settings["encoder"], "encoder", 0, 32);
  const std::vector<int> decoder = int_list(settings["decoder"], "decoder", 0, 32);
  const double slope = settings["slope"].get<double>();
  if (widths.empty() || widths.size() > 6 || encoder.size() != widths.size() ||
      decoder.size() + 1 != widths.size() || !(slope >= 0 && slope < 1)) {
    throw Error(
        ErrorCode::incompatible_model,
        "unet settings " + settings.dump() +
            ": expected 1 to 6 widths, as many encoder entries, one decoder entry less, and "
            "a slope from 0 to below 1");
  }
  const Activation act = slope == 0 ? Activation::relu : Activation::leaky_relu;
  const std::size_t levels = widths.size();

  Graph g(static_cast<float>(slope));
  NodeId x = g.conv("head", g.input(kPackedInputChannels), widths[0], 3, 1, act);
  std::vector<NodeId> skips;
  for (std::size_t level = 0; level < levels; ++level) {
    const std::string n = std::to_string(level + 1);
    if (level > 0) x = g.conv("down" + n, x, widths[level], 2, 2, act);
    for (int i = 0; i < encoder[level]; ++i) {
      x = g.conv("enc" + n + "_" + std::to_string(i + 1), x, widths[level], 3, 1, act);
    }
    skips.push_back(x);
  }
  for (std::size_t level = levels - 1; level-- > 0;) {
    const std::string n = std::to_string(level + 1);
    x = g.add(g.upconv("up" + n, x, widths[level]), skips[level], act);
    for (int i = 0; i < decoder[level]; ++i) {
      x = g.conv("dec" + n + "_" + std::to_string(i + 1), x, widths[level], 3, 1, act);
    }
  }
  g.set_output(g.conv("tail", x, kPackedChannels, 3, 1, Activation::none));
  return g;
}

}  // namespace denoiseae
