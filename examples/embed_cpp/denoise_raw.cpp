// SPDX-License-Identifier: LGPL-2.1-or-later
// Denoises raw I420 frames from stdin to stdout, with the library alone:
//   ffmpeg -i in.mp4 -f rawvideo -pix_fmt yuv420p - | denoise_raw 640 360 > out.yuv
#include <denoiseae/denoiser.h>
#include <denoiseae/error.h>

#include <cstdio>
#include <cstdlib>

using namespace denoiseae;

// Calls f with each row of each plane until it returns false, and returns whether none did.
template <typename F>
static bool each_row(const FrameView& frame, F f) {
  const FormatInfo& info = format_info(frame.format);
  for (int plane = 0; plane < info.plane_count; ++plane)
    for (int y = 0; y < info.plane_rows(plane, frame.height); ++y)
      if (!f(frame.row(plane, y), info.plane_row_bytes(plane, frame.width))) return false;
  return true;
}

int main(int argc, char** argv) try {
  if (argc != 3) return std::fputs("usage: denoise_raw WIDTH HEIGHT\n", stderr), 2;
  Frame frame(PixelFormat::i420, std::atoi(argv[1]), std::atoi(argv[2]));
  Denoiser denoiser;
  denoiser.load(load_model("balanced"));
  denoiser.configure(frame.format(), frame.width(), frame.height());
  while (each_row(frame.view(),
                  [](auto* row, std::size_t n) { return std::fread(row, 1, n, stdin) == n; })) {
    denoiser.process(frame.view(), frame.view());
    if (!each_row(frame.view(),
                  [](auto* row, std::size_t n) { return std::fwrite(row, 1, n, stdout) == n; }))
      break;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) return std::perror("denoise_raw"), 1;
  return 0;
} catch (const Error& error) {
  return std::fprintf(stderr, "denoise_raw: %s\n", error.what()), 1;
}
