// SPDX-License-Identifier: LGPL-2.1-or-later
// The manifest of a weights file, and the way from a tensor file to a checked model and back.
#pragma once

#include <denoiseae/model.h>

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "model/model_data.h"

namespace denoiseae {

inline constexpr int kManifestFormat = 1;
/// The entry of a weights file's metadata that holds the manifest.
inline constexpr const char* kManifestKey = "denoiseae";
/// The names of the tensors of a network that estimates noise begin with this where they lie in the
/// file of the network that removes it. The manifest then has the settings and the training of that
/// network in its entry "noise_map".
inline constexpr std::string_view kNoiseMapPrefix = "noise_map.";

/// Reads a file: first its header, then the manifest, the names and the shapes, and only when all
/// of these are right its values. Throws not_found, unreadable and what make_model throws.
std::shared_ptr<const Model> read_model(const std::filesystem::path& path);

/// Returns whether a file holds a network that denoises, by its header: not one that estimates noise
/// alone. Throws what read_model throws.
bool holds_denoiser(const std::filesystem::path& path);

/// Checks manifest, names, shapes and finiteness; source names the file in messages. Throws
/// corrupt, unsupported_version, unknown_architecture, incompatible_model.
std::shared_ptr<const Model> make_model(TensorFile file, const std::filesystem::path& source);

/// The manifest of new weights: format, architecture, settings (complete), domain; the caller adds
/// noise, training and licence. settings: known to be good, because a graph was built of them.
nlohmann::json make_manifest(const Architecture& architecture, const nlohmann::json& settings);

/// Adds a network that estimates noise to the manifest and the tensors of one that removes it.
void add_noise_map(const detail::ModelData& noise_map, nlohmann::json& manifest,
                   std::map<std::string, Tensor>& tensors);

/// Saves weights with their manifest. Throws unreadable.
void save_model(const std::filesystem::path& path, const nlohmann::json& manifest,
                std::map<std::string, Tensor> tensors);

}  // namespace denoiseae
