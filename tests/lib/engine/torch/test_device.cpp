// SPDX-License-Identifier: LGPL-2.1-or-later
// Devices by name.
#include <string>

#include "engine/torch/device.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_the_cpu_is_always_there) { ck_assert(find_device("cpu").is_cpu()); }
END_TEST

START_TEST(test_devices_that_are_not_there_are_refused) {
  for (const char* name : {"", "cuda:99", "meta", "no such device", "cpu cpu"})
    DAE_ASSERT_ERROR(find_device(name), device_unavailable);
  try {
    find_device("cuda:99");
    ck_abort_msg("accepted");
  } catch (const Error& error) {
    const std::string message = error.what();
    for (const char* part : {"cuda:99", "cpu"})
      ck_assert_msg(message.find(part) != std::string::npos, "%s lacks %s", error.what(), part);
  }
}
END_TEST

int main() {
  return run_suite("device",
                   {test_the_cpu_is_always_there, test_devices_that_are_not_there_are_refused});
}
