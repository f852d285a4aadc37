// SPDX-License-Identifier: LGPL-2.1-or-later
#include "video_codecs.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <sstream>
#include <vector>

#include "frame_formats.h"

namespace command {
namespace {

// The qualities are those at which a film that was denoised shows no trace of the encoder.
constexpr VideoCodec kCodecs[] = {
    {"x264", AV_CODEC_ID_H264, "libx264", 18, 51, true},
    {"x265", AV_CODEC_ID_HEVC, "libx265", 20, 51, false},
    {"av1", AV_CODEC_ID_AV1, "libsvtav1 libaom-av1", 25, 63, false},
    {"vp9", AV_CODEC_ID_VP9, "libvpx-vp9", 24, 63, false},
    {"prores", AV_CODEC_ID_PRORES, "prores_ks", 0, 0, true},
    {"ffv1", AV_CODEC_ID_FFV1, "ffv1", 0, 0, true},
};
// Pipes take pictures as they are.
constexpr VideoCodec kRaw = {"raw", AV_CODEC_ID_WRAPPED_AVFRAME, "wrapped_avframe", 0, 0, true};

bool is_y4m(const AVOutputFormat& container) {
  return std::string_view(container.name) == "yuv4mpegpipe";
}

std::vector<AVPixelFormat> formats_of(const AVCodec& encoder, const VideoCodec& codec) {
  if (&codec == &kRaw)
    return {AV_PIX_FMT_YUV420P,   AV_PIX_FMT_YUV422P,   AV_PIX_FMT_YUV444P,   AV_PIX_FMT_GRAY8,
            AV_PIX_FMT_YUV420P10, AV_PIX_FMT_YUV422P10, AV_PIX_FMT_YUV444P10, AV_PIX_FMT_GRAY10,
            AV_PIX_FMT_YUV420P12, AV_PIX_FMT_YUV422P12, AV_PIX_FMT_YUV444P12};
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
  const void* list = nullptr;
  avcodec_get_supported_config(nullptr, &encoder, AV_CODEC_CONFIG_PIX_FORMAT, 0, &list, nullptr);
  const auto* format = static_cast<const AVPixelFormat*>(list);
#else
  const AVPixelFormat* format = encoder.pix_fmts;
#endif
  std::vector<AVPixelFormat> formats;
  for (; format != nullptr && *format != AV_PIX_FMT_NONE; ++format)
    if (!is_full_range(*format)) formats.push_back(*format);
  return formats;
}

/// Rates what a format loses of a film; 0 = nothing. Alpha counts least, because few encoders have
/// it. RGB may become YUV, which more players show.
int severity(AVPixelFormat from, AVPixelFormat to) {
  const int loss = conversion_loss(from, to);
  return ((loss & FF_LOSS_CHROMA) != 0 ? 4 : 0) + ((loss & FF_LOSS_RESOLUTION) != 0 ? 2 : 0) +
         ((loss & FF_LOSS_DEPTH) != 0 ? 2 : 0) + ((loss & FF_LOSS_ALPHA) != 0 ? 1 : 0);
}

/// libx264, libx265 and SVT-AV1 refuse pictures that end in the middle of a sample of chroma, and
/// libx264 also fields that do.
bool takes_size(const AVCodec& encoder, AVPixelFormat format, const FilmShape& film) {
  const std::string_view name = encoder.name;
  if (name != "libx264" && name != "libx265" && name != "libsvtav1") return true;
  const AVPixFmtDescriptor* info = av_pix_fmt_desc_get(format);
  const int fields = film.interlaced && name == "libx264" ? 2 : 1;
  return film.width % (1 << info->log2_chroma_w) == 0 &&
         film.height % (fields << info->log2_chroma_h) == 0;
}

/// Holds an encoder and how well it suits a film.
struct Candidate {
  EncoderChoice choice;
  int severity = 0;
  bool takes_size = true;
};

/// Returns the encoder of a codec that keeps most of the film; its encoder is null when this FFmpeg
/// has none.
Candidate best_encoder(const VideoCodec& codec, const FilmShape& film) {
  Candidate best;
  std::istringstream names{std::string(codec.encoders)};
  for (std::string name; names >> name;) {
    const AVCodec* encoder = avcodec_find_encoder_by_name(name.c_str());
    if (encoder == nullptr) continue;
    const std::vector<AVPixelFormat> formats = formats_of(*encoder, codec);
    if (formats.empty()) continue;
    const AVPixelFormat format = best_of(formats, film.format);
    const Candidate found{{&codec, encoder, format},
                          severity(film.format, format),
                          takes_size(*encoder, format, film)};
    const bool better =
        found.takes_size != best.takes_size ? found.takes_size : found.severity < best.severity;
    if (best.choice.encoder == nullptr || better) best = found;
  }
  return best;
}

bool is_taken_by(const VideoCodec& codec, const AVOutputFormat& container) {
  return avformat_query_codec(&container, codec.id, FF_COMPLIANCE_NORMAL) == 1;
}

const VideoCodec& row_of(std::string_view name) {
  for (const VideoCodec& codec : kCodecs)
    if (codec.name == name) return codec;
  throw Failure("--video-codec must be one of " + names_of_video_codecs() + ", found \"" +
                std::string(name) + "\"");
}

[[noreturn]] void refuse(const VideoCodec& codec, const std::string& why) {
  throw Failure(std::string(codec.name) + " " + why);
}

EncoderChoice asked_encoder(const AVOutputFormat& container, const VideoCodec& codec,
                            const FilmShape& film) {
  if (!is_taken_by(codec, container)) {
    std::string others;
    for (const VideoCodec& other : kCodecs)
      if (is_taken_by(other, container))
        others += (others.empty() ? "" : ", ") + std::string(other.name);
    refuse(codec, "cannot stand in a file of the kind " + std::string(container.name) +
                      ", which takes " + others + "; choose one of these, or write .mkv");
  }
  const Candidate found = best_encoder(codec, film);
  if (found.choice.encoder == nullptr)
    refuse(codec, "needs one of the encoders " + std::string(codec.encoders) +
                      ", which this FFmpeg lacks; choose another --video-codec");
  if (!found.takes_size)
    refuse(codec, std::string("encodes pictures of even width ") +
                      (film.interlaced ? "and a height that 4 divides" : "and height") +
                      " in this format, found " + std::to_string(film.width) + "x" +
                      std::to_string(film.height) + "; try --video-codec ffv1");
  return found.choice;
}

/// Returns the codecs in the order of preference. More than 8 bits in H.264 are played by few
/// devices, and fields in H.265 or AV1 by none.
std::vector<std::string_view> preferences(const FilmShape& film) {
  const bool deep = av_pix_fmt_desc_get(film.format)->comp[0].depth > 8;
  if (film.interlaced) return {"x264", "prores", "ffv1", "av1", "vp9", "x265"};
  if (deep) return {"x265", "x264", "av1", "vp9", "ffv1"};
  return {"x264", "x265", "av1", "vp9", "ffv1"};
}

}  // namespace

std::span<const VideoCodec> video_codecs() { return kCodecs; }

std::string names_of_video_codecs() {
  std::string names;
  for (const VideoCodec& codec : kCodecs)
    names += (names.empty() ? "" : ", ") + std::string(codec.name);
  return names;
}

EncoderChoice choose_encoder(const AVOutputFormat& container, const std::string& asked,
                             const FilmShape& film) {
  if (is_y4m(container)) return best_encoder(kRaw, film).choice;
  if (!asked.empty()) return asked_encoder(container, row_of(asked), film);
  std::optional<Candidate> best;
  for (const std::string_view name : preferences(film)) {
    const VideoCodec& codec = row_of(name);
    if (!is_taken_by(codec, container)) continue;
    const Candidate found = best_encoder(codec, film);
    if (found.choice.encoder == nullptr || !found.takes_size) continue;
    if (!best || found.severity < best->severity) best = found;
  }
  if (best) return best->choice;
  throw Failure("this FFmpeg has no encoder for such a film in a file of the kind " +
                std::string(container.name) + "; try .mkv with --video-codec ffv1");
}

}  // namespace command
