// SPDX-License-Identifier: LGPL-2.1-or-later
// The property "model" stands for one model, or for all those among which the
// machine decides.
#pragma once

#include <denoiseae/model.h>
#include <glib.h>

#include <memory>
#include <string>
#include <vector>

class GstDaeDenoiserModels {
 public:
  /* This value of the property stands for "fast", "balanced" and "high". */
  static constexpr const char* kAutomatic = "auto";

  /* Loads the models. Throws as denoiseae::load_model does. */
  explicit GstDaeDenoiserModels (const std::string& value);

  const std::string&
  value () const {
    return value_;
  }
  bool
  is_automatic () const {
    return models_.size () > 1;
  }
  /* From the fastest one to the best one. */
  const std::vector<std::shared_ptr<const denoiseae::Model>>&
  models () const {
    return models_;
  }
  /* The model to use where nothing is known of the frames. */
  gsize
  usual () const {
    return models_.size () / 2;
  }

 private:
  std::string value_;
  std::vector<std::shared_ptr<const denoiseae::Model>> models_;
};
