// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sheet.h"

#include <gst/app/gstappsrc.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "pipeline.h"

namespace demo {
namespace {

constexpr int kPanelWidth = 480;
constexpr int kGap = 12;
constexpr int kTitleHeight = 64;
constexpr int kLine = 2;

void fill_yellow(Picture& sheet, const Window& area) {
  for (int y = area.y; y < area.y + area.height; ++y) {
    for (int x = area.x; x < area.x + area.width; ++x) {
      std::uint8_t* pixel = sheet.pixel(x, y);
      pixel[0] = 0;
      pixel[1] = 215;
      pixel[2] = 255;
    }
  }
}

/// Draws the border of a box inside the box.
void draw_box(Picture& sheet, const Window& box) {
  const int right = box.x + box.width - kLine;
  const int bottom = box.y + box.height - kLine;
  fill_yellow(sheet, {box.x, box.y, box.width, kLine});
  fill_yellow(sheet, {box.x, bottom, box.width, kLine});
  fill_yellow(sheet, {box.x, box.y, kLine, box.height});
  fill_yellow(sheet, {right, box.y, kLine, box.height});
}

std::string text_at(int x, int y, int size_px, const std::string& text) {
  return " ! textoverlay halignment=left valignment=top line-alignment=left wrap-mode=none"
         " auto-resize=false draw-outline=false draw-shadow=false color=0xff282828 xpad=" +
         std::to_string(x) + " ypad=" + std::to_string(y) + " font-desc=\"Sans " +
         std::to_string(size_px) + "px\" text=\"" + text + "\"";
}

/// Adds the texts of the panels to the sheet, and writes it.
void write_png(const std::filesystem::path& path, const Picture& sheet,
               const std::vector<Panel>& panels) {
  std::string description = "appsrc name=source format=time";
  int x = kGap;
  for (const Panel& panel : panels) {
    description += text_at(x, 6, 22, panel.title);
    if (!panel.subtitle.empty()) description += text_at(x, 36, 16, panel.subtitle);
    x += kPanelWidth + kGap;
  }
  description += " ! videoconvert ! pngenc ! filesink name=file";

  const Pipeline pipeline = make_pipeline(description);
  g_autoptr(GstElement) file = gst_bin_get_by_name(GST_BIN(pipeline.get()), "file");
  g_object_set(file, "location", path.c_str(), nullptr);
  g_autoptr(GstElement) source = gst_bin_get_by_name(GST_BIN(pipeline.get()), "source");
  g_autoptr(GstCaps) caps = gst_caps_new_simple(
      "video/x-raw", "format", G_TYPE_STRING, "BGRx", "width", G_TYPE_INT, sheet.width, "height",
      G_TYPE_INT, sheet.height, "framerate", GST_TYPE_FRACTION, 1, 1, nullptr);
  gst_app_src_set_caps(GST_APP_SRC(source), caps);
  play(pipeline.get());
  GstBuffer* buffer = gst_buffer_new_memdup(sheet.bytes.data(), sheet.bytes.size());
  GST_BUFFER_PTS(buffer) = 0;
  GST_BUFFER_DURATION(buffer) = GST_SECOND;
  gst_app_src_push_buffer(GST_APP_SRC(source), buffer);
  gst_app_src_end_of_stream(GST_APP_SRC(source));
  while (!check_bus(pipeline.get(), GST_SECOND)) {
  }
}

}  // namespace

void write_sheet(const std::filesystem::path& path, const std::vector<Panel>& panels) {
  const Picture& last = panels.back().picture;
  const Window whole{0, 0, last.width, last.height};
  const Window detail = find_detail(last);
  const double scale = double(kPanelWidth) / last.width;
  const int height = std::max(1, static_cast<int>(std::lround(scale * last.height)));
  const int count = static_cast<int>(panels.size());
  Picture sheet(kGap + count * (kPanelWidth + kGap), kTitleHeight + 2 * (height + kGap), 255);
  const auto scaled = [&](int length) { return static_cast<int>(std::lround(length * scale)); };

  int x = kGap;
  for (const Panel& panel : panels) {
    paste(panel.picture, whole, sheet, {x, kTitleHeight, kPanelWidth, height},
          GST_VIDEO_RESAMPLER_METHOD_CUBIC);
    draw_box(sheet,
             {x + scaled(detail.x), kTitleHeight + scaled(detail.y),
              std::max(kLine, scaled(detail.width)), std::max(kLine, scaled(detail.height))});
    // The detail shows each pixel as a square.
    paste(panel.picture, detail, sheet, {x, kTitleHeight + height + kGap, kPanelWidth, height},
          GST_VIDEO_RESAMPLER_METHOD_NEAREST);
    x += kPanelWidth + kGap;
  }
  write_png(path, sheet, panels);
}

}  // namespace demo
