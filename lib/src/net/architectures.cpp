// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/architectures.h"

#include <denoiseae/error.h>

#include <array>
#include <string>

#include "net/paper.h"
#include "net/unet.h"

namespace denoiseae {

namespace {

constexpr std::array kArchitectures = {
    Architecture{"unet", "single-frame U-Net on packed 4:2:0 planes",
                 InputRepresentation::packed_yuv420, build_unet, kUnetDefaults},
    Architecture{"recurrent_unet", "U-Net on packed 4:2:0 planes and their gated running mean",
                 InputRepresentation::packed_yuv420, build_recurrent_unet, kRecurrentUnetDefaults},
    Architecture{"paper", "autoencoder with a dense latent, for one picture size",
                 InputRepresentation::luma, build_paper, kPaperDefaults},
};

}  // namespace

const char* to_string(InputRepresentation domain) noexcept {
  return domain == InputRepresentation::luma ? "luma" : "packed_yuv420";
}

std::span<const Architecture> architectures() noexcept { return kArchitectures; }

const Architecture& find_architecture(std::string_view name) {
  std::string known;
  for (const Architecture& a : kArchitectures) {
    if (a.name == name) return a;
    known += (known.empty() ? "" : ", ") + std::string(a.name);
  }
  throw Error(ErrorCode::unknown_architecture,
              "architecture \"" + std::string(name) + "\" is unknown; this build has " + known);
}

}  // namespace denoiseae
