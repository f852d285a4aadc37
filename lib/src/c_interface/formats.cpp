// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/denoiseae.h>
#include <denoiseae/frame.h>

#include <string>

#include "c_interface/handles.h"
#include "c_interface/structs.h"

using namespace denoiseae;

namespace {

denoiseae_component c_component(const Component& c) {
  return {c.plane, c.offset_bytes, c.step_bytes, c.log2_sub_x, c.log2_sub_y};
}

}  // namespace

int denoiseae_format_count() { return static_cast<int>(formats().size()); }

denoiseae_status denoiseae_get_format_info(denoiseae_format format, denoiseae_format_info* info) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(info, self, "info");
    const FormatInfo& row = format_info(checked_format(format, self));
    denoiseae_format_info made{};
    made.struct_size = sizeof made;
    made.format = format;
    // The names of the table end in 0, because they are literals.
    made.name = row.name.data();
    made.family = static_cast<denoiseae_family>(row.family);
    made.depth = row.depth;
    made.low_bits = row.low_bits;
    made.planes = row.plane_count;
    made.components = row.component_count;
    for (std::size_t i = 0; i < row.component.size(); ++i)
      made.component[i] = c_component(row.component[i]);
    made.extra = c_component(row.extra);
    made.direct = static_cast<denoiseae_format>(row.direct);
    write_struct(made, info, self);
  });
}

denoiseae_status denoiseae_format_from_name(const char* name, denoiseae_format* format) {
  return guarded(__func__, [&](const char* self) {
    check_pointer(name, self, "name");
    check_pointer(format, self, "format");
    const std::optional<PixelFormat> found = format_from_name(name);
    if (!found)
      throw Error(ErrorCode::unsupported_format,
                  "there is no pixel format \"" + std::string(name) +
                      "\"; expected a name of GStreamer's, such as I420, NV12 or RGB");
    *format = static_cast<denoiseae_format>(*found);
  });
}

denoiseae_status denoiseae_plane_size(denoiseae_format format, int plane, int width, int height,
                                      int* row_bytes, int* rows) {
  return guarded(__func__, [&](const char* self) {
    const FormatInfo& info = format_info(checked_format(format, self));
    check_frame_size(width, height);
    if (plane < 0 || plane >= info.plane_count)
      throw Error(ErrorCode::bad_argument, std::string(info.name) + " has the planes 0 to " +
                                               std::to_string(info.plane_count - 1) + ", found " +
                                               std::to_string(plane));
    if (row_bytes != nullptr) *row_bytes = info.plane_row_bytes(plane, width);
    if (rows != nullptr) *rows = info.plane_rows(plane, height);
  });
}
