// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace denoiseae::test {

/// A file or folder of the data that is shared between checkouts: DENOISEAE_SHARED, or "shared"
/// beside the source tree. Empty when it does not exist; then prints on stdout that the test of
/// this name is skipped.
std::optional<std::filesystem::path> shared_data(const std::string& relative_path,
                                                 const std::string& test_name);

}  // namespace denoiseae::test
