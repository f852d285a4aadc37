// SPDX-License-Identifier: LGPL-2.1-or-later
#include "film_list.h"

#include <glob.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <map>

#include "av.h"
#include "input.h"

namespace command {
namespace {

namespace fs = std::filesystem;

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

std::vector<std::string> matches(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0)
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  return paths;
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error, ignored;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const fs::directory_entry& entry = *it;
    const std::string name = entry.path().filename().string();
    // A hidden file is no film, and neither is a film that is still being written.
    if (entry.is_regular_file(ignored) && name.front() != '.' &&
        entry.path().extension() != ".part")
      paths.push_back(entry.path().string());
  }
  if (error) throw Failure("cannot read the folder " + folder + ": " + error.message());
  std::sort(paths.begin(), paths.end());
  return paths;
}

void add_films(const std::string& input, std::vector<FilmPaths>& films) {
  std::vector<std::string> paths;
  const bool has_wildcard = input.find_first_of("*?[") != std::string::npos;
  if (!exists(input) && has_wildcard) {
    paths = matches(input);
    if (paths.empty()) throw Failure("expected films that match " + input + ", found none");
  } else {
    paths = {input};
  }
  for (const std::string& path : paths) {
    if (!is_folder(path)) {
      films.push_back({path, "", paths.size() > 1});
      continue;
    }
    const std::vector<std::string> files = files_in(path);
    if (files.empty()) throw Failure("expected films in the folder " + path + ", found no file");
    for (const std::string& file : files) films.push_back({file, "", true});
  }
}

/// Returns the ending of a file in small letters.
std::string ending_of(const fs::path& name) {
  std::string ending = name.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

/// Keeps the kind of a file that the command writes; others become Matroska, which takes most.
fs::path name_in_folder(const std::string& in) {
  constexpr std::array kKept = {".mkv", ".mp4", ".m4v", ".mov", ".webm"};
  fs::path name = in == "-" ? "film.mkv" : fs::path(in).filename();
  const std::string ending = ending_of(name);
  if (std::find(kKept.begin(), kKept.end(), ending) == kKept.end()) name.replace_extension(".mkv");
  return name;
}

void set_outputs(const std::string& output, std::vector<FilmPaths>& films) {
  const bool many = films.size() > 1 || films.front().is_found;
  if (!many && !is_folder(output) && !output.ends_with('/')) {
    films.front().out = output;
    return;
  }
  if (output == "-" || (exists(output) && !is_folder(output)))
    throw Failure("expected a folder as OUT for several films, found " +
                  (output == "-" ? "standard output" : "the file " + output));
  if (fs::path(output).has_extension() && !exists(output) && !output.ends_with('/'))
    throw Failure("expected a folder as OUT for several films, found the name of a file, " +
                  output + "; end it with a slash to make a folder of this name");
  std::error_code error;
  fs::create_directories(output, error);
  if (error) throw Failure("cannot make the folder " + output + ": " + error.message());
  const auto is_written = [](const FilmPaths& film) {
    return !film.is_found || holds_film(film.in);
  };
  std::map<std::string, const FilmPaths*> taken;
  for (FilmPaths& film : films) {
    film.out = (fs::path(output) / name_in_folder(film.in)).string();
    const auto [other, is_new] = taken.emplace(film.out, &film);
    // Subtitles and pictures often have the name of their film.
    if (is_new || !is_written(film)) continue;
    if (is_written(*other->second))
      throw Failure(film.in + " and " + other->second->in + " would both become " + film.out +
                    "; denoise them one by one");
    other->second = &film;
  }
}

}  // namespace

bool holds_film(const std::string& path) {
  constexpr std::array kFilms = {".3gp", ".avi", ".flv",  ".m2ts", ".m4v", ".mkv",
                                 ".mov", ".mp4", ".mpg",  ".mts",  ".mxf", ".ogv",
                                 ".ts",  ".vob", ".webm", ".wmv",  ".y4m"};
  try {
    const Input input(path);
    const std::string_view kind = input.context().iformat->name;
    return kind != "image2" && !kind.ends_with("_pipe") && kind != "tty";
  } catch (const NoVideo&) {
    return false;
  } catch (const NoFilm&) {
    // A film that is damaged is a film; what its name says is all that can be known.
    return std::find(kFilms.begin(), kFilms.end(), ending_of(path)) != kFilms.end();
  }
}

std::vector<FilmPaths> list_films(const std::vector<std::string>& inputs,
                                  const std::string& output) {
  std::vector<FilmPaths> films;
  for (const std::string& input : inputs) add_films(input, films);
  if (!output.empty()) set_outputs(output, films);
  return films;
}

}  // namespace command
