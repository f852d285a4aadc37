// SPDX-License-Identifier: LGPL-2.1-or-later
// Measures the peak of multiply-accumulates for each level of instructions that the processor has.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <latch>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "../median_time.h"
#include "peak_loops.h"

namespace {

using namespace denoiseae::bench;

constexpr int kRuns = 21, kWarmUp = 3;

/// Returns turns that take this thread some milliseconds.
std::int64_t long_enough(PeakLoop* loop) {
  constexpr double kMinMs = 4;
  std::int64_t turns = 1 << 12;
  for (;; turns *= 2) {
    const double start = thread_ms();
    loop(turns);
    if (thread_ms() - start >= kMinMs) return turns;
  }
}

/// Runs a loop on so many threads at once, and returns the sum of their speeds.
double gmacs_per_s(PeakLoop* loop, int threads) {
  const std::int64_t turns = long_enough(loop);
  std::latch start(threads);
  std::vector<double> speeds(static_cast<std::size_t>(threads));
  std::vector<std::thread> running;
  for (double& speed : speeds) {
    running.emplace_back([&] {
      double macs = 0;
      start.arrive_and_wait();
      const double ms = median_ms([&] { macs = loop(turns); }, kRuns, kWarmUp);
      speed = macs / ms * 1e-6;
    });
  }
  for (std::thread& thread : running) thread.join();
  double sum = 0;
  for (const double speed : speeds) sum += speed;
  return sum;
}

void print_peaks(int threads) {
  for (const PeakEntry& entry : peak_entries()) {
    if (!entry.available) {
      std::cerr << entry.level << ' ' << entry.precision
                << " is left out: the processor has no such instructions\n";
      continue;
    }
    const nlohmann::json line{{"level", entry.level},
                              {"precision", entry.precision},
                              {"threads", threads},
                              {"gmacs_per_s", gmacs_per_s(entry.loop, threads)}};
    std::printf("%s\n", line.dump().c_str());
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  int threads = 1;
  CLI::App app{
      "Measures the peak of multiply-accumulates in registers, for each level of instructions and "
      "each\nprecision; prints one JSON object a line.\n"
      "Example: denoiseae-bench-peak --threads 2"};
  // The time is that of the processor, so that threads must not share one.
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  app.add_option("--threads", threads, "to run at once; the speed is the sum of all")
      ->check(CLI::Range(1, cores));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  try {
    print_peaks(threads);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "denoiseae-bench-peak: " << e.what() << '\n';
    return 1;
  }
}
