// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/footage/encoders.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "data/footage/frame_pair.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
}

namespace denoiseae {

namespace {

constexpr Encoder kEncoders[] = {
    {"x264", "libx264", "h264", 3, 16, 34},
    {"x265", "libx265", "hevc", 2, 18, 36},
    {"mjpeg", "mjpeg", "mjpeg", 1.5, 2, 12},
    {"vp9", "libvpx-vp9", "vp9", 1.5, 20, 45},
};

struct Free {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
using Context = std::unique_ptr<AVCodecContext, Free>;
using Frame = std::unique_ptr<AVFrame, Free>;
using Packet = std::unique_ptr<AVPacket, Free>;

void check(int code, const std::string& what) {
  if (code >= 0) return;
  std::array<char, AV_ERROR_MAX_STRING_SIZE> reason{};
  av_strerror(code, reason.data(), reason.size());
  throw Error(ErrorCode::internal, "libavcodec: " + what + ": " + reason.data() +
                                       "; a preset without samples.footage.coded does not need it");
}

/// A dictionary of libavcodec.
class Options {
 public:
  ~Options() { av_dict_free(&options_); }
  Options() = default;
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;
  void set(const char* key, const std::string& value) {
    av_dict_set(&options_, key, value.c_str(), 0);
  }
  AVDictionary** get() { return &options_; }

 private:
  AVDictionary* options_ = nullptr;
};

constexpr int kGop = 600;  // longer than any sequence

void set_options(Options& options, const Encoder& encoder, int quality,
                 const CodingVariant& variant) {
  constexpr std::array kPresets = {"ultrafast", "superfast", "veryfast"};
  const std::string preset = kPresets[std::clamp(variant.effort, 0, 2)];
  const std::string b_frames = variant.b_frames ? "2" : "0";
  // With "mbtree" of x264 (version 164), and with all presets of x265 (version 3.5) but
  // "ultrafast", results depend on memory that nothing has written; some frames are then wholly
  // wrong. "cutree" of x265 writes behind its memory in pictures this small.
  if (encoder.name == "x264") {
    options.set("preset", preset);
    options.set("crf", std::to_string(quality));
    options.set(
        "x264-params",
        "log-level=none:mbtree=0:scenecut=0:rc-lookahead=4:sync-lookahead=0:bframes=" + b_frames);
  } else if (encoder.name == "x265") {
    const std::string sao = variant.effort > 0 ? ":sao=1" : ":sao=0";
    options.set("preset", kPresets.front());
    options.set("crf", std::to_string(quality));
    options.set("x265-params",
                "log-level=none:pools=none:frame-threads=1:wpp=0:cutree=0:scenecut=0:rc-lookahead="
                "4:keyint=" +
                    std::to_string(kGop) + ":bframes=" + b_frames + sao);
  } else if (encoder.name == "vp9") {
    options.set("deadline", "realtime");
    options.set("cpu-used", std::to_string(8 - std::clamp(variant.effort, 0, 2)));
    options.set("crf", std::to_string(quality));
    options.set("b", "0");
    options.set("lag-in-frames", "0");
  }
}

Context open_encoder(const Encoder& row, cv::Size size, int quality, const CodingVariant& variant) {
  const AVCodec* codec = avcodec_find_encoder_by_name(std::string(row.library).c_str());
  Context context(avcodec_alloc_context3(codec));
  context->width = size.width;
  context->height = size.height;
  context->time_base = {1, 25};
  context->framerate = {25, 1};
  context->thread_count = 1;
  context->gop_size = kGop;
  context->pix_fmt = AV_PIX_FMT_YUV420P;
  if (row.name == "mjpeg") {
    context->pix_fmt = AV_PIX_FMT_YUVJ420P;
    context->flags |= AV_CODEC_FLAG_QSCALE;
    context->global_quality = quality * FF_QP2LAMBDA;
    context->qmin = 1;
  }
  Options options;
  set_options(options, row, quality, variant);
  check(avcodec_open2(context.get(), codec, options.get()),
        "the encoder " + std::string(row.library) + " does not open");
  return context;
}

Context open_decoder(const Encoder& row, cv::Size size) {
  const AVCodec* codec = avcodec_find_decoder_by_name(std::string(row.decoder).c_str());
  Context context(avcodec_alloc_context3(codec));
  context->width = size.width;
  context->height = size.height;
  context->thread_count = 1;
  check(avcodec_open2(context.get(), codec, nullptr),
        "the decoder " + std::string(row.decoder) + " does not open");
  return context;
}

/// Copies between a picture and the planes of a frame of libavcodec.
void copy_planes(const cv::Mat& picture, AVFrame& frame, bool to_frame) {
  for (int p = 0; p < kPlanes; ++p) {
    cv::Mat inside = plane_of(picture, p);
    cv::Mat outside(inside.size(), CV_8UC1, frame.data[p],
                    static_cast<std::size_t>(frame.linesize[p]));
    (to_frame ? inside : outside).copyTo(to_frame ? outside : inside);
  }
}

/// One encoder and its decoder for one sequence.
class Codec {
 public:
  Codec(const Encoder& row, cv::Size size, int quality, const CodingVariant& variant)
      : size_(size),
        encoder_(open_encoder(row, size, quality, variant)),
        decoder_(open_decoder(row, size)) {}

  void encode(const cv::Mat& picture) {
    const Frame frame(av_frame_alloc());
    frame->width = size_.width;
    frame->height = size_.height;
    frame->format = encoder_->pix_fmt;
    frame->pts = next_++;
    frame->quality = encoder_->global_quality;
    check(av_frame_get_buffer(frame.get(), 0), "no memory for a frame");
    copy_planes(picture, *frame, true);
    send(frame.get());
  }

  /// Returns all frames, in the order of the scene.
  std::vector<cv::Mat> finish() {
    send(nullptr);
    check(avcodec_send_packet(decoder_.get(), nullptr), "the decoder does not end");
    receive();
    return std::move(decoded_);
  }

 private:
  void send(const AVFrame* frame) {
    check(avcodec_send_frame(encoder_.get(), frame), "a frame cannot be encoded");
    const Packet packet(av_packet_alloc());
    while (avcodec_receive_packet(encoder_.get(), packet.get()) >= 0) {
      check(avcodec_send_packet(decoder_.get(), packet.get()), "a frame cannot be decoded");
      av_packet_unref(packet.get());
      receive();
    }
  }

  void receive() {
    const Frame frame(av_frame_alloc());
    while (avcodec_receive_frame(decoder_.get(), frame.get()) >= 0) {
      if (frame->width != size_.width || frame->height != size_.height)
        check(AVERROR_INVALIDDATA, "a decoded frame has another size");
      decoded_.emplace_back(size_.height / 2 * 3, size_.width, CV_8UC1);
      copy_planes(decoded_.back(), *frame, false);
      av_frame_unref(frame.get());
    }
  }

  cv::Size size_;
  Context encoder_;
  Context decoder_;
  std::int64_t next_ = 0;
  std::vector<cv::Mat> decoded_;
};

std::vector<Encoder> usable_encoders() {
  av_log_set_level(AV_LOG_FATAL);  // encoders print their settings
  std::vector<Encoder> usable;
  std::string wanted;
  for (const Encoder& row : kEncoders) {
    wanted += (wanted.empty() ? "" : ", ") + std::string(row.library);
    if (avcodec_find_encoder_by_name(std::string(row.library).c_str()) != nullptr &&
        avcodec_find_decoder_by_name(std::string(row.decoder).c_str()) != nullptr)
      usable.push_back(row);
  }
  if (usable.empty())
    throw Error(ErrorCode::device_unavailable,
                "this libavcodec has none of the encoders " + wanted +
                    "; install one that has, or set samples.footage.coded to 0");
  return usable;
}

}  // namespace

std::span<const Encoder> all_encoders() noexcept { return kEncoders; }

const std::vector<Encoder>& encoders() {
  static const std::vector<Encoder> usable = usable_encoders();
  return usable;
}

const Encoder& random_encoder(Rng& rng) {
  double sum = 0;
  for (const Encoder& row : encoders()) sum += row.weight;
  double place = rng.uniform(0, sum);
  for (const Encoder& row : encoders())
    if ((place -= row.weight) < 0) return row;
  return encoders().back();
}

CodingVariant random_variant(Rng& rng) {
  CodingVariant variant;
  variant.effort = rng.below(3);
  variant.b_frames = rng.chance(0.7);
  variant.leading_frames = rng.chance(0.6) ? rng.between(1, 4) : 0;
  return variant;
}

std::vector<cv::Mat> coded(const std::vector<cv::Mat>& frames, const Encoder& encoder, int quality,
                           const CodingVariant& variant) {
  Codec codec(encoder, luma_size(frames.front()), quality, variant);
  const auto leading =
      encoder.name == "mjpeg" ? 0 : static_cast<std::size_t>(variant.leading_frames);
  // The first frame is not repeated: what stands still for a moment costs no bits.
  for (std::size_t i = leading; i > 0; --i) codec.encode(frames[i % frames.size()]);
  for (const cv::Mat& frame : frames) codec.encode(frame);
  std::vector<cv::Mat> result = codec.finish();
  if (result.size() != frames.size() + leading)
    check(AVERROR_INVALIDDATA, "frames are missing after the decoder");
  result.erase(result.begin(), result.begin() + static_cast<std::ptrdiff_t>(leading));
  return result;
}

}  // namespace denoiseae
