// SPDX-License-Identifier: LGPL-2.1-or-later
#include "report/loss_plot.h"

#include <denoiseae/error.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <utility>

#include "model/safetensors.h"

namespace denoiseae {
namespace {

namespace fs = std::filesystem;

/// Quotes a path for gnuplot. Single quotes keep it from substituting; a quote within is doubled.
/// The path is absolute, because gnuplot runs a name that starts with '<' as a command.
std::string quoted(const fs::path& path) {
  std::string text = "'";
  for (const char c : fs::absolute(path).string()) {
    text += c;
    if (c == '\'') text += c;
  }
  return text + "'";
}

/// Returns the columns to draw, as gnuplot counts them, in words, and the name of the first column.
std::pair<std::string, std::string> columns_of(const std::string& header) {
  std::istringstream names(header);
  std::string first;
  std::getline(names, first, ',');
  std::string columns;
  std::string name;
  for (int column = 2; std::getline(names, name, ','); ++column) {
    if (!name.ends_with("_loss")) continue;
    if (!columns.empty()) columns += ' ';
    columns += std::to_string(column);
  }
  return {columns, first};
}

std::string script_of(const fs::path& csv, const fs::path& svg, const std::string& header) {
  const auto [columns, counter] = columns_of(header);
  return "set terminal svg size 640,400 background '#ffffff' font 'sans,13'\n"
         "set output " +
         quoted(svg) +
         "\n"
         "set datafile separator ','\n"
         "set grid\n"
         "set key outside top center horizontal noenhanced\n"
         "set format y '%.3g'\n"
         "set xlabel '" +
         counter +
         "'\n"
         "set ylabel 'loss'\n"
         "plot for [c in '" +
         columns + "'] " + quoted(csv) +
         " using 1:int(c) with linespoints pointtype 7 pointsize 0.3 linewidth 2 "
         "title columnheader(int(c))\n";
}

/// Runs gnuplot without a shell. Returns false when the program is missing or fails.
bool run_gnuplot(const fs::path& script) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int descriptor : {0, 1, 2})
    posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0);
  std::string program = "gnuplot";
  std::string argument = fs::absolute(script).string();
  char* const arguments[] = {program.data(), argument.data(), nullptr};
  pid_t child = 0;
  const int failed = posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  return failed == 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

void draw(const fs::path& csv, const fs::path& svg) {
  if (fs::absolute(csv).string().find('\n') != std::string::npos ||
      fs::absolute(svg).string().find('\n') != std::string::npos)
    throw Error(ErrorCode::bad_argument, "a path with a line break cannot be given to gnuplot");
  std::ifstream file(csv);
  std::string header;
  std::string row;
  if (!std::getline(file, header) || !std::getline(file, row))
    throw Error(ErrorCode::unreadable, "'" + csv.string() + "' holds no row yet");

  const fs::path script_path = svg.string() + ".gnuplot";
  const fs::path unfinished = svg.string() + ".part";
  const std::string script = script_of(csv, unfinished, header);
  write_file_atomically(script_path, script);
  const bool drawn = run_gnuplot(script_path);
  fs::remove(script_path);
  if (!drawn) {
    fs::remove(unfinished);
    throw Error(ErrorCode::engine_failure, "gnuplot is missing or failed; install gnuplot-nox");
  }
  fs::rename(unfinished, svg);
}

}  // namespace

void draw_loss_plot(const fs::path& metrics_csv, const fs::path& svg, const LogCallback& log) {
  try {
    draw(metrics_csv, svg);
  } catch (const std::exception& error) {
    if (log) log(LogLevel::warning, "no picture '" + svg.string() + "': " + error.what());
  }
}

}  // namespace denoiseae
