// SPDX-License-Identifier: LGPL-2.1-or-later
// What a run of the oneDNN engine allocates. oneDNN itself notes the arguments of each primitive in
// a small table on the heap, which its interface leaves no way around; nothing else may allocate.
#include <denoiseae/denoiser.h>
#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "model/quantisation.h"
#include "net/architectures.h"
#include "support/check.h"
#include "support/frames.h"
#include "support/networks.h"
#include "support/precision.h"
#include "support/tiny_model.h"
#include "support/whole_run.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

std::atomic<bool> counting{false};
std::atomic<int> by_onednn{0};
std::atomic<int> by_others{0};
std::atomic<std::size_t> largest{0};

void count(std::size_t bytes, const void* caller) {
  if (!counting) return;
  Dl_info info{};
  const bool found = dladdr(caller, &info) != 0 && info.dli_fname != nullptr;
  const bool onednn =
      found && std::string_view(info.dli_fname).find("libdnnl") != std::string::npos;
  ++(onednn ? by_onednn : by_others);
  std::size_t before = largest;
  while (bytes > before && !largest.compare_exchange_weak(before, bytes)) {
  }
}

void* allocate(std::size_t bytes, std::size_t alignment, const void* caller) {
  count(bytes, caller);
  void* memory = nullptr;
  if (::posix_memalign(&memory, std::max(alignment, sizeof(void*)), bytes) != 0) {
    throw std::bad_alloc();
  }
  return memory;
}

// Out of sight of the compiler, which takes free for the wrong end of new.
void release(void* memory) __attribute__((noinline));
void release(void* memory) { std::free(memory); }

constexpr std::size_t kDefaultAlignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

void* operator new(std::size_t bytes) {
  return allocate(bytes, kDefaultAlignment, __builtin_return_address(0));
}
void* operator new[](std::size_t bytes) {
  return allocate(bytes, kDefaultAlignment, __builtin_return_address(0));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment), __builtin_return_address(0));
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }

#ifndef __SANITIZE_ADDRESS__
extern "C" void* __libc_malloc(std::size_t bytes);
extern "C" void* __libc_memalign(std::size_t alignment, std::size_t bytes);

extern "C" void* malloc(std::size_t bytes) {
  count(bytes, __builtin_return_address(0));
  return __libc_malloc(bytes);
}
extern "C" int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) {
  // allocate() is counted by its own caller.
  Dl_info here{};
  Dl_info caller{};
  dladdr(reinterpret_cast<void*>(&allocate), &here);
  dladdr(__builtin_return_address(0), &caller);
  if (here.dli_fbase != caller.dli_fbase) count(bytes, __builtin_return_address(0));
  *memory = __libc_memalign(alignment, bytes);
  return *memory != nullptr ? 0 : 12;
}
#endif

namespace {

/// The second run, since the first may make what later ones find.
void check_run(const detail::ModelData& model, int height, int width, Precision precision) {
  const auto engine = make_engine(model, height, width, {EngineKind::onednn, precision, "cpu", 2});
  const Graph& graph = model.graph;
  Picture in =
      random_picture(static_cast<std::size_t>(graph.input_node().channels) * height * width, 1);
  Picture out(static_cast<std::size_t>(graph.output_channels()) * height * width);
  const TensorView from{in.data(), graph.input_node().channels, height, width};
  const TensorView to{out.data(), graph.output_channels(), height, width};
  run_whole(*engine, from, to);
  by_onednn = by_others = 0;
  largest = 0;
  counting = true;
  run_whole(*engine, from, to);
  counting = false;
  ck_assert_int_eq(by_others, 0);
  ck_assert_msg(largest < 4096, "%zu bytes at once", largest.load());
}

}  // namespace

START_TEST(test_a_run_allocates_nothing_itself) {
  for (const auto& [name, settings, height, width] :
       {std::tuple{"unet", nlohmann::json::object(), 180, 320},
        {"paper", nlohmann::json{{"width", 64}, {"height", 64}}, 64, 64}}) {
    const auto model = level_model(find_architecture(name).build(settings), 1);
    for (const Precision precision : {Precision::float32, Precision::automatic})
      check_run(model, height, width, precision);
  }
}
END_TEST

START_TEST(test_nor_does_a_run_in_8_bits) {
  auto model = level_model(find_architecture("unet").build({{"slope", 0}}), 1);
  for (const std::string& value : quantised_activations(model.graph))
    if (!value.empty()) model.scales[value] = 0.01f;
  need_precision(model, Precision::int8);
  check_run(model, 180, 320, Precision::int8);
}
END_TEST

// The whole of the denoiser, once it has searched a frame for the one before.
START_TEST(test_nor_does_a_frame_of_any_depth) {
  for (const PixelFormat format :
       {PixelFormat::i420, PixelFormat::i420_10le, PixelFormat::p010_10le, PixelFormat::gray16_le,
        PixelFormat::rgb, PixelFormat::y444, PixelFormat::y444_10le}) {
    Denoiser denoiser;
    denoiser.load(random_model("recurrent_unet", nlohmann::json::object()));
    denoiser.configure(format, 321, 181, {EngineKind::onednn, Precision::float32, "cpu", 1});
    GuardedFrame in(format, 321, 181), out(format, 321, 181);
    for (int frame = 0; frame < 4; ++frame) {
      by_onednn = by_others = 0;
      largest = 0;
      counting = frame > 1;
      denoiser.process(in.view(), out.view());
      counting = false;
      ck_assert_msg(by_others == 0, "%s: %d allocations", describe(in.view()).c_str(),
                    by_others.load());
    }
  }
}
END_TEST

START_TEST(test_allocations_are_seen) {
  counting = true;
  std::vector<int>* made = new std::vector<int>(100);
  counting = false;
  ck_assert_int_eq(by_others, 2);
  ck_assert_uint_eq(largest, 400);
  ck_assert_uint_eq(made->size(), 100);
  delete made;
}
END_TEST

int main() {
  return run_suite("onednn allocations",
                   {test_a_run_allocates_nothing_itself, test_nor_does_a_run_in_8_bits,
                    test_nor_does_a_frame_of_any_depth, test_allocations_are_seen});
}
