// SPDX-License-Identifier: LGPL-2.1-or-later
#include "model/manifest.h"

#include <denoiseae/error.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "layout/noise_map_layout.h"
#include "model/noise_floor_entry.h"

namespace denoiseae {

namespace {

using nlohmann::json;

constexpr char kManifestKey[] = "denoiseae";
constexpr std::string_view kNoiseMapArchitecture = "noise_map";

/// Returns the pixels of the frame, along one axis, that have one position of the network's input.
int pixels_per_position(InputRepresentation domain) {
  if (domain == InputRepresentation::noise_features) return kNoiseCellSide;
  return domain == InputRepresentation::packed_yuv420 ? 2 : 1;
}

[[noreturn]] void fail(ErrorCode code, const std::filesystem::path& source,
                       const std::string& what) {
  throw Error(code, source.string() + ": " + what);
}

json parse_manifest(const TensorFile& file, const std::filesystem::path& source) {
  const auto found = file.metadata.find(kManifestKey);
  if (found == file.metadata.end()) {
    fail(ErrorCode::incompatible_model, source,
         "safetensors without the metadata key \"denoiseae\": not weights of this program (train "
         "some with denoiseae-train)");
  }
  json manifest = json::parse(found->second, nullptr, false);
  if (!manifest.is_object()) {
    fail(ErrorCode::corrupt, source, "the manifest is not a JSON object");
  }
  if (!manifest.contains("format") || !manifest["format"].is_number_integer()) {
    fail(ErrorCode::corrupt, source, "the manifest has no whole number \"format\"");
  }
  if (manifest["format"] != kManifestFormat) {
    fail(ErrorCode::unsupported_version, source,
         "manifest format " + manifest["format"].dump() + ", this build reads format " +
             std::to_string(kManifestFormat) + "; update denoiseae or retrain");
  }
  if (!manifest.contains("architecture") || !manifest["architecture"].is_string()) {
    fail(ErrorCode::corrupt, source, "the manifest has no text \"architecture\"");
  }
  return manifest;
}

std::string shape_text(const auto& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  }
  return text + ")";
}

void check_tensors(const Graph& graph, const TensorFile& file,
                   const std::filesystem::path& source) {
  for (const Parameter& p : graph.parameters()) {
    const auto found = file.tensors.find(p.name);
    if (found == file.tensors.end()) {
      fail(ErrorCode::incompatible_model, source, "tensor \"" + p.name + "\" is missing");
    }
    const Tensor& tensor = found->second;
    const bool same =
        std::equal(p.shape.begin(), p.shape.end(), tensor.shape.begin(), tensor.shape.end());
    if (!same) {
      fail(ErrorCode::incompatible_model, source,
           "tensor \"" + p.name + "\" has shape " + shape_text(tensor.shape) + ", expected " +
               shape_text(p.shape));
    }
    for (float value : tensor.values) {
      if (!std::isfinite(value)) {
        fail(ErrorCode::corrupt, source,
             "tensor \"" + p.name + "\" holds a value that is not finite (training diverged?)");
      }
    }
  }
  if (file.tensors.size() != graph.parameters().size()) {
    for (const auto& entry : file.tensors) {
      const std::string& name = entry.first;
      const auto& all = graph.parameters();
      const bool known =
          std::any_of(all.begin(), all.end(), [&](const Parameter& p) { return p.name == name; });
      if (!known) {
        fail(ErrorCode::incompatible_model, source,
             "tensor \"" + name + "\" is not one of this architecture");
      }
    }
  }
}

/// Takes the tensors of the network that estimates noise out of the file.
std::shared_ptr<const detail::ModelData> take_noise_map(const json& entry, TensorFile& file,
                                                        const std::filesystem::path& source) {
  if (!entry.is_object())
    fail(ErrorCode::corrupt, source, "manifest entry \"noise_map\" is no object");
  auto data = std::make_shared<detail::ModelData>();
  data->domain = InputRepresentation::noise_features;
  try {
    data->graph =
        find_architecture(kNoiseMapArchitecture).build(entry.value("settings", json::object()));
  } catch (const Error& e) {
    fail(e.code(), source, e.what());
  }
  TensorFile own;
  for (auto at = file.tensors.begin(); at != file.tensors.end();) {
    if (!at->first.starts_with(kNoiseMapPrefix)) {
      ++at;
      continue;
    }
    own.tensors.emplace(at->first.substr(kNoiseMapPrefix.size()), std::move(at->second));
    at = file.tensors.erase(at);
  }
  check_tensors(data->graph, own, source);
  data->tensors = std::move(own.tensors);
  return data;
}

}  // namespace

std::shared_ptr<const Model> make_model(TensorFile file, const std::filesystem::path& source) {
  auto data = std::make_shared<detail::ModelData>();
  const json manifest = parse_manifest(file, source);
  const json settings = manifest.value("settings", json::object());
  const Architecture* architecture = nullptr;
  try {
    architecture = &find_architecture(manifest["architecture"].get<std::string>());
    data->graph = architecture->build(settings);
  } catch (const Error& e) {
    fail(e.code(), source, e.what());
  }
  data->domain = architecture->domain;
  if (manifest.value("domain", json()) != to_string(data->domain)) {
    fail(ErrorCode::incompatible_model, source,
         "domain " + manifest.value("domain", json()).dump() + ", architecture " +
             std::string(architecture->name) + " has \"" + to_string(data->domain) + "\"");
  }
  if (data->domain == InputRepresentation::packed_yuv420 && manifest.contains("noise_map"))
    data->noise_map = take_noise_map(manifest["noise_map"], file, source);
  check_tensors(data->graph, file, source);
  try {
    data->scales = read_scales(manifest, data->graph.quantisation());
    data->noise_floor = read_noise_floor(manifest);
  } catch (const Error& e) {
    fail(e.code(), source, e.what());
  }
  data->tensors = std::move(file.tensors);

  const Graph& graph = data->graph;
  ModelInfo& info = data->info;
  info.path = source;
  info.name = source.stem() == "weights" ? source.parent_path().filename().string()
                                         : source.stem().string();
  info.architecture = architecture->name;
  info.manifest = file.metadata.at(kManifestKey);
  info.parameters = graph.parameter_count();
  const Node& input = graph.input_node();
  const int scale = pixels_per_position(data->domain);
  const int height = input.height != 0 ? input.height : graph.alignment();
  const int width = input.width != 0 ? input.width : graph.alignment();
  info.macs_per_pixel = graph.macs_per_position(height, width) / (scale * scale);
  if (data->noise_map) {
    const Graph& map = data->noise_map->graph;
    info.parameters += map.parameter_count();
    info.macs_per_pixel +=
        map.macs_per_position(map.alignment(), map.alignment()) / (kNoiseCellSide * kNoiseCellSide);
  }
  info.receptive_field_pixels = graph.receptive_field() * scale;
  info.fixed_width = input.width * scale;
  info.fixed_height = input.height * scale;
  return std::make_shared<Model>(std::move(data));
}

json make_manifest(const Architecture& architecture, const json& settings) {
  return {{"format", kManifestFormat},
          {"architecture", architecture.name},
          {"settings", architecture.complete(settings)},
          {"domain", to_string(architecture.domain)}};
}

void add_noise_map(const detail::ModelData& noise_map, json& manifest,
                   std::map<std::string, Tensor>& tensors) {
  const json own = json::parse(noise_map.info.manifest);
  manifest["noise_map"] = {{"settings", own.value("settings", json::object())},
                           {"training", own.value("training", json::object())}};
  for (const auto& [name, tensor] : noise_map.tensors)
    tensors.insert_or_assign(std::string(kNoiseMapPrefix) + name, tensor);
}

void save_model(const std::filesystem::path& path, const json& manifest,
                std::map<std::string, Tensor> tensors) {
  write_safetensors(path, {std::move(tensors), {{kManifestKey, manifest.dump()}}});
}

}  // namespace denoiseae
