/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "camera_frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct camera_format camera_formats[] = {
    {"YUYV", V4L2_PIX_FMT_YUYV, DENOISEAE_YUY2, "422"},
    {"UYVY", V4L2_PIX_FMT_UYVY, DENOISEAE_UYVY, "422"},
    {"NV12", V4L2_PIX_FMT_NV12, DENOISEAE_NV12, "420jpeg"},
    {"YUV420", V4L2_PIX_FMT_YUV420, DENOISEAE_I420, "420jpeg"},
    {"GREY", V4L2_PIX_FMT_GREY, DENOISEAE_GRAY8, "mono"},
    {"", 0, DENOISEAE_GRAY8, ""},
};

const struct camera_format* camera_format_of_fourcc(__u32 fourcc) {
  for (const struct camera_format* row = camera_formats; *row->name; ++row)
    if (row->fourcc == fourcc) return row;
  return NULL;
}

const struct camera_format* camera_format_of_name(const char* name) {
  for (const struct camera_format* row = camera_formats; *row->name; ++row)
    if (strcmp(row->name, name) == 0) return row;
  return NULL;
}

static int fail_with_library(void) {
  fprintf(stderr, "v4l2_denoise: %s\n", denoiseae_error());
  return 1;
}

int view_camera_frame(const struct v4l2_pix_format* pix, void* memory, size_t size,
                      denoiseae_frame* frame) {
  const struct camera_format* row = camera_format_of_fourcc(pix->pixelformat);
  denoiseae_format_info info = {.struct_size = sizeof info};
  if (row == NULL) {
    fprintf(stderr, "v4l2_denoise: no row of the table has the format 0x%x\n", pix->pixelformat);
    return 1;
  }
  if (denoiseae_get_format_info(row->format, &info)) return fail_with_library();
  *frame = (denoiseae_frame){row->format, (int)pix->width, (int)pix->height, {NULL}, {0}};
  size_t begin = 0;
  for (int plane = 0; plane < info.planes; ++plane) {
    int row_bytes = 0, first_row_bytes = 0, rows = 0;
    if (denoiseae_plane_size(row->format, 0, frame->width, frame->height, &first_row_bytes, NULL) ||
        denoiseae_plane_size(row->format, plane, frame->width, frame->height, &row_bytes, &rows))
      return fail_with_library();
    /* V4L2 says bytesperline of the first plane. The planes of U and V of YUV420 have half of it.
     */
    const int halved = row_bytes < first_row_bytes;
    const size_t stride = pix->bytesperline == 0 ? (size_t)row_bytes
                          : halved               ? pix->bytesperline / 2
                                                 : pix->bytesperline;
    if (stride < (size_t)row_bytes) {
      fprintf(stderr, "v4l2_denoise: the camera says %zu bytes in a line of %d pixels of %s\n",
              stride, frame->width, row->name);
      return 1;
    }
    frame->data[plane] = (unsigned char*)memory + begin;
    frame->stride_bytes[plane] = (ptrdiff_t)stride;
    begin += stride * (size_t)rows;
  }
  if (begin > size) {
    fprintf(stderr, "v4l2_denoise: a frame of %dx%d in %s has %zu bytes, the camera's has %zu\n",
            frame->width, frame->height, row->name, begin, size);
    return 1;
  }
  return 0;
}

int allocate_planes(denoiseae_frame* frame) {
  denoiseae_format_info info = {.struct_size = sizeof info};
  if (denoiseae_get_format_info(frame->format, &info)) return fail_with_library();
  size_t begins[4] = {0}, size = 0;
  for (int plane = 0; plane < info.planes; ++plane) {
    int row_bytes = 0, rows = 0;
    if (denoiseae_plane_size(frame->format, plane, frame->width, frame->height, &row_bytes, &rows))
      return fail_with_library();
    begins[plane] = size;
    frame->stride_bytes[plane] = row_bytes;
    size += (size_t)row_bytes * (size_t)rows;
  }
  unsigned char* bytes = malloc(size);
  if (bytes == NULL) {
    fprintf(stderr, "v4l2_denoise: no memory for a frame of %zu bytes\n", size);
    return 1;
  }
  for (int plane = 0; plane < info.planes; ++plane) frame->data[plane] = bytes + begins[plane];
  return 0;
}

static int fail_to_write(void) {
  fprintf(stderr, "v4l2_denoise: standard output: %s\n", strerror(errno));
  return 1;
}

int write_raw(const denoiseae_frame* frame, FILE* out) {
  denoiseae_format_info info = {.struct_size = sizeof info};
  if (denoiseae_get_format_info(frame->format, &info)) return fail_with_library();
  for (int plane = 0; plane < info.planes; ++plane) {
    int row_bytes = 0, rows = 0;
    if (denoiseae_plane_size(frame->format, plane, frame->width, frame->height, &row_bytes, &rows))
      return fail_with_library();
    for (int y = 0; y < rows; ++y)
      if (fwrite(frame->data[plane] + y * frame->stride_bytes[plane], 1, (size_t)row_bytes, out) !=
          (size_t)row_bytes)
        return fail_to_write();
  }
  return 0;
}

int write_y4m(const denoiseae_frame* frame, FILE* out) {
  denoiseae_format_info info = {.struct_size = sizeof info};
  if (denoiseae_get_format_info(frame->format, &info)) return fail_with_library();
  unsigned char row[DENOISEAE_MAX_FRAME_SIZE];
  if (fputs("FRAME\n", out) == EOF) return fail_to_write();
  for (int i = 0; i < info.components; ++i) {
    const denoiseae_component* where = &info.component[i];
    const int width = (frame->width + where->log2_sub_x) >> where->log2_sub_x;
    const int height = (frame->height + where->log2_sub_y) >> where->log2_sub_y;
    for (int y = 0; y < height; ++y) {
      const unsigned char* sample =
          frame->data[where->plane] + y * frame->stride_bytes[where->plane] + where->offset_bytes;
      for (int x = 0; x < width; ++x) row[x] = sample[x * where->step_bytes];
      if (fwrite(row, 1, (size_t)width, out) != (size_t)width) return fail_to_write();
    }
  }
  return 0;
}
