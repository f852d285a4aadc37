// SPDX-License-Identifier: LGPL-2.1-or-later
// Structures of the C interface that grow from version to version, and begin with their size.
#pragma once

#include <denoiseae/error.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace denoiseae {

/// Throws bad_argument unless the caller has set the size.
inline void check_struct_size(std::size_t size, const char* function) {
  if (size <= sizeof(std::size_t))
    throw Error(
        ErrorCode::bad_argument,
        std::string(function) + ": struct_size of the structure is " + std::to_string(size) +
            "; set it to sizeof the structure, or initialise the structure with its _INIT macro");
}

/// Returns what the caller has set, and the defaults of the members that its version of the
/// structure lacks. given: null for the defaults alone. Throws bad_argument where the caller has
/// set members that this version does not know.
template <typename Struct>
Struct with_defaults(const Struct* given, const Struct& defaults, const char* function) {
  Struct result = defaults;
  if (given == nullptr) return result;
  check_struct_size(given->struct_size, function);
  std::memcpy(&result, given, std::min(given->struct_size, sizeof(Struct)));
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(given);
  for (std::size_t i = sizeof(Struct); i < given->struct_size; ++i)
    if (bytes[i] != 0)
      throw Error(
          ErrorCode::bad_argument,
          std::string(function) +
              ": a member of the structure is set that this version of the library does not "
              "know; update the library, or leave the member 0");
  return result;
}

/// Writes the members that the caller's version of the structure has. to->struct_size stays.
template <typename Struct>
void write_struct(const Struct& from, Struct* to, const char* function) {
  const std::size_t size = to->struct_size;
  check_struct_size(size, function);
  std::memcpy(to, &from, std::min(size, sizeof(Struct)));
  to->struct_size = size;
}

}  // namespace denoiseae
