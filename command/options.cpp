// SPDX-License-Identifier: LGPL-2.1-or-later
#include "options.h"

extern "C" {
#include <libavutil/parseutils.h>
}

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "rgb_picture.h"
#include "video_codecs.h"

namespace command {
namespace {

constexpr char kFooter[] = R"(
Examples:
  denoiseae clip.mp4 clean.mkv                 everything but the video is copied
  denoiseae --preview look.png clip.mp4        a picture before and after, no film
  denoiseae --from 1:30 --to 1:40 clip.mp4 part.mkv
  denoiseae holiday/ denoised/                 all films of a folder, several at once
  ffmpeg -i clip.avi -f yuv4mpegpipe - | denoiseae - - | ffmpeg -i - clean.mkv

Exit codes: 0 all films were written, warnings about damaged frames included; 1 a film could not
be written, the others were; 2 the command line cannot be read; 128 and the number of the signal (130
after Ctrl-C) interrupted. A film that was not finished leaves no file.

The manual is docs/command.md.)";

/// Reads a time as FFmpeg writes them: seconds, or hours, minutes and seconds with colons.
std::int64_t time_of(const std::string& text) {
  std::int64_t time = 0;
  if (av_parse_time(&time, text.c_str(), 1) < 0 || time < 0)
    throw CLI::ValidationError("expected a time as 90, 1:30 or 0:01:30.5, found " + text);
  return time;
}

/// Splits the paths into those to read and the one to write.
void set_paths(const std::vector<std::string>& paths, Options& options) {
  const bool film = options.preview.empty() || paths.size() > 1;
  if (paths.empty() || (film && paths.size() < 2))
    throw CLI::ValidationError("expected IN and OUT, found " +
                               (paths.empty() ? std::string("neither") : "only " + paths.front()) +
                               "; --help shows examples");
  if (std::find(paths.begin(), paths.end(), "") != paths.end())
    throw CLI::ValidationError("expected names of files, found an empty one");
  options.inputs = paths;
  if (!film) return;
  options.output = paths.back();
  options.inputs.pop_back();
}

}  // namespace

std::optional<Options> parse_options(int argc, char** argv, int& status) {
  Options options;
  std::vector<std::string> paths;
  std::string from, to;
  const std::map<std::string, denoiseae::Precision> precisions = {
      {"auto", denoiseae::Precision::automatic},
      {"float32", denoiseae::Precision::float32},
      {"bfloat16", denoiseae::Precision::bfloat16},
      {"int8", denoiseae::Precision::int8}};

  CLI::App app{
      "Removes noise from films, and keeps everything else as it is.\n\n"
      "  denoiseae [OPTIONS] IN... OUT\n"
      "  denoiseae --preview PICTURE [OPTIONS] IN\n",
      "denoiseae"};
  app.footer(kFooter);
  app.set_version_flag("--version", "denoiseae " DAE_VERSION);
  app.add_option("paths", paths,
                 "IN: a film that FFmpeg's libraries read, a folder or a wildcard, or \"-\" for "
                 "standard input. OUT: a file that ends in .mkv, .mp4, .mov or .webm, a folder, or "
                 "\"-\" for y4m on standard output.");
  app.add_option("--model", options.model, "a model that --list-models lists, or a weights file")
      ->capture_default_str();
  app.add_option("--strength", options.strength, "values above 1 smooth more; 0 changes nothing")
      ->check(CLI::Range(0.0, 2.0))
      ->capture_default_str();
  app.add_option("--chroma-strength", options.chroma_strength,
                 "scales the strength for colour alone")
      ->check(CLI::Range(0.0, 2.0))
      ->capture_default_str();
  app.add_option("--noise-level", options.noise_level,
                 "standard deviation of the noise in 8-bit code values; without it the noise is "
                 "estimated")
      ->check(CLI::Range(0.0, 100.0));
  app.add_option("--sharpen", options.sharpen, "sharpens afterwards; 0.3 is little, 1 is much")
      ->check(CLI::Range(0.0, 4.0));
  app.add_option("--video-codec", options.video_codec,
                 names_of_video_codecs() + "; without it what suits film and file best");
  app.add_option("--crf", options.crf, "quality of the video; larger numbers take fewer bytes");
  app.add_option("--codec-option", options.codec_options,
                 "KEY=VALUE for FFmpeg's encoder, as preset=slow; may be given several times")
      ->allow_extra_args(false);
  app.add_option("--preview", options.preview,
                 "writes a picture (.png or .jpg) of three places before and after");
  app.add_option("--from", from, "begins at this time, as 90, 1:30 or 0:01:30.5");
  app.add_option("--to", to, "ends at this time");
  app.add_option("--run-in", options.run_in,
                 "seconds before --from that are denoised and dropped, so that its first frames "
                 "have a past")
      ->check(CLI::Range(0.0, 60.0))
      ->capture_default_str();
  app.add_option("--precision", options.precision, "auto, float32, bfloat16 or int8")
      ->transform(CLI::CheckedTransformer(precisions).description(""))
      ->type_name("PRECISION");
  app.add_option("--threads", options.threads,
                 "at most, for all films together; 0 = all processors")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  app.add_option("--jobs", options.jobs, "films at once; 0 = as many as --threads")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  app.add_flag("-y,--force", options.force, "replaces files that exist");
  app.add_flag("--quiet", options.quiet, "prints warnings and errors alone");
  app.add_flag("--list-models", options.list_models, "prints the names of the models, and ends");
  try {
    app.parse(argc, argv);
    if (options.list_models) return options;
    if (!from.empty()) options.extract.from = time_of(from);
    if (!to.empty()) options.extract.to = time_of(to);
    if (options.extract.to && *options.extract.to <= options.extract.from.value_or(0))
      throw CLI::ValidationError("--to must lie after --from");
    if (app.count("--preview") > 0 && options.preview.empty())
      throw CLI::ValidationError("--preview needs the name of a picture, found an empty one");
    set_paths(paths, options);
    return options;
  } catch (const CLI::ParseError& error) {
    status = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
}

}  // namespace command
