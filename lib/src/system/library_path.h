// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

#include <filesystem>

namespace denoiseae {

/// The folder that this library was loaded from; empty when it cannot be told.
DAE_API std::filesystem::path library_folder();

}  // namespace denoiseae
