// SPDX-License-Identifier: LGPL-2.1-or-later
#include "system/part_times.h"

#include <cstddef>
#include <cstdint>

namespace denoiseae {

namespace {

using Clock = std::chrono::steady_clock;

std::array<std::atomic<std::int64_t>, kPartNames.size()> nanoseconds;
thread_local PartTimer* innermost = nullptr;

void add(FramePart part, Clock::duration time) {
  nanoseconds[static_cast<std::size_t>(part)].fetch_add(
      std::chrono::duration_cast<std::chrono::nanoseconds>(time).count(),
      std::memory_order_relaxed);
}

}  // namespace

std::atomic<bool> PartTimes::is_on_ = false;

std::array<double, kPartNames.size()> PartTimes::milliseconds() noexcept {
  std::array<double, kPartNames.size()> result;
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = 1e-6 * static_cast<double>(nanoseconds[i].load(std::memory_order_relaxed));
  return result;
}

void PartTimer::begin(FramePart part) noexcept {
  part_ = part;
  outer_ = innermost;
  innermost = this;
  since_ = Clock::now();
  if (outer_ != nullptr) add(outer_->part_, since_ - outer_->since_);
}

void PartTimer::end() noexcept {
  const auto now = Clock::now();
  add(part_, now - since_);
  innermost = outer_;
  if (outer_ != nullptr) outer_->since_ = now;
}

}  // namespace denoiseae
