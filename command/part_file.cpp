// SPDX-License-Identifier: LGPL-2.1-or-later
#include "part_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "av.h"

namespace command {

namespace fs = std::filesystem;

namespace {

constexpr int kMaxParts = 100;

/// Makes an empty file of a name that no file had, NAME.part or NAME.2.part and so on. A file that
/// is there may be somebody's film.
fs::path made_part(const fs::path& target) {
  for (int i = 1; i <= kMaxParts; ++i) {
    std::string name = target.string();
    if (i > 1) name.append(1, '.').append(std::to_string(i));
    const fs::path part = name.append(".part");
    const int file = ::open(part.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (file >= 0) {
      ::close(file);
      return part;
    }
    if (errno != EEXIST)
      throw Failure("cannot write " + part.string() + ": " + std::strerror(errno));
  }
  throw Failure("there are " + std::to_string(kMaxParts) + " files like " + target.string() +
                ".part already; remove those that nothing writes any more");
}

}  // namespace

PartFile::PartFile(fs::path target, bool replace) : target_(std::move(target)), replace_(replace) {
  check_target();
  const fs::path folder = target_.parent_path();
  std::error_code ignored;
  if (!folder.empty() && !fs::is_directory(folder, ignored))
    throw Failure("there is no folder " + folder.string() + " to write in; make it first");
  part_ = made_part(target_);
}

PartFile::~PartFile() {
  std::error_code ignored;
  if (!committed_) fs::remove(part_, ignored);
}

void PartFile::check_target() const {
  std::error_code ignored;
  if (!fs::exists(target_, ignored)) return;
  if (fs::is_directory(target_, ignored))
    throw Failure("expected the name of a file to write, found the folder " + target_.string());
  if (!replace_)
    throw Failure(target_.string() +
                  " exists already; choose another name, or replace it with "
                  "--force");
}

void PartFile::commit() {
  // Another program may have written a file of this name meanwhile.
  check_target();
  std::error_code error;
  fs::rename(part_, target_, error);
  if (error) throw Failure("cannot give " + part_.string() + " its name: " + error.message());
  committed_ = true;
}

void check_different(const fs::path& in, const fs::path& out) {
  std::error_code ignored;
  if (fs::equivalent(in, out, ignored))
    throw Failure("IN and OUT must be two files, found " + in.string() +
                  " for both; choose another name for OUT");
}

}  // namespace command
