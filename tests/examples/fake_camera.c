/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A driver of a camera that is made up. It stands in for ioctl in a program that is linked with
 * -Wl,--wrap=ioctl. The device is a file, which the program opens and maps; it is the memory of the
 * buffers. The environment says what the camera is like:
 *
 *   FAKE_CAMERA_FORMATS          fourccs with commas, "YUYV,MJPG"
 *   FAKE_CAMERA_WIDTH, _HEIGHT   the only size that it has
 *   FAKE_CAMERA_LINE, _BYTES     bytes of a line and of a frame
 *   FAKE_CAMERA_FILM             a file with the frames; after the last one the camera is gone, or
 *                                with FAKE_CAMERA_FAULT=endless the first one comes again
 *   FAKE_CAMERA_FAULT            what is wrong with it
 *
 * A program that breaks a rule of V4L2 is ended, with a message. */
#include <errno.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_BUFFERS 8
#define PAGE 4096u

static struct {
  int is_streaming, has_waited;
  __u32 fourcc, buffers, frame;
  __u32 queue[MAX_BUFFERS], queued; /* the buffers that the program has given, in this order */
} camera;

static const char* text(const char* name) {
  const char* value = getenv(name);
  return value ? value : "";
}

static __u32 number(const char* name) { return (__u32)strtoul(text(name), NULL, 10); }

static int has_fault(const char* fault) { return strcmp(text("FAKE_CAMERA_FAULT"), fault) == 0; }

static void expect(int is_true, const char* rule) {
  if (is_true) return;
  fprintf(stderr, "fake camera: %s\n", rule);
  abort();
}

static int refuse(int error) {
  errno = error;
  return -1;
}

static __u32 offset(__u32 index) {
  return index * ((number("FAKE_CAMERA_BYTES") + PAGE - 1) / PAGE * PAGE);
}

static int query_capability(struct v4l2_capability* can) {
  can->capabilities = V4L2_CAP_DEVICE_CAPS | V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
  can->device_caps = has_fault("metadata") ? V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING
                                           : V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
  return 0;
}

static int enumerate_formats(struct v4l2_fmtdesc* entry) {
  const char* formats = text("FAKE_CAMERA_FORMATS");
  if (entry->index * 5 >= strlen(formats)) return refuse(EINVAL);
  const char* name = formats + entry->index * 5;
  entry->pixelformat = v4l2_fourcc(name[0], name[1], name[2], name[3]);
  return 0;
}

static int get_format(struct v4l2_pix_format* pix) {
  pix->width = number("FAKE_CAMERA_WIDTH");
  pix->height = number("FAKE_CAMERA_HEIGHT");
  pix->bytesperline = number("FAKE_CAMERA_LINE");
  pix->sizeimage = number("FAKE_CAMERA_BYTES");
  pix->field = has_fault("interlaced") ? V4L2_FIELD_INTERLACED : V4L2_FIELD_NONE;
  pix->pixelformat = camera.fourcc;
  return 0;
}

static int request_buffers(struct v4l2_requestbuffers* request) {
  expect(request->memory == V4L2_MEMORY_MMAP, "buffers are mapped");
  if (has_fault("busy")) return refuse(EBUSY);
  camera.buffers = request->count < MAX_BUFFERS ? request->count : MAX_BUFFERS;
  request->count = camera.buffers;
  return 0;
}

static int query_buffer(int file, struct v4l2_buffer* buffer) {
  expect(buffer->index < camera.buffers, "there is such a buffer");
  buffer->length = number("FAKE_CAMERA_BYTES") / (has_fault("short") ? 2 : 1);
  buffer->m.offset = offset(buffer->index);
  return ftruncate(file, offset(camera.buffers));
}

/* The driver may write at any time to what the program has given back. */
static int queue_buffer(int file, const struct v4l2_buffer* buffer) {
  expect(buffer->index < camera.buffers, "there is such a buffer");
  for (__u32 i = 0; i < camera.queued; ++i)
    expect(camera.queue[i] != buffer->index, "a buffer is given once");
  camera.queue[camera.queued++] = buffer->index;
  char garbage[PAGE];
  memset(garbage, 0xa5, sizeof garbage);
  for (__u32 i = offset(buffer->index); i < offset(buffer->index + 1); i += PAGE)
    expect(pwrite(file, garbage, PAGE, i) == PAGE, "the buffer can be written");
  return 0;
}

static int dequeue_buffer(int file, struct v4l2_buffer* buffer) {
  expect(camera.is_streaming, "the camera was started");
  expect(camera.queued > 0, "a program that waits has given a buffer");
  camera.has_waited = !camera.has_waited;
  if (camera.has_waited) return refuse(EAGAIN);
  const __u32 size = number("FAKE_CAMERA_BYTES");
  FILE* film = fopen(text("FAKE_CAMERA_FILM"), "rb");
  char* frame = malloc(size);
  expect(film != NULL && frame != NULL, "there is a film");
  fseek(film, 0, SEEK_END);
  const __u32 frames = (__u32)ftell(film) / size;
  int error = camera.frame >= frames && !has_fault("endless") ? ENODEV : 0;
  if (error == 0) {
    fseek(film, (long)(camera.frame % frames) * (long)size, SEEK_SET);
    expect(fread(frame, 1, size, film) == size, "the film can be read");
    buffer->index = camera.queue[0];
    memmove(camera.queue, camera.queue + 1, --camera.queued * sizeof *camera.queue);
    expect(pwrite(file, frame, size, offset(buffer->index)) == (ssize_t)size,
           "the buffer can be written");
    buffer->bytesused = size;
    buffer->flags = has_fault("damaged") && camera.frame == 1 ? V4L2_BUF_FLAG_ERROR : 0;
    buffer->sequence = camera.frame * (has_fault("slow") ? 3 : 1);
    ++camera.frame;
  }
  free(frame);
  fclose(film);
  return error ? refuse(error) : 0;
}

int __wrap_ioctl(int file, unsigned long request, ...);

int __wrap_ioctl(int file, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  struct v4l2_format* format = argument;
  switch (request) {
    case VIDIOC_QUERYCAP:
      return query_capability(argument);
    case VIDIOC_ENUM_FMT:
      return enumerate_formats(argument);
    case VIDIOC_G_FMT:
      return get_format(&format->fmt.pix);
    case VIDIOC_S_FMT:
      camera.fourcc = format->fmt.pix.pixelformat;
      return get_format(&format->fmt.pix);
    case VIDIOC_G_PARM: {
      struct v4l2_streamparm* rate = argument;
      rate->parm.capture.timeperframe = (struct v4l2_fract){1001, 30000};
      return 0;
    }
    case VIDIOC_REQBUFS:
      return request_buffers(argument);
    case VIDIOC_QUERYBUF:
      return query_buffer(file, argument);
    case VIDIOC_QBUF:
      return queue_buffer(file, argument);
    case VIDIOC_DQBUF:
      return dequeue_buffer(file, argument);
    case VIDIOC_STREAMON:
    case VIDIOC_STREAMOFF:
      camera.is_streaming = request == VIDIOC_STREAMON;
      return 0;
    default:
      return refuse(ENOTTY);
  }
}
