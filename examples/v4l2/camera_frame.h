/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Views the memory of a V4L2 buffer as a frame of the library, and writes frames. */
#ifndef EXAMPLES_V4L2_CAMERA_FRAME_H
#define EXAMPLES_V4L2_CAMERA_FRAME_H

#include <denoiseae/denoiseae.h>
#include <linux/videodev2.h>
#include <stdio.h>

/* A pixel format that both V4L2 and the library know. */
struct camera_format {
  const char* name; /* V4L2's, "YUYV" */
  __u32 fourcc;
  denoiseae_format format;
  const char* y4m; /* how a y4m file names the planes that its samples make */
};

/* THE table of formats, the best ones first. A row with an empty name ends it. */
extern const struct camera_format camera_formats[];

/* Return the row of a format, or NULL. */
const struct camera_format* camera_format_of_fourcc(__u32 fourcc);
const struct camera_format* camera_format_of_name(const char* name);

/* Lets a frame point into memory that is laid out as pix says: planes one after the other, rows of
 * bytesperline. Returns 0, or prints to stderr what is wrong and returns 1. */
int view_camera_frame(const struct v4l2_pix_format* pix, void* memory, size_t size,
                      denoiseae_frame* frame);

/* Allocates the planes of a frame of this format and size, without padding. Free data[0]. Returns
 * 0, or prints to stderr what is wrong and returns 1. */
int allocate_planes(denoiseae_frame* frame);

/* Write the rows of a frame without padding: as they are, or as y4m wants them, which has each
 * component in a plane. Return 0, or print to stderr what is wrong and return 1. */
int write_raw(const denoiseae_frame* frame, FILE* out);
int write_y4m(const denoiseae_frame* frame, FILE* out);

#endif
