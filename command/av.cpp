// SPDX-License-Identifier: LGPL-2.1-or-later
#include "av.h"

extern "C" {
#include <libavutil/log.h>
#include <libswscale/swscale.h>
}

#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace command {
namespace {

/// Returns the last error that a library reported in this thread.
std::string& last_report() {
  thread_local std::string report;
  return report;
}

/// Returns the counter that stands in the context of a demuxer or a decoder. Threads of a decoder
/// have contexts of their own, with the same counter.
ErrorCount* counter_of(void* context) {
  if (context == nullptr) return nullptr;
  const AVClass* kind = *static_cast<const AVClass**>(context);
  void* counter = nullptr;
  if (kind == avformat_get_class()) counter = static_cast<AVFormatContext*>(context)->opaque;
  if (kind == avcodec_get_class()) counter = static_cast<AVCodecContext*>(context)->opaque;
  return static_cast<ErrorCount*>(counter);
}

void keep_report(void* context, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_ERROR) return;
  if (ErrorCount* counter = counter_of(context)) ++*counter;
  std::array<char, 400> line{};
  std::vsnprintf(line.data(), line.size(), format, arguments);
  std::string text = line.data();
  while (!text.empty() && (text.back() == '\n' || text.back() == '.' || text.back() == ' '))
    text.pop_back();
  if (!text.empty()) last_report() = text;
}

}  // namespace

void FreeAv::operator()(SwsContext* context) const { sws_freeContext(context); }

FramePtr make_frame() {
  FramePtr frame(av_frame_alloc());
  if (!frame) throw std::bad_alloc();
  return frame;
}

PacketPtr make_packet() {
  PacketPtr packet(av_packet_alloc());
  if (!packet) throw std::bad_alloc();
  return packet;
}

CodecPtr make_context(const AVCodec* codec) {
  CodecPtr context(avcodec_alloc_context3(codec));
  if (!context) throw std::bad_alloc();
  return context;
}

FramePtr make_frame(AVPixelFormat format, int width, int height, const AVFrame& like) {
  FramePtr frame = make_frame();
  check(av_frame_copy_props(frame.get(), &like), "the properties of a frame cannot be copied");
  frame->format = format;
  frame->width = width;
  frame->height = height;
  check(av_frame_get_buffer(frame.get(), 0), "there is no memory for a frame");
  return frame;
}

std::string Dictionary::first_key() const {
  const AVDictionaryEntry* entry = av_dict_get(entries_, "", nullptr, AV_DICT_IGNORE_SUFFIX);
  return entry != nullptr ? entry->key : "";
}

void quiet_libraries() {
  av_log_set_callback(keep_report);
  // This encoder has a log of its own, which it reads the level of from here.
  setenv("SVT_LOG", "-1", 0);
}

void count_errors(AVFormatContext& demuxer, ErrorCount& count) { demuxer.opaque = &count; }

void count_errors(AVCodecContext& decoder, ErrorCount& count) { decoder.opaque = &count; }

void forget_reports() { last_report().clear(); }

std::string error_text(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

void check(int code, const std::string& what) {
  if (code >= 0) {
    forget_reports();
    return;
  }
  if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
  std::string report;
  report.swap(last_report());
  throw Failure(what + ": " + error_text(code) + (report.empty() ? "" : " (" + report + ")"));
}

}  // namespace command
