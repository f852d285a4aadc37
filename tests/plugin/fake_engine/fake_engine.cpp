// SPDX-License-Identifier: LGPL-2.1-or-later
// An engine module for tests of the elements: its noise is known, and it fails or sleeps on demand.
// It reads these variables of the environment whenever it needs them:
//
// DENOISEAE_FAKE_LUMA (10), DENOISEAE_FAKE_CHROMA (0): the noise that it finds, in 8-bit codes.
//
// DENOISEAE_FAKE_VERTICAL: when this is set, the noise of a row is its difference to the row above,
// so that the result depends on which rows make one picture.
//
// DENOISEAE_FAKE_FAIL: the kind of exception and the function that throws it: make-device,
// make-engine, run-engine, run-memory, run-standard or run-unknown.
//
// DENOISEAE_FAKE_FAIL_AFTER (0): the runs that succeed before that. A run is a frame, unless frames
// are cut into tiles.
//
// DENOISEAE_FAKE_SLEEP_MS (0): how long a run takes. DENOISEAE_FAKE_SLEEP_MS_NAME counts instead
// for the model of that name.
#include <denoiseae/error.h>
#include <denoiseae/version.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

#include "engine/whole_tensor_engine.h"

namespace {

using denoiseae::Error;
using denoiseae::ErrorCode;
using denoiseae::TensorView;

std::string text(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

double number(const char* name, double fallback) {
  const std::string value = text(name);
  return value.empty() ? fallback : std::stod(value);
}

void fail(const std::string& how) {
  if (how == "run-engine") throw Error(ErrorCode::engine_failure, "the fake engine failed");
  if (how == "run-memory") throw std::bad_alloc();
  if (how == "run-standard") throw std::runtime_error("the fake engine failed its own way");
  if (how == "run-unknown") throw 42;
}

class FakeEngine : public denoiseae::WholeTensorEngine {
 public:
  FakeEngine(const denoiseae::detail::ModelData& model, int height, int width, unsigned threads)
      : WholeTensorEngine(model.graph, height, width),
        sleep_of_model_("DENOISEAE_FAKE_SLEEP_MS_" + model.info.name),
        threads_(threads == 0 ? 1 : threads) {}

  void compute(const TensorView& in, const TensorView& out, const denoiseae::StateView& /*state*/,
               int pictures) override {
    if (runs_++ >= number("DENOISEAE_FAKE_FAIL_AFTER", 0)) fail(text("DENOISEAE_FAKE_FAIL"));
    std::this_thread::sleep_for(std::chrono::milliseconds(
        static_cast<int>(number(sleep_of_model_.c_str(), number("DENOISEAE_FAKE_SLEEP_MS", 0)))));
    const int rows = in.height / pictures;
    for (int i = 0; i < pictures; ++i)
      run_picture(denoiseae::rows_of(in, i * rows, (i + 1) * rows),
                  denoiseae::rows_of(out, i * rows, (i + 1) * rows));
  }

  denoiseae::EngineKind kind() const override { return denoiseae::EngineKind::torch; }
  denoiseae::Precision precision() const override { return denoiseae::Precision::float32; }
  std::string device() const override { return "cpu"; }
  unsigned threads() const override { return threads_; }
  std::int64_t memory_bytes() const override { return 1000; }

 private:
  static void run_picture(const TensorView& in, const TensorView& out) {
    const bool vertical = !text("DENOISEAE_FAKE_VERTICAL").empty();
    const float luma = static_cast<float>(number("DENOISEAE_FAKE_LUMA", 10) / 255);
    const float chroma = static_cast<float>(number("DENOISEAE_FAKE_CHROMA", 0) / 255);
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x)
        for (int c = 0; c < out.channels; ++c) {
          float& noise = out.data[(y * out.width + x) * out.channels + c];
          const float here = at(in, c, y, x);
          if (out.channels <= 3)
            noise = here - luma;  // this domain asks for the clean picture
          else if (vertical)
            noise = here - at(in, c, std::max(y - 1, 0), x);
          else
            noise = c < 4 ? luma : chroma;
        }
  }

  static float at(const TensorView& planes, int c, int y, int x) {
    return planes.data[(y * planes.width + x) * planes.channels + c];
  }

  std::string sleep_of_model_;
  unsigned threads_;
  int runs_ = 0;
};

}  // namespace

extern "C" __attribute__((visibility("default"))) const char* denoiseae_engine_version() {
  const std::string other = text("DENOISEAE_FAKE_VERSION");
  return other.empty() ? denoiseae::version() : "9.9.9";
}

extern "C" __attribute__((visibility("default"))) denoiseae::Engine* denoiseae_make_engine(
    const denoiseae::detail::ModelData& model, int height, int width,
    const denoiseae::EngineOptions& options) {
  const std::string how = text("DENOISEAE_FAKE_FAIL");
  if (options.device != "cpu" || how == "make-device")
    throw Error(ErrorCode::device_unavailable,
                "device " + options.device + " is not available; available: cpu");
  if (how == "make-engine") throw Error(ErrorCode::engine_failure, "the fake engine cannot start");
  return new FakeEngine(model, height, width, options.threads);
}
