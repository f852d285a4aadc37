// SPDX-License-Identifier: LGPL-2.1-or-later
// The file that is written.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "av.h"
#include "hdr_metadata.h"
#include "input.h"
#include "part_file.h"
#include "stream_copy.h"

namespace command {

/// Writes a film into a file, or into standard output as y4m. The file gets its name at the end.
class FilmWriter {
 public:
  /// name: the path of the file, whose ending tells its kind, or "-". Throws Failure.
  FilmWriter(const std::string& name, bool replace);
  ~FilmWriter();
  FilmWriter(const FilmWriter&) = delete;
  FilmWriter& operator=(const FilmWriter&) = delete;

  const AVOutputFormat& container() const { return *context_->oformat; }
  bool wants_global_header() const { return (container().flags & AVFMT_GLOBALHEADER) != 0; }

  /// Makes the streams and writes the header.
  void begin(const Input& input, const AVCodecContext& encoder, const HdrMetadata& hdr,
             const Note& note);
  /// Writes a packet of the encoder. Threads may call both functions at the same time.
  void write_video(PacketPtr packet);
  /// Writes a packet of the film, unless its stream is left out or it lies outside the part that is
  /// wanted.
  void write_copy(PacketPtr packet);
  /// Completes the file.
  void finish();

 private:
  /// Gives a packet times that a container takes: damaged films have some that go backwards.
  void set_times(AVPacket& packet);
  void write(AVPacket& packet);
  void close();

  std::optional<PartFile> file_;  // nothing for standard output
  AVFormatContext* context_ = nullptr;
  const Input* input_ = nullptr;
  StreamMap map_;
  int video_ = -1;  // the stream of the file
  AVRational encoder_time_base_ = {0, 1};
  std::mutex mutex_;         // guards what follows, and context_ once the header is written
  std::vector<bool> begun_;  // by stream of the film
  std::vector<std::int64_t> last_times_;  // by stream of the file
};

/// Returns the kind of file that is written under a name. Throws Failure for other endings than
/// those of the command.
const AVOutputFormat& container_of(const std::string& name);

}  // namespace command
