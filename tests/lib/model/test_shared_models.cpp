// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/error.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "model/shared_models.h"
#include "support/check.h"
#include "support/temp_folder.h"
#include "support/tiny_model.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_one_file_is_one_model_while_it_is_held) {
  const TempFolder folder;
  const std::string path = (folder / "m.safetensors").string();
  save_tiny_model(path);
  const auto first = load_model(path);
  ck_assert(load_model(path) == first);
  // Another name makes another model, because models are named after their files.
  std::filesystem::copy_file(path, folder / "other.safetensors");
  ck_assert(load_model((folder / "other.safetensors").string()) != first);
}
END_TEST

START_TEST(test_a_changed_file_is_read_again) {
  const TempFolder folder;
  const std::string path = (folder / "m.safetensors").string();
  save_tiny_model(path);
  const auto first = load_model(path);
  save_averaging_model(path);
  const auto second = load_model(path);
  ck_assert(second != first);
  ck_assert(second->info().architecture != first->info().architecture);
  write_file(path, "no weights");
  DAE_ASSERT_ERROR(load_model(path), corrupt);
  std::filesystem::remove(path);
  DAE_ASSERT_ERROR(load_model(path), not_found);
  ck_assert_str_eq(first->info().architecture.c_str(), "unet");
}
END_TEST

START_TEST(test_a_model_that_nobody_holds_is_read_again) {
  const TempFolder folder;
  const auto path = folder / "m.safetensors";
  save_tiny_model(path);
  int reads = 0;
  const auto read = [&](const std::filesystem::path& /*file*/) {
    ++reads;
    return random_model("unet", nlohmann::json::object());
  };
  auto model = shared_model(path, read);
  ck_assert(shared_model(path, read) == model);
  ck_assert_int_eq(reads, 1);
  model.reset();
  shared_model(path, read);
  ck_assert_int_eq(reads, 2);
}
END_TEST

START_TEST(test_threads_share_one_model) {
  const TempFolder folder;
  const std::string path = (folder / "m.safetensors").string();
  save_tiny_model(path);
  std::vector<std::shared_ptr<const Model>> models(8);
  std::vector<std::thread> threads;
  for (auto& model : models) threads.emplace_back([&] { model = load_model(path); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& model : models) ck_assert(model == models[0]);
}
END_TEST

int main() {
  return run_suite("shared_models",
                   {test_one_file_is_one_model_while_it_is_held, test_a_changed_file_is_read_again,
                    test_a_model_that_nobody_holds_is_read_again, test_threads_share_one_model});
}
