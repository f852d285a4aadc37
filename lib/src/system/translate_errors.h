// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/error.h>

#include <exception>
#include <new>
#include <string>

namespace denoiseae {

/// Calls body and returns what it returns. Every exception that leaves the library is an Error:
/// lack of memory becomes out_of_memory, whatever else the standard library throws becomes
/// internal. work: what body does, as a noun ("a frame of 640x360").
template <typename Text, typename Body>
auto translate_errors(const Text& work, const Body& body) -> decltype(body()) {
  try {
    return body();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::out_of_memory, "no memory for " + std::string(work()));
  } catch (const std::exception& e) {
    throw Error(ErrorCode::internal, std::string(work()) + " failed: " + e.what());
  }
}

}  // namespace denoiseae
