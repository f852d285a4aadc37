// SPDX-License-Identifier: LGPL-2.1-or-later
// From the paths of the command line to films.
#pragma once

#include <string>
#include <vector>

namespace command {

/// A film and the file that it becomes.
struct FilmPaths {
  std::string in;
  std::string out;  ///< empty: none
  /// Tells that it was found in a folder, which may hold other files, too.
  bool is_found = false;
};

/// Tells whether a file that was found holds a film. Folders have pictures, texts and sound beside
/// films, which are no mistake; a damaged film is a film. Throws Failure for a file that cannot be
/// read.
bool holds_film(const std::string& path);

/// Lists the films that are meant by paths, wildcards and folders, in the order of their names in
/// each of them. output: a file, a folder, "-", or empty. Makes the folder if it is missing. Throws
/// Failure when there is nothing, or when two films would become one file.
std::vector<FilmPaths> list_films(const std::vector<std::string>& inputs,
                                  const std::string& output);

}  // namespace command
