// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// The layout of samples of more than 8 bits in little-endian words. A word holds code << low_bits,
/// for codes up to max_code. Its other bits are not read, and are written as zero.
struct SampleWords {
  int low_bits;
  int max_code;
};

}  // namespace denoiseae
