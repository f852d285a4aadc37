// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

#include "layout/code_planes.h"

namespace denoiseae {

/// The part of a frame between bars, in luma samples from the left and the top. begin: the first
/// sample of the part; end: the one behind its last.
struct Interior {
  struct Range {
    int begin = 0;
    int end = 0;
    bool operator==(const Range&) const = default;
  };
  Range columns;
  Range rows;
  bool operator==(const Interior&) const = default;
};

/// Finds what lies between the bars of a letter box or pillar box. A bar reaches along a whole edge
/// of the frame and has one code in each plane. height, width: of luma, even. Where nothing lies
/// between the bars, all of the frame is its interior.
DAE_API Interior find_interior(const CodePlanes& planes, int height, int width);

}  // namespace denoiseae
