// SPDX-License-Identifier: LGPL-2.1-or-later
// Where an engine gets the rows that a network reads, and where it leaves those that it returns.
#pragma once

#include "layout/tensor_view.h"

namespace denoiseae {

/// Rows of input and state are read in groups of this size, counted from the top.
inline constexpr int kRowsTogether = 8;

/// Makes the rows that a network reads. Engines call it when they need the rows, so that these are
/// still in the core's cache when the first layer reads them. Several threads call at a time, also
/// twice for the same rows. Must not throw. rows: has as many rows as its height, of which the
/// first is row first_row of the picture.
class RowSource {
 public:
  virtual ~RowSource() = default;
  /// Fills rows of the network's input.
  virtual void read_input(int first_row, const TensorView& rows) = 0;
  /// Fills rows of the recurrent state. Called for networks that have one.
  virtual void read_state(int /*first_row*/, const TensorView& /*rows*/) {}
};

/// Takes the rows that a network returns, as soon as they are there. Several threads call at a
/// time, each for other rows. Must not throw. Rows are numbered as above.
class RowSink {
 public:
  virtual ~RowSink() = default;
  /// Takes rows of the next frame's state. Called for networks that have one.
  virtual void write_state(int /*first_row*/, const TensorView& /*rows*/) {}
  /// Takes rows of the network's output, which it may change. input: the same rows of the input;
  /// not to be read where the output has another height than the input.
  virtual void write_output(int first_row, const TensorView& input, const TensorView& output) = 0;
};

}  // namespace denoiseae
