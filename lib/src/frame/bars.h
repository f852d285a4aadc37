// SPDX-License-Identifier: LGPL-2.1-or-later
// Hides the bars of a letter box or pillar box from networks: what lies between them is mirrored
// there, as whole frames are mirrored beyond their edges.
#pragma once

#include "layout/interior.h"
#include "layout/tensor_view.h"

namespace denoiseae {

/// Returns the pair of samples, of which the first is even, that a pair shows along one axis. The
/// order in the pair may be the other one. samples: the interior of that axis.
inline int shown_pair(Interior::Range samples, int pair) {
  return mirrored_into(samples, 2 * pair) / 2;
}

/// Mirrors the interior into one row of the packed planes. packed_row: its number. row: has the
/// samples of the row that it shows; its first kPackedChannels channels are read and written.
void mirror_bars(const Interior& interior, int packed_row, const TensorView& row);

/// Sets the residual of packed rows to 0 in the bars, which have no noise. first_row: of the packed
/// planes. residual: its first kPackedChannels channels are read and written.
void clear_bars(const Interior& interior, int first_row, const TensorView& residual);

}  // namespace denoiseae
