// SPDX-License-Identifier: LGPL-2.1-or-later
// Torments seven live pipelines, lets an eighth one play in peace, and measures whether the process
// grows and whether the frames of the eighth take longer and longer.
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>

#include "support/temp_folder.h"
#include "support/tiny_model.h"
#include "tormented_pipeline.h"

namespace {

constexpr int kTormented = 7;
/// A torment that takes so long hangs, and SIGALRM ends the process.
constexpr unsigned kHangSeconds = 120;
/// Threads end a little later than their streams.
constexpr gulong kEndOfThreadsUs = 300'000;
constexpr double kMaxGrowthMib = 1;   ///< in ten minutes
constexpr double kMaxSlowdown = 1.2;  ///< in the second half, as a factor
constexpr double kWarmUpShare = 0.25;
constexpr double kJudgedMinutes = 10;

/// One measurement.
struct Sample {
  double minute;
  double rest_mib;  ///< memory while the tormented pipelines rest
  double frame_ms;  ///< mean since the sample before
};

/// Lets malloc give back what is free at the end of each of its arenas, which it has for threads.
/// By itself it keeps the more there the larger the blocks were that have been freed, and
/// malloc_trim() does not reach it. With this, what grows is in use, or cut up by what is in use.
void make_malloc_give_back() { mallopt(M_TRIM_THRESHOLD, 128 << 10); }

/// Returns the memory of the process that no file is behind. What was freed is given back before,
/// so that it does not count.
double memory_mib() {
  malloc_trim(0);
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kib = 0;
    if (word == "RssAnon:" && status >> kib) return kib / 1024;
  }
  return 0;
}

/// Returns what of it is in use. The rest lies between blocks, where malloc keeps it for later.
double used_mib() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd) / (1 << 20);
}

/// Lets threads end with the streams that they are for. GLib would keep eight for the next streams
/// or fewer, as it happens, and each has a stack.
void keep_no_idle_threads() { g_thread_pool_set_max_unused_threads(0); }

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Returns the slope of the line through the memory, in MiB in ten minutes.
double growth_mib(const std::vector<Sample>& samples) {
  double minutes = 0, mibs = 0, products = 0, squares = 0;
  for (const Sample& s : samples) {
    minutes += s.minute / static_cast<double>(samples.size());
    mibs += s.rest_mib / static_cast<double>(samples.size());
  }
  for (const Sample& s : samples) {
    products += (s.minute - minutes) * (s.rest_mib - mibs);
    squares += (s.minute - minutes) * (s.minute - minutes);
  }
  return 10 * products / squares;
}

/// Returns how many times longer frames take in the second half of the samples.
double slowdown(const std::vector<Sample>& samples) {
  std::vector<double> times;
  for (const Sample& s : samples) times.push_back(s.frame_ms);
  const auto half = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  return median({half, times.end()}) / median({times.begin(), half});
}

/// Prints the figures. Returns whether they hold.
bool judge(std::vector<Sample> samples, double minutes) {
  std::erase_if(samples, [&](const Sample& s) { return s.minute < kWarmUpShare * minutes; });
  const double growth = growth_mib(samples), slower = slowdown(samples);
  std::printf("after %g minutes: memory grows by %.2f MiB in ten minutes (at most %g); ",
              kWarmUpShare * minutes, growth, kMaxGrowthMib);
  std::printf("frames take %.2f times as long in the second half (at most %g)\n", slower,
              kMaxSlowdown);
  return growth < kMaxGrowthMib && slower < kMaxSlowdown;
}

class Soak {
 public:
  explicit Soak(const TormentingModels& models) : steady_(models, 0) {
    for (unsigned i = 1; i <= kTormented; ++i)
      tormented_.push_back(std::make_unique<TormentedPipeline>(models, i));
  }

  /// Returns whether all went well.
  bool run(double minutes) {
    steady_.play();
    const gint64 begin = g_get_monotonic_time();
    const auto minute = [&] { return static_cast<double>(g_get_monotonic_time() - begin) / 60e6; };
    const double interval = std::min(0.5, minutes / 4);
    std::vector<Sample> samples;
    std::printf("minute  MiB at play  MiB at rest  in use  ms/frame  frames  swaps  refused\n");
    while (minute() < minutes) {
      for (auto& pipeline : tormented_) pipeline->play();
      const double until = minute() + interval;
      while (minute() < until) {
        torment();
        if (!check()) return false;
      }
      const double play_mib = memory_mib();
      for (auto& pipeline : tormented_) pipeline->rest();
      g_usleep(kEndOfThreadsUs);
      samples.push_back({minute(), memory_mib(), steady_.take_frame_time_ms()});
      const Sample& s = samples.back();
      std::printf("%6.1f  %11.1f  %11.1f  %6.1f  %8.3f  %6lu  %5lu  %7lu\n", s.minute, play_mib,
                  s.rest_mib, used_mib(), s.frame_ms, sum_of(&TormentedPipeline::frames),
                  sum_of(&TormentedPipeline::swaps), sum_of(&TormentedPipeline::refusals));
      std::fflush(stdout);
    }
    if (!all_have_played()) return false;
    if (minutes >= kJudgedMinutes) return models_have_changed() && judge(samples, minutes);
    std::printf("models, memory and time are judged from %g minutes on\n", kJudgedMinutes);
    return true;
  }

 private:
  void torment() {
    alarm(kHangSeconds);
    auto& pipeline = tormented_[random_() % tormented_.size()];
    pipeline->torment();
    g_usleep(random_() % 20000);
  }

  bool check() {
    for (auto* pipeline : all()) {
      if (pipeline->error().empty()) continue;
      std::printf("an element failed: %s\n", pipeline->error().c_str());
      return false;
    }
    return true;
  }

  bool all_have_played() {
    for (auto* pipeline : all()) {
      if (pipeline->frames() > 0) continue;
      std::printf("a pipeline has shown no frame\n");
      return false;
    }
    return true;
  }

  bool models_have_changed() {
    if (sum_of(&TormentedPipeline::swaps) > 0 && sum_of(&TormentedPipeline::refusals) > 0)
      return true;
    std::printf("no model has taken over, or none was refused\n");
    return false;
  }

  std::uint64_t sum_of(std::uint64_t (TormentedPipeline::*count)() const) {
    std::uint64_t sum = 0;
    for (auto* pipeline : all()) sum += (pipeline->*count)();
    return sum;
  }

  std::vector<TormentedPipeline*> all() {
    std::vector<TormentedPipeline*> pipelines = {&steady_};
    for (auto& pipeline : tormented_) pipelines.push_back(pipeline.get());
    return pipelines;
  }

  TormentedPipeline steady_;
  std::vector<std::unique_ptr<TormentedPipeline>> tormented_;
  std::minstd_rand random_{1};
};

}  // namespace

int main(int argc, char** argv) {
  make_malloc_give_back();
  keep_no_idle_threads();
  gst_init(&argc, &argv);
  const double minutes = argc > 1 ? std::atof(argv[1]) : 0;
  if (!(minutes > 0)) {
    std::fprintf(stderr,
                 "usage: soak MINUTES [MODEL...]; without models, networks that do little\n");
    return 2;
  }
  const denoiseae::test::TempFolder folder;
  const std::string averaging = (folder / "averaging.safetensors").string();
  const std::string tiny = (folder / "tiny.safetensors").string();
  const std::string damaged = (folder / "damaged.safetensors").string();
  denoiseae::test::save_averaging_model(averaging);
  denoiseae::test::save_tiny_model(tiny);
  std::filesystem::copy_file(averaging, damaged);
  std::filesystem::resize_file(damaged, std::filesystem::file_size(damaged) - 1);

  TormentingModels models{{argv + 2, argv + argc}, {(folder / "missing").string(), damaged}};
  if (models.good.empty()) models.good = {averaging, tiny};
  models.good.emplace_back("auto");
  const bool good = Soak(models).run(minutes);
  gst_deinit();
  return good ? 0 : 1;
}
