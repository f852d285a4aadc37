/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "camera.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "camera_frame.h"

/* A camera that sends nothing for so long will not send any more. */
#define PATIENCE_MS 10000

static int call(const struct camera* camera, unsigned long request, void* argument) {
  int result;
  do result = ioctl(camera->file, request, argument);
  while (result < 0 && errno == EINTR);
  return result;
}

static int fail(const struct camera* camera, const char* what) {
  fprintf(stderr, "v4l2_denoise: %s: %s: %s\n", camera->path, what, strerror(errno));
  return 1;
}

/* Prints the four letters of a format. */
static const char* letters(__u32 fourcc, char text[5]) {
  for (int i = 0; i < 4; ++i) text[i] = (char)(fourcc >> 8 * i & 0x7f);
  text[4] = 0;
  return text;
}

/* Returns the first of camera_formats that the device has, or the wanted one if it has that. */
static __u32 choose_format(const struct camera* camera, __u32 wanted) {
  char offered[256] = "", text[5];
  const struct camera_format* best = NULL;
  struct v4l2_fmtdesc entry = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
  for (; call(camera, VIDIOC_ENUM_FMT, &entry) == 0; ++entry.index) {
    const struct camera_format* row = camera_format_of_fourcc(entry.pixelformat);
    if (row != NULL && (wanted == 0 || row->fourcc == wanted) && (best == NULL || row < best))
      best = row;
    const size_t used = strlen(offered);
    snprintf(offered + used, sizeof offered - used, "%s%s", used ? ", " : "",
             letters(entry.pixelformat, text));
  }
  if (best != NULL) return best->fourcc;
  fprintf(stderr, "v4l2_denoise: %s offers %s; expected ", camera->path,
          *offered ? offered : "no format");
  if (wanted != 0)
    fprintf(stderr, "%s, as --format says\n", letters(wanted, text));
  else
    for (const struct camera_format* row = camera_formats; *row->name; ++row)
      fprintf(stderr, "%s%s", row->name, *row[1].name ? ", " : "\n");
  if (strstr(offered, "MJPG") != NULL || strstr(offered, "JPEG") != NULL)
    fputs("v4l2_denoise: Motion JPEG has to be decoded first, as examples/camera.sh does\n",
          stderr);
  return 0;
}

int open_camera(struct camera* camera, const char* path, __u32 fourcc, unsigned width,
                unsigned height) {
  *camera = (struct camera){.path = path};
  camera->file = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (camera->file < 0) return fail(camera, "cannot be opened");
  struct v4l2_capability can = {0};
  if (call(camera, VIDIOC_QUERYCAP, &can) < 0) {
    if (errno != ENOTTY && errno != EINVAL) return fail(camera, "VIDIOC_QUERYCAP");
    fprintf(stderr, "v4l2_denoise: %s is no V4L2 device; expected one as /dev/video0\n", path);
    return 1;
  }
  const __u32 uses = can.capabilities & V4L2_CAP_DEVICE_CAPS ? can.device_caps : can.capabilities;
  if (!(uses & V4L2_CAP_VIDEO_CAPTURE) || !(uses & V4L2_CAP_STREAMING)) {
    /* Many cameras have a second device, for data about the frames. */
    fprintf(stderr, "v4l2_denoise: %s does not capture video into shared memory%s\n", path,
            uses & V4L2_CAP_VIDEO_CAPTURE_MPLANE ? ", but into planes of their own" : "");
    return 1;
  }
  fourcc = choose_format(camera, fourcc);
  if (fourcc == 0) return 1;

  struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
  if (call(camera, VIDIOC_G_FMT, &format) < 0) return fail(camera, "VIDIOC_G_FMT");
  if (width != 0) format.fmt.pix.width = width;
  if (height != 0) format.fmt.pix.height = height;
  format.fmt.pix.pixelformat = fourcc;
  format.fmt.pix.field = V4L2_FIELD_NONE;
  format.fmt.pix.bytesperline = 0;
  if (call(camera, VIDIOC_S_FMT, &format) < 0) return fail(camera, "VIDIOC_S_FMT");
  camera->pix = format.fmt.pix;
  if (camera->pix.pixelformat != fourcc) {
    char is[5], expected[5];
    fprintf(stderr, "v4l2_denoise: %s is set to %s, expected %s\n", path,
            letters(camera->pix.pixelformat, is), letters(fourcc, expected));
    return 1;
  }
  if (camera->pix.field != V4L2_FIELD_NONE) {
    fprintf(stderr, "v4l2_denoise: %s gives interlaced frames; the GStreamer element takes them\n",
            path);
    return 1;
  }
  struct v4l2_streamparm rate = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
  if (call(camera, VIDIOC_G_PARM, &rate) == 0) camera->frame_time = rate.parm.capture.timeperframe;
  return 0;
}

int start_camera(struct camera* camera) {
  struct v4l2_requestbuffers request = {
      .count = CAMERA_BUFFERS, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
  if (call(camera, VIDIOC_REQBUFS, &request) < 0)
    return fail(camera, errno == EBUSY ? "is used by another program" : "VIDIOC_REQBUFS");
  for (__u32 i = 0; i < request.count && i < CAMERA_BUFFERS; ++i) {
    struct v4l2_buffer buffer = {
        .index = i, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    if (call(camera, VIDIOC_QUERYBUF, &buffer) < 0) return fail(camera, "VIDIOC_QUERYBUF");
    void* memory = mmap(NULL, buffer.length, PROT_READ, MAP_SHARED, camera->file, buffer.m.offset);
    if (memory == MAP_FAILED) return fail(camera, "its memory cannot be mapped");
    camera->memory[i] = memory;
    camera->size[i] = buffer.length;
    camera->buffers = (int)i + 1;
    if (give_back(camera, &buffer)) return 1;
  }
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (call(camera, VIDIOC_STREAMON, &type) < 0) return fail(camera, "VIDIOC_STREAMON");
  return 0;
}

void close_camera(struct camera* camera) {
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (camera->buffers > 0) call(camera, VIDIOC_STREAMOFF, &type);
  for (int i = 0; i < camera->buffers; ++i) munmap(camera->memory[i], camera->size[i]);
  if (camera->file >= 0) close(camera->file);
  camera->buffers = 0;
  camera->file = -1;
}

enum camera_result next_frame(struct camera* camera, struct v4l2_buffer* buffer) {
  for (;;) {
    *buffer = (struct v4l2_buffer){.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    if (call(camera, VIDIOC_DQBUF, buffer) == 0) return CAMERA_FRAME;
    if (errno != EAGAIN) break;
    struct pollfd wait = {.fd = camera->file, .events = POLLIN};
    const int ready = poll(&wait, 1, PATIENCE_MS);
    if (ready < 0 && errno == EINTR) return CAMERA_INTERRUPTED;
    if (ready == 0) errno = ETIMEDOUT;
    if (ready <= 0) break;
  }
  fail(camera, "no more frames come");
  return CAMERA_FAILED;
}

int give_back(struct camera* camera, struct v4l2_buffer* buffer) {
  return call(camera, VIDIOC_QBUF, buffer) < 0 ? fail(camera, "VIDIOC_QBUF") : 0;
}
