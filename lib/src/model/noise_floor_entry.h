// SPDX-License-Identifier: LGPL-2.1-or-later
// The manifest's entry "own_error".
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "layout/noise_floor.h"

namespace denoiseae {

/// 0 without the entry. Throws corrupt.
NoiseFloor read_noise_floor(const nlohmann::json& manifest);

nlohmann::json noise_floor_entry(const NoiseFloor& error);

}  // namespace denoiseae
