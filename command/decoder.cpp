// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decoder.h"

#include <algorithm>
#include <string>

#include "frame_fields.h"

namespace command {
namespace {

constexpr AVRational kMicroseconds = {1, AV_TIME_BASE};

CodecPtr open(const Input& input, int threads) {
  const AVStream& stream = input.video();
  const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
  if (codec == nullptr)
    throw Failure(std::string("this FFmpeg has no decoder for ") +
                  avcodec_get_name(stream.codecpar->codec_id));
  CodecPtr context = make_context(codec);
  check(avcodec_parameters_to_context(context.get(), stream.codecpar),
        "the parameters of the video cannot be copied");
  context->pkt_timebase = stream.time_base;
  context->framerate = input.frame_rate();
  context->thread_count = threads;
  // A damaged frame is better than none.
  context->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
  check(avcodec_open2(context.get(), codec, nullptr),
        std::string("the decoder ") + codec->name + " does not open");
  return context;
}

}  // namespace

VideoDecoder::VideoDecoder(const Input& input, int threads, std::int64_t run_in)
    : context_(open(input, threads)), time_base_(input.video().time_base) {
  // FFmpeg's decoder of H.265 marks no frame as damaged. Others print errors about good frames,
  // too.
  if (context_->codec_id == AV_CODEC_ID_HEVC) count_errors(*context_, errors_);
  const AVRational rate = input.frame_rate();
  frame_duration_ = std::max<std::int64_t>(
      1, av_rescale_q(1, rate.num > 0 ? av_inv_q(rate) : AVRational{1, 25}, time_base_));
  // A time that somebody has read from a list of frames may be rounded up by half a microsecond,
  // and means the frame all the same.
  const auto in_time_base = [&](std::int64_t time) {
    return av_rescale_q_rnd(time - 1, kMicroseconds, time_base_, AV_ROUND_UP);
  };
  shift_ = in_time_base(input.shift());
  if (input.begin()) {
    begin_ = in_time_base(*input.begin());
    first_wanted_ = in_time_base(*input.begin() - run_in);
  }
  if (input.end()) end_ = in_time_base(*input.end());
}

void VideoDecoder::send(const AVPacket* packet) {
  const int status = avcodec_send_packet(context_.get(), packet);
  if (status == AVERROR(ENOMEM)) check(status, "the video cannot be decoded");
  if (status >= 0 || status == AVERROR_EOF || status == AVERROR(EAGAIN)) return;
  missing_ = true;
}

bool VideoDecoder::receive_frame(AVFrame& frame) {
  for (;;) {
    const int status = avcodec_receive_frame(context_.get(), &frame);
    if (status >= 0) return true;
    if (status == AVERROR_EOF || status == AVERROR(EAGAIN)) return false;
    check(status == AVERROR(ENOMEM) ? status : 0, "the video cannot be decoded");
    // A decoder with several threads tells of a damaged packet here.
    missing_ = true;
  }
}

void VideoDecoder::set_time(AVFrame& frame) {
  std::int64_t time = frame.best_effort_timestamp;
  if (time == AV_NOPTS_VALUE) time = next_time_ != AV_NOPTS_VALUE ? next_time_ : 0;
  // Encoders and files take no two frames of one time, which damaged files have.
  if (last_time_ != AV_NOPTS_VALUE) time = std::max(time, last_time_ + 1);
  frame.pts = time;
  last_time_ = time;
  next_time_ = time + (duration_of(frame) > 0 ? duration_of(frame) : frame_duration_);
}

bool VideoDecoder::is_damaged(const AVFrame& frame, bool counts) {
  const bool told = frame.decode_error_flags != 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0;
  const int errors = errors_;
  const bool has_errors = errors != seen_errors_;
  seen_errors_ = errors;
  if (counts && (told || missing_ || has_errors)) ++damaged_;
  // Decoders that work on several frames at once report an error some frames early.
  if (has_errors) suspects_ = std::max(1, context_->thread_count);
  const bool damaged = told || missing_ || suspects_ > 0;
  missing_ = false;
  suspects_ = std::max(0, suspects_ - 1);
  return damaged;
}

Picture VideoDecoder::receive() {
  for (;;) {
    Picture picture{make_frame()};
    if (!receive_frame(*picture.frame)) return {};
    AVFrame& frame = *picture.frame;
    set_time(frame);
    if (frame.pts >= end_) past_end_ = true;
    if (past_end_ || frame.pts < first_wanted_) continue;
    picture.run_in = frame.pts < begin_;
    picture.damaged = is_damaged(frame, !picture.run_in);
    frame.pts -= shift_;
    return picture;
  }
}

}  // namespace command
