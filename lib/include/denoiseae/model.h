// SPDX-License-Identifier: LGPL-2.1-or-later
// Finds, reads and checks weights files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace denoiseae {

namespace detail {
struct ModelData;
}

/// Describes a weights file.
struct ModelInfo {
  std::filesystem::path path;  ///< for weights from memory the name that was given
  std::string name;            ///< the name of its folder or, for a lone file, the file's stem
  std::string architecture;    ///< "recurrent_unet", "unet", "paper" or "noise_map"
  std::string manifest;        ///< the JSON manifest as stored
  std::int64_t parameters = 0;
  double macs_per_pixel = 0;       ///< multiplications per pixel of the frame
  int receptive_field_pixels = 0;  ///< along one axis; 0 = the whole picture
  int fixed_width = 0;             ///< the only size that the network takes; 0 = any size
  int fixed_height = 0;
};

/// A network with its weights, loaded and checked. Streams and threads may share it, because
/// nothing changes it any more.
class Model {
 public:
  explicit Model(std::shared_ptr<const detail::ModelData> data);
  const ModelInfo& info() const noexcept;
  const detail::ModelData& data() const noexcept { return *data_; }

 private:
  std::shared_ptr<const detail::ModelData> data_;
};

/// Turns the name of a shipped model ("balanced") or a path to a .safetensors file into the path of
/// a weights file. A value with a slash or ending in .safetensors is a path. A name is looked up as
/// NAME/weights.safetensors in DENOISEAE_MODEL_PATH (folders separated by colons), the tree that
/// the library was built in, $XDG_DATA_HOME/denoiseae/models (default ~/.local/share) and the
/// folder share/denoiseae/models beside the library or in the prefix that it was configured for, in
/// this order. Throws not_found that lists the places and the names they hold.
std::filesystem::path find_model(std::string_view name_or_path);

/// Finds a file as find_model does, reads it and checks everything in it: the header has at most 1
/// MiB, there are at most 4096 tensors of at most 4 dimensions, sizes do not overflow, the ranges
/// of the tensors tile the buffer exactly, no key stands twice, names and shapes are those that the
/// architecture declares, and all values are finite. Nothing in a file is executed. Models that
/// this process holds of the same file are shared, unless the file has changed. Threads may call
/// it. Throws not_found, unreadable, corrupt, unsupported_version, unknown_architecture and
/// incompatible_model with the file, the tensor and the rule in the message, out_of_memory.
std::shared_ptr<const Model> load_model(std::string_view name_or_path);

/// Checks weights that are in memory, for programs that carry their own. bytes: as in a file; not
/// needed after the call. name: what messages and the model's info call it. Throws as above.
std::shared_ptr<const Model> load_model(std::span<const std::uint8_t> bytes, std::string_view name);

/// Returns the sorted names of the models that find_model can find now and that denoise: weights
/// that estimate noise alone are left out.
std::vector<std::string> available_models();

}  // namespace denoiseae

#ifndef DENOISEAE_INSIDE
#include <denoiseae/detail/model.h>
#endif
