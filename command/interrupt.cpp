// SPDX-License-Identifier: LGPL-2.1-or-later
#include "interrupt.h"

#include <atomic>
#include <csignal>
#include <initializer_list>

namespace command {
namespace {

std::atomic<int> signal_number = 0;
static_assert(std::atomic<int>::is_always_lock_free);

void remember(int number) { signal_number = number; }

}  // namespace

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = remember;
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    // A shell that starts the command in the background, or nohup, has chosen to ignore a signal.
    sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(number, &action, nullptr);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

int interrupted() noexcept { return signal_number; }

void check_interruption() {
  if (interrupted() != 0) throw Interruption();
}

}  // namespace command
