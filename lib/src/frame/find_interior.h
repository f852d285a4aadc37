// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <optional>

#include "layout/code_planes.h"
#include "layout/interior.h"

namespace denoiseae {

/// Finds what lies between the bars of a letter box or pillar box. A bar reaches along a whole edge
/// of the frame and has one code in each plane. height, width: of luma, even. Returns nothing
/// where there is no bar, or nothing but bars.
std::optional<Interior> find_interior(const CodePlanes& planes, int height, int width);

}  // namespace denoiseae
