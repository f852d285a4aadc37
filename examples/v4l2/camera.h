/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Captures from a V4L2 device into memory that the driver and this process share. */
#ifndef EXAMPLES_V4L2_CAMERA_H
#define EXAMPLES_V4L2_CAMERA_H

#include <linux/videodev2.h>
#include <stddef.h>

#define CAMERA_BUFFERS 4

struct camera {
  const char* path;
  int file;
  struct v4l2_pix_format pix;
  struct v4l2_fract frame_time; /* denominator 0 where the driver does not tell */
  int buffers;
  void* memory[CAMERA_BUFFERS];
  size_t size[CAMERA_BUFFERS];
};

enum camera_result { CAMERA_FAILED = -1, CAMERA_FRAME, CAMERA_INTERRUPTED };

/* Open a device with the wanted format and size, start it, and stop it. fourcc: 0 = the first of
 * camera_formats that it has; width, height: 0 = what it is set to. The driver may choose another
 * size, see pix. Return 0, or print to stderr what is wrong and return 1; close_camera then frees
 * what there is. */
int open_camera(struct camera* camera, const char* path, __u32 fourcc, unsigned width,
                unsigned height);
int start_camera(struct camera* camera);
void close_camera(struct camera* camera);

/* Waits for a frame, which lies in memory[buffer->index] until give_back. Ends early when a signal
 * comes. Prints to stderr what is wrong, if anything. */
enum camera_result next_frame(struct camera* camera, struct v4l2_buffer* buffer);
int give_back(struct camera* camera, struct v4l2_buffer* buffer);

#endif
