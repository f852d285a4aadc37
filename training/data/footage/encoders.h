// SPDX-License-Identifier: LGPL-2.1-or-later
// Video encoders of libavcodec, and their decoders, in memory.
#pragma once

#include <opencv2/core.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "data/rng.h"

namespace denoiseae {

/// One row of the table of encoders. A higher quality number compresses more.
struct Encoder {
  std::string_view name;     ///< "x264"
  std::string_view library;  ///< libavcodec's name for it
  std::string_view decoder;
  double weight;     ///< how often it is drawn, relative to the others
  int best_quality;  ///< a CRF, or the quantiser scale of MJPEG
  int worst_quality;
};

/// The smallest width and height that all encoders take.
inline constexpr int kMinCodedSize = 32;

/// All rows, whether this libavcodec has them or not.
std::span<const Encoder> all_encoders() noexcept;
/// Returns the rows whose encoder and decoder are in this libavcodec. Throws device_unavailable
/// when there is none.
const std::vector<Encoder>& encoders();
const Encoder& random_encoder(Rng& rng);

/// A variant of an encoder, such as there are in cameras, phones and programs.
struct CodingVariant {
  int effort = 1;          ///< 0 ... 2, as far as the encoder is reliable
  bool b_frames = true;    ///< with frames that depend on later ones
  int leading_frames = 0;  ///< frames encoded before the first, which are dropped again
};
CodingVariant random_variant(Rng& rng);

/// Returns the frames, I420 of equal even size, after encoder and decoder. Only the first one that
/// is encoded is a key frame. It does not depend on the number of threads. The leading frames are
/// the first ones backwards. Throws internal when the library fails.
std::vector<cv::Mat> coded(const std::vector<cv::Mat>& frames, const Encoder& encoder, int quality,
                           const CodingVariant& variant);

}  // namespace denoiseae
