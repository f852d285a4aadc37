// SPDX-License-Identifier: LGPL-2.1-or-later
// The numbers that a plan computes with: which values are rounded to 8 bits, and what that makes of
// the constants of a convolution.
#pragma once

#include <dnnl.hpp>
#include <string>
#include <vector>

#include "engine/onednn/primitives.h"
#include "model/quantisation.h"

namespace denoiseae {

struct NumberFormat {
  /// Of values and weights that are not rounded to 8 bits: f32 or bf16.
  dnnl::memory::data_type exact = dnnl::memory::data_type::f32;
  Scales scales;  ///< of all rounded values; empty: none is
};

class NumberFormats {
 public:
  NumberFormats(const Graph& graph, NumberFormat format);

  dnnl::memory::data_type exact() const { return format_.exact; }
  dnnl::memory::data_type type_of(NodeId id) const;
  bool is_quantised(NodeId id) const;
  /// What one step of a rounded value stands for; 1 for others.
  float scale(NodeId id) const;
  /// Makes the task one of 8-bit weights if it reads a rounded value. in: what it reads, out: what
  /// it computes; the others' sums become values of type_of(out).
  Convolution rounded(Convolution task, NodeId in, NodeId out) const;

 private:
  const Graph& graph_;
  NumberFormat format_;
  std::vector<std::string> names_;  ///< of the scales of the nodes; empty: none is rounded
};

}  // namespace denoiseae
