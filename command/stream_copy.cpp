// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream_copy.h"

extern "C" {
#include <libavutil/avstring.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
}

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <string_view>

#include "side_data.h"

namespace command {
namespace {

bool is_kind(const AVFormatContext& output, std::string_view name) {
  return output.oformat->name == name;
}

bool is_matroska(const AVFormatContext& output) {
  return is_kind(output, "matroska") || is_kind(output, "webm");
}

/// The texts of chapters and the time code are written anew from what FFmpeg has read of them.
bool is_made_by_container(const AVStream& stream) {
  const AVCodecParameters& codec = *stream.codecpar;
  if (codec.codec_type != AVMEDIA_TYPE_DATA) return false;
  return (codec.codec_id == AV_CODEC_ID_BIN_DATA && stream.discard == AVDISCARD_ALL) ||
         codec.codec_tag == MKTAG('t', 'm', 'c', 'd');
}

bool is_taken(const AVFormatContext& output, const AVCodecParameters& codec) {
  if (codec.codec_type == AVMEDIA_TYPE_ATTACHMENT) return is_kind(output, "matroska");
  if (codec.codec_id == AV_CODEC_ID_NONE) return false;
  return avformat_query_codec(output.oformat, codec.codec_id, FF_COMPLIANCE_NORMAL) == 1;
}

std::string describe(const AVStream& stream) {
  const char* kind = av_get_media_type_string(stream.codecpar->codec_type);
  return std::string(kind != nullptr ? kind : "unknown") + " stream " +
         std::to_string(stream.index) + " (" + avcodec_get_name(stream.codecpar->codec_id) + ")";
}

/// Keeps the tag of the codec where the container knows it, as FFmpeg's own command does.
void set_tag(const AVFormatContext& output, AVCodecParameters& codec) {
  const AVCodecTag* const* tags = output.oformat->codec_tag;
  unsigned found = 0;
  if (tags == nullptr || av_codec_get_id(tags, codec.codec_tag) == codec.codec_id ||
      av_codec_get_tag2(tags, codec.codec_id, &found) == 0)
    return;
  codec.codec_tag = 0;
}

/// Statistics that mkvmerge and others have written of the stream are wrong for another one.
void copy_stream_tags(const AVStream& from, AVStream& to) {
  constexpr std::array kStatistics = {"BPS", "NUMBER_OF_", "DURATION", "_STATISTICS_"};
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(from.metadata, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    const std::string_view key = entry->key;
    const bool old = std::any_of(kStatistics.begin(), kStatistics.end(),
                                 [&](const char* name) { return key.starts_with(name); });
    if (!old && av_strcasecmp(entry->key, "encoder") != 0)
      av_dict_set(&to.metadata, entry->key, entry->value, 0);
  }
}

AVStream& add_stream(const AVStream& from, AVFormatContext& output) {
  AVStream* to = avformat_new_stream(&output, nullptr);
  if (to == nullptr) throw std::bad_alloc();
  to->disposition = from.disposition;
  to->time_base = from.time_base;
  to->avg_frame_rate = from.avg_frame_rate;
  to->r_frame_rate = from.r_frame_rate;
  to->sample_aspect_ratio = from.sample_aspect_ratio;
  copy_stream_tags(from, *to);
  return *to;
}

bool is_cover(const AVStream& stream) {
  return (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
}

/// Matroska holds cover pictures as attachments, which have no packets.
void attach_cover(const AVStream& from, AVFormatContext& output) {
  const AVPacket& picture = from.attached_pic;
  AVStream& to = add_stream(from, output);
  AVCodecParameters& codec = *to.codecpar;
  codec.codec_type = AVMEDIA_TYPE_ATTACHMENT;
  codec.codec_id = from.codecpar->codec_id;
  const auto size = static_cast<std::size_t>(picture.size);
  codec.extradata = static_cast<std::uint8_t*>(av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE));
  if (codec.extradata == nullptr) throw std::bad_alloc();
  std::memcpy(codec.extradata, picture.data, size);
  codec.extradata_size = picture.size;
  to.disposition = 0;
  const bool is_png = codec.codec_id == AV_CODEC_ID_PNG;
  constexpr int kKeep = AV_DICT_DONT_OVERWRITE;
  av_dict_set(&to.metadata, "filename", is_png ? "cover.png" : "cover.jpg", kKeep);
  av_dict_set(&to.metadata, "mimetype", is_png ? "image/png" : "image/jpeg", kKeep);
}

void note_what_is_left_out(const AVStream& stream, const AVFormatContext& output,
                           const Note& note) {
  note(describe(stream) + " is left out, because a file of the kind " + output.oformat->name +
       " does not take it" + (is_kind(output, "matroska") ? "" : "; .mkv takes more"));
}

}  // namespace

StreamMap add_streams(const Input& input, AVFormatContext& output, const Note& note) {
  StreamMap map(input.context().nb_streams);
  const bool takes_copies =
      (output.oformat->flags & AVFMT_NOTIMESTAMPS) == 0 && !is_kind(output, "yuv4mpegpipe");
  for (unsigned i = 0; i < input.context().nb_streams; ++i) {
    const AVStream& from = *input.context().streams[i];
    const bool is_video = &from == &input.video();
    if (is_made_by_container(from)) continue;
    if (is_cover(from) && is_kind(output, "matroska") && from.attached_pic.size > 0) {
      attach_cover(from, output);
      continue;
    }
    const bool is_copied = !is_video && takes_copies && is_taken(output, *from.codecpar);
    const std::optional<AVCodecID> subtitles =
        !is_video && !is_copied && takes_copies
            ? subtitles_for(*output.oformat, from.codecpar->codec_id)
            : std::nullopt;
    if (!is_video && !is_copied && !subtitles) {
      note_what_is_left_out(from, output, note);
      continue;
    }
    AVStream& to = add_stream(from, output);
    map[i].index = to.index;
    if (is_video) continue;
    if (subtitles) {
      map[i].subtitles = std::make_unique<SubtitleConverter>(from, *subtitles);
      check(avcodec_parameters_from_context(to.codecpar, &map[i].subtitles->context()),
            "the parameters of subtitles cannot be copied");
      continue;
    }
    check(avcodec_parameters_copy(to.codecpar, from.codecpar),
          "the parameters of a stream cannot be copied");
    set_tag(output, *to.codecpar);
    copy_side_data(from, to);
    if (from.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !is_cover(from))
      note(describe(from) + " is copied as it is; only stream " +
           std::to_string(input.video().index) + " is denoised");
  }
  return map;
}

void copy_tags_and_chapters(const Input& input, AVFormatContext& output) {
  const AVFormatContext& from = input.context();
  // These tell of the file, not of the film.
  constexpr std::array kOfFile = {"major_brand", "minor_version", "compatible_brands", "encoder"};
  bool has_long_names = false;
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(from.metadata, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    const bool of_file = std::any_of(kOfFile.begin(), kOfFile.end(), [&](const char* name) {
      return av_strcasecmp(name, entry->key) == 0;
    });
    if (of_file) continue;
    has_long_names = has_long_names || std::string_view(entry->key).find('.') != std::string::npos;
    av_dict_set(&output.metadata, entry->key, entry->value, 0);
  }
  // Phones have tags such as com.android.version, which MP4 keeps in another place than titles.
  if (has_long_names && !is_matroska(output))
    av_opt_set(output.priv_data, "movflags", "+use_metadata_tags", 0);

  const std::int64_t begin = input.begin().value_or(INT64_MIN);
  const std::int64_t end = input.end().value_or(INT64_MAX);
  constexpr AVRational kMicroseconds = {1, AV_TIME_BASE};
  for (unsigned i = 0; i < from.nb_chapters; ++i) {
    const AVChapter& chapter = *from.chapters[i];
    const auto time = [&](std::int64_t value) {
      return av_rescale_q(value, chapter.time_base, kMicroseconds);
    };
    if (time(chapter.end) <= begin || time(chapter.start) >= end) continue;
    auto* copy = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
    if (copy == nullptr) throw std::bad_alloc();
    copy->id = chapter.id;
    copy->time_base = chapter.time_base;
    const auto shifted = [&](std::int64_t value) {
      const std::int64_t cut = std::clamp(time(value), begin, end);
      return av_rescale_q(cut - input.shift(), kMicroseconds, chapter.time_base);
    };
    copy->start = shifted(chapter.start);
    copy->end = shifted(chapter.end);
    av_dict_copy(&copy->metadata, chapter.metadata, 0);
    int count = static_cast<int>(output.nb_chapters);
    check(av_dynarray_add_nofree(&output.chapters, &count, copy),
          "there is no memory for chapters");
    output.nb_chapters = static_cast<unsigned>(count);
  }
}

}  // namespace command
