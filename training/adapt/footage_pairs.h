// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/log.h>
#include <denoiseae/model.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <span>

#include "adapt/footage_runs.h"

namespace denoiseae {

/// Writes a data set of the kind "pairs": the frames of the runs as folder/noisy/RUN/FRAME.png, and
/// what each is compared with, as next_frame makes it, under the same name in folder/clean. The
/// last frame of a run has no next one and is left out. Replaces what an interrupted call has left.
/// Throws bad_argument where footage cannot teach: hardly any noise, hardly anything found again in
/// the next frame, or noise that is not new in each frame; unreadable.
void write_pairs(const std::shared_ptr<const Model>& model, std::span<const FootageRun> runs,
                 const std::filesystem::path& folder, const std::atomic<bool>& stop,
                 const LogCallback& log);

}  // namespace denoiseae
