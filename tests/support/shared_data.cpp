// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/shared_data.h"

#include <cstdlib>
#include <iostream>

namespace denoiseae::test {

std::optional<std::filesystem::path> shared_data(const std::string& relative_path,
                                                 const std::string& test_name) {
  const char* root = std::getenv("DENOISEAE_SHARED");
  const std::filesystem::path path =
      (root != nullptr ? std::filesystem::path(root)
                       : std::filesystem::path(DAE_SOURCE_ROOT) / ".." / "shared") /
      relative_path;
  if (std::filesystem::exists(path)) return path;
  std::cout << test_name << ": skipped, no " << path.string() << "\n" << std::flush;
  return std::nullopt;
}

}  // namespace denoiseae::test
