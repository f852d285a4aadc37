// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/sequence.h"

#include <cstdint>
#include <cstring>
#include <optional>

#include "engine/torch/state_warp.h"
#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "temporal/state_motion.h"
#include "train/blind_levels.h"
#include "train/loss.h"

namespace denoiseae {

namespace {

/// Views the memory of values as N x T x H x W x C.
torch::Tensor in_rows(std::vector<float>& values, const Batch& batch) {
  const std::int64_t n = batch.size, t = batch.frames, side = batch.plane_size;
  return torch::from_blob(
      values.data(),
      {n, t, side, side, static_cast<std::int64_t>(values.size()) / (n * t * side * side)});
}

/// Copies into pinned memory. LibTorch's own copy would start threads for it, on each thread that
/// asks.
torch::Tensor pinned_copy(const torch::Tensor& rows) {
  torch::Tensor copy = torch::empty(rows.sizes(), rows.options().pinned_memory(true));
  std::memcpy(copy.data_ptr(), rows.data_ptr(), rows.nbytes());
  return copy;
}

torch::Tensor on_device(std::vector<float>& values, const torch::Tensor& pinned, const Batch& batch,
                        torch::Device device) {
  torch::Tensor rows = in_rows(values, batch);
  if (!device.is_cpu()) rows = (pinned.defined() ? pinned : rows).to(device, pinned.defined());
  return rows.permute({0, 1, 4, 2, 3});
}

/// Searches how the frames of a batch have moved since their states, as a stream does.
class BatchMotion {
 public:
  /// height, width: the size of the packed planes.
  BatchMotion(int height, int width)
      : codes_({nullptr, kPackedChannels, height, width}), search_(2 * width, 2 * height) {}

  /// before: the fields of the frames before, empty where there are none. levels: tells the levels
  /// of blind samples, null where there are none.
  std::vector<MotionField> search(const torch::Tensor& frame, const torch::Tensor& state,
                                  const std::vector<MotionField>& before,
                                  const BlindLevels* levels);

 private:
  FrameCodes codes_;
  MotionSearch search_;
};

std::vector<MotionField> BatchMotion::search(const torch::Tensor& frame, const torch::Tensor& state,
                                             const std::vector<MotionField>& before,
                                             const BlindLevels* levels) {
  torch::NoGradGuard no_grad;
  const torch::Tensor now = frame.to(torch::kCPU).contiguous(torch::MemoryFormat::ChannelsLast);
  const torch::Tensor then = state.to(torch::kCPU).contiguous(torch::MemoryFormat::ChannelsLast);
  std::vector<MotionField> fields;
  for (std::int64_t i = 0; i < now.size(0); ++i) {
    double level =
        now[i][kLumaNoiseChannel].mean(torch::kFloat64).item<double>() / kNoiseLevelScale * 255;
    if (level < 0 && levels != nullptr) level = levels->luma_level(i);
    codes_.take_rows(0, sample_of(now, i), false);
    codes_.write_reference(0, sample_of(then, i), kStatePicture);
    fields.push_back(search_state_motion(
        search_, codes_, level, before.empty() ? nullptr : &before[static_cast<std::size_t>(i)]));
  }
  return fields;
}

}  // namespace

void pin(Batch& batch) {
  batch.pinned_input = pinned_copy(in_rows(batch.input, batch));
  batch.pinned_target = pinned_copy(in_rows(batch.target, batch));
  if (batch.single_frames) pin(*batch.single_frames);
}

torch::Tensor input_of(Batch& batch, torch::Device device) {
  return on_device(batch.input, batch.pinned_input, batch, device);
}

torch::Tensor target_of(Batch& batch, torch::Device device) {
  return on_device(batch.target, batch.pinned_target, batch, device);
}

std::vector<torch::Tensor> run_sequence(GraphModule& network, const torch::Tensor& frames,
                                        const SequenceMode& mode) {
  std::optional<BlindLevels> levels;
  if (mode.noise_map != nullptr)
    levels.emplace(*mode.noise_map, network.device(), frames.size(0),
                   static_cast<int>(frames.size(3)), static_cast<int>(frames.size(4)));
  std::vector<MotionField> fields;
  const auto frame_at = [&](std::int64_t t) {
    return frames.select(1, t).contiguous(torch::MemoryFormat::ChannelsLast);
  };
  const auto told = [&](const torch::Tensor& frame) {
    return levels ? levels->tell(frame, fields) : frame;
  };
  std::vector<torch::Tensor> outputs;
  if (!network.has_state()) {
    for (std::int64_t t = 0; t < frames.size(1); ++t) {
      outputs.push_back(network.forward(told(frame_at(t)), mode.mode, mode.compute, mode.part));
    }
    return outputs;
  }
  BatchMotion motion(static_cast<int>(frames.size(3)), static_cast<int>(frames.size(4)));
  torch::Tensor state = GraphModule::no_state(frame_at(0));
  for (std::int64_t t = 0; t < frames.size(1); ++t) {
    torch::Tensor frame = frame_at(t);
    if (t > 0 && mode.motion) {
      fields = motion.search(frame, state, fields, levels ? &*levels : nullptr);
      state = warp_state(state.to(torch::kCPU), fields).to(frame.device());
    }
    frame = told(frame);
    Step step = network.step(frame, state, mode.mode, mode.compute, mode.part);
    outputs.push_back(step.output);
    state = step.state;
  }
  return outputs;
}

torch::Tensor sequence_loss(const std::vector<torch::Tensor>& outputs, const torch::Tensor& target,
                            Loss loss, double temporal_consistency) {
  const auto frames = static_cast<std::int64_t>(outputs.size());
  std::vector<torch::Tensor> losses;
  for (std::int64_t t = 0; t < frames; ++t) {
    losses.push_back(loss_of(outputs[static_cast<std::size_t>(t)], target.select(1, t), loss));
  }
  torch::Tensor result = torch::stack(losses).mean();
  if (temporal_consistency == 0 || frames == 1) return result;
  losses.clear();
  for (std::int64_t t = 1; t < frames; ++t) {
    const auto now = static_cast<std::size_t>(t);
    losses.push_back(loss_of(outputs[now] - outputs[now - 1],
                             target.select(1, t) - target.select(1, t - 1), loss));
  }
  return result + temporal_consistency * torch::stack(losses).mean();
}

}  // namespace denoiseae
