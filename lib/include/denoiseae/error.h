// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

#include <stdexcept>
#include <string>

namespace denoiseae {

/// What went wrong, for programs. The message is for people.
enum class ErrorCode {
  not_found,             ///< a file or model name does not exist
  unreadable,            ///< a file exists but cannot be opened
  corrupt,               ///< a file breaks a rule of its format
  unsupported_version,   ///< a file of a newer format
  unknown_architecture,  ///< weights of a network that this build does not know
  incompatible_model,    ///< weights that do not fit their network or the stream
  bad_argument,          ///< a value outside its documented range
  unsupported_format,    ///< a pixel format or frame size that cannot be processed
  out_of_memory,         ///< an allocation failed
  device_unavailable,    ///< an engine, device or precision that this machine lacks
  engine_failure,        ///< the engine failed while running the network
  internal,              ///< a bug in this library
};

/// The name of a code, as in the enum.
DAE_API const char* to_string(ErrorCode code) noexcept;

/// The one exception type of the library. The message says what was expected, what was found and
/// what to try.
class DAE_API Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace denoiseae
