// SPDX-License-Identifier: LGPL-2.1-or-later
#include "model/manifest.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "layout/noise_map_layout.h"
#include "model/noise_floor_entry.h"
#include "model/strict_json.h"
#include "model/weights_file.h"

namespace denoiseae {

namespace {

using nlohmann::json;

constexpr std::string_view kNoiseMapArchitecture = "noise_map";
/// No network has more parameters: 1 GiB of them. Files can promise any number.
constexpr std::int64_t kMaxParameters = std::int64_t{1} << 28;

/// Returns the pixels of the frame, along one axis, that have one position of the network's input.
int pixels_per_position(InputRepresentation domain) {
  if (domain == InputRepresentation::noise_features) return kNoiseCellSide;
  return domain == InputRepresentation::packed_yuv420 ? 2 : 1;
}

[[noreturn]] void fail(ErrorCode code, const std::filesystem::path& source,
                       const std::string& what) {
  throw Error(code, source.string() + ": " + what);
}

/// Calls body. What it throws names the source afterwards, and JSON that is not what body expects
/// makes the file corrupt.
template <typename Body>
auto name_source(const std::filesystem::path& source, const Body& body) -> decltype(body()) {
  try {
    return body();
  } catch (const Error& e) {
    fail(e.code(), source, e.what());
  } catch (const json::exception& e) {
    fail(ErrorCode::corrupt, source,
         std::string("the manifest holds a value that cannot be read: ") + e.what());
  }
}

json parse_manifest(const std::string& text, const std::filesystem::path& source) {
  json manifest = parse_strictly(text, "the manifest", source.string());
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

/// The names and shapes of a file's tensors, and whether a network has asked for each of them.
struct ShapeList {
  const TensorHeader& header;
  std::set<std::string> asked;
};

/// Checks that the file has the parameters of a graph. Their names begin with prefix there.
void check_shapes(const Graph& graph, std::string_view prefix, ShapeList& list) {
  if (graph.parameter_count() > kMaxParameters) {
    throw Error(ErrorCode::incompatible_model,
                "a network of " + std::to_string(graph.parameter_count()) +
                    " parameters, at most " + std::to_string(kMaxParameters) + " are allowed");
  }
  for (const Parameter& p : graph.parameters()) {
    const std::string name = std::string(prefix) + p.name;
    const auto found = list.header.tensors.find(name);
    if (found == list.header.tensors.end())
      throw Error(ErrorCode::incompatible_model, "tensor \"" + name + "\" is missing");
    const auto& shape = found->second.shape;
    if (!std::equal(p.shape.begin(), p.shape.end(), shape.begin(), shape.end())) {
      throw Error(ErrorCode::incompatible_model, "tensor \"" + name + "\" has shape " +
                                                     shape_text(shape) + ", expected " +
                                                     shape_text(p.shape));
    }
    list.asked.insert(name);
  }
}

void check_that_all_are_asked_for(const ShapeList& list) {
  for (const auto& entry : list.header.tensors)
    if (!list.asked.contains(entry.first))
      throw Error(ErrorCode::incompatible_model,
                  "tensor \"" + entry.first + "\" is not one of this architecture");
}

/// Builds the network of the manifest's entry "noise_map".
std::shared_ptr<detail::ModelData> describe_noise_map(const json& entry) {
  if (!entry.is_object())
    throw Error(ErrorCode::corrupt, "manifest entry \"noise_map\" is no object");
  auto data = std::make_shared<detail::ModelData>();
  data->domain = InputRepresentation::noise_features;
  data->info.architecture = kNoiseMapArchitecture;
  data->info.manifest = entry.dump();
  data->graph =
      find_architecture(kNoiseMapArchitecture).build(entry.value("settings", json::object()));
  return data;
}

/// A model whose values are not there yet.
struct Described {
  std::shared_ptr<detail::ModelData> data;
  std::shared_ptr<detail::ModelData> noise_map;
};

void describe_network(const json& manifest, const TensorHeader& header, Described& made) {
  detail::ModelData& data = *made.data;
  const Architecture& architecture = find_architecture(manifest["architecture"].get<std::string>());
  data.graph = architecture.build(manifest.value("settings", json::object()));
  data.domain = architecture.domain;
  data.info.architecture = architecture.name;
  if (manifest.value("domain", json()) != to_string(data.domain)) {
    throw Error(ErrorCode::incompatible_model,
                "domain " + manifest.value("domain", json()).dump() + ", architecture " +
                    std::string(architecture.name) + " has \"" + to_string(data.domain) + "\"");
  }
  ShapeList list{header, {}};
  check_shapes(data.graph, "", list);
  if (data.domain == InputRepresentation::packed_yuv420 && manifest.contains("noise_map")) {
    made.noise_map = describe_noise_map(manifest["noise_map"]);
    check_shapes(made.noise_map->graph, kNoiseMapPrefix, list);
  }
  check_that_all_are_asked_for(list);
  data.scale_sets = read_scale_sets(manifest, data.graph.quantisation());
  data.noise_floor = read_noise_floor(manifest);
}

void fill_info(Described& made, const std::filesystem::path& source) {
  const detail::ModelData& data = *made.data;
  const Graph& graph = data.graph;
  ModelInfo& info = made.data->info;
  info.path = source;
  info.name = source.stem() == "weights" ? source.parent_path().filename().string()
                                         : source.stem().string();
  info.parameters = graph.parameter_count();
  const Node& input = graph.input_node();
  const int scale = pixels_per_position(data.domain);
  const int height = input.height != 0 ? input.height : graph.alignment();
  const int width = input.width != 0 ? input.width : graph.alignment();
  info.macs_per_pixel = graph.macs_per_position(height, width) / (scale * scale);
  if (made.noise_map) {
    const Graph& map = made.noise_map->graph;
    info.parameters += map.parameter_count();
    info.macs_per_pixel +=
        map.macs_per_position(map.alignment(), map.alignment()) / (kNoiseCellSide * kNoiseCellSide);
  }
  info.receptive_field_pixels = graph.receptive_field() * scale;
  info.fixed_width = input.width * scale;
  info.fixed_height = input.height * scale;
}

/// Does everything but the values: it checks the manifest, builds the graphs, and checks the names
/// and shapes of the tensors.
Described describe_model(const TensorHeader& header, const std::filesystem::path& source) {
  const auto found = header.metadata.find(kManifestKey);
  if (found == header.metadata.end()) {
    fail(ErrorCode::incompatible_model, source,
         "safetensors without the metadata key \"denoiseae\": not weights of this program (train "
         "some with denoiseae-train)");
  }
  const json manifest = parse_manifest(found->second, source);
  Described made{std::make_shared<detail::ModelData>(), nullptr};
  made.data->info.manifest = found->second;
  name_source(source, [&] { describe_network(manifest, header, made); });
  fill_info(made, source);
  return made;
}

void check_values(const std::string& name, const Tensor& tensor,
                  const std::filesystem::path& source) {
  for (const float value : tensor.values)
    if (!std::isfinite(value))
      fail(ErrorCode::corrupt, source,
           "tensor \"" + name + "\" holds a value that is not finite (training diverged?)");
}

std::shared_ptr<const Model> finish_model(Described made, std::map<std::string, Tensor>&& tensors,
                                          const std::filesystem::path& source) {
  for (auto& [name, tensor] : tensors) {
    check_values(name, tensor, source);
    if (made.noise_map && name.starts_with(kNoiseMapPrefix))
      made.noise_map->tensors[name.substr(kNoiseMapPrefix.size())] = std::move(tensor);
    else
      made.data->tensors[name] = std::move(tensor);
  }
  made.data->noise_map = std::move(made.noise_map);
  return std::make_shared<Model>(std::move(made.data));
}

}  // namespace

std::shared_ptr<const Model> make_model(TensorFile file, const std::filesystem::path& source) {
  TensorHeader header;
  header.metadata = file.metadata;
  for (const auto& [name, tensor] : file.tensors) header.tensors[name].shape = tensor.shape;
  return finish_model(describe_model(header, source), std::move(file.tensors), source);
}

bool holds_denoiser(const std::filesystem::path& path) {
  const WeightsFile file(path);
  return describe_model(file.header(), path).data->domain != InputRepresentation::noise_features;
}

std::shared_ptr<const Model> read_model(const std::filesystem::path& path) {
  const WeightsFile file(path);
  Described made = describe_model(file.header(), path);
  return finish_model(std::move(made), file.read_tensors(), path);
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
