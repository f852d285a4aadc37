// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/shared_data.h"

#include <cstdlib>

#include "support/check.h"

namespace denoiseae::test {

std::filesystem::path shared_data(const std::string& relative_path) {
  const char* root = std::getenv("DENOISEAE_SHARED");
  const std::filesystem::path path =
      (root != nullptr ? std::filesystem::path(root)
                       : std::filesystem::path(DAE_SOURCE_ROOT) / ".." / "shared") /
      relative_path;
  if (!std::filesystem::exists(path)) skip_test("nothing at " + path.string());
  return path;
}

}  // namespace denoiseae::test
