// SPDX-License-Identifier: LGPL-2.1-or-later
// int8: the native engine against LibTorch, which quantises the same values and weights.
#include <torch/autograd.h>

#ifdef __x86_64__
#include <cpuid.h>
#endif
#if defined(__x86_64__) && defined(__linux__)
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "engine/native/int8_runs.h"
#include "engine/native/precisions.h"
#include "engine/torch/graph_module.h"
#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "layout/tensor_view.h"
#include "net/architectures.h"
#include "support/check.h"
#include "support/networks.h"
#include "support/precision.h"
#include "support/whole_run.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

using nlohmann::json;

struct Case {
  const char* architecture;
  json settings;
  int height;
  int width;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"unet", {{"slope", 0}}, 36, 20},
      {"unet", {{"slope", 0}}, 92, 148},
      {"unet",
       {{"slope", 0}, {"widths", {5, 7, 24}}, {"encoder", {2, 0, 1}}, {"decoder", {0, 2}}},
       24,
       44},
      {"unet",
       {{"slope", 0}, {"widths", {4}}, {"encoder", {0}}, {"decoder", json::array()}},
       33,
       7},
      {"unet", {{"slope", 0}, {"skip", 1}}, 36, 20},
      {"recurrent_unet", {{"slope", 0}}, 32, 24},
      {"recurrent_unet", {{"slope", 0}, {"skip", 3}}, 32, 24},
      {"recurrent_unet", {{"slope", 0}, {"skip", 1}, {"frame", 3}}, 32, 24},
      {"recurrent_unet",
       {{"slope", 0}, {"widths", {4, 6}}, {"encoder", {1, 0}}, {"decoder", {1}}, {"gate", {3}}},
       16,
       20},
      // Pairs of convolutions with sums on every level.
      {"unet",
       {{"slope", 0}, {"residual", 1}, {"encoder", {1, 2, 4}}, {"decoder", {2, 3}}},
       36,
       20},
      {"recurrent_unet",
       {{"slope", 0},
        {"residual", 1},
        {"widths", {12, 20, 24}},
        {"encoder", {2, 2, 4}},
        {"decoder", {2, 2}},
        {"skip", 1},
        {"frame", 1}},
       32,
       24},
      // No kernel of ours reads codes of five or seven channels.
      {"unet",
       {{"slope", 0},
        {"residual", 1},
        {"widths", {5, 7, 24}},
        {"encoder", {2, 2, 2}},
        {"decoder", {2, 2}}},
       24,
       44}};
  return all;
}

denoiseae::detail::ModelData model_of(const Case& c, std::uint32_t seed) {
  return int8_model(find_architecture(c.architecture).build(c.settings), c.height, c.width, seed);
}

/// Output and past as run has them.
Picture run_torch(GraphModule& module, Picture frame, int height, int width) {
  torch::NoGradGuard no_grad;
  Picture before = state_of(height, width);
  torch::Tensor state;
  if (module.has_state()) state = tensor_of(before, kStateChannels, height, width);
  const Step step =
      module.step(tensor_of(frame, kPackedInputChannels, height, width), state, Mode::run);
  Picture result;
  for (const torch::Tensor& t : {step.output, step.state}) {
    if (!t.defined()) continue;
    const torch::Tensor rows = t.permute({0, 2, 3, 1}).contiguous();
    const float* values = rows.data_ptr<float>();
    result.insert(result.end(), values, values + rows.numel());
  }
  return result;
}

double mean_square(const Picture& values) {
  double sum = 0;
  for (const float v : values) sum += double{v} * v;
  return sum / static_cast<double>(values.size());
}

Picture minus(Picture a, const Picture& b) {
  ck_assert_uint_eq(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
  return a;
}

/// How much smaller the difference is than the values, in dB.
double agreement_db(const Picture& found, const Picture& wanted) {
  return 10 * std::log10(mean_square(wanted) / (mean_square(minus(found, wanted)) + 1e-30));
}

struct Agreement {
  double engine_db = 0;    ///< between the engine and LibTorch with rounding
  double rounding_db = 0;  ///< between LibTorch with and without rounding
};

Agreement agreement_of(const Case& c, std::uint32_t seed) {
  const auto model = model_of(c, seed);
  need_precision(model, Precision::int8);
  GraphModule module(model.graph, model.tensors);
  const Picture frame = frame_of(model.graph, c.height, c.width, seed);
  const Picture exact = run_torch(module, frame, c.height, c.width);
  module.quantise_activations(model.scale_sets);
  const Picture wanted = run_torch(module, frame, c.height, c.width);
  const Picture found = run(model, frame, c.height, c.width, Precision::int8, 1);
  return {agreement_db(found, wanted), agreement_db(wanted, exact)};
}

}  // namespace

START_TEST(test_the_engine_computes_what_training_rounds) {
  // The first convolutions in float32, as training has them, or in fixed point that is nearly so.
  const char* const level = std::getenv("DENOISEAE_MAX_ISA");
  if (level == nullptr || std::string(level) != "avx2")
    setenv("DENOISEAE_MAX_ISA", "avx512_vnni", 1);
  // Other steps of the weights change more than the rounding of values does. Fixed point moves a
  // few values over the edge between two steps, and each of these moves more in every later layer.
  const double margin = highest_pair() != 2 * kHighestWeight ? -7 : may_use_fixed16() ? 0 : 3;
  std::uint32_t seed = 20;
  for (const Case& c : cases()) {
    const Agreement found = agreement_of(c, ++seed);
    // Rounding does something. A value at the edge between two steps may come out on either side,
    // which reaches some places of the output; nearly all others are the same.
    ck_assert_msg(found.rounding_db < 45, "%s %dx%d: rounding changes %g dB", c.architecture,
                  c.width, c.height, found.rounding_db);
    ck_assert_msg(found.engine_db > found.rounding_db + margin, "%s %dx%d: %g dB, rounding %g",
                  c.architecture, c.width, c.height, found.engine_db, found.rounding_db);
  }
}
END_TEST

START_TEST(test_bfloat16_in_the_first_convolutions_costs_no_more_than_rounding) {
  need_precision(model_of(cases()[0], 1), Precision::bfloat16);
  std::uint32_t seed = 20;
  for (const Case& c : cases()) {
    const Agreement found = agreement_of(c, ++seed);
    ck_assert_msg(found.engine_db > found.rounding_db - 2, "%s %dx%d: %g dB, rounding %g",
                  c.architecture, c.width, c.height, found.engine_db, found.rounding_db);
  }
}
END_TEST

START_TEST(test_integers_are_summed_exactly) {
  // Whole numbers throughout, so that nothing depends on how it is rounded: by hand.
  Graph g(0);
  const NodeId x = g.conv("a", g.input(1), 1, 1, 1, Activation::relu);
  g.set_output(g.conv("b", x, 2, 3, 1, Activation::none));
  denoiseae::detail::ModelData model;
  model.graph = g;
  model.tensors["a.weight"] = {{1, 1, 1, 1}, {1}};
  model.tensors["a.bias"] = {{1}, {0}};
  model.tensors["b.weight"] = {{2, 1, 3, 3},
                               {127, 2, 3, 4, 5, 6, 7, 8, 9,  //
                                0, 0, 0, 0, 254, 0, 0, 0, 0}};
  model.tensors["b.bias"] = {{2}, {10, -3}};
  model.scale_sets = one_scale_set({{"a", 2.0f}});
  need_precision(model, Precision::int8);
  if (highest_pair() != 2 * kHighestWeight) skip_test("weights have larger steps on this CPU");
  // Rounded to steps of 2 from 0 to 510; halves to even numbers of steps.
  Picture in = {0, 600, -8, 7, 5, 2};
  const float steps[2][3] = {{0, 255, 0}, {4, 2, 1}};
  Picture out(12);
  run_whole(*make_engine(model, 2, 3, {EngineKind::native, Precision::int8, "cpu", 1}),
            {in.data(), 1, 2, 3}, {out.data(), 2, 2, 3});
  const std::vector<float>& weights = model.tensors["b.weight"].values;
  for (int y = 0; y < 2; ++y) {
    for (int x3 = 0; x3 < 3; ++x3) {
      double sum = 10;
      for (int k = 0; k < 9; ++k) {
        const int sy = y + k / 3 - 1;
        const int sx = x3 + k % 3 - 1;
        if (sy < 0 || sx < 0 || sy > 1 || sx > 2) continue;
        sum += 2.0 * steps[sy][sx] * weights[k];
      }
      ck_assert_float_eq_tol(out[(y * 3 + x3) * 2], sum, 1e-2);
      ck_assert_float_eq_tol(out[(y * 3 + x3) * 2 + 1], 2.0 * steps[y][x3] * 254 - 3, 1e-2);
    }
  }
}
END_TEST

#if defined(__x86_64__) && defined(__linux__)
/// Runs the engine in a process of its own, which uses these instructions alone.
Picture run_limited(const denoiseae::detail::ModelData& model, const Picture& frame, int height,
                    int width, const char* instructions) {
  int ends[2];
  ck_assert_int_eq(pipe(ends), 0);
  const pid_t child = fork();
  ck_assert_int_ge(child, 0);
  if (child == 0) {
    setenv("DENOISEAE_MAX_ISA", instructions, 1);
    const Picture out = run(model, frame, height, width, Precision::int8, 1);
    const auto bytes = static_cast<ssize_t>(out.size() * sizeof(float));
    FILE* const pipe_end = fdopen(ends[1], "w");
    const bool written = fwrite(out.data(), 1, bytes, pipe_end) == static_cast<size_t>(bytes);
    _exit(fclose(pipe_end) == 0 && written ? 0 : 1);
  }
  close(ends[1]);
  FILE* const pipe_end = fdopen(ends[0], "r");
  Picture out(static_cast<std::size_t>(kPackedChannels) * height * width);
  ck_assert_uint_eq(fread(out.data(), sizeof(float), out.size(), pipe_end), out.size());
  fclose(pipe_end);
  int status = 0;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert_int_eq(status, 0);
  return out;
}

START_TEST(test_tiles_compute_what_integers_do) {
  if (!may_use_tiles()) skip_test("this CPU has no AMX tiles");
  std::uint32_t seed = 40;
  for (const Case& c :
       {Case{"unet", {{"slope", 0}, {"widths", {16, 32, 64}}}, 36, 148},
        Case{"unet",
             {{"slope", 0}, {"widths", {8, 16}}, {"encoder", {2, 1}}, {"decoder", {2}}},
             24,
             132}}) {
    auto model = level_model(find_architecture(c.architecture).build(c.settings), ++seed);
    Scales scales;
    for (const std::string& name : model.graph.quantisation().scale_names()) scales[name] = 0.01f;
    model.scale_sets = one_scale_set(scales);
    const Picture frame = frame_of(model.graph, c.height, c.width, seed);
    const Picture on_tiles = run_limited(model, frame, c.height, c.width, "amx");
    const Picture by_integers = run_limited(model, frame, c.height, c.width, "avx512_bf16");
    // The sums of the first convolution end in other digits, and a value between two steps comes
    // out on either side.
    const double db = agreement_db(on_tiles, by_integers);
    ck_assert_msg(db > 60, "widths %s: %g dB", c.settings["widths"].dump().c_str(), db);
  }
}
END_TEST
#endif

START_TEST(test_bands_are_the_whole_to_the_bit) {
  const json deep = {{"slope", 0}, {"residual", 1}, {"encoder", {1, 2, 4}}, {"decoder", {2, 3}}};
  for (const Case& c :
       {Case{"unet", {{"slope", 0}}, 188, 36}, Case{"recurrent_unet", {{"slope", 0}}, 188, 36},
        Case{"unet", deep, 188, 36}}) {
    const denoiseae::detail::ModelData model = model_of(c, 7);
    need_precision(model, Precision::int8);
    const Picture frame = frame_of(model.graph, 188, 36, 8);
    const Picture whole = run(model, frame, 188, 36, Precision::int8, 1);
    for (const unsigned threads : {2u, 3u, 5u})
      ck_assert(run(model, frame, 188, 36, Precision::int8, threads) == whole);
  }
}
END_TEST

START_TEST(test_automatic_takes_int8_only_with_scales) {
  const Case c{"unet", {{"slope", 0}}, 16, 16};
  denoiseae::detail::ModelData model = model_of(c, 9);
  const auto precision_of = [&](Precision asked) {
    return make_engine(model, 16, 16, {EngineKind::native, asked, "cpu", 1})->precision();
  };
  if (refusal_of(model, Precision::int8).empty()) {
    ck_assert(precision_of(Precision::int8) == Precision::int8);
    ck_assert(precision_of(Precision::float32) == Precision::float32);
  } else {
    DAE_ASSERT_ERROR(precision_of(Precision::int8), device_unavailable);
  }
  model.scale_sets.clear();
  ck_assert(precision_of(Precision::automatic) != Precision::int8);
  DAE_ASSERT_ERROR(precision_of(Precision::int8), device_unavailable);
  DAE_ASSERT_ERROR(make_engine(model, 16, 16, {EngineKind::torch, Precision::int8, "cpu", 1}),
                   device_unavailable);
}
END_TEST

#ifdef __x86_64__
START_TEST(test_automatic_takes_bfloat16_where_it_is_as_fast) {
  const denoiseae::detail::ModelData model = model_of({"unet", {{"slope", 0}}, 16, 16}, 9);
  need_precision(model, Precision::int8);
  const Precision precision =
      make_engine(model, 16, 16, {EngineKind::native, Precision::automatic, "cpu", 1})->precision();
  ck_assert((precision == Precision::bfloat16) == may_use_tiles());
}
END_TEST

// Two ways to know a CPU: its maker's name here, its kind in the engine.
START_TEST(test_automatic_without_tiles_and_scales_goes_by_the_maker) {
  setenv("DENOISEAE_MAX_ISA", "avx512_bf16", 1);
  unsigned highest = 0, name[3] = {};
  __get_cpuid(0, &highest, &name[0], &name[2], &name[1]);
  const bool amd = std::memcmp(name, "AuthenticAMD", sizeof name) == 0;
  const bool faster = amd && __builtin_cpu_supports("avx512bf16") != 0;
  denoiseae::detail::ModelData model = model_of({"unet", {{"slope", 0}}, 16, 16}, 9);
  model.scale_sets.clear();
  const auto engine =
      make_engine(model, 16, 16, {EngineKind::native, Precision::automatic, "cpu", 1});
  ck_assert(engine->precision() == (faster ? Precision::bfloat16 : Precision::float32));
}
END_TEST

START_TEST(test_automatic_takes_float32_without_bfloat16_and_scales) {
  setenv("DENOISEAE_MAX_ISA", "avx512_vnni", 1);
  denoiseae::detail::ModelData model = model_of({"unet", {{"slope", 0}}, 16, 16}, 9);
  model.scale_sets.clear();
  const auto engine =
      make_engine(model, 16, 16, {EngineKind::native, Precision::automatic, "cpu", 1});
  ck_assert(engine->precision() == Precision::float32);
}
END_TEST

START_TEST(test_automatic_takes_int8_without_tiles) {
  if (!__builtin_cpu_supports("avx2")) skip_test("this CPU has no AVX2");
  setenv("DENOISEAE_MAX_ISA", "avx2", 1);
  const denoiseae::detail::ModelData model = model_of({"unet", {{"slope", 0}}, 16, 16}, 9);
  const auto engine =
      make_engine(model, 16, 16, {EngineKind::native, Precision::automatic, "cpu", 1});
  ck_assert(engine->precision() == Precision::int8);
}
END_TEST
#endif

START_TEST(test_gradients_pass_through_rounding) {
  const Case c{
      "unet", {{"slope", 0}, {"widths", {4, 6}}, {"encoder", {1, 1}}, {"decoder", {1}}}, 16, 16};
  const denoiseae::detail::ModelData model = model_of(c, 12);
  GraphModule module(model.graph, model.tensors);
  Picture frame = frame_of(model.graph, 16, 16, 13);
  const torch::Tensor in = tensor_of(frame, kPackedInputChannels, 16, 16);
  const auto gradients = [&] {
    const torch::Tensor loss = module.forward(in, Mode::train).square().sum();
    std::vector<torch::Tensor> rows;
    for (const torch::Tensor& g : torch::autograd::grad({loss}, module.trained()))
      rows.push_back(g.flatten());
    return torch::cat(rows);
  };
  const torch::Tensor exact = gradients();
  module.quantise_activations(model.scale_sets);
  const torch::Tensor rounded = gradients();
  // As if nothing were rounded, but at other values: of nearly the same direction.
  const double cosine = (exact.dot(rounded) / exact.norm() / rounded.norm()).item<double>();
  ck_assert_double_gt(cosine, 0.98);
  ck_assert(!exact.equal(rounded));
  DAE_ASSERT_ERROR(module.quantise_activations(one_scale_set({{"head", 1.0f}})),
                   incompatible_model);
}
END_TEST

int main() {
  return run_suite("int8", {
    test_the_engine_computes_what_training_rounds,
        test_bfloat16_in_the_first_convolutions_costs_no_more_than_rounding,
        test_integers_are_summed_exactly,
#if defined(__x86_64__) && defined(__linux__)
        test_tiles_compute_what_integers_do,
#endif
        test_bands_are_the_whole_to_the_bit, test_automatic_takes_int8_only_with_scales,
#ifdef __x86_64__
        test_automatic_takes_bfloat16_where_it_is_as_fast, test_automatic_takes_int8_without_tiles,
        test_automatic_without_tiles_and_scales_goes_by_the_maker,
        test_automatic_takes_float32_without_bfloat16_and_scales,
#endif
        test_gradients_pass_through_rounding
  });
}
