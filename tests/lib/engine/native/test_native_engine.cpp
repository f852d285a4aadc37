// SPDX-License-Identifier: LGPL-2.1-or-later
// The native engine against the definitions of the operations, and against itself in other bands.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/native/arena.h"
#include "engine/native/engine.h"
#include "net/architectures.h"
#include "support/check.h"
#include "support/networks.h"
#include "support/precision.h"
#include "support/whole_run.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr double kFloat32Tolerance = 2e-5;
/// A share of the largest value, half as much again as was seen: weights and values have 8 bits.
constexpr double kBfloat16Tolerance = 0.03;
constexpr std::size_t kGuard = 64;
constexpr float kPoison = 1e9f;

Graph unet(const nlohmann::json& settings = nlohmann::json::object()) {
  return find_architecture("unet").build(settings);
}

Graph paper(const nlohmann::json& settings) { return find_architecture("paper").build(settings); }

std::unique_ptr<Engine> engine_for(const detail::ModelData& model, int height, int width,
                                   Precision precision, unsigned threads = 1,
                                   EngineKind kind = EngineKind::native) {
  return make_engine(model, height, width, {kind, precision, "cpu", threads});
}

/// Returns the precisions that this CPU runs.
std::vector<Precision> precisions() {
  const std::string refusal = refusal_of(level_model(unet(), 1), Precision::bfloat16);
  if (refusal.empty()) return {Precision::float32, Precision::bfloat16};
  skip_part("bfloat16", refusal);
  return {Precision::float32};
}

void need_torch() {
#ifndef DAE_HAVE_TORCH
  skip_test("built without the LibTorch engine");
#endif
}

Picture run(Engine& engine, const Graph& graph, Picture in, int height, int width) {
  Picture out(static_cast<std::size_t>(graph.output_channels()) * height * width, kPoison);
  run_whole(engine, {in.data(), graph.input_node().channels, height, width},
            {out.data(), graph.output_channels(), height, width});
  return out;
}

Picture input_of(const Graph& graph, int height, int width, std::uint32_t seed) {
  return random_picture(static_cast<std::size_t>(graph.input_node().channels) * height * width,
                        seed);
}

double largest_of(const Picture& values) {
  double largest = 0;
  for (const float v : values) largest = std::max(largest, std::abs(double{v}));
  return largest;
}

double difference(const Picture& a, const Picture& b) {
  ck_assert_uint_eq(a.size(), b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(double{a[i]} - b[i]));
  }
  return largest;
}

/// The definitions of the operations, in double precision.
Picture run_by_definition(const detail::ModelData& model, const Picture& in, int height,
                          int width) {
  const int channels = model.graph.input_node().channels;
  SlowPicture slow(channels, height, width);
  for (int i = 0; i < height * width; ++i)
    for (int c = 0; c < channels; ++c) slow.at(c, i / width, i % width) = in[i * channels + c];
  const SlowPicture out = run_slowly(model.graph, model.tensors, slow);
  Picture result;
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x)
      for (int c = 0; c < out.channels; ++c) result.push_back(static_cast<float>(out.get(c, y, x)));
  return result;
}

/// The engine agrees with the definitions; the size of the output may be another.
void assert_agrees(const Graph& graph, int height, int width, std::uint32_t seed,
                   const std::vector<Precision>& in_each = precisions()) {
  const auto model = level_model(graph, seed);
  const Picture in = input_of(graph, height, width, seed);
  const Picture wanted = run_by_definition(model, in, height, width);
  for (const Precision precision : in_each) {
    Picture copy = in;
    Picture out(wanted.size() + 2 * kGuard, kPoison);
    const Shape shape = graph.shapes(height, width)[graph.output()];
    run_whole(*engine_for(model, height, width, precision),
              {copy.data(), graph.input_node().channels, height, width},
              {out.data() + kGuard, shape.channels, shape.height, shape.width});
    for (std::size_t i = 0; i < kGuard; ++i) {
      ck_assert_msg(out[i] == kPoison && out[out.size() - 1 - i] == kPoison,
                    "seed %u, %s: writes beyond its picture", seed, to_string(precision));
    }
    out.erase(out.begin(), out.begin() + kGuard);
    out.resize(wanted.size());
    const double tolerance =
        precision == Precision::float32 ? kFloat32Tolerance : kBfloat16Tolerance;
    const double limit = tolerance * std::max(1.0, largest_of(wanted));
    ck_assert_msg(difference(out, wanted) <= limit, "seed %u, %s: %g, allowed %g", seed,
                  to_string(precision), difference(out, wanted), limit);
    ck_assert(copy == in);
  }
}

struct Case {
  const char* name;
  Graph graph;
  int height;
  int width;
};

/// All architectures, in sizes from the smallest on.
std::vector<Case> architecture_cases() {
  std::vector<Case> cases;
  for (const auto& [height, width] : {std::pair{4, 4}, {8, 12}, {36, 20}, {92, 148}, {180, 52}}) {
    cases.push_back({"unet", unet(), height, width});
  }
  cases.push_back({"unet of odd widths",
                   unet({{"widths", {5, 7, 24}}, {"encoder", {2, 0, 1}}, {"decoder", {0, 2}}}), 24,
                   44});
  // Wide enough for convolutions on tiles.
  cases.push_back({"wide unet of 8 channels",
                   unet({{"widths", {8, 16}}, {"encoder", {1, 1}}, {"decoder", {1}}, {"skip", 3}}),
                   24, 150});
  cases.push_back({"wide unet of one level",
                   unet({{"widths", {16}}, {"encoder", {1}}, {"decoder", nlohmann::json::array()}}),
                   20, 131});
  cases.push_back({"residual unet",
                   unet({{"residual", 1}, {"encoder", {2, 1, 3}}, {"decoder", {2, 2}}}), 36, 52});
  cases.push_back({"residual unet on tiles",
                   unet({{"residual", 1},
                         {"widths", {16}},
                         {"encoder", {2}},
                         {"decoder", nlohmann::json::array()}}),
                   20, 131});
  cases.push_back({"unet with a skip", unet({{"skip", 3}}), 36, 20});
  cases.push_back({"unet of one level",
                   unet({{"widths", {4}}, {"encoder", {0}}, {"decoder", nlohmann::json::array()}}),
                   33, 7});
  for (const auto& [height, width] : {std::pair{4, 4}, {12, 8}, {28, 28}, {64, 64}}) {
    for (const int depth : {1, 3}) {
      cases.push_back({"paper", paper({{"width", width}, {"height", height}, {"depth", depth}}),
                       height, width});
    }
  }
  return cases;
}

}  // namespace

START_TEST(test_sums_and_activations_keep_their_order) {
  for (const Activation first : {Activation::none, Activation::leaky_relu, Activation::sigmoid}) {
    for (const Activation second : {Activation::none, Activation::relu, Activation::sigmoid}) {
      Graph g(0.3f);
      const NodeId in = g.input(4);
      const NodeId skip = g.conv("skip", in, 6, 3, 1, Activation::none);
      NodeId x = g.conv("c1", skip, 6, 3, 1, first);
      x = g.add(skip, x, second);  // skip has other readers, so c1 takes the sum
      x = g.add(g.conv("c2", x, 6, 1, 1, Activation::none), skip, first);
      x = g.activation(g.transposed_conv("t", x, 6, 3, 1, first), second);
      const NodeId down = g.conv("down", x, 7, 2, 2, first);
      x = g.activation(g.add(g.subpixel_conv("up", down, 6), x, Activation::none), second);
      const NodeId up = g.transposed_conv("tup", down, 6, 3, 2, first);
      // The addend comes after the head of the other fused operation.
      g.set_output(g.add(g.conv("c3", x, 6, 3, 1, Activation::none), up, second));
      assert_agrees(g, 6, 8, 30);
    }
  }
}
END_TEST

START_TEST(test_architectures_agree_with_the_definitions) {
  std::uint32_t seed = 50;
  for (const Case& c : architecture_cases()) {
    if (c.height * c.width <= 1024) assert_agrees(c.graph, c.height, c.width, ++seed);
  }
}
END_TEST

START_TEST(test_architectures_agree_with_torch) {
  need_torch();
  std::uint32_t seed = 80;
  for (const Case& c : architecture_cases()) {
    const auto model = level_model(c.graph, ++seed);
    const Picture in = input_of(c.graph, c.height, c.width, seed);
    const auto torch =
        engine_for(model, c.height, c.width, Precision::automatic, 1, EngineKind::torch);
    ck_assert(torch->kind() == EngineKind::torch);
    ck_assert(torch->precision() == Precision::float32);
    const Picture wanted = run(*torch, c.graph, in, c.height, c.width);
    ck_assert_double_gt(largest_of(wanted), 0.1);
    for (const Precision precision : precisions()) {
      const auto engine = engine_for(model, c.height, c.width, precision);
      const double found = difference(run(*engine, c.graph, in, c.height, c.width), wanted);
      const double limit = precision == Precision::float32
                               ? kFloat32Tolerance
                               : kBfloat16Tolerance * std::max(1.0, largest_of(wanted));
      ck_assert_msg(found <= limit, "%s, %dx%d, %s: %g, allowed %g", c.name, c.width, c.height,
                    to_string(precision), found, limit);
    }
  }
}
END_TEST

START_TEST(test_torch_refuses_other_precisions) {
  need_torch();
  const auto model = level_model(unet(), 1);
  DAE_ASSERT_ERROR(engine_for(model, 4, 4, Precision::bfloat16, 1, EngineKind::torch),
                   device_unavailable);
}
END_TEST

START_TEST(test_bands_are_the_whole_to_the_bit) {
  // Residual sums, padding of 5x5 kernels and a plane, so that each kind of step is cut.
  Graph g(0.1f);
  NodeId x = g.conv("head", g.input(8), 12, 5, 1, Activation::leaky_relu);
  const NodeId skip = x;
  x = g.conv("down", x, 20, 3, 2, Activation::relu);
  x = g.add(g.conv("c", x, 20, 3, 1, Activation::none), x, Activation::relu);
  x = g.add(g.subpixel_conv("up", x, 12), skip, Activation::leaky_relu);
  x = g.conv("half", x, 9, 2, 2, Activation::none);
  x = g.transposed_conv("t", x, 9, 3, 2, Activation::sigmoid);
  g.set_output(g.bias_map("p", x, 76, 36, Activation::none));
  for (const auto& [graph, height, width] :
       {std::tuple{g, 76, 36}, {unet(), 120, 64}, {unet(), 364, 640}}) {
    const auto model = level_model(graph, 3);
    const Picture in = input_of(graph, height, width, 4);
    for (const Precision precision : precisions()) {
      const auto one = engine_for(model, height, width, precision, 1);
      ck_assert_uint_eq(one->threads(), 1);
      const Picture wanted = run(*one, graph, in, height, width);
      for (const unsigned threads : {2u, 3u, 7u}) {
        const auto engine = engine_for(model, height, width, precision, threads);
        ck_assert_uint_gt(engine->threads(), 1);
        ck_assert_msg(run(*engine, graph, in, height, width) == wanted,
                      "%d rows, %u threads, %s: differs by %g", height, engine->threads(),
                      to_string(precision),
                      difference(run(*engine, graph, in, height, width), wanted));
      }
    }
  }
}
END_TEST

START_TEST(test_bands_cover_the_rows_and_are_not_thin) {
  const Graph graph = unet();
  for (int height = graph.alignment(); height < 400; height += graph.alignment()) {
    for (unsigned threads = 1; threads < 20; ++threads) {
      const std::vector<RowRange> bands = split_bands(graph, height, threads);
      ck_assert_uint_ge(bands.size(), 1);
      ck_assert_uint_le(bands.size(), threads);
      int next = 0;
      for (const RowRange& rows : bands) {
        ck_assert_int_eq(rows.begin, next);
        ck_assert_int_eq(rows.begin % graph.alignment(), 0);
        ck_assert_int_gt(rows.count(), 0);
        if (bands.size() > 1) {
          ck_assert_int_gt(rows.count() + graph.alignment(), graph.receptive_field() / 2);
        }
        next = rows.end;
      }
      ck_assert_int_eq(next, height);
    }
  }
  ck_assert_uint_eq(split_bands(graph, 360, 4).size(), 4);
  ck_assert_uint_eq(split_bands(paper({{"width", 64}, {"height", 64}}), 64, 8).size(), 1);
}
END_TEST

START_TEST(test_equal_runs_give_equal_bytes) {
  const Graph graph = unet();
  const auto model = level_model(graph, 5);
  const Picture in = input_of(graph, 60, 84, 6);
  for (const Precision precision : precisions()) {
    const auto engine = engine_for(model, 60, 84, precision, 2);
    const Picture first = run(*engine, graph, in, 60, 84);
    // Nothing that one run leaves in memory may reach the next.
    run(*engine, graph, Picture(in.size(), 3e8f), 60, 84);
    ck_assert(run(*engine, graph, in, 60, 84) == first);
    ck_assert(run(*engine_for(model, 60, 84, precision, 2), graph, in, 60, 84) == first);
  }
}
END_TEST

START_TEST(test_a_batch_is_its_pictures) {
  const Graph graph = paper({{"width", 20}, {"height", 12}, {"filters", {8, 16}}});
  const auto model = level_model(graph, 5);
  const auto engine = engine_for(model, 12, 20, Precision::automatic);
  Picture in = random_picture(3 * 12 * 20, 9);
  Picture together(in.size());
  run_whole(*engine, {in.data(), 1, 12, 20}, {together.data(), 1, 12, 20}, 3);
  for (int i = 0; i < 3; ++i) {
    const auto part = [i](const Picture& all) {
      return Picture(all.begin() + i * 240, all.begin() + (i + 1) * 240);
    };
    ck_assert(run(*engine, graph, part(in), 12, 20) == part(together));
  }
}
END_TEST

START_TEST(test_pieces_of_memory_in_use_together_do_not_overlap) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<Allocation> allocations(1 + random() % 30);
    for (Allocation& allocation : allocations) {
      allocation.bytes = 1 + random() % 1000;
      allocation.first = static_cast<int>(random() % 20);
      allocation.last = allocation.first + static_cast<int>(random() % 5);
    }
    const std::size_t total = place_allocations(allocations);
    std::size_t sum = 0;
    for (const Allocation& a : allocations) {
      sum += (a.bytes + 63) / 64 * 64;
      ck_assert_uint_eq(a.offset % 64, 0);
      ck_assert_uint_le(a.offset + a.bytes, total);
      for (const Allocation& b : allocations) {
        if (&a == &b || a.first > b.last || b.first > a.last) continue;
        ck_assert(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset);
      }
    }
    ck_assert_uint_le(total, sum);
  }
  // One after the other: all at the same buffer.
  std::vector<Allocation> chain{{100, 0, 0}, {300, 1, 1}, {200, 2, 2}};
  ck_assert_uint_eq(place_allocations(chain), 320);
}
END_TEST

START_TEST(test_the_engine_is_the_automatic_one_and_loads_no_torch) {
  const Graph graph = unet();
  const auto model = level_model(graph, 5);
  const auto engine = make_engine(model, 8, 8, {});
  ck_assert(engine->kind() == EngineKind::native);
  ck_assert(engine->device() == "cpu");
  // Weights, and at least one picture of the first layer's 16 channels, 2 bytes each.
  ck_assert_int_gt(engine->memory_bytes(), 2 * (graph.parameter_count() + 8 * 8 * 16));
  run(*engine, graph, input_of(graph, 8, 8, 1), 8, 8);
  std::ifstream maps("/proc/self/maps");
  const std::string loaded{std::istreambuf_iterator<char>(maps), {}};
  ck_assert(loaded.find("libdnnl") == std::string::npos);
  ck_assert(loaded.find("libtorch") == std::string::npos);
}
END_TEST

// Networks that estimate noise run on the threads of the one that denoises.
START_TEST(test_an_engine_runs_on_the_threads_of_another) {
  constexpr int kHeight = 96, kWidth = 64, kShrink = 2;
  const Graph graph = find_architecture("noise_map").build(nlohmann::json::object());
  const auto model = level_model(graph, 7), denoiser = level_model(unet(), 1);
  const Picture in = input_of(graph, kHeight, kWidth, 3);
  const auto run_map = [&](Engine& engine) {
    Picture out(in.size() / 8 / kShrink / kShrink, kPoison);
    Picture seen = in;
    run_whole(engine, {seen.data(), 16, kHeight, kWidth},
              {out.data(), 2, kHeight / kShrink, kWidth / kShrink});
    return out;
  };
  const Picture alone = run_map(*engine_for(model, kHeight, kWidth, Precision::float32));
  ck_assert_double_lt(largest_of(alone), kPoison);
  for (const unsigned threads : {1u, 2u, 3u}) {
    const auto host = engine_for(denoiser, 64, 40, Precision::float32, threads);
    const EngineOptions options{EngineKind::native, Precision::float32, "cpu", 8};
    const auto guest = make_engine(model, kHeight, kWidth, options, host.get());
    ck_assert_ptr_eq(guest->pool(), host->pool());
    ck_assert_uint_le(guest->threads(), threads);
    for (int i = 0; i < 2; ++i) {
      ck_assert(run_map(*guest) == alone);
      const Picture frame = input_of(unet(), 64, 40, 4);
      ck_assert(run(*host, unet(), frame, 64, 40) ==
                run(*engine_for(denoiser, 64, 40, Precision::float32), unet(), frame, 64, 40));
    }
  }
}
END_TEST

START_TEST(test_other_devices_are_refused) {
  const auto model = level_model(unet(), 1);
  for (const char* device : {"cuda:0", "", "gpu"}) {
    DAE_ASSERT_ERROR(
        make_engine(model, 4, 4, {EngineKind::native, Precision::automatic, device, 1}),
        device_unavailable);
  }
}
END_TEST

START_TEST(test_a_cpu_without_bfloat16_gets_float32) {
  setenv("DENOISEAE_MAX_ISA", "avx2", 1);
  const auto model = level_model(unet(), 1);
  const auto engine = engine_for(model, 4, 4, Precision::automatic);
  ck_assert(engine->precision() == Precision::float32);
  DAE_ASSERT_ERROR(engine_for(model, 4, 4, Precision::bfloat16), device_unavailable);
  try {
    engine_for(model, 4, 4, Precision::bfloat16);
  } catch (const Error& error) {
    ck_assert(std::string(error.what()).find("DENOISEAE_MAX_ISA holds back") != std::string::npos);
  }
  assert_agrees(unet(), 8, 12, 3, {Precision::float32});
}
END_TEST

int main() {
  return run_suite(
      "native",
      {test_sums_and_activations_keep_their_order, test_architectures_agree_with_the_definitions,
       test_architectures_agree_with_torch, test_torch_refuses_other_precisions,
       test_bands_are_the_whole_to_the_bit, test_bands_cover_the_rows_and_are_not_thin,
       test_equal_runs_give_equal_bytes, test_a_batch_is_its_pictures,
       test_pieces_of_memory_in_use_together_do_not_overlap,
       test_the_engine_is_the_automatic_one_and_loads_no_torch,
       test_an_engine_runs_on_the_threads_of_another, test_other_devices_are_refused,
       test_a_cpu_without_bfloat16_gets_float32},
      120);
}
