// SPDX-License-Identifier: LGPL-2.1-or-later
// Writes the models of the tests into a folder.
#include <cstdio>
#include <exception>

#include "support/tiny_model.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_models FOLDER\n");
    return 2;
  }
  try {
    const std::filesystem::path folder = argv[1];
    denoiseae::test::save_tiny_model(folder / "balanced" / "weights.safetensors");
    denoiseae::test::save_fixed_size_model(folder / "small" / "weights.safetensors");
  } catch (const std::exception& e) {
    std::fprintf(stderr, "make_models: %s\n", e.what());
    return 1;
  }
  return 0;
}
