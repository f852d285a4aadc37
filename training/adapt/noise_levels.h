// SPDX-License-Identifier: LGPL-2.1-or-later
// Fits the levels that the noise map of a model tells to noise that the map does not know.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <span>

#include "adapt/footage_runs.h"

namespace denoiseae {

/// By which the levels of a noise map are multiplied.
struct LevelFactors {
  double luma = 1;
  double chroma = 1;
};

/// Returns the factors, 0.36 to 4, with which the results come nearest to the next noisy frames, on
/// up to six of the runs. Noise of a few large grains looks weaker to a map than it is, because the
/// network that is told its levels needs them higher. Ends early when stop becomes true. Throws
/// what the denoiser throws.
LevelFactors find_level_factors(const std::shared_ptr<const Model>& model,
                                std::span<const FootageRun> runs, const std::atomic<bool>& stop);

/// Returns the model, which has a noise map, with the levels of the map multiplied. Throws
/// out_of_memory.
std::shared_ptr<const Model> with_levels(const Model& model, const LevelFactors& factors);

/// Writes a model that has a noise map. Throws unreadable.
void write_model(const Model& model, const std::filesystem::path& path);

}  // namespace denoiseae
