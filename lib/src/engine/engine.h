// SPDX-License-Identifier: LGPL-2.1-or-later
// What every engine is to the denoiser, and how a module that holds one is loaded.
#pragma once

#include <denoiseae/denoiser.h>

#include <cstdint>
#include <memory>
#include <string>

#include "engine/row_stream.h"
#include "layout/tensor_view.h"
#include "model/model_data.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

/// Runs one network at one size. Not thread-safe.
class Engine {
 public:
  virtual ~Engine() = default;
  /// in: the graph's input, out: its output, at the size of make_engine; each the first of count
  /// pictures that follow one another in memory without gaps. count: 1 or more, 1 with a past.
  /// Throws engine_failure, out_of_memory.
  virtual void run(const TensorView& in, const TensorView& out, int count = 1,
                   const StateView& state = {}) = 0;
  /// Whether it has run_rows.
  virtual bool takes_rows() const { return false; }
  /// The same on pictures that need not be in memory as a whole.
  virtual void run_rows(RowStream&) {}
  /// For benchmarks. From here on runs add up the time of their convolutions, over all threads; an
  /// engine that does not know it tells 0.
  virtual void time_convolutions() {}
  virtual double convolution_ms() const { return 0; }
  virtual EngineKind kind() const = 0;
  virtual Precision precision() const = 0;
  virtual std::string device() const = 0;
  virtual unsigned threads() const = 0;
  /// Tiles that each picture is cut into.
  virtual int tiles() const { return 1; }
  virtual std::int64_t memory_bytes() const = 0;
  /// Its threads, for the work around it between two runs; null: it has none of its own.
  virtual ThreadPool* pool() { return nullptr; }
};

/// Makes the engine that the options ask for. height, width: of the pictures; a graph of another,
/// fixed size runs on tiles. The model must outlive the engine. Throws device_unavailable that says
/// what is available, also for a precision; engine_failure, out_of_memory.
DAE_API std::unique_ptr<Engine> make_engine(const detail::ModelData& model, int height, int width,
                                            const EngineOptions& options);

/// Entry point of an engine module (libdenoiseae-NAME.so), exported with C linkage. height, width:
/// a size that the graph takes. May throw Error. The caller owns the result.
using MakeEngineFunction = Engine*(const detail::ModelData& model, int height, int width,
                                   const EngineOptions& options);
inline constexpr char kMakeEngineSymbol[] = "denoiseae_make_engine";

}  // namespace denoiseae
