// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/packing/packing.h"
#include "kernels/word_access.h"
#include "layout/packed_layout.h"

namespace denoiseae {

void pack_word_blocks_c(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                        int blocks, float* out) {
  const WordAccess samples(words);
  const auto value = [&samples](const std::uint8_t* at) { return samples.load_unit(at) - 0.5f; };
  for (int x = 0; x < blocks; ++x, out += kPackedInputChannels) {
    out[0] = value(in.top + 4 * x);
    out[1] = value(in.top + 4 * x + 2);
    out[2] = value(in.bottom + 4 * x);
    out[3] = value(in.bottom + 4 * x + 2);
    out[4] = value(in.u + x * in.chroma_step);
    out[5] = value(in.v + x * in.chroma_step);
  }
}

void subtract_word_blocks_c(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                            const float* noise, int blocks, const BlockRows<std::uint8_t>& out) {
  const WordAccess samples(words);
  const auto subtract_noise = [&samples](const std::uint8_t* from, float noise_of_it,
                                         std::uint8_t* to) {
    samples.store_unit(to, samples.load_unit(from) - noise_of_it);
  };
  for (int x = 0; x < blocks; ++x, noise += kPackedChannels) {
    for (int i = 0; i < 2; ++i) {
      const int at = 4 * x + 2 * i;
      subtract_noise(in.top + at, noise[i], out.top + at);
      subtract_noise(in.bottom + at, noise[2 + i], out.bottom + at);
    }
    subtract_noise(in.u + x * in.chroma_step, noise[4], out.u + x * out.chroma_step);
    subtract_noise(in.v + x * in.chroma_step, noise[5], out.v + x * out.chroma_step);
  }
}

}  // namespace denoiseae
