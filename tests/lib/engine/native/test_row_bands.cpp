// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the rows of a band lie, and how long a plan keeps the memory of each.
#include <array>
#include <type_traits>
#include <vector>

#include "engine/native/plan_builder.h"
#include "engine/native/row_band.h"
#include "support/call_list.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kFirst = 3;
constexpr int kRing = 5;

RowBand ring_band(RowRange rows) {
  return {.buffer = {2, 1000},
          .first = kFirst,
          .ring = kRing,
          .type = Type::bfloat16,
          .channels = 3,
          .width = 7,
          .rows = rows};
}

}  // namespace

START_TEST(test_rows_of_a_band_follow_each_other) {
  RowBand band = ring_band({5, 40});
  ck_assert_uint_eq(band.row_values(), 21);
  ck_assert_uint_eq(band.row_bytes(), 42);
  band.ring = 0;
  for (int y = 5; y < 40; ++y) {
    ck_assert_int_eq(band.row(y).allocation, 2);
    ck_assert_uint_eq(band.row(y).offset, 1000 + 42 * (y - 3));
  }
}
END_TEST

START_TEST(test_a_ring_comes_back_to_its_first_row) {
  const RowBand band = ring_band({3, 40});
  std::size_t place = 0;
  for (int y = 3; y < 40; ++y) {
    ck_assert_uint_eq(band.row(y).offset, 1000 + 42 * place);
    place = place == kRing - 1 ? 0 : place + 1;
  }
}
END_TEST

/// Parts end only where the next row does not follow in memory.
START_TEST(test_contiguous_parts_of_a_ring) {
  for (int begin = 3; begin < 14; ++begin)
    for (int end = begin; end < begin + 13; ++end) {
      const RowBand band = ring_band({begin, end});
      std::vector<RowRange> wanted;
      for (int y = begin; y < end; ++y) {
        const bool follows =
            y > begin && band.row(y).offset == band.row(y - 1).offset + band.row_bytes();
        if (!follows) wanted.push_back({y, y});
        wanted.back().end = y + 1;
      }
      std::vector<RowRange> found;
      each_contiguous(band, [&](const RowBand& part) {
        found.push_back(part.rows);
        ck_assert_uint_eq(part.row(part.rows.begin).offset, band.row(part.rows.begin).offset);
      });
      ck_assert(found == wanted);
    }
  RowBand straight = ring_band({4, 30});
  straight.ring = 0;
  int parts = 0;
  each_contiguous(straight, [&](const RowBand& part) {
    ck_assert(part.rows == straight.rows);
    ++parts;
  });
  ck_assert_int_eq(parts, 1);
}
END_TEST

START_TEST(test_parts_stay_in_place_and_moved_bands_start_anew) {
  const RowBand band = ring_band({6, 20});
  const RowBand part = band.part({9, 11});
  ck_assert(part.rows == (RowRange{9, 11}));
  for (const int y : {9, 10}) ck_assert_uint_eq(part.row(y).offset, band.row(y).offset);
  const RowBand moved = band.moved_to({4, 8});
  ck_assert(moved.rows == band.rows);
  for (int y = 6; y < 20; ++y) {
    ck_assert_int_eq(moved.row(y).allocation, 4);
    ck_assert_uint_eq(moved.row(y).offset, 8 + 42 * (y - 6));
  }
}
END_TEST

START_TEST(test_rows_beyond_a_band_are_null) {
  const RowBand band{.first = 4, .channels = 2, .width = 3, .rows = {4, 8}};
  std::vector<Allocation> allocations = {{band.row_bytes() * 4, 0, 0, 0}};
  std::vector<float> memory(4 * band.row_values());
  for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = 4 + i / band.row_values();
  const Addresses addresses{reinterpret_cast<char*>(memory.data()), &allocations, nullptr, nullptr};
  for (int y = 4; y < 8; ++y) {
    const std::array<const float*, 3> rows = rows_around<float>(addresses, band, y);
    for (int i = 0; i < 3; ++i) {
      const int at = y - 1 + i;
      ck_assert_int_eq(rows[i] != nullptr, at >= 4 && at < 8);
      if (rows[i] != nullptr) ck_assert_float_eq(*rows[i], static_cast<float>(at));
    }
  }
}
END_TEST

START_TEST(test_types_and_slopes) {
  int floats = 0, halves = 0;
  const auto count = [&]<typename Value>(Value) {
    (std::is_same_v<Value, Bfloat16> ? halves : floats) += 1;
  };
  with_type(Type::bfloat16, count);
  ck_assert(floats == 0 && halves == 1);
  with_type(Type::float32, count);
  ck_assert(floats == 1 && halves == 1);
  ck_assert_float_eq(slope_of(Activation::relu, 0.3f), 0);
  ck_assert_float_eq(slope_of(Activation::leaky_relu, 0.3f), 0.3f);
  ck_assert_float_eq(slope_of(Activation::none, 0.3f), 1);
  ck_assert_float_eq(slope_of(Activation::sigmoid, 0.3f), 1);
}
END_TEST

START_TEST(test_memory_lives_from_its_reservation_to_its_last_use) {
  CallList list;
  PlanBuilder& builder = list.builder;
  const auto append = [&] { builder.calls.emplace_back([](const Addresses&) {}); };
  const BufferRef early = builder.reserve(10);
  append();
  append();
  const BufferRef late = builder.reserve(20);
  builder.use(early);
  append();
  append();
  builder.use(late);
  builder.use(late);
  const std::vector<Allocation>& allocations = builder.allocations;
  ck_assert_uint_eq(allocations.size(), 2);
  ck_assert_uint_eq(allocations[early.allocation].bytes, 10);
  ck_assert_int_eq(allocations[early.allocation].first, 0);
  ck_assert_int_eq(allocations[early.allocation].last, 2);
  ck_assert_uint_eq(allocations[late.allocation].bytes, 20);
  ck_assert_int_eq(allocations[late.allocation].first, 2);
  ck_assert_int_eq(allocations[late.allocation].last, 4);
}
END_TEST

START_TEST(test_addresses_add_the_offsets) {
  std::vector<Allocation> allocations = {{100, 0, 0, 0}, {50, 0, 0, 128}};
  std::array<char, 256> memory{};
  const Addresses addresses{memory.data(), &allocations, nullptr, nullptr};
  ck_assert_ptr_eq(addresses.of({0, 7}), memory.data() + 7);
  ck_assert_ptr_eq(addresses.of(BufferRef{1, 7} + 5), memory.data() + 140);
}
END_TEST

int main() {
  return run_suite(
      "row_bands",
      {test_rows_of_a_band_follow_each_other, test_a_ring_comes_back_to_its_first_row,
       test_contiguous_parts_of_a_ring, test_parts_stay_in_place_and_moved_bands_start_anew,
       test_rows_beyond_a_band_are_null, test_types_and_slopes,
       test_memory_lives_from_its_reservation_to_its_last_use, test_addresses_add_the_offsets});
}
