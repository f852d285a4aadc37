// SPDX-License-Identifier: LGPL-2.1-or-later
// Manifests: the input is the JSON text that lies in the header of a weights file. It is read
// beside the tensors of several networks, so that manifests of these get through to the end.
#include "model/manifest.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "support/slow_graph.h"
#include "support/tiny_model.h"
#include "target.h"

using namespace denoiseae;
using nlohmann::json;

namespace {

std::map<std::string, Tensor> tensors_of(const char* architecture, const json& settings) {
  return test::random_tensors(find_architecture(architecture).build(settings), 1);
}

const auto& networks() {
  static const std::array known = {
      tensors_of("unet", {{"widths", {4}}, {"encoder", {1}}, {"decoder", json::array()}}),
      test::file_with_noise_map(
          "recurrent_unet",
          {{"widths", {4}}, {"encoder", {0}}, {"decoder", json::array()}, {"gate", {2}}},
          {{"widths", {2, 2}}, {"encoder", {0, 0}}, {"decoder", json::array()}})
          .tensors,
      tensors_of("paper", {{"width", 8}, {"height", 4}, {"filters", {2}}, {"latent", 2}}),
  };
  return known;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const auto& tensors : networks())
    fuzz::error_of([&] { make_model({tensors, {{"denoiseae", text}}}, "bytes"); });
  return 0;
}
