// SPDX-License-Identifier: LGPL-2.1-or-later
#include "parallel/processor_mask.h"

#include <sched.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <thread>

namespace denoiseae {

namespace {

constexpr std::size_t kWordsOfSet = sizeof(cpu_set_t) / sizeof(unsigned long);

}  // namespace

ProcessorMask ProcessorMask::of_this_thread() {
  constexpr std::size_t kMaxSets = 64;  // a set has 1024 processors
  ProcessorMask mask;
  for (std::size_t sets = 1; sets <= kMaxSets; sets *= 2) {
    mask.words_.assign(sets * kWordsOfSet, 0);
    if (::sched_getaffinity(0, sets * sizeof(cpu_set_t),
                            reinterpret_cast<cpu_set_t*>(mask.words_.data())) == 0) {
      while (!mask.words_.empty() && mask.words_.back() == 0) mask.words_.pop_back();
      return mask;
    }
    if (errno != EINVAL) break;  // which means that the set is too small for the machine
  }
  return {};
}

unsigned ProcessorMask::count() const {
  if (words_.empty()) return std::max(1u, std::thread::hardware_concurrency());
  int sum = 0;
  for (const unsigned long word : words_) sum += std::popcount(word);
  return static_cast<unsigned>(sum);
}

void ProcessorMask::apply_to_this_thread() const noexcept {
  if (words_.empty()) return;
  // The system says no when none of the processors is left to the process.
  static_cast<void>(::sched_setaffinity(0, words_.size() * sizeof(words_[0]),
                                        reinterpret_cast<const cpu_set_t*>(words_.data())));
}

void ProcessorMask::add(const ProcessorMask& other) {
  if (words_.empty() || other.words_.empty()) {
    words_.clear();
    return;
  }
  words_.resize(std::max(words_.size(), other.words_.size()));
  for (std::size_t i = 0; i < other.words_.size(); ++i) words_[i] |= other.words_[i];
}

}  // namespace denoiseae
