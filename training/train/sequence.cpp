// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/sequence.h"

#include <cmath>
#include <cstdint>

#include "engine/torch/past_alignment.h"
#include "planes.h"
#include "temporal/motion_search.h"
#include "temporal/packed_luma.h"
#include "train/loss.h"

namespace denoiseae {

namespace {

/// Finds how the frames of a batch have moved since their pasts.
class BatchMotion {
 public:
  /// Of the packed planes.
  BatchMotion(int height, int width)
      : stride_(2 * width),
        current_(static_cast<std::size_t>(4 * height * width)),
        reference_(current_.size()),
        search_(2 * width, 2 * height) {}

  std::vector<MotionField> search(const torch::Tensor& frame, const torch::Tensor& past) {
    torch::NoGradGuard no_grad;
    const torch::Tensor now = frame.contiguous(torch::MemoryFormat::ChannelsLast);
    const torch::Tensor before = past.contiguous(torch::MemoryFormat::ChannelsLast);
    std::vector<MotionField> fields;
    for (std::int64_t i = 0; i < now.size(0); ++i) {
      packed_luma(sample_of(now, i), current_.data(), stride_);
      packed_luma(sample_of(before, i), reference_.data(), stride_);
      const double level = now[i][kLumaNoiseChannel][0][0].item<double>();
      const double variance = before[i][kPastVariance].mean().item<double>();
      const double sigma_8bit = level / kNoiseLevelScale * 255 * std::sqrt(1 + variance);
      fields.push_back(
          search_.search({current_.data(), stride_}, {reference_.data(), stride_}, sigma_8bit));
    }
    return fields;
  }

 private:
  static PlanesView sample_of(const torch::Tensor& t, std::int64_t sample) {
    return {t.data_ptr<float>() + sample * t.stride(0), static_cast<int>(t.size(1)),
            static_cast<int>(t.size(2)), static_cast<int>(t.size(3))};
  }

  std::ptrdiff_t stride_;
  std::vector<std::uint8_t> current_;
  std::vector<std::uint8_t> reference_;
  MotionSearch search_;
};

}  // namespace

std::vector<torch::Tensor> run_sequence(GraphModule& network, const torch::Tensor& frames,
                                        const SequenceMode& mode) {
  const auto frame_at = [&](std::int64_t t) {
    return frames.select(1, t).contiguous(torch::MemoryFormat::ChannelsLast);
  };
  std::vector<torch::Tensor> outputs;
  if (!network.has_past()) {
    for (std::int64_t t = 0; t < frames.size(1); ++t) {
      outputs.push_back(network.forward(frame_at(t), mode.mode, mode.compute, mode.part));
    }
    return outputs;
  }
  BatchMotion motion(static_cast<int>(frames.size(3)), static_cast<int>(frames.size(4)));
  torch::Tensor past = GraphModule::no_past(frame_at(0));
  for (std::int64_t t = 0; t < frames.size(1); ++t) {
    const torch::Tensor frame = frame_at(t);
    if (t > 0 && mode.motion) past = align_past(past, motion.search(frame, past));
    Step step = network.step(frame, past, mode.mode, mode.compute, mode.part);
    outputs.push_back(step.output);
    past = step.past;
  }
  return outputs;
}

torch::Tensor sequence_loss(const std::vector<torch::Tensor>& outputs, const torch::Tensor& target,
                            Loss loss) {
  torch::Tensor sum;
  for (std::size_t t = 0; t < outputs.size(); ++t) {
    const torch::Tensor one =
        loss_of(outputs[t], target.select(1, static_cast<std::int64_t>(t)), loss);
    sum = t == 0 ? one : sum + one;
  }
  return sum / static_cast<double>(outputs.size());
}

}  // namespace denoiseae
