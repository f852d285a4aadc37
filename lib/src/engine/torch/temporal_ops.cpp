// SPDX-License-Identifier: LGPL-2.1-or-later
// Composed of LibTorch's operations these would be some forty passes over small planes, and twice
// as many backwards: more time than the convolutions take.
#include "engine/torch/temporal_ops.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include "engine/torch/composed_temporal_ops.h"
#include "engine/torch/temporal_gradients.h"
#include "kernels/temporal/temporal.h"
#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "layout/tensor_view.h"
#include "net/graph.h"

namespace denoiseae {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t kRowsPerTask = 16;

torch::Tensor rows_of(const torch::Tensor& t) {
  return t.contiguous(torch::MemoryFormat::ChannelsLast);
}

torch::Tensor empty(const torch::Tensor& like, std::int64_t channels, std::int64_t height,
                    std::int64_t width, torch::ScalarType type) {
  return torch::empty({like.size(0), channels, height, width},
                      like.options().dtype(type).requires_grad(false).memory_format(
                          torch::MemoryFormat::ChannelsLast));
}

torch::Tensor empty_state(const torch::Tensor& like) {
  return empty(like, kStateChannels, like.size(2), like.size(3), torch::kFloat32);
}

/// Row y of picture n; t: N x C x H x W in rows.
template <typename Value>
Value* row(const torch::Tensor& t, std::int64_t n, std::int64_t y) {
  return static_cast<Value*>(t.data_ptr()) + (n * t.size(2) + y) * t.size(3) * t.size(1);
}

template <typename Body>
void with_type_of(const torch::Tensor& t, const Body& body) {
  if (t.scalar_type() == torch::kBFloat16) {
    body(Bfloat16{});
  } else {
    TORCH_CHECK(t.scalar_type() == torch::kFloat32, "float32 or bfloat16 is expected");
    body(float{});
  }
}

/// body(picture, row) for all rows of all pictures, some at a time.
template <typename Body>
void for_rows(std::int64_t pictures, std::int64_t height, const Body& body) {
  at::parallel_for(0, pictures * height, kRowsPerTask, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) body(i / height, i % height);
  });
}

int width_of(const torch::Tensor& t) { return static_cast<int>(t.size(3)); }

template <typename Value>
GateRows<Value> gate_rows(const torch::Tensor& gate, std::int64_t n, std::int64_t y) {
  const Between rows = between_halves(static_cast<int>(y), static_cast<int>(gate.size(2)));
  return {row<const Value>(gate, n, rows.first), row<const Value>(gate, n, rows.second),
          rows.second_weight};
}

class ChangeFeatures : public torch::autograd::Function<ChangeFeatures> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& frame_any,
                               const torch::Tensor& state_any, torch::ScalarType type) {
    const torch::Tensor frame = rows_of(frame_any), state = rows_of(state_any);
    context->save_for_backward({frame, state});
    torch::Tensor out = empty(frame, kChangeChannels, frame.size(2) / 2, frame.size(3) / 2, type);
    with_type_of(out, [&]<typename Value>(Value) {
      for_rows(out.size(0), out.size(2), [&](std::int64_t n, std::int64_t y) {
        temporal_rows<Value>().change_features(
            {row<float>(frame, n, 2 * y), row<float>(frame, n, 2 * y + 1)},
            {row<float>(state, n, 2 * y), row<float>(state, n, 2 * y + 1)}, width_of(out),
            row<Value>(out, n, y));
      });
    });
    return out;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor &frame = saved[0], &state = saved[1];
    const torch::Tensor gradient = rows_of(gradients[0]);
    torch::Tensor state_gradient = empty_state(state);
    with_type_of(gradient, [&]<typename Value>(Value) {
      for_rows(gradient.size(0), gradient.size(2), [&](std::int64_t n, std::int64_t y) {
        change_features_gradient(
            {row<float>(frame, n, 2 * y), row<float>(frame, n, 2 * y + 1)},
            {row<float>(state, n, 2 * y), row<float>(state, n, 2 * y + 1)}, width_of(gradient),
            row<const Value>(gradient, n, y),
            {row<float>(state_gradient, n, 2 * y), row<float>(state_gradient, n, 2 * y + 1)});
      });
    });
    return {{}, state_gradient, {}};
  }
};

class TemporalUpdate : public torch::autograd::Function<TemporalUpdate> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& frame_any,
                               const torch::Tensor& state_any, const torch::Tensor& gate_any) {
    const torch::Tensor frame = rows_of(frame_any), state = rows_of(state_any),
                        gate = rows_of(gate_any);
    context->save_for_backward({frame, state, gate});
    torch::Tensor out = empty_state(state);
    with_type_of(gate, [&]<typename Value>(Value) {
      for_rows(out.size(0), out.size(2), [&](std::int64_t n, std::int64_t y) {
        temporal_rows<Value>().temporal_update(row<float>(frame, n, y), row<float>(state, n, y),
                                               gate_rows<Value>(gate, n, y), width_of(out),
                                               row<float>(out, n, y));
      });
    });
    return out;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor &frame = saved[0], &state = saved[1], &gate = saved[2];
    const torch::Tensor gradient = rows_of(gradients[0]);
    torch::Tensor state_gradient = empty_state(state);
    torch::Tensor gate_gradient =
        empty(gate, kGateChannels, gate.size(2), gate.size(3), torch::kFloat32).zero_();
    with_type_of(gate, [&]<typename Value>(Value) {
      // By pictures: rows share the gate's.
      at::parallel_for(0, state.size(0), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n)
          for (std::int64_t y = 0; y < state.size(2); ++y) {
            const Between rows =
                between_halves(static_cast<int>(y), static_cast<int>(gate.size(2)));
            temporal_update_gradient(
                row<float>(frame, n, y), row<float>(state, n, y), gate_rows<Value>(gate, n, y),
                width_of(state), row<const float>(gradient, n, y), row<float>(state_gradient, n, y),
                {row<float>(gate_gradient, n, rows.first),
                 row<float>(gate_gradient, n, rows.second)});
          }
      });
    });
    return {{}, state_gradient, gate_gradient.to(gate.scalar_type())};
  }
};

class SpatialInput : public torch::autograd::Function<SpatialInput> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& frame_any,
                               const torch::Tensor& state_any, torch::ScalarType type) {
    const torch::Tensor frame = rows_of(frame_any), state = rows_of(state_any);
    context->save_for_backward({frame, state});
    torch::Tensor out = empty(state, kSpatialInputChannels, state.size(2), state.size(3), type);
    with_type_of(out, [&]<typename Value>(Value) {
      for_rows(out.size(0), out.size(2), [&](std::int64_t n, std::int64_t y) {
        temporal_rows<Value>().spatial_input(row<float>(frame, n, y), row<float>(state, n, y),
                                             width_of(out), row<Value>(out, n, y));
      });
    });
    return out;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor &frame = saved[0], &state = saved[1];
    const torch::Tensor gradient = rows_of(gradients[0]);
    torch::Tensor state_gradient = empty_state(state);
    with_type_of(gradient, [&]<typename Value>(Value) {
      for_rows(state.size(0), state.size(2), [&](std::int64_t n, std::int64_t y) {
        spatial_input_gradient(row<float>(frame, n, y), row<float>(state, n, y), width_of(state),
                               row<const Value>(gradient, n, y), row<float>(state_gradient, n, y));
      });
    });
    return {{}, state_gradient, {}};
  }
};

class AddInnovation : public torch::autograd::Function<AddInnovation> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& frame_any,
                               const torch::Tensor& state_any, const torch::Tensor& residual_any) {
    const torch::Tensor frame = rows_of(frame_any), state = rows_of(state_any),
                        residual = rows_of(residual_any);
    context->saved_data["residual"] = residual.scalar_type();
    torch::Tensor out =
        empty(state, kPackedChannels, state.size(2), state.size(3), torch::kFloat32);
    with_type_of(residual, [&]<typename Value>(Value) {
      for_rows(out.size(0), out.size(2), [&](std::int64_t n, std::int64_t y) {
        temporal_rows<Value>().add_innovation(row<float>(frame, n, y), row<float>(state, n, y),
                                              row<const Value>(residual, n, y), width_of(out),
                                              row<float>(out, n, y));
      });
    });
    return out;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const torch::Tensor gradient = rows_of(gradients[0]);
    torch::Tensor state_gradient = empty_state(gradient);
    torch::Tensor residual_gradient =
        torch::empty_like(gradient, context->saved_data["residual"].toScalarType());
    with_type_of(residual_gradient, [&]<typename Value>(Value) {
      for_rows(gradient.size(0), gradient.size(2), [&](std::int64_t n, std::int64_t y) {
        add_innovation_gradient(width_of(gradient), row<const float>(gradient, n, y),
                                row<float>(state_gradient, n, y),
                                row<Value>(residual_gradient, n, y));
      });
    });
    return {{}, state_gradient, residual_gradient};
  }
};

class UpdateState : public torch::autograd::Function<UpdateState> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& state_any,
                               const torch::Tensor& residual_any) {
    const torch::Tensor state = rows_of(state_any), residual = rows_of(residual_any);
    context->saved_data["residual"] = residual.scalar_type();
    torch::Tensor out = empty_state(state);
    with_type_of(residual, [&]<typename Value>(Value) {
      for_rows(out.size(0), out.size(2), [&](std::int64_t n, std::int64_t y) {
        temporal_rows<Value>().update_state(row<float>(state, n, y),
                                            row<const Value>(residual, n, y), width_of(out),
                                            row<float>(out, n, y));
      });
    });
    return out;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const torch::Tensor gradient = rows_of(gradients[0]);
    torch::Tensor state_gradient = empty_state(gradient);
    torch::Tensor residual_gradient =
        empty(gradient, kPackedChannels, gradient.size(2), gradient.size(3),
              context->saved_data["residual"].toScalarType());
    with_type_of(residual_gradient, [&]<typename Value>(Value) {
      for_rows(gradient.size(0), gradient.size(2), [&](std::int64_t n, std::int64_t y) {
        update_state_gradient(width_of(gradient), row<const float>(gradient, n, y),
                              row<float>(state_gradient, n, y),
                              row<Value>(residual_gradient, n, y));
      });
    });
    return {state_gradient, residual_gradient};
  }
};

}  // namespace

torch::Tensor change_features(const torch::Tensor& frame, const torch::Tensor& state,
                              torch::ScalarType type) {
  if (!frame.is_cpu()) return composed::change_features(frame, state).to(type);
  return ChangeFeatures::apply(frame, state, type);
}

torch::Tensor temporal_update(const torch::Tensor& frame, const torch::Tensor& state,
                              const torch::Tensor& gate) {
  if (!frame.is_cpu()) return composed::temporal_update(frame, state, gate.to(torch::kFloat32));
  return TemporalUpdate::apply(frame, state, gate);
}

torch::Tensor spatial_input(const torch::Tensor& frame, const torch::Tensor& state,
                            torch::ScalarType type) {
  if (!frame.is_cpu()) return composed::spatial_input(frame, state).to(type);
  return SpatialInput::apply(frame, state, type);
}

torch::Tensor add_innovation(const torch::Tensor& frame, const torch::Tensor& state,
                             const torch::Tensor& residual) {
  if (!frame.is_cpu()) return composed::add_innovation(frame, state, residual.to(torch::kFloat32));
  return AddInnovation::apply(frame, state, residual);
}

torch::Tensor update_state(const torch::Tensor& state, const torch::Tensor& residual) {
  if (!state.is_cpu()) return composed::update_state(state, residual.to(torch::kFloat32));
  return UpdateState::apply(state, residual);
}

}  // namespace denoiseae
