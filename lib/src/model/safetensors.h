// SPDX-License-Identifier: LGPL-2.1-or-later
// The safetensors container (https://github.com/huggingface/safetensors), float32 only, with limits
// of our own. Knows nothing of networks.
#pragma once

#include <denoiseae/export.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "net/tensor.h"

namespace denoiseae {

struct TensorFile {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Limits of the strict reader.
inline constexpr std::int64_t kMaxHeaderBytes = 1 << 20;
inline constexpr std::size_t kMaxTensors = 4096;
inline constexpr std::size_t kMaxRank = 4;

/// Checks everything that docs/model-format.md lists. source names the file in messages.
/// Throws corrupt.
DAE_API TensorFile parse_safetensors(std::span<const std::uint8_t> bytes,
                                     const std::string& source);

/// Throws not_found, unreadable, corrupt.
DAE_API TensorFile read_safetensors(const std::filesystem::path& path);

/// Writes next to the target, syncs, renames: a reader sees the old file or the new one. Tensors in
/// the order of their names, so equal contents give equal bytes. Throws unreadable.
DAE_API void write_safetensors(const std::filesystem::path& path, const TensorFile& file);

/// Writes text or bytes as safely. Throws unreadable.
DAE_API void write_file_atomically(const std::filesystem::path& path,
                                   std::span<const std::uint8_t> bytes);

}  // namespace denoiseae
