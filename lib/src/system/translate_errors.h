// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/error.h>

#include <exception>
#include <new>
#include <string>

namespace denoiseae {

/// Calls body and returns what it returns. Every exception that leaves the library is an Error:
/// lack of memory becomes out_of_memory, any other exception of another type engine_failure. work()
/// names what body does ("a frame of 640x360").
template <typename Text, typename Body>
auto translate_errors(const Text& work, const Body& body) -> decltype(body()) {
  try {
    return body();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::out_of_memory, "no memory for " + std::string(work()));
  } catch (const std::exception& e) {
    throw Error(ErrorCode::engine_failure, std::string(work()) + " failed: " + e.what());
  } catch (...) {
    throw Error(ErrorCode::engine_failure, std::string(work()) + " failed for an unknown reason");
  }
}

}  // namespace denoiseae
