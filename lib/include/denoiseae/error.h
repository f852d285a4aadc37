// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

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
DAE_API const char* to_string(ErrorCode code) noexcept;

/// The only type of exception that leaves the library. The message says what was expected, what was
/// found, and what to try.
class DAE_API Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace denoiseae
