// SPDX-License-Identifier: LGPL-2.1-or-later
// The interface that the denoiser sees of every engine, and the loading of a module that holds one.
#pragma once

#include <denoiseae/denoiser.h>
#include <denoiseae/thread_pool.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "engine/rows.h"
#include "model/model_data.h"

namespace denoiseae {

/// Runs one network at one size. Not thread-safe.
class Engine {
 public:
  virtual ~Engine() = default;
  /// Runs the network on the rows of source and hands what it returns to sink. pictures: as many
  /// lie below each other in source and sink, as one tall picture, and are run one by one; 1 for
  /// networks with a state. Throws engine_failure, out_of_memory.
  virtual void run(RowSource& source, RowSink& sink, int pictures = 1) = 0;
  /// Tells a bound of the noise levels that the next runs read in their input, in 8-bit codes.
  /// Engines that round values choose their steps by it, and take those for any noise until then.
  virtual void expect_noise(double /*highest_level*/) {}
  /// Allocates what run needs for so many pictures; otherwise the first such run does.
  virtual void reserve(int /*pictures*/) {}
  /// For benchmarks. From here on runs add up the time of their convolutions, over all threads.
  virtual void time_convolutions() {}
  /// Returns the milliseconds of each convolution by its name; none if the engine does not know.
  virtual std::map<std::string, double> convolution_times() const { return {}; }
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

/// Makes the engine that the options ask for. host: an engine whose threads this one shall use,
/// too, if it can, which must outlive it; the two never run at the same time. null: none. height,
/// width: of the pictures; a graph of another, fixed size runs on tiles. The model must outlive the
/// engine. Throws device_unavailable that says what is available, also for a precision;
/// engine_failure, out_of_memory.
std::unique_ptr<Engine> make_engine(const detail::ModelData& model, int height, int width,
                                    const EngineOptions& options, Engine* host = nullptr);

/// Returns whether this machine and build have an engine. The first question for torch loads its
/// module.
bool has_engine(EngineKind kind);

/// Entry point of an engine module (libdenoiseae-NAME.so), exported with C linkage. height, width:
/// a size that the graph takes. May throw Error. The caller owns the result.
using MakeEngineFunction = Engine*(const detail::ModelData& model, int height, int width,
                                   const EngineOptions& options);
inline constexpr char kMakeEngineSymbol[] = "denoiseae_make_engine";
/// Tells the version of a module. Objects of C++ cross its border, so that the library takes only
/// modules of its own version.
using EngineVersionFunction = const char*();
inline constexpr char kEngineVersionSymbol[] = "denoiseae_engine_version";

}  // namespace denoiseae
