// SPDX-License-Identifier: LGPL-2.1-or-later
#include "input.h"

#include <algorithm>
#include <filesystem>
#include <new>
#include <string_view>

#include "interrupt.h"

namespace command {
namespace {

// Files that are damaged in the middle go on after some of these; a disk that fails does not.
constexpr int kMaxFailures = 100;

int stop_waiting(void*) { return interrupted() != 0 ? 1 : 0; }

std::string url_of(const std::string& name) {
  if (name == "-") return "";
  // Without the protocol a colon in the name of a file would end one.
  return name.find("://") != std::string::npos ? name : "file:" + name;
}

std::int64_t start_of(const AVFormatContext& context) {
  return context.start_time != AV_NOPTS_VALUE ? context.start_time : 0;
}

std::string shown(const std::string& name) { return name == "-" ? "standard input" : name; }

InputPtr open(const std::string& name, AVIOContext* standard_input, ErrorCount& errors) {
  std::error_code ignored;
  if (std::filesystem::is_directory(name, ignored))
    throw Failure("expected a film, found the folder " + name);
  AVFormatContext* raw = avformat_alloc_context();
  if (raw == nullptr) throw std::bad_alloc();
  raw->interrupt_callback = {stop_waiting, nullptr};
  raw->pb = standard_input;
  count_errors(*raw, errors);
  // A context that cannot be opened is freed by this call.
  const int status = avformat_open_input(&raw, url_of(name).c_str(), nullptr, nullptr);
  check_interruption();
  if (status == AVERROR_INVALIDDATA)
    throw NoFilm("expected a film that FFmpeg's libraries read, found something else in " +
                 shown(name) + "; \"ffprobe\" tells what it is");
  check(status, "cannot read " + shown(name));
  InputPtr context(raw);
  check(avformat_find_stream_info(raw, nullptr), "cannot tell what " + shown(name) + " holds");
  check_interruption();
  return context;
}

int find_video(AVFormatContext& context, const std::string& name) {
  const int found = av_find_best_stream(&context, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  const bool is_cover =
      found >= 0 && (context.streams[found]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
  if (found >= 0 && !is_cover) return found;
  if (found == AVERROR_DECODER_NOT_FOUND)
    throw Failure("this FFmpeg has no decoder for the video of " + shown(name));
  throw NoVideo("expected a video stream in " + shown(name) + ", found " +
                (is_cover                  ? "only a cover picture"
                 : context.nb_streams == 0 ? "no stream"
                                           : "only streams of other kinds"));
}

}  // namespace

Input::Input(const std::string& name)
    : name_(name),
      standard_input_(name == "-" ? open_standard_input() : nullptr),
      context_(open(name, standard_input_.get(), errors_)) {
  video_ = find_video(*context_, name);
  // The clock of a broadcast begins anywhere; in files a late begin has a meaning.
  if ((context_->iformat->flags & AVFMT_TS_DISCONT) != 0) shift_ = start_of(*context_);
}

void Input::select(const Extract& extract, std::int64_t run_in) {
  const std::int64_t start = start_of(*context_);
  if (extract.to) end_ = start + *extract.to;
  if (!extract.from) return;
  const std::int64_t whole = context_->duration;
  if (whole > 0 && *extract.from >= whole)
    throw Failure("--from must lie before the end of " + shown(name_) + ", which is " +
                  std::to_string(whole / AV_TIME_BASE) + " seconds long");
  begin_ = start + *extract.from;
  shift_ = *begin_;
  const std::int64_t place = std::max(start, *begin_ - run_in);
  // A film that cannot be searched, as one from a pipe, is read from where it is.
  if (place > start && avformat_seek_file(context_.get(), -1, INT64_MIN, place, place, 0) < 0)
    check_interruption();
}

bool Input::read(AVPacket& packet) {
  for (int i = 0; i < kMaxFailures; ++i) {
    const int status = av_read_frame(context_.get(), &packet);
    check_interruption();
    if (status >= 0) {
      if ((context_->iformat->flags & AVFMT_TS_DISCONT) != 0) timeline_.correct(*context_, packet);
      if (context_->pb != nullptr) whole_packets_ = avio_tell(context_->pb);
      return true;
    }
    if (status == AVERROR_EOF) {
      // FFmpeg's reader of y4m does not tell of a last frame that is cut off.
      const bool is_y4m = std::string_view(context_->iformat->name) == "yuv4mpegpipe";
      const bool is_cut = is_y4m && avio_tell(context_->pb) > whole_packets_;
      if (!is_cut && (context_->pb == nullptr || context_->pb->error >= 0)) return false;
      break;
    }
    if (status != AVERROR(EAGAIN)) ++failures_;
  }
  // The file ended in an error, or gave nothing for so many times that the rest is lost.
  ++failures_;
  return false;
}

std::int64_t Input::duration() const {
  std::int64_t whole = context_->duration > 0 ? context_->duration : 0;
  const std::int64_t start = start_of(*context_);
  const std::int64_t begin = begin_.value_or(start);
  if (end_)
    return std::max<std::int64_t>(
        0, whole > 0 ? std::min(*end_, start + whole) - begin : *end_ - begin);
  return whole > 0 ? std::max<std::int64_t>(0, start + whole - begin) : 0;
}

AVRational Input::frame_rate() const {
  const AVRational rate = av_guess_frame_rate(context_.get(), context_->streams[video_], nullptr);
  return rate.num > 0 && rate.den > 0 ? rate : AVRational{0, 1};
}

}  // namespace command
