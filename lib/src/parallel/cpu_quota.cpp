// SPDX-License-Identifier: LGPL-2.1-or-later
#include "parallel/cpu_quota.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace denoiseae {

namespace {

namespace fs = std::filesystem;

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

bool contains(const std::vector<std::string>& parts, const char* wanted) {
  return std::find(parts.begin(), parts.end(), wanted) != parts.end();
}

/// Tells the two versions of cgroups apart.
enum class CgroupVersion { v1, v2 };

/// Returns the path of this process in the hierarchy that limits its processors.
std::optional<std::string> path_in_hierarchy(const fs::path& root, CgroupVersion version) {
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    // A line is ID:CONTROLLERS:PATH, where the path may have colons of its own.
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool found = version == CgroupVersion::v2 ? controllers.empty()
                                                    : contains(split(controllers, ','), "cpu");
    if (found) return line.substr(second + 1);
  }
  return std::nullopt;
}

/// A mounted hierarchy: the folder that shows it, and which part of it that is.
struct CgroupMount {
  std::string part;
  fs::path folder;
};

std::optional<CgroupMount> find_mount(const fs::path& root, CgroupVersion version) {
  std::ifstream file(root / "proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    // ID PARENT DEVICE PART FOLDER OPTIONS [MORE ...] - TYPE SOURCE OPTIONS
    const std::size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    const std::vector<std::string> front = split(line.substr(0, dash), ' ');
    const std::vector<std::string> back = split(line.substr(dash + 3), ' ');
    if (front.size() < 5 || back.size() < 3) continue;
    const bool found = version == CgroupVersion::v2
                           ? back[0] == "cgroup2"
                           : back[0] == "cgroup" && contains(split(back[2], ','), "cpu");
    if (found) return CgroupMount{front[3], root / fs::path(front[4]).relative_path()};
  }
  return std::nullopt;
}

/// Returns the path below the mounted part. A process in a container may be told a path that its
/// mount does not show. Its limits are then those of the mount itself.
fs::path path_below(const std::string& part, const std::string& path) {
  const fs::path below = fs::path(path).lexically_relative(part);
  const bool outside = below.empty() || *below.begin() == "..";
  return outside || below == "." ? fs::path() : below;
}

double ratio(double quota, double period) {
  return quota > 0 && period > 0 ? quota / period : kNoLimit;
}

/// Returns the number in a file; 0 when there is none.
double number_in(const fs::path& path) {
  double number = 0;
  std::ifstream(path) >> number;
  return number;
}

double limit_of(const fs::path& folder, CgroupVersion version) {
  if (version == CgroupVersion::v1)
    return ratio(number_in(folder / "cpu.cfs_quota_us"), number_in(folder / "cpu.cfs_period_us"));
  // The quota is the word max where there is none, which is no number.
  double quota = 0, period = 0;
  std::ifstream(folder / "cpu.max") >> quota >> period;
  return ratio(quota, period);
}

double limit_of_hierarchy(const fs::path& root, CgroupVersion version) {
  const auto path = path_in_hierarchy(root, version);
  const auto mount = find_mount(root, version);
  if (!path || !mount) return kNoLimit;
  fs::path folder = mount->folder;
  double limit = limit_of(folder, version);
  for (const fs::path& step : path_below(mount->part, *path)) {
    folder /= step;
    limit = std::min(limit, limit_of(folder, version));
  }
  return limit;
}

}  // namespace

unsigned processors_of_quota(const fs::path& root) {
  const double limit = std::min(limit_of_hierarchy(root, CgroupVersion::v2),
                                limit_of_hierarchy(root, CgroupVersion::v1));
  constexpr double kMaxProcessors = 1 << 20;
  return limit > kMaxProcessors ? 0 : static_cast<unsigned>(std::ceil(limit));
}

}  // namespace denoiseae
