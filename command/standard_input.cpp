// SPDX-License-Identifier: LGPL-2.1-or-later
#include "standard_input.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

extern "C" {
#include <libavutil/mem.h>
}

#include <cerrno>
#include <new>

#include "interrupt.h"

namespace command {
namespace {

constexpr int kBufferBytes = 1 << 16;
constexpr int kPatienceMs = 200;

int read_input(void*, std::uint8_t* bytes, int size) {
  for (;;) {
    if (interrupted() != 0) return AVERROR_EXIT;
    // A signal may go to another thread, and would not end a read that waits.
    pollfd wait{STDIN_FILENO, POLLIN, 0};
    const int ready = poll(&wait, 1, kPatienceMs);
    if (ready < 0 && errno != EINTR) return AVERROR(errno);
    if (ready <= 0) continue;
    const ssize_t count = read(STDIN_FILENO, bytes, static_cast<std::size_t>(size));
    if (count > 0) return static_cast<int>(count);
    if (count == 0) return AVERROR_EOF;
    if (errno != EINTR && errno != EAGAIN) return AVERROR(errno);
  }
}

std::int64_t seek_input(void*, std::int64_t offset, int whence) {
  if ((whence & AVSEEK_SIZE) != 0) {
    struct stat info {};
    return fstat(STDIN_FILENO, &info) == 0 ? info.st_size : AVERROR(errno);
  }
  const off_t place = lseek(STDIN_FILENO, offset, whence & ~AVSEEK_FORCE);
  return place >= 0 ? place : AVERROR(errno);
}

bool is_file() {
  struct stat info {};
  return fstat(STDIN_FILENO, &info) == 0 && S_ISREG(info.st_mode);
}

}  // namespace

void FreeIo::operator()(AVIOContext* io) const {
  av_freep(&io->buffer);
  avio_context_free(&io);
}

IoPtr open_standard_input() {
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
  if (buffer == nullptr) throw std::bad_alloc();
  IoPtr io(avio_alloc_context(buffer, kBufferBytes, 0, nullptr, read_input, nullptr,
                              is_file() ? seek_input : nullptr));
  if (io) return io;
  av_free(buffer);
  throw std::bad_alloc();
}

}  // namespace command
