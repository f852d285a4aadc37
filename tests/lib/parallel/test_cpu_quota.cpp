// SPDX-License-Identifier: LGPL-2.1-or-later
#include <string>

#include "parallel/cpu_quota.h"
#include "support/check.h"
#include "support/temp_folder.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// A machine made of files.
struct Machine {
  TempFolder root;

  Machine(const std::string& cgroups, const std::string& mounts) {
    write_file(root / "proc/self/cgroup", cgroups);
    write_file(root / "proc/self/mountinfo", mounts);
  }
  void set(const std::string& file, const std::string& text) const {
    write_file(root / ("sys/fs/cgroup/" + file), text);
  }
  unsigned processors() const { return processors_of_quota(root.path()); }
};

const char kMountsV2[] =
    "22 27 0:21 / /proc rw,nosuid - proc proc rw\n"
    "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
const char kMountsV1[] =
    "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
    "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n";

}  // namespace

START_TEST(test_machines_without_a_quota_have_no_limit) {
  const TempFolder empty;
  ck_assert_uint_eq(processors_of_quota(empty.path()), 0);
  const Machine machine("0::/user.slice/a:b.service\n", kMountsV2);
  ck_assert_uint_eq(machine.processors(), 0);
  machine.set("user.slice/a:b.service/cpu.max", "max 100000\n");
  ck_assert_uint_eq(machine.processors(), 0);
  for (const char* nonsense : {"", "-1 100000", "100000 0", "100000", "all of them"}) {
    machine.set("user.slice/a:b.service/cpu.max", nonsense);
    ck_assert_uint_eq(machine.processors(), 0);
  }
}
END_TEST

START_TEST(test_quotas_are_rounded_up) {
  const Machine machine("0::/a\n", kMountsV2);
  const std::pair<const char*, unsigned> quotas[] = {{"100000 100000\n", 1}, {"1000 100000\n", 1},
                                                     {"100001 100000\n", 2}, {"150000 100000\n", 2},
                                                     {"200000 50000\n", 4},  {"20000 10000\n", 2}};
  for (const auto& [text, processors] : quotas) {
    machine.set("a/cpu.max", text);
    ck_assert_uint_eq(machine.processors(), processors);
  }
}
END_TEST

START_TEST(test_the_smallest_quota_on_the_way_up_counts) {
  const Machine machine("0::/a/b/c\n", kMountsV2);
  machine.set("a/b/c/cpu.max", "400000 100000\n");
  ck_assert_uint_eq(machine.processors(), 4);
  machine.set("a/cpu.max", "300000 100000\n");
  ck_assert_uint_eq(machine.processors(), 3);
  machine.set("a/b/cpu.max", "max 100000\n");
  ck_assert_uint_eq(machine.processors(), 3);
  machine.set("cpu.max", "50000 100000\n");
  ck_assert_uint_eq(machine.processors(), 1);
  // A cgroup beside the way does not count.
  machine.set("cpu.max", "max 100000\n");
  machine.set("a/d/cpu.max", "100000 100000\n");
  ck_assert_uint_eq(machine.processors(), 3);
}
END_TEST

START_TEST(test_version_1_has_two_files) {
  const Machine machine("3:cpuset:/\n2:cpu,cpuacct:/a/b\n1:name=systemd:/x\n", kMountsV1);
  machine.set("cpu,cpuacct/a/b/cpu.cfs_quota_us", "-1\n");
  machine.set("cpu,cpuacct/a/b/cpu.cfs_period_us", "100000\n");
  ck_assert_uint_eq(machine.processors(), 0);
  machine.set("cpu,cpuacct/a/cpu.cfs_quota_us", "250000\n");
  machine.set("cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  ck_assert_uint_eq(machine.processors(), 3);
  machine.set("cpu,cpuacct/a/b/cpu.cfs_quota_us", "150000\n");
  ck_assert_uint_eq(machine.processors(), 2);
}
END_TEST

START_TEST(test_both_versions_may_be_mounted) {
  const Machine machine("2:cpu,cpuacct:/a\n0::/u\n",
                        kMountsV1 + std::string("41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 "
                                                "cgroup2 rw\n"));
  machine.set("unified/u/cpu.max", "300000 100000\n");
  ck_assert_uint_eq(machine.processors(), 3);
  machine.set("cpu,cpuacct/a/cpu.cfs_quota_us", "200000\n");
  machine.set("cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  ck_assert_uint_eq(machine.processors(), 2);
}
END_TEST

/// In a container the mount shows a part of the hierarchy only.
START_TEST(test_containers_see_their_part) {
  const Machine inside("0::/docker/1f/app\n",
                       "30 23 0:26 /docker/1f /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  inside.set("app/cpu.max", "200000 100000\n");
  inside.set("docker/1f/app/cpu.max", "100000 100000\n");
  ck_assert_uint_eq(inside.processors(), 2);
  for (const char* path : {"0::/docker/2\n", "0::/../other\n", "0::/\n"}) {
    const Machine outside(path, "30 23 0:26 /docker/1f /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
    outside.set("cpu.max", "500000 100000\n");
    ck_assert_uint_eq(outside.processors(), 5);
  }
}
END_TEST

int main() {
  return run_suite("cpu_quota",
                   {test_machines_without_a_quota_have_no_limit, test_quotas_are_rounded_up,
                    test_the_smallest_quota_on_the_way_up_counts, test_version_1_has_two_files,
                    test_both_versions_may_be_mounted, test_containers_see_their_part});
}
