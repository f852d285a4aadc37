// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/plan.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "engine/onednn/amx_convolution.h"
#include "engine/onednn/line_buffer.h"
#include "engine/onednn/loops.h"
#include "engine/onednn/primitives.h"
#include "engine/onednn/quantised_loops.h"
#include "engine/onednn/row_io.h"
#include "engine/onednn/row_tiles.h"
#include "engine/onednn/small_channel_convolution.h"
#include "engine/onednn/temporal_loops.h"

namespace denoiseae {

namespace {

using Type = dnnl::memory::data_type;

class Compiler {
 public:
  Compiler(const FoldedNetwork& network, int height, int width, RowRange rows,
           const NumberFormat& format, Weights& weights, const dnnl::engine& engine)
      : graph_(network.graph),
        tensors_(network.tensors),
        shapes_(graph_.shapes(height, width)),
        fused_ops_(fuse(graph_)),
        row_tiles_(
            plan_row_tiles(graph_, fused_ops_, shapes_, rows, row_tile_height(graph_, shapes_))),
        bands_(graph_.nodes().size() + 1),
        line_buffers_(bands_.size()),
        formats_(graph_, format),
        builder_{engine, dnnl::stream(engine), weights, graph_.slope(), {}, {}} {
    find_rings();
  }

  PlanBuilder run() {
    for (row_tile_ = 0; row_tile_ < row_tiles_.size(); ++row_tile_) append_row_tile();
    return std::move(builder_);
  }

 private:
  void append_row_tile() {
    append_input();
    for (const FusedOp& fused : fused_ops_) {
      if (fresh(fused.value).count() != 0) append(fused);
    }
    if (fresh(graph_.output()).count() != 0) append_output();
  }

  void append_input() {
    if (fresh(0).count() == 0) return;
    const RowBand read = reserve(caller_input(), 0, Type::f32);
    append_read_input(builder_, read);
    // What mixes frame and past does so in float32.
    if (formats_.exact() == Type::f32 || graph_.has_state()) {
      bands_[0] = bands_[caller_input()];
    } else {
      append_conversion(builder_, read, reserve(0));
    }
  }

  /// Whether append_last_rows does what is left after the residual.
  bool ends_with_last_rows() const {
    if (!graph_.has_state()) return false;
    const Node& output = graph_.nodes()[graph_.output()];
    const Node& memory = graph_.nodes()[graph_.state_output()];
    return output.op == Op::add_innovation && memory.op == Op::update_state &&
           output.inputs[0] == 0 && output.inputs[1] == memory.inputs[0] &&
           output.inputs[2] == memory.inputs[1];
  }

  void append_output() {
    const NodeId last = graph_.output();
    if (ends_with_last_rows()) {
      const Node& node = graph_.nodes()[last];
      append_last_rows(builder_, input(node, 0), input(node, 1), input(node, 2), fresh(last));
      return;
    }
    RowBand out = bands_[last].part(fresh(last));
    if (out.type != Type::f32) {
      const RowBand other = out;
      out = temporary(other, Type::f32);
      append_conversion(builder_, other, out);
    }
    append_write_output(builder_, bands_[caller_input()], out);
  }

  /// The band of the input as the caller fills it.
  NodeId caller_input() const { return static_cast<NodeId>(graph_.nodes().size()); }

  /// The rows of a node that this row_tile computes.
  RowRange fresh(NodeId id) const { return row_tiles_[row_tile_][id].fresh; }

  /// A band like the other, for the next calls of this row_tile.
  RowBand temporary(RowBand band, Type type) {
    band.type = type;
    return band.moved_to(builder_.reserve(band.rows.count() * band.row_bytes()));
  }

  RowBand reserve(NodeId id) { return reserve(id, formats_.type_of(id)); }
  RowBand reserve(NodeId id, Type type) { return reserve(id, id, type); }

  /// Where this row_tile writes its rows of a node, in the line_buffer of the band of the given
  /// index.
  RowBand reserve(NodeId index, NodeId id, Type type) {
    std::optional<LineBuffer>& line_buffer = line_buffers_[index];
    if (!line_buffer) {
      std::vector<TileRows> rows;
      for (const std::vector<TileRows>& row_tile : row_tiles_) rows.push_back(row_tile[id]);
      line_buffer.emplace(builder_, shape_of(id, type), rows, in_ring_[id] ? rows_together(id) : 0);
    }
    const RowBand part = line_buffer->advance(builder_, row_tiles_[row_tile_][id]);
    bands_[index] = line_buffer->held();
    return part;
  }

  RowBand shape_of(NodeId id, Type type) const {
    return {.type = type, .channels = shapes_[id].channels, .width = shapes_[id].width};
  }

  int rows_together(NodeId id) const {
    const Op op = graph_.nodes()[id].op;
    return op == Op::input || op == Op::state ? kRowsTogether : 1;
  }

  /// Which values only loops along rows write and read, so that a ring can hold them.
  void find_rings() {
    in_ring_.assign(graph_.nodes().size(), true);
    for (const FusedOp& fused : fused_ops_) {
      if (goes_by_rows(fused)) continue;
      in_ring_[fused.value] = false;
      each_input(graph_, fused, [&](NodeId id, const Node&, int) { in_ring_[id] = false; });
    }
    if (!ends_with_last_rows()) in_ring_[0] = in_ring_[graph_.output()] = false;
  }

  bool goes_by_rows(const FusedOp& fused) const {
    const Op op = graph_.nodes()[fused.head].op;
    return is_temporal(op) || (op == Op::conv && goes_on_amx(fused));
  }

  bool goes_on_amx(const FusedOp& fused) const {
    const Node& head = graph_.nodes()[fused.head];
    const PostOps& end = fused.post_ops;
    if (formats_.exact() != Type::bf16 || head.op == Op::dense || end.plane != kNoNode)
      return false;
    ResolvedPostOps post_ops{end.before, {}, nullptr, end.after};
    if (end.addend != kNoNode) post_ops.addend = shape_of(end.addend, formats_.type_of(end.addend));
    const NodeId in = head.inputs[0];
    return suits_amx(bare(fused), post_ops, shape_of(in, formats_.type_of(in)),
                     shape_of(fused.value, formats_.type_of(fused.value)));
  }

  /// Where a step writes the value of a node. The output is float32 at once, if it can be:
  /// primitives convert what they write, loops do not.
  RowBand target(NodeId id, bool primitive) {
    return reserve(id, id == graph_.output() && primitive ? Type::f32 : formats_.type_of(id));
  }

  ResolvedPostOps placed(const FusedOp& fused) {
    const PostOps& post_ops = fused.post_ops;
    ResolvedPostOps result{post_ops.before, {}, nullptr, post_ops.after};
    if (post_ops.addend != kNoNode) result.addend = bands_[post_ops.addend];
    if (post_ops.plane != kNoNode) {
      const Node& plane = graph_.nodes()[post_ops.plane];
      const Shape& shape = shapes_[post_ops.plane];
      const dnnl::memory::dims dims{shape.height, shape.width, shape.channels};
      using Tag = dnnl::memory::format_tag;
      const Type type = formats_.type_of(fused.value);
      const dnnl::memory constants = builder_.weights.get(
          plane.name + ".plane", {dims, type, Tag::abc}, {dims, Type::f32, Tag::abc},
          [&] { return bias_map_values(plane, tensors_); });
      const RowBand rows = shape_of(post_ops.plane, type);
      result.plane = static_cast<const char*>(constants.get_data_handle()) +
                     fresh(fused.value).begin * rows.row_bytes();
    }
    return result;
  }

  const RowBand& input(const Node& node, int i) const { return bands_[node.inputs[i]]; }

  void append(const FusedOp& fused) {
    const Node& head = graph_.nodes()[fused.head];
    switch (head.op) {
      case Op::input:
        break;
      case Op::state:
        append_read_state(builder_, reserve(fused.value, Type::f32));
        break;
      case Op::change_features:
        append_change_features(builder_, input(head, 0), input(head, 1), reserve(fused.value));
        break;
      case Op::temporal_update:
        append_temporal_update(builder_, input(head, 0), input(head, 1), input(head, 2),
                               shapes_[head.inputs[2]].height, reserve(fused.value, Type::f32));
        break;
      case Op::update_state: {
        if (ends_with_last_rows()) break;
        const RowBand state = reserve(fused.value, Type::f32);
        append_update_state(builder_, input(head, 0), input(head, 1), state);
        append_write_state(builder_, state);
        break;
      }
      case Op::spatial_input:
        append_spatial_input(builder_, input(head, 0), input(head, 1), reserve(fused.value));
        break;
      case Op::add_innovation:
        if (ends_with_last_rows()) break;
        append_add_innovation(builder_, input(head, 0), input(head, 1), input(head, 2),
                              reserve(fused.value, Type::f32));
        break;
      case Op::conv:
      case Op::batch_norm:
      case Op::dense:
        append_linear(fused);
        break;
      case Op::transposed_conv:
        if (head.stride == 1) {
          append_linear(fused);
        } else {
          append_transposed(fused);
        }
        break;
      case Op::subpixel_conv:
        append_subpixel_conv(fused);
        break;
      case Op::reshape:
        append_reshape(builder_, bands_[head.inputs[0]], target(fused.value, false));
        break;
      case Op::add:
      case Op::activation:
      case Op::bias_map:
        append_eltwise(builder_, placed(fused), bands_[head.inputs[0]], target(fused.value, false));
        break;
    }
  }

  /// The rows of a fused's input that this row_tile of it reads.
  RowBand rows_of_input(const FusedOp& fused) const {
    const Node& head = graph_.nodes()[fused.head];
    const NodeId id = head.inputs[0];
    return bands_[id].part(rows_read(head, fresh(fused.value), shapes_[id]));
  }

  /// The same in numbers that convolutions take: a frame beside a past is float32.
  RowBand exact_input(const FusedOp& fused) {
    const RowBand in = rows_of_input(fused);
    if (in.type != Type::f32 || formats_.exact() != Type::bf16) return in;
    const RowBand out = temporary(in, Type::bf16);
    append_conversion(builder_, in, out);
    return out;
  }

  /// Sums are a step of their own: oneDNN 2.6 adds another picture only in kernels that are slower
  /// (3x3, 16 to 16 channels at 640x360 in float32: 29 ms instead of 21) and for an odd number of
  /// input channels in bfloat16 wrong.
  void append_linear(const FusedOp& fused) {
    ResolvedPostOps post_ops = placed(fused);
    const bool has_sum = post_ops.addend || post_ops.plane != nullptr;
    const bool is_dense = graph_.nodes()[fused.head].op == Op::dense;
    Convolution task = with_bias(fused);
    const bool has_rest = has_sum || post_ops.after != Activation::none;
    const RowBand& out = target(fused.value, !has_rest);
    if (goes_on_amx(fused)) {
      // The scales of 8-bit weights lead to the calls of the convolution's own value.
      const bool is_scaled = !task.scales.empty();
      const float step = formats_.scale(fused.value) / (is_scaled ? formats_.scale(fused.head) : 1);
      append_amx_convolution(builder_, task, post_ops, 1 / step, rows_of_input(fused), out);
      return;
    }
    if (!is_dense && suits_small_channels(task, rows_of_input(fused), out)) {
      append_small_channel_convolution(builder_, task, post_ops, rows_of_input(fused), out);
      return;
    }
    task.activation = std::exchange(post_ops.before, Activation::none);
    if (out.type == Type::u8) {
      append_quantised(fused, task, has_rest ? &post_ops : nullptr, out);
      return;
    }
    (is_dense ? append_dense : append_convolution)(builder_, task, exact_input(fused), out);
    if (has_rest) append_eltwise(builder_, post_ops, out, out);
  }

  /// A convolution to 8-bit values. oneDNN rounds what it computed with integers only.
  void append_quantised(const FusedOp& fused, const Convolution& task, const ResolvedPostOps* rest,
                        const RowBand& out) {
    if (rows_of_input(fused).type == Type::u8) {
      append_convolution(builder_, task, rows_of_input(fused), out);
      return;
    }
    const RowBand exact = temporary(out, Type::f32);
    append_convolution(builder_, task, exact_input(fused), exact);
    if (rest != nullptr) append_eltwise(builder_, *rest, exact, exact);
    append_quantisation(builder_, exact, formats_.scale(fused.value), out);
  }

  /// An upsampling convolution and a sum to 8-bit values.
  void append_quantised_subpixel_conv(const FusedOp& fused) {
    const NodeId addend = fused.post_ops.addend;
    const QuantisedBand added{bands_[addend], formats_.scale(addend)};
    const QuantisedBand out{reserve(fused.value), formats_.scale(fused.value)};
    const RowBand in = rows_of_input(fused);
    if (formats_.exact() == Type::bf16 && suits_quantised_amx_subpixel_conv(in, out.band)) {
      append_quantised_amx_subpixel_conv(builder_, with_bias(fused), in, added, out);
      return;
    }
    const RowBand groups = append_groups(with_bias(fused), in, Type::f32, 4 * out.band.channels);
    append_quantised_sum(builder_, groups, added, out);
  }

  Convolution with_bias(const FusedOp& fused) {
    Convolution result = bare(fused);
    result.bias = [&node = graph_.nodes()[fused.head], this] {
      return bias_values(node, tensors_);
    };
    const NodeId in = graph_.nodes()[fused.head].inputs[0];
    return formats_.rounded(std::move(result), in, fused.head);
  }

  Convolution bare(const FusedOp& fused) const {
    const Node& node = graph_.nodes()[fused.head];
    const Shape& in = shapes_[node.inputs[0]];
    Convolution result{node.name, node.kernel, node.stride, padding_of(node)};
    result.weights = [&node, &in, this] { return convolution_weights(node, in, tensors_); };
    return result;
  }

  /// A 1x1 convolution to groups of channels, for a second step to lay out.
  RowBand append_groups(const Convolution& pointwise, const RowBand& in, Type type, int channels) {
    RowBand shape = in;
    shape.channels = channels;
    const RowBand groups = temporary(shape, type);
    append_convolution(builder_, pointwise, in, groups);
    return groups;
  }

  void append_subpixel_conv(const FusedOp& fused) {
    if (formats_.is_quantised(fused.value)) {
      append_quantised_subpixel_conv(fused);
      return;
    }
    const RowBand out = target(fused.value, false);
    const ResolvedPostOps post_ops = placed(fused);
    if (suits_amx_subpixel_conv(post_ops, rows_of_input(fused), out)) {
      append_amx_subpixel_conv(builder_, with_bias(fused), post_ops, rows_of_input(fused), out);
      return;
    }
    const RowBand groups =
        append_groups(with_bias(fused), rows_of_input(fused), formats_.type_of(fused.head),
                      4 * graph_.nodes()[fused.head].channels);
    append_depth_to_space(builder_, post_ops, groups, out);
  }

  void append_transposed(const FusedOp& fused) {
    const Node& head = graph_.nodes()[fused.head];
    Convolution pointwise = bare(fused);
    const Taps taps{head.kernel, head.stride, pointwise.padding, bias_values(head, tensors_)};
    pointwise.kernel = 1;
    pointwise.stride = 1;
    pointwise.padding = 0;
    const RowBand groups =
        append_groups(pointwise, rows_of_input(fused), formats_.type_of(fused.head),
                      head.kernel * head.kernel * head.channels);
    append_spread(builder_, taps, placed(fused), groups, target(fused.value, false));
  }

  const Graph& graph_;
  const std::map<std::string, Tensor>& tensors_;
  std::vector<Shape> shapes_;
  std::vector<FusedOp> fused_ops_;
  std::vector<std::vector<TileRows>> row_tiles_;
  std::size_t row_tile_ = 0;    ///< that is appended
  std::vector<RowBand> bands_;  ///< of each node: the rows that are there; then caller_input
  std::vector<std::optional<LineBuffer>> line_buffers_;  ///< of the bands
  std::vector<bool> in_ring_;                            ///< of each node
  NumberFormats formats_;
  PlanBuilder builder_;
};

}  // namespace

Plan::Plan(const FoldedNetwork& network, int height, int width, RowRange rows,
           const NumberFormat& format, Weights& weights, const dnnl::engine& engine)
    : Plan(Compiler(network, height, width, rows, format, weights, engine).run()) {}

Plan::Plan(PlanBuilder builder)
    : stream_(std::move(builder.stream)),
      calls_(std::move(builder.calls)),
      allocations_(std::move(builder.allocations)),
      arena_(place_allocations(allocations_)) {}

void Plan::run(RowSource& source, RowSink& sink) {
  const Addresses addresses{arena_.data(), &allocations_, &source, &sink};
  if (is_timed_) {
    run_timed(addresses);
  } else {
    for (const KernelCall& step : calls_) step.run(addresses);
  }
  stream_.wait();
}

void Plan::run_timed(const Addresses& addresses) {
  using Clock = std::chrono::steady_clock;
  for (const KernelCall& step : calls_) {
    const auto begin = Clock::now();
    step.run(addresses);
    stream_.wait();
    if (step.is_convolution)
      convolution_ms_ += std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  }
}

}  // namespace denoiseae
