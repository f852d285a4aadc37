// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/config.h"

#include <denoiseae/error.h>
#include <toml++/toml.h>

#include <fstream>
#include <sstream>

#include "train/preset_reader.h"

namespace denoiseae {

namespace {

constexpr Named<Loss> kLosses[] = {{"psnr", Loss::psnr}, {"mse", Loss::mse}, {"l1", Loss::l1}};
constexpr Named<Compute> kComputes[] = {
    {"auto", Compute::automatic}, {"float32", Compute::float32}, {"bfloat16", Compute::bfloat16}};
constexpr Named<Method> kMethods[] = {{"adam", Method::adam}, {"muon", Method::muon}};
constexpr Named<Schedule> kSchedules[] = {{"cosine", Schedule::cosine},
                                          {"constant", Schedule::constant}};
constexpr Named<Keep> kKeeps[] = {{"best", Keep::best}, {"last", Keep::last}};
constexpr Named<SplitTime> kSplits[] = {{"before-copies", SplitTime::before_copies},
                                        {"after-copies", SplitTime::after_copies}};

nlohmann::json to_json(const toml::node& node, const std::string& key) {
  if (const auto* table = node.as_table()) {
    nlohmann::json result = nlohmann::json::object();
    for (const auto& [k, v] : *table) {
      const std::string name(k.str());
      result[name] = to_json(v, key + "." + name);
    }
    return result;
  }
  if (const auto* array = node.as_array()) {
    nlohmann::json result = nlohmann::json::array();
    for (const auto& v : *array) result.push_back(to_json(v, key));
    return result;
  }
  if (const auto* v = node.as_integer()) return v->get();
  if (const auto* v = node.as_floating_point()) return v->get();
  if (const auto* v = node.as_boolean()) return v->get();
  if (const auto* v = node.as_string()) return v->get();
  fail(key, "has a type that presets do not use");
}

toml::array to_array(const nlohmann::json& list);

/// The inverse of to_json for an object.
toml::table to_table(const nlohmann::json& object) {
  toml::table table;
  for (const auto& [key, value] : object.items()) {
    if (value.is_object()) {
      table.insert(key, to_table(value));
    } else if (value.is_array()) {
      table.insert(key, to_array(value));
    } else if (value.is_boolean()) {
      table.insert(key, value.get<bool>());
    } else if (value.is_number_integer()) {
      table.insert(key, value.get<std::int64_t>());
    } else if (value.is_number()) {
      table.insert(key, value.get<double>());
    } else {
      table.insert(key, value.get<std::string>());
    }
  }
  return table;
}

/// Presets hold lists of tables, of whole numbers and of texts.
toml::array to_array(const nlohmann::json& list) {
  toml::array array;
  for (const nlohmann::json& value : list) {
    if (value.is_object()) {
      array.push_back(to_table(value));
    } else if (value.is_string()) {
      array.push_back(value.get<std::string>());
    } else {
      array.push_back(value.get<std::int64_t>());
    }
  }
  return array;
}

void read_data(const toml::table& table, TrainConfig& config) {
  Reader reader(table, "data.");
  std::string root = config.data_root.string();
  reader.text("root", root);
  config.data_root = root;
  reader.number("validation_share", config.validation_share, 0.001, 0.9);
  reader.choice("split", config.split, kSplits);
  reader.whole("limit", config.limit, 0, 1 << 30);
  each_table(reader, "source", [&](const toml::table& entry) {
    Reader source(entry, "data.source.");
    SourceConfig value;
    std::string path;
    source.text("set", value.set);
    source.text("path", path);
    source.text("part", value.part);
    if (value.part != "train" && value.part != "test")
      fail("data.source.part", "must be train or test");
    source.text("class", value.category);
    source.text("group", value.group);
    source.whole("size_px", value.size_px, 0, 4096);
    source.whole("video_frames", value.video_frames, 0, 1 << 30);
    source.number("share", value.share, 1e-6, 1e6);
    source.done();
    if (path.empty()) fail("data.source.path", "is missing");
    value.path = path;
    config.sources.push_back(value);
  });
  reader.done();
}

void read_samples(const toml::table& table, SampleSettings& samples) {
  Reader reader(table, "samples.");
  reader.whole("patch_px", samples.patch_px, 2, kMaxPatch);
  reader.whole("frames", samples.frames, 1, kMaxFrames);
  reader.flag("augment", samples.augment);
  reader.number("gray_share", samples.gray_share, 0, 1);
  reader.number("limited_range_share", samples.limited_range_share, 0, 1);
  reader.number("half_size_share", samples.half_size_share, 0, 1);
  reader.number("equal_chroma_share", samples.equal_chroma_share, 0, 1);
  reader.number("clip_share", samples.clip_share, 0, 1);
  reader.number("level_error", samples.level_error, 0, 1);
  std::vector<NoiseRange> noise;
  each_table(reader, "noise", [&](const toml::table& entry) {
    Reader range(entry, "samples.noise.");
    NoiseRange value;
    std::string model = "gaussian";
    range.text("model", model);
    value.kind = noise_kind_from_name(model);
    const double highest = max_level_of(value.kind);
    range.number("min_level", value.min_level, 0, highest);
    range.number("max_level", value.max_level, value.min_level, highest);
    range.number("weight", value.weight, 1e-6, 1e6);
    if (auto* camera = std::get_if<CameraNoise>(&value.kind)) {
      range.number("compressed_share", camera->compressed_share, 0, 1);
      range.number("blurred_share", camera->blurred_share, 0, 1);
      range.number("coarse_share", camera->coarse_share, 0, 1);
      range.number("one_level_share", camera->one_level_share, 0, 1);
      range.number("level_error", camera->level_error, 0, 1);
    }
    range.done();
    noise.push_back(value);
  });
  if (!noise.empty()) samples.noise = noise;
  reader.done();
}

void read_training(const toml::table& table, TrainConfig& config) {
  Reader reader(table, "training.");
  reader.whole("epochs", config.epochs, 0, 1 << 20);
  reader.whole("copies", config.copies, 1, 1 << 20);
  reader.whole("steps", config.steps, 1, std::int64_t{1} << 40);
  reader.whole("batch", config.batch, 1, 4096);
  each_table(reader, "stage", [&](const toml::table& entry) {
    Reader row(entry, "training.stage.");
    const double before = config.stages.empty() ? 0 : config.stages.back().until;
    StageConfig stage{1, config.samples.frames, config.batch, config.samples.patch_px, 0};
    row.number("until", stage.until, 0, 1);
    row.whole("frames", stage.frames, 1, kMaxFrames);
    row.whole("batch", stage.batch, 1, 4096);
    row.whole("patch_px", stage.patch_px, 2, kMaxPatch);
    row.whole("singles", stage.singles, 0, 4096);
    row.done();
    if (stage.singles > 0 && stage.frames == 1) {
      fail("training.stage.singles", "are for stages of sequences; use batch");
    }
    if (stage.until <= before) fail("training.stage.until", "must grow from stage to stage");
    config.stages.push_back(stage);
  });
  if (!config.stages.empty() && config.stages.back().until != 1)
    fail("training.stage.until", "must be 1 in the last stage");
  reader.number("ema", config.ema, 0, 0.999999);
  reader.number("learning_rate", config.learning_rate, 1e-8, 1);
  reader.whole("warmup_steps", config.warmup_steps, 0, std::int64_t{1} << 40);
  reader.number("clip_norm", config.clip_norm, 0, 1e6);
  reader.choice("optimizer", config.optimizer, kMethods);
  reader.choice("schedule", config.schedule, kSchedules);
  reader.choice("keep", config.keep, kKeeps);
  reader.choice("loss", config.loss, kLosses);
  reader.number("steadiness", config.steadiness, 0, 10);
  reader.choice("compute", config.compute, kComputes);
  reader.text("device", config.device);
  reader.flag("motion", config.motion);
  reader.texts("start", config.start);
  reader.text("teacher", config.teacher);
  reader.number("teacher_share", config.teacher_share, 0, 1);
  reader.number("quantise", config.quantise, 0, 1);
  reader.whole("seed", config.seed, 0, INT64_MAX);
  reader.whole("threads", config.threads, 0, 64);
  reader.whole("report_interval", config.report_interval, 1, std::int64_t{1} << 40);
  reader.whole("checkpoint_interval", config.checkpoint_interval, 1, std::int64_t{1} << 40);
  reader.whole("validation_samples", config.validation_samples, 0, 1 << 30);
  reader.whole("validation_patch_px", config.validation_patch_px, 16, kMaxPatch);
  reader.done();
}

TrainConfig read_config(const toml::table& table) {
  TrainConfig config;
  Reader reader(table, "");
  reader.text("preset", config.preset);
  reader.text("licence", config.licence);
  reader.text("architecture", config.architecture);
  sub_table(reader, "settings",
            [&](const toml::table& t) { config.settings = to_json(t, "settings"); });
  sub_table(reader, "data", [&](const toml::table& t) { read_data(t, config); });
  sub_table(reader, "samples", [&](const toml::table& t) { read_samples(t, config.samples); });
  sub_table(reader, "training", [&](const toml::table& t) { read_training(t, config); });
  reader.done();
  if (config.sources.empty()) fail("data.source", "is missing: where are the pictures?");
  if (config.epochs == 0 && config.validation_samples == 0) {
    fail("training.validation_samples", "must be at least 1 without training.epochs");
  }
  if (config.split == SplitTime::after_copies && config.epochs == 0) {
    fail("data.split", "is \"after-copies\", which needs training.epochs");
  }
  if (!config.stages.empty() && config.epochs > 0) {
    fail("training.stage", "does not go with training.epochs");
  }
  config.samples.domain = find_architecture(config.architecture).domain;
  return config;
}

void merge(toml::table& into, toml::table&& from) {
  for (auto&& [key, value] : from) {
    toml::node* old = into.get(key);
    if (old != nullptr && old->is_table() && value.is_table()) {
      merge(*old->as_table(), std::move(*value.as_table()));
    } else {
      into.insert_or_assign(key, std::move(value));
    }
  }
}

/// "training.steps=100"; a value that is not TOML is taken as text.
toml::table parse_override(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw Error(ErrorCode::bad_argument, "--set " + text + ": expected KEY=VALUE");
  }
  try {
    return toml::parse(text);
  } catch (const toml::parse_error&) {
    const nlohmann::json quoted = text.substr(equals + 1);
    try {
      return toml::parse(text.substr(0, equals + 1) + quoted.dump());
    } catch (const toml::parse_error& e) {
      throw Error(ErrorCode::bad_argument, "--set " + text + ": " + std::string(e.description()));
    }
  }
}

template <typename T, std::size_t N>
std::string name_of(T value, const Named<T> (&names)[N]) {
  for (const Named<T>& n : names) {
    if (n.value == value) return n.name;
  }
  throw Error(ErrorCode::internal, "a choice without a name");
}

}  // namespace

TrainConfig load_config(const std::filesystem::path& file,
                        const std::vector<std::string>& overrides) {
  std::ifstream in(file);
  if (!in || !std::filesystem::is_regular_file(file)) {
    throw Error(ErrorCode::not_found, "preset " + file.string() + " cannot be opened");
  }
  toml::table table;
  try {
    table = toml::parse(in, file.string());
  } catch (const toml::parse_error& e) {
    std::ostringstream where;
    where << e.source().begin;
    throw Error(ErrorCode::bad_argument, "preset " + file.string() + ", " + where.str() + ": " +
                                             std::string(e.description()));
  }
  for (const std::string& text : overrides) merge(table, parse_override(text));
  TrainConfig config;
  try {
    config = read_config(table);
  } catch (const Error& e) {
    throw Error(e.code(), file.string() + ": " + e.what());
  }
  if (config.preset.empty()) config.preset = file.stem().string();
  return config;
}

std::string to_toml(const TrainConfig& c) {
  nlohmann::json sources = nlohmann::json::array();
  for (const SourceConfig& s : c.sources) {
    sources.push_back({{"set", s.set},
                       {"path", s.path.string()},
                       {"part", s.part},
                       {"class", s.category},
                       {"group", s.group},
                       {"size_px", s.size_px},
                       {"video_frames", s.video_frames},
                       {"share", s.share}});
  }
  nlohmann::json noise = nlohmann::json::array();
  for (const NoiseRange& n : c.samples.noise) {
    noise.push_back({{"model", name_of(n.kind)},
                     {"min_level", n.min_level},
                     {"max_level", n.max_level},
                     {"weight", n.weight}});
    if (const auto* camera = std::get_if<CameraNoise>(&n.kind)) {
      noise.back()["compressed_share"] = camera->compressed_share;
      noise.back()["blurred_share"] = camera->blurred_share;
      noise.back()["coarse_share"] = camera->coarse_share;
      noise.back()["one_level_share"] = camera->one_level_share;
      noise.back()["level_error"] = camera->level_error;
    }
  }
  nlohmann::json start = nlohmann::json::array();
  for (const std::filesystem::path& file : c.start) start.push_back(file.string());
  nlohmann::json stages = nlohmann::json::array();
  for (const StageConfig& s : c.stages) {
    stages.push_back({{"until", s.until},
                      {"frames", s.frames},
                      {"batch", s.batch},
                      {"patch_px", s.patch_px},
                      {"singles", s.singles}});
  }
  nlohmann::json all = {{"preset", c.preset},
                        {"licence", c.licence},
                        {"architecture", c.architecture},
                        {"settings", c.settings},
                        {"data",
                         {{"root", c.data_root.string()},
                          {"validation_share", c.validation_share},
                          {"split", name_of(c.split, kSplits)},
                          {"limit", c.limit},
                          {"source", sources}}},
                        {"samples",
                         {{"patch_px", c.samples.patch_px},
                          {"frames", c.samples.frames},
                          {"augment", c.samples.augment},
                          {"gray_share", c.samples.gray_share},
                          {"limited_range_share", c.samples.limited_range_share},
                          {"half_size_share", c.samples.half_size_share},
                          {"equal_chroma_share", c.samples.equal_chroma_share},
                          {"clip_share", c.samples.clip_share},
                          {"level_error", c.samples.level_error},
                          {"noise", noise}}},
                        {"training",
                         {{"epochs", c.epochs},
                          {"copies", c.copies},
                          {"steps", c.steps},
                          {"batch", c.batch},
                          {"learning_rate", c.learning_rate},
                          {"warmup_steps", c.warmup_steps},
                          {"clip_norm", c.clip_norm},
                          {"optimizer", name_of(c.optimizer, kMethods)},
                          {"schedule", name_of(c.schedule, kSchedules)},
                          {"keep", name_of(c.keep, kKeeps)},
                          {"loss", name_of(c.loss, kLosses)},
                          {"steadiness", c.steadiness},
                          {"compute", name_of(c.compute, kComputes)},
                          {"device", c.device},
                          {"motion", c.motion},
                          {"ema", c.ema},
                          {"start", start},
                          {"teacher", c.teacher},
                          {"teacher_share", c.teacher_share},
                          {"quantise", c.quantise},
                          {"seed", c.seed},
                          {"threads", c.threads},
                          {"report_interval", c.report_interval},
                          {"checkpoint_interval", c.checkpoint_interval},
                          {"validation_samples", c.validation_samples},
                          {"validation_patch_px", c.validation_patch_px}}}};
  if (!c.stages.empty()) all["training"]["stage"] = stages;
  std::ostringstream out;
  out << to_table(all) << "\n";
  return out.str();
}

}  // namespace denoiseae
