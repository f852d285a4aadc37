// SPDX-License-Identifier: LGPL-2.1-or-later
// A run of the native engine allocates nothing.
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "engine/engine.h"
#include "model/quantisation.h"
#include "net/architectures.h"
#include "support/check.h"
#include "support/heap.h"
#include "support/networks.h"
#include "support/precision.h"
#include "support/whole_run.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// The second run, since the first may make what later ones find.
void check_run(const detail::ModelData& model, int height, int width, Precision precision) {
  const auto engine = make_engine(model, height, width, {EngineKind::native, precision, "cpu", 2});
  const Graph& graph = model.graph;
  Picture in =
      random_picture(static_cast<std::size_t>(graph.input_node().channels) * height * width, 1);
  Picture out(static_cast<std::size_t>(graph.output_channels()) * height * width);
  const TensorView from{in.data(), graph.input_node().channels, height, width};
  const TensorView to{out.data(), graph.output_channels(), height, width};
  run_whole(*engine, from, to);
  const WatchedHeap heap;
  run_whole(*engine, from, to);
  ck_assert_int_eq(heap.use().allocations, 0);
}

}  // namespace

START_TEST(test_a_run_allocates_nothing_itself) {
  for (const auto& [name, settings, height, width] :
       {std::tuple{"unet", nlohmann::json::object(), 180, 320},
        {"paper", nlohmann::json{{"width", 64}, {"height", 64}}, 64, 64}}) {
    const auto model = level_model(find_architecture(name).build(settings), 1);
    for (const Precision precision : {Precision::float32, Precision::automatic})
      check_run(model, height, width, precision);
  }
}
END_TEST

START_TEST(test_nor_does_a_run_in_8_bits) {
  auto model = level_model(find_architecture("unet").build({{"slope", 0}}), 1);
  Scales scales;
  for (const std::string& value : model.graph.quantisation().scale_names()) scales[value] = 0.01f;
  model.scale_sets = one_scale_set(scales);
  need_precision(model, Precision::int8);
  check_run(model, 180, 320, Precision::int8);
}
END_TEST

START_TEST(test_allocations_are_seen) {
  const WatchedHeap heap;
  std::vector<int>* made = new std::vector<int>(100);
  const HeapUse use = heap.use();
  ck_assert_int_eq(use.allocations, 2);
  ck_assert_uint_eq(use.largest, 400);
  ck_assert_uint_eq(made->size(), 100);
  delete made;
}
END_TEST

int main() {
  return run_suite("native allocations",
                   {test_a_run_allocates_nothing_itself, test_nor_does_a_run_in_8_bits,
                    test_allocations_are_seen});
}
