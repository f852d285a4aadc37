// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/architectures.h"

#include <denoiseae/error.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "net/noise_map.h"
#include "net/paper.h"
#include "net/unet.h"

namespace denoiseae {

namespace {

constexpr std::array kArchitectures = {
    // A U-Net for single frames.
    Architecture{"unet", InputRepresentation::packed_yuv420, kUnetDefaults, build_unet},
    // A U-Net that knows a gated running mean of the frames before.
    Architecture{"recurrent_unet", InputRepresentation::packed_yuv420, kRecurrentUnetDefaults,
                 build_recurrent_unet},
    // The estimator of the noise of each block of 8x8 pixels.
    Architecture{"noise_map", InputRepresentation::noise_features, kNoiseMapDefaults,
                 build_noise_map},
    // The autoencoder with a dense latent, for one picture size.
    Architecture{"paper", InputRepresentation::luma, kPaperDefaults, build_paper},
};

}  // namespace

const char* to_string(InputRepresentation domain) noexcept {
  if (domain == InputRepresentation::noise_features) return "noise_features";
  return domain == InputRepresentation::luma ? "luma" : "packed_yuv420";
}

nlohmann::json Architecture::complete(const nlohmann::json& settings) const {
  nlohmann::json result = nlohmann::json::parse(default_settings);
  if (!settings.is_object()) {
    throw Error(ErrorCode::incompatible_model,
                "settings of architecture " + std::string(name) + " must be an object");
  }
  for (const auto& [key, value] : settings.items()) {
    if (!result.contains(key)) {
      throw Error(ErrorCode::incompatible_model, "architecture " + std::string(name) +
                                                     " has no setting \"" + key + "\"; it has " +
                                                     result.dump());
    }
    const bool same_kind =
        result[key].is_number() ? value.is_number() : result[key].type() == value.type();
    if (!same_kind) {
      throw Error(ErrorCode::incompatible_model,
                  "setting \"" + key + "\" of architecture " + std::string(name) + " is " +
                      value.dump() + ", expected something like " + result[key].dump());
    }
    result[key] = value;
  }
  return result;
}

Graph Architecture::build(const nlohmann::json& settings) const {
  return build_from_complete(complete(settings));
}

std::span<const Architecture> architectures() noexcept { return kArchitectures; }

const Architecture& find_architecture(std::string_view name) {
  std::string known;
  for (const Architecture& a : kArchitectures) {
    if (a.name == name) return a;
    known += (known.empty() ? "" : ", ") + std::string(a.name);
  }
  throw Error(ErrorCode::unknown_architecture,
              "architecture \"" + std::string(name) + "\" is unknown; this build has " + known);
}

}  // namespace denoiseae
