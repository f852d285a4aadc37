// SPDX-License-Identifier: LGPL-2.1-or-later
#include "video_encoder.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <array>
#include <new>

#include "encoder_options.h"
#include "frame_fields.h"

namespace command {
namespace {

/// Takes from the stream what a frame leaves open.
template <typename Value>
Value said(Value in_frame, Value in_stream, Value unspecified) {
  return in_frame != unspecified ? in_frame : in_stream;
}

void set_colors(AVCodecContext& context, const AVFrame& frame, const AVCodecParameters& stream) {
  context.color_range = said(frame.color_range, stream.color_range, AVCOL_RANGE_UNSPECIFIED);
  context.color_primaries =
      said(frame.color_primaries, stream.color_primaries, AVCOL_PRI_UNSPECIFIED);
  context.color_trc = said(frame.color_trc, stream.color_trc, AVCOL_TRC_UNSPECIFIED);
  context.colorspace = said(frame.colorspace, stream.color_space, AVCOL_SPC_UNSPECIFIED);
  context.chroma_sample_location =
      said(frame.chroma_location, stream.chroma_location, AVCHROMA_LOC_UNSPECIFIED);
  const bool is_rgb = (av_pix_fmt_desc_get(context.pix_fmt)->flags & AV_PIX_FMT_FLAG_RGB) != 0;
  if (is_rgb) context.colorspace = AVCOL_SPC_RGB;
  if (!is_rgb && context.colorspace == AVCOL_SPC_RGB) context.colorspace = AVCOL_SPC_UNSPECIFIED;
}

}  // namespace

VideoEncoder::VideoEncoder(const EncoderChoice& choice, const EncoderOptions& options,
                           const Input& input, const AVFrame& first, const HdrMetadata& hdr,
                           bool global_header)
    : context_(make_context(choice.encoder)),
      counts_frames_(choice.codec->id == AV_CODEC_ID_WRAPPED_AVFRAME) {
  AVCodecContext& context = *context_;
  const AVStream& stream = input.video();
  context.width = first.width;
  context.height = first.height;
  context.pix_fmt = choice.format;
  context.framerate = input.frame_rate();
  if (context.framerate.num == 0) context.framerate = {25, 1};
  context.time_base = counts_frames_ ? av_inv_q(context.framerate) : stream.time_base;
  context.sample_aspect_ratio =
      first.sample_aspect_ratio.num > 0 ? first.sample_aspect_ratio : stream.sample_aspect_ratio;
  set_colors(context, first, *stream.codecpar);
  context.field_order = field_order(stream, first);
  context.thread_count = options.threads;
  if (global_header) context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (has_fields(context.field_order) && choice.codec->has_fields)
    context.flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;

  Dictionary dictionary;
  set_encoder_options(choice, options, hdr, context, dictionary);
  check(avcodec_open2(&context, choice.encoder, dictionary.get()),
        std::string("the encoder ") + choice.encoder->name + " does not take a film of " +
            std::to_string(first.width) + "x" + std::to_string(first.height) +
            "; try another --video-codec");
  if (const std::string left = dictionary.first_key(); !left.empty())
    throw Failure("the encoder " + std::string(choice.encoder->name) + " has no option \"" + left +
                  "\"; \"ffmpeg -h encoder=" + choice.encoder->name + "\" lists them");
}

void VideoEncoder::encode(FramePtr frame, const Sink& sink) {
  if (frame) {
    // The encoder chooses the kinds of frames and the quality anew.
    frame->pict_type = AV_PICTURE_TYPE_NONE;
    frame->quality = 0;
    if (counts_frames_) frame->pts = count_++;
    if (!counts_frames_ && duration_of(*frame) > 0) durations_[frame->pts] = duration_of(*frame);
  }
  check(avcodec_send_frame(context_.get(), frame.get()), "a frame cannot be encoded");
  for (;;) {
    PacketPtr packet = make_packet();
    const int status = avcodec_receive_packet(context_.get(), packet.get());
    if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) return;
    check(status, "a frame cannot be encoded");
    if (const auto found = durations_.find(packet->pts); found != durations_.end()) {
      packet->duration = found->second;
      durations_.erase(found);
    }
    sink(std::move(packet));
  }
}

}  // namespace command
