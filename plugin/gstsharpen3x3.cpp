// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-sharpen3x3
 * @title: sharpen3x3
 *
 * Sharpens video with the 3x3 kernel whose centre is 1 + 4a and whose four
 * nearest neighbours are -a, where a is #GstSharpen3x3:amount. The default
 * amount 1 is the kernel 0 -1 0 / -1 5 -1 / 0 -1 0. It restores the crispness
 * that a denoiser takes away, so it usually follows one.
 *
 * Edges replicate, results are rounded and clamped to the range of the format.
 * YUV formats are sharpened in their luma unless #GstSharpen3x3:luma-only is
 * false, and RGB formats in all three colours. Alpha and padding stay as they
 * are. Fields are sharpened one by one, interleaved or alternating. Amount 0
 * passes buffers of any raw format untouched.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=30 ! sharpen3x3 amount=0.5 ! fakesink
 * ]|
 * Sharpens a test picture by half the usual amount.
 *
 * Since: 0.2
 */
#include "gstsharpen3x3.h"

#include <denoiseae/sharpen.h>

#include "gstvideobridge.h"

static const gdouble kDefaultAmount = 1;
static const gboolean kDefaultLumaOnly = TRUE;

struct _GstSharpen3x3 {
  GstDaeVideoFilter parent;

  /* protected by the object lock */
  gdouble amount;
  gboolean luma_only;
  guint threads;
};

G_DEFINE_TYPE (GstSharpen3x3, gst_sharpen3x3, GST_TYPE_DAE_VIDEO_FILTER)
GST_ELEMENT_REGISTER_DEFINE (sharpen3x3, "sharpen3x3", GST_RANK_NONE,
                             GST_TYPE_SHARPEN3X3)

static gboolean
gst_sharpen3x3_is_neutral (GstDaeVideoFilter* filter) {
  return GST_SHARPEN3X3 (filter)->amount == 0;
}

static GstFlowReturn
gst_sharpen3x3_transform_frame (GstVideoFilter* filter, GstVideoFrame* in_frame,
                                GstVideoFrame* out_frame) {
  GstSharpen3x3* self = GST_SHARPEN3X3 (filter);

  GST_OBJECT_LOCK (self);
  const gdouble amount = self->amount;
  const gboolean luma_only = self->luma_only;
  const guint threads = self->threads;
  GST_OBJECT_UNLOCK (self);

  gst_dae_for_each_picture (
      gst_dae_frame_pair (&filter->in_info, in_frame, out_frame),
      [&] (int, const denoiseae::ConstFrameView& in,
           const denoiseae::FrameView& out) {
        denoiseae::sharpen3x3 (
            in, out, amount, luma_only,
            gst_dae_video_filter_thread_pool (GST_DAE_VIDEO_FILTER (self),
                                              in.width, in.height, threads));
      });
  return GST_FLOW_OK;
}

static void
gst_sharpen3x3_class_init (GstSharpen3x3Class* klass) {
  GstDaeVideoFilterClass* filter_class = GST_DAE_VIDEO_FILTER_CLASS (klass);

  filter_class->is_neutral = gst_sharpen3x3_is_neutral;
  GST_VIDEO_FILTER_CLASS (klass)->transform_frame =
      GST_DEBUG_FUNCPTR (gst_sharpen3x3_transform_frame);

  /**
   * GstSharpen3x3:amount:
   *
   * How much is sharpened: the weight that each neighbour loses.
   *
   * Since: 0.2
   */
  gst_dae_video_filter_class_install_field (
      filter_class, G_STRUCT_OFFSET (GstSharpen3x3, amount),
      g_param_spec_double (
          "amount", "Amount",
          "How much to sharpen: the kernel is 1 + 4 x amount in the centre and "
          "-amount at the four nearest neighbours; 0 passes frames untouched",
          0, 4, kDefaultAmount,
          static_cast<GParamFlags> (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                    GST_PARAM_CONTROLLABLE |
                                    GST_PARAM_MUTABLE_PLAYING)));
  /**
   * GstSharpen3x3:luma-only:
   *
   * Leaves the colour planes of YUV formats as they are.
   *
   * Since: 0.2
   */
  gst_dae_video_filter_class_install_field (
      filter_class, G_STRUCT_OFFSET (GstSharpen3x3, luma_only),
      g_param_spec_boolean (
          "luma-only", "Luma only",
          "Leave the colour planes of YUV formats as they are; RGB formats are "
          "always sharpened in all three colours",
          kDefaultLumaOnly,
          static_cast<GParamFlags> (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                    GST_PARAM_MUTABLE_PLAYING)));

  /**
   * GstSharpen3x3:threads:
   *
   * How many threads share a large frame. Takes effect at the next start.
   *
   * Since: 0.2
   */
  gst_dae_video_filter_class_install_threads (
      filter_class, G_STRUCT_OFFSET (GstSharpen3x3, threads));

  gst_element_class_set_static_metadata (
      GST_ELEMENT_CLASS (klass), "3x3 sharpening", "Filter/Effect/Video",
      "Sharpens video with a 3x3 kernel, usually after denoising",
      "The denoiseae developers");
}

static void
gst_sharpen3x3_init (GstSharpen3x3* self) {
  self->amount = kDefaultAmount;
  self->luma_only = kDefaultLumaOnly;
}
