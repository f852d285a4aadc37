// SPDX-License-Identifier: LGPL-2.1-or-later
#include "encoder_options.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <string>
#include <string_view>

namespace command {
namespace {

/// Joins parameters as the encoders take them, "a=1:b=2".
class Parameters {
 public:
  void add(const std::string& key, const std::string& value) {
    text_ += (text_.empty() ? "" : ":") + key + "=" + value;
  }
  /// Adds the parameters to those that the user has given for the same key.
  void store(const char* key, Dictionary& dictionary) const {
    if (text_.empty()) return;
    const AVDictionaryEntry* given = av_dict_get(*dictionary.get(), key, nullptr, 0);
    dictionary.set(key, given == nullptr ? text_ : text_ + ":" + given->value);
  }

 private:
  std::string text_;
};

void set_x264(const HdrMetadata& hdr, Dictionary& dictionary) {
  Parameters parameters;
  if (hdr.display) parameters.add("mastering-display", display_in_units(*hdr.display));
  if (hdr.light) parameters.add("cll", light_text(*hdr.light));
  parameters.store("x264-params", dictionary);
}

void set_x265(const HdrMetadata& hdr, const EncoderOptions& options, const AVCodecContext& context,
              Dictionary& dictionary) {
  Parameters parameters;
  // Its log does not go the way of FFmpeg's.
  parameters.add("log-level", "none");
  if (options.threads > 0) parameters.add("pools", std::to_string(options.threads));
  if (hdr.display) parameters.add("master-display", display_in_units(*hdr.display));
  if (hdr.light) parameters.add("max-cll", light_text(*hdr.light));
  if (context.chroma_sample_location != AVCHROMA_LOC_UNSPECIFIED &&
      av_pix_fmt_desc_get(context.pix_fmt)->log2_chroma_h == 1)
    parameters.add("chromaloc", std::to_string(context.chroma_sample_location - 1));
  parameters.store("x265-params", dictionary);
}

void set_svt_av1(const HdrMetadata& hdr, const EncoderOptions& options,
                 const AVCodecContext& context, Dictionary& dictionary) {
  Parameters parameters;
  if (options.threads > 0) parameters.add("lp", std::to_string(options.threads));
  if (hdr.display) parameters.add("mastering-display", display_in_fractions(*hdr.display));
  if (hdr.light) parameters.add("content-light", light_text(*hdr.light));
  if (context.chroma_sample_location == AVCHROMA_LOC_LEFT)
    parameters.add("chroma-sample-position", "vertical");
  if (context.chroma_sample_location == AVCHROMA_LOC_TOPLEFT)
    parameters.add("chroma-sample-position", "colocated");
  parameters.store("svtav1-params", dictionary);
}

}  // namespace

void set_encoder_options(const EncoderChoice& choice, const EncoderOptions& options,
                         const HdrMetadata& hdr, AVCodecContext& context, Dictionary& dictionary) {
  const VideoCodec& codec = *choice.codec;
  const std::string_view encoder = choice.encoder->name;
  if (options.crf && codec.max_crf == 0)
    throw Failure(std::string(codec.name) + " has no --crf; leave the option out");
  if (options.crf && (*options.crf < 0 || *options.crf > codec.max_crf))
    throw Failure("--crf must be 0 to " + std::to_string(codec.max_crf) + " for " +
                  std::string(codec.name) + ", found " + std::to_string(*options.crf));
  if (codec.max_crf > 0)
    dictionary.set("crf", std::to_string(options.crf.value_or(codec.default_crf)));

  // These take hours for a minute of film by default, or do without a second thread.
  if (encoder == "libsvtav1") dictionary.set("preset", "7");
  if (encoder == "libaom-av1") dictionary.set("cpu-used", "5");
  if (encoder == "libvpx-vp9") dictionary.set("cpu-used", "2");
  if (encoder == "libaom-av1" || encoder == "libvpx-vp9") {
    dictionary.set("row-mt", "1");
    dictionary.set("b", "0");  // the quality alone decides
  }
  if (encoder == "prores_ks") {
    const bool full = av_pix_fmt_desc_get(context.pix_fmt)->log2_chroma_w == 0;
    dictionary.set("profile", full ? "4444" : "hq");
    dictionary.set("vendor", "apl0");
  }
  if (encoder == "ffv1") {
    // Each frame stands alone, in slices with checksums, as archives want it.
    dictionary.set("level", "3");
    dictionary.set("g", "1");
    dictionary.set("slicecrc", "1");
  }

  for (const std::string& option : options.codec_options) {
    const std::size_t equals = option.find('=');
    if (equals == std::string::npos || equals == 0)
      throw Failure("--codec-option must have the form KEY=VALUE, found \"" + option + "\"");
    dictionary.set(option.substr(0, equals), option.substr(equals + 1));
  }
  if (encoder == "libx264") set_x264(hdr, dictionary);
  if (encoder == "libx265") set_x265(hdr, options, context, dictionary);
  if (encoder == "libsvtav1") set_svt_av1(hdr, options, context, dictionary);
}

}  // namespace command
