// SPDX-License-Identifier: LGPL-2.1-or-later
// Every operation on every engine against its definition.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "net/ops.h"
#include "support/check.h"
#include "support/networks.h"
#include "support/op_graphs.h"
#include "support/precision.h"
#include "support/whole_run.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr double kFloat32Tolerance = 2e-5;
/// Half as much again as was seen, relative to the largest value: weights and values have 8 bits.
constexpr double kBfloat16Tolerance = 0.03;
constexpr std::size_t kGuard = 64;
constexpr float kPoison = 1e9f;

/// Values with room around them that nobody may write to.
struct GuardedPicture {
  Shape shape;
  Picture values;

  explicit GuardedPicture(const Shape& s) : shape(s), values(count() + 2 * kGuard, kPoison) {}
  GuardedPicture(const Shape& s, const Picture& inside) : GuardedPicture(s) {
    std::copy(inside.begin(), inside.end(), values.begin() + kGuard);
  }

  std::size_t count() const {
    return static_cast<std::size_t>(shape.channels) * shape.height * shape.width;
  }
  TensorView view() { return {values.data() + kGuard, shape.channels, shape.height, shape.width}; }
  bool is_whole() const {
    const auto poisoned = [](float v) { return v == kPoison; };
    return std::all_of(values.begin(), values.begin() + kGuard, poisoned) &&
           std::all_of(values.end() - kGuard, values.end(), poisoned);
  }
  SlowPicture slow() const {
    SlowPicture result(shape.channels, shape.height, shape.width);
    for (int i = 0; i < shape.height * shape.width; ++i)
      for (int c = 0; c < shape.channels; ++c)
        result.at(c, i / shape.width, i % shape.width) = values[kGuard + i * shape.channels + c];
    return result;
  }
};

/// Noise levels and the variance of a state are not negative.
GuardedPicture random_input(const OpGraph& op) {
  const Shape shape{op.graph.input_node().channels, op.height, op.width};
  Picture values = random_picture(GuardedPicture(shape).count(), 1);
  if (op.graph.has_state()) {
    for (std::size_t i = 0; i < values.size(); i += kPackedInputChannels) {
      for (int c = kLumaNoiseChannel; c < kPackedInputChannels; ++c) values[i + c] += 0.5f;
    }
  }
  return {shape, values};
}

GuardedPicture random_state(const OpGraph& op) {
  const Shape shape{kStateChannels, op.height, op.width};
  Picture values = random_picture(GuardedPicture(shape).count(), 2);
  for (std::size_t i = kStateVariance; i < values.size(); i += kStateChannels)
    values[i] = i % 3 == 0 ? kUnknownVariance : 0.6f + values[i];
  return {shape, values};
}

void assert_close(const std::string& what, const GuardedPicture& found, const SlowPicture& wanted,
                  double tolerance) {
  ck_assert_msg(found.is_whole(), "%s: writes beyond its picture", what.c_str());
  ck_assert(found.shape == (Shape{wanted.channels, wanted.height, wanted.width}));
  const SlowPicture values = found.slow();
  double largest = 1;
  for (const double v : wanted.values) largest = std::max(largest, std::abs(v));
  for (std::size_t i = 0; i < values.values.size(); ++i) {
    ck_assert_msg(std::abs(values.values[i] - wanted.values[i]) <= tolerance * largest,
                  "%s, value %zu: found %g, expected %g", what.c_str(), i, values.values[i],
                  wanted.values[i]);
  }
}

/// The engine computes what the definition says, for the output and the next state.
void assert_agrees(const OpGraph& op, const std::string& name, const EngineOptions& options) {
  const auto model = level_model(op.graph, 3);
  GuardedPicture in = random_input(op);
  GuardedPicture state = random_state(op);
  SlowPicture slow_state = state.slow();
  const SlowPicture wanted =
      run_slowly(op.graph, model.tensors, in.slow(), op.graph.has_state() ? &slow_state : nullptr);
  const auto engine = make_engine(model, op.height, op.width, options);
  GuardedPicture out(op.graph.shapes(op.height, op.width)[op.graph.output()]);
  GuardedPicture next(state.shape);
  const Picture before = in.values;
  run_whole(*engine, in.view(), out.view(), 1,
            op.graph.has_state() ? StateView{state.view(), next.view()} : StateView{});
  const double tolerance =
      engine->precision() == Precision::float32 ? kFloat32Tolerance : kBfloat16Tolerance;
  const std::string what = name + " on " +
                           (engine->kind() == EngineKind::torch ? "torch" : "native") + " in " +
                           to_string(engine->precision());
  assert_close(what, out, wanted, tolerance);
  if (op.graph.has_state()) assert_close(what + ", state", next, slow_state, tolerance);
  ck_assert(in.values == before);
}

/// Returns the engines and precisions that this build and this CPU have.
std::vector<EngineOptions> engines() {
  std::vector<EngineOptions> result;
  result.push_back({EngineKind::native, Precision::float32, "cpu", 1});
  const std::string refusal =
      refusal_of(level_model(graphs_with(Op::conv).front().graph, 1), Precision::bfloat16);
  if (refusal.empty()) {
    result.push_back({EngineKind::native, Precision::bfloat16, "cpu", 2});
  } else {
    skip_part("bfloat16", refusal);
  }
#ifdef DAE_HAVE_TORCH
  result.push_back({EngineKind::torch, Precision::float32, "cpu", 1});
#else
  skip_part("LibTorch", "built without the LibTorch engine");
#endif
  return result;
}

}  // namespace

START_TEST(test_every_operation_agrees_with_its_definition) {
  const std::vector<EngineOptions> all = engines();
  for (std::size_t i = 0; i < kOpCount; ++i) {
    const auto op = static_cast<Op>(i);
    const std::string name(op_info(op).name);
    const std::vector<OpGraph> graphs = graphs_with(op);
    ck_assert_msg(!graphs.empty(), "%s is in no graph", name.c_str());
    for (const OpGraph& graph : graphs) {
      ck_assert_msg(std::any_of(graph.graph.nodes().begin(), graph.graph.nodes().end(),
                                [op](const Node& node) { return node.op == op; }),
                    "a graph for %s lacks it", name.c_str());
      for (const EngineOptions& options : all) assert_agrees(graph, name, options);
    }
  }
}
END_TEST

int main() { return run_suite("engine_ops", {test_every_operation_agrees_with_its_definition}); }
