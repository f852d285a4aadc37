// SPDX-License-Identifier: LGPL-2.1-or-later
// A film that is read: its streams, and the part of it that is wanted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "av.h"
#include "standard_input.h"
#include "timeline.h"

namespace command {

/// The part of a film that is wanted, in microseconds after its beginning.
struct Extract {
  std::optional<std::int64_t> from;
  std::optional<std::int64_t> to;
};

/// Says that nothing in a file is a film that can be read.
class NoFilm : public Failure {
 public:
  using Failure::Failure;
};

/// Says that a file has sound, pictures or texts, and no film.
class NoVideo : public Failure {
 public:
  using Failure::Failure;
};

class Input {
 public:
  /// name: a path, a URL, or "-" for standard input. Throws Failure when it is no film with a video
  /// stream, Interruption.
  explicit Input(const std::string& name);

  AVFormatContext& context() { return *context_; }
  const AVFormatContext& context() const { return *context_; }
  /// The stream to denoise.
  const AVStream& video() const { return *context_->streams[video_]; }
  const std::string& name() const { return name_; }

  /// Chooses a part, and goes to the last place before it from which the video can be decoded.
  /// run_in: how much earlier decoding has to begin, in microseconds.
  void select(const Extract& extract, std::int64_t run_in);
  /// Returns false at the end. Throws Interruption.
  bool read(AVPacket& packet);
  /// Tells whether the file breaks off, or has places that cannot be read.
  bool is_damaged() const { return failures_ > 0 || errors_ > 0; }

  /// Are the ends of the part in time stamps of the file, in microseconds.
  std::optional<std::int64_t> begin() const { return begin_; }
  std::optional<std::int64_t> end() const { return end_; }
  /// Is subtracted from all time stamps, in microseconds.
  std::int64_t shift() const { return shift_; }
  /// Returns the length of the part in microseconds, 0 = unknown.
  std::int64_t duration() const;
  /// Frames per second, or 0/1 when that is unknown.
  AVRational frame_rate() const;

 private:
  std::string name_;
  ErrorCount errors_ = 0;  // while packets are read
  IoPtr standard_input_;   // null for files
  InputPtr context_;
  int video_ = -1;
  std::optional<std::int64_t> begin_;
  std::optional<std::int64_t> end_;
  std::int64_t shift_ = 0;
  int failures_ = 0;
  std::int64_t whole_packets_ = 0;  // bytes of the file up to the end of the last packet
  Timeline timeline_;
};

}  // namespace command
