// SPDX-License-Identifier: LGPL-2.1-or-later
// The manifest's entry "own_error".
#pragma once

#include <denoiseae/export.h>

#include <nlohmann/json_fwd.hpp>

#include "own_error.h"

namespace denoiseae {

/// 0 without the entry. Throws corrupt.
OwnError read_own_error(const nlohmann::json& manifest);

DAE_API nlohmann::json own_error_entry(const OwnError& error);

}  // namespace denoiseae
