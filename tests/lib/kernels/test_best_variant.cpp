// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>

#include "kernels/best_variant.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

struct Variant {
  int number;
  bool available;
};

}  // namespace

START_TEST(test_the_last_available_row_is_best) {
  const struct {
    std::array<Variant, 4> table;
    int best;
  } cases[] = {{{{{0, true}, {1, true}, {2, true}, {3, true}}}, 3},
               {{{{0, true}, {1, true}, {2, true}, {3, false}}}, 2},
               {{{{0, true}, {1, false}, {2, true}, {3, false}}}, 2},
               {{{{0, true}, {1, false}, {2, false}, {3, false}}}, 0}};
  for (const auto& [table, best] : cases) {
    const Variant& found = best_variant(std::span<const Variant>(table));
    ck_assert_int_eq(found.number, best);
    ck_assert_ptr_eq(&found, &table[static_cast<std::size_t>(best)]);
  }
}
END_TEST

int main() { return run_suite("best_variant", {test_the_last_available_row_is_best}); }
