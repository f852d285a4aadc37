// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <stdexcept>
#include <string>

namespace denoiseae {

/// Tells programs what went wrong. The message tells people.
enum class ErrorCode {
  not_found,             ///< a file or model name does not exist
  unreadable,            ///< a file exists but cannot be opened
  corrupt,               ///< a file breaks a rule of its format
  unsupported_version,   ///< a file has a newer format
  unknown_architecture,  ///< weights belong to a network that this build does not know
  incompatible_model,    ///< weights do not fit their network or the stream
  bad_argument,          ///< a value lies outside its documented range
  unsupported_format,    ///< a pixel format or frame size cannot be processed
  out_of_memory,         ///< an allocation failed
  device_unavailable,    ///< this machine or build lacks an engine, device or precision
  engine_failure,        ///< the engine failed while running the network
  internal,              ///< this library has a bug
};

/// Returns the name of a code, as in the enum.
inline const char* to_string(ErrorCode code) noexcept {
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

/// The only type of exception that leaves the library. The message says what was expected, what was
/// found, and what to try.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace denoiseae
