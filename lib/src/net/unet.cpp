// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/unet.h"

#include <denoiseae/error.h>

#include <nlohmann/json.hpp>

#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "net/settings.h"

namespace denoiseae {

namespace {

constexpr std::size_t kMaxLevels = 6;
constexpr std::size_t kMaxGateWidths = 8;

struct UnetSettings {
  std::vector<int> widths;
  std::vector<int> encoder;
  std::vector<int> decoder;
  float slope;
  int skip;       // kernel of the linear convolution from the first value to the last; 0 = none
  int frame = 0;  // kernel of a second head, which reads the frame itself; 0 = none
  bool residual;  // whether every second convolution of a level adds what the pair started from
};

bool is_kernel(int size) { return size == 0 || size % 2 == 1; }

UnetSettings read_settings(const char* architecture, const nlohmann::json& settings) {
  UnetSettings s{setting_list(settings["widths"], "widths", 1, 512, kMaxLevels),
                 setting_list(settings["encoder"], "encoder", 0, 32, kMaxLevels),
                 setting_list(settings["decoder"], "decoder", 0, 32, kMaxLevels),
                 settings["slope"].get<float>(),
                 setting_int(settings["skip"], "skip", 0, 7),
                 0,
                 setting_int(settings["residual"], "residual", 0, 1) == 1};
  if (settings.contains("frame")) s.frame = setting_int(settings["frame"], "frame", 0, 7);
  if (s.widths.empty() || s.encoder.size() != s.widths.size() ||
      s.decoder.size() + 1 != s.widths.size() || !(s.slope >= 0 && s.slope < 1) ||
      !is_kernel(s.skip) || !is_kernel(s.frame)) {
    throw Error(
        ErrorCode::incompatible_model,
        std::string(architecture) + " settings " + settings.dump() +
            ": expected 1 to 6 widths, as many encoder entries, one decoder entry less, and "
            "a slope from 0 to below 1, skip and frame odd or 0");
  }
  return s;
}

Activation activation_of(const UnetSettings& s) {
  return s.slope == 0 ? Activation::relu : Activation::leaky_relu;
}

/// 3x3 convolutions of one level, named prefix and a number from 1 on.
NodeId append_level(Graph& g, NodeId x, const std::string& prefix, int count, int width,
                    const UnetSettings& s) {
  const Activation act = activation_of(s);
  NodeId start = x;
  for (int i = 1; i <= count; ++i) {
    const std::string name = prefix + std::to_string(i);
    if (s.residual && i % 2 == 0) {
      x = start = g.add(g.conv(name, x, width, 3, 1, Activation::none), start, act);
    } else {
      x = g.conv(name, x, width, 3, 1, act);
    }
  }
  return x;
}

/// Returns the noise in x's first planes, kPackedChannels. frame: only for networks with a state.
NodeId append_unet(Graph& g, NodeId x, const UnetSettings& s, NodeId frame = 0) {
  const Activation act = activation_of(s);
  const std::size_t levels = s.widths.size();
  const NodeId first = x;
  if (s.frame == 0) {
    x = g.conv("head", x, s.widths[0], 3, 1, act);
  } else {
    x = g.add(g.conv("head", x, s.widths[0], 3, 1, Activation::none),
              g.silent_conv("frame", frame, s.widths[0], s.frame), act);
  }
  std::vector<NodeId> skips;
  for (std::size_t level = 0; level < levels; ++level) {
    const std::string n = std::to_string(level + 1);
    if (level > 0) x = g.conv("down" + n, x, s.widths[level], 2, 2, act);
    x = append_level(g, x, "enc" + n + "_", s.encoder[level], s.widths[level], s);
    skips.push_back(x);
  }
  for (std::size_t level = levels - 1; level-- > 0;) {
    const std::string n = std::to_string(level + 1);
    x = g.add(g.subpixel_conv("up" + n, x, s.widths[level]), skips[level], act);
    x = append_level(g, x, "dec" + n + "_", s.decoder[level], s.widths[level], s);
  }
  x = g.conv("tail", x, kPackedChannels, 3, 1, Activation::none);
  if (s.skip == 0) return x;
  return g.add(x, g.conv("skip", first, kPackedChannels, s.skip, 1, Activation::none),
               Activation::none);
}

}  // namespace

Graph build_unet(const nlohmann::json& settings) {
  const UnetSettings s = read_settings("unet", settings);
  Graph g(s.slope);
  g.set_output(append_unet(g, g.input(kPackedInputChannels), s));
  return g;
}

Graph build_recurrent_unet(const nlohmann::json& settings) {
  const UnetSettings s = read_settings("recurrent_unet", settings);
  const std::vector<int> gate_widths =
      setting_list(settings["gate"], "gate", 1, 128, kMaxGateWidths);

  Graph g(s.slope);
  const NodeId frame = g.input(kPackedInputChannels);
  NodeId state = g.state();
  NodeId gate = g.change_features(frame, state);
  for (std::size_t i = 0; i < gate_widths.size(); ++i) {
    gate = g.conv("gate" + std::to_string(i + 1), gate, gate_widths[i], 3, 1, activation_of(s));
  }
  gate = g.conv("gate", gate, kGateChannels, 3, 1, Activation::sigmoid);
  state = g.temporal_update(frame, state, gate);
  const NodeId residual = append_unet(g, g.spatial_input(frame, state), s, frame);
  g.set_state(g.update_state(state, residual));
  g.set_output(g.add_innovation(frame, state, residual));
  return g;
}

}  // namespace denoiseae
