// SPDX-License-Identifier: LGPL-2.1-or-later
// Decides which samples make which batch.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "data/sampler.h"

namespace denoiseae {

struct Batch {
  std::vector<float> input;              ///< samples x frames x height x width x channels
  std::vector<float> target;             ///< in the same layout
  int size = 0;                          ///< how many samples it holds
  int frames = 1;                        ///< frames of each sample
  int plane_size = 0;                    ///< width and height
  std::unique_ptr<Batch> single_frames;  ///< beside the sequences; null = none
  /// Copies in memory that a GPU reads by itself, see pin in train/sequence.h; undefined = none.
  torch::Tensor pinned_input;
  torch::Tensor pinned_target;
};

/// A sampler that is used for a share of the samples.
struct WeightedSampler {
  Sampler sampler;
  double share = 1;
};

/// Draws count samples of random pictures. Sample i of a seed is always the same.
Batch draw_batch(const std::vector<WeightedSampler>& samplers, int count, std::uint64_t seed);

/// The way in which training goes through the pictures.
struct Epochs {
  /// An epoch takes every picture this often, each time with other noise. 0 = no epochs: samples
  /// are drawn at random, by the shares of the samplers.
  int copies = 0;
  double share = 1;  ///< an epoch is cut off after this share of its samples
};

/// The batches of a training. That of step s depends on (seed, s) only. Thread-safe.
class BatchPlan {
 public:
  /// samplers must outlive the plan.
  BatchPlan(const std::vector<WeightedSampler>& samplers, int batch, std::uint64_t seed,
            const Epochs& epochs);

  /// Steps of an epoch; 0 without epochs. The samples after its last full batch are left out, and
  /// each epoch takes the pictures in another order.
  std::int64_t steps_per_epoch() const { return steps_per_epoch_; }

  /// The parts of a batch. Samplers must outlive the plan.
  struct Shape {
    const std::vector<WeightedSampler>* samplers = nullptr;
    int batch = 1;
    const std::vector<WeightedSampler>* single_frame_samplers = nullptr;  ///< if single_frames > 0
    int single_frames = 0;
  };

  /// Gives batches another shape from a step on, which must be later than those of earlier calls.
  /// It is for plans without epochs, before anything is drawn.
  void change(std::int64_t first_step, const Shape& shape);

  Batch draw(std::int64_t step) const;

 private:
  struct Change {
    std::int64_t first_step;
    Shape shape;
  };
  using Order = std::vector<std::uint32_t>;
  std::shared_ptr<const Order> order_of(std::int64_t epoch) const;

  const std::vector<WeightedSampler>& samplers_;
  int batch_;
  std::vector<Change> changes_;
  std::uint64_t seed_;
  Epochs epochs_;
  std::size_t picture_count_ = 0;
  std::int64_t steps_per_epoch_ = 0;
  mutable std::mutex mutex_;
  mutable std::int64_t order_epoch_ = -1;            ///< guarded by mutex_
  mutable std::shared_ptr<const Order> last_order_;  ///< guarded by mutex_
};

/// Draws pictures of all samplers together in their order, each once, from a first one on. Picture
/// i of a seed always has the same noise.
Batch draw_in_order(const std::vector<WeightedSampler>& samplers, std::size_t first, int count,
                    std::uint64_t seed);

}  // namespace denoiseae
