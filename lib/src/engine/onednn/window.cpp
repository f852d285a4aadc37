// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/window.h"

#include <algorithm>

#include "engine/onednn/loops.h"

namespace denoiseae {

namespace {

/// The most rows that are there at a time.
int rows_held(const std::vector<StripRows>& strips) {
  int most = 0;
  for (const StripRows& strip : strips) most = std::max(most, strip.fresh.end - strip.oldest);
  return most;
}

/// The most of them that strips before have computed.
int rows_kept(const std::vector<StripRows>& strips) {
  int most = 0;
  for (const StripRows& strip : strips) most = std::max(most, strip.fresh.begin - strip.oldest);
  return most;
}

}  // namespace

Window::Window(Draft& draft, const Band& shape, const std::vector<StripRows>& strips, int together)
    : held_(shape), capacity_(rows_held(strips)) {
  if (together != 0) {
    capacity_ = (capacity_ + together - 1) / together * together;
    held_.ring = capacity_;
  } else {
    // Moves are rare with so many more.
    capacity_ += rows_kept(strips);
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
