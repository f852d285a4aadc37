// SPDX-License-Identifier: LGPL-2.1-or-later
// The calls that oneDNN computes. Their bands have no ring.
#pragma once

#include <denoiseae/export.h>

#include <functional>
#include <string>
#include <vector>

#include "engine/onednn/plan_builder.h"
#include "engine/onednn/row_band.h"

namespace denoiseae {

/// The place where a convolution reads.
struct Window {
  int kernel = 1;
  int stride = 1;
  int padding = 0;  ///< at the left and at the upper edge of the whole picture

  /// Whether it reads the 3x3 values around each of its own.
  bool is_3x3() const { return kernel == 3 && stride == 1 && padding == 1; }
};

struct Convolution {
  std::string name;  ///< prefix of the names of its constants
  Window window;
  Activation activation = Activation::none;
  std::function<std::vector<float>()> weights;  ///< outputs x inputs x kernel x kernel
  std::function<std::vector<float>()> bias;     ///< empty: none
  /// For weights that are held as whole numbers of 8 bits: the factor of the sum of each output and
  /// its bias, before the activation. Empty: weights like the values.
  std::vector<float> scales;
};

/// Appends out = activation(convolution of in). in: the rows that are read, without
/// padding.
DAE_API void append_convolution(PlanBuilder& builder, const Convolution& convolution,
                                const RowBand& in, const RowBand& out);
/// Appends a fully connected layer: in and out are taken as lists of values.
DAE_API void append_dense(PlanBuilder& builder, const Convolution& dense, const RowBand& in,
                          const RowBand& out);
/// Copies the rows of out, converting the values.
DAE_API void append_conversion(PlanBuilder& builder, const RowBand& in, const RowBand& out);

}  // namespace denoiseae
