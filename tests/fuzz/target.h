// SPDX-License-Identifier: LGPL-2.1-or-later
// All programs of this folder have this in common: libFuzzer calls the function below with made-up
// bytes, and replay.cpp calls it with the files of the corpus.
#pragma once

#include <denoiseae/error.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace denoiseae::fuzz {

/// Calls body. Returns the code of the error that it throws, if any. Other exceptions go on, and
/// end the program, because none but Error may leave the library.
template <typename Body>
std::optional<ErrorCode> error_of(const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    if (error.what()[0] == '\0') std::abort();
    return error.code();
  }
  return std::nullopt;
}

/// Ends the program as a crash does, so that the input counts as a finding.
inline void require(bool holds, const char* rule) {
  if (holds) return;
  std::fprintf(stderr, "broken rule: %s\n", rule);
  std::abort();
}

}  // namespace denoiseae::fuzz
