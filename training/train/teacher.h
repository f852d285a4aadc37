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
  /// model: what load_model finds. device: that of the frames. Throws incompatible_model if it
  /// takes other input than student, and what load_model throws.
  Teacher(const std::string& model, const Graph& student, InputRepresentation domain,
          torch::Device device);

  /// sequence_loss of outputs by what the teacher returns for the same frames, with a past of its
  /// own. By any threads.
  torch::Tensor loss(const std::vector<torch::Tensor>& outputs, const torch::Tensor& frames,
                     Loss loss, const SequenceMode& mode);

 private:
  GraphModule network_;
};

}  // namespace denoiseae
