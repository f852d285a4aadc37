// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstdenoisermodels.h"

GstDaeDenoiserModels::GstDaeDenoiserModels (const std::string& value)
    : value_ (value) {
  if (value != kAutomatic) {
    models_.push_back (denoiseae::load_model (value));
    return;
  }
  for (const char* name : {"fast", "balanced", "high"})
    models_.push_back (denoiseae::load_model (name));
}
