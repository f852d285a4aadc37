// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// Where a position from 0 on is read that may lie beyond the end of length positions, 1 or more.
/// Edge samples repeat: 0 1 2 | 2 1 0 | 0 1 ... Mirrored noise is noise; replicated it is a stripe,
/// which networks keep.
inline int mirrored(int position, int length) {
  if (position < length) return position;
  position %= 2 * length;
  return position < length ? position : 2 * length - 1 - position;
}

}  // namespace denoiseae
