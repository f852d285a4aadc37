// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames that make mistakes visible.
#pragma once

#include <denoiseae/frame.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace denoiseae::test {

/// Sizes that find mistakes: single pixels, odd sizes, primes, one more than a vector.
inline constexpr std::array<std::pair<int, int>, 8> kSizes = {
    {{1, 1}, {2, 2}, {3, 3}, {1, 7}, {5, 2}, {17, 13}, {65, 33}, {333, 41}}};

/// A frame of random codes whose planes have padded strides, start at odd addresses and stand
/// between random guard bytes.
class GuardedFrame {
 public:
  /// padding_bytes: between rows. upside_down: negative strides.
  GuardedFrame(PixelFormat format, int width, int height, int padding_bytes = 13,
               std::uint32_t seed = 1, bool upside_down = false);

  FrameView view();
  ConstFrameView view() const { return const_cast<GuardedFrame*>(this)->view(); }

  /// No byte outside the pixels has changed since construction.
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
  std::array<Plane, 3> planes_;
};

/// Random codes for all components; pixel bytes only, alpha and padding of packed pixels too.
void fill_random(const FrameView& frame, std::uint32_t seed);
/// The same code for every sample of component c.
void fill_component(const FrameView& frame, int c, int code);
/// The code of one sample.
int sample(const ConstFrameView& frame, int c, int x, int y);
void set_sample(const FrameView& frame, int c, int x, int y, int code);
/// Of a code of the format in one of 8 bits.
inline double codes_per_8bit(const FormatInfo& info) { return info.max_code() / 255; }
/// The code that stands for an 8-bit one, rounded.
int deepened(const FormatInfo& info, double code_8bit);
/// All pixel bytes are equal, alpha and padding of packed pixels too.
bool same_pixels(const ConstFrameView& a, const ConstFrameView& b);
/// The same codes in all components; formats may differ.
bool same_components(const ConstFrameView& a, const ConstFrameView& b);
/// "NV12 17x13", for messages.
std::string describe(const ConstFrameView& frame);

}  // namespace denoiseae::test
