// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "support/check.h"
#include "system/large_memory.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// Returns the flags of the mapping that an address lies in, as /proc/self/smaps has them; empty
/// where the system tells none.
std::string mapping_flags(const void* address) {
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  std::ifstream maps("/proc/self/smaps");
  bool is_inside = false;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    std::uintptr_t begin = 0, end = 0;
    char dash = 0;
    if (words >> std::hex >> begin >> dash >> end && dash == '-')
      is_inside = begin <= wanted && wanted < end;
    if (is_inside && line.starts_with("VmFlags:")) return line;
  }
  return {};
}

}  // namespace

START_TEST(test_memory_is_aligned) {
  for (const std::size_t bytes : {1u, 100u, 5000u, 3u << 20, 30u << 20}) {
    void* const memory = allocate_large(bytes);
    ck_assert_uint_eq(reinterpret_cast<std::uintptr_t>(memory) % 64, 0);
    static_cast<std::uint8_t*>(memory)[bytes - 1] = 1;
    free_large(memory);
  }
}
END_TEST

START_TEST(test_buffers_of_megabytes_ask_for_large_pages) {
  const LargeVector<std::int16_t> large(std::size_t{8} << 20);
  const std::string flags = mapping_flags(large.data() + large.size() / 2);
  if (flags.empty() || !std::ifstream("/sys/kernel/mm/transparent_hugepage/enabled"))
    skip_test("this system has no large pages, or does not tell what was asked for");
  ck_assert_msg(flags.find(" hg") != std::string::npos, "%s", flags.c_str());
}
END_TEST

START_TEST(test_vectors_grow_move_and_compare) {
  LargeVector<std::uint8_t> values(3 << 20, 7);
  values.resize(5 << 20, 9);
  ck_assert_uint_eq(values[(3 << 20) - 1], 7);
  ck_assert_uint_eq(values.back(), 9);
  const LargeVector<std::uint8_t> copy = values;
  ck_assert(copy == values);
  const LargeVector<std::uint8_t> moved = std::move(values);
  ck_assert(copy == moved);
}
END_TEST

int main() {
  return run_suite("large_memory",
                   {test_memory_is_aligned, test_buffers_of_megabytes_ask_for_large_pages,
                    test_vectors_grow_move_and_compare});
}
