// SPDX-License-Identifier: LGPL-2.1-or-later
// Shows the video of a GStreamer pipeline as a camera of PipeWire, which video calls find under its
// name:
//   virtual_camera NAME 'v4l2src ! videoconvert ! denoiseae ! videoconvert'
// The pipeline plays while a program looks at the camera, and is closed otherwise, so that the
// light of the real camera is off. GStreamer's element pipewiresink would do without this program,
// but the version 0.3.65 of Debian 12 agrees upon buffers without memory, and then crashes, when a
// program looks before the first frame has come.
#include <glib-unix.h>
#include <gst/app/gstappsink.h>
#include <gst/video/video.h>
#include <pipewire/pipewire.h>
#include <spa/param/video/format-utils.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <string>

namespace {

struct Camera {
  std::string description;         // the pipeline of the user, and the sink "frames"
  GstElement* pipeline = nullptr;  // while it plays
  GstCaps* caps = nullptr;         // which all frames have, once there was one
  GstVideoInfo format{};           // says the same
  pw_thread_loop* pipewire = nullptr;
  pw_stream* stream = nullptr;  // touched with the lock of the thread of PipeWire
  std::uint64_t sent = 0;
  GMainLoop* loop = nullptr;
  int exit_code = 0;
};

void fail(Camera& camera, const char* what, const char* why) {
  g_printerr("virtual_camera: %s: %s\n", what, why);
  camera.exit_code = 1;
  g_main_loop_quit(camera.loop);
}

gboolean on_message(GstBus*, GstMessage* message, gpointer data) {
  Camera& camera = *static_cast<Camera*>(data);
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    g_autoptr(GError) error = nullptr;
    g_autofree char* details = nullptr;
    gst_message_parse_error(message, &error, &details);
    fail(camera, error->message, details ? details : GST_MESSAGE_SRC_NAME(message));
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
    g_main_loop_quit(camera.loop);
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_LATENCY) {
    gst_bin_recalculate_latency(GST_BIN(camera.pipeline));
  }
  return G_SOURCE_CONTINUE;
}

gboolean on_signal(gpointer data) {
  g_main_loop_quit(static_cast<Camera*>(data)->loop);
  return G_SOURCE_CONTINUE;
}

// Copies a frame into a buffer of PipeWire, or leaves it out when the programs that look hold all
// of these. The lock keeps PipeWire from taking the buffer back meanwhile.
void send_frame(Camera& camera, GstSample* sample) {
  pw_buffer* buffer = pw_stream_dequeue_buffer(camera.stream);
  if (!buffer) return;
  const spa_data& place = buffer->buffer->datas[0];
  const gsize size =
      place.data ? gst_buffer_extract(gst_sample_get_buffer(sample), 0, place.data, place.maxsize)
                 : 0;
  place.chunk->offset = 0;
  place.chunk->size = static_cast<std::uint32_t>(size);
  place.chunk->stride = GST_VIDEO_INFO_PLANE_STRIDE(&camera.format, 0);
  place.chunk->flags = size ? SPA_CHUNK_FLAG_NONE : SPA_CHUNK_FLAG_EMPTY;
  if (void* meta =
          spa_buffer_find_meta_data(buffer->buffer, SPA_META_Header, sizeof(spa_meta_header))) {
    spa_meta_header& header = *static_cast<spa_meta_header*>(meta);
    header = {};
    // PipeWire has no word for the time that denoising took. Frames that told when they were taken
    // would be late for the screens of the programs that look.
    header.pts = g_get_monotonic_time() * 1000;
    header.seq = camera.sent++;
  }
  pw_stream_queue_buffer(camera.stream, buffer);
  if (pw_stream_is_driving(camera.stream)) pw_stream_trigger_process(camera.stream);
}

GstFlowReturn on_frame(GstAppSink* frames, gpointer data) {
  Camera& camera = *static_cast<Camera*>(data);
  g_autoptr(GstSample) sample = gst_app_sink_pull_sample(frames);
  if (!sample) return GST_FLOW_EOS;
  pw_thread_loop_lock(camera.pipewire);
  if (pw_stream_get_state(camera.stream, nullptr) == PW_STREAM_STATE_STREAMING)
    send_frame(camera, sample);
  pw_thread_loop_unlock(camera.pipewire);
  return GST_FLOW_OK;
}

GstAppSink* sink_of(const Camera& camera) {
  return GST_APP_SINK(gst_bin_get_by_name(GST_BIN(camera.pipeline), "frames"));
}

void close_pipeline(Camera& camera) {
  if (!camera.pipeline) return;
  gst_element_set_state(camera.pipeline, GST_STATE_NULL);
  g_autoptr(GstBus) bus = gst_element_get_bus(camera.pipeline);
  gst_bus_remove_watch(bus);
  gst_clear_object(&camera.pipeline);
}

// Makes the pipeline anew, because the links behind decodebin hold for one time.
void open_pipeline(Camera& camera) {
  close_pipeline(camera);
  g_autoptr(GError) error = nullptr;
  camera.pipeline = gst_parse_launch(camera.description.c_str(), &error);
  if (error) return fail(camera, "the pipeline is wrong", error->message);
  g_autoptr(GstBus) bus = gst_element_get_bus(camera.pipeline);
  gst_bus_add_watch(bus, on_message, &camera);
  if (camera.caps) {
    g_autoptr(GstAppSink) frames = sink_of(camera);
    gst_app_sink_set_caps(frames, camera.caps);
    GstAppSinkCallbacks callbacks{};
    callbacks.new_sample = on_frame;
    gst_app_sink_set_callbacks(frames, &callbacks, &camera, nullptr);
  }
  gst_element_set_state(camera.pipeline, GST_STATE_PLAYING);
}

// Plays the pipeline until the first frame tells the format.
void find_format(Camera& camera) {
  open_pipeline(camera);
  g_autoptr(GstAppSink) frames = camera.exit_code ? nullptr : sink_of(camera);
  while (!camera.exit_code && !camera.caps) {
    g_autoptr(GstSample) sample = gst_app_sink_try_pull_sample(frames, 100 * GST_MSECOND);
    if (sample) camera.caps = gst_caps_ref(gst_sample_get_caps(sample));
    while (g_main_context_iteration(nullptr, FALSE)) continue;
    if (!sample && !camera.exit_code && gst_app_sink_is_eos(frames))
      fail(camera, "the pipeline ends", "it has no frame");
  }
  close_pipeline(camera);
  if (camera.caps) gst_video_info_from_caps(&camera.format, camera.caps);
}

gboolean on_first_program(gpointer data) {
  open_pipeline(*static_cast<Camera*>(data));
  return G_SOURCE_REMOVE;
}

gboolean on_no_program(gpointer data) {
  close_pipeline(*static_cast<Camera*>(data));
  return G_SOURCE_REMOVE;
}

// A change of the pipeline waits for its threads, and these may wait for the lock that is held
// here. The main thread therefore makes the change.
void on_state(void* data, pw_stream_state, pw_stream_state state, const char* error) {
  Camera& camera = *static_cast<Camera*>(data);
  if (state == PW_STREAM_STATE_STREAMING) {
    g_idle_add(on_first_program, data);
  } else if (state == PW_STREAM_STATE_PAUSED) {
    g_idle_add(on_no_program, data);
  } else if (state == PW_STREAM_STATE_ERROR) {
    // A program that takes no format of this camera ends here, too. The next one may.
    g_printerr("virtual_camera: PipeWire says: %s\n", error ? error : "nothing");
  } else if (state == PW_STREAM_STATE_UNCONNECTED && g_main_loop_is_running(camera.loop)) {
    fail(camera, "PipeWire has closed the camera", error ? error : "it has ended");
  }
}

// PipeWire has agreed upon the format, and is told which buffers frames of it need.
void on_parameter(void* data, std::uint32_t id, const spa_pod* parameter) {
  Camera& camera = *static_cast<Camera*>(data);
  if (!parameter || id != SPA_PARAM_Format) return;
  std::uint8_t memory[512];
  spa_pod_builder builder{};
  spa_pod_builder_init(&builder, memory, sizeof(memory));
  const spa_pod* parameters[] = {
      static_cast<spa_pod*>(spa_pod_builder_add_object(
          &builder, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers,      //
          SPA_PARAM_BUFFERS_buffers, SPA_POD_CHOICE_RANGE_Int(4, 2, 16),  //
          SPA_PARAM_BUFFERS_blocks, SPA_POD_Int(1),                       //
          SPA_PARAM_BUFFERS_size, SPA_POD_Int(static_cast<int>(camera.format.size)),
          SPA_PARAM_BUFFERS_stride, SPA_POD_Int(camera.format.stride[0]),
          SPA_PARAM_BUFFERS_dataType,
          SPA_POD_CHOICE_FLAGS_Int((1 << SPA_DATA_MemFd) | (1 << SPA_DATA_MemPtr)))),
      static_cast<spa_pod*>(spa_pod_builder_add_object(
          &builder, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta,  //
          SPA_PARAM_META_type, SPA_POD_Id(SPA_META_Header),     //
          SPA_PARAM_META_size, SPA_POD_Int(static_cast<int>(sizeof(spa_meta_header)))))};
  pw_stream_update_params(camera.stream, parameters, 2);
}

bool connect_stream(Camera& camera, const char* name, const pw_stream_events& events) {
  camera.pipewire = pw_thread_loop_new("pipewire", nullptr);
  pw_properties* properties =
      pw_properties_new(PW_KEY_MEDIA_CLASS, "Video/Source", PW_KEY_MEDIA_ROLE, "Camera",
                        PW_KEY_NODE_NAME, "denoiseae", PW_KEY_NODE_DESCRIPTION, name, nullptr);
  camera.stream = pw_stream_new_simple(pw_thread_loop_get_loop(camera.pipewire), name, properties,
                                       &events, &camera);
  if (!camera.stream) return false;

  spa_video_info_raw format{};
  format.format = SPA_VIDEO_FORMAT_YUY2;
  format.size = {static_cast<std::uint32_t>(camera.format.width),
                 static_cast<std::uint32_t>(camera.format.height)};
  format.framerate = {static_cast<std::uint32_t>(camera.format.fps_n),
                      static_cast<std::uint32_t>(camera.format.fps_d)};
  std::uint8_t memory[512];
  spa_pod_builder builder{};
  spa_pod_builder_init(&builder, memory, sizeof(memory));
  const spa_pod* parameter = spa_format_video_raw_build(&builder, SPA_PARAM_EnumFormat, &format);
  const auto flags =
      static_cast<pw_stream_flags>(PW_STREAM_FLAG_DRIVER | PW_STREAM_FLAG_MAP_BUFFERS);
  return pw_stream_connect(camera.stream, PW_DIRECTION_OUTPUT, PW_ID_ANY, flags, &parameter, 1) >=
             0 &&
         pw_thread_loop_start(camera.pipewire) >= 0;
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  pw_init(&argc, &argv);
  if (argc != 3) return g_printerr("usage: virtual_camera NAME PIPELINE\n"), 2;
  Camera camera;
  camera.description =
      std::string(argv[2]) +
      " ! appsink name=frames caps=video/x-raw,format=YUY2 max-buffers=2 drop=true";
  camera.loop = g_main_loop_new(nullptr, FALSE);
  find_format(camera);
  for (const int signal : {SIGINT, SIGTERM}) g_unix_signal_add(signal, on_signal, &camera);
  pw_stream_events events{};
  events.version = PW_VERSION_STREAM_EVENTS;
  events.state_changed = on_state;
  events.param_changed = on_parameter;
  if (!camera.exit_code && !connect_stream(camera, argv[1], events))
    fail(camera, "PipeWire does not run", std::strerror(errno));
  if (!camera.exit_code) g_main_loop_run(camera.loop);

  close_pipeline(camera);
  if (camera.pipewire) pw_thread_loop_stop(camera.pipewire);
  if (camera.stream) pw_stream_destroy(camera.stream);
  if (camera.pipewire) pw_thread_loop_destroy(camera.pipewire);
  pw_deinit();
  gst_clear_caps(&camera.caps);
  g_main_loop_unref(camera.loop);
  return camera.exit_code;
}
