// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/primitives.h"

#include <algorithm>
#include <utility>

namespace denoiseae {

namespace {

using dnnl::memory;
using Tag = memory::format_tag;
using Type = memory::data_type;

/// A primitive with its arguments. It is executed through oneDNN's C interface, because the C++
/// interface makes a list of the arguments each time.
class PrimitiveCall {
 public:
  PrimitiveCall(dnnl::primitive primitive, const PlanBuilder& builder)
      : primitive_(std::move(primitive)), stream_(builder.stream) {}

  void add(int index, const memory::desc& desc, BufferRef buffer, const PlanBuilder& builder) {
    memory memory(desc, builder.engine, DNNL_MEMORY_NONE);
    places_.push_back({memory, buffer, nullptr});
    arguments_.push_back({index, memory.get()});
  }
  void add_constant(int index, const memory& constant) {
    constants_.push_back(constant);
    arguments_.push_back({index, constant.get()});
  }

  void operator()(const Addresses& addresses) {
    for (Argument& argument : places_) {
      char* address = addresses.of(argument.buffer);
      if (argument.address == address) continue;
      argument.memory.set_data_handle(address, stream_);
      argument.address = address;
    }
    dnnl::error::wrap_c_api(
        dnnl_primitive_execute(primitive_.get(), stream_.get(), static_cast<int>(arguments_.size()),
                               arguments_.data()),
        "oneDNN could not run a layer");
  }

 private:
  struct Argument {
    dnnl::memory memory;
    BufferRef buffer;
    char* address = nullptr;  ///< the current one of the memory
  };

  dnnl::primitive primitive_;
  dnnl::stream stream_;
  std::vector<Argument> places_;
  std::vector<memory> constants_;
  std::vector<dnnl_exec_arg_t> arguments_;
};

memory::desc picture(const RowBand& band) {
  return {{1, band.channels, band.rows.count(), band.width}, band.type, Tag::nhwc};
}

memory::desc list(const RowBand& band) {
  const auto values = static_cast<memory::dim>(band.row_values()) * band.rows.count();
  return {{1, values}, band.type, Tag::nc};
}

dnnl::primitive_attr attributes(const Convolution& task, float slope) {
  dnnl::post_ops post_ops;
  if (task.activation == Activation::sigmoid) {
    post_ops.append_eltwise(1, dnnl::algorithm::eltwise_logistic, 0, 0);
  } else if (task.activation != Activation::none) {
    post_ops.append_eltwise(1, dnnl::algorithm::eltwise_relu,
                            task.activation == Activation::relu ? 0 : slope, 0);
  }
  dnnl::primitive_attr attr;
  constexpr int kPerOutput = 1 << 1;
  if (!task.scales.empty()) attr.set_output_scales(kPerOutput, task.scales);
  attr.set_post_ops(post_ops);
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

void append(PlanBuilder& builder, PrimitiveCall step, const memory::desc& scratchpad,
            const RowBand& in, const RowBand& out) {
  if (scratchpad.get_size() != 0) {
    step.add(DNNL_ARG_SCRATCHPAD, scratchpad, builder.reserve(scratchpad.get_size()), builder);
  }
  builder.use(in.buffer);
  builder.use(out.buffer);
  builder.calls.emplace_back(std::move(step));
}

/// Lists everything that makes two primitives of one engine differ.
class PrimitiveKey {
 public:
  explicit PrimitiveKey(char kind) : text_(1, kind) {}

  PrimitiveKey& add(const memory::desc& desc) {
    for (const memory::dim size : desc.dims()) add_bytes(size);
    return add_bytes(desc.data_type());
  }
  PrimitiveKey& add(const Convolution& task) {
    add_bytes(task.activation).add_bytes(static_cast<bool>(task.bias));
    for (const float scale : task.scales) add_bytes(scale);
    return *this;
  }
  PrimitiveKey& add(const memory::dims& numbers) {
    for (const memory::dim number : numbers) add_bytes(number);
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  template <typename Value>
  PrimitiveKey& add_bytes(const Value& value) {
    text_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }

  std::string text_;
};

/// Estimates what a primitive takes. Measured with oneDNN 2.7 in all precisions: the machine code
/// of a convolution grows with the width of its output, unless its kernel is 1x1.
std::int64_t primitive_bytes(int kernel, int output_width) {
  constexpr std::int64_t kEach = 40'000;
  constexpr std::int64_t kLargerKernel = 20'000;
  constexpr std::int64_t kColumn = 1'100;
  return kernel == 1 ? kEach : kEach + kLargerKernel + kColumn * output_width;
}

template <typename Primitive, typename Description>
ChosenPrimitive make_linear(const Description& chosen, std::int64_t memory_bytes) {
  return {Primitive(chosen),     chosen.src_desc(),        chosen.dst_desc(),
          chosen.weights_desc(), chosen.scratchpad_desc(), memory_bytes};
}

/// Appends a convolution or a dense layer, once its primitive is chosen.
void append_linear(PlanBuilder& builder, const Convolution& task, const ChosenPrimitive& chosen,
                   const memory::desc& plain_weights, const memory::desc& bias, const RowBand& in,
                   const RowBand& out) {
  PrimitiveCall step(chosen.primitive, builder);
  step.add(DNNL_ARG_SRC, chosen.source, in.row(in.rows.begin), builder);
  step.add(DNNL_ARG_DST, chosen.result, out.row(out.rows.begin), builder);
  step.add_constant(DNNL_ARG_WEIGHTS, builder.weights.get(task.name + ".weight", chosen.weights,
                                                          plain_weights, task.weights));
  if (task.bias) {
    step.add_constant(DNNL_ARG_BIAS,
                      builder.weights.get(task.name + ".bias", bias, bias, task.bias));
  }
  append(builder, std::move(step), chosen.scratchpad, in, out);
}

}  // namespace

void append_convolution(PlanBuilder& builder, const Convolution& task, const RowBand& in,
                        const RowBand& out) {
  const auto k = static_cast<memory::dim>(task.window.kernel);
  const auto s = static_cast<memory::dim>(task.window.stride);
  const memory::dims weights{out.channels, in.channels, k, k};
  const memory::desc bias =
      task.bias ? memory::desc({out.channels}, Type::f32, Tag::a) : memory::desc();
  // There is padding only where the kernel reaches over an edge of the whole picture.
  const memory::dim first_row = out.rows.begin * s - task.window.padding;
  const memory::dim last_row = (out.rows.end - 1) * s - task.window.padding + k;
  const memory::dim last_column = (out.width - 1) * s - task.window.padding + k;
  const Type weight_type = task.scales.empty() ? in.type : Type::s8;
  const memory::dims before{in.rows.begin - first_row, task.window.padding};
  const memory::dims behind{std::max<memory::dim>(0, last_row - in.rows.end),
                            std::max<memory::dim>(0, last_column - in.width)};
  const std::string key = PrimitiveKey('c')
                              .add(picture(in))
                              .add(picture(out))
                              .add(task)
                              .add({k, s})
                              .add(before)
                              .add(behind)
                              .text();
  const ChosenPrimitive& chosen = builder.weights.primitives().get(key, [&] {
    const dnnl::convolution_forward::desc description(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, picture(in),
        {weights, weight_type, Tag::any}, bias, picture(out), {s, s}, before, behind);
    const dnnl::convolution_forward::primitive_desc made(
        description, attributes(task, builder.slope), builder.engine);
    return make_linear<dnnl::convolution_forward>(made,
                                                  primitive_bytes(task.window.kernel, out.width));
  });
  append_linear(builder, task, chosen, {weights, Type::f32, Tag::oihw}, bias, in, out);
  builder.calls.back().convolution = task.name;
}

void append_dense(PlanBuilder& builder, const Convolution& task, const RowBand& in,
                  const RowBand& out) {
  const memory::dims weights{list(out).dims()[1], list(in).dims()[1]};
  const memory::desc bias({weights[0]}, Type::f32, Tag::a);
  const std::string key = PrimitiveKey('d').add(list(in)).add(list(out)).add(task).text();
  const ChosenPrimitive& chosen = builder.weights.primitives().get(key, [&] {
    const dnnl::inner_product_forward::desc description(dnnl::prop_kind::forward_inference,
                                                        list(in), {weights, in.type, Tag::any},
                                                        bias, list(out));
    const dnnl::inner_product_forward::primitive_desc made(
        description, attributes(task, builder.slope), builder.engine);
    return make_linear<dnnl::inner_product_forward>(made, primitive_bytes(1, 1));
  });
  append_linear(builder, task, chosen, {weights, Type::f32, Tag::oi}, bias, in, out);
}

void append_conversion(PlanBuilder& builder, const RowBand& in, const RowBand& out) {
  RowBand rows = in;
  rows.rows = out.rows;
  const std::string key = PrimitiveKey('r').add(list(rows)).add(list(out)).text();
  const ChosenPrimitive& chosen = builder.weights.primitives().get(key, [&]() -> ChosenPrimitive {
    dnnl::primitive_attr attr;
    attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::reorder::primitive_desc made(builder.engine, list(rows), builder.engine, list(out),
                                             attr);
    return {dnnl::reorder(made),    list(rows),           list(out), {},
            made.scratchpad_desc(), primitive_bytes(1, 1)};
  });
  PrimitiveCall step(chosen.primitive, builder);
  step.add(DNNL_ARG_FROM, chosen.source, in.row(out.rows.begin), builder);
  step.add(DNNL_ARG_TO, chosen.result, out.row(out.rows.begin), builder);
  append(builder, std::move(step), chosen.scratchpad, in, out);
}

}  // namespace denoiseae
