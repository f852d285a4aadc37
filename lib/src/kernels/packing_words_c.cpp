// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstring>

#include "kernels/packing.h"
#include "planes.h"

namespace denoiseae {

namespace {

class Words {
 public:
  explicit Words(const SampleWords& words)
      : low_bits_(words.low_bits),
        max_code_(words.max_code),
        scale_(static_cast<float>(words.max_code)),
        unit_(1.0f / scale_) {}

  float unit(const std::uint8_t* at) const {
    std::uint16_t word;
    std::memcpy(&word, at, sizeof(word));
    return static_cast<float>((word >> low_bits_) & max_code_) * unit_;
  }
  /// What is not a number becomes 0.
  void store(std::uint8_t* at, float unit) const {
    const float code = unit * scale_ + 0.5f;
    const float above = code > 0 ? code : 0;
    const int limited = static_cast<int>(above < scale_ ? above : scale_);
    const auto word = static_cast<std::uint16_t>(limited << low_bits_);
    std::memcpy(at, &word, sizeof(word));
  }

 private:
  int low_bits_;
  int max_code_;
  float scale_;
  float unit_;
};

}  // namespace

void pack_word_blocks_c(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                        int blocks, float* out) {
  const Words samples(words);
  const auto value = [&samples](const std::uint8_t* at) { return samples.unit(at) - 0.5f; };
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
  const Words samples(words);
  const auto less = [&samples](const std::uint8_t* from, float noise_of_it, std::uint8_t* to) {
    samples.store(to, samples.unit(from) - noise_of_it);
  };
  for (int x = 0; x < blocks; ++x, noise += kPackedChannels) {
    for (int i = 0; i < 2; ++i) {
      const int at = 4 * x + 2 * i;
      less(in.top + at, noise[i], out.top + at);
      less(in.bottom + at, noise[2 + i], out.bottom + at);
    }
    less(in.u + x * in.chroma_step, noise[4], out.u + x * out.chroma_step);
    less(in.v + x * in.chroma_step, noise[5], out.v + x * out.chroma_step);
  }
}

}  // namespace denoiseae
