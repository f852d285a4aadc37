// SPDX-License-Identifier: LGPL-2.1-or-later
// The threads that the elements of one process share.
#include <gst/video/video.h>

#include <string>
#include <thread>
#include <vector>

#include "fixture.h"
#include "support/worker_threads.h"

namespace {

using denoiseae::test::keep_to_processors;
using denoiseae::test::worker_names;
using denoiseae::test::workers_become;

// sharpen3x3 shares frames of this size among threads, too.
const GstVideoInfo kInfo = video_info("GRAY8", 1600, 960);

// Eight elements that stream side by side, each in a thread of its own.
class Crowd {
 public:
  explicit Crowd(const std::vector<std::string>& lines) {
    for (gsize i = 0; i < 8; ++i)
      harnesses_.push_back(make_harness(lines[i % lines.size()], kInfo));
  }
  ~Crowd() {
    for (GstHarness* harness : harnesses_) gst_harness_teardown(harness);
  }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  void stream() {
    std::vector<std::thread> threads;
    for (GstHarness* harness : harnesses_)
      threads.emplace_back([harness] {
        for (int i = 0; i < 3; ++i) {
          GstBuffer* frame = gst_buffer_new_allocate(NULL, GST_VIDEO_INFO_SIZE(&kInfo), NULL);
          gst_buffer_memset(frame, 0, 50 * i, GST_VIDEO_INFO_SIZE(&kInfo));
          gst_buffer_unref(process(harness, frame));
        }
      });
    for (std::thread& thread : threads) thread.join();
  }

 private:
  std::vector<GstHarness*> harnesses_;
};

}  // namespace

GST_START_TEST(test_eight_elements_share_threads) {
  fail_unless(keep_to_processors(1));
  {
    Crowd crowd({"denoiseae engine=native threads=3", "denoiseae engine=native threads=2",
                 "sharpen3x3 threads=3", "addnoise threads=2"});
    crowd.stream();
    fail_unless(workers_become({"denoiseae-1", "denoiseae-2"}));
    crowd.stream();
    fail_unless(workers_become({"denoiseae-1", "denoiseae-2"}));
  }
  fail_unless(workers_become({}));
}
GST_END_TEST

GST_START_TEST(test_one_processor_in_the_mask_starts_no_thread) {
  fail_unless(keep_to_processors(1));
  Crowd crowd({"denoiseae engine=native", "sharpen3x3", "addnoise"});
  crowd.stream();
  fail_unless(worker_names().empty());
}
GST_END_TEST

static Suite* threads_suite(void) {
  TCase* cases = model_case("threads");
  tcase_add_test(cases, test_eight_elements_share_threads);
  tcase_add_test(cases, test_one_processor_in_the_mask_starts_no_thread);
  return suite_of("threads", cases);
}

int main(int argc, char** argv) { return run_plugin_suite(argc, argv, threads_suite); }
