// SPDX-License-Identifier: LGPL-2.1-or-later
#include "hdr_metadata.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "side_data.h"

namespace command {
namespace {

template <typename Metadata>
std::optional<Metadata> find(const AVStream& stream, AVPacketSideDataType in_stream,
                             const AVFrame& frame, AVFrameSideDataType in_frame) {
  Metadata found{};
  if (const AVFrameSideData* data = av_frame_get_side_data(&frame, in_frame);
      data != nullptr && data->size >= sizeof(found)) {
    std::memcpy(&found, data->data, sizeof(found));
    return found;
  }
  const auto bytes = side_data(stream, in_stream);
  if (bytes.size() < sizeof(found)) return std::nullopt;
  std::memcpy(&found, bytes.data(), sizeof(found));
  return found;
}

template <typename Metadata>
void add(const Metadata& metadata, AVStream& stream, AVPacketSideDataType type) {
  std::array<std::uint8_t, sizeof(metadata)> bytes{};
  std::memcpy(bytes.data(), &metadata, sizeof(metadata));
  add_side_data(stream, type, bytes);
}

/// Writes the display as G(x,y)B(x,y)R(x,y)WP(x,y)L(max,min).
template <typename Number>
std::string display_text(const AVMasteringDisplayMetadata& display, Number number) {
  const auto pair = [&](const char* name, AVRational a, AVRational b, double unit) {
    return std::string(name) + "(" + number(av_q2d(a), unit) + "," + number(av_q2d(b), unit) + ")";
  };
  constexpr double kChromaUnit = 0.00002, kLightUnit = 0.0001;
  const auto& rgb = display.display_primaries;
  return pair("G", rgb[1][0], rgb[1][1], kChromaUnit) +
         pair("B", rgb[2][0], rgb[2][1], kChromaUnit) +
         pair("R", rgb[0][0], rgb[0][1], kChromaUnit) +
         pair("WP", display.white_point[0], display.white_point[1], kChromaUnit) +
         pair("L", display.max_luminance, display.min_luminance, kLightUnit);
}

}  // namespace

HdrMetadata find_hdr_metadata(const AVStream& stream, const AVFrame& frame) {
  HdrMetadata metadata;
  metadata.display =
      find<AVMasteringDisplayMetadata>(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, frame,
                                       AV_FRAME_DATA_MASTERING_DISPLAY_METADATA);
  metadata.light = find<AVContentLightMetadata>(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, frame,
                                                AV_FRAME_DATA_CONTENT_LIGHT_LEVEL);
  // Encoders take the whole description or none.
  if (metadata.display && (!metadata.display->has_primaries || !metadata.display->has_luminance))
    metadata.display.reset();
  return metadata;
}

void add_hdr_metadata(const HdrMetadata& metadata, AVStream& stream) {
  if (metadata.display) add(*metadata.display, stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA);
  if (metadata.light) add(*metadata.light, stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL);
}

std::string display_in_units(const AVMasteringDisplayMetadata& display) {
  return display_text(display, [](double value, double unit) {
    return std::to_string(std::llround(value / unit));
  });
}

std::string display_in_fractions(const AVMasteringDisplayMetadata& display) {
  return display_text(display, [](double value, double) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.5f", value);
    return std::string(text.data());
  });
}

std::string light_text(const AVContentLightMetadata& light) {
  return std::to_string(light.MaxCLL) + "," + std::to_string(light.MaxFALL);
}

}  // namespace command
