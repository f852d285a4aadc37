// SPDX-License-Identifier: LGPL-2.1-or-later
#include "model/quantisation.h"

#include <denoiseae/error.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace denoiseae {

namespace {

using nlohmann::json;

constexpr const char* kWeakNoise = "weak_noise";

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorCode::corrupt, "manifest entry \"quantisation\": " + what);
}

float scale_of(const json& scales, const std::string& name) {
  if (!scales.contains(name)) fail("the scale of \"" + name + "\" is missing");
  const json& value = scales[name];
  const float scale = value.is_number() ? value.get<float>() : 0;
  if (!(std::isfinite(scale) && scale > 0)) {
    fail("the scale of \"" + name + "\" must be a finite number above 0, found " + value.dump());
  }
  return scale;
}

Scales scales_of(const json& set, const QuantisationPlan& plan) {
  Scales scales;
  for (const std::string& name : plan.scale_names()) scales[name] = scale_of(set["scales"], name);
  for (const auto& [name, value] : set["scales"].items()) {
    if (scales.count(name) == 0) fail("\"" + name + "\" is no value of this network");
  }
  return scales;
}

/// before: the level of the set before this one; 0: there is none.
double level_of(const json& set, double before) {
  const json value = set.value("highest_level", json());
  const double level = value.is_number() ? value.get<double>() : 0;
  if (!(std::isfinite(level) && level > before)) {
    fail(
        "a \"highest_level\" of \"weak_noise\" must be a finite number above the one before, "
        "found " +
        value.dump());
  }
  return level;
}

/// name: says which set it is, for the error.
void check_that_it_has_scales(const json& set, const std::string& name) {
  if (!set.is_object() || !set.contains("scales") || !set["scales"].is_object())
    fail(name + " has no object \"scales\"");
}

}  // namespace

ScaleSets read_scale_sets(const json& manifest, const QuantisationPlan& plan) {
  if (!manifest.contains("quantisation")) return {};
  const json& entry = manifest["quantisation"];
  check_that_it_has_scales(entry, "it");
  if (!plan.has_int8_form()) {
    throw Error(ErrorCode::incompatible_model,
                "manifest entry \"quantisation\": this network has no int8 form; int8 is for "
                "U-Nets with slope 0");
  }
  ScaleSets sets;
  const json weak = entry.value(kWeakNoise, json::array());
  if (!weak.is_array() || weak.size() >= kMaxScaleSets) {
    fail("\"weak_noise\" must be a list of at most " + std::to_string(kMaxScaleSets - 1) +
         " sets, found " +
         (weak.is_array() ? std::to_string(weak.size()) : std::string(weak.type_name())));
  }
  double before = 0;
  for (const json& set : weak) {
    check_that_it_has_scales(set, "a set of \"weak_noise\"");
    before = level_of(set, before);
    sets.push_back({scales_of(set, plan), before});
  }
  sets.push_back({.scales = scales_of(entry, plan)});
  return sets;
}

json quantisation_entry(const ScaleSets& sets, std::int64_t training_steps) {
  json entry = {{"scales", sets.back().scales}, {"training_steps", training_steps}};
  for (const ScaleSet& set : sets) {
    if (&set == &sets.back()) break;
    entry[kWeakNoise].push_back({{"highest_level", set.highest_level}, {"scales", set.scales}});
  }
  return entry;
}

}  // namespace denoiseae
