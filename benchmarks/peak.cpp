// SPDX-License-Identifier: LGPL-2.1-or-later
// Measures the speed of oneDNN on one core, with a convolution that suits it: 3x3, 64 to 64
// channels.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <dnnl.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "median_time.h"

using dnnl::memory;

namespace {

constexpr int kChannels = 64, kHeight = 180, kWidth = 320;

double gmacs_per_s(memory::data_type data, memory::data_type weights) {
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  const auto any = memory::format_tag::any;
  const memory::desc picture({1, kChannels, kHeight, kWidth}, data, memory::format_tag::nhwc);
  const memory::desc kernel({kChannels, kChannels, 3, 3}, weights, any);
  const dnnl::convolution_forward::desc description(dnnl::prop_kind::forward_inference,
                                                    dnnl::algorithm::convolution_direct, picture,
                                                    kernel, picture, {1, 1}, {1, 1}, {1, 1});
  const dnnl::convolution_forward::primitive_desc choice(description, engine);
  const dnnl::convolution_forward convolution(choice);
  memory in(choice.src_desc(), engine), out(choice.dst_desc(), engine),
      factors(choice.weights_desc(), engine);
  const double ms = denoiseae::bench::median_ms([&] {
    convolution.execute(stream,
                        {{DNNL_ARG_SRC, in}, {DNNL_ARG_WEIGHTS, factors}, {DNNL_ARG_DST, out}});
    stream.wait();
  });
  return 9.0 * kChannels * kChannels * kHeight * kWidth / ms * 1e-6;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Times one convolution of oneDNN, one thread (set OMP_NUM_THREADS=1); prints JSON objects."};
  CLI11_PARSE(app, argc, argv);
  using type = memory::data_type;
  for (const auto& [name, data, weights] : {std::tuple{"float32", type::f32, type::f32},
                                            {"bfloat16", type::bf16, type::bf16},
                                            {"int8", type::u8, type::s8}}) {
    try {
      const nlohmann::json line{{"precision", name}, {"gmacs_per_s", gmacs_per_s(data, weights)}};
      std::printf("%s\n", line.dump().c_str());
    } catch (const dnnl::error& error) {
      std::cerr << name << " is left out: " << error.what() << '\n';
    }
  }
}
