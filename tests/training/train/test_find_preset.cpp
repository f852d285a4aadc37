// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstring>
#include <fstream>

#include "support/check.h"
#include "support/temp_folder.h"
#include "train/find_preset.h"

using namespace denoiseae;

START_TEST(test_names_and_paths_are_found) {
  const test::TempFolder folder;
  const std::filesystem::path first = (folder / "first/other.toml").parent_path();
  const std::filesystem::path second = (folder / "second/other.toml").parent_path();
  std::ofstream(second / "mine.toml") << "preset = \"mine\"\n";
  ck_assert(find_preset("mine", {first, second}) == second / "mine.toml");
  std::ofstream(first / "mine.toml") << "preset = \"mine\"\n";
  ck_assert(find_preset("mine", {first, second}) == first / "mine.toml");
  // A path is taken as it is, whether the file exists or not.
  ck_assert(find_preset("mine.toml", {first}) == "mine.toml");
  ck_assert(find_preset("./mine", {first}) == "./mine");
}
END_TEST

START_TEST(test_an_unknown_name_is_told_with_the_known_ones) {
  const test::TempFolder folder;
  const std::filesystem::path mine = folder / "mine.toml";
  std::ofstream(mine) << "preset = \"mine\"\n";
  try {
    find_preset("yours", {mine.parent_path()});
    ck_abort_msg("a preset was found");
  } catch (const Error& error) {
    ck_assert_int_eq(static_cast<int>(error.code()), static_cast<int>(ErrorCode::not_found));
    ck_assert_ptr_nonnull(std::strstr(error.what(), "yours"));
    ck_assert_ptr_nonnull(std::strstr(error.what(), "found: mine"));
  }
}
END_TEST

int main() {
  return denoiseae::test::run_suite(
      "find_preset",
      {test_names_and_paths_are_found, test_an_unknown_name_is_told_with_the_known_ones});
}
