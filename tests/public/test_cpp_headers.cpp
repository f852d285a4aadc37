// SPDX-License-Identifier: LGPL-2.1-or-later
// The C++ headers as a program sees them, over the C interface.
#include <denoiseae/denoiser.h>
#include <denoiseae/metrics.h>
#include <denoiseae/noise.h>
#include <denoiseae/sharpen.h>
#include <denoiseae/thread_pool.h>
#include <denoiseae/version.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/check.h"

using namespace denoiseae;

namespace {

Frame slope(int width, int height) {
  Frame frame(PixelFormat::i420, width, height);
  const FrameView view = frame.view();
  for (int c = 0; c < 3; ++c) {
    const FormatInfo& info = format_info(PixelFormat::i420);
    for (int y = 0; y < info.component_height(c, height); ++y)
      for (int x = 0; x < info.component_width(c, width); ++x)
        view.component_row(c, y)[x] = static_cast<std::uint8_t>(c == 0 ? 60 + x : 128);
  }
  return frame;
}

Denoiser made(const Frame& frame) {
  Denoiser denoiser;
  denoiser.load(load_model("fast"));
  denoiser.configure(frame.format(), frame.width(), frame.height(), {.threads = 2});
  return denoiser;
}

}  // namespace

START_TEST(test_a_stream_loses_its_noise) {
  const Frame clean = slope(96, 64);
  Frame noisy = clean, result = clean;
  Denoiser denoiser = made(clean);
  for (std::uint64_t i = 0; i < 4; ++i) {
    add_noise(clean.view(), noisy.view(), NoiseModel::gaussian, 15, 1, i);
    denoiser.process(std::as_const(noisy).view(), result.view());
  }
  const double before = psnr(clean.view(), std::as_const(noisy).view());
  const double after = psnr(clean.view(), std::as_const(result).view());
  ck_assert_double_gt(after, before + 10);
  ck_assert_double_eq_tol(denoiser.estimated_noise_level(), 15, 3);
  const NoiseMap map = denoiser.noise_map();
  ck_assert_int_eq(map.columns, 6);
  ck_assert_int_eq(map.rows, 4);
  ck_assert_uint_eq(map.luma.size(), 24);
  ck_assert_uint_eq(map.chroma.size(), 24);
  ck_assert_str_eq(denoiser.info().device.c_str(), "cpu");
  ck_assert_int_gt(denoiser.info().memory_bytes, 0);

  // Another denoiser goes on with the past, and this one begins again.
  Denoiser next = made(clean);
  next.take_past(denoiser);
  ck_assert_double_gt(next.history(), 1.5);
  ck_assert_double_eq(denoiser.history(), 1);
}
END_TEST

START_TEST(test_errors_keep_their_code_and_message) {
  try {
    load_model("no-such-model");
    ck_abort_msg("a model was found");
  } catch (const Error& error) {
    ck_assert_str_eq(to_string(error.code()), "not_found");
    ck_assert_ptr_nonnull(std::strstr(error.what(), "no-such-model"));
  }
  Denoiser denoiser;
  DAE_ASSERT_ERROR(denoiser.load(nullptr), bad_argument);
  DAE_ASSERT_ERROR(denoiser.configure(PixelFormat::i420, 64, 64), bad_argument);
  denoiser.load(load_model("fast"));
  DAE_ASSERT_ERROR(denoiser.configure(PixelFormat::i420, 0, 64), unsupported_format);
  DAE_ASSERT_ERROR(denoiser.configure(PixelFormat::i420, 64, 64, {.device = "cuda:9"}),
                   device_unavailable);
  DAE_ASSERT_ERROR(Frame(PixelFormat::i420, 0, 1), unsupported_format);
  DAE_ASSERT_ERROR(psnr(std::vector<float>(3), std::vector<float>(2)), bad_argument);
  DAE_ASSERT_ERROR(ssim(std::vector<float>(3), std::vector<float>(3), 2, 2), bad_argument);
  DAE_ASSERT_ERROR(noise_model_from_name("loud"), bad_argument);
}
END_TEST

START_TEST(test_log_goes_to_the_callback_wherever_the_denoiser_moves) {
  std::vector<std::string> messages;
  Denoiser first([&](LogLevel, std::string_view message) { messages.emplace_back(message); });
  Denoiser denoiser = std::move(first);
  denoiser.load(load_model("fast"));
  denoiser.configure(PixelFormat::gray8, 64, 48);
  ck_assert(std::any_of(messages.begin(), messages.end(), [](const std::string& message) {
    return message.find("model fast for 64x48") != std::string::npos;
  }));
}
END_TEST

START_TEST(test_progress_is_told_in_the_thread_of_the_caller) {
  const Frame clean = slope(640, 360);
  Frame result = clean;
  Denoiser denoiser = made(clean);
  std::vector<double> shares;
  const std::thread::id caller = std::this_thread::get_id();
  denoiser.set_progress([&](double share) {
    ck_assert(std::this_thread::get_id() == caller);
    shares.push_back(share);
  });
  Denoiser moved = std::move(denoiser);
  moved.process(clean.view(), result.view());
  ck_assert_uint_gt(shares.size(), 3);
  ck_assert(std::is_sorted(shares.begin(), shares.end()));
  ck_assert_double_gt(shares.front(), 0);
  ck_assert_double_eq(shares.back(), 1);
  ck_assert_int_eq(std::count(shares.begin(), shares.end(), 1.0), 1);
}
END_TEST

START_TEST(test_models_come_from_memory) {
  std::ifstream file(find_model("fast"), std::ios::binary);
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
  const std::shared_ptr<const Model> model = load_model(bytes, "mine");
  ck_assert_str_eq(model->info().name.c_str(), "mine");
  ck_assert_int_eq(model->info().parameters, load_model("fast")->info().parameters);
  const std::vector<std::string> names = available_models();
  ck_assert(std::find(names.begin(), names.end(), "balanced") != names.end());
  ck_assert(std::find(names.begin(), names.end(), "noise-map") == names.end());
  ck_assert_str_eq(load_model("noise-map")->info().architecture.c_str(), "noise_map");
  ck_assert(std::is_sorted(names.begin(), names.end()));
}
END_TEST

START_TEST(test_pools_hand_on_what_tasks_throw) {
  ThreadPool pool(3);
  std::atomic<int> sum = 0;
  pool.run([&](int index) { sum += index; });
  ck_assert_int_eq(sum, 3);
  bool thrown = false;
  try {
    pool.run([](int index) {
      if (index == 2) throw std::runtime_error("of a task");
    });
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  ck_assert(thrown);
  const Frame frame = slope(64, 48);
  Frame sharp = frame;
  sharpen3x3(frame.view(), sharp.view(), 1, true, &pool);
  ck_assert_double_lt(psnr(frame.view(), std::as_const(sharp).view()), 80);
}
END_TEST

START_TEST(test_what_callbacks_throw_leaves_the_call) {
  const Frame clean = slope(640, 360);
  Frame result = clean;
  bool throws = true;
  Denoiser denoiser = made(clean);
  denoiser.set_progress([&](double) {
    if (throws) throw std::range_error("from the callback");
  });
  try {
    denoiser.process(clean.view(), result.view());
    ck_abort_msg("nothing was thrown");
  } catch (const std::range_error& error) {
    ck_assert_str_eq(error.what(), "from the callback");
  }
  throws = false;
  denoiser.process(clean.view(), result.view());
  Denoiser logging([](LogLevel, std::string_view) { throw std::range_error("from the log"); });
  try {
    logging.load(load_model("fast"));
    logging.configure(PixelFormat::gray8, 64, 48);
    ck_abort_msg("nothing was thrown");
  } catch (const std::range_error& error) {
    ck_assert_str_eq(error.what(), "from the log");
  }
}
END_TEST

START_TEST(test_numbers_without_a_format_are_refused) {
  const auto unknown = static_cast<PixelFormat>(4711);
  const Frame clean = slope(64, 48);
  ConstFrameView view = clean.view();
  view.format = unknown;
  for (const bool frame : {false, true}) {
    try {
      frame ? (void)Frame(unknown, 64, 48) : check_view(view);
      ck_abort_msg("nothing was thrown");
    } catch (const Error& error) {
      ck_assert(error.code() == ErrorCode::bad_argument);
    }
  }
}
END_TEST

START_TEST(test_formats_are_those_of_the_library) {
  ck_assert_uint_gt(formats().size(), 40);
  for (const FormatInfo& info : formats()) {
    ck_assert(format_from_name(info.name) == info.format);
    ck_assert_int_eq(format_info(info.format).depth, info.depth);
    ck_assert_int_gt(info.plane_row_bytes(0, 48), 0);
    ck_assert_int_eq(info.plane_rows(0, 48), 48);
  }
  std::size_t direct = 0;
  for (const FormatInfo& info : formats()) direct += info.is_direct() ? 1 : 0;
  ck_assert_uint_eq(direct_formats().size(), direct);
  for (const FormatInfo& info : direct_formats()) ck_assert(info.is_direct());
  ck_assert(!format_info(PixelFormat::v210).is_direct());
  ck_assert_str_eq(version(), denoiseae_version());
}
END_TEST

int main() {
  return denoiseae::test::run_suite(
      "cpp-headers",
      {test_a_stream_loses_its_noise, test_errors_keep_their_code_and_message,
       test_log_goes_to_the_callback_wherever_the_denoiser_moves,
       test_progress_is_told_in_the_thread_of_the_caller, test_models_come_from_memory,
       test_pools_hand_on_what_tasks_throw, test_what_callbacks_throw_leaves_the_call,
       test_numbers_without_a_format_are_refused, test_formats_are_those_of_the_library});
}
