// SPDX-License-Identifier: LGPL-2.1-or-later
// Properties whose values are fields of the instance. The id of such a property
// is the offset of its field.
#include "gstdaevideofilter.h"

static void
set_field (GObject* object, guint offset, const GValue* value, GParamSpec*) {
  gpointer field = G_STRUCT_MEMBER_P (object, offset);

  GST_OBJECT_LOCK (object);
  if (G_VALUE_HOLDS_DOUBLE (value))
    *static_cast<gdouble*> (field) = g_value_get_double (value);
  else if (G_VALUE_HOLDS_UINT (value))
    *static_cast<guint*> (field) = g_value_get_uint (value);
  else if (G_VALUE_HOLDS_INT (value))
    *static_cast<gint*> (field) = g_value_get_int (value);
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    *static_cast<gboolean*> (field) = g_value_get_boolean (value);
  else if (G_VALUE_HOLDS_ENUM (value))
    *static_cast<gint*> (field) = g_value_get_enum (value);
  else
    g_assert_not_reached ();
  GST_OBJECT_UNLOCK (object);
  gst_dae_video_filter_settings_changed (GST_DAE_VIDEO_FILTER (object));
}

static void
get_field (GObject* object, guint offset, GValue* value, GParamSpec*) {
  gconstpointer field = G_STRUCT_MEMBER_P (object, offset);

  GST_OBJECT_LOCK (object);
  if (G_VALUE_HOLDS_DOUBLE (value))
    g_value_set_double (value, *static_cast<const gdouble*> (field));
  else if (G_VALUE_HOLDS_UINT (value))
    g_value_set_uint (value, *static_cast<const guint*> (field));
  else if (G_VALUE_HOLDS_INT (value))
    g_value_set_int (value, *static_cast<const gint*> (field));
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, *static_cast<const gboolean*> (field));
  else if (G_VALUE_HOLDS_ENUM (value))
    g_value_set_enum (value, *static_cast<const gint*> (field));
  else
    g_assert_not_reached ();
  GST_OBJECT_UNLOCK (object);
}

void
gst_dae_video_filter_class_install_field (GstDaeVideoFilterClass* klass,
                                          gsize offset, GParamSpec* pspec) {
  GObjectClass* object_class = G_OBJECT_CLASS (klass);
  const GType type = G_PARAM_SPEC_VALUE_TYPE (pspec);

  // Any other type would be written over the fields behind this one.
  if (type != G_TYPE_DOUBLE && type != G_TYPE_UINT && type != G_TYPE_INT &&
      type != G_TYPE_BOOLEAN && !G_TYPE_IS_ENUM (type))
    g_error (
        "property %s: no field holds a value of the type %s; expected a "
        "double, uint, int, boolean or enumeration",
        pspec->name, g_type_name (type));

  object_class->set_property = set_field;
  object_class->get_property = get_field;
  g_object_class_install_property (object_class, static_cast<guint> (offset),
                                   pspec);
}

void
gst_dae_video_filter_class_install_threads (GstDaeVideoFilterClass* klass,
                                            gsize offset) {
  gst_dae_video_filter_class_install_field (
      klass, offset,
      g_param_spec_uint (
          "threads", "Threads",
          "How many threads share frames of 1.5 megapixels and more, 0 = as "
          "many as the process may use; takes effect at the next start",
          0, 64, 0,
          static_cast<GParamFlags> (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                    GST_PARAM_MUTABLE_READY)));
}
