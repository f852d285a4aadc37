// SPDX-License-Identifier: LGPL-2.1-or-later
// Shows people on standard error how films are getting on.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace command {

/// Tells how far a film is.
struct FilmProgress {
  int frames = 0;
  double done = -1;         ///< 0 ... 1; negative = unknown
  double noise_level = -1;  ///< in 8-bit code values; negative = unknown
};

/// Prints messages, and a line that shows the progress: all the time on a terminal, otherwise every
/// ten seconds. Threads may call it.
class Console {
 public:
  /// quiet: prints warnings and errors alone.
  Console(bool quiet, int film_count);

  /// film: the name that the message begins with.
  void note(const std::string& film, const std::string& text);
  void warn(const std::string& film, const std::string& text);
  void fail(const std::string& film, const std::string& text);

  void begin(const std::string& film);
  void update(const std::string& film, const FilmProgress& progress);
  void end(const std::string& film);
  /// Counts a film, whether it was denoised, left out or failed.
  void count_film();

 private:
  using Clock = std::chrono::steady_clock;

  void print(const std::string& film, const std::string& text);
  void clear_line();
  std::string line() const;

  const bool quiet_;
  const bool terminal_;
  const int film_count_;
  std::mutex mutex_;  // guards what follows
  const Clock::time_point start_ = Clock::now();
  Clock::time_point shown_;
  bool line_is_shown_ = false;
  int ended_ = 0;
  int frames_of_ended_ = 0;
  std::map<std::string, FilmProgress> running_;
};

/// "1:02:03", "2:03".
std::string duration_text(double seconds);
/// Returns a number with this many decimals.
std::string decimal(double value, int decimals);

}  // namespace command
