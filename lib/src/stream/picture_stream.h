// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

#include "stream/frame_stream.h"

namespace denoiseae {

/// Takes frames through networks that see whole pictures and return clean ones
/// (frame/pack_picture.h). These networks are not told a noise level; the strength mixes their
/// input and output instead.
class PictureStream final : public FrameStream, private RowSource, private RowSink {
 public:
  /// input: the shape of the network's input, whose height and width its output has, too. Allocates
  /// all memory. Throws bad_alloc.
  PictureStream(const TensorView& input, int output_channels);

  void run(const ConstFrameView& in, const FrameView& out, const DenoiseSettings& settings,
           const StreamEngines& engines) override;
  std::int64_t memory_bytes() const override;

 private:
  void read_input(int first_row, const TensorView& rows) override;
  void write_output(int first_row, const TensorView& input, const TensorView& output) override;

  std::vector<float> input_values_;
  std::vector<float> output_values_;
  TensorView input_;
  TensorView output_;
};

}  // namespace denoiseae
