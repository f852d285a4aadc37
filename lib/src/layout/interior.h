// SPDX-License-Identifier: LGPL-2.1-or-later
// The part of a frame between the bars of a letter box or pillar box.
#pragma once

#include "layout/mirrored.h"

namespace denoiseae {

/// A part of a frame, in luma samples from the left and the top.
struct Interior {
  /// begin: the first position; end: the one behind the last.
  struct Range {
    int begin = 0;
    int end = 0;
    bool operator==(const Range&) const = default;
  };
  Range columns;
  Range rows;
  bool operator==(const Interior&) const = default;
};

/// Returns the position of a range that a position, 0 or more, shows if what lies beyond the range
/// mirrors it.
inline int mirrored_into(Interior::Range range, int position) {
  const int beyond = position < range.begin ? range.begin - 1 - position : position - range.begin;
  return range.begin + mirrored(beyond, range.end - range.begin);
}

}  // namespace denoiseae
