// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/checkpoint.h"

#include <denoiseae/error.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "model/safetensors.h"

namespace denoiseae {

namespace {

constexpr char kFile[] = "state.safetensors";
constexpr char kWeights[] = "weights/";
constexpr char kAverage[] = "average/";
constexpr char kScales[] = "scales/";            ///< then the name: the scale of each set
constexpr char kScaleLevels[] = "scale_levels";  ///< the level of each set
constexpr char kFirstMoment[] = "optimizer/first_moment";
constexpr char kSecondMoment[] = "optimizer/second_moment";

torch::Tensor row_of(const TensorFile& file, const char* name) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end()) {
    throw Error(ErrorCode::incompatible_model,
                "checkpoint tensor \"" + std::string(name) + "\" is missing");
  }
  const std::vector<float>& values = found->second.values;
  return torch::tensor(c10::ArrayRef<float>(values));
}

void add_weights(TensorFile& file, const std::string& prefix, const GraphModule& network) {
  for (const auto& [name, t] : network.tensors()) file.tensors[prefix + name] = plain_copy(t);
}

std::map<std::string, Tensor> weights_of(const TensorFile& file, const std::string& prefix,
                                         const GraphModule& network) {
  std::map<std::string, Tensor> weights;
  for (const auto& [name, t] : network.tensors()) {
    const auto found = file.tensors.find(prefix + name);
    if (found != file.tensors.end()) weights[name] = found->second;
  }
  return weights;
}

void add_scale_sets(TensorFile& file, const ScaleSets& sets) {
  if (sets.empty()) return;
  Tensor levels{{static_cast<std::int64_t>(sets.size())}, {}};
  for (const ScaleSet& set : sets) {
    levels.values.push_back(static_cast<float>(set.highest_level));
    for (const auto& [name, scale] : set.scales) {
      Tensor& scales = file.tensors[kScales + name];
      scales.shape = levels.shape;
      scales.values.push_back(scale);
    }
  }
  file.tensors[kScaleLevels] = levels;
}

ScaleSets scale_sets_of(const TensorFile& file) {
  ScaleSets sets;
  for (const auto& [name, t] : file.tensors) {
    if (!name.starts_with(kScales)) continue;
    sets.resize(t.values.size());
    for (std::size_t i = 0; i < sets.size(); ++i)
      sets[i].scales[name.substr(sizeof kScales - 1)] = t.values[i];
  }
  // Checkpoints of versions before 0.3 have one set and no levels.
  const auto levels = file.tensors.find(kScaleLevels);
  if (levels == file.tensors.end()) return sets;
  for (std::size_t i = 0; i < sets.size() && i < levels->second.values.size(); ++i)
    sets[i].highest_level = levels->second.values[i];
  return sets;
}

}  // namespace

void save_checkpoint(const std::filesystem::path& folder, const GraphModule& network,
                     const GraphModule* average, const Optimizer& optimizer, const Progress& p) {
  TensorFile file;
  add_weights(file, kWeights, network);
  if (average != nullptr) add_weights(file, kAverage, *average);
  add_scale_sets(file, network.scale_sets());
  const Optimizer::State& state = optimizer.state();
  file.tensors[kFirstMoment] = plain_copy(state.first_moment);
  file.tensors[kSecondMoment] = plain_copy(state.second_moment);
  const nlohmann::json progress = {
      {"step", p.step},           {"best_loss", p.best_loss}, {"best_psnr", p.best_db},
      {"best_step", p.best_step}, {"loss_sum", p.loss_sum},   {"loss_count", p.loss_count},
      {"seconds", p.seconds},     {"date", p.date},           {"updates", state.updates}};
  file.metadata["progress"] = progress.dump();
  std::filesystem::create_directories(folder);
  write_safetensors(folder / kFile, file);
}

bool has_checkpoint(const std::filesystem::path& folder) {
  return std::filesystem::exists(folder / kFile);
}

std::optional<Progress> load_checkpoint(const std::filesystem::path& folder, GraphModule& network,
                                        GraphModule* average, Optimizer& optimizer) {
  if (!has_checkpoint(folder)) return std::nullopt;
  const TensorFile file = read_safetensors(folder / kFile);
  Progress p;
  std::int64_t updates = 0;
  try {
    const nlohmann::json progress = nlohmann::json::parse(file.metadata.at("progress"));
    p.step = progress.at("step");
    p.best_loss = progress.at("best_loss");
    p.best_db = progress.at("best_psnr");
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
  optimizer.set_state({row_of(file, kFirstMoment), row_of(file, kSecondMoment), updates});
  network.set_state(weights_of(file, kWeights, network));
  if (average != nullptr) {
    const auto mean = weights_of(file, kAverage, *average);
    average->set_state(mean.empty() ? network.state() : mean);
  }
  const ScaleSets sets = scale_sets_of(file);
  network.quantise_activations(sets);
  if (average != nullptr) average->quantise_activations(sets);
  return p;
}

}  // namespace denoiseae
