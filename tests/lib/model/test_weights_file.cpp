// SPDX-License-Identifier: LGPL-2.1-or-later
// Files on disk that cannot be read, or that promise more than they are.
#include <denoiseae/model.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "model/manifest.h"
#include "model/weights_file.h"
#include "support/check.h"
#include "support/sanitized.h"
#include "support/temp_folder.h"
#include "support/tiny_model.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kHugeBytes = std::int64_t{18} << 30;

/// Does not let the process have more memory than a hundredth of a huge file.
void limit_memory() {
  const rlimit limit{kHugeBytes / 100, kHugeBytes / 100};
  ck_assert_int_eq(::setrlimit(RLIMIT_DATA, &limit), 0);
}

/// A file whose values are holes.
void write_sparse(const fs::path& path, const std::string& header, std::int64_t data_bytes) {
  const std::uint64_t length = header.size();
  std::string bytes(sizeof(length), ' ');
  std::memcpy(bytes.data(), &length, sizeof(length));
  write_file(path, bytes + header);
  fs::resize_file(path, sizeof(length) + length + static_cast<std::uint64_t>(data_bytes));
}

/// A header with one tensor that has all values, and a manifest.
std::string header_of(const nlohmann::json& manifest, std::int64_t data_bytes) {
  return nlohmann::json{
      {"__metadata__", {{"denoiseae", manifest.dump()}}},
      {"head.weight",
       {{"dtype", "F32"}, {"shape", {data_bytes / 4}}, {"data_offsets", {0, data_bytes}}}}}
      .dump();
}

/// The error is of this code, and its message has the words.
template <typename Body>
void assert_fails(const Body& body, const char* code, const std::string& words) {
  try {
    body();
  } catch (const Error& e) {
    ck_assert_str_eq(to_string(e.code()), code);
    ck_assert_msg(std::strstr(e.what(), words.c_str()) != nullptr, "\"%s\" lacks \"%s\"", e.what(),
                  words.c_str());
    return;
  }
  ck_abort_msg("accepted although: %s", words.c_str());
}

/// Everybody may read the files of root, so that root becomes someone else for a while.
class Nobody {
 public:
  Nobody() : was_root_(::geteuid() == 0) {
    if (was_root_ && ::seteuid(65534) != 0) skip_test("root cannot become another user here");
  }
  ~Nobody() {
    if (was_root_ && ::seteuid(0) != 0) std::abort();
  }
  Nobody(const Nobody&) = delete;
  Nobody& operator=(const Nobody&) = delete;

 private:
  bool was_root_;
};

}  // namespace

START_TEST(test_the_header_is_there_before_the_values_are_read) {
  const TempFolder folder;
  const fs::path path = folder / "m.safetensors";
  save_tiny_model(path);
  const WeightsFile file(path);
  const TensorFile whole = read_safetensors(path);
  ck_assert(file.header().metadata == whole.metadata);
  ck_assert_uint_eq(file.header().tensors.size(), whole.tensors.size());
  const auto tensors = file.read_tensors();
  for (const auto& [name, tensor] : whole.tensors) {
    ck_assert(file.header().tensors.at(name).shape == tensor.shape);
    ck_assert(tensors.at(name).values == tensor.values);
  }
  ck_assert(read_model(path)->data().tensors.size() == whole.tensors.size());
}
END_TEST

START_TEST(test_huge_files_are_refused_before_they_are_read) {
  need_malloc_of_the_system();
  const TempFolder folder;
  const fs::path path = folder / "huge.safetensors";
  limit_memory();
  // The tensors end long before the file does.
  write_sparse(path, R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", kHugeBytes);
  assert_fails([&] { read_safetensors(path); }, "corrupt", "tensors end at byte 4");
  // The header agrees with the file, but the network has no tensor of that shape.
  const nlohmann::json tiny = {
      {"format", 1}, {"architecture", "unet"}, {"domain", "packed_yuv420"}};
  write_sparse(path, header_of(tiny, kHugeBytes), kHugeBytes);
  assert_fails([&] { load_model(path.string()); }, "incompatible_model", "has shape");
  // The header is nothing but a claim.
  write_sparse(path, "", kHugeBytes);
  assert_fails([&] { load_model(path.string()); }, "corrupt", "does not start with {");
  // A network of that size is none for frames.
  nlohmann::json giant = {{"format", 1}, {"architecture", "paper"}, {"domain", "luma"}};
  giant["settings"] = {{"width", 512}, {"height", 512}, {"filters", {512}}, {"latent", 4096}};
  write_sparse(path, header_of(giant, kHugeBytes), kHugeBytes);
  assert_fails([&] { load_model(path.string()); }, "incompatible_model", "parameters");
}
END_TEST

START_TEST(test_files_that_nobody_may_read_are_no_missing_files) {
  const TempFolder folder;
  const fs::path path = folder / "locked/mine/weights.safetensors";
  save_tiny_model(path);
  fs::permissions(folder.path(), fs::perms::all);
  fs::permissions(folder / "locked", fs::perms::owner_all);
  ::setenv("DENOISEAE_MODEL_PATH", (folder / "locked").c_str(), 1);
  if (::geteuid() != 0) fs::permissions(folder / "locked", fs::perms::none);
  {
    const Nobody nobody;
    assert_fails([&] { load_model(path.string()); }, "unreadable", "Permission denied");
    // The search names the folder that it could not look into.
    assert_fails([] { load_model("mine"); }, "unreadable", "locked: cannot be examined");
  }
  fs::permissions(folder / "locked", fs::perms::all);
  fs::permissions(path, fs::perms::none);
  {
    const Nobody nobody;
    assert_fails([&] { load_model(path.string()); }, "unreadable", "Permission denied");
  }
  fs::permissions(path, fs::perms::all);
}
END_TEST

START_TEST(test_links_and_other_things_are_told_as_what_they_are) {
  const TempFolder folder;
  fs::create_symlink("loop.safetensors", folder / "loop.safetensors");
  assert_fails([&] { load_model((folder / "loop.safetensors").string()); }, "unreadable",
               "symbolic links");
  fs::create_symlink("nowhere", folder / "lost.safetensors");
  assert_fails([&] { load_model((folder / "lost.safetensors").string()); }, "not_found",
               "no such file");
  assert_fails([&] { load_model((folder / ("f/" + std::string(300, 'n'))).string()); },
               "unreadable", "name too long");
  fs::create_directory(folder.path() / "folder.safetensors");
  assert_fails([&] { load_model((folder.path() / "folder.safetensors").string()); }, "unreadable",
               "something else");
  // Nobody writes to the pipe, and the reader does not wait for it.
  const fs::path pipe = folder / "pipe.safetensors";
  ck_assert_int_eq(::mkfifo(pipe.c_str(), 0600), 0);
  assert_fails([&] { load_model(pipe.string()); }, "unreadable", "something else");
}
END_TEST

int main() {
  return run_suite("weights_file", {test_the_header_is_there_before_the_values_are_read,
                                    test_huge_files_are_refused_before_they_are_read,
                                    test_files_that_nobody_may_read_are_no_missing_files,
                                    test_links_and_other_things_are_told_as_what_they_are});
}
