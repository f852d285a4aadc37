// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>
#include <cstdlib>
#include <string_view>

#include "kernels/best_variant.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

struct Variant {
  std::string_view name;
  int number;
  bool available;
};

#ifdef __aarch64__
constexpr std::string_view kOld = "neon", kNewer = "neondot", kNewest = "neonbf16";
#else
constexpr std::string_view kOld = "avx2", kNewer = "avx512", kNewest = "avx512bf16";
#endif

}  // namespace

START_TEST(test_the_last_available_row_is_best) {
  unsetenv("DENOISEAE_MAX_ISA");
  const struct {
    std::array<Variant, 4> table;
    int best;
  } cases[] = {{{{{"c", 0, true}, {kOld, 1, true}, {kNewer, 2, true}, {kNewest, 3, true}}}, 3},
               {{{{"c", 0, true}, {kOld, 1, true}, {kNewer, 2, true}, {kNewest, 3, false}}}, 2},
               {{{{"c", 0, true}, {kOld, 1, false}, {kNewer, 2, true}, {kNewest, 3, false}}}, 2},
               {{{{"c", 0, true}, {kOld, 1, false}, {kNewer, 2, false}, {kNewest, 3, false}}}, 0}};
  for (const auto& [table, best] : cases) {
    const Variant& found = best_variant(std::span<const Variant>(table));
    ck_assert_int_eq(found.number, best);
    ck_assert_ptr_eq(&found, &table[static_cast<std::size_t>(best)]);
  }
}
END_TEST

START_TEST(test_rows_beyond_the_limit_are_left_out) {
  setenv("DENOISEAE_MAX_ISA", "avx2", 1);
  constexpr std::array<Variant, 3> kTable = {
      {{"c", 0, true}, {"avx2", 1, true}, {"avx512", 2, true}}};
  ck_assert_int_eq(best_variant(std::span<const Variant>(kTable)).number, 1);
}
END_TEST

int main() {
  return run_suite("best_variant",
                   {test_the_last_available_row_is_best, test_rows_beyond_the_limit_are_left_out});
}
