// SPDX-License-Identifier: LGPL-2.1-or-later
// The threads of this process, as the system lists them.
#pragma once

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace denoiseae::test {

/// Returns the names of all threads of this process, sorted.
inline std::vector<std::string> thread_names() {
  std::vector<std::string> names;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    // A thread that has just ended has no name.
    if (std::getline(std::ifstream(task.path() / "comm"), name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// Returns the names of the threads that pools share, sorted.
inline std::vector<std::string> worker_names() {
  std::vector<std::string> names = thread_names();
  std::erase_if(names, [](std::string_view name) {
    constexpr std::string_view kPrefix = "denoiseae-";
    return !name.starts_with(kPrefix) ||
           name.find_first_not_of("0123456789", kPrefix.size()) != std::string_view::npos;
  });
  return names;
}

/// Returns whether these become the names of the threads that pools share. Threads name themselves,
/// and the system may list one for a moment after its end.
inline bool workers_become(const std::vector<std::string>& names) {
  for (int tries = 0; tries < 2000; ++tries) {
    if (worker_names() == names) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

/// Keeps the calling thread, and those that it starts from now on, to its first processors. Returns
/// whether it has so many.
inline bool keep_to_processors(int count) {
  cpu_set_t allowed, kept;
  CPU_ZERO(&kept);
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return false;
  for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&kept) < count; ++i)
    if (CPU_ISSET(i, &allowed)) CPU_SET(i, &kept);
  return CPU_COUNT(&kept) == count && ::sched_setaffinity(0, sizeof(kept), &kept) == 0;
}

}  // namespace denoiseae::test
