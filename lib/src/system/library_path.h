// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>

namespace denoiseae {

/// Returns the folder from which this library was loaded, or nothing when the system does not tell.
std::filesystem::path library_folder();

}  // namespace denoiseae
