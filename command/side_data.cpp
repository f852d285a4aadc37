// SPDX-License-Identifier: LGPL-2.1-or-later
#include "side_data.h"

#include <algorithm>
#include <new>

// Since FFmpeg 6.1 the parameters of a codec hold it.
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
#define DAE_CODED_SIDE_DATA 1
#else
#define DAE_CODED_SIDE_DATA 0
#endif

namespace command {
namespace {

std::span<const AVPacketSideData> all_of(const AVStream& stream) {
#if DAE_CODED_SIDE_DATA
  return {stream.codecpar->coded_side_data,
          static_cast<std::size_t>(stream.codecpar->nb_coded_side_data)};
#else
  return {stream.side_data, static_cast<std::size_t>(stream.nb_side_data)};
#endif
}

}  // namespace

std::span<const std::uint8_t> side_data(const AVStream& stream, AVPacketSideDataType type) {
  for (const AVPacketSideData& entry : all_of(stream))
    if (entry.type == type) return {entry.data, entry.size};
  return {};
}

void add_side_data(AVStream& stream, AVPacketSideDataType type,
                   std::span<const std::uint8_t> bytes) {
#if DAE_CODED_SIDE_DATA
  AVPacketSideData* entry =
      av_packet_side_data_new(&stream.codecpar->coded_side_data,
                              &stream.codecpar->nb_coded_side_data, type, bytes.size(), 0);
  std::uint8_t* data = entry != nullptr ? entry->data : nullptr;
#else
  std::uint8_t* data = av_stream_new_side_data(&stream, type, bytes.size());
#endif
  if (data == nullptr) throw std::bad_alloc();
  std::copy(bytes.begin(), bytes.end(), data);
}

void copy_side_data(const AVStream& from, AVStream& to) {
  for (const AVPacketSideData& entry : all_of(from))
    if (side_data(to, entry.type).empty()) add_side_data(to, entry.type, {entry.data, entry.size});
}

}  // namespace command
