// SPDX-License-Identifier: LGPL-2.1-or-later
// The CSV file of FER-2013: the input is a whole file.
#include "data/sources.h"
#include "memory_file.h"
#include "target.h"

using namespace denoiseae;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::MemoryFile file;
  file.assign({data, size});
  for (const char* part : {"train", "test"}) {
    DatasetOptions options;
    options.part = part;
    options.category = "all";
    fuzz::error_of([&] {
      const PictureSet pictures = load_fer2013(file.path(), options);
      fuzz::require(!pictures.empty(), "a file without pictures is refused");
    });
  }
  return 0;
}
