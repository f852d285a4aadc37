// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/denoiser.h>

#include "model/model_data.h"

namespace denoiseae {

/// Runs the networks of a model on a small picture of zeros and then on one of noise. Throws
/// corrupt that names the file when a result is not finite, because finite weights can overflow,
/// and the frames would then be black. options: the engine and the device that compute them, in
/// float32 and one thread whatever the options say of these. Does nothing for a model that was
/// checked before. Throws what make_engine throws, too.
void check_output(const detail::ModelData& model, const EngineOptions& options);

}  // namespace denoiseae
