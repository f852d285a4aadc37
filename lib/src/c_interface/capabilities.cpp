// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/denoiseae.h>
#include <denoiseae/version.h>

#include <cstdio>
#include <string>

#include "c_interface/guard.h"
#include "engine/engine.h"
#include "engine/native/precisions.h"

using namespace denoiseae;

const char* denoiseae_version() { return version(); }

int denoiseae_version_number() {
  int major = 0, minor = 0, patch = 0;
  std::sscanf(version(), "%d.%d.%d", &major, &minor, &patch);
  return 10000 * major + 100 * minor + patch;
}

int denoiseae_has_engine(denoiseae_engine engine) {
  bool found = false;
  guarded(__func__, [&](const char*) {
    found = engine >= DENOISEAE_ENGINE_AUTO && engine <= DENOISEAE_ENGINE_TORCH &&
            has_engine(static_cast<EngineKind>(engine));
  });
  return found ? 1 : 0;
}

int denoiseae_has_precision(denoiseae_precision precision) {
  switch (precision) {
    case DENOISEAE_PRECISION_AUTO:
    case DENOISEAE_FLOAT32:
      return 1;
    case DENOISEAE_BFLOAT16:
      return may_use_bfloat16() ? 1 : 0;
    case DENOISEAE_INT8:
      return may_use_int8() ? 1 : 0;
  }
  return 0;
}

const char* denoiseae_instruction_set() { return name_of(best_instruction_set()).data(); }
