// SPDX-License-Identifier: LGPL-2.1-or-later
// Presets of training: the input is a TOML file. Overrides as of --set follow, each behind a zero.
#include <algorithm>
#include <string>
#include <vector>

#include "memory_file.h"
#include "target.h"
#include "train/config.h"

using namespace denoiseae;

namespace {

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::MemoryFile file;
  const std::uint8_t* const end = data + size;
  const std::uint8_t* part_end = std::find(data, end, 0);
  file.assign({data, part_end});
  std::vector<std::string> overrides;
  while (part_end != end) {
    const std::uint8_t* const begin = part_end + 1;
    part_end = std::find(begin, end, 0);
    overrides.emplace_back(begin, part_end);
  }
  fuzz::error_of([&] {
    const std::string written = to_toml(load_config(file.path(), overrides));
    // A preset that is accepted is written, and what is written is accepted and means the same.
    file.assign(bytes_of(written));
    const auto refused = fuzz::error_of([&] {
      fuzz::require(to_toml(load_config(file.path(), {})) == written,
                    "a preset that is written and read again stays the same");
    });
    fuzz::require(!refused, "a preset that is written can be read again");
  });
  return 0;
}
