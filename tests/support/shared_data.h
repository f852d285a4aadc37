// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <string>

namespace denoiseae::test {

/// A file or folder of the data that is shared between checkouts: DENOISEAE_SHARED, or "shared"
/// beside the source tree. Skips the running test where it does not exist.
std::filesystem::path shared_data(const std::string& relative_path);

}  // namespace denoiseae::test
