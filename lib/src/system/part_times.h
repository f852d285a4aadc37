// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells benchmarks on which parts of the work the time of a frame is spent.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <string_view>

namespace denoiseae {

enum class FramePart {
  motion_search,
  alignment,       ///< the state is read along the motion
  brightness,      ///< changes of brightness are searched, and applied to the state
  noise_estimate,  ///< maps or curves of the noise, but not the network that makes a map
  noise_features,  ///< the input of that network
  packing,         ///< the input of the network: frame, codes and noise levels
  convolutions,
  network_rest,  ///< all other operations of networks
  subtraction,   ///< noise is clamped and subtracted, the state is stored
  rest,
};
inline constexpr std::array<std::string_view, 10> kPartNames = {
    "motion_search", "alignment",    "brightness",   "noise_estimate", "noise_features",
    "packing",       "convolutions", "network_rest", "subtraction",    "rest"};

/// Adds up the time of each part over all threads of the process. Any threads may call this.
class PartTimes {
 public:
  /// From here on time is measured. Before that a PartTimer reads one flag and no clock.
  static void turn_on() noexcept { is_on_.store(true, std::memory_order_relaxed); }
  static bool is_on() noexcept { return is_on_.load(std::memory_order_relaxed); }
  /// Returns the milliseconds of each part since the process began.
  static std::array<double, kPartNames.size()> milliseconds() noexcept;

 private:
  static std::atomic<bool> is_on_;
};

/// While one of these lives, the time of its thread counts as that of a part. A part inside of
/// another one takes its time from it.
class PartTimer {
 public:
  explicit PartTimer(FramePart part) noexcept : is_on_(PartTimes::is_on()) {
    if (is_on_) begin(part);
  }
  ~PartTimer() {
    if (is_on_) end();
  }
  PartTimer(const PartTimer&) = delete;
  PartTimer& operator=(const PartTimer&) = delete;

 private:
  void begin(FramePart part) noexcept;
  void end() noexcept;

  bool is_on_;
  FramePart part_ = FramePart::rest;
  PartTimer* outer_ = nullptr;
  std::chrono::steady_clock::time_point since_;  ///< the time before is added up
};

}  // namespace denoiseae
