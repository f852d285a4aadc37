// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs a target on the files of the given folders, so that every build keeps what the fuzzer found.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "target.h"

int main(int argc, char** argv) {
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; ++i)
    for (const auto& entry : std::filesystem::directory_iterator(argv[i]))
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    std::fprintf(stderr, "usage: %s FOLDER..., folders that hold inputs\n", argv[0]);
    return 2;
  }
  // A crash leaves the tests after it out of the report, which is how Meson notices.
  std::printf("1..%zu\n", files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::fprintf(stderr, "%s\n", files[i].c_str());
    std::ifstream file(files[i], std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    std::printf("ok %zu - %s\n", i + 1, files[i].filename().c_str());
    std::fflush(stdout);
  }
  return 0;
}
