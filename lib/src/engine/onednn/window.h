// SPDX-License-Identifier: LGPL-2.1-or-later
// Memory for the rows of one value that strips compute and read again.
#pragma once

#include <denoiseae/export.h>

#include <vector>

#include "engine/onednn/band.h"
#include "engine/onednn/draft.h"
#include "engine/onednn/strips.h"

namespace denoiseae {

class DAE_API Window {
 public:
  /// shape: type, channels and width. strips: what each does with the value. together: rows stay
  /// where they are, and groups of so many lie in one piece, which takes half the memory of 0: all
  /// that are read again lie in one piece, and move from time to time.
  Window(Draft& draft, const Band& shape, const std::vector<StripRows>& strips, int together);

  /// Room for the rows that the next strip computes.
  Band advance(Draft& draft, const StripRows& rows);

  /// All rows that are there.
  const Band& held() const { return held_; }

 private:
  Band held_;
  int capacity_;  ///< rows
};

}  // namespace denoiseae
