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

/// Appends a convolution or a dense layer, once its primitive is chosen.
template <typename Description>
void append_linear(PlanBuilder& builder, const Convolution& task, const Description& chosen,
                   dnnl::primitive primitive, const memory::desc& plain_weights,
                   const memory::desc& bias, const RowBand& in, const RowBand& out) {
  PrimitiveCall step(std::move(primitive), builder);
  step.add(DNNL_ARG_SRC, chosen.src_desc(), in.row(in.rows.begin), builder);
  step.add(DNNL_ARG_DST, chosen.dst_desc(), out.row(out.rows.begin), builder);
  step.add_constant(DNNL_ARG_WEIGHTS,
                    builder.weights.get(task.name + ".weight", chosen.weights_desc(), plain_weights,
                                        task.weights));
  if (task.bias) {
    step.add_constant(DNNL_ARG_BIAS,
                      builder.weights.get(task.name + ".bias", bias, bias, task.bias));
  }
  append(builder, std::move(step), chosen.scratchpad_desc(), in, out);
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
  const dnnl::convolution_forward::desc description(
      dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, picture(in),
      {weights, weight_type, Tag::any}, bias, picture(out), {s, s},
      {in.rows.begin - first_row, task.window.padding},
      {std::max<memory::dim>(0, last_row - in.rows.end),
       std::max<memory::dim>(0, last_column - in.width)});
  const dnnl::convolution_forward::primitive_desc chosen(
      description, attributes(task, builder.slope), builder.engine);
  append_linear(builder, task, chosen, dnnl::convolution_forward(chosen),
                {weights, Type::f32, Tag::oihw}, bias, in, out);
  builder.calls.back().is_convolution = true;
}

void append_dense(PlanBuilder& builder, const Convolution& task, const RowBand& in,
                  const RowBand& out) {
  const memory::dims weights{list(out).dims()[1], list(in).dims()[1]};
  const memory::desc bias({weights[0]}, Type::f32, Tag::a);
  const dnnl::inner_product_forward::desc description(
      dnnl::prop_kind::forward_inference, list(in), {weights, in.type, Tag::any}, bias, list(out));
  const dnnl::inner_product_forward::primitive_desc chosen(
      description, attributes(task, builder.slope), builder.engine);
  append_linear(builder, task, chosen, dnnl::inner_product_forward(chosen),
                {weights, Type::f32, Tag::oi}, bias, in, out);
}

void append_conversion(PlanBuilder& builder, const RowBand& in, const RowBand& out) {
  RowBand rows = in;
  rows.rows = out.rows;
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const dnnl::reorder::primitive_desc chosen(builder.engine, list(rows), builder.engine, list(out),
                                             attr);
  PrimitiveCall step(dnnl::reorder(chosen), builder);
  step.add(DNNL_ARG_FROM, list(rows), in.row(out.rows.begin), builder);
  step.add(DNNL_ARG_TO, list(out), out.row(out.rows.begin), builder);
  append(builder, std::move(step), chosen.scratchpad_desc(), in, out);
}

}  // namespace denoiseae
