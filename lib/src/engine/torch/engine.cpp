// SPDX-License-Identifier: LGPL-2.1-or-later
// The torch engine: reference results, GPU, and what training runs.
#include <ATen/Parallel.h>
#include <denoiseae/error.h>
#include <denoiseae/version.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "engine/torch/device.h"
#include "engine/torch/graph_module.h"
#include "engine/whole_tensor_engine.h"
#include "net/fold.h"
#include "parallel/thread_count.h"

namespace denoiseae {

namespace {

void check_precision(Precision precision) {
  if (precision == Precision::automatic || precision == Precision::float32) return;
  throw Error(ErrorCode::device_unavailable,
              std::string("the LibTorch engine computes in float32, not in ") +
                  to_string(precision) +
                  "; set the precision to float32 or auto, or the engine to native");
}

GraphModule folded_module(const detail::ModelData& model, int height, int width) {
  const FoldedNetwork network = fold_batch_norm(model.graph, model.tensors, height, width);
  return GraphModule(network.graph, network.tensors);
}

class TorchEngine final : public WholeTensorEngine {
 public:
  TorchEngine(const detail::ModelData& model, int height, int width, const EngineOptions& options)
      : WholeTensorEngine(model.graph, height, width),
        module_(folded_module(model, height, width)),
        device_(find_device(options.device)),
        threads_(thread_count(options.threads)) {
    module_.to(device_);
    for (const auto& [name, tensor] : module_.tensors()) weight_bytes_ += tensor.nbytes();
  }

  EngineKind kind() const override { return EngineKind::torch; }
  Precision precision() const override { return Precision::float32; }
  std::string device() const override { return device_.str(); }
  unsigned threads() const override { return threads_; }
  std::int64_t memory_bytes() const override { return weight_bytes_ + tensor_bytes(); }

 protected:
  void compute(const TensorView& input, const TensorView& output, const StateView& state,
               int pictures) override {
    try {
      // Process-wide in LibTorch, and OpenMP counts per calling thread: set before each run.
      at::set_num_threads(static_cast<int>(threads_));
      torch::InferenceMode inference;
      const auto view = [pictures](const TensorView& t) {
        return torch::from_blob(t.data, {pictures, t.height / pictures, t.width, t.channels})
            .permute({0, 3, 1, 2});
      };
      torch::Tensor before;
      if (module_.has_state()) before = view(state.in).to(device_);
      const Step step = module_.step(view(input).to(device_), before, Mode::run);
      view(output).copy_(step.output);
      if (step.state.defined()) view(state.out).copy_(step.state);
    } catch (const c10::Error& e) {
      const std::string what = e.what_without_backtrace();
      const bool memory = what.find("memory") != std::string::npos;
      throw Error(memory ? ErrorCode::out_of_memory : ErrorCode::engine_failure,
                  "LibTorch failed on a tensor of " + std::to_string(input.width) + "x" +
                      std::to_string(input.height) + " positions: " + what);
    }
  }

 private:
  GraphModule module_;
  torch::Device device_;
  unsigned threads_;
  std::int64_t weight_bytes_ = 0;
};

}  // namespace

extern "C" __attribute__((visibility("default"))) const char* denoiseae_engine_version() {
  return version();
}

extern "C" __attribute__((visibility("default"))) Engine* denoiseae_make_engine(
    const detail::ModelData& model, int height, int width, const EngineOptions& options) {
  try {
    check_precision(options.precision);
    return new TorchEngine(model, height, width, options);
  } catch (const c10::Error& e) {
    throw Error(ErrorCode::engine_failure,
                std::string("LibTorch cannot set up the network: ") + e.what_without_backtrace());
  }
}

}  // namespace denoiseae
