// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/torch/state_warp.h"

#include <torch/csrc/autograd/custom_function.h>

#include <utility>

#include "layout/state_layout.h"
#include "temporal/warp_state.h"

namespace denoiseae {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr UnknownMark kMark{kStateVariance, kUnknownVariance};

/// Autograd keeps these from forward to backward.
struct Fields : torch::CustomClassHolder {
  explicit Fields(std::vector<MotionField> list) : values(std::move(list)) {}
  std::vector<MotionField> values;
};

template <typename Displace>
torch::Tensor warped(const torch::Tensor& t, const Fields& fields, const Displace& displace) {
  const torch::Tensor in = t.contiguous(torch::MemoryFormat::ChannelsLast);
  const torch::Tensor out = torch::empty_like(in);
  for (std::int64_t i = 0; i < in.size(0); ++i) {
    displace(sample_of(in, i), fields.values[static_cast<std::size_t>(i)], kMark,
             sample_of(out, i));
  }
  return out;
}

class WarpState : public torch::autograd::Function<WarpState> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& state,
                               const c10::intrusive_ptr<Fields>& fields) {
    context->saved_data["fields"] = c10::IValue::make_capsule(fields);
    return warped(state, *fields, [](auto&&... v) { warp_state(v...); });
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto fields =
        c10::static_intrusive_pointer_cast<Fields>(context->saved_data["fields"].toCapsule());
    return {warped(gradients[0], *fields, [](auto&&... v) { warp_state_adjoint(v...); }), {}};
  }
};

}  // namespace

TensorView sample_of(const torch::Tensor& t, std::int64_t sample) {
  return {t.data_ptr<float>() + sample * t.stride(0), static_cast<int>(t.size(1)),
          static_cast<int>(t.size(2)), static_cast<int>(t.size(3))};
}

torch::Tensor warp_state(const torch::Tensor& state, std::vector<MotionField> fields) {
  return WarpState::apply(state, c10::make_intrusive<Fields>(std::move(fields)));
}

}  // namespace denoiseae
