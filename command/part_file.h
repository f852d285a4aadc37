// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>

namespace command {

/// A file that appears under its name when it is complete. Until then it lies beside it as
/// NAME.part or, where there is such a file, as NAME.2.part and so on, and is removed when the work
/// ends before that.
class PartFile {
 public:
  /// Makes the file, empty. replace: whether an existing file may be replaced. Throws Failure for
  /// one that may not, and where no file can be made.
  PartFile(std::filesystem::path target, bool replace);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  const std::filesystem::path& target() const { return target_; }
  /// Returns the path to write to.
  const std::filesystem::path& part() const { return part_; }
  /// Gives the complete file its name.
  void commit();

 private:
  void check_target() const;

  std::filesystem::path target_;
  std::filesystem::path part_;
  bool replace_;
  bool committed_ = false;
};

/// Throws Failure when both are one file, by whatever names.
void check_different(const std::filesystem::path& in, const std::filesystem::path& out);

}  // namespace command
