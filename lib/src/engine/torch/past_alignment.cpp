// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/torch/past_alignment.h"

#include <torch/csrc/autograd/custom_function.h>

#include <utility>

#include "temporal/align_past.h"

namespace denoiseae {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr UnknownMark kMark{kPastVariance, kForgotten};

/// What autograd keeps from forward to backward.
struct Fields : torch::CustomClassHolder {
  explicit Fields(std::vector<MotionField> list) : values(std::move(list)) {}
  std::vector<MotionField> values;
};

template <typename Displace>
torch::Tensor displaced(const torch::Tensor& t, const Fields& fields, const Displace& displace) {
  const torch::Tensor in = t.contiguous(torch::MemoryFormat::ChannelsLast);
  const torch::Tensor out = torch::empty_like(in);
  for (std::int64_t i = 0; i < in.size(0); ++i) {
    displace(sample_of(in, i), fields.values[static_cast<std::size_t>(i)], kMark,
             sample_of(out, i));
  }
  return out;
}

class AlignPast : public torch::autograd::Function<AlignPast> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& past,
                               const c10::intrusive_ptr<Fields>& fields) {
    context->saved_data["fields"] = c10::IValue::make_capsule(fields);
    return displaced(past, *fields, [](auto&&... v) { align_past(v...); });
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto fields =
        c10::static_intrusive_pointer_cast<Fields>(context->saved_data["fields"].toCapsule());
    return {displaced(gradients[0], *fields, [](auto&&... v) { align_past_adjoint(v...); }), {}};
  }
};

}  // namespace

PlanesView sample_of(const torch::Tensor& t, std::int64_t sample) {
  return {t.data_ptr<float>() + sample * t.stride(0), static_cast<int>(t.size(1)),
          static_cast<int>(t.size(2)), static_cast<int>(t.size(3))};
}

torch::Tensor align_past(const torch::Tensor& past, std::vector<MotionField> fields) {
  return AlignPast::apply(past, c10::make_intrusive<Fields>(std::move(fields)));
}

}  // namespace denoiseae
