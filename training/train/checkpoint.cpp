// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/checkpoint.h"

#include <denoiseae/error.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace denoiseae {

namespace {

constexpr char kFile[] = "state.safetensors";
constexpr char kWeights[] = "weights/";
constexpr char kFirstMoment[] = "adam_first/";
constexpr char kSecondMoment[] = "adam_second/";

/// A tensor of the file in the layout of the parameter that it belongs to.
torch::Tensor like(const torch::Tensor& parameter, const TensorFile& file,
                   const std::string& name) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end() || found->second.shape != parameter.sizes().vec()) {
    throw Error(ErrorCode::incompatible_model,
                "checkpoint tensor \"" + name + "\" is missing or has another shape");
  }
  torch::NoGradGuard no_grad;
  torch::Tensor t = torch::zeros_like(parameter);
  t.copy_(torch::from_blob(const_cast<float*>(found->second.values.data()), parameter.sizes()));
  return t.detach();
}

std::string key_of(const torch::Tensor& parameter) {
  return c10::guts::to_string(parameter.unsafeGetTensorImpl());
}

}  // namespace

void save_checkpoint(const std::filesystem::path& folder, const GraphModule& network,
                     torch::optim::Adam& optimizer, const Progress& p) {
  TensorFile file;
  std::int64_t updates = 0;
  for (const auto& [name, t] : network.tensors()) {
    file.tensors[kWeights + name] = plain_copy(t);
    const auto found = optimizer.state().find(key_of(t));
    if (found == optimizer.state().end()) continue;
    auto& state = static_cast<torch::optim::AdamParamState&>(*found->second);
    file.tensors[kFirstMoment + name] = plain_copy(state.exp_avg());
    file.tensors[kSecondMoment + name] = plain_copy(state.exp_avg_sq());
    updates = state.step();
  }
  const nlohmann::json progress = {{"step", p.step},
                                   {"best", p.best},
                                   {"best_step", p.best_step},
                                   {"loss_sum", p.loss_sum},
                                   {"loss_count", p.loss_count},
                                   {"seconds", p.seconds},
                                   {"date", p.date},
                                   {"updates", updates}};
  file.metadata["progress"] = progress.dump();
  std::filesystem::create_directories(folder);
  write_safetensors(folder / kFile, file);
}

bool has_checkpoint(const std::filesystem::path& folder) {
  return std::filesystem::exists(folder / kFile);
}

std::optional<Progress> load_checkpoint(const std::filesystem::path& folder, GraphModule& network,
                                        torch::optim::Adam& optimizer) {
  if (!has_checkpoint(folder)) return std::nullopt;
  const TensorFile file = read_safetensors(folder / kFile);
  Progress p;
  std::int64_t updates = 0;
  try {
    const nlohmann::json progress = nlohmann::json::parse(file.metadata.at("progress"));
    p.step = progress.at("step");
    p.best = progress.at("best");
    p.best_step = progress.at("best_step");
    p.loss_sum = progress.at("loss_sum");
    p.loss_count = progress.at("loss_count");
    p.seconds = progress.at("seconds");
    p.date = progress.at("date");
    updates = progress.at("updates");
  } catch (const std::exception&) {
    throw Error(ErrorCode::corrupt,
                (folder / kFile).string() + ": not a checkpoint of this program");
  }
  std::map<std::string, Tensor> weights;
  for (const auto& [name, t] : network.tensors()) {
    const auto found = file.tensors.find(kWeights + name);
    if (found != file.tensors.end()) weights[name] = found->second;
    if (!t.requires_grad()) continue;
    if (updates > 0) {
      auto state = std::make_unique<torch::optim::AdamParamState>();
      state->step(updates);
      state->exp_avg(like(t, file, kFirstMoment + name));
      state->exp_avg_sq(like(t, file, kSecondMoment + name));
      optimizer.state()[key_of(t)] = std::move(state);
    }
  }
  network.set_state(weights);
  return p;
}

}  // namespace denoiseae
