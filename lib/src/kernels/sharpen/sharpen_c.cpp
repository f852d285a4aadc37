// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/sharpen/sharpen.h"
#include "kernels/sharpen/sharpen_bytes.h"
#include "kernels/sharpen/sharpen_words.h"

namespace denoiseae {

void sharpen_row_c(const std::uint8_t* above, const std::uint8_t* row, const std::uint8_t* below,
                   std::uint8_t* out, int bytes, int step, int amount) {
  sharpen_bytes(above, row, below, out, bytes, step, amount, 0, bytes);
}

void sharpen_word_row_c(const std::uint8_t* above, const std::uint8_t* row,
                        const std::uint8_t* below, std::uint8_t* out, int samples, int step,
                        int amount, const SampleWords& words) {
  sharpen_words(above, row, below, out, samples, step, amount, words);
}

}  // namespace denoiseae
