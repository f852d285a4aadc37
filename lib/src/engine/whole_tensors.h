// SPDX-License-Identifier: LGPL-2.1-or-later
// Inputs and outputs of a network that are in memory as a whole.
#pragma once

#include <algorithm>

#include "engine/rows.h"

namespace denoiseae {

/// A state that a network reads and the one that it returns, in different memory. Empty for
/// networks without one.
struct StateView {
  TensorView in;
  TensorView out;
};

/// Copies rows from and to tensors that someone else owns.
class WholeTensors final : public RowSource, public RowSink {
 public:
  WholeTensors(const TensorView& input, const TensorView& output, const StateView& state = {})
      : input_(input), output_(output), state_(state) {}

  void read_input(int first_row, const TensorView& rows) override { load(input_, first_row, rows); }
  void read_state(int first_row, const TensorView& rows) override {
    load(state_.in, first_row, rows);
  }
  void write_state(int first_row, const TensorView& rows) override {
    store(rows, state_.out, first_row);
  }
  void write_output(int first_row, const TensorView& /*input*/, const TensorView& output) override {
    store(output, output_, first_row);
  }

  static void load(const TensorView& from, int first_row, const TensorView& rows) {
    std::copy_n(rows_of(from, first_row, first_row + rows.height).data, rows.size(), rows.data);
  }
  static void store(const TensorView& rows, const TensorView& to, int first_row) {
    std::copy_n(rows.data, rows.size(), rows_of(to, first_row, first_row + rows.height).data);
  }

 private:
  TensorView input_;
  TensorView output_;
  StateView state_;
};

}  // namespace denoiseae
