// SPDX-License-Identifier: LGPL-2.1-or-later
// Parts that the loops of multiply-accumulates share. The namespace is unnamed, so that each source
// file has its own copy for its instruction set.
#pragma once

#include <cstdint>

namespace denoiseae::bench {
namespace {

/// Names the kind of registers that hold vectors, for inline assembly.
#ifdef __aarch64__
#define DAE_VECTOR "w"
#elif defined(__AVX512F__)
#define DAE_VECTOR "v"
#else
#define DAE_VECTOR "x"
#endif

/// Keeps the compiler from leaving out the computation of a value.
template <typename Vector>
inline void keep(Vector value) {
  asm volatile("" : : DAE_VECTOR(value));
}

/// Keeps the compiler from knowing a value, so that it computes each product of it anew.
template <typename Vector>
inline void forget(Vector& value) {
  asm("" : "+" DAE_VECTOR(value));
}

#undef DAE_VECTOR

/// Adds to each of kSums sums in every turn. add(sum) does kMacs multiply-accumulates.
template <int kSums, int kMacs, typename Vector, typename Add>
inline double add_products(std::int64_t turns, Vector zero, Add add) {
  Vector sums[kSums];
  for (Vector& sum : sums) sum = zero;
  for (std::int64_t turn = 0; turn < turns; ++turn)
    for (Vector& sum : sums) sum = add(sum);
  for (const Vector& sum : sums) keep(sum);
  return static_cast<double>(turns) * kSums * kMacs;
}

}  // namespace
}  // namespace denoiseae::bench
