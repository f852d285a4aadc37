// SPDX-License-Identifier: LGPL-2.1-or-later
// Every key of a preset is read, written, checked and documented.
#include <algorithm>
#include <filesystem>
#include <iomanip>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support/check.h"
#include "support/temp_folder.h"
#include "train/config.h"
#include "train/preset_keys.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

namespace fs = std::filesystem;

using Values = std::map<std::string, std::string>;

/// Writes down each key with its value as text, exactly.
class Collector {
 public:
  static constexpr bool kDocuments = false;

  Collector(std::string prefix, Values& values) : prefix_(std::move(prefix)), values_(values) {}

  void text(const PresetKey& key, const std::string& value) { put(key, value); }
  void path(const PresetKey& key, const fs::path& value) { put(key, value.string()); }
  void paths(const PresetKey& key, const std::vector<fs::path>& values) {
    std::string all;
    for (const fs::path& value : values) all += value.string() + ";";
    put(key, all);
  }
  void flag(const PresetKey& key, bool value) { put(key, value); }
  void number(const PresetKey& key, double value, NumberRange) { put(key, value); }
  void whole(const PresetKey& key, auto value, WholeRange) { put(key, value); }
  void choice(const PresetKey& key, auto value, const auto&) { put(key, static_cast<int>(value)); }
  void settings(const PresetKey& key, const std::string& value) { put(key, value); }
  void table(const char* name, const auto& visit) {
    Collector inner(prefix_ + name + ".", values_);
    visit(inner);
  }
  template <typename T>
  void tables(const char* name, std::vector<T>& rows, const T&, const auto& visit) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Collector inner(prefix_ + name + "." + std::to_string(i) + ".", values_);
      visit(inner, rows[i]);
    }
  }
  void check(bool, const char*, const char*) {}

 private:
  void put(const PresetKey& key, const auto& value) {
    std::ostringstream text;
    text << std::setprecision(17) << value;
    ck_assert_msg(values_.emplace(prefix_ + key.name, text.str()).second, "%s%s is described twice",
                  prefix_.c_str(), key.name);
  }

  std::string prefix_;
  Values& values_;
};

Values values_of(TrainConfig config) {
  Values values;
  Collector collector("", values);
  visit_preset(collector, config);
  return values;
}

/// Gives every key another value that it may have, and each list two tables.
class Changer {
 public:
  static constexpr bool kDocuments = false;

  void text(const PresetKey& key, std::string& value) {
    const std::map<std::string, std::string> others = {
        {"architecture", "paper"}, {"model", "camera"}, {"part", "test"}};
    const auto found = others.find(key.name);
    value = found != others.end() ? found->second : "a \"" + value + "\" \\ b";
  }
  void path(const PresetKey&, fs::path& value) { value = "some where" / value; }
  void paths(const PresetKey&, std::vector<fs::path>& values) { values = {"one", "two 2"}; }
  void flag(const PresetKey&, bool& value) { value = !value; }
  void number(const PresetKey&, double& value, NumberRange range) {
    const double middle = (range.min + range.max) / 2;
    value = value != middle ? middle : (middle + range.max) / 2;
  }
  void whole(const PresetKey&, auto& value, WholeRange range) {
    value += static_cast<std::int64_t>(value) < range.max ? 1 : -1;
  }
  template <typename T, std::size_t N>
  void choice(const PresetKey&, T& value, const Named<T> (&names)[N]) {
    value = value != names[0].value ? names[0].value : names[N - 1].value;
  }
  void settings(const PresetKey&, std::string& value) {
    value = R"({"deep":{"on":true},"name":"x","slopes":[0.5,0.25],"widths":[1,2]})";
  }
  void table(const char*, const auto& visit) { visit(*this); }
  template <typename T>
  void tables(const char*, std::vector<T>& rows, const T& fresh, const auto& visit) {
    rows.assign(2, fresh);
    for (T& row : rows) visit(*this, row);
  }
  void check(bool, const char*, const char*) {}
};

TrainConfig changed() {
  TrainConfig config;
  Changer changer;
  visit_preset(changer, config);
  config.stages.back().until = 1;
  return config;
}

TrainConfig read_back(const TrainConfig& config) {
  const TempFolder folder;
  write_file(folder / "preset.toml", to_toml(config));
  return load_config(folder / "preset.toml", {});
}

/// All values of config survive its own TOML, and differ from those of a configuration that was
/// given nothing.
void check_written_and_read(const TrainConfig& config, const std::vector<std::string>& as_default) {
  const Values written = values_of(config);
  const Values read = values_of(read_back(config));
  const Values fresh = values_of({});
  ck_assert_uint_eq(read.size(), written.size());
  for (const auto& [key, value] : written) {
    ck_assert_msg(read.contains(key), "%s is not written", key.c_str());
    ck_assert_msg(read.at(key) == value, "%s: wrote %s, read %s", key.c_str(), value.c_str(),
                  read.at(key).c_str());
    const bool may_be_default =
        std::find(as_default.begin(), as_default.end(), key) != as_default.end();
    ck_assert_msg(may_be_default || !fresh.contains(key) || fresh.at(key) != value,
                  "%s was not changed", key.c_str());
  }
}

/// Returns the message of reading a preset with one key set.
std::string error_of(const std::string& setting) {
  const TempFolder folder;
  write_file(folder / "p.toml", "[[data.source]]\npath = \"x\"\n");
  try {
    load_config(folder / "p.toml", {setting});
  } catch (const Error& error) {
    const std::string text = error.what();
    const std::size_t colon = text.find("p.toml: ");
    return colon == std::string::npos ? text : text.substr(colon + 8);
  }
  return "accepted";
}

}  // namespace

START_TEST(test_every_key_is_written_and_read_back) {
  // Stages do not go with epochs, without which pictures cannot be split after copies.
  TrainConfig by_epochs = changed();
  by_epochs.stages.clear();
  check_written_and_read(by_epochs, {});
  TrainConfig by_stages = changed();
  by_stages.epochs = 0;
  by_stages.split = SplitTime::before_copies;
  check_written_and_read(by_stages, {"training.epochs", "data.split"});
  const Values values = values_of(by_stages);
  ck_assert(values.at("training.stage.0.until") == "0.5");
  ck_assert(values.at("samples.noise.1.one_level_share") == "0.5");
}
END_TEST

START_TEST(test_shipped_presets_survive_their_own_toml) {
  int count = 0;
  for (const auto& file : fs::directory_iterator(DAE_PRESETS)) {
    const TrainConfig config = load_config(file.path(), {});
    ck_assert_msg(values_of(config) == values_of(read_back(config)), "%s", file.path().c_str());
    ++count;
  }
  ck_assert_int_gt(count, 10);
}
END_TEST

START_TEST(test_errors_name_the_key_and_what_it_may_be) {
  const std::vector<std::pair<std::string, std::string>> errors = {
      {"foo=1",
       "preset key \"foo\" is unknown; known here: architecture, data, licence, preset, samples, "
       "settings, training"},
      {"data.foo=1",
       "preset key \"data.foo\" is unknown; known here: limit, root, source, split, "
       "validation_share"},
      {"samples.noise=[{compressed_share=0.3}]",
       "preset key \"samples.noise.compressed_share\" is unknown; known here: max_level, "
       "min_level, model, weight"},
      {"data.source=[{paht=\"a\"}]",
       "preset key \"data.source.paht\" is unknown; known here: class, group, part, path, set, "
       "share, size_px, video_frames"},
      {"data.source=[{set=\"idx\"}]", "preset key \"data.source.path\" is missing"},
      {"data.source=[{path=\"a\",part=\"\"}]",
       "preset key \"data.source.part\" must be train or test"},
      {"data.source=[]", "preset key \"source\" must be a list of tables ([[...]])"},
      {"samples=3", "preset key \"samples\" must be a table"},
      {"settings.x=1979-05-27", "preset key \"settings.x\" has a type that presets do not use"},
      {"samples.noise=[{min_level=30,max_level=20}]",
       "preset key \"samples.noise.max_level\" must be a number from 30 to 100"},
      {"training.steps=2.5",
       "preset key \"training.steps\" must be a whole number from 1 to 1099511627776"},
      {"training.ema=1", "preset key \"training.ema\" must be a number from 0 to 0.999999"},
      {"training.motion=1", "preset key \"training.motion\" must be true or false"},
      {"training.optimizer=sgd",
       "preset key \"training.optimizer\" is \"sgd\", expected one of adam, muon"},
      {"training.start=[3]", "preset key \"training.start\" must be text or a list of texts"},
      {"training.teacher=3", "preset key \"training.teacher\" must be text"},
      {"training.stage=[{until=0.5},{until=0.4},{until=1}]",
       "preset key \"training.stage.until\" must grow from stage to stage"},
      {"training.stage=[{until=0.5}]",
       "preset key \"training.stage.until\" must be 1 in the last stage"},
      {"training.stage=[{singles=3}]",
       "preset key \"training.stage.singles\" are for stages of sequences; use batch"},
      {"training.validation_samples=0",
       "preset key \"training.validation_samples\" must be at least 1 without training.epochs"},
      {"data.split=after-copies",
       "preset key \"data.split\" is \"after-copies\", which needs training.epochs"},
      {"=3", "--set =3: expected KEY=VALUE"},
      {"training.optimizer=", "accepted"},
  };
  for (const auto& [setting, expected] : errors) {
    const std::string found = error_of(setting);
    ck_assert_msg(found == expected, "%s: %s", setting.c_str(), found.c_str());
  }
}
END_TEST

// Found by ./dev fuzz presets.
START_TEST(test_files_and_overrides_that_attack_the_parser_are_refused) {
  const TempFolder folder;
  const fs::path file = folder / "preset.toml";
  std::string points;
  for (int i = 0; i < 100000; ++i) points += "a.";
  for (const std::string& text : {points + "b = 1", "[settings." + points + "b]\nx = 1",
                                  std::string(2 << 20, '\n'), "a = " + std::string(100000, '[')}) {
    write_file(file, text);
    DAE_ASSERT_ERROR(load_config(file, {}), bad_argument);
  }
  write_file(file, "");
  DAE_ASSERT_ERROR(load_config(file, {points + "b=1"}), bad_argument);
  // No UTF-8, so that it is no TOML and no text either.
  DAE_ASSERT_ERROR(load_config(file, {"data.root=\xff\xfe"}), bad_argument);
}
END_TEST

START_TEST(test_stages_begin_with_what_samples_and_training_say) {
  const TempFolder folder;
  write_file(folder / "p.toml",
             "[[data.source]]\npath = \"x\"\n[training]\nbatch = 7\n[[training.stage]]\n"
             "[samples]\nframes = 3\npatch_px = 48\n");
  const StageConfig stage = load_config(folder / "p.toml", {}).stages.at(0);
  ck_assert_int_eq(stage.batch, 7);
  ck_assert_int_eq(stage.frames, 3);
  ck_assert_int_eq(stage.patch_px, 48);
}
END_TEST

START_TEST(test_tables_hold_each_key_once_with_its_values) {
  const std::string tables = preset_tables();
  std::map<std::string, int> counts;  // for each table, the rows without the two of its head
  std::string heading;
  std::istringstream lines(tables);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("### ")) heading = line.substr(4);
    if (line.starts_with("| `")) ++counts[heading];
  }
  // As many as there are keys in the tables of a preset that has one of each.
  std::map<std::string, int> expected;
  for (const auto& [key, value] : values_of(changed())) {
    const std::size_t dot = key.rfind('.');
    const bool listed = dot != std::string::npos && std::isdigit(key[dot - 1]) != 0;
    if (listed && key[dot - 1] != '0') continue;
    const std::string table = key.substr(0, dot == std::string::npos ? 0 : dot - 2 * listed);
    ++expected[table.empty() ? "Top level" : listed ? "[[" + table + "]]" : "[" + table + "]"];
  }
  ck_assert(counts == expected);
  for (const char* row :
       {"| `path` | required | path |", "| `frames` | `samples.frames` | whole, 1 ... 16 |",
        "| `ema` | `0` | 0 ... 0.999999 |", "| `steps` | `10000` | whole, 1 ... 2^40 |",
        "| `seed` | `1` | whole, 0 ... 2^63 - 1 |", "| `optimizer` | `adam` | `adam`, `muon` |",
        "| `motion` | `true` | `true`, `false` |", "| `compressed_share` | `0` | 0 ... 1 |",
        "| `preset` | name of the file | text |"}) {
    ck_assert_msg(tables.find(row) != std::string::npos, "%s", row);
  }
}
END_TEST

int main() {
  return run_suite("preset", {test_every_key_is_written_and_read_back,
                              test_shipped_presets_survive_their_own_toml,
                              test_errors_name_the_key_and_what_it_may_be,
                              test_files_and_overrides_that_attack_the_parser_are_refused,
                              test_stages_begin_with_what_samples_and_training_say,
                              test_tables_hold_each_key_once_with_its_values});
}
