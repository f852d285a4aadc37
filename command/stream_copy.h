// SPDX-License-Identifier: LGPL-2.1-or-later
// Which streams of a film go into the new file beside the video, and what they take along.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "av.h"
#include "input.h"
#include "subtitle_converter.h"

namespace command {

/// Says what becomes of a stream of the film.
struct CopiedStream {
  int index = -1;                                ///< in the new file; -1 = it is left out
  std::unique_ptr<SubtitleConverter> subtitles;  ///< where the container takes others
};
using StreamMap = std::vector<CopiedStream>;

/// Receives a sentence for people.
using Note = std::function<void(const std::string&)>;

/// Makes a stream in the new file for the video and for each stream of the film that the container
/// takes, in the order of the film. Streams that are copied get their parameters, all get their
/// tags, disposition and side data. Says what is left out.
StreamMap add_streams(const Input& input, AVFormatContext& output, const Note& note);
/// Copies tags and chapters. Chapters are cut to the part of the film that is wanted.
void copy_tags_and_chapters(const Input& input, AVFormatContext& output);

}  // namespace command
