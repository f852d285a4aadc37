// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>

namespace denoiseae {

/// Writes the weights of a denoiser again, with a noise map as a part of them. A noise map that
/// they had is replaced. out may be the file of the denoiser. Throws what reading and writing
/// models throws, and incompatible_model where one of the files is of another kind.
void join_weights(const std::filesystem::path& denoiser, const std::filesystem::path& noise_map,
                  const std::filesystem::path& out);

}  // namespace denoiseae
