/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Denoises a camera with the C interface of the library. The frames are never copied: the library
 * reads them in the memory that the driver has written them to, and README.md beside says more. */
#include <denoiseae/denoiseae.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "camera.h"
#include "camera_frame.h"

static const char usage[] =
    "Usage: v4l2_denoise [OPTIONS] /dev/videoN > out.y4m\n"
    "\n"
    "Denoises the frames of a camera, and writes them to standard output until it is interrupted.\n"
    "\n"
    "  --size WxH        size in pixels; the camera may choose another one near it\n"
    "  --format NAME     YUYV, UYVY, NV12, YUV420 or GREY; without it the first that there is\n"
    "  --frames N        ends after N frames\n"
    "  --raw             writes frames as the camera lays them out, without padding, instead of "
    "y4m\n"
    "  --model NAME      name or file of the weights (balanced)\n"
    "  --strength S      0 to 2; values above 1 smooth more, 0 copies (1)\n"
    "  --noise-level N   standard deviation of the noise in 8-bit codes, 0 to 100; without it, or\n"
    "                    with a negative one, it is estimated\n"
    "  --help            prints this\n"
    "\n"
    "  v4l2_denoise --size 640x480 /dev/video0 | ffplay -\n";

struct options {
  const char* path;
  const char* model;
  __u32 fourcc;
  unsigned width, height;
  long frames; /* 0 = without end */
  int raw;
  denoiseae_settings settings;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int number) {
  (void)number;
  interrupted = 1;
}

static int bad_usage(const char* option, const char* expected, const char* found) {
  fprintf(stderr, "v4l2_denoise: %s: expected %s, found %s; --help lists the options\n", option,
          expected, found);
  return 2;
}

static int read_number(const char* option, const char* text, double* number) {
  char* end = NULL;
  *number = strtod(text, &end);
  return end == text || *end ? bad_usage(option, "a number", text) : 0;
}

static int read_format(const char* text, struct options* options) {
  const struct camera_format* row = camera_format_of_name(text);
  if (row == NULL)
    return bad_usage(
        "--format",
        strncmp(text, "MJP", 3) == 0
            ? "frames that are not compressed (Motion JPEG has to be decoded first, as "
              "examples/camera.sh does)"
            : "YUYV, UYVY, NV12, YUV420 or GREY",
        text);
  options->fourcc = row->fourcc;
  return 0;
}

/* Returns 0, the exit status of wrong usage, or -1 after --help. */
static int read_options(int argc, char** argv, struct options* options) {
  enum { SIZE = 1, FORMAT, FRAMES, RAW, MODEL, STRENGTH, NOISE_LEVEL, HELP };
  static const struct option known[] = {{"size", required_argument, NULL, SIZE},
                                        {"format", required_argument, NULL, FORMAT},
                                        {"frames", required_argument, NULL, FRAMES},
                                        {"raw", no_argument, NULL, RAW},
                                        {"model", required_argument, NULL, MODEL},
                                        {"strength", required_argument, NULL, STRENGTH},
                                        {"noise-level", required_argument, NULL, NOISE_LEVEL},
                                        {"help", no_argument, NULL, HELP},
                                        {NULL, 0, NULL, 0}};
  int found, status = 0;
  char end;
  double number;
  *options = (struct options){.model = "balanced", .settings = DENOISEAE_SETTINGS_INIT};
  while (status == 0 && (found = getopt_long(argc, argv, "", known, NULL)) != -1) {
    switch (found) {
      case SIZE:
        if (sscanf(optarg, "%5ux%5u%c", &options->width, &options->height, &end) != 2)
          status = bad_usage("--size", "a size as 640x480", optarg);
        break;
      case FORMAT:
        status = read_format(optarg, options);
        break;
      case FRAMES:
        status = read_number("--frames", optarg, &number);
        if (status == 0 && !(number >= 1 && number <= 1e9))
          status = bad_usage("--frames", "a number from 1", optarg);
        if (status == 0) options->frames = (long)number;
        break;
      case RAW:
        options->raw = 1;
        break;
      case MODEL:
        options->model = optarg;
        break;
      case STRENGTH:
        status = read_number("--strength", optarg, &options->settings.strength);
        break;
      case NOISE_LEVEL:
        status = read_number("--noise-level", optarg, &options->settings.noise_level);
        break;
      case HELP:
        fputs(usage, stdout);
        return -1;
      default:
        status = 2;
    }
  }
  if (status == 0 && argc - optind != 1)
    status = bad_usage("DEVICE", "one device as /dev/video0", argc == optind ? "none" : "several");
  options->path = argv[optind];
  return status;
}

static void write_header(const struct camera* camera, FILE* out) {
  /* A frame rate of 0:0 is an unknown one. */
  const struct v4l2_fract* time = &camera->frame_time;
  const int is_known = time->numerator != 0 && time->denominator != 0;
  fprintf(out, "YUV4MPEG2 W%u H%u F%u:%u Ip C%s\n", camera->pix.width, camera->pix.height,
          is_known ? time->denominator : 0, is_known ? time->numerator : 0,
          camera_format_of_fourcc(camera->pix.pixelformat)->y4m);
}

/* Denoises one buffer and writes it. A frame that the driver calls damaged leaves no trace in those
 * that follow. */
static int denoise_buffer(const struct options* options, denoiseae_denoiser* denoiser,
                          const struct camera* camera, const struct v4l2_buffer* buffer,
                          const denoiseae_frame* out) {
  denoiseae_frame frame;
  denoiseae_settings settings = options->settings;
  settings.damaged = (buffer->flags & V4L2_BUF_FLAG_ERROR) != 0;
  if (view_camera_frame(&camera->pix, camera->memory[buffer->index], camera->size[buffer->index],
                        &frame))
    return 1;
  if (denoiseae_process(denoiser, &frame, out, &settings)) {
    fprintf(stderr, "v4l2_denoise: %s\n", denoiseae_error());
    return 1;
  }
  return options->raw ? write_raw(out, stdout) : write_y4m(out, stdout);
}

static int denoise_camera(const struct options* options, denoiseae_denoiser* denoiser,
                          struct camera* camera, const denoiseae_frame* out) {
  long count = 0;
  unsigned long dropped = 0;
  __u32 expected = 0;
  int failed = start_camera(camera);
  if (!failed && !options->raw) write_header(camera, stdout);
  while (!failed && !interrupted && (options->frames == 0 || count < options->frames)) {
    struct v4l2_buffer buffer;
    const enum camera_result result = next_frame(camera, &buffer);
    if (result == CAMERA_INTERRUPTED) continue;
    failed = result == CAMERA_FAILED || denoise_buffer(options, denoiser, camera, &buffer, out) ||
             give_back(camera, &buffer);
    if (failed) break;
    /* The driver counts the frames for which no buffer was free, too. */
    if (count > 0) dropped += buffer.sequence - expected;
    expected = buffer.sequence + 1;
    ++count;
  }
  if (fflush(stdout) != 0 && !failed) {
    fprintf(stderr, "v4l2_denoise: standard output: %s\n", strerror(errno));
    failed = 1;
  }
  fprintf(stderr, "v4l2_denoise: %ld frames; the camera dropped %lu between them\n", count,
          dropped);
  return failed;
}

int main(int argc, char** argv) {
  struct options options;
  const int status = read_options(argc, argv, &options);
  if (status != 0) return status < 0 ? 0 : status;
  /* A signal ends the wait for a frame, but leaves no frame half written. */
  const struct sigaction action = {.sa_handler = interrupt, .sa_flags = SA_RESTART};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);

  struct camera camera;
  denoiseae_model* model = NULL;
  denoiseae_denoiser* denoiser = NULL;
  denoiseae_frame out = {0};
  int failed = open_camera(&camera, options.path, options.fourcc, options.width, options.height);
  if (!failed) {
    out.format = camera_format_of_fourcc(camera.pix.pixelformat)->format;
    out.width = (int)camera.pix.width;
    out.height = (int)camera.pix.height;
    failed = denoiseae_load_model(options.model, &model) || denoiseae_new(NULL, NULL, &denoiser) ||
             denoiseae_set_model(denoiser, model) ||
             denoiseae_configure(denoiser, out.format, out.width, out.height, NULL);
    if (failed) fprintf(stderr, "v4l2_denoise: %s\n", denoiseae_error());
  }
  if (!failed) failed = allocate_planes(&out);
  if (!failed) failed = denoise_camera(&options, denoiser, &camera, &out);
  close_camera(&camera);
  free(out.data[0]);
  denoiseae_free(denoiser);
  denoiseae_free_model(model);
  return failed;
}
