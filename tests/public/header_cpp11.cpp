// SPDX-License-Identifier: LGPL-2.1-or-later
// The C header compiles as C++11, too.
#include <denoiseae/denoiseae.h>

static_assert(__cplusplus == 201103L, "this file is compiled as C++11");

extern "C" double default_strength_in_cpp11() {
  denoiseae_settings settings = DENOISEAE_SETTINGS_INIT;
  return settings.strength;
}
