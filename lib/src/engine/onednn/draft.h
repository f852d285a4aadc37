// SPDX-License-Identifier: LGPL-2.1-or-later
// A plan while it is made: its steps, and the memory that they use.
#pragma once

#include <algorithm>
#include <dnnl.hpp>
#include <functional>
#include <utility>
#include <vector>

#include "engine/onednn/arena.h"
#include "engine/onednn/weights.h"
#include "engine/row_stream.h"

namespace denoiseae {

/// Where values are: a number of bytes from the start of a piece of the arena.
struct Place {
  int piece = 0;
  std::size_t offset = 0;
  Place operator+(std::size_t bytes) const { return {piece, offset + bytes}; }
};

/// What places are in one run.
struct Addresses {
  char* arena = nullptr;
  const std::vector<Piece>* pieces = nullptr;
  RowStream* rows = nullptr;

  char* of(Place place) const { return arena + (*pieces)[place.piece].offset + place.offset; }
};

struct Step {
  /// Runs in one thread at a time; allocates nothing.
  std::function<void(const Addresses&)> run;
  bool is_convolution = false;
};

struct Draft {
  dnnl::engine engine;
  dnnl::stream stream;
  Weights& weights;
  float slope = 0;  ///< of leaky_relu
  std::vector<Step> steps;
  std::vector<Piece> pieces;

  /// Memory that the next step fills.
  Place reserve(std::size_t bytes) {
    const int step = static_cast<int>(steps.size());
    pieces.push_back({bytes, step, step});
    return {static_cast<int>(pieces.size()) - 1};
  }
  /// The next step reads or writes this.
  void use(Place place) {
    int& last = pieces[place.piece].last;
    last = std::max(last, static_cast<int>(steps.size()));
  }
};

}  // namespace denoiseae
