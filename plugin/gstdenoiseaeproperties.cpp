// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstdenoiseaeprivate.h"

using denoiseae::EngineKind;
using denoiseae::Precision;
using denoiseae::Show;

enum {
  PROP_0,
  PROP_MODEL,
  PROP_NOISE_LEVEL,
  PROP_STRENGTH,
  PROP_CHROMA_STRENGTH,
  PROP_TEMPORAL,
  PROP_THREADS,
  PROP_ENGINE,
  PROP_PRECISION,
  PROP_DEVICE,
  PROP_POST_MESSAGES,
  PROP_SHOW,
  PROP_REPORT_LATENCY,
  PROP_ESTIMATED_NOISE_LEVEL,
  PROP_STATS,
};

#define GST_TYPE_DENOISE_AE_ENGINE (gst_denoise_ae_engine_get_type ())
static GType
gst_denoise_ae_engine_get_type (void) {
  static const GEnumValue values[] = {
      {static_cast<gint> (EngineKind::automatic),
       "native on a CPU, torch on other devices", "auto"},
      {static_cast<gint> (EngineKind::native), "The library's own, on CPUs",
       "native"},
      {static_cast<gint> (EngineKind::torch), "LibTorch", "torch"},
      {static_cast<gint> (EngineKind::native), "The former name of native",
       "onednn"},
      {0, NULL, NULL},
  };
  static const GType type =
      g_enum_register_static ("GstDenoiseAeEngine", values);
  return type;
}

#define GST_TYPE_DENOISE_AE_PRECISION (gst_denoise_ae_precision_get_type ())
static GType
gst_denoise_ae_precision_get_type (void) {
  static const GEnumValue values[] = {
      {static_cast<gint> (Precision::automatic),
       "The fastest that this CPU runs natively and the model is fit for",
       "auto"},
      {static_cast<gint> (Precision::float32), "32-bit floating point",
       "float32"},
      {static_cast<gint> (Precision::bfloat16), "16-bit brain floating point",
       "bfloat16"},
      {static_cast<gint> (Precision::int8),
       "8-bit integers, of models that are fit for them", "int8"},
      {0, NULL, NULL},
  };
  static const GType type =
      g_enum_register_static ("GstDenoiseAePrecision", values);
  return type;
}

#define GST_TYPE_DENOISE_AE_SHOW (gst_denoise_ae_show_get_type ())
static GType
gst_denoise_ae_show_get_type (void) {
  static const GEnumValue values[] = {
      {static_cast<gint> (Show::picture), "The denoised picture", "picture"},
      {static_cast<gint> (Show::noise),
       "The estimated noise, four times the codes", "noise"},
      {static_cast<gint> (Show::difference),
       "Four times what was removed, around gray", "difference"},
      {0, NULL, NULL},
  };
  static const GType type = g_enum_register_static ("GstDenoiseAeShow", values);
  return type;
}

#define GST_TYPE_DENOISE_AE_REPORT_LATENCY \
  (gst_denoise_ae_report_latency_get_type ())
static GType
gst_denoise_ae_report_latency_get_type (void) {
  static const GEnumValue values[] = {
      {static_cast<gint> (GstDaeReportLatency::automatic),
       "While the pipeline is live", "auto"},
      {static_cast<gint> (GstDaeReportLatency::off), "Never", "off"},
      {static_cast<gint> (GstDaeReportLatency::on), "Always", "on"},
      {0, NULL, NULL},
  };
  static const GType type =
      g_enum_register_static ("GstDenoiseAeReportLatency", values);
  return type;
}

static void
assign (std::string& target, const GValue* value, const char* fallback) {
  const gchar* text = g_value_get_string (value);
  target = text != NULL ? text : fallback;
}

static void
gst_denoise_ae_set_property (GObject* object, guint id, const GValue* value,
                             GParamSpec* pspec) {
  GstDenoiseAe* self = GST_DENOISE_AE (object);
  GstDenoiseAeSettings& settings = self->priv->settings;
  const GstDenoiseAeSettings fallback;

  GST_OBJECT_LOCK (self);
  const GstClockTime latency = gst_denoise_ae_reported_latency (self->priv);
  switch (id) {
    case PROP_MODEL:
      assign (settings.model, value, fallback.model.c_str ());
      break;
    case PROP_NOISE_LEVEL:
      settings.denoise.noise_level = g_value_get_double (value);
      break;
    case PROP_STRENGTH:
      settings.denoise.strength = g_value_get_double (value);
      break;
    case PROP_CHROMA_STRENGTH:
      settings.denoise.chroma_strength = g_value_get_double (value);
      break;
    case PROP_TEMPORAL:
      settings.denoise.temporal = g_value_get_boolean (value);
      break;
    case PROP_THREADS:
      settings.engine.threads = g_value_get_uint (value);
      break;
    case PROP_ENGINE:
      settings.engine.engine =
          static_cast<EngineKind> (g_value_get_enum (value));
      break;
    case PROP_PRECISION:
      settings.engine.precision =
          static_cast<Precision> (g_value_get_enum (value));
      break;
    case PROP_DEVICE:
      assign (settings.engine.device, value, fallback.engine.device.c_str ());
      break;
    case PROP_POST_MESSAGES:
      settings.post_messages = g_value_get_boolean (value);
      break;
    case PROP_SHOW:
      settings.denoise.show = static_cast<Show> (g_value_get_enum (value));
      break;
    case PROP_REPORT_LATENCY:
      settings.report_latency =
          static_cast<GstDaeReportLatency> (g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  const bool latency_changes =
      gst_denoise_ae_reported_latency (self->priv) != latency;
  GST_OBJECT_UNLOCK (self);
  if (latency_changes)
    gst_element_post_message (GST_ELEMENT (self),
                              gst_message_new_latency (GST_OBJECT (self)));
  if (id == PROP_STRENGTH)
    gst_dae_video_filter_settings_changed (GST_DAE_VIDEO_FILTER (self));
}

/* Called with the object lock. */
static GstStructure*
make_stats (const GstDenoiseAePrivate* priv) {
  const GstDaeFrameStatistics& statistics = priv->statistics;
  const denoiseae::DenoiserInfo& info = priv->info;

  return gst_structure_new (
      "denoiseae-stats", "model", G_TYPE_STRING, priv->model_name.c_str (),
      "frames", G_TYPE_UINT64, statistics.frames (), "dropped", G_TYPE_UINT64,
      statistics.dropped (), "mean-time", GST_TYPE_CLOCK_TIME,
      statistics.mean_time (), "p99-time", GST_TYPE_CLOCK_TIME,
      statistics.percentile_99_time (), "engine", G_TYPE_STRING,
      denoiseae::to_string (info.engine), "precision", G_TYPE_STRING,
      denoiseae::to_string (info.precision), "threads", G_TYPE_UINT,
      info.threads, "memory", G_TYPE_INT64,
      static_cast<gint64> (info.memory_bytes), NULL);
}

static void
gst_denoise_ae_get_property (GObject* object, guint id, GValue* value,
                             GParamSpec* pspec) {
  GstDenoiseAe* self = GST_DENOISE_AE (object);
  const GstDenoiseAePrivate* priv = self->priv;
  const GstDenoiseAeSettings& settings = priv->settings;

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_MODEL:
      g_value_set_string (value, settings.model.c_str ());
      break;
    case PROP_NOISE_LEVEL:
      g_value_set_double (value, settings.denoise.noise_level);
      break;
    case PROP_STRENGTH:
      g_value_set_double (value, settings.denoise.strength);
      break;
    case PROP_CHROMA_STRENGTH:
      g_value_set_double (value, settings.denoise.chroma_strength);
      break;
    case PROP_TEMPORAL:
      g_value_set_boolean (value, settings.denoise.temporal);
      break;
    case PROP_THREADS:
      g_value_set_uint (value, settings.engine.threads);
      break;
    case PROP_ENGINE:
      g_value_set_enum (value, static_cast<gint> (settings.engine.engine));
      break;
    case PROP_PRECISION:
      g_value_set_enum (value, static_cast<gint> (settings.engine.precision));
      break;
    case PROP_DEVICE:
      g_value_set_string (value, settings.engine.device.c_str ());
      break;
    case PROP_POST_MESSAGES:
      g_value_set_boolean (value, settings.post_messages);
      break;
    case PROP_SHOW:
      g_value_set_enum (value, static_cast<gint> (settings.denoise.show));
      break;
    case PROP_REPORT_LATENCY:
      g_value_set_enum (value, static_cast<gint> (settings.report_latency));
      break;
    case PROP_ESTIMATED_NOISE_LEVEL:
      g_value_set_double (value, priv->estimated_noise_level);
      break;
    case PROP_STATS:
      g_value_take_boxed (value, make_stats (priv));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

void
gst_denoise_ae_install_properties (GObjectClass* object_class) {
  const GstDenoiseAeSettings defaults;
  const auto animated = static_cast<GParamFlags> (
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_CONTROLLABLE |
      GST_PARAM_MUTABLE_PLAYING);
  const auto mutable_playing = static_cast<GParamFlags> (
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);
  const auto at_start = static_cast<GParamFlags> (
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
  const auto read_only =
      static_cast<GParamFlags> (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  object_class->set_property = gst_denoise_ae_set_property;
  object_class->get_property = gst_denoise_ae_get_property;

  /**
   * GstDenoiseAe:model:
   *
   * The name of a shipped model or the path of a weights file, or `auto` for
   * the best shipped model that the machine has time for. A value with a slash
   * or ending in .safetensors is a path. While the element plays, the new model
   * is loaded beside the stream and goes on with its past. If it cannot be
   * loaded, the property returns to the old value.
   *
   * Since: 0.2
   */
  g_object_class_install_property (
      object_class, PROP_MODEL,
      g_param_spec_string (
          "model", "Model",
          "Name of a shipped model or path of a .safetensors file, or auto: "
          "the best shipped model that keeps up with a live stream",
          defaults.model.c_str (), mutable_playing));
  /**
   * GstDenoiseAe:noise-level:
   *
   * The standard deviation of the noise in 8-bit code values at any bit depth;
   * -1 estimates it continuously.
   *
   * Since: 0.2
   */
  g_object_class_install_property (
      object_class, PROP_NOISE_LEVEL,
      g_param_spec_double (
          "noise-level", "Noise level",
          "Standard deviation of the noise in 8-bit code values at any bit "
          "depth; -1 estimates it continuously",
          -1, 100, defaults.denoise.noise_level, animated));
  /**
   * GstDenoiseAe:strength:
   *
   * Scales the noise level that the network is told; 0 passes buffers
   * untouched.
   *
   * Since: 0.2
   */
  g_object_class_install_property (
      object_class, PROP_STRENGTH,
      g_param_spec_double ("strength", "Strength",
                           "Scales the noise level that the network is told; "
                           "0 passes frames untouched",
                           0, 2, defaults.denoise.strength, animated));
  /**
   * GstDenoiseAe:chroma-strength:
   *
   * Scales the noise level of the colour planes, on top of strength.
   *
   * Since: 0.2
   */
  g_object_class_install_property (
      object_class, PROP_CHROMA_STRENGTH,
      g_param_spec_double (
          "chroma-strength", "Chroma strength",
          "Scales the noise level of the colour planes, on top of strength", 0,
          2, defaults.denoise.chroma_strength, animated));
  /**
   * GstDenoiseAe:temporal:
   *
   * Whether recurrent models use the past of the stream. Otherwise each frame
   * is denoised alone.
   *
   * Since: 0.2
   */
  g_object_class_install_property (
      object_class, PROP_TEMPORAL,
      g_param_spec_boolean (
          "temporal", "Temporal",
          "Use the past of the stream, with models that do; false = each frame "
          "alone",
          defaults.denoise.temporal, mutable_playing));
  /**
   * GstDenoiseAe:threads:
   *
   * How many threads work on a frame at most, with the streaming thread; 0
   * stands for as many as the process may use: its affinity and its cgroup
   * quota count. The elements of a process share these threads, and the
   * streaming thread does alone what no other thread is free for. Takes effect
   * at the next start.
   *
   * Since: 0.2
   */
  g_object_class_install_property (
      object_class, PROP_THREADS,
      g_param_spec_uint ("threads", "Threads",
                         "How many threads work on a frame at most, of those "
                         "that elements share, 0 = as many as the process may "
                         "use; takes effect at the next start",
                         0, 64, defaults.engine.threads, at_start));
  /**
   * GstDenoiseAe:engine:
   *
   * The engine that runs the network. Takes effect at the next start.
   *
   * Since: 0.2
   */
  g_object_class_install_property (
      object_class, PROP_ENGINE,
      g_param_spec_enum (
          "engine", "Engine",
          "What runs the network; takes effect at the next start",
          GST_TYPE_DENOISE_AE_ENGINE,
          static_cast<gint> (defaults.engine.engine), at_start));
  /**
   * GstDenoiseAe:precision:
   *
   * The number format of weights and activations. Takes effect at the next
   * start.
   *
   * Since: 0.2
   */
  g_object_class_install_property (
      object_class, PROP_PRECISION,
      g_param_spec_enum (
          "precision", "Precision",
          "Number format of weights and activations; takes effect at the next "
          "start",
          GST_TYPE_DENOISE_AE_PRECISION,
          static_cast<gint> (defaults.engine.precision), at_start));
  /**
   * GstDenoiseAe:device:
   *
   * The device on which the network runs: cpu, or with LibTorch also cuda:0 and
   * so on. Takes effect at the next start.
   *
   * Since: 0.2
   */
  g_object_class_install_property (
      object_class, PROP_DEVICE,
      g_param_spec_string ("device", "Device",
                           "Where the network runs: cpu, or with LibTorch also "
                           "cuda:0 and so on; "
                           "takes effect at the next start",
                           defaults.engine.device.c_str (), at_start));
  /**
   * GstDenoiseAe:post-messages:
   *
   * Whether an element message is posted once a second of running time.
   *
   * Since: 0.2
   */
  g_object_class_install_property (
      object_class, PROP_POST_MESSAGES,
      g_param_spec_boolean (
          "post-messages", "Post messages",
          "Post an element message with noise level and frame time once a "
          "second",
          defaults.post_messages, mutable_playing));
  /**
   * GstDenoiseAe:show:
   *
   * Selects the output: the denoised picture, or, to tune the other properties
   * by, the estimated noise of each part of the picture or what was removed.
   *
   * Since: 0.2
   */
  g_object_class_install_property (
      object_class, PROP_SHOW,
      g_param_spec_enum (
          "show", "Show",
          "What is put out: the denoised picture, or to tune by: the estimated "
          "noise, or what was removed",
          GST_TYPE_DENOISE_AE_SHOW, static_cast<gint> (defaults.denoise.show),
          mutable_playing));
  /**
   * GstDenoiseAe:report-latency:
   *
   * Whether the time that frames take is a part of the latency of the pipeline,
   * so that sinks wait for frames instead of dropping them as late. It is
   * measured all the time, with some head-room, and a LATENCY message is posted
   * when it changes by much. Applications answer that message with
   * gst_bin_recalculate_latency().
   *
   * Since: 0.2
   */
  g_object_class_install_property (
      object_class, PROP_REPORT_LATENCY,
      g_param_spec_enum (
          "report-latency", "Report latency",
          "When the time that frames take is added to the latency of the "
          "pipeline, so that sinks wait for them",
          GST_TYPE_DENOISE_AE_REPORT_LATENCY,
          static_cast<gint> (defaults.report_latency), mutable_playing));
  /**
   * GstDenoiseAe:estimated-noise-level:
   *
   * The last estimate in 8-bit code values; -1 before the first one.
   *
   * Since: 0.2
   */
  g_object_class_install_property (
      object_class, PROP_ESTIMATED_NOISE_LEVEL,
      g_param_spec_double (
          "estimated-noise-level", "Estimated noise level",
          "The last estimate of the noise in 8-bit code values, -1 before the "
          "first",
          -1, 255, -1, read_only));
  /**
   * GstDenoiseAe:stats:
   *
   * The figures since the last start are `frames` and `dropped` (#guint64),
   * `mean-time` and `p99-time` (#GstClockTime; mean of all frames and 99th
   * percentile of the last 1000), `model`, `engine` and `precision` (strings),
   * `threads`
   * (#guint) and `memory` (#gint64, bytes held by buffers and weights).
   *
   * Since: 0.2
   */
  g_object_class_install_property (
      object_class, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
                          "Frames processed and dropped, mean and 99th "
                          "percentile time, model, engine, precision, threads, "
                          "memory",
                          GST_TYPE_STRUCTURE, read_only));

  gst_type_mark_as_plugin_api (GST_TYPE_DENOISE_AE_ENGINE,
                               static_cast<GstPluginAPIFlags> (0));
  gst_type_mark_as_plugin_api (GST_TYPE_DENOISE_AE_PRECISION,
                               static_cast<GstPluginAPIFlags> (0));
  gst_type_mark_as_plugin_api (GST_TYPE_DENOISE_AE_REPORT_LATENCY,
                               static_cast<GstPluginAPIFlags> (0));
  gst_type_mark_as_plugin_api (GST_TYPE_DENOISE_AE_SHOW,
                               static_cast<GstPluginAPIFlags> (0));
}
