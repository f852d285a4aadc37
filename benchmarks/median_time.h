// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <ctime>
#include <vector>

namespace denoiseae::bench {

/// Returns the processor time of this thread in ms. Other programs disturb it less than they
/// disturb the time of day.
inline double thread_ms() {
  std::timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

/// Returns the median processor time in ms of a call that runs on this thread alone, after warm-up.
template <typename Call>
double median_ms(Call call, int runs = 101, int warm_up = 10) {
  std::vector<double> ms;
  for (int i = 0; i < warm_up + runs; ++i) {
    const double start = thread_ms();
    call();
    if (i >= warm_up) ms.push_back(thread_ms() - start);
  }
  std::nth_element(ms.begin(), ms.begin() + runs / 2, ms.end());
  return ms[static_cast<std::size_t>(runs / 2)];
}

}  // namespace denoiseae::bench
