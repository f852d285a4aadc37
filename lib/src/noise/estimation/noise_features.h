// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <optional>

#include "kernels/noise_cells/noise_cells.h"
#include "layout/code_planes.h"
#include "layout/interior.h"
#include "layout/noise_map_layout.h"
#include "layout/tensor_view.h"
#include "motion/motion_field.h"

namespace denoiseae {

static_assert(kNoiseFeatureChannels == kCellValues);

/// A frame whose noise is estimated, and the frame before it.
struct NoisyFrames {
  CodePlanes now;
  CodePlanes before;
  /// How now has moved since before; null where nothing of before is known.
  const MotionField* motion = nullptr;
  int height = 0;  ///< height of luma, a multiple of kNoiseCellSide
  int width = 0;   ///< width of luma, a multiple of kNoiseCellSide
  /// The picture lies here, between bars; without a value there are no bars.
  std::optional<Interior> interior = {};
};

/// Fills rows of the input of a network that estimates noise: kCellValues channels for each cell
/// (kernels/noise_cells/noise_cells.h). Cells beyond the frame mirror it, and cells that hold some
/// of a bar mirror the interior, so that the edge of a bar looks like that of a frame. The frame
/// before is read along the motion, to quarters of a luma sample, and to whole samples near its
/// edges; blocks that come from beyond them have no counterpart. Any threads may call it.
void read_noise_features(const NoisyFrames& frames, int first_row, const TensorView& rows);

/// Returns the vector of a block of the map, kNoiseBlockSide luma samples wide.
const MotionVector& vector_of_block(const MotionField& motion, int column, int row);

/// Returns the mean code of luma of a block of the map; -1 where the block holds some of a bar, or
/// there are no codes.
float brightness_of_block(const NoisyFrames& frames, int column, int row);

/// Tells whether a block of the map has the very codes of luma that its counterpart has, noise and
/// all, as repeated frames have. False without a counterpart.
bool is_repeated(const NoisyFrames& frames, int column, int row);

}  // namespace denoiseae
