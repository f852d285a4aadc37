// SPDX-License-Identifier: LGPL-2.1-or-later
#include "model/weights_file.h"

#include <denoiseae/error.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace denoiseae {

namespace {

[[noreturn]] void fail_unreadable(const std::filesystem::path& path, const std::string& what) {
  throw Error(ErrorCode::unreadable, path.string() + ": " + what);
}

/// Returns a descriptor of the file. Does not wait for the other end of a pipe.
int open_file(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor >= 0) return descriptor;
  const int error = errno;
  if (error == ENOENT || error == ENOTDIR)
    throw Error(ErrorCode::not_found, path.string() + ": there is no such file");
  fail_unreadable(path, std::string("cannot be opened: ") + strerror(error) +
                            "; look at the file and at the folders on the way to it");
}

std::int64_t size_of_file(int descriptor, const std::filesystem::path& path) {
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0)
    fail_unreadable(path, std::string("cannot be examined: ") + strerror(errno));
  if (!S_ISREG(status.st_mode)) fail_unreadable(path, "expected a file, this is something else");
  return status.st_size;
}

}  // namespace

WeightsFile::WeightsFile(const std::filesystem::path& path)
    : path_(path), descriptor_(open_file(path)) {
  try {
    const std::int64_t file_bytes = size_of_file(descriptor_, path_);
    std::vector<std::uint8_t> first(std::min(kLengthBytes, static_cast<std::size_t>(file_bytes)));
    read(first.data(), first.size(), 0);
    const std::int64_t length = header_length(first, file_bytes, path_.string());
    std::string text(static_cast<std::size_t>(length), ' ');
    read(text.data(), text.size(), kLengthBytes);
    data_begin_ = static_cast<std::int64_t>(kLengthBytes) + length;
    header_ = parse_header(text, file_bytes - data_begin_, path_.string());
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

WeightsFile::~WeightsFile() { ::close(descriptor_); }

void WeightsFile::read(void* to, std::size_t count, std::int64_t from) const {
  std::size_t done = 0;
  while (done < count) {
    const ssize_t n = ::pread(descriptor_, static_cast<char*>(to) + done, count - done,
                              from + static_cast<std::int64_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_unreadable(path_, std::string("reading failed: ") + strerror(errno));
    if (n == 0) fail_unreadable(path_, "it became shorter while it was read");
    done += static_cast<std::size_t>(n);
  }
}

std::map<std::string, Tensor> WeightsFile::read_tensors() const {
  std::map<std::string, Tensor> tensors;
  for (const auto& [name, place] : header_.tensors) {
    Tensor& tensor = tensors[name];
    tensor.shape = place.shape;
    tensor.values.resize(static_cast<std::size_t>(place.end - place.begin) / sizeof(float));
    read(tensor.values.data(), tensor.values.size() * sizeof(float), data_begin_ + place.begin);
  }
  return tensors;
}

}  // namespace denoiseae
