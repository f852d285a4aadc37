// SPDX-License-Identifier: LGPL-2.1-or-later
// Each test sets the environment variable in a process of its own, before anything reads it.
#include <denoiseae/error.h>

#include <array>
#include <cstdlib>
#include <string>

#include "kernels/instruction_limit.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

void limit_to(const char* name) {
  unsetenv("DENOISEAE_MAX_ISA");
  if (name != nullptr) setenv("DENOISEAE_MAX_ISA", name, 1);
}

#ifdef __aarch64__
constexpr const char *kMiddleLimit = "neon_bf16", *kOfAnotherArchitecture = "avx2";
constexpr std::array kWithin = {"c", "neon", "neondot", "neonbf16"};
constexpr std::array kBeyond = {"neoni8mm", "avx2", "amx"};
#else
constexpr const char *kMiddleLimit = "avx512", *kOfAnotherArchitecture = "neon_dot";
constexpr std::array kWithin = {"c", "sse41", "avx2", "avxvnni", "avx512"};
constexpr std::array kBeyond = {"avx512vnni", "avx512bf16", "amx", "neon"};
#endif

}  // namespace

START_TEST(test_without_a_limit_all_is_allowed) {
  limit_to(nullptr);
  check_instruction_limit();
  ck_assert(!is_limited());
  ck_assert(is_allowed(InstructionSet::scalar));
#ifdef __x86_64__
  for (const char* variant : {"c", "avx2", "avxvnni", "avx512", "avx512vnni", "avx512bf16"})
    ck_assert_msg(is_allowed(std::string_view(variant)), "%s", variant);
  ck_assert(is_allowed(InstructionSet::amx));
#elif defined(__aarch64__)
  for (const char* variant : {"c", "neon", "neondot", "neonbf16", "neoni8mm"})
    ck_assert_msg(is_allowed(std::string_view(variant)), "%s", variant);
#endif
}
END_TEST

START_TEST(test_sets_beyond_the_limit_are_not_allowed) {
  limit_to(kMiddleLimit);
  check_instruction_limit();
  ck_assert(is_limited());
  ck_assert(name_of(instruction_limit()) == kMiddleLimit);
  for (const char* variant : kWithin)
    ck_assert_msg(is_allowed(std::string_view(variant)), "%s", variant);
  for (const char* variant : kBeyond)
    ck_assert_msg(!is_allowed(std::string_view(variant)), "%s", variant);
}
END_TEST

START_TEST(test_scalar_leaves_plain_code) {
  limit_to("scalar");
  ck_assert(is_allowed(std::string_view("c")));
  ck_assert(!is_allowed(std::string_view("avx2")));
  ck_assert(!is_allowed(std::string_view("neon")));
}
END_TEST

START_TEST(test_other_names_are_refused) {
  for (const char* name : {"", "avx3", "AVX2", kOfAnotherArchitecture}) {
    limit_to(name);
    try {
      check_instruction_limit();
      ck_abort_msg("\"%s\" was taken", name);
    } catch (const Error& error) {
      const std::string message = error.what();
      ck_assert(error.code() == ErrorCode::bad_argument);
      ck_assert(message.find("DENOISEAE_MAX_ISA") != std::string::npos);
      ck_assert(message.find(kMiddleLimit) != std::string::npos);
      const std::size_t found = message.find(name), list = message.find("expected one of");
      ck_assert(found != std::string::npos && list != std::string::npos);
      if (*name != 0) ck_assert(message.find(name, list) == std::string::npos);
    }
  }
}
END_TEST

int main() {
  return run_suite("instruction_limit",
                   {test_without_a_limit_all_is_allowed, test_sets_beyond_the_limit_are_not_allowed,
                    test_scalar_leaves_plain_code, test_other_names_are_refused});
}
