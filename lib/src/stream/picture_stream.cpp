// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/picture_stream.h"

#include <algorithm>

#include "engine/whole_tensors.h"
#include "frame/pack_picture.h"

namespace denoiseae {

PictureStream::PictureStream(const TensorView& input, int output_channels)
    : input_values_(input.size()), input_(input), output_(input) {
  output_.channels = output_channels;
  output_values_.resize(output_.size());
  input_.data = input_values_.data();
  output_.data = output_values_.data();
}

void PictureStream::run(const ConstFrameView& in, const FrameView& out,
                        const DenoiseSettings& settings, const StreamEngines& engines) {
  pack_picture(in, input_);
  engines.run(*this, *this, output_.height);
  const CorrectionShare share{
      static_cast<float>(std::min(settings.strength, 1.0)),
      static_cast<float>(std::min(settings.strength * settings.chroma_strength, 1.0))};
  correct_picture(in, input_, output_, share, out);
}

void PictureStream::read_input(int first_row, const TensorView& rows) {
  WholeTensors::load(input_, first_row, rows);
}

void PictureStream::write_output(int first_row, const TensorView& /*input*/,
                                 const TensorView& output) {
  WholeTensors::store(output, output_, first_row);
}

std::int64_t PictureStream::memory_bytes() const {
  return static_cast<std::int64_t>((input_values_.size() + output_values_.size()) * sizeof(float));
}

}  // namespace denoiseae
