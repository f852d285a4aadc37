// SPDX-License-Identifier: LGPL-2.1-or-later
// Uses denoiseae in an application: makes a pipeline, watches its bus, and changes a property while
// it plays. SOURCE and SINK replace the camera and the screen.
#include <gst/gst.h>

#include <cstdlib>
#include <string>

namespace {

struct App {
  GstElement* pipeline = nullptr;
  GstElement* denoiser = nullptr;
  GMainLoop* loop = nullptr;
  int exit_code = 0;
};

std::string environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value ? value : otherwise;
}

void print_error(GstMessage* message) {
  g_autoptr(GError) error = nullptr;
  g_autofree char* debug = nullptr;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error(message, &error, &debug);
  } else {
    gst_message_parse_warning(message, &error, &debug);
  }
  g_printerr("%s from %s: %s\n%s\n", GST_MESSAGE_TYPE_NAME(message), GST_MESSAGE_SRC_NAME(message),
             error->message, debug ? debug : "");
}

void print_state(GstMessage* message) {
  GstState before;
  GstState now;
  gst_message_parse_state_changed(message, &before, &now, nullptr);
  g_print("%s -> %s\n", gst_element_state_get_name(before), gst_element_state_get_name(now));
}

// The message comes when the denoiser or an element after it was too slow for a frame.
void print_drops(GstMessage* message) {
  guint64 processed = 0;
  guint64 dropped = 0;
  gst_message_parse_qos_stats(message, nullptr, &processed, &dropped);
  g_print("%s dropped %" G_GUINT64_FORMAT " frames of %" G_GUINT64_FORMAT "\n",
          GST_MESSAGE_SRC_NAME(message), dropped, processed + dropped);
}

// The message comes once a second, because post-messages is set.
void print_figures(GstMessage* message) {
  const GstStructure* fields = gst_message_get_structure(message);
  double noise_level = 0;
  guint64 frame_time = 0;
  guint64 frames = 0;
  if (gst_structure_get(fields, "noise-level", G_TYPE_DOUBLE, &noise_level, "frame-time",
                        G_TYPE_UINT64, &frame_time, "frames", G_TYPE_UINT64, &frames, nullptr)) {
    g_print("frame %" G_GUINT64_FORMAT ": noise level %.1f, %.1f ms\n", frames, noise_level,
            static_cast<double>(frame_time) / GST_MSECOND);
  }
}

gboolean on_message(GstBus*, GstMessage* message, gpointer data) {
  App& app = *static_cast<App*>(data);
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_ERROR:
      print_error(message);
      app.exit_code = 1;
      g_main_loop_quit(app.loop);
      break;
    case GST_MESSAGE_WARNING:
      print_error(message);
      break;
    case GST_MESSAGE_EOS:
      g_main_loop_quit(app.loop);
      break;
    case GST_MESSAGE_LATENCY:
      gst_bin_recalculate_latency(GST_BIN(app.pipeline));
      break;
    case GST_MESSAGE_QOS:
      print_drops(message);
      break;
    case GST_MESSAGE_STATE_CHANGED:
      if (GST_MESSAGE_SRC(message) == GST_OBJECT(app.pipeline)) print_state(message);
      break;
    case GST_MESSAGE_ELEMENT:
      if (gst_message_has_name(message, "denoiseae")) print_figures(message);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

// Switches the denoiser on and off, so that one can compare.
gboolean on_timer(gpointer data) {
  App& app = *static_cast<App*>(data);
  double strength = 0;
  g_object_get(app.denoiser, "strength", &strength, nullptr);
  strength = strength > 0 ? 0 : 1;
  g_object_set(app.denoiser, "strength", strength, nullptr);
  g_print("strength %.0f\n", strength);
  return G_SOURCE_CONTINUE;
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  const std::string description = environment("SOURCE", "v4l2src") +
                                  " ! decodebin ! videoconvert"
                                  " ! denoiseae name=denoiser post-messages=true ! sharpen3x3"
                                  " ! queue ! videoconvert ! " +
                                  environment("SINK", "autovideosink");
  g_autoptr(GError) error = nullptr;
  App app;
  app.pipeline = gst_parse_launch(description.c_str(), &error);
  if (error) {
    g_printerr("%s\n", error->message);
    g_clear_object(&app.pipeline);
    return 1;
  }
  app.denoiser = gst_bin_get_by_name(GST_BIN(app.pipeline), "denoiser");
  app.loop = g_main_loop_new(nullptr, FALSE);

  g_autoptr(GstBus) bus = gst_element_get_bus(app.pipeline);
  gst_bus_add_watch(bus, on_message, &app);
  const guint timer = g_timeout_add(2000, on_timer, &app);
  // A failure to start comes as an error message as well.
  gst_element_set_state(app.pipeline, GST_STATE_PLAYING);
  g_main_loop_run(app.loop);

  g_source_remove(timer);
  gst_bus_remove_watch(bus);
  gst_element_set_state(app.pipeline, GST_STATE_NULL);
  g_main_loop_unref(app.loop);
  gst_object_unref(app.denoiser);
  gst_object_unref(app.pipeline);
  return app.exit_code;
}
