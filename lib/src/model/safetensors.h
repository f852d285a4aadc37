// SPDX-License-Identifier: LGPL-2.1-or-later
// The safetensors container (https://github.com/huggingface/safetensors), float32 only, with limits
// of our own. Knows nothing of networks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/strict_json.h"
#include "net/tensor.h"

namespace denoiseae {

struct TensorFile {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Says where the values of a tensor lie, in bytes from the first value of the file.
struct TensorPlace {
  std::vector<std::int64_t> shape;
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// The header of a file, which says what its values are before they are read.
struct TensorHeader {
  std::map<std::string, TensorPlace> tensors;
  std::map<std::string, std::string> metadata;
};

/// Limits of the strict reader.
inline constexpr std::int64_t kMaxHeaderBytes = kMaxJsonBytes;
inline constexpr std::size_t kMaxTensors = 4096;
inline constexpr std::size_t kMaxRank = 4;

/// Each file begins with the length of its header in so many bytes.
inline constexpr std::size_t kLengthBytes = 8;

/// Returns the bytes of the header. first: the first bytes of the file, at least kLengthBytes of
/// them if it has so many. Throws corrupt.
std::int64_t header_length(std::span<const std::uint8_t> first, std::int64_t file_bytes,
                           const std::string& source);

/// Checks everything that docs/model-format.md lists of the header. data_bytes: how many bytes of
/// values the file holds. source names the file in messages. Throws corrupt.
TensorHeader parse_header(std::string_view text, std::int64_t data_bytes,
                          const std::string& source);

/// Checks and reads a file that is in memory. Throws corrupt.
TensorFile parse_safetensors(std::span<const std::uint8_t> bytes, const std::string& source);

/// Reads a whole file, whatever its tensors are. Throws not_found, unreadable, corrupt.
TensorFile read_safetensors(const std::filesystem::path& path);

/// Writes next to the target, syncs, renames: a reader sees the old file or the new one. Tensors in
/// the order of their names, so equal contents give equal bytes. Throws unreadable.
void write_safetensors(const std::filesystem::path& path, const TensorFile& file);

/// Writes bytes or text as safely. Throws unreadable.
void write_file_atomically(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);
void write_file_atomically(const std::filesystem::path& path, std::string_view text);

}  // namespace denoiseae
