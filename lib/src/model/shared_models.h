// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/model.h>

#include <filesystem>
#include <functional>
#include <memory>

namespace denoiseae {

/// Returns the model of a weights file that this process holds already, or what read returns. A
/// file that was changed or replaced since then is another one. One thread reads at a time, so that
/// threads that ask for one file share it. Throws what read throws.
std::shared_ptr<const Model> shared_model(
    const std::filesystem::path& path,
    const std::function<std::shared_ptr<const Model>(const std::filesystem::path&)>& read);

}  // namespace denoiseae
