// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames for tests, made so that mistakes become visible.
#pragma once

#include <denoiseae/frame.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace denoiseae::test {

/// Frame sizes that find mistakes: single pixels, odd sizes, primes, one more than a vector.
inline constexpr std::array<std::pair<int, int>, 8> kSizes = {
    {{1, 1}, {2, 2}, {3, 3}, {1, 7}, {5, 2}, {17, 13}, {65, 33}, {333, 41}}};

/// A frame of random codes whose planes have padded strides, start at odd addresses and stand
/// between random guard bytes.
class GuardedFrame {
 public:
  /// padding_bytes: bytes between rows. upside_down: strides are negative.
  GuardedFrame(PixelFormat format, int width, int height, int padding_bytes = 13,
               std::uint32_t seed = 1, bool upside_down = false);

  FrameView view();
  ConstFrameView view() const { return const_cast<GuardedFrame*>(this)->view(); }

  /// Returns whether no byte outside the pixels has changed since construction.
  bool outside_unchanged() const;

 private:
  struct Plane {
    std::vector<std::uint8_t> bytes;
    std::vector<std::uint8_t> original;
    std::ptrdiff_t first = 0;   ///< offset of row 0
    std::ptrdiff_t stride = 0;  ///< bytes
  };
  PixelFormat format_;
  int width_;
  int height_;
  std::array<Plane, kMaxPlanes> planes_;
};

/// Fills all components with random codes, alpha and padding of packed pixels too. Bytes between
/// rows stay.
void fill_random(const FrameView& frame, std::uint32_t seed);
/// Sets every sample of component c to one code.
void fill_component(const FrameView& frame, int c, int code);
/// Returns the code of one sample.
int sample(const ConstFrameView& frame, int c, int x, int y);
void set_sample(const FrameView& frame, int c, int x, int y, int code);
/// Returns what is left of a code when it is stored: RGB16 has fewer bits than the format in which
/// it is processed, and the last V of some odd widths of UYVP has no room for all of its bits.
int kept_code(const ConstFrameView& frame, int c, int x, int code);
/// Returns how many codes of the format one 8-bit code spans.
inline double codes_per_8bit(const FormatInfo& info) { return info.max_code() / 255; }
/// Returns the code of the format for an 8-bit code, rounded.
int deepened(const FormatInfo& info, double code_8bit);
/// Returns whether all pixel bytes are equal, alpha and padding of packed pixels too.
bool same_pixels(const ConstFrameView& a, const ConstFrameView& b);
/// Returns whether all components have equal codes; the formats may differ.
bool same_components(const ConstFrameView& a, const ConstFrameView& b);
/// Describes a frame in messages: "NV12 17x13".
std::string describe(const ConstFrameView& frame);

}  // namespace denoiseae::test
