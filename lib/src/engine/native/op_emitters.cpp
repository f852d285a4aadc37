// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/op_emitters.h"

#include "engine/native/linear_emitters.h"
#include "engine/native/loops.h"
#include "engine/native/row_io.h"
#include "engine/native/temporal_loops.h"
#include "net/op_table.h"

namespace denoiseae {

namespace {

using Type = SampleType;

void emit_input(PlanContext& c, const FusedOp& fused) {
  const RowBand read = c.buffers().reserve_caller_input(c.builder());
  append_read_input(c.builder(), read);
  if (c.formats().type_of(fused.value) == Type::float32) {
    c.buffers().share_caller_input();
  } else {
    append_conversion(c.builder(), read, c.result(fused));
  }
}

void emit_state(PlanContext& c, const FusedOp& fused) {
  append_read_state(c.builder(), c.result(fused));
}

void emit_change_features(PlanContext& c, const FusedOp& fused) {
  append_change_features(c.builder(), c.input(fused, 0), c.input(fused, 1), c.result(fused));
}

void emit_temporal_update(PlanContext& c, const FusedOp& fused) {
  append_temporal_update(c.builder(), c.input(fused, 0), c.input(fused, 1), c.input(fused, 2),
                         c.shape_of_input(fused, 2).height, c.result(fused));
}

void emit_spatial_input(PlanContext& c, const FusedOp& fused) {
  append_spatial_input(c.builder(), c.input(fused, 0), c.input(fused, 1), c.result(fused));
}

void emit_add_innovation(PlanContext& c, const FusedOp& fused) {
  if (fused.state_update != kNoNode) {
    append_last_rows(c.builder(), c.input(fused, 0), c.input(fused, 1), c.input(fused, 2),
                     c.buffers().fresh(fused.value));
  } else {
    append_add_innovation(c.builder(), c.input(fused, 0), c.input(fused, 1), c.input(fused, 2),
                          c.result(fused));
  }
}

void emit_update_state(PlanContext& c, const FusedOp& fused) {
  const RowBand state = c.result(fused);
  append_update_state(c.builder(), c.input(fused, 0), c.input(fused, 1), state);
  append_write_state(c.builder(), state);
}

void emit_reshape(PlanContext& c, const FusedOp& fused) {
  append_reshape(c.builder(), c.input(fused), c.result(fused));
}

/// Operations that are nothing but post_ops of their input.
void emit_post_ops(PlanContext& c, const FusedOp& fused) {
  append_eltwise(c.builder(), c.post_ops(fused), c.input(fused), c.result(fused));
}

struct OpEmitter {
  void (*emit)(PlanContext&, const FusedOp&);
  /// Whether every call that emit appends is a loop along rows, as goes_by_rows says. Where it is
  /// not, what the operation reads and writes lies in one piece.
  bool by_rows;
};

constexpr OpTable<OpEmitter> kEmitters = {
    {Op::input, {emit_input, true}},
    {Op::conv, {emit_conv, true}},
    {Op::subpixel_conv, {emit_subpixel_conv, true}},
    {Op::transposed_conv, {emit_transposed_conv, false}},
    {Op::batch_norm, {emit_batch_norm, false}},
    {Op::dense, {emit_dense, false}},
    {Op::reshape, {emit_reshape, false}},
    {Op::add, {emit_post_ops, false}},
    {Op::activation, {emit_post_ops, false}},
    {Op::bias_map, {emit_post_ops, false}},
    {Op::state, {emit_state, true}},
    {Op::change_features, {emit_change_features, true}},
    {Op::temporal_update, {emit_temporal_update, true}},
    {Op::spatial_input, {emit_spatial_input, true}},
    {Op::add_innovation, {emit_add_innovation, true}},
    {Op::update_state, {emit_update_state, true}},
};

}  // namespace

void emit_op(PlanContext& context, const FusedOp& fused) {
  kEmitters[context.head(fused).op].emit(context, fused);
}

bool goes_by_rows(const Graph& graph, const FusedOp& fused) {
  return kEmitters[graph.nodes()[fused.head].op].by_rows;
}

}  // namespace denoiseae
