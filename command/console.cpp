// SPDX-License-Identifier: LGPL-2.1-or-later
#include "console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>

namespace command {
namespace {

constexpr int kBarLength = 12;
constexpr std::chrono::milliseconds kTerminalInterval{200};
constexpr std::chrono::seconds kPlainInterval{10};

std::size_t terminal_width() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

std::string bar(double done) {
  const int full = static_cast<int>(std::lround(std::clamp(done, 0.0, 1.0) * kBarLength));
  std::string text(kBarLength, '.');
  std::fill_n(text.begin(), full, '#');
  return '[' + text + "] ";
}

std::string short_name(const std::string& film) {
  return film == "-" ? "standard input" : std::filesystem::path(film).filename().string();
}

/// Leaves room for the rest of a line on a terminal.
std::string shortened(const std::string& name) {
  constexpr std::size_t kMaxLength = 20;
  return name.size() <= kMaxLength ? name : name.substr(0, kMaxLength - 3) + "...";
}

}  // namespace

std::string decimal(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string duration_text(double seconds) {
  const long whole = std::lround(std::max(0.0, seconds));
  std::array<char, 64> text{};
  if (whole >= 3600)
    std::snprintf(text.data(), text.size(), "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60,
                  whole % 60);
  else
    std::snprintf(text.data(), text.size(), "%ld:%02ld", whole / 60, whole % 60);
  return text.data();
}

Console::Console(bool quiet, int film_count)
    : quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) == 1),
      film_count_(film_count),
      shown_(Clock::now()) {}

void Console::clear_line() {
  if (line_is_shown_) std::fputs("\r\033[K", stderr);
  line_is_shown_ = false;
}

void Console::print(const std::string& film, const std::string& text) {
  const std::lock_guard lock(mutex_);
  clear_line();
  const std::string begin = film.empty() ? "" : short_name(film) + ": ";
  std::fprintf(stderr, "denoiseae: %s%s\n", begin.c_str(), text.c_str());
}

void Console::note(const std::string& film, const std::string& text) {
  if (!quiet_) print(film, text);
}

void Console::warn(const std::string& film, const std::string& text) {
  print(film, "warning: " + text);
}

void Console::fail(const std::string& film, const std::string& text) {
  print(film, "error: " + text);
}

void Console::begin(const std::string& film) {
  const std::lock_guard lock(mutex_);
  running_[film] = {};
}

void Console::end(const std::string& film) {
  const std::lock_guard lock(mutex_);
  clear_line();
  frames_of_ended_ += running_[film].frames;
  running_.erase(film);
}

void Console::count_film() {
  const std::lock_guard lock(mutex_);
  ++ended_;
}

std::string Console::line() const {
  int frames = frames_of_ended_;
  double done = ended_;
  bool known = true;
  for (const auto& [name, progress] : running_) {
    frames += progress.frames;
    done += std::max(0.0, progress.done);
    known = known && progress.done >= 0;
  }
  done /= std::max(1, film_count_);
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  std::string text;
  if (known)
    text = (terminal_ ? bar(done) : "") + std::to_string(std::lround(100 * std::min(1.0, done))) +
           " %, ";
  text +=
      std::to_string(frames) + " frames, " + decimal(frames / std::max(seconds, 1e-3), 1) + " fps";
  if (known && done > 0) text += ", " + duration_text(seconds * (1 - done) / done) + " left";
  if (running_.size() == 1 && running_.begin()->second.noise_level >= 0)
    text += ", noise " + decimal(running_.begin()->second.noise_level, 1);
  const std::string name = running_.size() == 1 ? shortened(short_name(running_.begin()->first))
                                                : std::to_string(running_.size()) + " films";
  return (film_count_ > 1
              ? std::to_string(ended_) + " of " + std::to_string(film_count_) + " done, "
              : "") +
         name + ": " + text;
}

void Console::update(const std::string& film, const FilmProgress& progress) {
  const std::lock_guard lock(mutex_);
  running_[film] = progress;
  if (quiet_) return;
  const Clock::time_point now = Clock::now();
  const bool due = now - shown_ >= (terminal_ ? Clock::duration(kTerminalInterval)
                                              : Clock::duration(kPlainInterval));
  if (!due) return;
  shown_ = now;
  if (!terminal_) {
    std::fprintf(stderr, "denoiseae: %s\n", line().c_str());
    return;
  }
  std::fprintf(stderr, "\r%s\033[K", line().substr(0, terminal_width() - 1).c_str());
  std::fflush(stderr);
  line_is_shown_ = true;
}

}  // namespace command
