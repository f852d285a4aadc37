// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/plan.h"

#include <chrono>
#include <utility>

#include "engine/native/loops.h"
#include "engine/native/op_emitters.h"
#include "engine/native/plan_context.h"
#include "engine/native/row_io.h"
#include "system/part_times.h"

namespace denoiseae {

namespace {

using Type = SampleType;

/// Hands the rows of the output that this row tile has computed to the caller.
void emit_output(PlanContext& c) {
  const NodeId id = c.graph().output();
  RowBand out = c.buffers().held(id).part(c.buffers().fresh(id));
  if (out.type != Type::float32) {
    const RowBand other = out;
    out = c.temporary(other, Type::float32);
    append_conversion(c.builder(), other, out);
  }
  append_write_output(c.builder(), c.buffers().caller_input(), out);
}

void emit_row_tile(PlanContext& c) {
  const auto computes = [&](NodeId id) { return c.buffers().fresh(id).count() != 0; };
  if (computes(0)) emit_op(c, {.head = 0, .value = 0});
  bool writes_output = computes(c.graph().output());
  for (const FusedOp& fused : c.fused_ops()) {
    if (!computes(fused.value)) continue;
    emit_op(c, fused);
    if (fused.state_update != kNoNode) writes_output = false;
  }
  if (writes_output) emit_output(c);
}

PlanBuilder compile(PlanContext context) {
  for (std::size_t i = 0; i < context.buffers().row_tile_count(); ++i) {
    context.buffers().start_row_tile(i);
    emit_row_tile(context);
  }
  return std::move(context.builder());
}

}  // namespace

Plan::Plan(const FoldedNetwork& network, int height, int width, RowRange rows,
           const NumberFormat& format, Weights& weights)
    : Plan(compile({network, height, width, rows, format, weights})) {}

Plan::Plan(PlanBuilder builder)
    : calls_(std::move(builder.calls)),
      allocations_(std::move(builder.allocations)),
      arena_(place_allocations(allocations_)) {}

void Plan::run(RowSource& source, RowSink& sink, std::size_t set) {
  const Addresses addresses{arena_.data(), &allocations_, &source, &sink, set};
  if (is_timed_ || PartTimes::is_on()) {
    run_timed(addresses);
  } else {
    for (const KernelCall& step : calls_) step.run(addresses);
  }
}

void Plan::run_timed(const Addresses& addresses) {
  using Clock = std::chrono::steady_clock;
  for (const KernelCall& step : calls_) {
    const bool is_convolution = !step.convolution.empty();
    const PartTimer timer(is_convolution ? FramePart::convolutions : FramePart::network_rest);
    const auto begin = Clock::now();
    step.run(addresses);
    if (!is_convolution) continue;
    convolution_times_[step.convolution] +=
        std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  }
}

}  // namespace denoiseae
