// SPDX-License-Identifier: LGPL-2.1-or-later
#include "c_interface/guard.h"

namespace denoiseae {

namespace {

std::string& last_message() {
  thread_local std::string message;
  return message;
}

}  // namespace

denoiseae_status set_error(ErrorCode code, const char* message, const char* more) noexcept {
  try {
    last_message() = std::string(message) + more;
  } catch (...) {
    last_message().clear();
  }
  // Error codes count from 0, and statuses from 1, because 0 is success.
  return static_cast<denoiseae_status>(static_cast<int>(code) + 1);
}

}  // namespace denoiseae

using namespace denoiseae;

const char* denoiseae_error() { return last_message().c_str(); }

const char* denoiseae_status_name(denoiseae_status status) {
  if (status == DENOISEAE_OK) return "ok";
  return to_string(static_cast<ErrorCode>(static_cast<int>(status) - 1));
}
