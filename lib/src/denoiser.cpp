// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/denoiser.h>
#include <denoiseae/error.h>

#include <algorithm>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "frame/pack.h"
#include "frame/pack_picture.h"
#include "noise/conditioning/noise_map.h"
#include "stream/packed_stream.h"

namespace denoiseae {

namespace {

int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

std::string size_text(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

void check_setting(const char* name, double value, double low, double high) {
  if (!(value >= low && value <= high)) {
    throw Error(ErrorCode::bad_argument, std::string(name) + " is " + std::to_string(value) +
                                             ", expected " + std::to_string(low) + " to " +
                                             std::to_string(high));
  }
}

}  // namespace

const char* to_string(EngineKind kind) noexcept {
  if (kind == EngineKind::onednn) return "onednn";
  return kind == EngineKind::torch ? "torch" : "auto";
}

const char* to_string(Precision precision) noexcept {
  if (precision == Precision::int8) return "int8";
  if (precision == Precision::bfloat16) return "bfloat16";
  return precision == Precision::float32 ? "float32" : "auto";
}

namespace {

/// Frames of formats that are subtracted by rows, from their bytes to the engine and back.
class FrameRows final : public RowStream {
 public:
  FrameRows(const ConstFrameView& in, const FrameView& out, const NoiseFloor& own,
            PackedStream& stream)
      : in_(in), out_(out), own_(own), stream_(stream) {}

  void read_input(int first_row, const TensorView& rows) override {
    pack_yuv420_rows(in_, first_row, rows);
    stream_.fill_levels(rows);
  }
  void read_state(int first_row, const TensorView& rows) override {
    stream_.read_state(first_row, rows);
  }
  void write_state(int first_row, const TensorView& rows) override {
    stream_.write_state(first_row, rows);
  }
  void write_output(int first_row, const TensorView& input, const TensorView& output) override {
    clamp_residual(input, output, own_);
    subtract_yuv420_rows(in_, first_row, output, out_);
  }

 private:
  const ConstFrameView& in_;
  const FrameView& out_;
  NoiseFloor own_;
  PackedStream& stream_;
};

}  // namespace

struct Denoiser::Impl {
  LogCallback log;
  std::shared_ptr<const Model> model;
  std::unique_ptr<Engine> engine;
  PixelFormat format = PixelFormat::i420;
  int width = 0;
  int height = 0;
  std::vector<float> input;   ///< of engines that take whole pictures
  std::vector<float> output;  ///< likewise
  std::vector<float> scratch;
  TensorView in_planes;
  TensorView out_planes;
  Frame copy;                          ///< of frames that are denoised where they are
  std::optional<PackedStream> stream;  ///< of networks of the domain packed_yuv420
  DenoiserInfo info;

  void allocate_planes();
  void allocate_stream(bool has_state);
  void check_frame(const ConstFrameView& frame, const char* which) const;
  bool runs_by_rows() const {
    return stream && engine->takes_rows() && is_subtracted_by_rows(format_info(format));
  }
  void run_rows(const ConstFrameView& in, const FrameView& out, const DenoiseSettings& settings);
  void run_packed(const ConstFrameView& in, const FrameView& out, const DenoiseSettings& settings);
  void run_picture(const ConstFrameView& in, const FrameView& out, const DenoiseSettings& settings);
};

Denoiser::Denoiser(LogCallback log) : impl_(std::make_unique<Impl>()) {
  impl_->log = std::move(log);
}
Denoiser::~Denoiser() = default;
Denoiser::Denoiser(Denoiser&&) noexcept = default;
Denoiser& Denoiser::operator=(Denoiser&&) noexcept = default;

void Denoiser::load(std::shared_ptr<const Model> model) {
  if (!model) throw Error(ErrorCode::bad_argument, "load needs a model, got a null pointer");
  impl_->engine.reset();
  impl_->model = std::move(model);
}

void Denoiser::Impl::allocate_planes() {
  input = {};
  output = {};
  if (runs_by_rows()) return;
  try {
    input.assign(in_planes.size(), 0.0f);
    output.assign(out_planes.size(), 0.0f);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::out_of_memory,
                "no memory for the planes of a frame of " + size_text(width, height));
  }
  in_planes.data = input.data();
  out_planes.data = output.data();
}

void Denoiser::Impl::allocate_stream(bool has_state) {
  try {
    stream.emplace(width, height, in_planes, has_state);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::out_of_memory,
                "no memory for the state of frames of " + size_text(width, height));
  }
}

void Denoiser::configure(PixelFormat format, int width, int height, const EngineOptions& options) {
  Impl& d = *impl_;
  d.engine.reset();
  if (!d.model) throw Error(ErrorCode::bad_argument, "configure needs load before it");
  if (width < 1 || height < 1 || width > 32767 || height > 32767) {
    throw Error(ErrorCode::unsupported_format,
                "frame of " + size_text(width, height) + ", expected 1x1 to 32767x32767");
  }
  const detail::ModelData& data = d.model->data();
  const ModelInfo& model = data.info;
  d.format = format;
  d.width = width;
  d.height = height;
  const Graph& graph = data.graph;
  d.stream.reset();
  const bool packed = data.domain == InputRepresentation::packed_yuv420;
  const int rows = packed ? round_up((height + 1) / 2, graph.alignment()) : height;
  const int columns = packed ? round_up((width + 1) / 2, graph.alignment()) : width;
  d.in_planes = {nullptr, graph.input_node().channels, rows, columns};
  d.out_planes = {nullptr, graph.output_channels(), rows, columns};
  if (packed) d.allocate_stream(graph.has_state());
  d.engine = make_engine(data, rows, columns, options);
  d.allocate_planes();
  reset();

  d.info.engine = d.engine->kind();
  d.info.precision = d.engine->precision();
  d.info.device = d.engine->device();
  d.info.threads = d.engine->threads();
  d.info.memory_bytes =
      d.engine->memory_bytes() +
      static_cast<std::int64_t>((d.input.size() + d.output.size()) * sizeof(float)) +
      (d.stream ? d.stream->memory_bytes() : 0);
  if (d.log) {
    d.log(LogLevel::info, "model " + model.name + " for " + size_text(width, height) + " on " +
                              to_string(d.info.engine) + " (" + d.info.device + ", " +
                              to_string(d.info.precision) + ", " + std::to_string(d.info.threads) +
                              " threads)");
    if (model.fixed_width != 0 && (width != model.fixed_width || height != model.fixed_height)) {
      const int tiles = d.engine->tiles();
      d.log(LogLevel::info,
            "the model sees " + size_text(model.fixed_width, model.fixed_height) +
                " pixels at once: each frame becomes " + std::to_string(tiles) +
                (tiles == 1 ? " tile, mirrored at its edges" : " overlapping tiles") +
                "; this is for study, models for any size do better");
    }
  }
}

void Denoiser::Impl::check_frame(const ConstFrameView& frame, const char* which) const {
  if (frame.format != format || frame.width != width || frame.height != height) {
    throw Error(ErrorCode::bad_argument,
                std::string(which) + " frame is " + std::string(format_info(frame.format).name) +
                    " " + size_text(frame.width, frame.height) + ", configured for " +
                    std::string(format_info(format).name) + " " + size_text(width, height));
  }
  check_view(frame);
}

void Denoiser::process(const ConstFrameView& in, const FrameView& out,
                       const DenoiseSettings& settings) {
  Impl& d = *impl_;
  if (!d.engine)
    throw Error(ErrorCode::bad_argument, "process needs a successful configure before it");
  d.check_frame(in, "input");
  d.check_frame(out, "output");
  check_setting("noise_level", std::max(settings.noise_level, 0.0), 0, 100);
  check_setting("strength", settings.strength, 0, 2);
  check_setting("chroma_strength", settings.chroma_strength, 0, 2);
  if (settings.strength == 0) {
    // What passes untouched is not followed either.
    if (d.stream) d.stream->forget();
    copy_frame(in, out);
  } else if (d.runs_by_rows()) {
    d.run_rows(in, out, settings);
  } else if (d.stream) {
    d.run_packed(in, out, settings);
  } else {
    d.run_picture(in, out, settings);
  }
}

void Denoiser::Impl::run_rows(const ConstFrameView& given, const FrameView& out,
                              const DenoiseSettings& settings) {
  ConstFrameView in = given;
  // Rows that one thread has written another still reads.
  if (given.data[0] == out.data[0]) {
    if (copy.width() != width || copy.height() != height || copy.format() != format)
      copy = Frame(format, width, height);
    copy_frame(given, copy.view());
    in = std::as_const(copy).view();
  }
  stream->prepare_rows(in, settings, engine->pool());
  FrameRows rows(in, out, stream->noise_floor(model->data().noise_floor), *stream);
  engine->run_rows(rows);
  stream->keep();
}

void Denoiser::Impl::run_packed(const ConstFrameView& in, const FrameView& out,
                                const DenoiseSettings& settings) {
  ThreadPool* pool = engine->pool();
  pack_yuv420(in, in_planes, pool);
  const StateView state = stream->prepare(in, settings, in_planes, pool);
  engine->run(in_planes, out_planes, 1, state);
  stream->keep();
  clamp_residual(in_planes, out_planes, stream->noise_floor(model->data().noise_floor), pool);
  subtract_yuv420(in, in_planes, out_planes, stream->chroma_level(), scratch, out, pool);
}

void Denoiser::Impl::run_picture(const ConstFrameView& in, const FrameView& out,
                                 const DenoiseSettings& settings) {
  pack_picture(in, in_planes);
  engine->run(in_planes, out_planes);
  // These networks are not told a noise level: the strength mixes input and output instead.
  const CorrectionShare share{
      static_cast<float>(std::min(settings.strength, 1.0)),
      static_cast<float>(std::min(settings.strength * settings.chroma_strength, 1.0))};
  correct_picture(in, in_planes, out_planes, share, out);
}

void Denoiser::reset() noexcept {
  if (impl_->stream) impl_->stream->reset();
}

double Denoiser::estimated_noise_level() const noexcept {
  return impl_->stream ? impl_->stream->estimated_noise_level() : -1;
}

double Denoiser::history() const noexcept { return impl_->stream ? impl_->stream->history() : 1; }

const DenoiserInfo& Denoiser::info() const noexcept { return impl_->info; }

}  // namespace denoiseae
