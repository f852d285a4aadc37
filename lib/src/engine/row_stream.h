// SPDX-License-Identifier: LGPL-2.1-or-later
// The pictures around a network, a few rows at a time.
#pragma once

#include "layout/tensor_view.h"

namespace denoiseae {

/// Rows of input and past come in groups of so many, counted from the top.
inline constexpr int kRowsTogether = 8;

/// Makes the rows that an engine reads when it reads them, and takes the others as soon as they are
/// there, while they are in the core's cache. Called by several threads at a time, also twice for
/// the same rows of input and past; must not throw. rows: as many rows as its height, of which the
/// first is row first_row of the picture.
class RowStream {
 public:
  virtual ~RowStream() = default;
  /// Fills rows of the input.
  virtual void read_input(int first_row, const TensorView& rows) = 0;
  /// Fills rows of the past, for networks that have one.
  virtual void read_state(int first_row, const TensorView& rows) = 0;
  /// Takes rows of the next frame's past.
  virtual void write_state(int first_row, const TensorView& rows) = 0;
  /// Takes rows of the output, which it may change. input: the same rows of it.
  virtual void write_output(int first_row, const TensorView& input, const TensorView& output) = 0;
};

}  // namespace denoiseae
