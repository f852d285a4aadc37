// SPDX-License-Identifier: LGPL-2.1-or-later
#include "model/quantisation.h"

#include <denoiseae/error.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace denoiseae {

namespace {

using nlohmann::json;

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

}  // namespace

Scales read_scales(const json& manifest, const QuantisationPlan& plan) {
  if (!manifest.contains("quantisation")) return {};
  const json& entry = manifest["quantisation"];
  if (!entry.is_object() || !entry.contains("scales") || !entry["scales"].is_object()) {
    fail("has no object \"scales\"");
  }
  if (!plan.has_int8_form()) {
    throw Error(ErrorCode::incompatible_model,
                "manifest entry \"quantisation\": this network has no int8 form; int8 is for "
                "U-Nets with slope 0");
  }
  Scales scales;
  for (const std::string& name : plan.scale_names()) scales[name] = scale_of(entry["scales"], name);
  for (const auto& [name, value] : entry["scales"].items()) {
    if (scales.count(name) == 0) fail("\"" + name + "\" is no value of this network");
  }
  return scales;
}

bool was_trained_with_scales(const json& manifest) {
  return manifest.value("/quantisation/training_steps"_json_pointer, std::int64_t{1}) > 0;
}

json quantisation_entry(const Scales& scales, std::int64_t training_steps) {
  return {{"scales", scales}, {"training_steps", training_steps}};
}

}  // namespace denoiseae
