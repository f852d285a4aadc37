// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/paper.h"

#include <denoiseae/error.h>

#include <nlohmann/json.hpp>

#include "net/settings.h"

namespace denoiseae {

namespace {

constexpr std::size_t kMaxFilters = 5;

}  // namespace

Graph build_paper(const nlohmann::json& settings) {
  const int width = setting_int(settings["width"], "width", 1, 512);
  const int height = setting_int(settings["height"], "height", 1, 512);
  const int depth = setting_int(settings["depth"], "depth", 1, 3);
  const int latent = setting_int(settings["latent"], "latent", 1, 4096);
  const std::vector<int> filters =
      setting_list(settings["filters"], "filters", 1, 512, kMaxFilters);
  const std::string name = settings["activation"].get<std::string>();
  const double slope = settings["slope"].get<double>();
  const int total_stride = 1 << filters.size();
  if (filters.empty() || width % total_stride != 0 || height % total_stride != 0 ||
      !(slope >= 0 && slope < 1) || (name != "leaky_relu" && name != "relu") || depth == 2) {
    throw Error(ErrorCode::incompatible_model,
                "paper settings " + settings.dump() +
                    ": expected 1 to 5 filters, width and height divisible by 2 for each of them, "
                    "depth 1 or 3, activation leaky_relu or relu, and a slope from 0 to below 1");
  }
  const Activation act = name == "relu" ? Activation::relu : Activation::leaky_relu;

  Graph g(static_cast<float>(slope), Init::glorot);
  NodeId x = g.input(depth, height, width);
  for (std::size_t i = 0; i < filters.size(); ++i) {
    const std::string n = std::to_string(i + 1);
    x = g.batch_norm("enc_bn" + n, g.conv("enc" + n, x, filters[i], 3, 2, act));
  }
  const Shape volume{filters.back(), height / total_stride, width / total_stride};
  x = g.dense("latent", x, latent, Activation::none);
  x = g.dense("expand", x, volume.channels * volume.height * volume.width, Activation::none);
  x = g.reshape(x, volume);
  for (std::size_t i = filters.size(); i-- > 0;) {
    const std::string n = std::to_string(i + 1);
    x = g.batch_norm("dec_bn" + n, g.transposed_conv("dec" + n, x, filters[i], 3, 2, act));
  }
  g.set_output(g.transposed_conv("tail", x, depth, 3, 1, Activation::sigmoid));
  return g;
}

}  // namespace denoiseae
