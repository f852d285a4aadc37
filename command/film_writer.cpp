// SPDX-License-Identifier: LGPL-2.1-or-later
#include "film_writer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <new>
#include <string_view>

#include "interrupt.h"
#include "side_data.h"

namespace command {
namespace {

constexpr AVRational kMicroseconds = {1, AV_TIME_BASE};

struct Kind {
  const char* ending;
  const char* container;
};
constexpr Kind kKinds[] = {
    {".mkv", "matroska"}, {".mp4", "mp4"}, {".m4v", "mp4"}, {".mov", "mov"}, {".webm", "webm"},
};

/// Some of what a stream says of its pictures is no longer true of new ones, as metadata of Dolby
/// Vision, whose other half was in the packets.
constexpr std::array kKeptSideData = {AV_PKT_DATA_DISPLAYMATRIX, AV_PKT_DATA_STEREO3D,
                                      AV_PKT_DATA_SPHERICAL};

bool is_matroska(std::string_view kind) { return kind.starts_with("matroska") || kind == "webm"; }

/// Returns by how much a packet of sound has to be later, in the time base of its stream. FFmpeg
/// reads times of Opus in Matroska less the part that players drop, and up to version 5.1 it does
/// not add this part again where it writes.
std::int64_t added_delay(const AVStream& from, const AVOutputFormat& container) {
#if LIBAVFORMAT_VERSION_MAJOR < 60
  const AVCodecParameters& codec = *from.codecpar;
  constexpr int kPreSkip = 10;  // its place in the header of Opus (RFC 7845)
  if (codec.codec_id != AV_CODEC_ID_OPUS || !is_matroska(container.name) ||
      codec.extradata_size < kPreSkip + 2)
    return 0;
  const int samples = codec.extradata[kPreSkip] + 256 * codec.extradata[kPreSkip + 1];
  return av_rescale_q(samples, {1, 48000}, from.time_base);
#else
  static_cast<void>(from);
  static_cast<void>(container);
  return 0;
#endif
}

void describe_video(const Input& input, const AVCodecContext& encoder, const HdrMetadata& hdr,
                    AVStream& stream) {
  check(avcodec_parameters_from_context(stream.codecpar, &encoder),
        "the parameters of the video cannot be copied");
  // Players by Apple know H.265 under this name alone.
  const bool has_tags = stream.codecpar->codec_id == AV_CODEC_ID_HEVC;
  stream.codecpar->codec_tag = has_tags ? MKTAG('h', 'v', 'c', '1') : 0;
  stream.sample_aspect_ratio = encoder.sample_aspect_ratio;
  stream.time_base = encoder.time_base;
  if (stream.avg_frame_rate.num == 0) stream.avg_frame_rate = encoder.framerate;
  for (const AVPacketSideDataType type : kKeptSideData)
    if (const auto bytes = side_data(input.video(), type); !bytes.empty())
      add_side_data(stream, type, bytes);
  add_hdr_metadata(hdr, stream);
  const std::string encoder_name = std::string("denoiseae " DAE_VERSION ", ") + encoder.codec->name;
  av_dict_set(&stream.metadata, "encoder", encoder_name.c_str(), 0);
}

}  // namespace

const AVOutputFormat& container_of(const std::string& name) {
  std::string ending = std::filesystem::path(name).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const char* container = name == "-" ? "yuv4mpegpipe" : nullptr;
  for (const Kind& kind : kKinds)
    if (ending == kind.ending) container = kind.container;
  if (container == nullptr)
    throw Failure(
        "OUT must end in .mkv, .mp4, .mov or .webm, or be a folder, or \"-\" for y4m on "
        "standard output; found " +
        name);
  const AVOutputFormat* format = av_guess_format(container, nullptr, nullptr);
  if (format == nullptr)
    throw Failure(std::string("this FFmpeg cannot write files of the kind ") + container);
  return *format;
}

FilmWriter::FilmWriter(const std::string& name, bool replace) {
  const AVOutputFormat& format = container_of(name);
  if (name != "-") file_.emplace(name, replace);
  const std::string url = file_ ? "file:" + file_->part().string() : "pipe:1";
  check(avformat_alloc_output_context2(&context_, &format, nullptr, url.c_str()),
        "the file cannot be prepared");
  // Without this the container for pipes refuses pictures of more than 8 bits.
  context_->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
  // An encoder may be many seconds behind the sound, but subtitles that come after an hour must not
  // keep that hour in memory.
  context_->max_interleave_delta = std::int64_t{30} * AV_TIME_BASE;
  if (const int status = avio_open(&context_->pb, url.c_str(), AVIO_FLAG_WRITE); status < 0) {
    avformat_free_context(context_);
    check(status, "cannot write " + (file_ ? file_->part().string() : "standard output"));
  }
}

FilmWriter::~FilmWriter() {
  if (context_->pb != nullptr) avio_closep(&context_->pb);
  avformat_free_context(context_);
}

void FilmWriter::begin(const Input& input, const AVCodecContext& encoder, const HdrMetadata& hdr,
                       const Note& note) {
  input_ = &input;
  encoder_time_base_ = encoder.time_base;
#if LIBAVFORMAT_VERSION_MAJOR < 61
  if (is_matroska(container().name) && !side_data(input.video(), AV_PKT_DATA_DISPLAYMATRIX).empty())
    note("this FFmpeg does not write into a file of the kind " + std::string(container().name) +
         " that players have to turn the pictures; .mp4 and .mov keep it");
#endif
  map_ = add_streams(input, *context_, note);
  begun_.assign(map_.size(), false);
  video_ = map_[static_cast<std::size_t>(input.video().index)].index;
  describe_video(input, encoder, hdr, *context_->streams[video_]);
  copy_tags_and_chapters(input, *context_);
  // Times of Matroska can stand in another file of this kind as they are.
  if (is_matroska(input.context().iformat->name) && is_matroska(container().name))
    context_->avoid_negative_ts = 0;
  check(avformat_write_header(context_, nullptr),
        std::string("a file of the kind ") + container().name + " does not take these streams");
  last_times_.assign(context_->nb_streams, AV_NOPTS_VALUE);
}

void FilmWriter::set_times(AVPacket& packet) {
  std::int64_t& last = last_times_[static_cast<std::size_t>(packet.stream_index)];
  if (packet.dts == AV_NOPTS_VALUE) packet.dts = packet.pts;
  const bool strict = (container().flags & AVFMT_TS_NONSTRICT) == 0;
  const std::int64_t least = last == AV_NOPTS_VALUE ? INT64_MIN : last + (strict ? 1 : 0);
  if (packet.dts == AV_NOPTS_VALUE) packet.dts = last == AV_NOPTS_VALUE ? 0 : least;
  packet.dts = std::max(packet.dts, least);
  packet.pts = packet.pts == AV_NOPTS_VALUE ? packet.dts : std::max(packet.pts, packet.dts);
  last = packet.dts;
}

void FilmWriter::write(AVPacket& packet) {
  packet.pos = -1;
  set_times(packet);
  const int status = av_interleaved_write_frame(context_, &packet);
  check_interruption();
  check(status, "cannot write " + (file_ ? file_->part().string() : "standard output"));
}

void FilmWriter::write_video(PacketPtr packet) {
  const std::lock_guard lock(mutex_);
  const AVStream& stream = *context_->streams[video_];
  packet->stream_index = stream.index;
  av_packet_rescale_ts(packet.get(), encoder_time_base_, stream.time_base);
  write(*packet);
}

void FilmWriter::write_copy(PacketPtr packet) {
  const auto index = static_cast<std::size_t>(packet->stream_index);
  // Streams that begin in the middle of the file are unknown.
  if (index >= map_.size() || map_[index].index < 0) return;
  const std::lock_guard lock(mutex_);
  const AVStream& from = *input_->context().streams[index];
  const AVStream& to = *context_->streams[map_[index].index];
  const std::int64_t time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
  if (time != AV_NOPTS_VALUE && (from.disposition & AV_DISPOSITION_ATTACHED_PIC) == 0) {
    const std::int64_t begin = input_->begin().value_or(INT64_MIN);
    const std::int64_t end = input_->end().value_or(INT64_MAX);
    const std::int64_t at = av_rescale_q(time, from.time_base, kMicroseconds);
    const bool is_video = from.codecpar->codec_type == AVMEDIA_TYPE_VIDEO;
    const bool is_key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    if (at < begin || at >= end || (is_video && !begun_[index] && !is_key)) return;
  }
  begun_[index] = true;
  if (map_[index].subtitles) packet = map_[index].subtitles->convert(*packet);
  if (!packet) return;
  const std::int64_t shift =
      av_rescale_q(input_->shift(), kMicroseconds, from.time_base) - added_delay(from, container());
  if (packet->pts != AV_NOPTS_VALUE) packet->pts -= shift;
  if (packet->dts != AV_NOPTS_VALUE) packet->dts -= shift;
  packet->stream_index = to.index;
  av_packet_rescale_ts(packet.get(), from.time_base, to.time_base);
  write(*packet);
}

void FilmWriter::close() {
  const int status = avio_closep(&context_->pb);
  check(status, "cannot write " + (file_ ? file_->part().string() : "standard output"));
}

void FilmWriter::finish() {
  check(av_write_trailer(context_), "the file cannot be completed");
  close();
  if (file_) file_->commit();
}

}  // namespace command
