// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/error.h>

namespace denoiseae {

const char* to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::unreadable:
      return "unreadable";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::unsupported_version:
      return "unsupported_version";
    case ErrorCode::unknown_architecture:
      return "unknown_architecture";
    case ErrorCode::incompatible_model:
      return "incompatible_model";
    case ErrorCode::bad_argument:
      return "bad_argument";
    case ErrorCode::unsupported_format:
      return "unsupported_format";
    case ErrorCode::out_of_memory:
      return "out_of_memory";
    case ErrorCode::device_unavailable:
      return "device_unavailable";
    case ErrorCode::engine_failure:
      return "engine_failure";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace denoiseae
