// SPDX-License-Identifier: LGPL-2.1-or-later
// Writes metrics.csv of a training run: one row of numbers per report.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace denoiseae {

class MetricsLog {
 public:
  /// Opens or creates the file. counter: name of the first column ("step", "epoch"); columns: names
  /// of those after it. An existing file must
  /// have the same columns. Throws unreadable, corrupt.
  MetricsLog(std::filesystem::path path, std::string counter, std::vector<std::string> columns);

  /// Appends a row and flushes it; values: one per column, NaN leaves the field empty. Throws
  /// bad_argument, unreadable (disk full).
  void append(std::int64_t count, std::span<const double> values);

  /// Drops the rows after a count, so that a resumed run continues the file it would have written.
  /// A half-written last row is dropped too. Throws unreadable.
  void cut_back(std::int64_t last);

 private:
  std::filesystem::path path_;
  std::string counter_;
  std::vector<std::string> columns_;
};

}  // namespace denoiseae
