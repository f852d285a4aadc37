// SPDX-License-Identifier: LGPL-2.1-or-later
// Says whether the tests are compiled for a sanitizer that has a malloc of its own. GCC and clang
// tell of it in different ways.
#pragma once

#ifdef __has_feature
#define DAE_HAS_FEATURE(name) __has_feature(name)
#else
#define DAE_HAS_FEATURE(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    DAE_HAS_FEATURE(address_sanitizer) || DAE_HAS_FEATURE(thread_sanitizer)
#define DAE_SANITIZED
#endif
// ThreadSanitizer of clang 14 is linked into the program, with an operator new that is no weak
// symbol.
#if defined(__clang__) && DAE_HAS_FEATURE(thread_sanitizer)
#define DAE_OPERATORS_STAY
#endif

#include "support/check.h"

namespace denoiseae::test {

/// For tests that ask the system about the memory of the process, or limit it.
inline void need_malloc_of_the_system() {
#ifdef DAE_SANITIZED
  skip_test("a sanitizer has a malloc of its own, with memory that the system counts");
#endif
}

}  // namespace denoiseae::test
