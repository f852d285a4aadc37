// SPDX-License-Identifier: LGPL-2.1-or-later
// Weights files: finding, reading and checking them.
#pragma once

#include <denoiseae/export.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace denoiseae {

namespace detail {
struct ModelData;
}

/// What a weights file says about itself.
struct ModelInfo {
  std::filesystem::path path;
  std::string name;          ///< name of its folder or, for a lone file, the file's stem
  std::string architecture;  ///< "recurrent_unet", "unet", "paper"
  std::string manifest;      ///< the JSON manifest as stored
  std::int64_t parameters = 0;
  double macs_per_pixel = 0;       ///< multiplications per pixel of the frame
  int receptive_field_pixels = 0;  ///< 0 = the whole picture
  int fixed_width = 0;             ///< pixels that the network sees at once; 0 = any size
  int fixed_height = 0;
};

/// A loaded, checked, immutable network with its weights. Shared between streams and threads.
class DAE_API Model {
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
/// install prefix, in this order. Throws not_found that lists the places and the names they hold.
DAE_API std::filesystem::path find_model(std::string_view name_or_path);

/// find_model, then reads and checks everything: header at most 1 MiB, at most 4096 tensors, rank
/// at most 4, sizes without overflow, ranges that tile the buffer exactly, no duplicate keys, names
/// and shapes equal to what the architecture declares, all values finite. Nothing in a file is
/// executed. Throws not_found, unreadable, corrupt, unsupported_version, unknown_architecture,
/// incompatible_model with the file, the tensor and the rule in the message.
DAE_API std::shared_ptr<const Model> load_model(std::string_view name_or_path);

/// Names of the models that find_model can find now, sorted.
DAE_API std::vector<std::string> available_models();

}  // namespace denoiseae
