// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// Samples of more than 8 bits in little-endian words: code << low_bits, up to max_code. Other bits
/// of a word are not read, and written as zero.
struct SampleWords {
  int low_bits;
  int max_code;
};

}  // namespace denoiseae
