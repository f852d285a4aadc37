// SPDX-License-Identifier: LGPL-2.1-or-later
#include "rgb_picture.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>

#include "frame_converter.h"
#include "glyphs.h"

namespace command {
namespace {

constexpr int kLine = 2;

bool is_jpeg(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (ending == ".jpg" || ending == ".jpeg") return true;
  if (ending == ".png") return false;
  throw Failure("the picture of --preview must end in .png or .jpg, found " + path.string());
}

FramePtr to_frame(const RgbPicture& picture) {
  FramePtr frame = make_frame(AV_PIX_FMT_RGB24, picture.width, picture.height, *make_frame());
  for (int y = 0; y < picture.height; ++y)
    std::memcpy(frame->data[0] + std::ptrdiff_t{y} * frame->linesize[0], picture.pixel(0, y),
                3 * static_cast<std::size_t>(picture.width));
  return frame;
}

PacketPtr encode(FramePtr frame, bool jpeg) {
  const AVCodec* codec = avcodec_find_encoder(jpeg ? AV_CODEC_ID_MJPEG : AV_CODEC_ID_PNG);
  if (codec == nullptr)
    throw Failure(std::string("this FFmpeg has no encoder for ") + (jpeg ? "JPEG" : "PNG") +
                  "; give --preview a name of the other kind");
  const CodecPtr context = make_context(codec);
  context->width = frame->width;
  context->height = frame->height;
  context->time_base = {1, 25};
  context->pix_fmt = AV_PIX_FMT_RGB24;
  if (jpeg) {
    FrameConverter converter(AV_PIX_FMT_YUVJ444P, frame->width, frame->height, 1);
    frame = converter.convert(std::move(frame));
    context->pix_fmt = AV_PIX_FMT_YUVJ444P;
    context->color_range = AVCOL_RANGE_JPEG;
    context->flags |= AV_CODEC_FLAG_QSCALE;
    context->global_quality = 2 * FF_QP2LAMBDA;
    frame->quality = context->global_quality;
  }
  frame->pts = 0;
  check(avcodec_open2(context.get(), codec, nullptr), "the picture cannot be encoded");
  check(avcodec_send_frame(context.get(), frame.get()), "the picture cannot be encoded");
  check(avcodec_send_frame(context.get(), nullptr), "the picture cannot be encoded");
  PacketPtr packet = make_packet();
  check(avcodec_receive_packet(context.get(), packet.get()), "the picture cannot be encoded");
  return packet;
}

double luma(const RgbPicture& picture, int x, int y) {
  const std::uint8_t* rgb =
      picture.pixel(std::clamp(x, 0, picture.width - 1), std::clamp(y, 0, picture.height - 1));
  return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
}

}  // namespace

RgbPicture::RgbPicture(int width, int height, std::uint8_t value)
    : width(width), height(height), bytes(3 * static_cast<std::size_t>(width) * height, value) {}

RgbPicture to_rgb(const AVFrame& frame, int width, int height) {
  FramePtr copy(av_frame_clone(&frame));
  if (!copy) throw std::bad_alloc();
  const FramePtr rgb = FrameConverter(AV_PIX_FMT_RGB24, width, height, 1).convert(std::move(copy));
  RgbPicture picture(width, height, 0);
  for (int y = 0; y < height; ++y)
    std::memcpy(picture.pixel(0, y), rgb->data[0] + std::ptrdiff_t{y} * rgb->linesize[0],
                3 * static_cast<std::size_t>(width));
  return picture;
}

RgbPicture turned(const RgbPicture& picture, int degrees) {
  if (degrees % 360 == 0) return picture;
  const bool lies = degrees % 180 != 0;
  RgbPicture to(lies ? picture.height : picture.width, lies ? picture.width : picture.height, 0);
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      std::uint8_t* pixel = degrees == 90 ? to.pixel(picture.height - 1 - y, x)
                            : degrees == 180
                                ? to.pixel(picture.width - 1 - x, picture.height - 1 - y)
                                : to.pixel(y, picture.width - 1 - x);
      std::memcpy(pixel, picture.pixel(x, y), 3);
    }
  return to;
}

void paste(const RgbPicture& from, const Area& part, RgbPicture& to, const Area& place) {
  for (int y = 0; y < place.height; ++y)
    for (int x = 0; x < place.width; ++x)
      std::memcpy(to.pixel(place.x + x, place.y + y),
                  from.pixel(part.x + x * part.width / place.width,
                             part.y + y * part.height / place.height),
                  3);
}

void draw_box(RgbPicture& picture, const Area& area) {
  constexpr std::uint8_t kYellow[] = {255, 215, 0};
  for (int y = 0; y < area.height; ++y)
    for (int x = 0; x < area.width; ++x)
      if (std::min({x, y, area.width - 1 - x, area.height - 1 - y}) < kLine)
        std::memcpy(picture.pixel(area.x + x, area.y + y), kYellow, 3);
}

void draw_text(RgbPicture& picture, int x, int y, int scale, const std::string& text) {
  for (const char character : text) {
    const Glyph& rows = glyph(character);
    for (int dy = 0; dy < kGlyphHeight * scale; ++dy)
      for (int dx = 0; dx < kGlyphWidth * scale; ++dx) {
        const bool inked = (rows[dy / scale] >> (kGlyphWidth - 1 - dx / scale) & 1) != 0;
        const bool inside = x + dx < picture.width && y + dy < picture.height;
        if (inked && inside) std::memset(picture.pixel(x + dx, y + dy), 40, 3);
      }
    x += (kGlyphWidth + 1) * scale;
  }
}

Area find_detail(const RgbPicture& picture) {
  return find_busiest_area(picture.width, picture.height, [&](int x, int y) {
    return std::hypot(luma(picture, x + 1, y) - luma(picture, x - 1, y),
                      luma(picture, x, y + 1) - luma(picture, x, y - 1));
  });
}

void check_picture_name(const std::filesystem::path& path) { is_jpeg(path); }

void write_picture(const RgbPicture& picture, PartFile& file) {
  const PacketPtr packet = encode(to_frame(picture), is_jpeg(file.target()));
  std::FILE* raw = std::fopen(file.part().c_str(), "wb");
  if (raw == nullptr)
    throw Failure("cannot write " + file.part().string() + ": " + std::strerror(errno));
  const std::size_t written =
      std::fwrite(packet->data, 1, static_cast<std::size_t>(packet->size), raw);
  const bool closed = std::fclose(raw) == 0;
  if (!closed || written != static_cast<std::size_t>(packet->size))
    throw Failure("cannot write " + file.part().string() + ": " + std::strerror(errno));
  file.commit();
}

}  // namespace command
