// SPDX-License-Identifier: LGPL-2.1-or-later
#include "film_formats.h"

#include <new>
#include <utility>

#include "frame_fields.h"

namespace command {
namespace {

EncoderChoice choose(const AVOutputFormat& container, const std::string& video_codec,
                     const AVStream& stream, const AVFrame& first) {
  const auto format = static_cast<AVPixelFormat>(first.format);
  return choose_encoder(
      container, video_codec,
      {best_denoised(format), first.width, first.height, has_fields(field_order(stream, first))});
}

void tell_of_conversion(AVPixelFormat from, AVPixelFormat to, const std::string& what,
                        const Note& note, const Note& warn) {
  if (without_range(from) == to) return;
  const std::string loss = describe_loss(conversion_loss(without_range(from), to));
  (loss.empty() ? note : warn)("frames are converted from " + std::string(name_of(from)) + " to " +
                               name_of(to) + " " + what +
                               (loss.empty() ? ", which loses nothing" : ", " + loss));
}

}  // namespace

FilmFormats::FilmFormats(const AVOutputFormat& container, const std::string& video_codec,
                         const AVStream& stream, const AVFrame& first, int threads,
                         const Note& note, const Note& warn)
    : choice_(choose(container, video_codec, stream, first)),
      to_denoiser_(best_denoised(static_cast<AVPixelFormat>(first.format)), first.width,
                   first.height, threads),
      to_encoder_(choice_.format, first.width, first.height, threads) {
  const auto from = static_cast<AVPixelFormat>(first.format);
  const AVPixelFormat denoised = best_denoised(from);
  tell_of_conversion(from, denoised, "for the denoiser", note, warn);
  tell_of_conversion(denoised, choice_.format,
                     "for the encoder " + std::string(choice_.encoder->name), note, warn);
  if (has_fields(field_order(stream, first)) && !choice_.codec->has_fields)
    warn(std::string(choice_.codec->name) +
         " does not know fields: interlaced frames are encoded whole, which takes more bytes; "
         "x264, prores and ffv1 know them");
}

FramePtr FilmFormats::in_both_formats(const AVFrame& frame) {
  FramePtr copy(av_frame_clone(&frame));
  if (!copy) throw std::bad_alloc();
  return for_encoder(for_denoiser(std::move(copy)));
}

}  // namespace command
