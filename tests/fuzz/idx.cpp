// SPDX-License-Identifier: LGPL-2.1-or-later
// IDX files, plain or compressed: the input is a whole file.
#include "data/sources.h"
#include "memory_file.h"
#include "target.h"

using namespace denoiseae;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::MemoryFile file;
  file.assign({data, size});
  for (const std::size_t limit : {0, 2}) {
    DatasetOptions options;
    options.limit = limit;
    options.size_px = limit == 0 ? 0 : 4;
    fuzz::error_of([&] {
      const PictureSet pictures = load_idx(file.path(), options);
      fuzz::require(!pictures.empty(), "a file without pictures is refused");
    });
  }
  return 0;
}
