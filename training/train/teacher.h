// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <vector>

#include "engine/torch/graph_module.h"
#include "train/config.h"
#include "train/sequence.h"

namespace denoiseae {

/// A trained network whose results another one learns from (distillation, after Hinton et al.,
/// "Distilling the Knowledge in a Neural Network", 2015).
class Teacher {
 public:
  /// model: a name or path for load_model. device: that of the frames. Throws incompatible_model if
  /// the model takes other input than student, and what load_model throws.
  Teacher(const std::string& model, const Graph& student, InputRepresentation domain,
          torch::Device device);

  /// Returns sequence_loss of outputs against what the teacher returns for the same frames, with a
  /// recurrent state of its own. Any threads may call it.
  torch::Tensor loss(const std::vector<torch::Tensor>& outputs, const torch::Tensor& frames,
                     Loss loss, const SequenceMode& mode);

 private:
  GraphModule network_;
};

}  // namespace denoiseae
