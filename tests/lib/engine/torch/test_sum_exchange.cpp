// SPDX-License-Identifier: LGPL-2.1-or-later
// Sums over the threads that each hold a part of one batch.
#include <thread>
#include <vector>

#include "engine/torch/sum_exchange.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_one_part_has_the_sums_already) {
  SumExchange exchange(1);
  std::vector<double> values = {1.5, -2};
  for (int round = 0; round < 3; ++round) exchange.add(0, values);
  ck_assert(values == (std::vector<double>{1.5, -2}));
}
END_TEST

/// 1e16 + 1 - 1e16 is 0 in this order and 1 in another.
START_TEST(test_parts_are_added_in_their_order_whoever_comes_first) {
  const double parts[] = {1e16, 1, -1e16};
  for (int last = 0; last < 3; ++last) {
    SumExchange exchange(3);
    std::vector<double> sums(3);
    const auto add = [&](int part) {
      std::vector<double> values = {parts[part]};
      exchange.add(part, values);
      sums[part] = values[0];
    };
    std::thread first(add, (last + 1) % 3), second(add, (last + 2) % 3);
    add(last);
    first.join();
    second.join();
    for (const double sum : sums) ck_assert_double_eq(sum, (1e16 + 1) - 1e16);
  }
}
END_TEST

START_TEST(test_sum_exchange_frees_those_who_wait_for_a_failed_part) {
  SumExchange exchange(2);
  bool refused = false;
  std::thread waiting([&] {
    std::vector<double> values = {1};
    try {
      exchange.add(0, values);
    } catch (const Error& e) {
      refused = e.code() == ErrorCode::engine_failure;
    }
  });
  exchange.give_up();
  waiting.join();
  ck_assert(refused);
}
END_TEST

START_TEST(test_sum_exchange_keeps_rounds_apart) {
  constexpr int kParts = 3;
  constexpr int kRounds = 2000;
  SumExchange exchange(kParts);
  std::vector<int> wrong(kParts, 0);
  std::vector<std::thread> threads;
  for (int part = 0; part < kParts; ++part) {
    threads.emplace_back([&, part] {
      for (int round = 0; round < kRounds; ++round) {
        std::vector<double> values = {round + part * 0.25, 1};
        exchange.add(part, values);
        wrong[part] += values[0] != 3 * round + 0.75 || values[1] != kParts;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  for (const int w : wrong) ck_assert_int_eq(w, 0);
}
END_TEST

int main() {
  return run_suite("sum_exchange", {test_one_part_has_the_sums_already,
                                    test_parts_are_added_in_their_order_whoever_comes_first,
                                    test_sum_exchange_frees_those_who_wait_for_a_failed_part,
                                    test_sum_exchange_keeps_rounds_apart});
}
