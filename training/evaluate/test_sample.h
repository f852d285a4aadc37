// SPDX-License-Identifier: LGPL-2.1-or-later
// One picture of a data set together with its noisy version.
#pragma once

#include <cstdint>

#include "data/picture_set.h"
#include "evaluate/evaluate.h"
#include "evaluate/methods.h"

namespace denoiseae {

struct TestSample {
  Samples clean;
  NoisyPicture noisy;
};

/// The pixel format in which a picture is denoised and measured.
PixelFormat format_of(const Picture& picture, const EvalOptions& options);

/// Whether noise in the format is rounded to 8 bit and clipped.
bool is_clipped(PixelFormat format, const EvalOptions& options);

/// Makes a picture noisy. index: the number of the picture in its set, so that each has noise of
/// its own. Thread-safe.
TestSample make_test_sample(const Picture& picture, const NoiseSpec& noise, std::uint64_t index,
                            const EvalOptions& options);

}  // namespace denoiseae
