// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

namespace denoiseae {

/// The processors that a thread may run on.
class ProcessorMask {
 public:
  /// Returns the affinity of the calling thread. It is unknown where the system does not tell.
  static ProcessorMask of_this_thread();

  ProcessorMask() = default;  ///< an unknown mask

  /// Returns how many processors there are; if the mask is unknown, all that the machine has.
  unsigned count() const;
  /// Keeps the calling thread to these processors. It stays where it is when the mask is unknown,
  /// or when the process has lost all of these processors since.
  void apply_to_this_thread() const noexcept;
  /// Adds the processors of another mask. With an unknown one the mask is unknown, too.
  void add(const ProcessorMask& other);

  bool operator==(const ProcessorMask&) const = default;

 private:
  std::vector<unsigned long> words_;  ///< one bit for each processor; the last word is not 0
};

}  // namespace denoiseae
