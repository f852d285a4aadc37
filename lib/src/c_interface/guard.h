// SPDX-License-Identifier: LGPL-2.1-or-later
// Turns what the library throws into the statuses and messages of the C interface.
#pragma once

#include <denoiseae/denoiseae.h>
#include <denoiseae/error.h>

#include <exception>
#include <new>
#include <string>

namespace denoiseae {

/// Returns the status of an error, and keeps its message for denoiseae_error: two texts, one after
/// the other.
denoiseae_status set_error(ErrorCode code, const char* message, const char* more = "") noexcept;

/// Calls body(function) for a function of the C interface. Returns DENOISEAE_OK, or what body threw
/// as a status.
template <typename Body>
denoiseae_status guarded(const char* function, const Body& body) noexcept {
  try {
    body(function);
    return DENOISEAE_OK;
  } catch (const Error& e) {
    return set_error(e.code(), e.what());
  } catch (const std::bad_alloc&) {
    return set_error(ErrorCode::out_of_memory, "no memory in ", function);
  } catch (const std::exception& e) {
    return set_error(ErrorCode::internal, e.what());
  } catch (...) {
    return set_error(ErrorCode::internal, "an unknown exception in ", function);
  }
}

/// Throws bad_argument for a null pointer. function, argument: names for the message.
inline void check_pointer(const void* pointer, const char* function, const char* argument) {
  if (pointer == nullptr)
    throw Error(ErrorCode::bad_argument,
                std::string(function) + ": " + argument + " is NULL, expected a pointer");
}

}  // namespace denoiseae
