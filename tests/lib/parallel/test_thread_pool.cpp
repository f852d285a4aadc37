// SPDX-License-Identifier: LGPL-2.1-or-later
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "parallel/cpu_quota.h"
#include "parallel/for_ranges.h"
#include "parallel/thread_count.h"
#include "parallel/wavefront.h"
#include "support/check.h"
#include "support/worker_threads.h"

using namespace denoiseae;

START_TEST(test_ranges_are_everything_once) {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    for (const int count : {0, 1, 2, 7, 19, 1000}) {
      std::vector<std::atomic<int>> times(static_cast<std::size_t>(count));
      for_ranges(&pool, count, [&](int begin, int end) {
        ck_assert_int_lt(begin, end);
        for (int i = begin; i < end; ++i) ++times[static_cast<std::size_t>(i)];
      });
      for (const auto& n : times) ck_assert_int_eq(n, 1);
    }
  }
}
END_TEST

/// Each block writes down one more than the largest number of the blocks before it. The numbers are
/// right only if those blocks are done.
START_TEST(test_wavefronts_keep_the_order) {
  for (const int threads : {0, 1, 2, 3, 7}) {
    std::unique_ptr<ThreadPool> pool;
    if (threads > 0) pool = std::make_unique<ThreadPool>(threads);
    Wavefront wavefront(20);
    for (const auto& [columns, rows] : {std::pair{1, 1}, {1, 20}, {9, 1}, {2, 5}, {30, 20}}) {
      std::vector<int> steps(static_cast<std::size_t>(columns * rows), 0);
      const auto at = [&, width = columns](int column, int row) {
        const bool inside = column >= 0 && column < width && row >= 0;
        return inside ? steps[static_cast<std::size_t>(row * width + column)] : 0;
      };
      wavefront.run(pool.get(), columns, rows, [&, width = columns](int column, int row) {
        const int before =
            std::max({at(column - 1, row), at(column, row - 1), at(column + 1, row - 1)});
        steps[static_cast<std::size_t>(row * width + column)] = before + 1;
      });
      for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column)
          ck_assert_int_eq(at(column, row), columns == 1 ? row + 1 : column + 2 * row + 1);
    }
  }
}
END_TEST

START_TEST(test_without_a_pool_it_is_one_range) {
  int calls = 0;
  for_ranges(nullptr, 9, [&](int begin, int end) {
    ck_assert_int_eq(begin, 0);
    ck_assert_int_eq(end, 9);
    ++calls;
  });
  for_ranges(nullptr, 0, [&](int, int) { ++calls; });
  ck_assert_int_eq(calls, 1);
}
END_TEST

START_TEST(test_what_a_range_throws_arrives) {
  ThreadPool pool(3);
  for (int i = 0; i < 20; ++i) {
    bool caught = false;
    try {
      for_ranges(&pool, 40, [&](int begin, int end) {
        if (begin <= i && i < end) throw std::runtime_error("row");
      });
    } catch (const std::runtime_error&) {
      caught = true;
    }
    ck_assert(caught);
  }
}
END_TEST

START_TEST(test_the_caller_takes_the_first_part) {
  for (const int threads : {1, 2, 4}) {
    ThreadPool pool(threads);
    ck_assert_int_eq(pool.count(), threads);
    std::vector<std::atomic<int>> times(static_cast<std::size_t>(threads));
    std::thread::id first;
    pool.run([&](int i) {
      ++times[static_cast<std::size_t>(i)];
      if (i == 0) first = std::this_thread::get_id();
    });
    ck_assert(first == std::this_thread::get_id());
    for (const auto& n : times) ck_assert_int_eq(n, 1);
  }
}
END_TEST

/// The caller goes on only when the tasks that did not throw have ended, too.
START_TEST(test_no_part_outlives_a_failure) {
  ThreadPool pool(3);
  for (int failing = 0; failing < 3; ++failing) {
    std::atomic<int> ended = 0;
    bool caught = false;
    try {
      pool.run([&](int i) {
        if (i == failing) throw std::runtime_error("part");
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        ++ended;
      });
    } catch (const std::runtime_error&) {
      caught = true;
    }
    ck_assert(caught);
    ck_assert_int_eq(ended, 2);
  }
}
END_TEST

START_TEST(test_without_a_wish_there_is_a_thread_for_each_allowed_processor) {
  ck_assert_uint_eq(thread_count(1), 1);
  ck_assert_uint_eq(thread_count(9), 9);
  cpu_set_t allowed;
  ck_assert_int_eq(::sched_getaffinity(0, sizeof(allowed), &allowed), 0);
  auto wanted = static_cast<unsigned>(CPU_COUNT(&allowed));
  if (const unsigned paid = processors_of_quota("/"); paid != 0) wanted = std::min(wanted, paid);
  ck_assert_uint_eq(thread_count(0), wanted);
  ck_assert_int_eq(ThreadPool(0).count(), static_cast<int>(wanted));
}
END_TEST

/// Check runs each test in a process of its own, so that the mask of the others stays as it is.
START_TEST(test_one_processor_in_the_mask_gives_one_thread) {
  ck_assert(denoiseae::test::keep_to_processors(1));
  ck_assert_uint_eq(thread_count(0), 1);
  ck_assert_int_eq(ThreadPool(0).count(), 1);
  ck_assert_uint_eq(thread_count(3), 3);
}
END_TEST

int main() {
  return denoiseae::test::run_suite(
      "thread_pool", {test_ranges_are_everything_once, test_wavefronts_keep_the_order,
                      test_without_a_pool_it_is_one_range, test_what_a_range_throws_arrives,
                      test_the_caller_takes_the_first_part, test_no_part_outlives_a_failure,
                      test_without_a_wish_there_is_a_thread_for_each_allowed_processor,
                      test_one_processor_in_the_mask_gives_one_thread});
}
