// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/window.h"

#include <algorithm>

#include "engine/onednn/loops.h"

namespace denoiseae {

namespace {

/// Of the rows that are there at a time the most, in every strip up to the given end of it.
int most_rows(const std::vector<StripRows>& strips, int Rows::*end) {
  int most = 0;
  for (const StripRows& strip : strips) most = std::max(most, strip.fresh.*end - strip.oldest);
  return most;
}

}  // namespace

Window::Window(Draft& draft, const Band& shape, const std::vector<StripRows>& strips, int together)
    : held_(shape), capacity_(most_rows(strips, &Rows::end)) {
  if (together != 0) {
    capacity_ = (capacity_ + together - 1) / together * together;
    held_.ring = capacity_;
  } else {
    // Moves are rare with room for those of strips before once more.
    capacity_ += most_rows(strips, &Rows::begin);
  }
  held_.first = strips.front().oldest;
  held_.rows = {held_.first, held_.first};
  held_.place = draft.reserve(static_cast<std::size_t>(capacity_) * held_.row_bytes());
}

Band Window::advance(Draft& draft, const StripRows& rows) {
  if (held_.ring == 0 && rows.fresh.end - held_.first > capacity_) {
    const Band kept = held_.part({rows.oldest, held_.rows.end});
    held_ = kept.moved_to(held_.place);
    if (kept.rows.count() != 0) append_move(draft, kept, held_);
  }
  held_.rows.end = rows.fresh.end;
  return held_.part(rows.fresh);
}

}  // namespace denoiseae
