// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <string>

namespace denoiseae::test {

/// Returns the path of a file or folder in the data that checkouts share: in DENOISEAE_SHARED, or
/// in "shared" beside the source tree. Skips the running test where it does not exist.
std::filesystem::path shared_data(const std::string& relative_path);

}  // namespace denoiseae::test
