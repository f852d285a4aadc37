// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of samples in parts of a fixed size. The compiler turns loops over such arrays of floats
// into vector instructions, which it cannot do with loops that read or write samples at a step.
#pragma once

#include <denoiseae/frame.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "frame/codes.h"
#include "layout/mirrored.h"

namespace denoiseae {

/// The largest number of samples in a part. Several parts fit into the core's first cache, and the
/// number is even, so that a part never ends inside a 2x2 block.
inline constexpr int kPartSamples = 128;
using Part = std::array<float, kPartSamples>;

/// Calls body(first, count) for each part of the samples begin ... end - 1.
template <typename Body>
void for_parts(int begin, int end, const Body& body) {
  for (int first = begin; first < end; first += kPartSamples)
    body(first, std::min(kPartSamples, end - first));
}

/// Reads samples that lie step bytes apart, as 0 ... 1. count: at most kPartSamples.
template <typename Codes>
void load_units(const Codes& codes, const std::uint8_t* from, int step, int count, Part& to) {
  constexpr int kBytes = Codes::kBytes;
  if (step == kBytes) {
    for (int i = 0; i < count; ++i) to[i] = codes.load_unit(from + i * kBytes);
    return;
  }
  // Gathering the bytes first leaves a loop that becomes vector instructions.
  std::array<std::uint8_t, kPartSamples * kBytes> near;
#pragma GCC unroll 8
  for (int i = 0; i < count; ++i) std::copy_n(from + i * step, kBytes, &near[i * kBytes]);
  for (int i = 0; i < count; ++i) to[i] = codes.load_unit(&near[i * kBytes]);
}

/// Writes values of 0 ... 1 to samples that lie step bytes apart, rounded half up and clamped.
/// count: at most kPartSamples.
template <typename Codes>
void store_units(const Codes& codes, const Part& values, int count, std::uint8_t* to, int step) {
  std::array<std::int32_t, kPartSamples> rounded;
  for (int i = 0; i < count; ++i) rounded[i] = codes.from_unit(values[i]);
  if (step == Codes::kBytes) {
    for (int i = 0; i < count; ++i) codes.store(to + i * Codes::kBytes, rounded[i]);
    return;
  }
#pragma GCC unroll 8
  for (int i = 0; i < count; ++i) codes.store(to + i * step, rounded[i]);
}

/// Reads count samples of row y of component c, from sample first on, as 0 ... 1. The row is
/// mirrored at its end.
template <typename Codes>
void load_part(const ConstFrameView& frame, int c, int y, int first, int count, Part& to) {
  const FormatInfo& info = format_info(frame.format);
  const Codes codes(info);
  const int step = info.component[c].step_bytes;
  const int width = info.component_width(c, frame.width);
  const std::uint8_t* const row = frame.component_row(c, y);
  const int inside = std::clamp(width - first, 0, count);
  if (inside > 0) load_units(codes, row + std::ptrdiff_t{first} * step, step, inside, to);
  for (int i = inside; i < count; ++i)
    to[i] = codes.load_unit(row + std::ptrdiff_t{mirrored(first + i, width)} * step);
}

/// Writes count samples of row y of component c, from sample first on, which are 0 ... 1, rounded
/// half up and clamped.
template <typename Codes>
void store_part(const FrameView& frame, int c, int y, int first, int count, const Part& values) {
  const FormatInfo& info = format_info(frame.format);
  const int step = info.component[c].step_bytes;
  store_units(Codes(info), values, count, frame.component_row(c, y) + std::ptrdiff_t{first} * step,
              step);
}

}  // namespace denoiseae
