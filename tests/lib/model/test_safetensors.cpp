// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/model.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/manifest.h"
#include "model/noise_floor_entry.h"
#include "model/safetensors.h"
#include "support/check.h"
#include "support/temp_folder.h"
#include "support/tiny_model.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// A file of this header and so many zero bytes; claimed: what the file says is the header's
/// length.
Bytes file_of(const std::string& header, std::size_t data_bytes, std::int64_t claimed = -1) {
  const std::uint64_t length = claimed < 0 ? header.size() : static_cast<std::uint64_t>(claimed);
  Bytes bytes(sizeof(length));
  std::memcpy(bytes.data(), &length, sizeof(length));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.resize(bytes.size() + data_bytes);
  return bytes;
}

std::string entry(const std::string& name, const std::string& shape, int begin, int end) {
  return "\"" + name + "\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[" +
         std::to_string(begin) + "," + std::to_string(end) + "]}";
}

/// The reader refuses the bytes with a message that holds the words.
void assert_refused(const Bytes& bytes, const std::string& words) {
  try {
    parse_safetensors(bytes, "file.safetensors");
  } catch (const Error& e) {
    ck_assert_str_eq(to_string(e.code()), "corrupt");
    ck_assert_msg(std::strstr(e.what(), words.c_str()) != nullptr, "\"%s\" lacks \"%s\"", e.what(),
                  words.c_str());
    ck_assert(std::strstr(e.what(), "file.safetensors") != nullptr);
    return;
  }
  ck_abort_msg("accepted although: %s", words.c_str());
}

Bytes read_bytes(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  return {text.begin(), text.end()};
}

}  // namespace

START_TEST(test_a_hand_written_file_is_read) {
  Bytes bytes = file_of(R"({"__metadata__":{"k":"v"},)" + entry("b", "[1,2]", 4, 12) + "," +
                            entry("a", "[]", 0, 4) + "}  ",
                        12);
  const float values[] = {1.5f, -2.0f, 0.25f};
  std::memcpy(bytes.data() + bytes.size() - sizeof(values), values, sizeof(values));
  const TensorFile file = parse_safetensors(bytes, "f");
  ck_assert_uint_eq(file.tensors.size(), 2);
  ck_assert(file.tensors.at("a").shape.empty());
  ck_assert_float_eq(file.tensors.at("a").values.at(0), 1.5f);
  ck_assert((file.tensors.at("b").shape == std::vector<std::int64_t>{1, 2}));
  ck_assert_float_eq(file.tensors.at("b").values.at(0), -2.0f);
  ck_assert_float_eq(file.tensors.at("b").values.at(1), 0.25f);
  ck_assert_str_eq(file.metadata.at("k").c_str(), "v");
}
END_TEST

START_TEST(test_save_load_save_gives_the_same_bytes) {
  const TempFolder folder;
  TensorFile file;
  file.tensors["x"] = {{2, 3}, {1, 2, 3, 4, 5, 6}};
  file.tensors["empty"] = {{0}, {}};
  file.metadata["m"] = "text \"with\" quotes";
  write_safetensors(folder.path() / "1", file);
  write_safetensors(folder.path() / "2", read_safetensors(folder.path() / "1"));
  ck_assert(read_bytes(folder.path() / "1") == read_bytes(folder.path() / "2"));
  ck_assert(!std::filesystem::exists(folder.path() / "1.partial"));
}
END_TEST

START_TEST(test_headers_that_break_a_rule_are_refused) {
  assert_refused({}, "expected at least 8");
  assert_refused(Bytes(7), "expected at least 8");
  assert_refused(file_of("{}", 0, kMaxHeaderBytes + 1), "at most");
  assert_refused(file_of("{}", 0, 3), "cut short");
  Bytes huge = file_of("{}", 0);
  std::memset(huge.data(), 0xff, 8);
  assert_refused(huge, "at most");
  assert_refused(file_of("", 0), "does not start");
  assert_refused(file_of("[1]", 0), "does not start");
  assert_refused(file_of("{", 0), "not JSON");
  assert_refused(file_of("{\"\xff\":1}", 0), "not JSON");
  assert_refused(file_of("{\"a\":" + std::string(100000, '['), 0), "nested");
  assert_refused(file_of("{" + entry("a", "[1]", 0, 4) + "," + entry("a", "[1]", 0, 4) + "}", 4),
                 "twice");
  assert_refused(file_of("{\"a\":1e999}", 0), "cannot be read");
  assert_refused(file_of(R"({"__metadata__":{"k":1}})", 0), "not a string");
  assert_refused(file_of(R"({"__metadata__":[]})", 0), "not an object");
  std::string many = "{";
  for (std::size_t i = 0; i <= kMaxTensors + 1; ++i) {
    many += (i == 0 ? "" : ",") + entry("t" + std::to_string(i), "[0]", 0, 0);
  }
  assert_refused(file_of(many + "}", 0), "at most");
}
END_TEST

START_TEST(test_tensors_that_break_a_rule_are_refused) {
  const auto one = [](const std::string& e, std::size_t bytes) {
    return file_of("{" + e + "}", bytes);
  };
  assert_refused(one(R"("a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]})", 2), "dtype");
  assert_refused(one(R"("a":{"dtype":"F32","shape":[1]})", 4), "exactly");
  assert_refused(one(R"("a":7)", 4), "exactly");
  assert_refused(one(entry("a", "[1,1,1,1,1]", 0, 4), 4), "at most 4");
  assert_refused(one(entry("a", "[-1]", 0, 4), 4), "whole number");
  assert_refused(one(entry("a", "[1.5]", 0, 4), 4), "whole number");
  assert_refused(one(entry("a", "[4294967296,4294967296,4]", 0, 4), 4), "overflows");
  assert_refused(one(entry("a", "[2]", 0, 4), 4), "needs 8 bytes");
  assert_refused(one(entry("a", "[1]", 0, 8), 4), "cut short");
  assert_refused(one(entry("a", "[1]", 4, 0), 4), "buffer");
  assert_refused(one(entry("a", "[1]", 4, 8), 8), "neither overlap nor leave holes");
  assert_refused(one(entry("a", "[1]", 0, 4), 8), "tensors end at byte 4");
  assert_refused(file_of("{" + entry("a", "[2]", 0, 8) + "," + entry("b", "[2]", 4, 12) + "}", 12),
                 "neither overlap nor leave holes");
}
END_TEST

START_TEST(test_every_cut_of_a_good_file_is_refused) {
  const TempFolder folder;
  save_tiny_model(folder.path() / "m.safetensors");
  const Bytes good = read_bytes(folder.path() / "m.safetensors");
  parse_safetensors(good, "whole");
  for (std::size_t length = 0; length < good.size(); length += 1 + length / 16) {
    DAE_ASSERT_ERROR(parse_safetensors({good.data(), length}, "cut"), corrupt);
  }
  Bytes longer = good;
  longer.push_back(0);
  DAE_ASSERT_ERROR(parse_safetensors(longer, "longer"), corrupt);
}
END_TEST

START_TEST(test_random_damage_never_crashes) {
  const TempFolder folder;
  save_tiny_model(folder.path() / "m.safetensors");
  const Bytes good = read_bytes(folder.path() / "m.safetensors");
  std::uint32_t state = 1;
  const auto random = [&state] { return (state = state * 1664525u + 1013904223u) >> 8; };
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    Bytes bad = good;
    // Most damage hits the header, which is where the parsing is.
    const std::size_t range = i % 4 == 0 ? bad.size() : std::min<std::size_t>(bad.size(), 900);
    for (int n = 0; n <= i % 5; ++n) bad[random() % range] = static_cast<std::uint8_t>(random());
    try {
      make_model(parse_safetensors(bad, "damaged"), "damaged");
    } catch (const Error&) {
      ++refused;
    }
  }
  ck_assert_int_gt(refused, 1000);
}
END_TEST

START_TEST(test_missing_and_foreign_files_are_told_apart) {
  const TempFolder folder;
  DAE_ASSERT_ERROR(read_safetensors(folder.path() / "none"), not_found);
  DAE_ASSERT_ERROR(read_safetensors(folder.path()), unreadable);
  DAE_ASSERT_ERROR(write_safetensors(folder.path() / "no" / "folder", {}), unreadable);
  write_file(folder.path() / "text", "hello, you\n");
  DAE_ASSERT_ERROR(read_safetensors(folder.path() / "text"), corrupt);
}
END_TEST

START_TEST(test_manifests_that_do_not_fit_are_refused) {
  const TempFolder folder;
  const std::filesystem::path path = folder.path() / "m.safetensors";
  save_tiny_model(path);
  const TensorFile good = read_safetensors(path);
  const nlohmann::json manifest = nlohmann::json::parse(good.metadata.at("denoiseae"));
  const auto with = [&](const nlohmann::json& patch) {
    TensorFile file = good;
    nlohmann::json changed = manifest;
    changed.merge_patch(patch);
    file.metadata["denoiseae"] = changed.dump();
    return file;
  };
  ck_assert(make_model(good, path)->info().name == "m");
  DAE_ASSERT_ERROR(make_model(with({{"format", 2}}), path), unsupported_version);
  DAE_ASSERT_ERROR(make_model(with({{"format", nullptr}}), path), corrupt);
  DAE_ASSERT_ERROR(make_model(with({{"architecture", "resnet"}}), path), unknown_architecture);
  DAE_ASSERT_ERROR(make_model(with({{"architecture", 3}}), path), corrupt);
  DAE_ASSERT_ERROR(make_model(with({{"domain", "rgb"}}), path), incompatible_model);
  DAE_ASSERT_ERROR(make_model(with({{"settings", {{"widths", {8}}}}}), path), incompatible_model);
  DAE_ASSERT_ERROR(make_model(with({{"settings", {{"widths", "4"}}}}), path), incompatible_model);
  DAE_ASSERT_ERROR(make_model(with({{"settings", {{"depth", 4}}}}), path), incompatible_model);
  DAE_ASSERT_ERROR(make_model(with({{"settings", {{"widths", {0}}}}}), path), incompatible_model);
  DAE_ASSERT_ERROR(make_model(with({{"settings", 5}}), path), incompatible_model);
  const nlohmann::json long_list(40, 4);
  DAE_ASSERT_ERROR(make_model(with({{"settings", {{"widths", long_list}}}}), path),
                   incompatible_model);
  DAE_ASSERT_ERROR(
      make_model(with({{"architecture", "paper"}, {"settings", {{"filters", long_list}}}}), path),
      incompatible_model);
  TensorFile none = good;
  none.metadata.clear();
  DAE_ASSERT_ERROR(make_model(none, path), incompatible_model);
  none.metadata["denoiseae"] = "nonsense";
  DAE_ASSERT_ERROR(make_model(none, path), corrupt);
}
END_TEST

/// The text of a manifest is as little trusted as the header that holds it.
START_TEST(test_manifests_keep_the_limits_of_the_header) {
  const TempFolder folder;
  const std::filesystem::path path = folder.path() / "m.safetensors";
  save_tiny_model(path);
  const TensorFile good = read_safetensors(path);
  const std::string text = good.metadata.at("denoiseae");
  const auto assert_manifest_refused = [&](const std::string& more, const char* words) {
    TensorFile file = good;
    file.metadata["denoiseae"] = text.substr(0, text.size() - 1) + "," + more + "}";
    try {
      make_model(file, path);
      ck_abort_msg("accepted although: %s", words);
    } catch (const Error& e) {
      ck_assert_str_eq(to_string(e.code()), "corrupt");
      for (const char* part : {words, "manifest", path.c_str()})
        ck_assert_msg(std::strstr(e.what(), part) != nullptr, "\"%s\" lacks \"%s\"", e.what(),
                      part);
    }
  };
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  assert_manifest_refused("\"training\":" + deep, "nested");
  assert_manifest_refused("\"own_error\":{\"luma\":" + deep + "}", "nested");
  assert_manifest_refused(R"("format":1)", "twice");
  assert_manifest_refused(R"("noise":1e999)", "cannot be read");
  assert_manifest_refused("\"noise\":\"" + std::string(kMaxHeaderBytes, ' ') + "\"", "at most");
}
END_TEST

START_TEST(test_own_errors_that_make_no_sense_are_refused) {
  const TempFolder folder;
  const std::filesystem::path path = folder.path() / "m.safetensors";
  save_zero_model(path, "unet", nlohmann::json::object());
  const TensorFile good = read_safetensors(path);
  const auto with = [&](const nlohmann::json& noise_floor) {
    TensorFile file = good;
    nlohmann::json changed = nlohmann::json::parse(good.metadata.at("denoiseae"));
    changed["own_error"] = noise_floor;
    file.metadata["denoiseae"] = changed.dump();
    return file;
  };
  ck_assert_double_eq(make_model(good, path)->data().noise_floor.luma, 0);
  const NoiseFloor found =
      make_model(with(noise_floor_entry({.luma = 1.5, .chroma = 0.25})), path)->data().noise_floor;
  ck_assert(found.luma == 1.5 && found.chroma == 0.25);
  for (const nlohmann::json& bad : std::vector<nlohmann::json>{3,
                                                               nlohmann::json::array(),
                                                               nlohmann::json::object(),
                                                               {{"luma", 1}},
                                                               {{"luma", -1}, {"chroma", 1}},
                                                               {{"luma", 1}, {"chroma", 256}},
                                                               {{"luma", "1"}, {"chroma", 1}}})
    DAE_ASSERT_ERROR(make_model(with(bad), path), corrupt);
}
END_TEST

START_TEST(test_scales_that_do_not_fit_are_refused) {
  const TempFolder folder;
  const std::filesystem::path path = folder.path() / "m.safetensors";
  save_zero_model(
      path, "unet",
      {{"widths", {4}}, {"encoder", {1}}, {"decoder", nlohmann::json::array()}, {"slope", 0}});
  const TensorFile good = read_safetensors(path);
  const nlohmann::json manifest = nlohmann::json::parse(good.metadata.at("denoiseae"));
  const auto with = [&](const nlohmann::json& quantisation) {
    TensorFile file = good;
    nlohmann::json changed = manifest;
    changed["quantisation"] = quantisation;
    file.metadata["denoiseae"] = changed.dump();
    return file;
  };
  const auto scales = [&](const nlohmann::json& of_head) {
    return with({{"scales", {{"head", of_head}, {"enc1_1", 0.25}}}});
  };
  ck_assert(make_model(good, path)->data().scale_sets.empty());
  const ScaleSets wanted = one_scale_set({{"head", 0.1f}, {"enc1_1", 0.25f}});
  ck_assert(make_model(with(quantisation_entry(wanted, 5)), path)->data().scale_sets == wanted);
  for (const nlohmann::json& bad :
       std::vector<nlohmann::json>{0, -1, "0.1", nullptr, 1e300, nlohmann::json::array()})
    DAE_ASSERT_ERROR(make_model(scales(bad), path), corrupt);
  DAE_ASSERT_ERROR(make_model(with({{"scales", {{"head", 1}}}}), path), corrupt);
  DAE_ASSERT_ERROR(make_model(with({{"scales", {{"head", 1}, {"enc1_1", 1}, {"tail", 1}}}}), path),
                   corrupt);
  DAE_ASSERT_ERROR(make_model(with({{"scales", 3}}), path), corrupt);

  ScaleSets several = wanted;
  for (const double level : {16.0, 4.0})
    several.insert(several.begin(), {{{"head", 0.01f}, {"enc1_1", 0.02f}}, level});
  const nlohmann::json entry = quantisation_entry(several, 5);
  ck_assert(make_model(with(entry), path)->data().scale_sets == several);
  const auto refuse = [&](const char* place, const nlohmann::json& bad) {
    nlohmann::json wrong = entry;
    wrong[nlohmann::json::json_pointer(place)] = bad;
    DAE_ASSERT_ERROR(make_model(with(wrong), path), corrupt);
  };
  refuse("/weak_noise", 3);
  refuse("/weak_noise", nlohmann::json::array({3}));
  refuse("/weak_noise", std::vector(8, entry["weak_noise"][0]));
  refuse("/weak_noise/0/scales", nlohmann::json::object());
  refuse("/weak_noise/1/scales/enc1_1", -1);
  for (const nlohmann::json& level : std::vector<nlohmann::json>{0, 4, -1, "8", nullptr})
    refuse("/weak_noise/1/highest_level", level);
  DAE_ASSERT_ERROR(make_model(with(nlohmann::json::array()), path), corrupt);
  TensorFile leaky = scales(1);
  nlohmann::json changed = nlohmann::json::parse(leaky.metadata["denoiseae"]);
  changed["settings"]["slope"] = 0.5;
  leaky.metadata["denoiseae"] = changed.dump();
  DAE_ASSERT_ERROR(make_model(leaky, path), incompatible_model);
}
END_TEST

START_TEST(test_tensors_that_do_not_fit_the_graph_are_refused) {
  const TempFolder folder;
  const std::filesystem::path path = folder.path() / "m.safetensors";
  save_tiny_model(path);
  const TensorFile good = read_safetensors(path);
  TensorFile file = good;
  file.tensors.erase("head.weight");
  DAE_ASSERT_ERROR(make_model(file, path), incompatible_model);
  file = good;
  file.tensors["more"] = {{1}, {0}};
  DAE_ASSERT_ERROR(make_model(file, path), incompatible_model);
  file = good;
  file.tensors["head.bias"] = {{2, 2}, {0, 0, 0, 0}};
  DAE_ASSERT_ERROR(make_model(file, path), incompatible_model);
  for (float bad : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                    std::numeric_limits<float>::quiet_NaN()}) {
    file = good;
    file.tensors["tail.weight"].values.back() = bad;
    DAE_ASSERT_ERROR(make_model(file, path), corrupt);
  }
}
END_TEST

START_TEST(test_models_are_found_by_name_and_by_path) {
  const TempFolder folder;
  save_tiny_model(folder.path() / "mine" / "weights.safetensors");
  ::setenv("DENOISEAE_MODEL_PATH", ("/nowhere:" + folder.path().string()).c_str(), 1);
  ck_assert(load_model("mine")->info().name == "mine");
  const std::string path = (folder.path() / "mine" / "weights.safetensors").string();
  ck_assert(load_model(path)->info().path == path);
  const std::vector<std::string> names = available_models();
  ck_assert(std::find(names.begin(), names.end(), "mine") != names.end());
  for (const std::string& name : names)
    ck_assert(name == "mine" || load_model(name)->info().architecture != "noise_map");
  try {
    load_model("your");
    ck_abort_msg("found a model that is not there");
  } catch (const Error& e) {
    ck_assert_str_eq(to_string(e.code()), "not_found");
    ck_assert(std::strstr(e.what(), "mine") != nullptr);
    ck_assert(std::strstr(e.what(), folder.path().c_str()) != nullptr);
  }
  for (const char* bad : {"", ".", "..", "/nowhere/x.safetensors", "x.safetensors"}) {
    DAE_ASSERT_ERROR(load_model(bad), not_found);
  }
}
END_TEST

int main() {
  return run_suite(
      "safetensors",
      {test_a_hand_written_file_is_read, test_save_load_save_gives_the_same_bytes,
       test_headers_that_break_a_rule_are_refused, test_tensors_that_break_a_rule_are_refused,
       test_every_cut_of_a_good_file_is_refused, test_random_damage_never_crashes,
       test_missing_and_foreign_files_are_told_apart, test_manifests_that_do_not_fit_are_refused,
       test_manifests_keep_the_limits_of_the_header, test_own_errors_that_make_no_sense_are_refused,
       test_scales_that_do_not_fit_are_refused, test_tensors_that_do_not_fit_the_graph_are_refused,
       test_models_are_found_by_name_and_by_path});
}
