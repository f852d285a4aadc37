// SPDX-License-Identifier: LGPL-2.1-or-later
#include "system/library_path.h"

#include <dlfcn.h>

namespace denoiseae {

std::filesystem::path library_folder() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&library_folder), &info) == 0) return {};
  std::error_code ec;
  return std::filesystem::canonical(info.dli_fname, ec).parent_path();
}

}  // namespace denoiseae
