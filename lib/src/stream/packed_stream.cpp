// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/packed_stream.h"

#include <utility>

#include "frame/bars.h"
#include "layout/state_layout.h"
#include "noise/conditioning/clipped_noise.h"
#include "noise/conditioning/noise_map.h"
#include "system/part_times.h"

namespace denoiseae {

PackedStream::PackedStream(PixelFormat format, int width, int height, const TensorView& packed,
                           const detail::ModelData& model)
    : model_(model), rows_(packed.height), codes_(format, width, height, packed), levels_(format) {
  if (model.noise_map) mapper_.emplace(packed, *model.noise_map);
  if (!model.graph.has_state()) return;
  state_ = std::make_unique<RecurrentState>(packed.height, packed.width);
  gains_.reserve(2 * packed.width, 2 * packed.height);
}

void PackedStream::run(PackedFrames& frames, const DenoiseSettings& settings,
                       const StreamEngines& engines) {
  const PartTimer timer(FramePart::rest);
  frames_ = &frames;
  prepare(settings, engines);
  engines.denoiser->expect_noise(gains_.highest() * levels_.highest_level());
  engines.run(*this, *this, rows_);
  if (state_) state_->commit();
  const PartTimer last(FramePart::subtraction);
  frames.finish(levels_.chroma_level(), engines.denoiser->pool());
}

void PackedStream::prepare(const DenoiseSettings& settings, const StreamEngines& engines) {
  ThreadPool* const pool = engines.denoiser->pool();
  const bool blind = settings.noise_level < 0;
  {
    const PartTimer timer(FramePart::packing);
    frames_->prepare(codes_, pool);
    codes_.mirror_bars();
  }
  if (state_ && !settings.temporal) state_->reset();
  // The search comes first, because the estimate compares frames along the motion. The search
  // itself goes by the level of the last frame.
  const double expected = levels_.expected_luma_level(settings);
  const MotionField* motion =
      state_ ? state_->follow(codes_, expected, pool, settings.damaged) : nullptr;
  const PartTimer timer(FramePart::noise_estimate);
  gains_.find(motion, !(blind && mapper_));
  const bool repeated = state_ && state_->is_repeated();
  if (!blind) {
    levels_.take_given(settings);
  } else if (mapper_) {
    // The noise is not estimated on what is no new frame, or only a flash. Where none was estimated
    // before, because its level was told, such a frame alone must do.
    const bool is_new = !repeated && !(state_ && state_->is_held());
    const MotionField* const before = is_new ? motion : nullptr;
    const bool is_estimated = is_new || !mapper_->state().is_known();
    if (is_estimated) update_map(before, *engines.noise_map);
    levels_.take_map(settings, mapper_->state());
    if (motion == nullptr || (is_estimated && before == nullptr))
      levels_.raise_to_estimate(codes_.frame(), pool);
  } else {
    levels_.estimate(settings, codes_.frame(), codes_.previous(), motion, pool);
  }
  restores_clipped_ = frames_->clips_luma() && levels_.highest_luma_level() > kWeakestClippedNoise;
  // A frame that the state does not take is not what the next one is compared with.
  if (!repeated && !(state_ && state_->is_held())) {
    const PartTimer copying(FramePart::packing);
    codes_.commit(pool);
  }
  noise_floor_ = levels_.noise_floor(model_.noise_floor);
}

void PackedStream::update_map(const MotionField* motion, Engine& engine) {
  NoisyFrames frames{.now = codes_.planes(), .motion = motion, .interior = codes_.interior()};
  if (motion != nullptr) {
    const BrightnessChange& change = state_->change();
    // A change that large would change the noise of the frame before, too. That frame stays as it
    // is, because after a flash the next frame is compared with it.
    if (!change.is_sudden() && !state_->is_older()) {
      if (!change.is_none()) codes_.change_previous([&](int row) { return change.codes_at(row); });
      frames.before = codes_.previous_planes();
    }
  }
  mapper_->update(frames, engine);
}

void PackedStream::read_input(int first_row, const TensorView& rows) {
  const PartTimer timer(FramePart::packing);
  if (const auto& interior = codes_.interior()) {
    // The network sees the interior mirrored in bars, and not their edges.
    for (int y = 0; y < rows.height; ++y) {
      const TensorView row = rows_of(rows, y, y + 1);
      frames_->pack(shown_pair(interior->rows, first_row + y), row);
      mirror_bars(*interior, first_row + y, row);
    }
  } else {
    frames_->pack(first_row, rows);
  }
  levels_.fill(first_row, rows);
  gains_.apply(first_row, rows);
}

void PackedStream::read_state(int first_row, const TensorView& rows) {
  state_->read(first_row, rows);
}

void PackedStream::write_state(int first_row, const TensorView& rows) {
  const PartTimer timer(FramePart::subtraction);
  if (state_->is_held()) return;
  state_->write(first_row, rows);
  codes_.write_reference(first_row, rows, kStatePicture);
}

void PackedStream::write_output(int first_row, const TensorView& input, const TensorView& output) {
  const PartTimer timer(FramePart::subtraction);
  clamp_residual(input, output, noise_floor_);
  if (restores_clipped_) restore_clipped(input, output);
  if (codes_.interior()) clear_bars(*codes_.interior(), first_row, output);
  frames_->subtract(first_row, output);
}

void PackedStream::take_past(PackedStream& from) noexcept {
  levels_.take_past(from.levels_);
  if (!codes_.has_size_of(from.codes_)) return;
  if (mapper_ && from.mapper_) mapper_->take_past(*from.mapper_);
  // The motion of a state is found on the codes of the same frames.
  if (!state_ || !from.state_) return;
  state_.swap(from.state_);
  std::swap(codes_, from.codes_);
}

void PackedStream::forget() noexcept {
  if (state_) state_->reset();
}

void PackedStream::reset() noexcept {
  levels_.reset();
  if (mapper_) mapper_->reset();
  codes_.forget();
  forget();
}

}  // namespace denoiseae
