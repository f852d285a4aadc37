// SPDX-License-Identifier: LGPL-2.1-or-later
#include "batch.h"

#include <denoiseae/error.h>
#include <denoiseae/thread_pool.h>

#include <algorithm>
#include <atomic>
#include <new>
#include <system_error>
#include <thread>

#include "interrupt.h"

namespace command {

bool succeeds(const std::string& film, Console& console, const std::function<void()>& work) {
  try {
    work();
    return true;
  } catch (const std::bad_alloc&) {
    console.fail(film, "there is not enough memory; try fewer --jobs");
  } catch (const std::exception& error) {
    console.fail(film, error.what());
  }
  return false;
}

int denoise_films(const std::vector<FilmPaths>& films, const Options& options,
                  FilmOptions film_options, Console& console) {
  const int threads = options.threads > 0 ? options.threads : denoiseae::ThreadPool().count();
  const int count = static_cast<int>(films.size());
  const int jobs = std::clamp(options.jobs > 0 ? options.jobs : threads, 1, count);
  film_options.threads = jobs == 1 ? options.threads : std::max(1, threads / jobs);
  film_options.encoder.threads = film_options.threads;
  film_options.denoise.engine.threads = static_cast<unsigned>(film_options.threads);

  std::atomic<int> next = 0, failed = 0, written = 0;
  const auto work = [&] {
    for (int i = next++; i < count && interrupted() == 0; i = next++) {
      const FilmPaths& film = films[static_cast<std::size_t>(i)];
      try {
        bool is_left_out = false;
        const bool done = succeeds(film.in, console, [&] {
          is_left_out = film.is_found && !holds_film(film.in);
          if (!is_left_out) denoise_film(film.in, film.out, film_options, console);
        });
        if (is_left_out) console.note(film.in, "left out, because it is no film");
        if (!is_left_out) ++(done ? written : failed);
        console.count_film();
      } catch (const Interruption&) {
        return;
      }
    }
  };
  {
    std::vector<std::jthread> others;
    try {
      for (int i = 1; i < jobs; ++i) others.emplace_back(work);
    } catch (const std::system_error&) {
      console.note("", "the system starts no more threads; " + std::to_string(others.size() + 1) +
                           " films are denoised at a time");
    }
    work();
  }
  if (written == 0 && failed == 0 && interrupted() == 0) {
    console.fail("", "expected films, found none among " + std::to_string(count) + " files");
    return 1;
  }
  return failed;
}

}  // namespace command
