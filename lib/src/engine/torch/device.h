// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <torch/types.h>

#include <string>

namespace denoiseae {

/// "cpu", "cuda" (the current one), "cuda:0", ... Throws device_unavailable, with what there is.
torch::Device find_device(const std::string& name);

}  // namespace denoiseae
