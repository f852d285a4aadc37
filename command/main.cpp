// SPDX-License-Identifier: LGPL-2.1-or-later
// Denoises films with FFmpeg's libraries around the library.
#include <denoiseae/model.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "batch.h"
#include "interrupt.h"
#include "options.h"
#include "preview.h"
#include "rgb_picture.h"

namespace command {
namespace {

constexpr int kFailed = 1;
constexpr int kSignal = 128;

FilmOptions film_options(const Options& options) {
  FilmOptions film;
  film.denoise.model = denoiseae::load_model(options.model);
  film.denoise.engine.precision = options.precision;
  film.denoise.engine.threads = static_cast<unsigned>(options.threads);
  film.denoise.settings.strength = options.strength;
  film.denoise.settings.chroma_strength = options.chroma_strength;
  film.denoise.settings.noise_level = options.noise_level;
  film.denoise.sharpen = options.sharpen;
  film.encoder.crf = options.crf;
  film.encoder.codec_options = options.codec_options;
  film.video_codec = options.video_codec;
  film.extract = options.extract;
  film.run_in = static_cast<std::int64_t>(options.run_in * AV_TIME_BASE);
  film.replace = options.force;
  film.threads = options.threads;
  return film;
}

int list_models() {
  for (const std::string& name : denoiseae::available_models()) std::printf("%s\n", name.c_str());
  if (std::fflush(stdout) == 0) return 0;
  std::fprintf(stderr, "denoiseae: cannot write to standard output: %s\n", std::strerror(errno));
  return kFailed;
}

/// A file that is opened must not become one of the standard streams, where messages go.
void open_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", O_RDWR);
}

int run(const Options& options) {
  if (options.list_models) return list_models();
  const std::vector<FilmPaths> films = list_films(options.inputs, options.output);
  Console console(options.quiet, static_cast<int>(films.size()));
  const FilmOptions film = film_options(options);
  const denoiseae::ModelInfo& model = film.denoise.model->info();
  if (model.fixed_width > 0)
    console.warn(options.model, "this model is for study: it was trained on pictures of " +
                                    std::to_string(model.fixed_width) + "x" +
                                    std::to_string(model.fixed_height) +
                                    ", and sees films in tiles of this size");
  if (!options.preview.empty()) {
    check_picture_name(options.preview);
    if (films.size() != 1)
      throw Failure("--preview needs one film, found " + std::to_string(films.size()));
    write_preview(films.front().in, options.preview, film, console);
  }
  if (options.output.empty()) return 0;
  const int failed = denoise_films(films, options, film, console);
  check_interruption();
  return failed == 0 ? 0 : kFailed;
}

}  // namespace
}  // namespace command

int main(int argc, char** argv) {
  command::open_standard_streams();
  int status = 0;
  const std::optional<command::Options> options = command::parse_options(argc, argv, status);
  if (!options) return status;
  command::watch_signals();
  command::quiet_libraries();
  command::Console console(false, 1);
  try {
    status = command::kFailed;
    command::succeeds("", console, [&] { status = command::run(*options); });
    return status;
  } catch (const command::Interruption&) {
    std::fprintf(stderr, "\ndenoiseae: interrupted; what was not finished is removed\n");
    return command::kSignal + command::interrupted();
  }
}
