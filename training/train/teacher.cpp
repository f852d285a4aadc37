// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/teacher.h"

#include <denoiseae/error.h>
#include <denoiseae/model.h>

#include "model/model_data.h"

namespace denoiseae {

namespace {

GraphModule checked(const std::string& model, const Graph& student, InputRepresentation domain) {
  const auto loaded = load_model(model);
  const detail::ModelData& data = loaded->data();
  const Node& given = data.graph.input_node();
  const Node& wanted = student.input_node();
  if (data.domain != domain || given.channels != wanted.channels || given.width != wanted.width ||
      given.height != wanted.height) {
    throw Error(ErrorCode::incompatible_model,
                "training.teacher: expected a network that takes the same pictures as this one, "
                "found " +
                    data.info.architecture + " in " + data.info.path.string() +
                    "; give one like it, with more channels");
  }
  return {data.graph, data.tensors};
}

}  // namespace

Teacher::Teacher(const std::string& model, const Graph& student, InputRepresentation domain,
                 torch::Device device)
    : network_(checked(model, student, domain)) {
  network_.to(device);
}

torch::Tensor Teacher::loss(const std::vector<torch::Tensor>& outputs, const torch::Tensor& frames,
                            Loss loss, const SequenceMode& mode) {
  std::vector<torch::Tensor> wanted;
  {
    torch::NoGradGuard no_grad;
    wanted = run_sequence(network_, frames,
                          {.mode = Mode::run,
                           .compute = mode.compute,
                           .motion = mode.motion,
                           .noise_map = mode.noise_map});
  }
  return sequence_loss(outputs, torch::stack(wanted, 1), loss);
}

}  // namespace denoiseae
