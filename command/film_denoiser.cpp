// SPDX-License-Identifier: LGPL-2.1-or-later
#include "film_denoiser.h"

#include <denoiseae/sharpen.h>

#include <cstring>
#include <utility>

#include "frame_fields.h"
#include "frame_formats.h"

namespace command {
namespace {

using denoiseae::ConstFrameView;
using denoiseae::FrameView;

/// Tells whether a field reads a row of chroma below the frame.
bool has_odd_chroma(const ConstFrameView& view) {
  const denoiseae::FormatInfo& info = denoiseae::format_info(view.format);
  return info.component_count == 3 && info.component[1].log2_sub_y == 1 &&
         info.component_height(1, view.height) % 2 == 1;
}

/// Copies a frame into memory that has a row more in each plane, and repeats the last row there.
FramePtr with_even_chroma(const AVFrame& frame) {
  // The memory of a frame is made for a height that is a multiple of 32.
  FramePtr copy = make_frame(static_cast<AVPixelFormat>(frame.format), frame.width,
                             (frame.height + 3) / 4 * 4, frame);
  const ConstFrameView from = view_of(frame);
  const FrameView to = view_of(*copy);
  const denoiseae::FormatInfo& info = denoiseae::format_info(from.format);
  for (int p = 0; p < info.plane_count; ++p) {
    const auto bytes = static_cast<std::size_t>(info.plane_row_bytes(p, from.width));
    const int rows = info.plane_rows(p, from.height);
    for (int y = 0; y < info.plane_rows(p, to.height); ++y)
      std::memcpy(to.row(p, y), from.row(p, std::min(y, rows - 1)), bytes);
  }
  copy->height = frame.height;
  return copy;
}

FramePtr make_like(const AVFrame& frame) {
  FramePtr made = make_frame(static_cast<AVPixelFormat>(frame.format), frame.width,
                             (frame.height + 3) / 4 * 4, frame);
  made->height = frame.height;
  return made;
}

}  // namespace

FilmDenoiser::FilmDenoiser(DenoiseOptions options) : options_(std::move(options)) {
  // Weights that no denoiser takes are refused before there are frames.
  denoiseae::Denoiser().load(options_.model);
}

void FilmDenoiser::process(Stream stream, const ConstFrameView& in, const FrameView& out,
                           const denoiseae::DenoiseSettings& settings) {
  std::optional<denoiseae::Denoiser>& denoiser = denoisers_[stream];
  if (!denoiser) {
    denoiseae::Denoiser made;
    made.load(options_.model);
    made.configure(in.format, in.width, in.height, options_.engine);
    denoiser = std::move(made);
  }
  denoiser->process(in, out, settings);
}

FramePtr FilmDenoiser::process(const Picture& picture) {
  denoiseae::DenoiseSettings settings = options_.settings;
  settings.damaged = picture.damaged;
  const AVFrame* source = picture.frame.get();
  const bool fields = is_interlaced(*source) && source->height >= 2;
  FramePtr copy;
  if (fields && has_odd_chroma(view_of(*source))) {
    copy = with_even_chroma(*source);
    source = copy.get();
  }
  FramePtr denoised = make_like(*source);
  const ConstFrameView in = view_of(*source);
  const FrameView out = view_of(*denoised);
  if (fields) {
    process(kTopFields, denoiseae::field_view(in, 0), denoiseae::field_view(out, 0), settings);
    process(kBottomFields, denoiseae::field_view(in, 1), denoiseae::field_view(out, 1), settings);
  } else {
    process(kFrames, in, out, settings);
  }
  if (options_.sharpen == 0) return denoised;

  FramePtr sharpened = make_like(*source);
  const FrameView to = view_of(*sharpened);
  for (int field = 0; field < (fields ? 2 : 1); ++field)
    denoiseae::sharpen3x3(fields ? denoiseae::field_view(out, field) : out,
                          fields ? denoiseae::field_view(to, field) : to, options_.sharpen, true);
  return sharpened;
}

double FilmDenoiser::estimated_noise_level() const {
  double sum = 0;
  int count = 0;
  for (const auto& denoiser : denoisers_) {
    if (!denoiser || denoiser->estimated_noise_level() < 0) continue;
    sum += denoiser->estimated_noise_level();
    ++count;
  }
  return count > 0 ? sum / count : -1;
}

}  // namespace command
