// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/engine.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "engine/native/plan.h"
#include "engine/native/precisions.h"
#include "kernels/instruction_limit.h"
#include "net/fold.h"
#include "net/scale_sets.h"
#include "parallel/thread_count.h"

namespace denoiseae {

namespace {

/// Without tiles. Measured with the shipped models: on AMD's (Zen 5) bfloat16 takes 0.55 to 0.7 of
/// float32's time, on Intel's (Sapphire Rapids without AMX) 1.4 to 1.6 times as much.
bool multiplies_bfloat16_faster() {
#ifdef __x86_64__
  return may_use_bfloat16() && __builtin_cpu_is("amd");
#else
  return false;
#endif
}

// These words name the instructions that a precision needs.
#ifdef __aarch64__
constexpr const char* kForInt8 = "the dot products of Armv8.2 (asimddp) or i8mm";
constexpr const char* kForBfloat16 = "the bfloat16 instructions of Armv8.6 (bf16)";
#else
constexpr const char* kForInt8 = "AVX2";
constexpr const char* kForBfloat16 = "AVX512-BF16";
#endif

/// Says of a CPU why instructions are not used that it should have.
std::string lacking() {
  return is_limited() ? "which this one lacks, or DENOISEAE_MAX_ISA holds back"
                      : "which this one lacks";
}

Precision find_precision(Precision asked, const detail::ModelData& model) {
  if (asked == Precision::automatic) {
    // On tiles bfloat16 is as fast as int8, and nearer to float32.
    if (may_use_tiles()) return Precision::bfloat16;
    if (!model.scale_sets.empty() && may_use_int8()) return Precision::int8;
    return multiplies_bfloat16_faster() ? Precision::bfloat16 : Precision::float32;
  }
  if (asked == Precision::int8 && model.scale_sets.empty()) {
    throw Error(
        ErrorCode::device_unavailable,
        "precision int8 needs weights with the entry \"quantisation\" in their manifest, which "
        "these lack; train weights with training.quantise or training.find_scales, or set the "
        "precision to auto");
  }
  if (asked == Precision::int8 && !may_use_int8()) {
    throw Error(ErrorCode::device_unavailable, std::string("precision int8 needs a CPU with ") +
                                                   kForInt8 + ", " + lacking() +
                                                   "; set the precision to float32 or auto");
  }
  if (asked == Precision::bfloat16 && !may_use_bfloat16()) {
    throw Error(ErrorCode::device_unavailable, std::string("precision bfloat16 needs a CPU with ") +
                                                   kForBfloat16 + ", " + lacking() +
                                                   "; set the precision to float32 or auto");
  }
  return asked;
}

NumberFormat format_of(Precision precision, const ScaleSets& sets) {
  using Type = SampleType;
  if (precision == Precision::float32) return {Type::float32, {}};
  if (precision == Precision::bfloat16) return {Type::bfloat16, {}};
  NumberFormat format{may_use_bfloat16() ? Type::bfloat16 : Type::float32, {}, may_use_fixed16()};
  for (const ScaleSet& set : sets) format.sets.push_back(set.scales);
  return format;
}

void check_device(const std::string& device) {
  if (device == "cpu") return;
  throw Error(ErrorCode::device_unavailable,
              "the native engine runs on device \"cpu\" only, not on \"" + device +
                  "\"; set the device to cpu or the engine to torch");
}

/// Calls body. Where memory is missing in it, that becomes an Error.
template <typename Body>
void translate_errors(const TensorView& planes, const Body& body) {
  try {
    body();
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::out_of_memory, "no memory for a network on planes of " +
                                              std::to_string(planes.width) + "x" +
                                              std::to_string(planes.height));
  }
}

TensorView output_planes(const Graph& graph, int height, int width) {
  const Shape shape = graph.shapes(height, width)[graph.output()];
  return {nullptr, shape.channels, shape.height, shape.width};
}

/// One of several pictures that lie below each other.
class StackedPicture final : public RowSource, public RowSink {
 public:
  StackedPicture(RowSource& source, RowSink& sink, int first_input_row, int first_output_row)
      : source_(source),
        sink_(sink),
        first_input_row_(first_input_row),
        first_output_row_(first_output_row) {}

  void read_input(int first_row, const TensorView& rows) override {
    source_.read_input(first_input_row_ + first_row, rows);
  }
  void read_state(int first_row, const TensorView& rows) override {
    source_.read_state(first_input_row_ + first_row, rows);
  }
  void write_state(int first_row, const TensorView& rows) override {
    sink_.write_state(first_input_row_ + first_row, rows);
  }
  void write_output(int first_row, const TensorView& input, const TensorView& output) override {
    sink_.write_output(first_output_row_ + first_row, input, output);
  }

 private:
  RowSource& source_;
  RowSink& sink_;
  int first_input_row_;
  int first_output_row_;
};

class NativeEngine final : public Engine {
 public:
  NativeEngine(const detail::ModelData& model, int height, int width, unsigned threads,
               Precision precision, ThreadPool* pool)
      : precision_(precision),
        in_{nullptr, model.graph.input_node().channels, height, width},
        out_(output_planes(model.graph, height, width)),
        bands_(split_bands(model.graph, height, threads)),
        scale_sets_(precision == Precision::int8 ? model.scale_sets : ScaleSets()),
        plans_(bands_.size()),
        set_(scale_sets_.empty() ? 0 : scale_sets_.size() - 1),
        own_pool_(pool == nullptr ? std::make_unique<ThreadPool>(bands_.size()) : nullptr),
        pool_(pool == nullptr ? *own_pool_ : *pool) {
    const FoldedNetwork network = fold_batch_norm(model.graph, model.tensors, height, width);
    const NumberFormat format = format_of(precision, scale_sets_);
    // Each plan is made in the thread that runs it most of the time, because memory lies close to
    // the core that writes to it first.
    pool_.run([&](int i) {
      if (i >= static_cast<int>(bands_.size())) return;
      const RowRange rows{bands_[i].begin * out_.height / height,
                          bands_[i].end * out_.height / height};
      plans_[i].emplace(network, height, width, rows, format, weights_);
    });
    run_band_ = [this](int i) {
      if (i >= static_cast<int>(bands_.size())) return;
      plans_[i]->run(*source_, *sink_, set_);
    };
  }

  void expect_noise(double highest_level) override {
    if (!scale_sets_.empty()) set_ = scale_set_for(scale_sets_, highest_level);
  }

  void run(RowSource& source, RowSink& sink, int pictures) override {
    translate_errors(in_, [&] {
      for (int i = 0; i < pictures; ++i) {
        StackedPicture picture(source, sink, i * in_.height, i * out_.height);
        source_ = &picture;
        sink_ = &picture;
        pool_.run(run_band_);
      }
    });
  }

  void time_convolutions() override {
    for (std::optional<Plan>& plan : plans_) plan->time_convolutions();
  }
  std::map<std::string, double> convolution_times() const override {
    std::map<std::string, double> result;
    for (const std::optional<Plan>& plan : plans_)
      for (const auto& [name, ms] : plan->convolution_times()) result[name] += ms;
    return result;
  }

  EngineKind kind() const override { return EngineKind::native; }
  Precision precision() const override { return precision_; }
  std::string device() const override { return "cpu"; }
  unsigned threads() const override { return static_cast<unsigned>(bands_.size()); }
  ThreadPool* pool() override { return &pool_; }
  std::int64_t memory_bytes() const override {
    std::int64_t bytes = weights_.memory_bytes();
    for (const std::optional<Plan>& plan : plans_) bytes += plan->memory_bytes();
    return bytes;
  }

 private:
  Precision precision_;
  TensorView in_;                ///< without data
  TensorView out_;               ///< without data
  RowSource* source_ = nullptr;  ///< during run
  RowSink* sink_ = nullptr;      ///< during run
  std::vector<RowRange> bands_;
  ScaleSets scale_sets_;  ///< empty: nothing is rounded to 8 bits
  Weights weights_;
  std::vector<std::optional<Plan>> plans_;  ///< one for each band
  std::size_t set_;                         ///< the set of scales of the next run
  std::function<void(int)> run_band_;
  std::unique_ptr<ThreadPool> own_pool_;  ///< null where the threads are another engine's
  ThreadPool& pool_;
};

}  // namespace

std::vector<RowRange> split_bands(const Graph& graph, int height, unsigned threads) {
  const int unit = graph.alignment();
  const int units = height / unit;
  int count = 1;
  if (graph.input_node().height == 0 && graph.receptive_field() != 0) {
    // A band works on half a receptive field of its neighbours' rows at its input and on none at
    // its output: below this height that is more than its own.
    const int smallest = std::max(unit, graph.receptive_field() / 2);
    count = std::clamp(height / smallest, 1, static_cast<int>(std::min(threads, 1024u)));
    count = std::min(count, units);
  }
  std::vector<RowRange> bands;
  for (int i = 0; i < count; ++i) {
    bands.push_back(
        {units * i / count * unit, i + 1 == count ? height : units * (i + 1) / count * unit});
  }
  return bands;
}

std::unique_ptr<Engine> make_native_engine(const detail::ModelData& model, int height, int width,
                                           const EngineOptions& options, ThreadPool* pool) {
  check_device(options.device);
  const Precision precision = find_precision(options.precision, model);
  unsigned threads = thread_count(options.threads);
  if (pool != nullptr) threads = std::min(threads, static_cast<unsigned>(pool->count()));
  std::unique_ptr<Engine> engine;
  translate_errors({nullptr, 0, height, width}, [&] {
    engine = std::make_unique<NativeEngine>(model, height, width, threads, precision, pool);
  });
  return engine;
}

}  // namespace denoiseae
