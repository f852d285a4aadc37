// SPDX-License-Identifier: LGPL-2.1-or-later
#include "subtitle_converter.h"

extern "C" {
#include <libavcodec/codec_desc.h>
#include <libavutil/mem.h>
}

#include <cstring>
#include <new>
#include <string>
#include <vector>

namespace command {
namespace {

constexpr AVRational kMilliseconds = {1, 1000};
constexpr std::size_t kMaxText = 1 << 18;  // bytes of one subtitle

struct FreeSubtitle {
  void operator()(AVSubtitle* subtitle) const { avsubtitle_free(subtitle); }
};

bool is_text(AVCodecID codec) {
  const AVCodecDescriptor* info = avcodec_descriptor_get(codec);
  return info != nullptr && (info->props & AV_CODEC_PROP_TEXT_SUB) != 0;
}

bool is_taken(const AVOutputFormat& container, AVCodecID codec) {
  return avformat_query_codec(&container, codec, FF_COMPLIANCE_NORMAL) == 1;
}

}  // namespace

std::optional<AVCodecID> subtitles_for(const AVOutputFormat& container, AVCodecID codec) {
  if (!is_text(codec) || avcodec_find_decoder(codec) == nullptr) return std::nullopt;
  for (const AVCodecID to : {AV_CODEC_ID_SUBRIP, AV_CODEC_ID_MOV_TEXT, AV_CODEC_ID_WEBVTT})
    if (is_taken(container, to) && avcodec_find_encoder(to) != nullptr) return to;
  return std::nullopt;
}

SubtitleConverter::SubtitleConverter(const AVStream& from, AVCodecID to)
    : time_base_(from.time_base) {
  const AVCodec* decoder = avcodec_find_decoder(from.codecpar->codec_id);
  decoder_ = make_context(decoder);
  check(avcodec_parameters_to_context(decoder_.get(), from.codecpar),
        "the parameters of subtitles cannot be copied");
  decoder_->pkt_timebase = from.time_base;
  check(avcodec_open2(decoder_.get(), decoder, nullptr), "subtitles cannot be decoded");

  const AVCodec* encoder = avcodec_find_encoder(to);
  encoder_ = make_context(encoder);
  encoder_->time_base = kMilliseconds;
  // Decoders and encoders agree on the styles of the text by this header.
  const auto size = static_cast<std::size_t>(decoder_->subtitle_header_size);
  if (decoder_->subtitle_header != nullptr) {
    encoder_->subtitle_header = static_cast<std::uint8_t*>(av_mallocz(size + 1));
    if (encoder_->subtitle_header == nullptr) throw std::bad_alloc();
    std::memcpy(encoder_->subtitle_header, decoder_->subtitle_header, size);
    encoder_->subtitle_header_size = decoder_->subtitle_header_size;
  }
  check(avcodec_open2(encoder_.get(), encoder, nullptr),
        std::string("subtitles cannot be encoded as ") + encoder->name);
}

PacketPtr SubtitleConverter::convert(const AVPacket& packet) {
  AVSubtitle subtitle{};
  int got = 0;
  const int status =
      avcodec_decode_subtitle2(decoder_.get(), &subtitle, &got, const_cast<AVPacket*>(&packet));
  const std::unique_ptr<AVSubtitle, FreeSubtitle> owner(&subtitle);
  if (status < 0 || got == 0 || subtitle.num_rects == 0) return nullptr;
  std::int64_t shown = packet.duration;
  if (shown <= 0 && subtitle.end_display_time != UINT32_MAX)
    shown = av_rescale_q(subtitle.end_display_time, kMilliseconds, time_base_);
  subtitle.start_display_time = 0;
  subtitle.end_display_time =
      static_cast<std::uint32_t>(av_rescale_q(shown, time_base_, kMilliseconds));
  std::vector<std::uint8_t> text(kMaxText);
  const int size = avcodec_encode_subtitle(encoder_.get(), text.data(),
                                           static_cast<int>(text.size()), &subtitle);
  if (size <= 0) return nullptr;
  PacketPtr made = make_packet();
  check(av_new_packet(made.get(), size), "there is no memory for subtitles");
  std::memcpy(made->data, text.data(), static_cast<std::size_t>(size));
  made->pts = made->dts = packet.pts;
  made->duration = shown;
  made->stream_index = packet.stream_index;
  made->flags = AV_PKT_FLAG_KEY;
  return made;
}

}  // namespace command
