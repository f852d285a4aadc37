// SPDX-License-Identifier: LGPL-2.1-or-later
// Pools share threads with each other, and must not hold each other up.
#include <denoiseae/thread_pool.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <initializer_list>
#include <latch>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "parallel/shared_workers.h"
#include "parallel/wavefront.h"
#include "support/check.h"
#include "support/worker_threads.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

using Names = std::vector<std::string>;

std::string name_of_this_thread() {
  char name[16] = {};
  ::pthread_getname_np(::pthread_self(), name, sizeof(name));
  return name;
}

std::size_t workers_for_pools(std::initializer_list<int> threads, const ProcessorMask& processors,
                              unsigned paid = 0) {
  std::vector<WorkerDemand> demands;
  for (const int count : threads) demands.push_back({count, processors});
  std::vector<const WorkerDemand*> list;
  for (const WorkerDemand& demand : demands) list.push_back(&demand);
  return workers_for(list, paid);
}

/// Runs a job whose parts end only when all of them have begun, each in a thread of its own.
/// Returns the names of these threads by part.
Names meet(ThreadPool& pool) {
  Names names(static_cast<std::size_t>(pool.count()));
  std::latch all(pool.count());
  pool.run([&](int i) {
    names[static_cast<std::size_t>(i)] = name_of_this_thread();
    all.arrive_and_wait();
  });
  return names;
}

/// Keeps threads of the process busy, as a slow frame of another element does.
class Occupation {
 public:
  /// count: how many threads, one of which is its own.
  explicit Occupation(int count)
      : begun_(count), thread_([this, count] {
          ThreadPool pool(static_cast<unsigned>(count));
          pool.run([this](int) {
            begun_.count_down();
            over_.wait();
          });
        }) {
    begun_.wait();
  }
  ~Occupation() {
    over_.count_down();
    thread_.join();
  }
  Occupation(const Occupation&) = delete;
  Occupation& operator=(const Occupation&) = delete;

 private:
  std::latch begun_;
  std::latch over_{1};
  std::thread thread_;
};

/// Runs body in a child process, and returns how that ended: 0 where body returned true in time.
template <typename Body>
int status_of_child(const Body& body) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  ck_assert_int_ge(child, 0);
  if (child == 0) {
    ::alarm(30);
    ::_exit(body() ? 0 : 1);
  }
  int status = 0;
  ck_assert_int_eq(::waitpid(child, &status, 0), child);
  return status;
}

template <typename Body>
void assert_in_child(const Body& body) {
  ck_assert_int_eq(status_of_child(body), 0);
}

/// The user mode of QEMU 7.2 aborts a child of a process with threads that starts one of its own.
bool children_may_start_threads() {
  std::latch over(1);
  std::thread other([&] { over.wait(); });
  const int status = status_of_child([] {
    std::thread([] {}).join();
    return true;
  });
  over.count_down();
  other.join();
  return status == 0;
}

}  // namespace

START_TEST(test_pools_share_as_many_threads_as_there_are_processors) {
  const bool have_two = keep_to_processors(2);
  if (have_two) {
    const ProcessorMask two = ProcessorMask::of_this_thread();
    ck_assert_uint_eq(workers_for_pools({1}, two), 0);
    ck_assert_uint_eq(workers_for_pools({2, 2, 2, 2, 2, 2, 2, 2}, two), 1);
    ck_assert_uint_eq(workers_for_pools({1, 2, 1}, two), 1);
    ck_assert_uint_eq(workers_for_pools({2, 2}, two, 1), 1);
    ck_assert_uint_eq(workers_for_pools({2, 2}, two, 9), 1);
    ck_assert_uint_eq(workers_for_pools({2, 5, 2}, two), 4);
  }
  ck_assert(keep_to_processors(1));
  const ProcessorMask one = ProcessorMask::of_this_thread();
  ck_assert_uint_eq(workers_for({}, 0), 0);
  ck_assert_uint_eq(workers_for_pools({1, 1, 1}, one), 0);
  ck_assert_uint_eq(workers_for_pools({3, 1}, one), 2);
  const unsigned machine = ProcessorMask().count();
  ck_assert_uint_eq(workers_for_pools({2, 2, 2}, {}), std::clamp(machine - 1, 1u, 3u));
  ck_assert_uint_eq(workers_for_pools({1024, 1024}, {}), 1023);
  if (!have_two) skip_part("two processors", "this process may use one");
}
END_TEST

START_TEST(test_callers_at_a_time_share_the_threads) {
  ck_assert(keep_to_processors(1));
  constexpr int kPools = 8;
  std::vector<std::unique_ptr<ThreadPool>> pools;
  for (int i = 0; i < kPools; ++i) pools.push_back(std::make_unique<ThreadPool>(3));
  ck_assert(workers_become({"denoiseae-1", "denoiseae-2"}));
  std::vector<std::thread> callers;
  std::atomic<int> calls = 0;
  for (const auto& pool : pools)
    callers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) pool->run([&](int) { ++calls; });
    });
  for (std::thread& caller : callers) caller.join();
  ck_assert_int_eq(calls, kPools * 200 * 3);
  ck_assert(worker_names() == (Names{"denoiseae-1", "denoiseae-2"}));
  pools.clear();
  ck_assert(workers_become({}));
}
END_TEST

START_TEST(test_one_processor_in_the_mask_starts_no_thread) {
  ck_assert(keep_to_processors(1));
  const std::size_t others = thread_names().size();
  ThreadPool pool, another;
  ck_assert_int_eq(pool.count(), 1);
  pool.run([&](int i) { ck_assert_int_eq(i, 0); });
  ck_assert_uint_eq(thread_names().size(), others);
}
END_TEST

START_TEST(test_each_part_has_a_thread_and_keeps_it) {
  ThreadPool pool(4);
  const Names first = meet(pool);
  ck_assert(first == (Names{name_of_this_thread(), "denoiseae-1", "denoiseae-2", "denoiseae-3"}));
  for (int i = 0; i < 50; ++i) ck_assert(meet(pool) == first);
}
END_TEST

/// A pool gets no more threads than it asked for, however many there are.
START_TEST(test_a_pool_keeps_to_its_count) {
  ThreadPool large(6), small(2);
  std::atomic<int> now = 0, most = 0;
  for (int i = 0; i < 100; ++i)
    small.run([&](int) {
      const int count = ++now;
      int before = most;
      while (before < count && !most.compare_exchange_weak(before, count)) {
      }
      std::this_thread::yield();
      --now;
    });
  ck_assert_int_le(most, 2);
  ck_assert_uint_eq(meet(small).size(), 2);
  ck_assert_uint_eq(meet(large).size(), 6);
}
END_TEST

START_TEST(test_threads_beyond_the_need_do_nothing) {
  ck_assert(keep_to_processors(1));
  ThreadPool small(2), another(2);
  {
    ThreadPool large(4);
    meet(large);
  }
  std::mutex mutex;
  std::set<std::string> names;
  const std::string caller = name_of_this_thread();
  const auto use = [&](ThreadPool& pool) {
    for (int i = 0; i < 100; ++i)
      pool.run([&](int) {
        const std::lock_guard lock(mutex);
        names.insert(name_of_this_thread());
      });
  };
  std::thread other([&] { use(another); });
  use(small);
  other.join();
  names.erase(caller);
  names.erase("denoiseae-1");
  ck_assert(names.empty());
}
END_TEST

START_TEST(test_a_caller_goes_on_when_all_threads_are_busy) {
  ck_assert(keep_to_processors(1));
  ThreadPool pool(3);
  const Occupation occupation(3);
  std::vector<std::thread::id> ids(3);
  pool.run([&](int i) { ids[static_cast<std::size_t>(i)] = std::this_thread::get_id(); });
  for (const std::thread::id id : ids) ck_assert(id == std::this_thread::get_id());
  // The rows of a wavefront wait for each other, but never for a thread that has none.
  Wavefront wavefront(40);
  std::vector<int> done(40, 0);
  wavefront.run(&pool, 7, 40, [&](int column, int row) {
    ck_assert_int_eq(done[static_cast<std::size_t>(row)]++, column);
    if (row > 0) ck_assert_int_ge(done[static_cast<std::size_t>(row) - 1], std::min(column + 2, 7));
  });
  for (const int columns : done) ck_assert_int_eq(columns, 7);
}
END_TEST

START_TEST(test_a_task_may_run_tasks) {
  ThreadPool pool(3), another(3);
  for (ThreadPool* inner : {&pool, &another}) {
    std::atomic<int> calls = 0;
    for (int i = 0; i < 50; ++i)
      pool.run([&](int) { inner->run([&](int) { pool.run([&](int) { ++calls; }); }); });
    ck_assert_int_eq(calls, 50 * 3 * 3 * 3);
  }
}
END_TEST

START_TEST(test_a_failure_is_told_to_its_own_caller) {
  ck_assert(keep_to_processors(1));
  std::vector<std::thread> callers;
  std::atomic<int> wrong = 0;
  for (int number = 0; number < 4; ++number)
    callers.emplace_back([&wrong, number] {
      ThreadPool pool(3);
      for (int i = 0; i < 100; ++i) {
        std::string told;
        try {
          pool.run([&](int part) {
            if (part == i % 3 && i % 2 == 0) throw std::runtime_error(std::to_string(number));
          });
        } catch (const std::runtime_error& e) {
          told = e.what();
        }
        if (told != (i % 2 == 0 ? std::to_string(number) : "")) ++wrong;
      }
    });
  for (std::thread& caller : callers) caller.join();
  ck_assert_int_eq(wrong, 0);
}
END_TEST

/// The other pool belongs to a thread that may use all processors.
START_TEST(test_a_thread_runs_where_the_pool_may) {
  ThreadPool wide(2);
  const ProcessorMask all = ProcessorMask::of_this_thread();
  if (!keep_to_processors(1) || all.count() == 1) skip_test("this process may use one processor");
  ThreadPool narrow(2);
  const ProcessorMask one = ProcessorMask::of_this_thread();
  std::latch* all_begun = nullptr;
  ProcessorMask found;
  const std::function<void(int)> look = [&](int part) {
    if (part == 1) found = ProcessorMask::of_this_thread();
    all_begun->arrive_and_wait();
  };
  for (int i = 0; i < 6; ++i) {
    std::latch both(2);
    all_begun = &both;
    (i % 2 == 0 ? wide : narrow).run(look);
    ck_assert(found == (i % 2 == 0 ? all : one));
  }
}
END_TEST

START_TEST(test_a_child_has_threads_of_its_own) {
  if (!children_may_start_threads())
    skip_test("this system does not let a child of a process with threads start a thread");
  ck_assert(keep_to_processors(1));
  ThreadPool pool(3);
  const Names names = meet(pool);
  std::atomic<bool> over = false;
  // Forks come while another thread holds locks of the pools.
  std::thread other([&] {
    ThreadPool busy(3);
    while (!over) busy.run([](int) {});
  });
  const auto works = [&] { return meet(pool) == names; };
  for (int i = 0; i < 20; ++i)
    assert_in_child([&] {
      if (!works()) return false;
      if (ThreadPool more(4); meet(more).back() != "denoiseae-3") return false;
      assert_in_child(works);
      return true;
    });
  over = true;
  other.join();
  ck_assert(meet(pool) == names);
}
END_TEST

START_TEST(test_a_process_may_end_while_there_are_pools) {
  assert_in_child([]() -> bool {
    static ThreadPool pool(3);
    static ThreadPool* const leaked = new ThreadPool(2);
    meet(pool);
    meet(*leaked);
    std::exit(0);
  });
}
END_TEST

int main() {
  return run_suite(
      "shared_workers",
      {test_pools_share_as_many_threads_as_there_are_processors,
       test_callers_at_a_time_share_the_threads, test_one_processor_in_the_mask_starts_no_thread,
       test_each_part_has_a_thread_and_keeps_it, test_a_pool_keeps_to_its_count,
       test_threads_beyond_the_need_do_nothing, test_a_caller_goes_on_when_all_threads_are_busy,
       test_a_task_may_run_tasks, test_a_failure_is_told_to_its_own_caller,
       test_a_thread_runs_where_the_pool_may, test_a_child_has_threads_of_its_own,
       test_a_process_may_end_while_there_are_pools});
}
