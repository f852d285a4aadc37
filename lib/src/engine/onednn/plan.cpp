// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/plan.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "engine/onednn/caller_rows.h"
#include "engine/onednn/loops.h"
#include "engine/onednn/narrow.h"
#include "engine/onednn/primitives.h"
#include "engine/onednn/rounded_loops.h"
#include "engine/onednn/strips.h"
#include "engine/onednn/temporal_loops.h"
#include "engine/onednn/tiles.h"
#include "engine/onednn/window.h"

namespace denoiseae {

namespace {

using Type = dnnl::memory::data_type;

class Compiler {
 public:
  Compiler(const FoldedNetwork& network, int height, int width, Rows rows,
           const NumberFormat& format, Weights& weights, const dnnl::engine& engine)
      : graph_(network.graph),
        tensors_(network.tensors),
        shapes_(graph_.shapes(height, width)),
        stages_(fuse(graph_)),
        strips_(plan_strips(graph_, stages_, shapes_, rows, strip_height(graph_, shapes_))),
        bands_(graph_.nodes().size() + 1),
        windows_(bands_.size()),
        numbers_(graph_, format),
        draft_{engine, dnnl::stream(engine), weights, graph_.slope(), {}, {}} {
    find_rings();
  }

  Draft run() {
    for (strip_ = 0; strip_ < strips_.size(); ++strip_) append_strip();
    return std::move(draft_);
  }

 private:
  void append_strip() {
    append_input();
    for (const Stage& stage : stages_) {
      if (fresh(stage.value).count() != 0) append(stage);
    }
    if (fresh(graph_.output()).count() != 0) append_output();
  }

  void append_input() {
    if (fresh(0).count() == 0) return;
    const Band read = reserve(caller_input(), 0, Type::f32);
    append_read_input(draft_, read);
    // What mixes frame and past does so in float32.
    if (numbers_.exact() == Type::f32 || graph_.has_past()) {
      bands_[0] = bands_[caller_input()];
    } else {
      append_conversion(draft_, read, reserve(0));
    }
  }

  /// Whether append_last_rows does what is left after the residual.
  bool ends_with_last_rows() const {
    if (!graph_.has_past()) return false;
    const Node& output = graph_.nodes()[graph_.output()];
    const Node& memory = graph_.nodes()[graph_.past_output()];
    return output.op == Op::add_innovation && memory.op == Op::remember && output.inputs[0] == 0 &&
           output.inputs[1] == memory.inputs[0] && output.inputs[2] == memory.inputs[1];
  }

  void append_output() {
    const NodeId last = graph_.output();
    if (ends_with_last_rows()) {
      const Node& node = graph_.nodes()[last];
      append_last_rows(draft_, input(node, 0), input(node, 1), input(node, 2), fresh(last));
      return;
    }
    Band out = bands_[last].part(fresh(last));
    if (out.type != Type::f32) {
      const Band other = out;
      out = temporary(other, Type::f32);
      append_conversion(draft_, other, out);
    }
    append_write_output(draft_, bands_[caller_input()], out);
  }

  /// The band of the input as the caller fills it.
  NodeId caller_input() const { return static_cast<NodeId>(graph_.nodes().size()); }

  /// The rows of a node that this strip computes.
  Rows fresh(NodeId id) const { return strips_[strip_][id].fresh; }

  /// A band like the other, for the next steps of this strip.
  Band temporary(Band band, Type type) {
    band.type = type;
    return band.moved_to(draft_.reserve(band.rows.count() * band.row_bytes()));
  }

  Band reserve(NodeId id) { return reserve(id, numbers_.type_of(id)); }
  Band reserve(NodeId id, Type type) { return reserve(id, id, type); }

  /// Where this strip writes its rows of a node, in the window of the band of the given index.
  Band reserve(NodeId index, NodeId id, Type type) {
    std::optional<Window>& window = windows_[index];
    if (!window) {
      std::vector<StripRows> rows;
      for (const std::vector<StripRows>& strip : strips_) rows.push_back(strip[id]);
      window.emplace(draft_, shape_of(id, type), rows, in_ring_[id] ? rows_together(id) : 0);
    }
    const Band part = window->advance(draft_, strips_[strip_][id]);
    bands_[index] = window->held();
    return part;
  }

  Band shape_of(NodeId id, Type type) const {
    return {.type = type, .channels = shapes_[id].channels, .width = shapes_[id].width};
  }

  int rows_together(NodeId id) const {
    const Op op = graph_.nodes()[id].op;
    return op == Op::input || op == Op::past ? kRowsTogether : 1;
  }

  /// Which values only loops along rows write and read, so that a ring can hold them.
  void find_rings() {
    in_ring_.assign(graph_.nodes().size(), true);
    for (const Stage& stage : stages_) {
      if (goes_by_rows(stage)) continue;
      in_ring_[stage.value] = false;
      each_input(graph_, stage, [&](NodeId id, const Node&, int) { in_ring_[id] = false; });
    }
    if (!ends_with_last_rows()) in_ring_[0] = in_ring_[graph_.output()] = false;
  }

  bool goes_by_rows(const Stage& stage) const {
    const Op op = graph_.nodes()[stage.head].op;
    return is_temporal(op) || (op == Op::conv && goes_on_tiles(stage));
  }

  bool goes_on_tiles(const Stage& stage) const {
    const Node& head = graph_.nodes()[stage.head];
    const Epilogue& end = stage.epilogue;
    if (numbers_.exact() != Type::bf16 || head.op == Op::dense || end.plane != kNoNode)
      return false;
    PlacedEpilogue epilogue{end.before, {}, nullptr, end.after};
    if (end.addend != kNoNode) epilogue.addend = shape_of(end.addend, numbers_.type_of(end.addend));
    const NodeId in = head.inputs[0];
    return suits_tiles(bare(stage), epilogue, shape_of(in, numbers_.type_of(in)),
                       shape_of(stage.value, numbers_.type_of(stage.value)));
  }

  /// Where a step writes the value of a node. The output is float32 at once, if it can be:
  /// primitives convert what they write, loops do not.
  Band target(NodeId id, bool primitive) {
    return reserve(id, id == graph_.output() && primitive ? Type::f32 : numbers_.type_of(id));
  }

  PlacedEpilogue placed(const Stage& stage) {
    const Epilogue& epilogue = stage.epilogue;
    PlacedEpilogue result{epilogue.before, {}, nullptr, epilogue.after};
    if (epilogue.addend != kNoNode) result.addend = bands_[epilogue.addend];
    if (epilogue.plane != kNoNode) {
      const Node& plane = graph_.nodes()[epilogue.plane];
      const Shape& shape = shapes_[epilogue.plane];
      const dnnl::memory::dims dims{shape.height, shape.width, shape.channels};
      using Tag = dnnl::memory::format_tag;
      const Type type = numbers_.type_of(stage.value);
      const dnnl::memory constants = draft_.weights.get(
          plane.name + ".plane", {dims, type, Tag::abc}, {dims, Type::f32, Tag::abc},
          [&] { return plane_values(plane, tensors_); });
      const Band rows = shape_of(epilogue.plane, type);
      result.plane = static_cast<const char*>(constants.get_data_handle()) +
                     fresh(stage.value).begin * rows.row_bytes();
    }
    return result;
  }

  const Band& input(const Node& node, int i) const { return bands_[node.inputs[i]]; }

  void append(const Stage& stage) {
    const Node& head = graph_.nodes()[stage.head];
    switch (head.op) {
      case Op::input:
        break;
      case Op::past:
        append_read_past(draft_, reserve(stage.value, Type::f32));
        break;
      case Op::motion_evidence:
        append_motion_evidence(draft_, input(head, 0), input(head, 1), reserve(stage.value));
        break;
      case Op::temporal_update:
        append_temporal_update(draft_, input(head, 0), input(head, 1), input(head, 2),
                               shapes_[head.inputs[2]].height, reserve(stage.value, Type::f32));
        break;
      case Op::remember: {
        if (ends_with_last_rows()) break;
        const Band past = reserve(stage.value, Type::f32);
        append_remember(draft_, input(head, 0), input(head, 1), past);
        append_write_past(draft_, past);
        break;
      }
      case Op::spatial_input:
        append_spatial_input(draft_, input(head, 0), input(head, 1), reserve(stage.value));
        break;
      case Op::add_innovation:
        if (ends_with_last_rows()) break;
        append_add_innovation(draft_, input(head, 0), input(head, 1), input(head, 2),
                              reserve(stage.value, Type::f32));
        break;
      case Op::conv:
      case Op::batch_norm:
      case Op::dense:
        append_linear(stage);
        break;
      case Op::transposed_conv:
        if (head.stride == 1) {
          append_linear(stage);
        } else {
          append_transposed(stage);
        }
        break;
      case Op::upconv:
        append_upconv(stage);
        break;
      case Op::reshape:
        append_reshape(draft_, bands_[head.inputs[0]], target(stage.value, false));
        break;
      case Op::add:
      case Op::activation:
      case Op::bias_plane:
        append_combination(draft_, placed(stage), bands_[head.inputs[0]],
                           target(stage.value, false));
        break;
    }
  }

  /// The rows of a stage's input that this strip of it reads.
  Band rows_of_input(const Stage& stage) const {
    const Node& head = graph_.nodes()[stage.head];
    const NodeId id = head.inputs[0];
    return bands_[id].part(rows_read(head, fresh(stage.value), shapes_[id]));
  }

  /// The same in numbers that convolutions take: a frame beside a past is float32.
  Band exact_input(const Stage& stage) {
    const Band in = rows_of_input(stage);
    if (in.type != Type::f32 || numbers_.exact() != Type::bf16) return in;
    const Band out = temporary(in, Type::bf16);
    append_conversion(draft_, in, out);
    return out;
  }

  /// Sums are a step of their own: oneDNN 2.6 adds another picture only in kernels that are slower
  /// (3x3, 16 to 16 channels at 640x360 in float32: 29 ms instead of 21) and for an odd number of
  /// input channels in bfloat16 wrong.
  void append_linear(const Stage& stage) {
    PlacedEpilogue epilogue = placed(stage);
    const bool has_sum = epilogue.addend || epilogue.plane != nullptr;
    const bool is_dense = graph_.nodes()[stage.head].op == Op::dense;
    Convolution task = with_bias(stage);
    const bool has_rest = has_sum || epilogue.after != Activation::none;
    const Band& out = target(stage.value, !has_rest);
    if (goes_on_tiles(stage)) {
      // The scales of 8-bit weights lead to the steps of the convolution's own value.
      const bool is_scaled = !task.scales.empty();
      const float step = numbers_.scale(stage.value) / (is_scaled ? numbers_.scale(stage.head) : 1);
      append_on_tiles(draft_, task, epilogue, 1 / step, rows_of_input(stage), out);
      return;
    }
    if (!is_dense && suits_narrow(task, rows_of_input(stage), out)) {
      append_narrow(draft_, task, epilogue, rows_of_input(stage), out);
      return;
    }
    task.activation = std::exchange(epilogue.before, Activation::none);
    if (out.type == Type::u8) {
      append_rounded(stage, task, has_rest ? &epilogue : nullptr, out);
      return;
    }
    (is_dense ? append_dense : append_convolution)(draft_, task, exact_input(stage), out);
    if (has_rest) append_combination(draft_, epilogue, out, out);
  }

  /// A convolution to 8-bit values. oneDNN rounds what it computed with integers only.
  void append_rounded(const Stage& stage, const Convolution& task, const PlacedEpilogue* rest,
                      const Band& out) {
    if (rows_of_input(stage).type == Type::u8) {
      append_convolution(draft_, task, rows_of_input(stage), out);
      return;
    }
    const Band exact = temporary(out, Type::f32);
    append_convolution(draft_, task, exact_input(stage), exact);
    if (rest != nullptr) append_combination(draft_, *rest, exact, exact);
    append_rounding(draft_, exact, numbers_.scale(stage.value), out);
  }

  /// An upsampling convolution and a sum to 8-bit values.
  void append_rounded_upconv(const Stage& stage) {
    const NodeId addend = stage.epilogue.addend;
    const RoundedBand added{bands_[addend], numbers_.scale(addend)};
    const RoundedBand out{reserve(stage.value), numbers_.scale(stage.value)};
    const Band in = rows_of_input(stage);
    if (numbers_.exact() == Type::bf16 && suits_rounded_tile_upconv(in, out.band)) {
      append_rounded_upconv_on_tiles(draft_, with_bias(stage), in, added, out);
      return;
    }
    const Band groups = append_groups(with_bias(stage), in, Type::f32, 4 * out.band.channels);
    append_rounded_sum(draft_, groups, added, out);
  }

  Convolution with_bias(const Stage& stage) {
    Convolution result = bare(stage);
    result.bias = [&node = graph_.nodes()[stage.head], this] {
      return bias_values(node, tensors_);
    };
    const NodeId in = graph_.nodes()[stage.head].inputs[0];
    return numbers_.rounded(std::move(result), in, stage.head);
  }

  Convolution bare(const Stage& stage) const {
    const Node& node = graph_.nodes()[stage.head];
    const Shape& in = shapes_[node.inputs[0]];
    Convolution result{node.name, node.kernel, node.stride, padding_of(node)};
    result.weights = [&node, &in, this] { return convolution_weights(node, in, tensors_); };
    return result;
  }

  /// A 1x1 convolution to groups of channels, for a second step to lay out.
  Band append_groups(const Convolution& pointwise, const Band& in, Type type, int channels) {
    Band shape = in;
    shape.channels = channels;
    const Band groups = temporary(shape, type);
    append_convolution(draft_, pointwise, in, groups);
    return groups;
  }

  void append_upconv(const Stage& stage) {
    if (numbers_.is_rounded(stage.value)) {
      append_rounded_upconv(stage);
      return;
    }
    const Band out = target(stage.value, false);
    const PlacedEpilogue epilogue = placed(stage);
    if (suits_tile_upconv(epilogue, rows_of_input(stage), out)) {
      append_upconv_on_tiles(draft_, with_bias(stage), epilogue, rows_of_input(stage), out);
      return;
    }
    const Band groups =
        append_groups(with_bias(stage), rows_of_input(stage), numbers_.type_of(stage.head),
                      4 * graph_.nodes()[stage.head].channels);
    append_depth_to_space(draft_, epilogue, groups, out);
  }

  void append_transposed(const Stage& stage) {
    const Node& head = graph_.nodes()[stage.head];
    Convolution pointwise = bare(stage);
    const Taps taps{head.kernel, head.stride, pointwise.padding, bias_values(head, tensors_)};
    pointwise.kernel = 1;
    pointwise.stride = 1;
    pointwise.padding = 0;
    const Band groups = append_groups(pointwise, rows_of_input(stage), numbers_.type_of(stage.head),
                                      head.kernel * head.kernel * head.channels);
    append_spread(draft_, taps, placed(stage), groups, target(stage.value, false));
  }

  const Graph& graph_;
  const std::map<std::string, Tensor>& tensors_;
  std::vector<Shape> shapes_;
  std::vector<Stage> stages_;
  std::vector<std::vector<StripRows>> strips_;
  std::size_t strip_ = 0;    ///< that is appended
  std::vector<Band> bands_;  ///< of each node: the rows that are there; then caller_input
  std::vector<std::optional<Window>> windows_;  ///< of the bands
  std::vector<bool> in_ring_;                   ///< of each node
  Numbers numbers_;
  Draft draft_;
};

}  // namespace

Plan::Plan(const FoldedNetwork& network, int height, int width, Rows rows,
           const NumberFormat& format, Weights& weights, const dnnl::engine& engine)
    : Plan(Compiler(network, height, width, rows, format, weights, engine).run()) {}

Plan::Plan(Draft draft)
    : stream_(std::move(draft.stream)),
      steps_(std::move(draft.steps)),
      pieces_(std::move(draft.pieces)),
      arena_(place_pieces(pieces_)) {}

void Plan::run(RowStream& rows) {
  const Addresses addresses{arena_.data(), &pieces_, &rows};
  if (is_timed_) {
    run_timed(addresses);
  } else {
    for (const Step& step : steps_) step.run(addresses);
  }
  stream_.wait();
}

void Plan::run_timed(const Addresses& addresses) {
  using Clock = std::chrono::steady_clock;
  for (const Step& step : steps_) {
    const auto begin = Clock::now();
    step.run(addresses);
    stream_.wait();
    if (step.is_convolution)
      convolution_ms_ += std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  }
}

}  // namespace denoiseae
