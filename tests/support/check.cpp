// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/check.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __x86_64__
#include <cpuid.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace denoiseae::test {

namespace {

constexpr int kMaxSkips = 32;

struct Skip {
  char part[80];  ///< empty for the whole test
  char reason[240];
};

/// A test runs in a child process, so this lies in memory that it shares with its parent.
struct Skips {
  int count;
  Skip list[kMaxSkips];
};

struct TestSkipped {};

Skips* skips = nullptr;
const TTest* running = nullptr;
const char* lack_of_all = nullptr;  ///< why all tests are skipped

void note(const std::string& part, const std::string& reason) {
  ck_assert_msg(running != nullptr, "only a running test can be skipped");
  for (int i = 0; i < skips->count; ++i)
    if (part == skips->list[i].part) return;
  ck_assert_int_lt(skips->count, kMaxSkips);
  Skip& skip = skips->list[skips->count++];
  std::snprintf(skip.part, sizeof skip.part, "%s", part.c_str());
  std::snprintf(skip.reason, sizeof skip.reason, "%s", reason.c_str());
}

/// Stands in for each test: Check is written in C, and no exception may pass through it.
void run_test(int index) {
  try {
    if (lack_of_all != nullptr) skip_test(lack_of_all);
    running->fn(index);
  } catch (const TestSkipped&) {
  }
}

/// A limit that the library would not reach tests nothing.
const char* find_lack_of_level() {
  constexpr const char* kLack = "this CPU lacks the instructions that DENOISEAE_MAX_ISA names";
  const char* const limit = std::getenv("DENOISEAE_MAX_ISA");
  if (limit == nullptr) return nullptr;
  const std::string_view level = limit;
#ifdef __x86_64__
  const bool has_avx512 = __builtin_cpu_supports("avx512bw") != 0;
  const bool has_bfloat16 = __builtin_cpu_supports("avx512bf16") != 0;
  unsigned a = 0, b = 0, c = 0, d = 0;
  const bool has_avx_vnni = __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & 1u << 4) != 0;
  if ((level == "avx_vnni" && !has_avx_vnni) ||
      (level == "sse41" && __builtin_cpu_supports("sse4.1") == 0) ||
      (level == "avx2" && __builtin_cpu_supports("avx2") == 0) ||
      (level == "avx512" && !has_avx512) || (level == "avx512_bf16" && !has_bfloat16) ||
      (level == "avx512_vnni" && __builtin_cpu_supports("avx512vnni") == 0)) {
    return kLack;
  }
#elif defined(__aarch64__)
  if ((level == "neon_dot" && (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) == 0) ||
      (level == "neon_bf16" && (getauxval(AT_HWCAP2) & HWCAP2_BF16) == 0) ||
      (level == "neon_i8mm" && (getauxval(AT_HWCAP2) & HWCAP2_I8MM) == 0)) {
    return kLack;
  }
#endif
  return nullptr;
}

/// Prints results as they come, so that those before a crash or a time-out are not lost.
class Report {
 public:
  Report() : out_(fdopen(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), "w")) {
    // Nothing else may come between the lines. Each leaves the buffer at once: a forked test would
    // print again what is left there.
    dup2(STDERR_FILENO, STDOUT_FILENO);
    setlinebuf(out_);
  }
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;
  ~Report() {
    std::fprintf(out_, "1..%d\n", count_);
    std::fclose(out_);
  }

  void add(const char* test, bool passed, std::string_view part = "",
           std::string_view reason = "") {
    std::string line = (passed ? "ok " : "not ok ") + std::to_string(++count_) + " - " + test;
    if (!part.empty()) line.append(": ").append(part);
    if (!reason.empty()) line.append(" # SKIP ").append(reason);
    for (char& c : line)
      if (c == '\n') c = ' ';
    std::fprintf(out_, "%s\n", line.c_str());
  }

 private:
  FILE* const out_;
  int count_ = 0;
};

void print_failure(const char* test, TestResult* result) {
  const char* file = tr_lfile(result);
  std::fprintf(stderr, "# %s:%d: %s: %s\n", file != nullptr ? file : "?", tr_lno(result), test,
               tr_msg(result));
}

/// Returns whether the test passed. Each test has a runner and a case of its own, so that lines
/// come at once and CK_RUN_CASE can name it.
bool run_and_report(const char* suite_name, const TTest& test, double timeout_s, Report& report) {
  const TTest wrapped{test.name, run_test, test.file, test.line};
  Suite* suite = suite_create(suite_name);
  TCase* tcase = tcase_create(test.name);
  tcase_set_timeout(tcase, timeout_s);
  tcase_add_test(tcase, &wrapped);
  suite_add_tcase(suite, tcase);
  SRunner* runner = srunner_create(suite);
  running = &test;
  skips->count = 0;
  srunner_run_all(runner, CK_SILENT);
  running = nullptr;
  const bool passed = srunner_ntests_failed(runner) == 0;
  if (srunner_ntests_run(runner) > 0) {
    TestResult** results = srunner_results(runner);
    if (!passed) print_failure(test.name, results[0]);
    std::free(results);
    std::string_view reason;
    for (int i = 0; i < skips->count; ++i) {
      const Skip& skip = skips->list[i];
      if (skip.part[0] == '\0')
        reason = skip.reason;
      else
        report.add(test.name, true, skip.part, skip.reason);
    }
    report.add(test.name, passed, "", passed ? reason : "");
  }
  srunner_free(runner);
  return passed;
}

}  // namespace

int run_suite(const char* name, std::initializer_list<const TTest*> tests, double timeout_s) {
  return run_suite(name, std::span(tests.begin(), tests.size()), nullptr, timeout_s);
}

int run_suite(const char* name, std::span<const TTest* const> tests, const char* lack,
              double timeout_s) {
  if (lack == nullptr) lack = find_lack_of_level();
  void* shared =
      mmap(nullptr, sizeof(Skips), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) {
    std::perror("run_suite");
    return EXIT_FAILURE;
  }
  skips = static_cast<Skips*>(shared);
  lack_of_all = lack;
  Report report;
  bool passed = true;
  for (const TTest* test : tests) passed &= run_and_report(name, *test, timeout_s, report);
  return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}

void skip_test(const std::string& reason) {
  note("", reason);
  throw TestSkipped();
}

void skip_part(const std::string& part, const std::string& reason) { note(part, reason); }

}  // namespace denoiseae::test
