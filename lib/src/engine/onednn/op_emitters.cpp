// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/op_emitters.h"

#include "engine/onednn/linear_emitters.h"
#include "engine/onednn/loops.h"
#include "engine/onednn/primitives.h"
#include "engine/onednn/row_io.h"
#include "engine/onednn/temporal_loops.h"
#include "net/op_table.h"

namespace denoiseae {

namespace {

using Type = dnnl::memory::data_type;

void emit_input(PlanContext& c, const FusedOp& fused) {
  const RowBand read = c.buffers().reserve_caller_input(c.builder());
  append_read_input(c.builder(), read);
  if (c.formats().type_of(fused.value) == Type::f32) {
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

bool always(const KernelChoice&, const FusedOp&) { return true; }
bool never(const KernelChoice&, const FusedOp&) { return false; }
/// oneDNN's primitives, also those that convert a type, read and write rows in one piece.
bool by_own_convolution(const KernelChoice& kernels, const FusedOp& fused) {
  const ConvolutionKernel kernel = kernels.convolution(fused);
  return kernel == ConvolutionKernel::amx ||
         (kernel == ConvolutionKernel::direct && !kernels.converts_input(fused));
}
bool by_own_subpixel_conv(const KernelChoice& kernels, const FusedOp& fused) {
  const SubpixelConvKernel kernel = kernels.subpixel_conv(fused);
  return kernel == SubpixelConvKernel::direct || kernel == SubpixelConvKernel::quantised_direct;
}

struct OpEmitter {
  void (*emit)(PlanContext&, const FusedOp&);
  /// Whether every call that emit appends is a loop along rows, as goes_by_rows says. Where it is
  /// not, what the operation reads and writes lies in one piece.
  bool (*by_rows)(const KernelChoice&, const FusedOp&);
};

constexpr OpTable<OpEmitter> kEmitters = {
    {Op::input, {emit_input, never}},
    {Op::conv, {emit_conv, by_own_convolution}},
    {Op::subpixel_conv, {emit_subpixel_conv, by_own_subpixel_conv}},
    {Op::transposed_conv, {emit_transposed_conv, never}},
    {Op::batch_norm, {emit_batch_norm, never}},
    {Op::dense, {emit_dense, never}},
    {Op::reshape, {emit_reshape, never}},
    {Op::add, {emit_post_ops, never}},
    {Op::activation, {emit_post_ops, never}},
    {Op::bias_map, {emit_post_ops, never}},
    {Op::state, {emit_state, always}},
    {Op::change_features, {emit_change_features, always}},
    {Op::temporal_update, {emit_temporal_update, always}},
    {Op::spatial_input, {emit_spatial_input, always}},
    {Op::add_innovation, {emit_add_innovation, always}},
    {Op::update_state, {emit_update_state, always}},
};

}  // namespace

void emit_op(PlanContext& context, const FusedOp& fused) {
  kEmitters[context.head(fused).op].emit(context, fused);
}

bool goes_by_rows(const KernelChoice& kernels, const Graph& graph, const FusedOp& fused) {
  return kEmitters[graph.nodes()[fused.head].op].by_rows(kernels, fused);
}

}  // namespace denoiseae
