// SPDX-License-Identifier: LGPL-2.1-or-later
#include "model/shared_models.h"

#include <sys/stat.h>

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace denoiseae {

namespace {

/// Tells a file from any other one, and from itself before a change. The path is a part of it
/// because models have their names from it.
using FileIdentity = std::tuple<std::string, dev_t, ino_t, off_t, time_t, long>;

std::optional<FileIdentity> identity_of(const std::filesystem::path& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return std::nullopt;
  return FileIdentity{path.string(), found.st_dev,         found.st_ino,
                      found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

struct SharedModels {
  std::mutex mutex;
  std::map<FileIdentity, std::weak_ptr<const Model>> models;
};

/// The memory is never given back, because models may be loaded while the process ends.
SharedModels& shared_models() {
  static auto* const models = new SharedModels;
  return *models;
}

}  // namespace

std::shared_ptr<const Model> shared_model(
    const std::filesystem::path& path,
    const std::function<std::shared_ptr<const Model>(const std::filesystem::path&)>& read) {
  const std::optional<FileIdentity> identity = identity_of(path);
  // The error of a file that cannot be examined is told by who reads it.
  if (!identity) return read(path);
  SharedModels& shared = shared_models();
  const std::lock_guard lock(shared.mutex);
  std::erase_if(shared.models, [](const auto& entry) { return entry.second.expired(); });
  if (const auto entry = shared.models.find(*identity); entry != shared.models.end())
    if (auto model = entry->second.lock()) return model;
  auto model = read(path);
  shared.models[*identity] = model;
  return model;
}

}  // namespace denoiseae
