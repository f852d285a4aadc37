// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/blind_levels.h"

#include "engine/torch/state_warp.h"
#include "layout/noise_map_layout.h"
#include "layout/packed_layout.h"
#include "noise/conditioning/noise_map.h"
#include "noise/estimation/noise_features.h"

namespace denoiseae {

BlindLevels::BlindLevels(const detail::ModelData& noise_map, torch::Device device,
                         std::int64_t samples, int height, int width)
    : height_(2 * height), width_(2 * width), network_(noise_map.graph, noise_map.tensors) {
  network_.to(device);
  for (std::int64_t i = 0; i < samples; ++i) {
    streams_.push_back({FrameCodes({nullptr, kPackedChannels, height, width}),
                        NoiseMapState(height_ / kNoiseBlockSide, width_ / kNoiseBlockSide)});
  }
}

torch::Tensor BlindLevels::tell(const torch::Tensor& frame,
                                const std::vector<MotionField>& fields) {
  torch::NoGradGuard no_grad;
  torch::Tensor told = frame.to(torch::kCPU).clone(torch::MemoryFormat::ChannelsLast);
  std::vector<std::int64_t> blind;
  for (std::int64_t i = 0; i < told.size(0); ++i)
    if (sample_of(told, i).data[kLumaNoiseChannel] < 0) blind.push_back(i);
  if (blind.empty()) return frame;

  torch::Tensor features =
      torch::empty({static_cast<std::int64_t>(blind.size()), kNoiseFeatureChannels,
                    height_ / kNoiseCellSide, width_ / kNoiseCellSide},
                   torch::TensorOptions(torch::kFloat32))
          .contiguous(torch::MemoryFormat::ChannelsLast);
  std::vector<NoisyFrames> frames;
  for (std::size_t k = 0; k < blind.size(); ++k) {
    const auto sample = static_cast<std::size_t>(blind[k]);
    FrameCodes& codes = streams_[sample].codes;
    codes.take_rows(0, sample_of(told, blind[k]), true);
    frames.push_back({codes.planes(), codes.previous_planes(),
                      fields.empty() ? nullptr : &fields[sample], height_, width_});
    read_noise_features(frames.back(), 0, sample_of(features, static_cast<std::int64_t>(k)));
  }
  const torch::Tensor maps = network_.forward(features.to(network_.device()), Mode::run)
                                 .to(torch::kCPU)
                                 .contiguous(torch::MemoryFormat::ChannelsLast);
  for (std::size_t k = 0; k < blind.size(); ++k) {
    Stream& stream = streams_[static_cast<std::size_t>(blind[k])];
    stream.state.update(sample_of(maps, static_cast<std::int64_t>(k)), frames[k], nullptr);
    fill_block_levels(stream.state.levels(), 1, 1, 0, sample_of(told, blind[k]));
    stream.codes.commit();
  }
  return told.to(frame.device());
}

double BlindLevels::luma_level(std::int64_t sample) const {
  const NoiseMapState& state = streams_[static_cast<std::size_t>(sample)].state;
  return state.is_known() ? state.luma_level() : 0;
}

}  // namespace denoiseae
