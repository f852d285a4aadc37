// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "model/safetensors.h"

namespace denoiseae {

/// A weights file on disk. Its values are read only on request, so that a header can be refused
/// before memory is taken for what it promises.
class WeightsFile {
 public:
  /// Opens the file and checks its header. Throws not_found, unreadable, corrupt.
  explicit WeightsFile(const std::filesystem::path& path);
  ~WeightsFile();
  WeightsFile(const WeightsFile&) = delete;
  WeightsFile& operator=(const WeightsFile&) = delete;

  const TensorHeader& header() const { return header_; }
  /// Throws unreadable, out_of_memory.
  std::map<std::string, Tensor> read_tensors() const;

 private:
  void read(void* to, std::size_t count, std::int64_t from) const;

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::int64_t data_begin_ = 0;
  TensorHeader header_;
};

}  // namespace denoiseae
