// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// The rows begin ... end - 1 of a picture, or its columns.
struct RowRange {
  int begin = 0;
  int end = 0;
  int count() const { return end - begin; }
  bool operator==(const RowRange&) const = default;
};

}  // namespace denoiseae
