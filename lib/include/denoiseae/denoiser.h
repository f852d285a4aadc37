// SPDX-License-Identifier: LGPL-2.1-or-later
// The denoiser of one stream.
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/log.h>
#include <denoiseae/model.h>

#include <cstdint>
#include <memory>
#include <string>

namespace denoiseae {

/// What runs the network. automatic = onednn on the device "cpu" where the library was built with
/// it, else torch.
enum class EngineKind { automatic, onednn, torch };

/// Number format of weights and activations. automatic = the fastest that this CPU runs natively
/// and the model was verified for: for onednn bfloat16 on CPUs with AMX; else int8 where the CPU
/// has AVX512-VNNI or AVX-VNNI and the weights file holds scales, which training with rounded
/// values writes; else float32. In int8 the first convolutions, which read frames, stay in
/// bfloat16 or float32. Sums are float32, or whole numbers of 32 bits.
enum class Precision { automatic, float32, bfloat16, int8 };

DAE_API const char* to_string(EngineKind kind) noexcept;
DAE_API const char* to_string(Precision precision) noexcept;

/// How the network is run; fixed between two calls of configure.
struct EngineOptions {
  EngineKind engine = EngineKind::automatic;
  Precision precision = Precision::automatic;
  std::string device = "cpu";  ///< for torch also "cuda", "cuda:0", ...
  unsigned threads = 0;        ///< 0 = as many as the machine has
};

/// How strongly a frame is denoised; may change with every frame.
struct DenoiseSettings {
  /// Standard deviation of the noise in 8-bit code values at any bit depth, 0 ... 100; negative =
  /// estimate it continuously, on luma and half-size chroma. Where neighbours share the noise, as
  /// that of cameras, the network is then told 0.95 to 1.25 times the estimate, the more the fewer
  /// high frequencies the noise has.
  double noise_level = -1;
  double strength = 1;         ///< scales the noise level that the network is told, 0 ... 2
  double chroma_strength = 1;  ///< the same for the colour planes, 0 ... 2, on top of strength
  bool temporal = true;  ///< use the past of the stream, with models that do; false = forget it
};

/// What a configured denoiser is made of.
struct DenoiserInfo {
  EngineKind engine = EngineKind::automatic;
  Precision precision = Precision::automatic;
  std::string device;
  unsigned threads = 0;  ///< of the engine; onednn starts fewer than asked for on small frames
  std::int64_t memory_bytes = 0;  ///< held by buffers and weights, without LibTorch's own caches
};

/// Denoises the frames of one stream. Causal, no latency. Cheap to construct. Not thread-safe; two
/// objects may share a model. Deterministic: same weights, input, engine, precision and thread
/// count give the same bytes.
class DAE_API Denoiser {
 public:
  explicit Denoiser(LogCallback log = {});
  ~Denoiser();
  Denoiser(Denoiser&&) noexcept;
  Denoiser& operator=(Denoiser&&) noexcept;

  /// Sets the weights. configure must follow. Throws bad_argument for a null pointer.
  void load(std::shared_ptr<const Model> model);

  /// Allocates and plans everything for one frame size and forgets the past. width, height: 1 ...
  /// kMaxFrameSize pixels. A model of one fixed size denoises frames of that size whole; it sees
  /// others as overlapping tiles that are blended, or mirrored up to its size. Throws bad_argument
  /// without a model, unsupported_format for another size, device_unavailable, out_of_memory,
  /// engine_failure. The object stays usable after a throw: configure again.
  void configure(PixelFormat format, int width, int height, const EngineOptions& options = {});

  /// Denoises one frame. in and out: the configured format and size, any stride, may be the same
  /// memory (then the same strides; the frame is copied first). Alpha and padding bytes of packed
  /// pixels are copied. strength 0 copies the frame bit for bit. Throws bad_argument,
  /// engine_failure, out_of_memory; usable again after reset.
  void process(const ConstFrameView& in, const FrameView& out,
               const DenoiseSettings& settings = {});

  /// Forgets the past of the stream (a cut, a seek, a gap); keeps weights and plan.
  void reset() noexcept;

  /// The last estimate in 8-bit code values; negative until a frame was estimated.
  double estimated_noise_level() const noexcept;

  /// How many frames the past holds, as the noise left in it tells: mean over the last frame; 1
  /// after the first frame of a stream and for models without a past. Reads a plane: not for every
  /// frame.
  double history() const noexcept;

  /// Of the last successful configure.
  const DenoiserInfo& info() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace denoiseae
