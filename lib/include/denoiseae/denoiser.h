// SPDX-License-Identifier: LGPL-2.1-or-later
// The denoiser of one stream.
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/log.h>
#include <denoiseae/model.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace denoiseae {

/// Names the engine that runs the network. automatic is native, the library's own, where the device
/// is "cpu", otherwise torch. onednn is the former name of native.
enum class EngineKind { automatic, native, torch, onednn = native };

/// Number format of weights and activations. automatic is the fastest one that this CPU runs
/// natively and the model is fit for. With native that is bfloat16 on CPUs with AMX; int8 on
/// other CPUs with AVX2 or Arm's dot products, if the weights hold scales for quantised networks;
/// bfloat16 on other CPUs by AMD with AVX512-BF16; and float32 on all others. In int8 the
/// convolutions that read frames are computed in 16 bits, floating or fixed point, or in float32.
/// Sums are float32, or integers of 32 bits.
enum class Precision { automatic, float32, bfloat16, int8 };

inline const char* to_string(EngineKind kind) noexcept {
  if (kind == EngineKind::native) return "native";
  return kind == EngineKind::torch ? "torch" : "auto";
}

inline const char* to_string(Precision precision) noexcept {
  if (precision == Precision::int8) return "int8";
  if (precision == Precision::bfloat16) return "bfloat16";
  return precision == Precision::float32 ? "float32" : "auto";
}

/// Says how the network is run. Fixed from one call of configure to the next.
struct EngineOptions {
  EngineKind engine = EngineKind::automatic;
  Precision precision = Precision::automatic;
  std::string device = "cpu";  ///< torch also knows "cuda", "cuda:0", ...
  unsigned threads = 0;        ///< at most, of a ThreadPool; 0 = as many as the process may use
};

/// Names what a denoiser writes. picture is the denoised frame. The others are for people who tune:
/// noise is the noise map, four times its levels of luma in gray; difference is four times what was
/// removed, around the middle code.
enum class Show { picture, noise, difference };

inline const char* to_string(Show show) noexcept {
  if (show == Show::noise) return "noise";
  return show == Show::difference ? "difference" : "picture";
}

/// The standard deviation of the noise of a frame in 8-bit code values, before it is scaled by
/// strength, for blocks of 16x16 pixels from the top left.
struct NoiseMap {
  int columns = 0;            ///< ceil(width / 16)
  int rows = 0;               ///< ceil(height / 16)
  std::vector<float> luma;    ///< row by row; of RGB frames, the luma that is computed from them
  std::vector<float> chroma;  ///< row by row; the mean of U and V at half size
};

/// Says how strongly a frame is denoised. May change with every frame.
struct DenoiseSettings {
  /// Standard deviation of the noise in 8-bit code values at any bit depth, 0 ... 100. A negative
  /// level is estimated for each frame: by the model's noise map where it has one, block by block;
  /// otherwise as a curve over brightness for the whole frame.
  double noise_level = -1;
  double strength = 1;         ///< scales the noise level that the network is told, 0 ... 2
  double chroma_strength = 1;  ///< scales the level of the colour planes once more, 0 ... 2
  /// Lets models with a recurrent state use earlier frames, too; false resets the state.
  bool temporal = true;
  /// Says that a part of this frame is known to be damaged, by a decoder for example. The frame is
  /// denoised, but leaves no trace in the recurrent state, so that the frames after it are denoised
  /// with the past from before it. The first frame of a stream is remembered all the same: there is
  /// nothing else.
  bool damaged = false;
  /// Chooses the output. Anything but the picture takes memory at its first frame. strength 0
  /// always copies the frame.
  Show show = Show::picture;
};

/// Is told which share of a frame is done, 0 to 1, several times a frame and last with 1, in the
/// thread that called process. What it throws leaves process once the frame is done. It must not
/// call the denoiser.
using ProgressCallback = std::function<void(double)>;

/// Describes a configured denoiser.
struct DenoiserInfo {
  EngineKind engine = EngineKind::automatic;
  Precision precision = Precision::automatic;
  std::string device;
  unsigned threads = 0;  ///< the engine's; native uses fewer than asked for on small frames
  std::int64_t memory_bytes = 0;  ///< in buffers and weights, without the caches of LibTorch
};

/// Denoises the frames of one stream. Each frame depends on earlier frames only, and is returned at
/// once. Cheap to construct. Not thread-safe, but two objects may share a model. Deterministic: the
/// same weights, input, engine, precision and thread count give the same bytes. Throws nothing but
/// Error.
class Denoiser {
 public:
  explicit Denoiser(LogCallback log = {});
  ~Denoiser();
  Denoiser(Denoiser&&) noexcept;
  Denoiser& operator=(Denoiser&&) noexcept;

  /// Sets the weights; call configure next. Runs them on two small pictures, which takes
  /// milliseconds. Throws bad_argument for a null pointer, incompatible_model for a network that
  /// estimates noise instead of removing it, corrupt for weights whose result is not finite, and
  /// what configure throws.
  void load(std::shared_ptr<const Model> model);

  /// Allocates and plans everything for one frame size, and resets the stream. width, height: 1 ...
  /// kMaxFrameSize pixels. A model of one fixed size denoises frames of that size whole; larger
  /// frames are cut into overlapping tiles, whose results are blended, and smaller ones are
  /// mirrored at their edges. Throws bad_argument without a model, unsupported_format for a size
  /// outside the limits, device_unavailable, out_of_memory, engine_failure. After an error the
  /// object can be configured again.
  void configure(PixelFormat format, int width, int height, const EngineOptions& options = {});

  /// Denoises one frame. in, out: frames of the configured format and size, with any strides; they
  /// may be the same memory with the same strides. Alpha and padding bytes of packed pixels are
  /// copied. strength 0 copies the frame bit for bit. Throws bad_argument for frames and settings
  /// that break these rules, engine_failure, out_of_memory. After an error the object is usable
  /// again once it is reset.
  void process(const ConstFrameView& in, const FrameView& out,
               const DenoiseSettings& settings = {});

  /// Reports the progress of frames from here on; an empty function ends that. It is for large
  /// pictures, whose frames take seconds.
  void set_progress(ProgressCallback progress);

  /// Makes the next frame the first of a stream, as after a cut, a seek or a gap: clears the
  /// recurrent state and the estimate of the noise. Keeps weights and plan.
  void reset() noexcept;

  /// Goes on with the stream that another denoiser has denoised so far, instead of beginning one:
  /// takes over its recurrent state and its estimate of the noise. from is then as after reset.
  /// Both must be configured for one format and size, but may have different models and options; a
  /// model that keeps no state of the same size begins a stream. Throws bad_argument.
  void take_past(Denoiser& from);

  /// Returns the last estimate in 8-bit code values, or a negative number until a frame was
  /// estimated.
  double estimated_noise_level() const noexcept;

  /// Returns the noise map of the last frame. It is empty before the first frame, where the level
  /// was given, and for models without a network that estimates noise. Bars of one colour along an
  /// edge of the frame, which have no noise, have the levels of the picture beside them. Throws
  /// out_of_memory.
  NoiseMap noise_map() const;

  /// Returns over how many frames the recurrent state averages, as the noise left in it tells; this
  /// is a mean over the last frame. Returns 1 after the first frame of a stream, and for models
  /// without a state. Reads a whole plane, and is therefore too slow for every frame.
  double history() const noexcept;

  /// Returns what the last successful call of configure has made.
  const DenoiserInfo& info() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace denoiseae

#ifndef DENOISEAE_INSIDE
#include <denoiseae/detail/denoiser.h>
#endif
