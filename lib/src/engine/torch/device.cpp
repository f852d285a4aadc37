// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/torch/device.h"

#include <denoiseae/error.h>
#include <torch/cuda.h>

namespace denoiseae {

torch::Device find_device(const std::string& name) {
  const std::string available =
      torch::cuda::is_available()
          ? "cpu, cuda:0 to cuda:" + std::to_string(torch::cuda::device_count() - 1)
          : "cpu";
  const auto refuse = [&]() -> Error {
    return {ErrorCode::device_unavailable,
            "device \"" + name + "\" is not available; this machine has " + available};
  };
  try {
    const torch::Device device(name);
    const bool usable =
        device.is_cpu() || (device.is_cuda() && torch::cuda::is_available() &&
                            device.index() < static_cast<int>(torch::cuda::device_count()));
    if (!usable) throw refuse();
    return device;
  } catch (const c10::Error&) {
    throw refuse();
  }
}

}  // namespace denoiseae
