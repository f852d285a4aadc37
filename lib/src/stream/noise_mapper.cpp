// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/noise_mapper.h"

#include "engine/whole_tensors.h"
#include "layout/noise_map_layout.h"
#include "layout/round_up.h"
#include "system/part_times.h"

namespace denoiseae {

namespace {

int blocks_of(int packed_size) {
  return round_up(2 * packed_size, kNoiseBlockSide) / kNoiseBlockSide;
}

}  // namespace

TensorView NoiseMapper::network_input(const TensorView& packed, const detail::ModelData& model) {
  constexpr int kPackedCellSide = kNoiseCellSide / 2;
  const int unit = model.graph.alignment();
  return {nullptr, kNoiseFeatureChannels, round_up(packed.height / kPackedCellSide, unit),
          round_up(packed.width / kPackedCellSide, unit)};
}

NoiseMapper::NoiseMapper(const TensorView& packed, const detail::ModelData& model)
    : frames_{.height = 2 * packed.height, .width = 2 * packed.width},
      state_(blocks_of(packed.height), blocks_of(packed.width)) {
  const TensorView input = network_input(packed, model);
  const Shape output = model.graph.shapes(input.height, input.width)[model.graph.output()];
  map_ = {nullptr, output.channels, output.height, output.width};
  values_.resize(map_.size());
  map_.data = values_.data();
}

void NoiseMapper::update(const NoisyFrames& frames, Engine& engine) {
  frames_.now = frames.now;
  frames_.before = frames.before;
  frames_.motion = frames.motion;
  frames_.interior = frames.interior;
  engine.run(*this, *this);
  state_.update(map_, frames_, engine.pool());
}

void NoiseMapper::read_input(int first_row, const TensorView& rows) {
  const PartTimer timer(FramePart::noise_features);
  read_noise_features(frames_, first_row, rows);
}

void NoiseMapper::write_output(int first_row, const TensorView& /*input*/,
                               const TensorView& output) {
  WholeTensors::store(output, map_, first_row);
}

}  // namespace denoiseae
