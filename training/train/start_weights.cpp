// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/start_weights.h"

#include <denoiseae/error.h>

#include <map>
#include <string>

#include "model/safetensors.h"

namespace denoiseae {

void take_weights(const std::filesystem::path& file, GraphModule& network, const LogCallback& log) {
  const TensorFile given = read_safetensors(file);
  std::map<std::string, Tensor> state = network.state();
  int taken = 0;
  for (auto& [name, tensor] : state) {
    const auto found = given.tensors.find(name);
    if (found == given.tensors.end() || found->second.shape != tensor.shape) continue;
    tensor = found->second;
    ++taken;
  }
  if (taken == 0) {
    throw Error(ErrorCode::incompatible_model,
                "training.start: expected tensors with the names and shapes of this network in " +
                    file.string() + ", found none; give weights of a network like this one");
  }
  network.set_state(state);
  log(LogLevel::info, file.string() + ": " + std::to_string(taken) + " of " +
                          std::to_string(state.size()) + " tensors taken");
}

}  // namespace denoiseae
