// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/error.h>

#include <exception>
#include <new>
#include <string>

namespace denoiseae {

/// Calls body and returns its result. Turns every exception into an Error, the only type that may
/// leave the library: bad_alloc becomes out_of_memory, any other type becomes engine_failure. work:
/// is called for a name of the work ("a frame of 640x360") when body fails.
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
