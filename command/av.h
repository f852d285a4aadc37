// SPDX-License-Identifier: LGPL-2.1-or-later
// Owners of what FFmpeg's libraries allocate, and their errors as exceptions.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libavutil/frame.h>
}

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>

struct SwsContext;

namespace command {

/// Ends the work on one film. The message says what was expected, what was found, and what to try.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct FreeAv {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(AVFormatContext* input) const { avformat_close_input(&input); }
  void operator()(SwsContext* context) const;
};
using CodecPtr = std::unique_ptr<AVCodecContext, FreeAv>;
using FramePtr = std::unique_ptr<AVFrame, FreeAv>;
using PacketPtr = std::unique_ptr<AVPacket, FreeAv>;
using InputPtr = std::unique_ptr<AVFormatContext, FreeAv>;
using ScalerPtr = std::unique_ptr<SwsContext, FreeAv>;

/// Throw std::bad_alloc.
FramePtr make_frame();
PacketPtr make_packet();
CodecPtr make_context(const AVCodec* codec);
/// Returns a frame with memory for its pixels and the properties of like: time, colour, metadata.
FramePtr make_frame(AVPixelFormat format, int width, int height, const AVFrame& like);

/// A dictionary of options.
class Dictionary {
 public:
  Dictionary() = default;
  ~Dictionary() { av_dict_free(&entries_); }
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  void set(const std::string& key, const std::string& value) {
    av_dict_set(&entries_, key.c_str(), value.c_str(), 0);
  }
  AVDictionary** get() { return &entries_; }
  /// Returns the first key that is left, or an empty text.
  std::string first_key() const;

 private:
  AVDictionary* entries_ = nullptr;
};

/// Counts what a demuxer or a decoder would have printed as errors: some report damage in no other
/// way. Any thread may read the count.
using ErrorCount = std::atomic<int>;
void count_errors(AVFormatContext& demuxer, ErrorCount& count);
void count_errors(AVCodecContext& decoder, ErrorCount& count);

/// Keeps the libraries from printing. What they would have printed last in this thread becomes the
/// reason that check gives.
void quiet_libraries();
/// Throws Failure with what, FFmpeg's text for the code and the libraries' reason, if the code is
/// negative.
void check(int code, const std::string& what);
/// Forgets what the libraries would have printed so far in this thread.
void forget_reports();
std::string error_text(int code);

}  // namespace command
