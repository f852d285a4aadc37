// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// Mirrors a position, 0 or more, that may lie beyond the end of length positions, of which there
/// is one at least. The edge samples repeat: 0 1 2 | 2 1 0 | 0 1 ... Edges are mirrored because
/// mirrored noise is noise; replicated noise would be a stripe, which networks keep.
inline int mirrored(int position, int length) {
  if (position < length) return position;
  position %= 2 * length;
  return position < length ? position : 2 * length - 1 - position;
}

}  // namespace denoiseae
