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

class TiledEngine final : public Engine {
 public:
  TiledEngine(std::unique_ptr<Engine> engine, const Graph& graph, int height, int width)
      : engine_(std::move(engine)),
        tile_in_{nullptr, graph.input_node().channels, graph.input_node().height,
                 graph.input_node().width},
        tile_out_{nullptr, graph.output_channels(), tile_in_.height, tile_in_.width},
        tiling_(height, width, tile_in_.height, tile_in_.width) {
    const int pixels = tile_in_.height * tile_in_.width;
    at_once_ = std::clamp(kMaxPixelsAtOnce / pixels, 1, std::min(kMaxTilesAtOnce, tiling_.count()));
    input_.resize(tile_in_.size() * at_once_);
    output_.resize(tile_out_.size() * at_once_);
    tile_in_.data = input_.data();
    tile_out_.data = output_.data();
  }

  void run(const TensorView& in, const TensorView& out, int count,
           const StateView& /*networks of one size have none*/) override {
    TensorView from = in;
    TensorView to = out;
    for (int i = 0; i < count; ++i, from.data += in.size(), to.data += out.size()) {
      std::fill_n(to.data, to.size(), 0.0f);
      for (int first = 0; first < tiling_.count(); first += at_once_) {
        const int tiles = std::min(at_once_, tiling_.count() - first);
        tiling_.cut(from, first, tiles, tile_in_);
        engine_->run(tile_in_, tile_out_, tiles);
        tiling_.blend(tile_out_, first, tiles, to);
      }
    }
  }

  EngineKind kind() const override { return engine_->kind(); }
  Precision precision() const override { return engine_->precision(); }
  std::string device() const override { return engine_->device(); }
  unsigned threads() const override { return engine_->threads(); }
  int tiles() const override { return tiling_.count(); }
  std::int64_t memory_bytes() const override {
    return engine_->memory_bytes() +
           static_cast<std::int64_t>((input_.size() + output_.size()) * sizeof(float));
  }

 private:
  std::unique_ptr<Engine> engine_;
  TensorView tile_in_;
  TensorView tile_out_;
  Tiling tiling_;
  int at_once_ = 1;
  std::vector<float> input_;
  std::vector<float> output_;
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
