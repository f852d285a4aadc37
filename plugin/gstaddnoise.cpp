// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-addnoise
 * @title: addnoise
 *
 * Adds synthetic noise to video, for tests, demonstrations and comparisons of
 * denoisers. One value of #GstAddNoise:seed gives the same noise in every run,
 * whatever the memory layout of the frames. Alpha and padding stay as they are.
 * Level 0 passes buffers of any raw format untouched.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=30 ! addnoise level=20 seed=7 !
 * fakesink
 * ]|
 * Adds gaussian noise with a standard deviation of 20 code values of 255.
 *
 * Since: 0.2
 */
#include "gstaddnoise.h"

#include <denoiseae/noise.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gstvideobridge.h"

static const gdouble kModelsOwnLevel = -1;
static const guint kDefaultSeed = 0;

struct _GstAddNoise {
  GstDaeVideoFilter parent;

  /* protected by the object lock */
  gint model;
  gdouble level;
  guint seed;
  guint threads;

  guint64 frame_index; /* used by the streaming thread */
};

G_DEFINE_TYPE (GstAddNoise, gst_add_noise, GST_TYPE_DAE_VIDEO_FILTER)
#define parent_class gst_add_noise_parent_class
GST_ELEMENT_REGISTER_DEFINE (addnoise, "addnoise", GST_RANK_NONE,
                             GST_TYPE_ADD_NOISE)

#define GST_TYPE_ADD_NOISE_MODEL (gst_add_noise_model_get_type ())
/* Has the rows of the library's table of noise models. */
static GType
gst_add_noise_model_get_type (void) {
  static const GType type = [] {
    static std::vector<std::string> strings;
    static std::vector<GEnumValue> values;
    const auto rows = denoiseae::noise_models ();

    strings.reserve (2 * rows.size ()); /* values points into them */
    for (const denoiseae::NoiseModelInfo& row : rows) {
      const char* description = strings.emplace_back (row.description).c_str ();
      const char* name = strings.emplace_back (row.name).c_str ();
      values.push_back ({static_cast<gint> (row.model), description, name});
    }
    values.push_back ({0, NULL, NULL});
    return g_enum_register_static ("GstAddNoiseModel", values.data ());
  }();
  return type;
}

static gboolean
gst_add_noise_is_neutral (GstDaeVideoFilter* filter) {
  return GST_ADD_NOISE (filter)->level == 0;
}

static gboolean
gst_add_noise_start (GstBaseTransform* trans) {
  GST_ADD_NOISE (trans)->frame_index = 0;
  return GST_BASE_TRANSFORM_CLASS (parent_class)->start (trans);
}

static GstFlowReturn
gst_add_noise_transform_frame (GstVideoFilter* filter, GstVideoFrame* in_frame,
                               GstVideoFrame* out_frame) {
  GstAddNoise* self = GST_ADD_NOISE (filter);
  const GstDaeFramePair frames =
      gst_dae_frame_pair (&filter->in_info, in_frame, out_frame);

  GST_OBJECT_LOCK (self);
  const auto model = static_cast<denoiseae::NoiseModel> (self->model);
  gdouble level = self->level;
  const guint seed = self->seed;
  const guint threads = self->threads;
  GST_OBJECT_UNLOCK (self);

  if (level < 0) level = denoiseae::noise_model_info (model).default_level;
  denoiseae::add_noise (
      frames.in, frames.out, model, level, seed, self->frame_index++,
      gst_dae_video_filter_thread_pool (GST_DAE_VIDEO_FILTER (self),
                                        frames.in.width, frames.in.height,
                                        threads));
  return GST_FLOW_OK;
}

static gdouble
largest_level (void) {
  gdouble level = 0;

  for (const denoiseae::NoiseModelInfo& row : denoiseae::noise_models ())
    level = std::max (level, row.max_level);
  return level;
}

static void
gst_add_noise_class_init (GstAddNoiseClass* klass) {
  GstDaeVideoFilterClass* filter_class = GST_DAE_VIDEO_FILTER_CLASS (klass);
  const auto flags = static_cast<GParamFlags> (
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  filter_class->is_neutral = gst_add_noise_is_neutral;
  GST_BASE_TRANSFORM_CLASS (klass)->start =
      GST_DEBUG_FUNCPTR (gst_add_noise_start);
  GST_VIDEO_FILTER_CLASS (klass)->transform_frame =
      GST_DEBUG_FUNCPTR (gst_add_noise_transform_frame);

  /**
   * GstAddNoise:model:
   *
   * The kind of noise that is added.
   *
   * Since: 0.2
   */
  gst_dae_video_filter_class_install_field (
      filter_class, G_STRUCT_OFFSET (GstAddNoise, model),
      g_param_spec_enum (
          "model", "Model", "What kind of noise to add",
          GST_TYPE_ADD_NOISE_MODEL,
          static_cast<gint> (denoiseae::noise_models ().front ().model),
          flags));
  /**
   * GstAddNoise:level:
   *
   * How much noise is added, in the unit of the model. A level beyond the
   * range of the model is an error when the first frame comes.
   *
   * Since: 0.2
   */
  gst_dae_video_filter_class_install_field (
      filter_class, G_STRUCT_OFFSET (GstAddNoise, level),
      g_param_spec_double (
          "level", "Level",
          "How much noise to add, in the unit and range of the model; 0 passes "
          "frames untouched, -1 is the usual level of the model",
          kModelsOwnLevel, largest_level (), kModelsOwnLevel,
          static_cast<GParamFlags> (flags | GST_PARAM_CONTROLLABLE)));
  /**
   * GstAddNoise:seed:
   *
   * Selects the noise: equal seeds give equal noise.
   *
   * Since: 0.2
   */
  gst_dae_video_filter_class_install_field (
      filter_class, G_STRUCT_OFFSET (GstAddNoise, seed),
      g_param_spec_uint ("seed", "Seed", "The same seed gives the same noise",
                         0, G_MAXUINT, kDefaultSeed, flags));

  /**
   * GstAddNoise:threads:
   *
   * How many threads share a large frame. Takes effect at the next start.
   *
   * Since: 0.2
   */
  gst_dae_video_filter_class_install_threads (
      filter_class, G_STRUCT_OFFSET (GstAddNoise, threads));

  gst_type_mark_as_plugin_api (GST_TYPE_ADD_NOISE_MODEL,
                               static_cast<GstPluginAPIFlags> (0));
  gst_element_class_set_static_metadata (
      GST_ELEMENT_CLASS (klass), "Noise generator", "Filter/Effect/Video",
      "Adds synthetic noise to video, for tests and comparisons of denoisers",
      "The denoiseae developers");
}

static void
gst_add_noise_init (GstAddNoise* self) {
  self->model = static_cast<gint> (denoiseae::noise_models ().front ().model);
  self->level = kModelsOwnLevel;
  self->seed = kDefaultSeed;
}
