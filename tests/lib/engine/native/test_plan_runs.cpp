// SPDX-License-Identifier: LGPL-2.1-or-later
// Plans at work: a plan for all rows computes the network, and plans for parts compute its rows.

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/native/plan.h"
#include "engine/whole_tensors.h"
#include "layout/state_layout.h"
#include "net/architectures.h"
#include "net/fold.h"
#include "support/check.h"
#include "support/networks.h"
#include "support/precision.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

using Type = SampleType;

constexpr int kHeight = 96;
constexpr int kWidth = 40;

/// Random values from 0 to 1: noise levels and variances are not negative.
std::vector<float> positive_picture(std::size_t count, std::uint32_t seed) {
  std::vector<float> values = random_picture(count, seed);
  for (float& value : values) value += 0.5f;
  return values;
}

/// Keeps what a plan returns, and how often it has returned each row.
class Result final : public RowSource, public RowSink {
 public:
  Result(const Graph& graph, std::uint32_t seed) {
    const Shape in{graph.input_node().channels, kHeight, kWidth};
    const Shape to = graph.shapes(kHeight, kWidth)[graph.output()];
    input = positive_picture(static_cast<std::size_t>(in.channels) * in.height * in.width, seed);
    output.resize(static_cast<std::size_t>(to.channels) * to.height * to.width);
    outputs_of_row.resize(static_cast<std::size_t>(to.height));
    input_view_ = {input.data(), in.channels, in.height, in.width};
    output_view_ = {output.data(), to.channels, to.height, to.width};
    if (!graph.has_state()) return;
    state = positive_picture(static_cast<std::size_t>(kStateChannels) * kHeight * kWidth, seed + 1);
    next_state.resize(state.size());
    states_of_row.resize(kHeight);
    state_views_ = {{state.data(), kStateChannels, kHeight, kWidth},
                    {next_state.data(), kStateChannels, kHeight, kWidth}};
  }
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;

  void read_input(int first, const TensorView& rows) override {
    WholeTensors::load(input_view_, first, rows);
  }
  void read_state(int first, const TensorView& rows) override {
    WholeTensors::load(state_views_.in, first, rows);
  }
  void write_state(int first, const TensorView& rows) override {
    for (int y = first; y < first + rows.height; ++y) ++states_of_row[static_cast<std::size_t>(y)];
    WholeTensors::store(rows, state_views_.out, first);
  }
  void write_output(int first, const TensorView& in, const TensorView& out) override {
    for (int y = first; y < first + out.height; ++y) ++outputs_of_row[static_cast<std::size_t>(y)];
    // The sink gets the rows of the input as the source has made them.
    if (input_view_.height == output_view_.height) {
      ck_assert_int_eq(in.height, out.height);
      ck_assert(std::equal(in.data, in.data + in.size(), row_of(input_view_, first)));
    }
    WholeTensors::store(out, output_view_, first);
  }

  std::vector<float> input, output, state, next_state;
  std::vector<int> outputs_of_row, states_of_row;

 private:
  TensorView input_view_, output_view_;
  StateView state_views_;
};

/// The plans of one network, which share their constants.
struct Network {
  Network(const Graph& graph, const NumberFormat& of, std::uint32_t seed)
      : folded(fold_batch_norm(graph, level_model(graph, seed).tensors, kHeight, kWidth)),
        format(of) {}

  const Graph& graph() const { return folded.graph; }
  Plan plan(RowRange rows) { return Plan(folded, kHeight, kWidth, rows, format, weights); }

  FoldedNetwork folded;
  NumberFormat format;
  Weights weights;
};

struct Named {
  std::string name;
  Graph graph;
};

std::vector<Named> graphs() {
  const auto build = [](const char* name, const nlohmann::json& settings) {
    return Named{name + settings.dump(), find_architecture(name).build(settings)};
  };
  return {build("unet", nlohmann::json::object()), build("unet", {{"skip", 3}}),
          build("recurrent_unet", nlohmann::json::object()),
          build("recurrent_unet", {{"skip", 1}, {"frame", 3}, {"encoder", {0, 2, 1}}}),
          build("recurrent_unet", {{"residual", 1}, {"encoder", {2, 2, 0}}, {"decoder", {2, 0}}})};
}

NumberFormat int8_format(const Graph& graph) {
  Scales scales;
  for (const std::string& name : graph.quantisation().scale_names()) scales[name] = 0.02f;
  return {Type::float32, {scales}};
}

/// The formats that this CPU computes in; reports the others.
std::map<std::string, NumberFormat> formats(const Graph& graph) {
  std::map<std::string, NumberFormat> result = {{"float32", {}}};
  auto model = level_model(graph, 1);
  model.scale_sets = one_scale_set(int8_format(graph).sets.front());
  const auto add = [&](const char* name, Precision precision, const NumberFormat& format) {
    if (const std::string reason = refusal_of(model, precision); reason.empty())
      result[name] = format;
    else
      skip_part(name, reason);
  };
  add("bfloat16", Precision::bfloat16, {Type::bfloat16, {}});
  if (!model.scale_sets.empty()) add("int8", Precision::int8, int8_format(graph));
  return result;
}

/// Calls test with the networks in all formats, and their names.
template <typename Test>
void each_network(const Test& test) {
  for (const Named& named : graphs())
    for (const auto& [precision, format] : formats(named.graph)) {
      Network network(named.graph, format, 1);
      test(network, (named.name + " in " + precision).c_str());
    }
}

void expect_once(const std::vector<int>& counts, RowRange rows, const char* name) {
  for (int y = 0; y < static_cast<int>(counts.size()); ++y)
    ck_assert_msg(counts[static_cast<std::size_t>(y)] == (y >= rows.begin && y < rows.end ? 1 : 0),
                  "%s: row %d was written %d times", name, y, counts[static_cast<std::size_t>(y)]);
}

}  // namespace

START_TEST(test_a_plan_computes_the_network) {
  for (const Named& named : graphs()) {
    Network network(named.graph, {}, 2);
    Result result(network.graph(), 3);
    Plan plan = network.plan({0, kHeight});
    plan.run(result, result);
    const auto slow = [](const std::vector<float>& values, int channels) {
      SlowPicture picture(channels, kHeight, kWidth);
      for (int i = 0; i < kHeight * kWidth; ++i)
        for (int c = 0; c < channels; ++c)
          picture.at(c, i / kWidth, i % kWidth) =
              values[static_cast<std::size_t>(i) * channels + c];
      return picture;
    };
    const bool has_state = named.graph.has_state();
    SlowPicture state = slow(result.state, has_state ? kStateChannels : 0);
    const SlowPicture wanted = run_slowly(named.graph, level_model(named.graph, 2).tensors,
                                          slow(result.input, named.graph.input_node().channels),
                                          has_state ? &state : nullptr);
    const auto expect = [&](const std::vector<float>& found, const SlowPicture& picture) {
      ck_assert_uint_eq(found.size(), picture.values.size());
      double largest = 1;
      for (const double v : picture.values) largest = std::max(largest, std::abs(v));
      const SlowPicture laid_out = slow(found, picture.channels);
      for (std::size_t i = 0; i < found.size(); ++i)
        ck_assert_msg(std::abs(laid_out.values[i] - picture.values[i]) <= 2e-5 * largest,
                      "%s: value %zu is %g, expected %g", named.name.c_str(), i, laid_out.values[i],
                      picture.values[i]);
    };
    expect(result.output, wanted);
    if (has_state) expect(result.next_state, state);
  }
}
END_TEST

START_TEST(test_each_row_is_written_once) {
  each_network([](Network& network, const char* name) {
    for (const RowRange rows : {RowRange{0, kHeight}, RowRange{0, 40}, RowRange{40, 64}}) {
      Result result(network.graph(), 4);
      Plan plan = network.plan(rows);
      plan.run(result, result);
      expect_once(result.outputs_of_row, rows, name);
      if (network.graph().has_state()) expect_once(result.states_of_row, rows, name);
    }
  });
}
END_TEST

START_TEST(test_parts_together_are_the_whole) {
  each_network([](Network& network, const char* name) {
    Result whole(network.graph(), 5), together(network.graph(), 5);
    Plan all = network.plan({0, kHeight});
    all.run(whole, whole);
    // Some values differ, or equal ones would prove nothing.
    ck_assert(std::adjacent_find(whole.output.begin(), whole.output.end(),
                                 [](float a, float b) { return a != b; }) != whole.output.end());
    for (const RowRange rows : {RowRange{0, 40}, RowRange{40, 64}, RowRange{64, kHeight}}) {
      Plan part = network.plan(rows);
      part.run(together, together);
    }
    ck_assert_msg(together.output == whole.output, "%s", name);
    ck_assert_msg(together.next_state == whole.next_state, "%s", name);
  });
}
END_TEST

/// The memory of a plan has what the run before has left there.
START_TEST(test_a_run_leaves_no_trace) {
  each_network([](Network& network, const char* name) {
    Result first(network.graph(), 6), other(network.graph(), 8), again(network.graph(), 6);
    Plan plan = network.plan({0, kHeight});
    ck_assert_int_gt(plan.memory_bytes(), 0);
    plan.run(first, first);
    plan.run(other, other);
    plan.run(again, again);
    ck_assert_msg(other.output != first.output, "%s", name);
    ck_assert_msg(again.output == first.output, "%s", name);
    ck_assert_msg(again.next_state == first.next_state, "%s", name);
  });
}
END_TEST

START_TEST(test_only_runs_after_the_wish_are_timed) {
  each_network([](Network& network, const char* name) {
    Result result(network.graph(), 9), timed(network.graph(), 9);
    Plan plan = network.plan({0, kHeight});
    plan.run(result, result);
    ck_assert(plan.convolution_times().empty());
    plan.time_convolutions();
    plan.run(timed, timed);
    const std::map<std::string, double> first = plan.convolution_times();
    ck_assert(!first.empty());
    plan.run(timed, timed);
    ck_assert_uint_eq(plan.convolution_times().size(), first.size());
    for (const auto& [convolution, ms] : first) {
      ck_assert_double_gt(ms, 0);
      ck_assert_double_gt(plan.convolution_times().at(convolution), ms);
    }
    ck_assert_msg(timed.output == result.output, "%s", name);
  });
}
END_TEST

int main() {
  return run_suite("plan_runs", {test_a_plan_computes_the_network, test_each_row_is_written_once,
                                 test_parts_together_are_the_whole, test_a_run_leaves_no_trace,
                                 test_only_runs_after_the_wish_are_timed});
}
