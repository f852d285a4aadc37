// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <torch/types.h>

#include <vector>

#include "engine/torch/graph_module.h"
#include "frame/frame_codes.h"
#include "model/model_data.h"
#include "motion/motion_field.h"
#include "noise/estimation/noise_map_state.h"

namespace denoiseae {

/// Tells the noise levels of the samples of a batch that do not tell theirs (data/sampler.h), frame
/// by frame, as streams do. The frames have to come in order.
class BlindLevels {
 public:
  /// noise_map: a model of the architecture noise_map, which must outlive the object. samples,
  /// height, width: of the packed planes of the batch.
  BlindLevels(const detail::ModelData& noise_map, torch::Device device, std::int64_t samples,
              int height, int width);

  /// Returns the frame, N x kPackedInputChannels x H x W, with the levels filled in. fields: how
  /// the frame has moved since the one before; empty where nothing of that is known.
  torch::Tensor tell(const torch::Tensor& frame, const std::vector<MotionField>& fields);
  /// Returns the luma level of the last frame of a sample in codes; 0 before the first one.
  double luma_level(std::int64_t sample) const;

 private:
  struct Stream {
    FrameCodes codes;
    NoiseMapState state;
  };

  int height_;
  int width_;
  GraphModule network_;
  std::vector<Stream> streams_;  ///< one for each sample
};

}  // namespace denoiseae
