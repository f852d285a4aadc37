// SPDX-License-Identifier: LGPL-2.1-or-later
// Prints the luma PSNR between two files of raw I420 frames, as the mean over the frames:
//   psnr_raw 640 360 clean.yuv decoded.yuv
#include <denoiseae/error.h>
#include <denoiseae/metrics.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

using namespace denoiseae;

// Reads the next frame, and returns false at the end of the file. Part of a frame is an error.
static bool read_frame(std::ifstream& file, const FrameView& frame) {
  const FormatInfo& info = format_info(frame.format);
  for (int plane = 0; plane < info.plane_count; ++plane)
    for (int y = 0; y < info.plane_rows(plane, frame.height); ++y) {
      char* row = reinterpret_cast<char*>(frame.row(plane, y));
      if (file.read(row, static_cast<std::streamsize>(info.plane_row_bytes(plane, frame.width))))
        continue;
      if (plane == 0 && y == 0 && file.gcount() == 0) return false;
      throw Error(ErrorCode::corrupt, "a file ends inside a frame; is the size right?");
    }
  return true;
}

int main(int argc, char** argv) try {
  if (argc != 5) return std::fputs("usage: psnr_raw WIDTH HEIGHT A B\n", stderr), 2;
  Frame a(PixelFormat::i420, std::atoi(argv[1]), std::atoi(argv[2]));
  Frame b(PixelFormat::i420, a.width(), a.height());
  std::ifstream file_a(argv[3], std::ios::binary), file_b(argv[4], std::ios::binary);
  if (!file_a || !file_b)
    return std::fprintf(stderr, "psnr_raw: cannot read %s\n", argv[file_a ? 4 : 3]), 1;
  double sum = 0;
  int frames = 0;
  for (;;) {
    const bool has_a = read_frame(file_a, a.view());
    const bool has_b = read_frame(file_b, b.view());
    if (has_a != has_b) return std::fputs("psnr_raw: the numbers of frames differ\n", stderr), 1;
    if (!has_a) break;
    // Equal frames would make the mean infinite.
    sum += std::min(psnr(a.view(), b.view()), 100.0);
    ++frames;
  }
  if (frames == 0) return std::fputs("psnr_raw: there are no frames\n", stderr), 1;
  return std::printf("%.3f\n", sum / frames) < 0;
} catch (const Error& error) {
  return std::fprintf(stderr, "psnr_raw: %s\n", error.what()), 1;
}
