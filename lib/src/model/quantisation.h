// SPDX-License-Identifier: LGPL-2.1-or-later
// The scales of quantised activations in the manifest of a weights file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "net/quantisation_plan.h"
#include "net/scale_sets.h"

namespace denoiseae {

/// An engine keeps a plan for each set.
inline constexpr std::size_t kMaxScaleSets = 8;

/// The scales in the entry "quantisation" of a manifest; none without the entry. Throws corrupt
/// that names a scale which is missing, unknown or not a finite number above 0, or a set whose
/// level is out of place; incompatible_model for scales of a network without int8 form.
ScaleSets read_scale_sets(const nlohmann::json& manifest, const QuantisationPlan& plan);

/// The entry for a manifest. sets: at least one. training_steps: how many steps computed with
/// quantised activations.
nlohmann::json quantisation_entry(const ScaleSets& sets, std::int64_t training_steps);

}  // namespace denoiseae
