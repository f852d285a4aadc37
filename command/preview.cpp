// SPDX-License-Identifier: LGPL-2.1-or-later
#include "preview.h"

extern "C" {
#include <libavutil/display.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "frame_converter.h"
#include "frame_formats.h"
#include "interrupt.h"
#include "part_file.h"
#include "rgb_picture.h"
#include "side_data.h"

namespace command {
namespace {

constexpr int kPlaces = 3;
constexpr int kPanels = 4;
constexpr int kPanelSize = 480;  // the longer side, in pixels
constexpr int kGap = 12;
constexpr int kTitleHeight = 32;
constexpr int kTextScale = 2;

/// One place of the film.
struct Place {
  FramePtr before;
  FramePtr after;
  double seconds = 0;  // since the beginning of the film
  double noise_level = -1;
};

/// Returns how far players turn the film clockwise, in degrees.
int rotation_of(const AVStream& stream) {
  const auto bytes = side_data(stream, AV_PKT_DATA_DISPLAYMATRIX);
  if (bytes.size() < 9 * sizeof(std::int32_t)) return 0;
  const double angle =
      -av_display_rotation_get(reinterpret_cast<const std::int32_t*>(bytes.data()));
  if (std::isnan(angle)) return 0;
  return static_cast<int>(std::lround(angle / 90) * 90 % 360 + 360) % 360;
}

/// Goes to a place, and denoises the frames before it first, as a film would have had them.
Place denoise_place(const std::string& in, std::int64_t time, const FilmOptions& options,
                    int& rotation) {
  Input input(in);
  rotation = rotation_of(input.video());
  const std::int64_t start =
      input.context().start_time != AV_NOPTS_VALUE ? input.context().start_time : 0;
  input.select({time, std::nullopt}, options.run_in);
  VideoDecoder decoder(input, options.threads, options.run_in);
  FilmDenoiser denoiser(options.denoise);
  std::optional<FrameConverter> converter;
  Place place;
  bool ended = false;
  // The last frame of a film may lie before the time that was asked for.
  for (bool reached = false; !reached && !ended;) {
    PacketPtr packet = make_packet();
    ended = !input.read(*packet);
    if (!ended && packet->stream_index != input.video().index) continue;
    decoder.send(ended ? nullptr : packet.get());
    for (Picture picture = decoder.receive(); picture.frame && !reached;
         picture = decoder.receive()) {
      check_interruption();
      if (!converter)
        converter.emplace(best_denoised(static_cast<AVPixelFormat>(picture.frame->format)),
                          picture.frame->width, picture.frame->height, options.threads);
      picture.frame = converter->convert(std::move(picture.frame));
      place.after = denoiser.process(picture);
      place.before = std::move(picture.frame);
      reached = !picture.run_in;
    }
  }
  if (!place.after)
    throw Failure("expected a frame " + decimal(static_cast<double>(time) / AV_TIME_BASE, 1) +
                  " seconds after the beginning, found none that can be decoded");
  const std::int64_t in_file =
      av_rescale_q(place.after->pts, input.video().time_base, {1, AV_TIME_BASE}) + input.shift();
  place.seconds = static_cast<double>(in_file - start) / AV_TIME_BASE;
  place.noise_level = denoiser.estimated_noise_level();
  return place;
}

std::vector<Place> denoise_places(const std::string& in, const FilmOptions& options,
                                  Console& console, int& rotation) {
  std::int64_t begin = options.extract.from.value_or(0);
  std::int64_t duration = 0;
  {
    Input input(in);
    input.select(options.extract, 0);
    duration = input.duration();
  }
  std::vector<Place> places;
  for (int i = 0; i < kPlaces; ++i) {
    const std::int64_t time = begin + duration * (2 * i + 1) / (2 * kPlaces);
    places.push_back(denoise_place(in, time, options, rotation));
    console.note(in, "preview: " + std::to_string(i + 1) + " of " + std::to_string(kPlaces) +
                         " places denoised");
  }
  return places;
}

/// "1:02.5".
std::string time_text(double seconds) {
  const auto tenths = std::lround(std::max(0.0, seconds) * 10);
  const auto whole = tenths / 10;
  return duration_text(static_cast<double>(whole)) + "." + std::to_string(tenths % 10);
}

std::string caption(int panel, const Place& place) {
  if (panel == 0) return "before " + time_text(place.seconds);
  if (panel == 2) return "before detail";
  if (panel == 3) return "after detail";
  return "after" + (place.noise_level < 0 ? "" : " noise level " + decimal(place.noise_level, 1));
}

/// Returns the size in which a film is shown, its longer side of kPanelSize pixels.
std::pair<int, int> panel_size(const AVFrame& frame) {
  const AVRational aspect = frame.sample_aspect_ratio;
  const double width = frame.width * (aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1.0);
  const double scale = kPanelSize / std::max<double>(width, frame.height);
  return {std::max(1, static_cast<int>(std::lround(width * scale))),
          std::max(1, static_cast<int>(std::lround(frame.height * scale)))};
}

/// size: that of a panel before it is turned.
void draw_place(const Place& place, std::pair<int, int> size, int rotation, RgbPicture& sheet,
                int top) {
  const std::array frames = {place.before.get(), place.after.get()};
  const RgbPicture full_after =
      turned(to_rgb(*place.after, place.after->width, place.after->height), rotation);
  const Area detail = find_detail(full_after);
  for (int panel = 0; panel < kPanels; ++panel) {
    const AVFrame& frame = *frames[panel % 2];
    const RgbPicture whole = turned(to_rgb(frame, size.first, size.second), rotation);
    const Area area{kGap + panel * (whole.width + kGap), top + kTitleHeight, whole.width,
                    whole.height};
    draw_text(sheet, area.x, top + 8, kTextScale, caption(panel, place));
    if (panel < 2) {
      paste(whole, {0, 0, whole.width, whole.height}, sheet, area);
      const double x_scale = double(whole.width) / full_after.width;
      const double y_scale = double(whole.height) / full_after.height;
      draw_box(sheet, {area.x + static_cast<int>(detail.x * x_scale),
                       area.y + static_cast<int>(detail.y * y_scale),
                       static_cast<int>(detail.width * x_scale),
                       static_cast<int>(detail.height * y_scale)});
    } else {
      paste(turned(to_rgb(frame, frame.width, frame.height), rotation), detail, sheet, area);
    }
  }
}

}  // namespace

void write_preview(const std::string& in, const std::string& picture, const FilmOptions& options,
                   Console& console) {
  if (in == "-")
    throw Failure(
        "--preview needs a file, in which three places can be found; found standard input");
  // A name that cannot be written is refused before the work.
  PartFile file(picture, options.replace);
  int rotation = 0;
  const std::vector<Place> places = denoise_places(in, options, console, rotation);
  const std::pair<int, int> size = panel_size(*places.front().after);
  auto [width, height] = size;
  if (rotation % 180 != 0) std::swap(width, height);
  RgbPicture sheet(kGap + kPanels * (width + kGap), kPlaces * (kTitleHeight + height + kGap), 255);
  for (int i = 0; i < kPlaces; ++i)
    draw_place(places[static_cast<std::size_t>(i)], size, rotation, sheet,
               i * (kTitleHeight + height + kGap));
  write_picture(sheet, file);
  console.note(in, "written: " + picture);
}

}  // namespace command
