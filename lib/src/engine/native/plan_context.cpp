// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/plan_context.h"

#include "engine/native/loops.h"
#include "engine/native/op_emitters.h"
#include "engine/native/row_tiles.h"
#include "engine/rows.h"

namespace denoiseae {

namespace {

using Type = SampleType;

}  // namespace

PlanContext::PlanContext(const FoldedNetwork& network, int height, int width, RowRange rows,
                         const NumberFormat& format, Weights& weights)
    : graph_(network.graph),
      tensors_(network.tensors),
      shapes_(graph_.shapes(height, width)),
      fused_ops_(fuse(graph_)),
      formats_(graph_, format),
      kernels_(graph_, shapes_, formats_),
      buffers_(shapes_,
               plan_row_tiles(graph_, fused_ops_, shapes_, rows, row_tile_height(graph_, shapes_)),
               rows_together()),
      builder_{weights, graph_.slope(), {}, {}, formats_.sets()} {}

/// A value that only loops along rows write and read may lie in a ring. The caller's rows come and
/// go in groups; the output's are written in one piece, beside the input's.
std::vector<int> PlanContext::rows_together() const {
  std::vector<int> result(graph_.nodes().size(), 1);
  result[0] = kRowsTogether;
  if (graph_.has_state()) result[graph_.state_input()] = kRowsTogether;
  bool writes_output = false;
  for (const FusedOp& fused : fused_ops_) {
    writes_output = writes_output || fused.state_update != kNoNode;
    if (goes_by_rows(graph_, fused)) continue;
    result[fused.value] = 0;
    each_input(graph_, fused, [&](NodeId id, const Node&, int) { result[id] = 0; });
  }
  if (!writes_output) result[0] = result[graph_.output()] = 0;
  return result;
}

const Shape& PlanContext::shape_of_input(const FusedOp& fused, int input) const {
  return shapes_[head(fused).inputs[input]];
}

const RowBand& PlanContext::input(const FusedOp& fused, int input) const {
  return buffers_.held(head(fused).inputs[input]);
}

RowBand PlanContext::rows_of_input(const FusedOp& fused) const {
  const RowRange rows = rows_read(head(fused), buffers_.fresh(fused.value), shape_of_input(fused));
  return input(fused).part(rows);
}

RowBand PlanContext::convolution_input(const FusedOp& fused) {
  const RowBand in = rows_of_input(fused);
  const Type type = kernels_.type_of_input(fused);
  if (in.type == type) return in;
  const RowBand out = temporary(in, type);
  append_conversion(builder_, in, out);
  return out;
}

RowBand PlanContext::result(const FusedOp& fused) {
  return result(fused, formats_.type_of(fused.value));
}

RowBand PlanContext::result(const FusedOp& fused, Type type) {
  return buffers_.reserve(builder_, fused.value, type);
}

RowBand PlanContext::temporary(RowBand band, Type type) {
  band.type = type;
  return band.moved_to(builder_.reserve(band.rows.count() * band.row_bytes()));
}

ResolvedPostOps PlanContext::post_ops(const FusedOp& fused) {
  const PostOps& post_ops = fused.post_ops;
  ResolvedPostOps result{post_ops.before, {}, nullptr, post_ops.after};
  if (post_ops.addend != kNoNode) result.addend = buffers_.held(post_ops.addend);
  if (post_ops.plane != kNoNode) {
    const Node& plane = graph_.nodes()[post_ops.plane];
    const auto constants = [&]<typename Value>(Value) {
      return reinterpret_cast<const char*>(builder_.weights.get<Value>(
          plane.name + ".plane", [&] { return bias_map_values(plane, tensors_); }));
    };
    const RowBand rows = buffers_.band_like(post_ops.plane, formats_.type_of(fused.value));
    result.plane = (rows.type == Type::bfloat16 ? constants(Bfloat16{}) : constants(float{})) +
                   buffers_.fresh(fused.value).begin * rows.row_bytes();
  }
  return result;
}

}  // namespace denoiseae
