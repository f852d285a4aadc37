// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/tiled_engine.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include "engine/tiling.h"

namespace denoiseae {

namespace {

/// Enough to keep an engine busy with the smallest networks, few enough to bound its memory.
constexpr int kMaxTilesAtOnce = 64;
constexpr int kMaxPixelsAtOnce = kMaxTilesAtOnce * 64 * 64;

/// Cuts the picture that it holds into tiles, one below the other, and blends what comes back.
class TiledEngine final : public Engine, private RowSource, private RowSink {
 public:
  TiledEngine(std::unique_ptr<Engine> engine, const Graph& graph, int height, int width)
      : engine_(std::move(engine)),
        tile_height_(graph.input_node().height),
        tiling_(height, width, tile_height_, graph.input_node().width),
        input_{nullptr, graph.input_node().channels, height, width},
        output_{nullptr, graph.output_channels(), height, width},
        input_values_(input_.size()),
        output_values_(output_.size()) {
    const int pixels = tile_height_ * graph.input_node().width;
    at_once_ = std::clamp(kMaxPixelsAtOnce / pixels, 1, std::min(kMaxTilesAtOnce, tiling_.count()));
    engine_->reserve(at_once_);
    input_.data = input_values_.data();
    output_.data = output_values_.data();
  }

  void run(RowSource& source, RowSink& sink, int pictures) override {
    for (int i = 0; i < pictures; ++i) {
      source.read_input(i * input_.height, input_);
      std::fill(output_values_.begin(), output_values_.end(), 0.0f);
      for (first_tile_ = 0; first_tile_ < tiling_.count(); first_tile_ += at_once_)
        engine_->run(*this, *this, std::min(at_once_, tiling_.count() - first_tile_));
      sink.write_output(i * output_.height, input_, output_);
    }
  }

  EngineKind kind() const override { return engine_->kind(); }
  Precision precision() const override { return engine_->precision(); }
  std::string device() const override { return engine_->device(); }
  unsigned threads() const override { return engine_->threads(); }
  int tiles() const override { return tiling_.count(); }
  std::int64_t memory_bytes() const override {
    const std::size_t values = input_values_.size() + output_values_.size();
    return engine_->memory_bytes() + static_cast<std::int64_t>(values * sizeof(float));
  }

 private:
  void read_input(int first_row, const TensorView& rows) override {
    for (int y = 0; y < rows.height; ++y) {
      const int row = first_row + y;
      tiling_.cut_row(input_, first_tile_ + row / tile_height_, row % tile_height_,
                      row_of(rows, y));
    }
  }
  // Networks of fixed size run in one thread, so that overlapping tiles come one after the other.
  void write_output(int first_row, const TensorView& /*input*/, const TensorView& output) override {
    for (int y = 0; y < output.height; ++y) {
      const int row = first_row + y;
      tiling_.blend_row(first_tile_ + row / tile_height_, row % tile_height_, row_of(output, y),
                        output_);
    }
  }

  std::unique_ptr<Engine> engine_;
  int tile_height_;
  Tiling tiling_;
  int at_once_ = 1;
  int first_tile_ = 0;  ///< the first that the engine runs now
  TensorView input_;
  TensorView output_;
  std::vector<float> input_values_;
  std::vector<float> output_values_;
};

}  // namespace

std::unique_ptr<Engine> make_tiled_engine(std::unique_ptr<Engine> engine, const Graph& graph,
                                          int height, int width) {
  try {
    return std::make_unique<TiledEngine>(std::move(engine), graph, height, width);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::out_of_memory, "no memory for the tiles of a picture of " +
                                              std::to_string(width) + "x" + std::to_string(height));
  }
}

}  // namespace denoiseae
