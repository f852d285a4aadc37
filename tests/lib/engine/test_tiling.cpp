// SPDX-License-Identifier: LGPL-2.1-or-later
// Where tiles lie, how they are blended, and the engine that runs them, with engines made by hand.
#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "engine/tiled_engine.h"
#include "engine/tiling.h"
#include "engine/whole_tensor_engine.h"
#include "support/check.h"
#include "support/heap.h"
#include "support/whole_run.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kLengths[] = {1, 2, 13, 17, 27, 28, 29, 42, 49, 50, 75, 100, 1000};
constexpr int kTiles[] = {1, 2, 3, 8, 28, 52};
constexpr std::pair<int, int> kFrames[] = {{1, 1},    {17, 13},  {27, 27}, {28, 28}, {29, 29},
                                           {100, 75}, {28, 100}, {5, 90},  {300, 7}};

/// A picture with its memory; value(i) = something else for every i.
struct Picture {
  Picture(int channels, int height, int width) : view{nullptr, channels, height, width} {
    values.resize(view.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<float>((i * 7919) % 256) / 255.0f;
    }
    view.data = values.data();
  }
  std::vector<float> values;
  TensorView view;
};

/// Calls a function for every picture of a run.
class HandMadeEngine : public WholeTensorEngine {
 public:
  using Each = std::function<void(const TensorView& in, const TensorView& out)>;
  HandMadeEngine(const Graph& graph, Each each, std::vector<int>* counts = nullptr)
      : WholeTensorEngine(graph, graph.input_node().height, graph.input_node().width),
        each_(std::move(each)),
        counts_(counts) {}

  void compute(const TensorView& in, const TensorView& out, const StateView& /*state*/,
               int pictures) override {
    if (counts_ != nullptr) counts_->push_back(pictures);
    const int in_rows = in.height / pictures, out_rows = out.height / pictures;
    for (int i = 0; i < pictures; ++i)
      each_(rows_of(in, i * in_rows, (i + 1) * in_rows),
            rows_of(out, i * out_rows, (i + 1) * out_rows));
  }
  EngineKind kind() const override { return EngineKind::torch; }
  Precision precision() const override { return Precision::float32; }
  std::string device() const override { return "hand"; }
  unsigned threads() const override { return 3; }
  std::int64_t memory_bytes() const override { return 1000; }

 private:
  Each each_;
  std::vector<int>* counts_;
};

void copy(const TensorView& in, const TensorView& out) {
  std::copy_n(in.data, in.size(), out.data);
}

/// From and to the given channels, at height x width.
Graph graph_of_size(int height, int width, int channels) {
  Graph graph;
  graph.set_output(graph.activation(graph.input(channels, height, width), Activation::none));
  return graph;
}

std::unique_ptr<Engine> tiled(HandMadeEngine::Each each, const Graph& graph, int height, int width,
                              std::vector<int>* counts = nullptr) {
  return make_tiled_engine(std::make_unique<HandMadeEngine>(graph, std::move(each), counts), graph,
                           height, width);
}

}  // namespace

START_TEST(test_tiles_cover_the_axis_and_overlap) {
  for (const int length : kLengths)
    for (const int tile : kTiles) {
      const TileAxis axis(length, tile);
      ck_assert_int_eq(axis.extent(), std::min(length, tile));
      ck_assert_int_eq(axis.start(0), 0);
      ck_assert_int_eq(axis.start(axis.count() - 1) + axis.extent(), length);
      for (int i = 1; i < axis.count(); ++i) {
        const int overlap = axis.start(i - 1) + tile - axis.start(i);
        ck_assert_int_ge(overlap, tile / 4);
        ck_assert_int_lt(overlap, tile);
      }
      // No more than needed: with one tile less they could not overlap so much.
      const int step = tile - tile / 4;
      ck_assert(axis.count() == 1 || (axis.count() - 2) * step + tile < length);
    }
}
END_TEST

START_TEST(test_weights_are_positive_smooth_and_sum_to_one) {
  for (const int length : kLengths)
    for (const int tile : kTiles) {
      const TileAxis axis(length, tile);
      std::vector<double> sum(static_cast<std::size_t>(length), 0.0);
      for (int i = 0; i < axis.count(); ++i)
        for (int k = 0; k < axis.extent(); ++k) {
          ck_assert_float_gt(axis.weight(i, k), 0.0f);
          sum[axis.start(i) + k] += axis.weight(i, k);
        }
      for (double s : sum) ck_assert_double_eq_tol(s, 1.0, 2e-7);
      if (tile < 28) continue;
      for (int i = 0; i < axis.count(); ++i) {
        // A tile comes in and goes out from next to nothing; no weight jumps.
        if (i > 0) ck_assert_float_lt(axis.weight(i, 0), 0.02f);
        if (i + 1 < axis.count()) ck_assert_float_lt(axis.weight(i, axis.extent() - 1), 0.02f);
        for (int k = 1; k < axis.extent(); ++k)
          ck_assert_float_lt(std::abs(axis.weight(i, k) - axis.weight(i, k - 1)), 0.25f);
      }
    }
}
END_TEST

START_TEST(test_a_picture_of_the_own_size_is_one_tile_untouched) {
  const TileAxis axis(28, 28);
  ck_assert_int_eq(axis.count(), 1);
  for (int k = 0; k < 28; ++k) {
    ck_assert_int_eq(axis.source(0, k), k);
    ck_assert_float_eq(axis.weight(0, k), 1.0f);
  }
}
END_TEST

START_TEST(test_small_pictures_are_mirrored) {
  const TileAxis axis(3, 11);
  ck_assert_int_eq(axis.count(), 1);
  const int wanted[] = {0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1};
  for (int k = 0; k < 11; ++k) ck_assert_int_eq(axis.source(0, k), wanted[k]);

  Picture picture(2, 2, 3);
  Picture tile(2, 5, 4);
  for (int y = 0; y < 5; ++y) Tiling(2, 3, 5, 4).cut_row(picture.view, 0, y, row_of(tile.view, y));
  const int rows[] = {0, 1, 1, 0, 0};
  const int columns[] = {0, 1, 2, 2};
  for (int y = 0; y < 5; ++y)
    for (int x = 0; x < 4; ++x)
      for (int c = 0; c < 2; ++c)
        ck_assert_float_eq(tile.values[(y * 4 + x) * 2 + c],
                           picture.values[(rows[y] * 3 + columns[x]) * 2 + c]);
}
END_TEST

START_TEST(test_an_identity_reproduces_pictures_of_any_size) {
  for (const auto& [width, height] : kFrames)
    for (const int channels : {1, 3}) {
      const Graph graph = graph_of_size(28, 28, channels);
      Picture in(channels, height, width);
      Picture out(channels, height, width);
      std::fill(out.values.begin(), out.values.end(), 9.0f);
      const auto engine = tiled(copy, graph, height, width);
      run_whole(*engine, in.view, out.view);
      for (std::size_t i = 0; i < in.values.size(); ++i)
        ck_assert_msg(std::abs(in.values[i] - out.values[i]) < 1e-6f, "%dx%d value %zu: %g, not %g",
                      width, height, i, double{out.values[i]}, double{in.values[i]});
    }
}
END_TEST

START_TEST(test_a_constant_stays_constant) {
  for (const auto& [width, height] : kFrames) {
    const Graph graph = graph_of_size(12, 28, 1);
    Picture in(1, height, width);
    Picture out(1, height, width);
    const auto engine = tiled(
        [](const TensorView&, const TensorView& to) { std::fill_n(to.data, to.size(), 0.3f); },
        graph, height, width);
    run_whole(*engine, in.view, out.view);
    for (float v : out.values) ck_assert_float_eq_tol(v, 0.3f, 1e-6f);
  }
}
END_TEST

START_TEST(test_tiles_that_disagree_leave_no_seam) {
  // Every tile says something else: the sign turns from tile to tile.
  const Graph graph = graph_of_size(28, 28, 1);
  float sign = 1;
  const auto alternate = [&sign](const TensorView&, const TensorView& to) {
    std::fill_n(to.data, to.size(), sign);
    sign = -sign;
  };
  Picture in(1, 28, 49);
  Picture out(1, 28, 49);
  run_whole(*tiled(alternate, graph, 28, 49), in.view, out.view);
  ck_assert_float_eq(out.values[20], 1.0f);
  ck_assert_float_eq(out.values[28], -1.0f);
  for (int x = 1; x < 49; ++x) {
    const float step = out.values[x - 1] - out.values[x];
    ck_assert_float_ge(step, 0.0f);
    ck_assert_float_lt(step, 0.5f);
  }
}
END_TEST

START_TEST(test_runs_are_batches_of_bounded_size) {
  std::vector<int> counts;
  const Graph small = graph_of_size(4, 4, 1);
  Picture in(1, 90, 91);
  Picture out(1, 90, 91);
  auto engine = tiled(copy, small, 90, 91, &counts);
  run_whole(*engine, in.view, out.view);
  const int tiles = engine->tiles();
  ck_assert_int_eq(tiles, 30 * 30);
  ck_assert_uint_eq(counts.size(), (900 + 63) / 64);
  for (std::size_t i = 0; i + 1 < counts.size(); ++i) ck_assert_int_eq(counts[i], 64);
  ck_assert_int_eq(counts.back(), 900 % 64);
  ck_assert_int_eq(engine->memory_bytes(), 1000 + 2 * 90 * 91 * 4);

  counts.clear();
  const Graph large = graph_of_size(256, 512, 1);
  engine = tiled(copy, large, 300, 600, &counts);
  Picture large_in(1, 300, 600);
  Picture large_out(1, 300, 600);
  run_whole(*engine, large_in.view, large_out.view);
  ck_assert_uint_eq(counts.size(), 2);
  ck_assert_int_eq(counts[0], 2);
  ck_assert_int_eq(counts[1], 2);

  ck_assert_int_eq(engine->threads(), 3);
  ck_assert(engine->device() == "hand");
}
END_TEST

START_TEST(test_several_pictures_are_run_one_by_one) {
  const Graph graph = graph_of_size(4, 4, 1);
  Picture in(1, 3 * 6, 7);
  Picture out(1, 3 * 6, 7);
  run_whole(*tiled(copy, graph, 6, 7), {in.values.data(), 1, 6, 7}, {out.values.data(), 1, 6, 7},
            3);
  for (std::size_t i = 0; i < in.values.size(); ++i)
    ck_assert_float_eq_tol(out.values[i], in.values[i], 1e-6f);
}
END_TEST

START_TEST(test_runs_allocate_nothing) {
  const Graph graph = graph_of_size(28, 28, 1);
  Picture in(1, 75, 100);
  Picture out(1, 75, 100);
  const auto engine = tiled(copy, graph, 75, 100);
  const WatchedHeap heap;
  run_whole(*engine, in.view, out.view);
  ck_assert_int_eq(heap.use().allocations, 0);
}
END_TEST

int main() {
  return run_suite(
      "tiling",
      {test_tiles_cover_the_axis_and_overlap, test_weights_are_positive_smooth_and_sum_to_one,
       test_a_picture_of_the_own_size_is_one_tile_untouched, test_small_pictures_are_mirrored,
       test_an_identity_reproduces_pictures_of_any_size, test_a_constant_stays_constant,
       test_tiles_that_disagree_leave_no_seam, test_runs_are_batches_of_bounded_size,
       test_several_pictures_are_run_one_by_one, test_runs_allocate_nothing});
}
