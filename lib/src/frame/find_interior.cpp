// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/find_interior.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace denoiseae {

namespace {

/// A plane that may be read from any of its four edges.
struct Plane {
  LumaView view;
  int height;
  int width;

  const std::uint8_t* row(int y) const { return view.data + y * view.stride_bytes; }
};

/// Returns how many samples of row y have a code, from an edge on.
int length_from_left(const Plane& plane, int y, std::uint8_t code, int longest) {
  const std::uint8_t* const row = plane.row(y);
  return static_cast<int>(
      std::find_if(row, row + longest, [code](std::uint8_t c) { return c != code; }) - row);
}

int length_from_right(const Plane& plane, int y, std::uint8_t code, int longest) {
  const std::uint8_t* const row = plane.row(y) + plane.width;
  int length = 0;
  while (length < longest && row[-1 - length] == code) ++length;
  return length;
}

bool is_constant_row(const Plane& plane, int y, std::uint8_t code) {
  return length_from_left(plane, y, code, plane.width) == plane.width;
}

/// Returns the rows between the bars above and below, none if all rows have one code.
Interior::Range rows_between(const Plane& plane) {
  Interior::Range rows{0, plane.height};
  const std::uint8_t top = plane.row(0)[0], bottom = plane.row(plane.height - 1)[0];
  while (rows.begin < rows.end && is_constant_row(plane, rows.begin, top)) ++rows.begin;
  while (rows.end > rows.begin && is_constant_row(plane, rows.end - 1, bottom)) --rows.end;
  return rows;
}

/// Returns the columns between the bars at the sides of some rows.
Interior::Range columns_between(const Plane& plane, Interior::Range rows) {
  int left = plane.width, right = plane.width;
  for (int y = rows.begin; y < rows.end && (left > 0 || right > 0); ++y) {
    left = length_from_left(plane, y, plane.row(rows.begin)[0], left);
    right = length_from_right(plane, y, plane.row(rows.begin)[plane.width - 1], right);
  }
  return {left, std::max(plane.width - right, left)};
}

/// Extends a range of luma so that it holds a range of chroma, if there is any.
void include_chroma(Interior::Range& luma, Interior::Range chroma) {
  if (chroma.begin >= chroma.end) return;
  luma.begin = std::min(luma.begin, 2 * chroma.begin);
  luma.end = std::max(luma.end, 2 * chroma.end);
}

}  // namespace

std::optional<Interior> find_interior(const CodePlanes& planes, int height, int width) {
  const Interior everything{{0, width}, {0, height}};
  const Plane luma{planes.luma, height, width};
  const Plane chroma[] = {{planes.u, height / 2, width / 2}, {planes.v, height / 2, width / 2}};
  Interior found{{}, rows_between(luma)};
  if (found.rows.begin == found.rows.end) return std::nullopt;
  for (const Plane& plane : chroma) include_chroma(found.rows, rows_between(plane));
  found.columns = columns_between(luma, found.rows);
  const Interior::Range chroma_rows{found.rows.begin / 2, (found.rows.end + 1) / 2};
  for (const Plane& plane : chroma)
    include_chroma(found.columns, columns_between(plane, chroma_rows));
  if (found == everything || found.columns.begin >= found.columns.end) return std::nullopt;
  return found;
}

}  // namespace denoiseae
