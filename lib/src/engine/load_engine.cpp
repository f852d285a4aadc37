// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/error.h>
#include <denoiseae/version.h>
#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "engine/native/engine.h"
#include "engine/tiled_engine.h"
#include "kernels/instruction_limit.h"
#include "system/library_path.h"

namespace denoiseae {

namespace {

namespace fs = std::filesystem;

constexpr const char* kTorchModule = "libdenoiseae-torch.so";

/// Modules stay loaded: LibTorch's threads do not survive unloading.
void* open_module(const std::string& file_name) {
  std::vector<fs::path> places;
  if (const char* folder = std::getenv("DENOISEAE_ENGINE_PATH"); folder != nullptr) {
    places.emplace_back(folder);
  }
  // Modules lie beside the library in a build folder, and in its folder "denoiseae" when installed.
  if (const fs::path folder = library_folder(); !folder.empty()) {
    places.push_back(folder);
    places.push_back(folder / "denoiseae");
  }
  places.emplace_back(fs::path(DAE_LIBRARY_DIR) / "denoiseae");
  std::string searched;
  for (const fs::path& place : places) {
    const fs::path path = place / file_name;
    std::error_code ec;
    searched += "\n  " + path.string();
    if (!fs::exists(path, ec)) continue;
    if (void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL); module != nullptr) {
      return module;
    }
    searched += std::string(": ") + ::dlerror();
  }
  throw Error(ErrorCode::device_unavailable,
              "engine module " + file_name +
                  " cannot be loaded; install it (built with -Dtorch=enabled); tried:" + searched);
}

std::unique_ptr<Engine> load_torch_engine(const detail::ModelData& model, int height, int width,
                                          const EngineOptions& options) {
  void* module = open_module(kTorchModule);
  auto* tell = reinterpret_cast<EngineVersionFunction*>(::dlsym(module, kEngineVersionSymbol));
  const std::string found = tell == nullptr ? "an older version" : tell();
  if (found != version())
    throw Error(ErrorCode::device_unavailable, std::string("engine module ") + kTorchModule +
                                                   " is of " + found + ", expected " + version() +
                                                   " as the library; install both of one version");
  auto* make = reinterpret_cast<MakeEngineFunction*>(::dlsym(module, kMakeEngineSymbol));
  if (make == nullptr) {
    throw Error(ErrorCode::device_unavailable,
                std::string("engine module libdenoiseae-torch.so has no function ") +
                    kMakeEngineSymbol + "; install it again");
  }
  return std::unique_ptr<Engine>(make(model, height, width, options));
}

std::unique_ptr<Engine> load_engine(const detail::ModelData& model, int height, int width,
                                    const EngineOptions& options, Engine* host) {
  const bool automatic = options.engine == EngineKind::automatic && options.device == "cpu";
  if (automatic || options.engine == EngineKind::native) {
    return make_native_engine(model, height, width, options,
                              host != nullptr ? host->pool() : nullptr);
  }
  return load_torch_engine(model, height, width, options);
}

}  // namespace

bool has_engine(EngineKind kind) {
  if (kind != EngineKind::torch) return true;
  try {
    return open_module(kTorchModule) != nullptr;
  } catch (const Error&) {
    return false;
  }
}

std::unique_ptr<Engine> make_engine(const detail::ModelData& model, int height, int width,
                                    const EngineOptions& options, Engine* host) {
  check_instruction_limit();
  const Node& input = model.graph.input_node();
  if (input.height == 0 || (input.height == height && input.width == width)) {
    return load_engine(model, height, width, options, host);
  }
  return make_tiled_engine(load_engine(model, input.height, input.width, options, host),
                           model.graph, height, width);
}

}  // namespace denoiseae
