// SPDX-License-Identifier: LGPL-2.1-or-later
// Denoises a video file or a camera, and shows the result as a video, a picture and figures.
#include <denoiseae/metrics.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "mapped_frame.h"
#include "pipeline.h"
#include "sheet.h"

namespace demo {
namespace {

constexpr std::array<const char*, kStageCount> kTitles = {"clean", "noisy", "denoised",
                                                          "denoised and sharpened"};
// The panels stand in this order from left to right, from the worst to the best picture.
constexpr std::array<Stage, kStageCount> kOrder = {kNoisy, kDenoised, kSharpened, kClean};

denoiseae::ConstFrameView view_of(const MappedFrame& mapped) {
  const GstVideoFrame* frame = mapped.get();
  denoiseae::ConstFrameView view{denoiseae::PixelFormat::i420,
                                 GST_VIDEO_FRAME_WIDTH(frame),
                                 GST_VIDEO_FRAME_HEIGHT(frame),
                                 {},
                                 {}};
  for (int plane = 0; plane < 3; ++plane) {
    view.data[plane] = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(frame, plane));
    view.stride_bytes[plane] = GST_VIDEO_FRAME_PLANE_STRIDE(frame, plane);
  }
  return view;
}

// The means over the frames of luma PSNR and SSIM against the clean original.
struct Score {
  double psnr_db = 0;
  double ssim = 0;
};

using Scores = std::array<Score, kStageCount>;

void add_scores(const Samples& samples, Scores& sums) {
  const MappedFrame clean(samples[kClean].get());
  for (const Stage stage : {kNoisy, kDenoised, kSharpened}) {
    const MappedFrame frame(samples[stage].get());
    sums[stage].psnr_db += denoiseae::psnr(view_of(clean), view_of(frame));
    sums[stage].ssim += denoiseae::ssim(view_of(clean), view_of(frame));
  }
}

void print_scores(const Scores& scores) {
  std::printf("\n%-24s %9s %7s\n", "luma, mean of the frames", "PSNR (dB)", "SSIM");
  for (const Stage stage : {kNoisy, kDenoised, kSharpened}) {
    std::printf("%-24s %9.2f %7.3f\n", kTitles[stage], scores[stage].psnr_db, scores[stage].ssim);
  }
}

void draw(const std::filesystem::path& path, const Samples& samples, const Scores* scores) {
  std::vector<Panel> panels;
  for (const Stage stage : kOrder) {
    if (!samples[stage]) continue;
    std::array<char, 80> figures{};
    if (scores && stage != kClean) {
      std::snprintf(figures.data(), figures.size(), "PSNR %.2f dB, SSIM %.3f",
                    (*scores)[stage].psnr_db, (*scores)[stage].ssim);
    }
    panels.push_back({kTitles[stage], figures.data(), to_picture(samples[stage].get())});
  }
  // The last panel has to be the best picture, because the detail is chosen in it.
  panels.insert(panels.end() - 1,
                {"noisy - denoised", "",
                 removed(to_picture(samples[kNoisy].get()), to_picture(samples[kDenoised].get()))});
  write_sheet(path, panels);
}

void run_demo(const Options& options, const std::filesystem::path& picture) {
  const GstClockTime middle = duration(options) / 2;
  Scores scores;
  Samples shown;
  GstClockTime first_pts = GST_CLOCK_TIME_NONE;
  bool found = false;
  int frame = 0;
  const Result result = run(options, [&](Samples samples) {
    if (samples[kClean]) add_scores(samples, scores);
    if (isatty(STDERR_FILENO)) std::fprintf(stderr, "\rframe %d", ++frame);
    // The picture shows the middle of the video, or the last frame of a video that is shorter than
    // it announces.
    const GstClockTime pts = GST_BUFFER_PTS(gst_sample_get_buffer(samples[kNoisy].get()));
    if (first_pts == GST_CLOCK_TIME_NONE) first_pts = pts;
    if (!found) shown = std::move(samples);
    found = found || pts - first_pts >= middle;
  });
  if (isatty(STDERR_FILENO)) std::fputs("\r", stderr);
  if (result.frames == 0) throw std::runtime_error("no frame came from " + options.input);

  for (Score& score : scores) {
    score.psnr_db /= result.frames;
    score.ssim /= result.frames;
  }
  std::printf("%s: %d frames", options.input.c_str(), result.frames);
  if (options.noise) std::printf(", Gaussian noise of standard deviation %g added", *options.noise);
  std::printf("\ndenoiseae: %s\n", result.denoiser.c_str());
  std::printf("sharpen3x3: amount %g\n", options.sharpen);
  if (options.noise) print_scores(scores);
  draw(picture, shown, options.noise ? &scores : nullptr);
  std::printf("\nwritten: %s, %s\n", options.video.c_str(), picture.c_str());
}

}  // namespace
}  // namespace demo

int main(int argc, char** argv) {
  try {
    demo::Options options;
    std::filesystem::path out = ".";
    CLI::App app{"Denoises and sharpens a video file or a camera, and shows the result."};
    app.add_option("input", options.input, "a video file, or a camera as /dev/videoN")->required();
    app.add_option("--out", out, "folder for demo.mp4 and demo.png")->check(CLI::ExistingDirectory);
    app.add_option("--noise", options.noise,
                   "add Gaussian noise of this standard deviation (8-bit code values) first, and "
                   "compare with the clean original")
        ->check(CLI::Range(0.0, 100.0));
    app.add_option("--sharpen", options.sharpen, "amount of sharpen3x3")
        ->check(CLI::Range(0.0, 4.0))
        ->capture_default_str();
    app.add_option("--seconds", options.seconds, "how long a camera is recorded")
        ->check(CLI::PositiveNumber);
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app.exit(error) == 0 ? 0 : 2;
    }

    gst_init(nullptr, nullptr);
    options.video = out / "demo.mp4";
    demo::run_demo(options, out / "demo.png");
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "denoiseae-demo: %s\n", error.what());
    return 1;
  }
}
