// SPDX-License-Identifier: LGPL-2.1-or-later
#include "model/noise_floor_entry.h"

#include <denoiseae/error.h>

#include <nlohmann/json.hpp>
#include <string>

namespace denoiseae {

namespace {

using nlohmann::json;

double read_deviation(const json& entry, const char* key) {
  constexpr double kMax = 255;
  const json value = entry.value(key, json());
  if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() <= kMax)) {
    throw Error(ErrorCode::corrupt, std::string("manifest entry \"own_error\": \"") + key +
                                        "\" is " + value.dump() +
                                        ", expected a number from 0 to 255");
  }
  return value.get<double>();
}

}  // namespace

NoiseFloor read_noise_floor(const json& manifest) {
  if (!manifest.contains("own_error")) return {};
  const json& entry = manifest["own_error"];
  if (!entry.is_object()) {
    throw Error(ErrorCode::corrupt, "manifest entry \"own_error\" is no object");
  }
  return {read_deviation(entry, "luma"), read_deviation(entry, "chroma")};
}

json noise_floor_entry(const NoiseFloor& error) {
  return {{"luma", error.luma}, {"chroma", error.chroma}};
}

}  // namespace denoiseae
