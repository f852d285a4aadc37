// SPDX-License-Identifier: LGPL-2.1-or-later
// A run of the oneDNN engine allocates nothing. oneDNN itself notes the arguments of each primitive
// in a small table on the heap, which its interface leaves no way around.
#include <denoiseae/denoiser.h>

#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "engine/engine.h"
#include "model/quantisation.h"
#include "net/architectures.h"
#include "support/check.h"
#include "support/frames.h"
#include "support/heap.h"
#include "support/networks.h"
#include "support/precision.h"
#include "support/tiny_model.h"
#include "support/whole_run.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// The second run, since the first may make what later ones find.
void check_run(const detail::ModelData& model, int height, int width, Precision precision) {
  const auto engine = make_engine(model, height, width, {EngineKind::onednn, precision, "cpu", 2});
  const Graph& graph = model.graph;
  Picture in =
      random_picture(static_cast<std::size_t>(graph.input_node().channels) * height * width, 1);
  Picture out(static_cast<std::size_t>(graph.output_channels()) * height * width);
  const TensorView from{in.data(), graph.input_node().channels, height, width};
  const TensorView to{out.data(), graph.output_channels(), height, width};
  run_whole(*engine, from, to);
  const WatchedHeap heap;
  run_whole(*engine, from, to);
  const HeapUse use = heap.use();
  ck_assert_int_eq(use.by_others, 0);
  ck_assert_msg(use.largest < 4096, "%zu bytes at once", use.largest);
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
  for (const std::string& value : quantised_activations(model.graph))
    if (!value.empty()) model.scales[value] = 0.01f;
  need_precision(model, Precision::int8);
  check_run(model, 180, 320, Precision::int8);
}
END_TEST

// The whole of the denoiser, once it has searched a frame for the one before.
START_TEST(test_nor_does_a_frame_of_any_depth) {
  for (const PixelFormat format :
       {PixelFormat::i420, PixelFormat::i420_10le, PixelFormat::p010_10le, PixelFormat::gray16_le,
        PixelFormat::rgb, PixelFormat::y444, PixelFormat::y444_10le}) {
    Denoiser denoiser;
    denoiser.load(random_model("recurrent_unet", nlohmann::json::object()));
    denoiser.configure(format, 321, 181, {EngineKind::onednn, Precision::float32, "cpu", 1});
    GuardedFrame in(format, 321, 181), out(format, 321, 181);
    for (int frame = 0; frame < 4; ++frame) {
      const WatchedHeap heap;
      denoiser.process(in.view(), out.view());
      ck_assert_msg(frame <= 1 || heap.use().by_others == 0, "%s: %d allocations",
                    describe(in.view()).c_str(), heap.use().by_others);
    }
  }
}
END_TEST

START_TEST(test_allocations_are_seen) {
  const WatchedHeap heap;
  std::vector<int>* made = new std::vector<int>(100);
  const HeapUse use = heap.use();
  ck_assert_int_eq(use.by_others, 2);
  ck_assert_uint_eq(use.largest, 400);
  ck_assert_uint_eq(made->size(), 100);
  delete made;
}
END_TEST

int main() {
  return run_suite("onednn allocations",
                   {test_a_run_allocates_nothing_itself, test_nor_does_a_run_in_8_bits,
                    test_nor_does_a_frame_of_any_depth, test_allocations_are_seen});
}
