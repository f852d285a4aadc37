// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/frame_stream.h"

#include <numeric>

#include "layout/round_up.h"
#include "stream/counting_sink.h"
#include "stream/noise_mapper.h"
#include "stream/packed_stream.h"
#include "stream/picture_stream.h"

namespace denoiseae {

namespace {

/// Runs frames through networks of the representation packed_yuv420.
class PackedFrameStream final : public FrameStream {
 public:
  PackedFrameStream(const detail::ModelData& model, PixelFormat format, int width, int height,
                    const TensorView& packed)
      : packing_(make_frame_packing(format, width, height, packed)),
        stream_(format, width, height, packed, model) {}

  void run(const ConstFrameView& in, const FrameView& out, const DenoiseSettings& settings,
           const StreamEngines& engines) override {
    packing_->set_frame(in, out);
    stream_.run(*packing_, settings, engines);
  }
  void forget() noexcept override { stream_.forget(); }
  void reset() noexcept override { stream_.reset(); }
  void take_past(FrameStream& from) noexcept override {
    if (auto* const other = dynamic_cast<PackedFrameStream*>(&from))
      stream_.take_past(other->stream_);
  }
  double estimated_noise_level() const noexcept override { return stream_.estimated_noise_level(); }
  const BlockLevels* block_levels() const noexcept override { return stream_.block_levels(); }
  double history() const noexcept override { return stream_.history(); }
  std::int64_t memory_bytes() const override {
    return packing_->memory_bytes() + stream_.memory_bytes();
  }

 private:
  std::unique_ptr<FramePacking> packing_;
  PackedStream stream_;
};

}  // namespace

TensorView network_input(const detail::ModelData& model, int width, int height) {
  const int channels = model.graph.input_node().channels;
  if (model.domain == InputRepresentation::luma) return {nullptr, channels, height, width};
  // Cells of noise are 2 x 2 positions.
  const int unit = std::lcm(model.graph.alignment(), model.noise_map ? 2 : 1);
  return {nullptr, channels, round_up((height + 1) / 2, unit), round_up((width + 1) / 2, unit)};
}

void StreamEngines::run(RowSource& source, RowSink& sink, int rows) const {
  if (!progress) {
    denoiser->run(source, sink);
    return;
  }
  CountingSink counting(sink, rows, progress);
  denoiser->run(source, counting);
  progress(1);
}

std::int64_t StreamEngines::memory_bytes() const {
  return denoiser->memory_bytes() + (noise_map ? noise_map->memory_bytes() : 0);
}

StreamEngines make_stream_engines(const detail::ModelData& model, int width, int height,
                                  const EngineOptions& options) {
  const TensorView input = network_input(model, width, height);
  StreamEngines engines;
  engines.denoiser = make_engine(model, input.height, input.width, options);
  if (!model.noise_map) return engines;
  const TensorView cells = NoiseMapper::network_input(input, *model.noise_map);
  EngineOptions map_options = options;
  map_options.engine = engines.denoiser->kind();
  // Noise maps have no scales for int8.
  if (options.precision == Precision::int8) map_options.precision = Precision::automatic;
  engines.noise_map =
      make_engine(*model.noise_map, cells.height, cells.width, map_options, engines.denoiser.get());
  return engines;
}

std::unique_ptr<FrameStream> make_frame_stream(const detail::ModelData& model, PixelFormat format,
                                               int width, int height) {
  const TensorView input = network_input(model, width, height);
  if (model.domain == InputRepresentation::packed_yuv420)
    return std::make_unique<PackedFrameStream>(model, format, width, height, input);
  return std::make_unique<PictureStream>(input, model.graph.output_channels());
}

}  // namespace denoiseae
