// SPDX-License-Identifier: LGPL-2.1-or-later
// A plan while its operations are emitted (op_emitters.h): it knows their inputs, types and
// kernels, and where their rows lie.
#pragma once

#include <map>
#include <vector>

#include "engine/native/convolution.h"
#include "engine/native/fused_ops.h"
#include "engine/native/kernel_choice.h"
#include "engine/native/number_formats.h"
#include "engine/native/plan_builder.h"
#include "engine/native/row_band.h"
#include "engine/native/value_buffers.h"
#include "engine/native/weights.h"
#include "net/fold.h"

namespace denoiseae {

class PlanContext {
 public:
  /// The arguments are those of Plan; network must outlive this.
  PlanContext(const FoldedNetwork& network, int height, int width, RowRange rows,
              const NumberFormat& format, Weights& weights);
  PlanContext(const PlanContext&) = delete;
  PlanContext& operator=(const PlanContext&) = delete;

  const std::vector<FusedOp>& fused_ops() const { return fused_ops_; }
  const Graph& graph() const { return graph_; }
  const Tensors& tensors() const { return tensors_; }
  const NumberFormats& formats() const { return formats_; }
  const KernelChoice& kernels() const { return kernels_; }
  PlanBuilder& builder() { return builder_; }
  ValueBuffers& buffers() { return buffers_; }

  const Node& head(const FusedOp& fused) const { return graph_.nodes()[fused.head]; }
  const Shape& shape_of_input(const FusedOp& fused, int input = 0) const;

  /// Returns the convolution that a node is, which every row tile asks for. make: returns it when
  /// the first one asks; what it refers to must live as long as this.
  template <typename Make>
  const Convolution& convolution(NodeId head, const Make& make) {
    const auto [found, is_new] = convolutions_.try_emplace(head);
    if (is_new) found->second = make();
    return found->second;
  }

  /// All rows of an input that are there.
  const RowBand& input(const FusedOp& fused, int input = 0) const;
  /// The rows of the first input that the operation reads in this row tile.
  RowBand rows_of_input(const FusedOp& fused) const;
  /// Those rows in the type that convolutions compute in, which may take a conversion.
  RowBand convolution_input(const FusedOp& fused);

  /// Room for the rows that the operation computes in this row tile, in the node's type.
  RowBand result(const FusedOp& fused);
  RowBand result(const FusedOp& fused, SampleType type);
  /// Room for a band like another, for the next calls of this row tile only.
  RowBand temporary(RowBand band, SampleType type);

  ResolvedPostOps post_ops(const FusedOp& fused);

 private:
  std::vector<int> rows_together() const;

  const Graph& graph_;
  const Tensors& tensors_;
  std::vector<Shape> shapes_;
  std::vector<FusedOp> fused_ops_;
  NumberFormats formats_;
  KernelChoice kernels_;
  ValueBuffers buffers_;
  std::map<NodeId, Convolution> convolutions_;
  PlanBuilder builder_;
};

}  // namespace denoiseae
