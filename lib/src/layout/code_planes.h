// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "layout/luma_view.h"

namespace denoiseae {

/// The planes of a 4:2:0 frame of 8-bit codes. U and V have half the height and width of luma.
struct CodePlanes {
  LumaView luma;
  LumaView u;
  LumaView v;
};

}  // namespace denoiseae
