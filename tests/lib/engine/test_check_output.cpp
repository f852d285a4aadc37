// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/denoiser.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/check_output.h"
#include "model/manifest.h"
#include "support/check.h"
#include "support/tiny_model.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

const nlohmann::json kMapSettings = {
    {"widths", {4, 4}}, {"encoder", {0, 0}}, {"decoder", nlohmann::json::array()}};

nlohmann::json small_settings(const std::string& architecture) {
  if (architecture == "paper")
    return {{"width", 16}, {"height", 8}, {"filters", {2}}, {"latent", 2}};
  nlohmann::json settings = {
      {"widths", {4}}, {"encoder", {0}}, {"decoder", nlohmann::json::array()}};
  if (architecture == "recurrent_unet") settings["gate"] = {2};
  return settings;
}

std::shared_ptr<const Model> changed_model(const char* architecture, const char* tensor,
                                           float value) {
  TensorFile file = file_with_noise_map(architecture, small_settings(architecture), kMapSettings);
  std::fill(file.tensors.at(tensor).values.begin(), file.tensors.at(tensor).values.end(), value);
  return make_model(std::move(file), "large.safetensors");
}

void assert_overflow_is_told(const std::shared_ptr<const Model>& model) {
  DAE_ASSERT_ERROR(check_output(model->data(), {}), corrupt);
  Denoiser denoiser;
  try {
    denoiser.load(model);
    denoiser.configure(PixelFormat::gray8, 16, 16);
    ck_abort_msg("loaded weights that overflow");
  } catch (const Error& e) {
    for (const char* part : {"large.safetensors", "not finite"})
      ck_assert_msg(std::strstr(e.what(), part) != nullptr, "%s lacks %s", e.what(), part);
  }
  // A good model can be loaded afterwards.
  denoiser.load(random_model("unet", small_settings("unet")));
  denoiser.configure(PixelFormat::gray8, 16, 16);
}

}  // namespace

START_TEST(test_weights_that_compute_are_accepted) {
  for (const char* architecture : {"unet", "recurrent_unet"}) {
    const nlohmann::json settings = small_settings(architecture);
    check_output(random_model(architecture, settings)->data(), {});
    check_output(make_model(file_with_noise_map(architecture, settings, kMapSettings), "f")->data(),
                 {});
  }
  check_output(random_model("paper", small_settings("paper"))->data(), {});
}
END_TEST

/// The first layer returns numbers that are finite, and the next sums them up.
START_TEST(test_weights_that_overflow_are_refused) {
  for (const char* architecture : {"unet", "recurrent_unet"}) {
    // This one overflows for a picture of zeros, too.
    assert_overflow_is_told(changed_model(architecture, "head.bias", 3e38f));
    assert_overflow_is_told(changed_model(architecture, "noise_map.down1.bias", 3e38f));
  }
  // Zeros times these weights are finite, noise is not.
  assert_overflow_is_told(changed_model("unet", "head.weight", 3e38f));
}
END_TEST

int main() {
  return run_suite("check_output", {test_weights_that_compute_are_accepted,
                                    test_weights_that_overflow_are_refused});
}
