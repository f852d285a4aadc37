/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A filter of OBS Studio for sources that send frames: cameras, files, network streams. OBS hands
 * over frames of its own, copied from the source, so that they are denoised where they lie. It
 * calls the filter in the thread that draws, once for each frame. */
#include <denoiseae/denoiseae.h>
#include <obs-module.h>
#include <pthread.h>
#include <string.h>
#include <util/dstr.h>

OBS_DECLARE_MODULE()
OBS_MODULE_USE_DEFAULT_LOCALE("denoiseae", "en-US")

#define MODEL "model"
#define STRENGTH "strength"
#define NOISE_LEVEL "noise_level"
#define SHARPEN "sharpen"
#define PROBLEM "problem"

/* A pause of a second is no pause between frames. */
#define LONGEST_PAUSE_NS 1000000000u

struct filter {
  obs_source_t* source;
  pthread_mutex_t mutex; /* guards all that follows */
  char* model;           /* that the denoiser has; NULL = none */
  denoiseae_denoiser* denoiser;
  denoiseae_settings settings;
  double sharpen;
  enum video_format format; /* of the last frame, as are width and height */
  uint32_t width, height;
  bool is_configured;      /* for these */
  denoiseae_frame between; /* is denoised and not yet sharpened; its memory begins at data[0] */
  uint64_t last_time_ns;
  char problem[512]; /* is empty when all is well */
};

/* Tells the library's name of a format. Planes of alpha that follow the others stay as they are. */
static bool library_format(enum video_format obs_format, denoiseae_format* format) {
  static const struct {
    enum video_format obs_format;
    denoiseae_format format;
  } rows[] = {
      {VIDEO_FORMAT_I420, DENOISEAE_I420},      {VIDEO_FORMAT_NV12, DENOISEAE_NV12},
      {VIDEO_FORMAT_YVYU, DENOISEAE_YVYU},      {VIDEO_FORMAT_YUY2, DENOISEAE_YUY2},
      {VIDEO_FORMAT_UYVY, DENOISEAE_UYVY},      {VIDEO_FORMAT_RGBA, DENOISEAE_RGBA},
      {VIDEO_FORMAT_BGRA, DENOISEAE_BGRA},      {VIDEO_FORMAT_BGRX, DENOISEAE_BGRX},
      {VIDEO_FORMAT_Y800, DENOISEAE_GRAY8},     {VIDEO_FORMAT_I444, DENOISEAE_Y444},
      {VIDEO_FORMAT_BGR3, DENOISEAE_BGR},       {VIDEO_FORMAT_I422, DENOISEAE_Y42B},
      {VIDEO_FORMAT_I40A, DENOISEAE_I420},      {VIDEO_FORMAT_I42A, DENOISEAE_Y42B},
      {VIDEO_FORMAT_YUVA, DENOISEAE_Y444},      {VIDEO_FORMAT_AYUV, DENOISEAE_VUYA},
      {VIDEO_FORMAT_I010, DENOISEAE_I420_10LE}, {VIDEO_FORMAT_P010, DENOISEAE_P010_10LE},
      {VIDEO_FORMAT_I210, DENOISEAE_I422_10LE}, {VIDEO_FORMAT_I412, DENOISEAE_Y444_12LE},
      {VIDEO_FORMAT_YA2L, DENOISEAE_Y444_12LE},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
    if (rows[i].obs_format != obs_format) continue;
    *format = rows[i].format;
    return true;
  }
  return false;
}

/* Keeps what is wrong for the properties, and logs it once, not with each frame. */
static void tell(struct filter* filter, const char* problem) {
  /* Longer problems are kept as far as they go. */
  if (strncmp(filter->problem, problem, sizeof filter->problem - 1) == 0) return;
  snprintf(filter->problem, sizeof filter->problem, "%s", problem);
  if (*problem) blog(LOG_ERROR, "[denoiseae] %s", problem);
}

static void log_message(void* data, denoiseae_log_level level, const char* message) {
  static const int levels[] = {LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG};
  UNUSED_PARAMETER(data);
  /* A later version of the library may have more levels. */
  blog(level <= DENOISEAE_LOG_DEBUG ? levels[level] : LOG_DEBUG, "[denoiseae] %s", message);
}

/* Gives the denoiser other weights. Where they cannot be had it goes on with those that it has. */
static bool set_model(struct filter* filter, const char* name) {
  denoiseae_model* model = NULL;
  const bool done = denoiseae_load_model(name, &model) == DENOISEAE_OK &&
                    denoiseae_set_model(filter->denoiser, model) == DENOISEAE_OK;
  denoiseae_free_model(model);
  if (!done) return false;
  bfree(filter->model);
  filter->model = bstrdup(name);
  filter->is_configured = false;
  filter->width = 0;
  return true;
}

static void filter_update(void* data, obs_data_t* settings) {
  struct filter* filter = data;
  const char* model = obs_data_get_string(settings, MODEL);
  pthread_mutex_lock(&filter->mutex);
  filter->settings.strength = obs_data_get_double(settings, STRENGTH);
  filter->settings.noise_level = obs_data_get_double(settings, NOISE_LEVEL);
  filter->sharpen = obs_data_get_double(settings, SHARPEN);
  if (filter->model == NULL || strcmp(filter->model, model) != 0)
    tell(filter, set_model(filter, model) ? "" : denoiseae_error());
  else if (filter->is_configured)
    tell(filter, "");
  pthread_mutex_unlock(&filter->mutex);
}

static void* filter_create(obs_data_t* settings, obs_source_t* source) {
  struct filter* filter = bzalloc(sizeof *filter);
  filter->source = source;
  filter->settings = (denoiseae_settings)DENOISEAE_SETTINGS_INIT;
  if (pthread_mutex_init(&filter->mutex, NULL) != 0) {
    bfree(filter);
    return NULL;
  }
  if (denoiseae_new(log_message, NULL, &filter->denoiser)) {
    blog(LOG_ERROR, "[denoiseae] %s", denoiseae_error());
    pthread_mutex_destroy(&filter->mutex);
    bfree(filter);
    return NULL;
  }
  filter_update(filter, settings);
  return filter;
}

static void filter_destroy(void* data) {
  struct filter* filter = data;
  denoiseae_free(filter->denoiser);
  pthread_mutex_destroy(&filter->mutex);
  bfree(filter->between.data[0]);
  bfree(filter->model);
  bfree(filter);
}

/* Returns how many columns have all their samples. OBS 30 leaves the chroma of the last column out of
 * frames of an odd width; that column then stays as it is. Rows that begin inside a sample have none. */
static int whole_columns(const struct obs_source_frame* frame, denoiseae_format format) {
  const int width = (int)frame->width;
  denoiseae_format_info info = {.struct_size = sizeof info};
  if (denoiseae_get_format_info(format, &info) != DENOISEAE_OK) return 0;
  int columns = width;
  for (int plane = 0; plane < info.planes; ++plane) {
    int row_bytes = 0;
    if (denoiseae_plane_size(format, plane, width, 1, &row_bytes, NULL) != DENOISEAE_OK) return 0;
    if (info.depth > 8 && frame->linesize[plane] % 2 != 0) return 0;
    if ((uint32_t)row_bytes > frame->linesize[plane]) columns = width - 1;
  }
  return columns;
}

/* Lets a frame of the library point into one of OBS. */
static denoiseae_frame view(const struct obs_source_frame* frame, denoiseae_format format) {
  denoiseae_frame result = {format, whole_columns(frame, format), (int)frame->height, {NULL}, {0}};
  for (int plane = 0; plane < 4; ++plane) {
    result.data[plane] = frame->data[plane];
    result.stride_bytes[plane] = frame->linesize[plane];
  }
  return result;
}

/* Makes the frame between denoising and sharpening like another one. */
static bool allocate_between(struct filter* filter, const denoiseae_frame* like) {
  denoiseae_format_info info = {.struct_size = sizeof info};
  size_t begins[4] = {0}, size = 0;
  bfree(filter->between.data[0]);
  filter->between = (denoiseae_frame){like->format, like->width, like->height, {NULL}, {0}};
  if (denoiseae_get_format_info(like->format, &info)) return false;
  for (int plane = 0; plane < info.planes; ++plane) {
    int row_bytes = 0, rows = 0;
    if (denoiseae_plane_size(like->format, plane, like->width, like->height, &row_bytes, &rows))
      return false;
    begins[plane] = size;
    filter->between.stride_bytes[plane] = row_bytes;
    size += (size_t)row_bytes * (size_t)rows;
  }
  unsigned char* bytes = bmalloc(size);
  for (int plane = 0; plane < info.planes; ++plane)
    filter->between.data[plane] = bytes + begins[plane];
  return true;
}

/* Prepares the denoiser for the frames that come now. Where that fails they pass as they are, and
 * it is not tried again before they change. */
static void configure(struct filter* filter, const struct obs_source_frame* frame) {
  denoiseae_format format;
  if (filter->format == frame->format && filter->width == frame->width &&
      filter->height == frame->height)
    return;
  filter->format = frame->format;
  filter->width = frame->width;
  filter->height = frame->height;
  filter->is_configured = false;
  if (!library_format(frame->format, &format)) {
    tell(filter, "frames of this pixel format pass as they are");
    return;
  }
  const denoiseae_frame like = view(frame, format);
  if (like.width == 0) {
    tell(filter, "");
    return;
  }
  filter->is_configured = denoiseae_configure(filter->denoiser, format, like.width, like.height,
                                              NULL) == DENOISEAE_OK &&
                          allocate_between(filter, &like);
  tell(filter, filter->is_configured ? "" : denoiseae_error());
}

static bool denoise(struct filter* filter, const denoiseae_frame* frame) {
  if (filter->sharpen <= 0)
    return denoiseae_process(filter->denoiser, frame, frame, &filter->settings) == DENOISEAE_OK;
  return denoiseae_process(filter->denoiser, frame, &filter->between, &filter->settings) ==
             DENOISEAE_OK &&
         denoiseae_sharpen3x3(&filter->between, frame, filter->sharpen, 1, NULL) == DENOISEAE_OK;
}

static struct obs_source_frame* filter_video(void* data, struct obs_source_frame* frame) {
  struct filter* filter = data;
  pthread_mutex_lock(&filter->mutex);
  if (filter->model != NULL) configure(filter, frame);
  if (filter->is_configured) {
    /* A source that was paused, or a film that begins again, does not go on where it was. */
    if (frame->timestamp < filter->last_time_ns ||
        frame->timestamp - filter->last_time_ns > LONGEST_PAUSE_NS)
      denoiseae_reset(filter->denoiser);
    const denoiseae_frame view_of_frame = view(frame, filter->between.format);
    if (!denoise(filter, &view_of_frame)) {
      tell(filter, denoiseae_error());
      denoiseae_reset(filter->denoiser);
    }
  }
  filter->last_time_ns = frame->timestamp;
  pthread_mutex_unlock(&filter->mutex);
  return frame;
}

static const char* filter_name(void* data) {
  UNUSED_PARAMETER(data);
  return obs_module_text("Denoise");
}

static void filter_defaults(obs_data_t* settings) {
  obs_data_set_default_string(settings, MODEL, "fast");
  obs_data_set_default_double(settings, STRENGTH, 1);
  obs_data_set_default_double(settings, NOISE_LEVEL, -1);
  obs_data_set_default_double(settings, SHARPEN, 0);
}

static obs_properties_t* filter_properties(void* data) {
  struct filter* filter = data;
  obs_properties_t* properties = obs_properties_create();
  obs_property_t* property =
      obs_properties_add_list(properties, MODEL, obs_module_text("Model"), OBS_COMBO_TYPE_EDITABLE,
                              OBS_COMBO_FORMAT_STRING);
  obs_property_set_long_description(property, obs_module_text("Model.Description"));
  char** names = strlist_split(denoiseae_model_names() ? denoiseae_model_names() : "", '\n', false);
  for (char** name = names; *name != NULL; ++name)
    obs_property_list_add_string(property, *name, *name);
  strlist_free(names);
  property = obs_properties_add_float_slider(properties, STRENGTH, obs_module_text("Strength"), 0,
                                             2, 0.05);
  obs_property_set_long_description(property, obs_module_text("Strength.Description"));
  property = obs_properties_add_float_slider(properties, NOISE_LEVEL, obs_module_text("NoiseLevel"),
                                             -1, 100, 0.5);
  obs_property_set_long_description(property, obs_module_text("NoiseLevel.Description"));
  property =
      obs_properties_add_float_slider(properties, SHARPEN, obs_module_text("Sharpen"), 0, 4, 0.05);
  obs_property_set_long_description(property, obs_module_text("Sharpen.Description"));
  if (filter != NULL) {
    pthread_mutex_lock(&filter->mutex);
    if (*filter->problem)
      obs_properties_add_text(properties, PROBLEM, filter->problem, OBS_TEXT_INFO);
    pthread_mutex_unlock(&filter->mutex);
  }
  return properties;
}

static struct obs_source_info denoiseae_filter = {
    .id = "denoiseae_filter",
    .type = OBS_SOURCE_TYPE_FILTER,
    .output_flags = OBS_SOURCE_ASYNC_VIDEO,
    .get_name = filter_name,
    .create = filter_create,
    .destroy = filter_destroy,
    .update = filter_update,
    .get_defaults = filter_defaults,
    .get_properties = filter_properties,
    .filter_video = filter_video,
};

MODULE_EXPORT const char* obs_module_description(void);

const char* obs_module_description(void) { return obs_module_text("Denoise"); }

bool obs_module_load(void) {
  obs_register_source(&denoiseae_filter);
  blog(LOG_INFO, "[denoiseae] version %s", denoiseae_version());
  return true;
}
