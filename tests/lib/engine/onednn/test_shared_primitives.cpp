// SPDX-License-Identifier: LGPL-2.1-or-later
#include <stdexcept>
#include <thread>

#include "engine/onednn/shared_primitives.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

ChosenPrimitive primitive_of(std::int64_t memory_bytes) {
  ChosenPrimitive chosen;
  chosen.memory_bytes = memory_bytes;
  return chosen;
}

/// Makes a primitive that lies in oneDNN's cache from then on.
void make_relu(int width) {
  using dnnl::memory;
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  const memory::desc picture({1, 8, 4, width}, memory::data_type::f32, memory::format_tag::nhwc);
  const dnnl::eltwise_forward::desc description(dnnl::prop_kind::forward_inference,
                                                dnnl::algorithm::eltwise_relu, picture, 0);
  const dnnl::eltwise_forward relu(dnnl::eltwise_forward::primitive_desc(description, engine));
}

dnnl::convolution_forward::primitive_desc describe_convolution(const dnnl::engine& engine,
                                                               int width) {
  using dnnl::memory;
  const memory::desc picture({1, 16, 4, width}, memory::data_type::f32, memory::format_tag::nhwc);
  const memory::desc weights({16, 16, 3, 3}, memory::data_type::f32, memory::format_tag::any);
  const memory::desc bias({16}, memory::data_type::f32, memory::format_tag::a);
  dnnl::post_ops activation;
  activation.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0.1f, 0);
  dnnl::primitive_attr attr;
  attr.set_post_ops(activation);
  return {{dnnl::prop_kind::forward_inference,
           dnnl::algorithm::convolution_direct,
           picture,
           weights,
           bias,
           picture,
           {1, 1},
           {1, 1},
           {1, 1}},
          attr,
          engine};
}

/// Makes so many primitives that older ones do not survive that the cache is cleared, and clears
/// it.
bool crowd_out_others() {
  for (int width = 1; width < 80; ++width) make_relu(width);
  return clear_primitive_cache();
}

}  // namespace

START_TEST(test_a_primitive_is_made_once) {
  SharedPrimitives shared;
  int made = 0;
  const auto make = [&] { return primitive_of(++made); };
  const ChosenPrimitive& first = shared.get("a", make);
  ck_assert_ptr_eq(&shared.get("a", make), &first);
  ck_assert_int_eq(made, 1);
  ck_assert_ptr_ne(&shared.get("b", make), &first);
  ck_assert_int_eq(made, 2);
  ck_assert_int_eq(first.memory_bytes, 1);
  ck_assert_int_eq(shared.memory_bytes(), 1 + 2);
}
END_TEST

START_TEST(test_what_cannot_be_made_is_tried_again) {
  SharedPrimitives shared;
  bool thrown = false;
  try {
    shared.get("a", []() -> ChosenPrimitive { throw std::runtime_error("none"); });
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  ck_assert(thrown);
  ck_assert_int_eq(shared.memory_bytes(), 0);
  ck_assert_int_eq(shared.get("a", [] { return primitive_of(5); }).memory_bytes, 5);
}
END_TEST

START_TEST(test_clearing_keeps_the_size_of_the_cache) {
  int before = 0, after = 0;
  ck_assert_int_eq(dnnl_get_primitive_cache_capacity(&before), dnnl_success);
  make_relu(16);
  clear_primitive_cache();
  ck_assert_int_eq(dnnl_get_primitive_cache_capacity(&after), dnnl_success);
  ck_assert_int_eq(after, before);
  make_relu(16);
}
END_TEST

// If the cache is cleared nevertheless, oneDNN 2.6 ends this by std::bad_alloc or a crash: the
// second description is that of the first primitive, and points to the first one, which is gone.
START_TEST(test_the_cache_stays_while_primitives_are_made) {
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  for (int width = 16; width < 64; ++width) {
    const dnnl::convolution_forward first(describe_convolution(engine, width));
    bool cleared = true;
    {
      const PrimitiveCacheUse use;
      const dnnl::convolution_forward::primitive_desc description =
          describe_convolution(engine, width);
      std::thread([&] { cleared = crowd_out_others(); }).join();
      const dnnl::convolution_forward second(description);
    }
    ck_assert(!cleared);
  }
  ck_assert(crowd_out_others());
}
END_TEST

int main() {
  return run_suite(
      "shared_primitives",
      {test_a_primitive_is_made_once, test_what_cannot_be_made_is_tried_again,
       test_clearing_keeps_the_size_of_the_cache, test_the_cache_stays_while_primitives_are_made});
}
