// SPDX-License-Identifier: LGPL-2.1-or-later
// Weights files: the input is a whole safetensors file.
#include <denoiseae/model.h>

#include <span>

#include "memory_file.h"
#include "model/manifest.h"
#include "model/safetensors.h"
#include "target.h"

using namespace denoiseae;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::MemoryFile file;
  const std::span bytes(data, size);
  file.assign(bytes);
  const auto in_memory =
      fuzz::error_of([&] { make_model(parse_safetensors(bytes, "bytes"), file.path()); });
  const auto on_disk = fuzz::error_of([&] { read_model(file.path()); });
  fuzz::require(in_memory == on_disk, "a file is judged as its bytes in memory are");
  return 0;
}
