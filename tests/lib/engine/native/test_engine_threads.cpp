// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/denoiser.h>
#include <pthread.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "engine/native/engine.h"
#include "support/check.h"
#include "support/frames.h"
#include "support/tiny_model.h"
#include "support/worker_threads.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 96, kHeight = 160, kFrames = 6;

/// Denoises a stream of its own in a thread of its own, as an element does.
class Stream {
 public:
  Stream(const std::shared_ptr<const Model>& model, unsigned threads) {
    denoiser_.load(model);
    EngineOptions options;
    options.engine = EngineKind::native;
    options.precision = Precision::float32;
    options.threads = threads;
    denoiser_.configure(PixelFormat::i420, kWidth, kHeight, options);
    ck_assert_uint_eq(denoiser_.info().threads, threads);
  }

  void begin() {
    thread_ = std::thread([this] {
      ::pthread_setname_np(::pthread_self(), "stream");
      for (int i = 0; i < kFrames; ++i) {
        const GuardedFrame in(PixelFormat::i420, kWidth, kHeight, 0, static_cast<unsigned>(i + 1));
        denoiser_.process(in.view(), out_.view());
      }
      // A thread that another library starts would have the name of the one that started it.
      same_names_ = static_cast<int>(std::ranges::count(thread_names(), "stream"));
    });
  }
  void join() { thread_.join(); }

  const Frame& last() const { return out_; }
  /// Returns how many threads had the name of those of streams when this one ended.
  int same_names() const { return same_names_; }

 private:
  Denoiser denoiser_;
  Frame out_{PixelFormat::i420, kWidth, kHeight};
  int same_names_ = 0;
  std::thread thread_;
};

}  // namespace

START_TEST(test_denoisers_share_threads_and_keep_their_results) {
  ck_assert(keep_to_processors(1));
  const auto model = random_model("recurrent_unet", nlohmann::json::object());
  Stream alone(model, 1);
  alone.begin();
  alone.join();
  ck_assert_int_eq(alone.same_names(), 1);
  ck_assert(worker_names().empty());

  constexpr int kStreams = 8;
  std::vector<std::unique_ptr<Stream>> streams;
  for (int i = 0; i < kStreams; ++i) streams.push_back(std::make_unique<Stream>(model, 3));
  for (const auto& stream : streams) stream->begin();
  for (const auto& stream : streams) stream->join();
  for (const auto& stream : streams) {
    ck_assert_int_le(stream->same_names(), kStreams);
    ck_assert(same_pixels(stream->last().view(), alone.last().view()));
  }
  ck_assert(workers_become({"denoiseae-1", "denoiseae-2"}));
}
END_TEST

int main() {
  return run_suite("engine_threads", {test_denoisers_share_threads_and_keep_their_results});
}
