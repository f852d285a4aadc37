// SPDX-License-Identifier: LGPL-2.1-or-later
// The types that a plan computes with: which values are quantised to 8 bits, and how that changes
// the constants of a convolution.
#pragma once

#include <vector>

#include "engine/native/convolution.h"
#include "kernels/sample_type.h"
#include "net/graph.h"
#include "net/scale_sets.h"

namespace denoiseae {

struct NumberFormat {
  /// The type of values and weights that are not quantised: f32 or bf16.
  SampleType exact = SampleType::float32;
  /// Scales of all quantised values, which a run chooses from; empty: nothing is quantised.
  std::vector<Scales> sets;
  /// Whether convolutions read the frame, and what else is as small, as Fixed16 instead of float32.
  bool has_fixed16 = false;
};

class NumberFormats {
 public:
  NumberFormats(const Graph& graph, const NumberFormat& format);

  SampleType exact() const { return exact_; }
  /// The type in which convolutions read the frame that stands beside a state.
  SampleType frame() const { return frame_; }
  SampleType type_of(NodeId id) const { return types_[id]; }
  bool is_quantised(NodeId id) const { return plan_.is_quantised(id); }
  /// The number of sets of scales; 1 where nothing is quantised.
  std::size_t sets() const { return scales_.size(); }
  /// The value of one step of a quantised value with a set of scales; 1 for others.
  float scale(NodeId id, std::size_t set) const { return scales_[set][id]; }
  /// Gives the task 8-bit weights if it reads a quantised value. in: the node that it reads. out:
  /// the node that it computes; the sums of integers become values of type_of(out).
  Convolution quantised(Convolution task, NodeId in, NodeId out) const;
  /// Gives the task weights that are whole numbers of 16 bits, for inputs that are Fixed16.
  Convolution fixed16(Convolution task, NodeId out) const;

 private:
  Convolution with_whole_weights(Convolution task, std::vector<float> steps,
                                 const std::vector<float>& input_steps, NodeId out) const;
  SampleType find_type(const Graph& graph, NodeId id) const;

  SampleType exact_;
  SampleType frame_;
  QuantisationPlan plan_;                   ///< without int8 form if nothing is quantised
  std::vector<std::vector<float>> scales_;  ///< for each set and node
  std::vector<SampleType> types_;           ///< for each node
};

}  // namespace denoiseae
