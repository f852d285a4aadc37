// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstdaevideofilter.h"

#include <denoiseae/error.h>
#include <gst/video/gstvideometa.h>

#include <new>
#include <optional>
#include <string>

#include "gstlogbridge.h"
#include "gstvideobridge.h"

#define GST_CAT_DEFAULT gst_dae_debug_category ()

/* Frames in a format that cannot be processed may still pass after the effect
 * was turned on, but no more of them than a queue upstream may hold. */
static const guint kMaxPassedFrames = 250;

/* A light filter takes a tenth of a millisecond for a frame of 1280x720, and
 * threads need a part of that to meet. */
static const gint64 kLargePixels = 1500 * 1000;

struct GstDaeVideoFilterPrivate {
  gint error_posted = 0; /* accessed atomically */

  /* used by the streaming thread, and by state changes while it does not run */
  guint passed_frames = 0;
  std::optional<denoiseae::ThreadPool> pool;
};

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GstDaeVideoFilter, gst_dae_video_filter,
                                     GST_TYPE_VIDEO_FILTER)
#define parent_class gst_dae_video_filter_parent_class

static GstDaeVideoFilterPrivate*
priv_of (GstDaeVideoFilter* self) {
  return static_cast<GstDaeVideoFilterPrivate*> (
      gst_dae_video_filter_get_instance_private (self));
}

static gboolean
is_neutral (GstDaeVideoFilter* self) {
  GST_OBJECT_LOCK (self);
  const gboolean neutral =
      GST_DAE_VIDEO_FILTER_GET_CLASS (self)->is_neutral (self);
  GST_OBJECT_UNLOCK (self);
  return neutral;
}

GstFlowReturn
gst_dae_video_filter_report_exception (GstDaeVideoFilter* self,
                                       GstDaePhase phase) noexcept {
  return gst_dae_report_exception (GST_ELEMENT (self), phase,
                                   &priv_of (self)->error_posted);
}

void
gst_dae_video_filter_settings_changed (GstDaeVideoFilter* self) {
  GstBaseTransform* trans = GST_BASE_TRANSFORM (self);

  if (is_neutral (self) != gst_base_transform_is_passthrough (trans))
    gst_base_transform_reconfigure_sink (trans);
}

denoiseae::ThreadPool*
gst_dae_video_filter_thread_pool (GstDaeVideoFilter* self, gint width,
                                  gint height, guint count) {
  std::optional<denoiseae::ThreadPool>& pool = priv_of (self)->pool;

  if (gint64{width} * height < kLargePixels) return NULL;
  if (!pool) pool.emplace (count);
  return &*pool;
}

static GstCaps*
gst_dae_video_filter_transform_caps (GstBaseTransform* trans, GstPadDirection,
                                     GstCaps* caps, GstCaps* filter) {
  GstDaeVideoFilter* self = GST_DAE_VIDEO_FILTER (trans);
  GstCaps* result;

  if (is_neutral (self)) {
    result = gst_caps_ref (caps);
  } else {
    g_autoptr (GstCaps) processed = gst_dae_supported_caps ();
    result =
        gst_caps_intersect_full (caps, processed, GST_CAPS_INTERSECT_FIRST);
  }
  if (filter != NULL) {
    GstCaps* filtered =
        gst_caps_intersect_full (filter, result, GST_CAPS_INTERSECT_FIRST);
    gst_caps_unref (result);
    result = filtered;
  }
  GST_LOG_OBJECT (trans, "%" GST_PTR_FORMAT " becomes %" GST_PTR_FORMAT,
                  static_cast<void*> (caps), static_cast<void*> (result));
  return result;
}

static bool
can_process_current_caps (GstDaeVideoFilter* self) {
  g_autoptr (GstCaps) current =
      gst_pad_get_current_caps (GST_BASE_TRANSFORM_SINK_PAD (self));
  g_autoptr (GstCaps) processed = gst_dae_supported_caps ();

  return current == NULL || gst_caps_is_subset (current, processed);
}

/* Frames that are on their way already pass in the old format. Upstream is
 * asked for another one, and if none comes, the stream ends with an error.
 * Returns whether one more frame passes. */
static bool
wait_for_format (GstDaeVideoFilter* self) {
  GstBaseTransform* trans = GST_BASE_TRANSFORM (self);
  const guint passed = ++priv_of (self)->passed_frames;
  g_autoptr (GstCaps) caps =
      gst_pad_get_current_caps (GST_BASE_TRANSFORM_SINK_PAD (self));
  g_autofree gchar* found = gst_caps_to_string (caps);

  if (passed == 1) gst_base_transform_reconfigure_sink (trans);
  if (passed == 2)
    GST_ELEMENT_WARNING (
        self, STREAM, FORMAT,
        ("frames pass unprocessed until upstream sends another format: "
         "expected one of those that this element processes, found %s; put "
         "videoconvert before it",
         found),
        (NULL));
  if (passed <= kMaxPassedFrames) return true;
  gst_dae_video_filter_guard (self, GstDaePhase::streaming, [&] {
    throw denoiseae::Error (
        denoiseae::ErrorCode::unsupported_format,
        std::string ("upstream was asked for a format that this element "
                     "processes, and still sends ") +
            found + "; put videoconvert before it");
  });
  return false;
}

/* Passthrough changes here, between two frames, and nowhere else, because the
 * frame that follows has to be negotiated for it first. */
static void
update_passthrough (GstDaeVideoFilter* self) {
  GstBaseTransform* trans = GST_BASE_TRANSFORM (self);
  GstDaeVideoFilterPrivate* priv = priv_of (self);
  const gboolean neutral = is_neutral (self);

  if (neutral == gst_base_transform_is_passthrough (trans)) {
    priv->passed_frames = 0;
    return;
  }
  if (!neutral && !can_process_current_caps (self) && wait_for_format (self))
    return;
  GST_INFO_OBJECT (self, "passthrough %s", neutral ? "on" : "off");
  priv->passed_frames = 0;
  gst_base_transform_set_passthrough (trans, neutral);
  gst_base_transform_reconfigure_src (trans);
}

static void
gst_dae_video_filter_before_transform (GstBaseTransform* trans,
                                       GstBuffer* buffer) {
  const GstClockTime stream_time = gst_segment_to_stream_time (
      &trans->segment, GST_FORMAT_TIME, GST_BUFFER_TIMESTAMP (buffer));

  if (GST_CLOCK_TIME_IS_VALID (stream_time))
    gst_object_sync_values (GST_OBJECT (trans), stream_time);
  update_passthrough (GST_DAE_VIDEO_FILTER (trans));
}

static gboolean
gst_dae_video_filter_start (GstBaseTransform* trans) {
  GstDaeVideoFilter* self = GST_DAE_VIDEO_FILTER (trans);

  priv_of (self)->passed_frames = 0;
  g_atomic_int_set (&priv_of (self)->error_posted, 0);
  gst_base_transform_set_passthrough (trans, is_neutral (self));
  return TRUE;
}

static gboolean
gst_dae_video_filter_stop (GstBaseTransform* trans) {
  priv_of (GST_DAE_VIDEO_FILTER (trans))->pool.reset ();
  return TRUE;
}

/* Replaces the function of GstVideoFilter, which lets a frame that it cannot
 * map pass with a warning. */
static GstFlowReturn
gst_dae_video_filter_transform (GstBaseTransform* trans, GstBuffer* inbuf,
                                GstBuffer* outbuf) {
  GstVideoFilter* filter = GST_VIDEO_FILTER (trans);
  GstFlowReturn result = GST_FLOW_OK;

  if (!filter->negotiated) return GST_FLOW_NOT_NEGOTIATED;
  const GstFlowReturn mapped = gst_dae_video_filter_guard (
      GST_DAE_VIDEO_FILTER (trans), GstDaePhase::streaming, [&] {
        GstDaeMappedFrame in (&filter->in_info, inbuf, GST_MAP_READ);
        GstDaeMappedFrame out (&filter->out_info, outbuf, GST_MAP_WRITE);
        gst_dae_clear_padding (out.get ());
        result = GST_VIDEO_FILTER_GET_CLASS (filter)->transform_frame (
            filter, in.get (), out.get ());
      });
  return mapped != GST_FLOW_OK ? mapped : result;
}

/* Size, orientation and colour stay, so that metas about them stay true. */
static bool
survives (GType api) {
  static const gchar* const kept[] = {GST_META_TAG_VIDEO_STR,
                                      GST_META_TAG_VIDEO_SIZE_STR,
                                      GST_META_TAG_VIDEO_ORIENTATION_STR,
                                      GST_META_TAG_VIDEO_COLORSPACE_STR, NULL};
  const gchar* const* tags = gst_meta_api_type_get_tags (api);

  for (; tags != NULL && *tags != NULL; ++tags)
    if (!g_strv_contains (kept, *tags)) return false;
  return true;
}

static gboolean
gst_dae_video_filter_transform_meta (GstBaseTransform*, GstBuffer*,
                                     GstMeta* meta, GstBuffer*) {
  return survives (meta->info->api);
}

static gboolean
gst_dae_video_filter_filter_meta (GstBaseTransform*, GstQuery*, GType api,
                                  const GstStructure*) {
  return survives (api);
}

static void
gst_dae_video_filter_finalize (GObject* object) {
  priv_of (GST_DAE_VIDEO_FILTER (object))->~GstDaeVideoFilterPrivate ();
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
gst_dae_video_filter_class_init (GstDaeVideoFilterClass* klass) {
  GstElementClass* element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass* trans_class = GST_BASE_TRANSFORM_CLASS (klass);
  GstCaps* caps = gst_dae_supported_caps ();

  /* Any raw video may pass while the effect is neutral. */
  gst_caps_append (caps, gst_caps_from_string ("video/x-raw(ANY)"));
  gst_element_class_add_pad_template (
      element_class,
      gst_pad_template_new ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, caps));
  gst_element_class_add_pad_template (
      element_class,
      gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
  gst_caps_unref (caps);

  G_OBJECT_CLASS (klass)->finalize = gst_dae_video_filter_finalize;
  trans_class->start = GST_DEBUG_FUNCPTR (gst_dae_video_filter_start);
  trans_class->stop = GST_DEBUG_FUNCPTR (gst_dae_video_filter_stop);
  trans_class->transform_caps =
      GST_DEBUG_FUNCPTR (gst_dae_video_filter_transform_caps);
  trans_class->before_transform =
      GST_DEBUG_FUNCPTR (gst_dae_video_filter_before_transform);
  trans_class->transform = GST_DEBUG_FUNCPTR (gst_dae_video_filter_transform);
  trans_class->transform_meta =
      GST_DEBUG_FUNCPTR (gst_dae_video_filter_transform_meta);
  trans_class->filter_meta =
      GST_DEBUG_FUNCPTR (gst_dae_video_filter_filter_meta);
  gst_type_mark_as_plugin_api (GST_TYPE_DAE_VIDEO_FILTER,
                               static_cast<GstPluginAPIFlags> (0));
}

static void
gst_dae_video_filter_init (GstDaeVideoFilter* self) {
  new (priv_of (self)) GstDaeVideoFilterPrivate;
}
