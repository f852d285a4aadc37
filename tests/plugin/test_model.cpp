// SPDX-License-Identifier: LGPL-2.1-or-later
// Which model denoiseae runs: another one while it plays, and the one that the machine has time
// for.
#include <filesystem>
#include <string>

#include "../../plugin/gstmodelchoice.h"
#include "fixture.h"

namespace {

constexpr GstClockTime kDuration = 40 * GST_MSECOND;  // at 25 frames per second
const GstVideoInfo kInfo = video_info("GRAY8", 32, 16);

GstDaeModelChoice choice_of(std::vector<int> times_ms) {
  std::vector<GstClockTime> times;
  for (const int ms : times_ms) times.push_back(ms * GST_MSECOND);
  return GstDaeModelChoice(times, 3, kDuration);
}

/// Adds frames that take the same time. Returns how many of them it took until another model was
/// wanted.
int frames_until_wanted(GstDaeModelChoice& choice, int most, int ms) {
  for (int i = 1; i <= most; ++i) {
    choice.add_frame(ms * GST_MSECOND);
    if (choice.wanted() != choice.index()) return i;
  }
  return most + 1;
}

/// How long the fake engine takes for a frame of a model from now on.
void sleep_per_frame(const char* model, int ms) {
  g_setenv((std::string("DENOISEAE_FAKE_SLEEP_MS_") + model).c_str(), std::to_string(ms).c_str(),
           TRUE);
}

void save_three_models() {
  for (const char* name : {"fast", "high"}) {
    std::filesystem::create_directories(models_folder() / name);
    std::filesystem::copy_file(models_folder() / "balanced" / "weights.safetensors",
                               models_folder() / name / "weights.safetensors");
  }
}

std::string model_of(GstElement* element) {
  GstStructure* stats = nullptr;
  g_object_get(element, "stats", &stats, NULL);
  const std::string name = gst_structure_get_string(stats, "model");
  gst_structure_free(stats);
  return name;
}

std::string property_of(GstElement* element) {
  gchar* value = nullptr;
  g_object_get(element, "model", &value, NULL);
  const std::string name = value;
  g_free(value);
  return name;
}

/// Puts denoiseae into a harness that pushes frames into it.
class Stream {
 private:
  ElementReference reference_;

 public:
  explicit Stream(const std::string& line)
      : element(make_element(line)),
        bus(element),
        harness_(make_harness(GST_ELEMENT(gst_object_ref(element)), kInfo)) {
    reference_.element = element;
  }
  ~Stream() { gst_harness_teardown(harness_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void push() { gst_buffer_unref(process(harness_, random_buffer(kInfo, 0, ++frames_))); }
  /// Pushes frames until a model runs. Returns how many.
  int push_until(const std::string& model, int most = 2000) {
    int count = 0;
    for (; count < most && model_of(element) != model; ++count) {
      push();
      // The model is loaded by another thread.
      g_usleep(500);
    }
    fail_unless(model_of(element) == model);
    return count;
  }

  GstElement* element;
  Bus bus;

 private:
  GstHarness* harness_;
  unsigned frames_ = 0;
};

void assert_model_message(Bus& bus, const char* model, bool automatic) {
  GstMessage* message = bus.pop(GST_MESSAGE_ELEMENT);
  fail_unless(message != NULL);
  const GstStructure* told = gst_message_get_structure(message);
  fail_unless_equals_string(gst_structure_get_name(told), "denoiseae-model");
  fail_unless_equals_string(gst_structure_get_string(told, "model"), model);
  gboolean is_automatic = !automatic;
  fail_unless(gst_structure_get_boolean(told, "automatic", &is_automatic));
  fail_unless_equals_int(is_automatic, automatic);
  gst_message_unref(message);
}

}  // namespace

GST_START_TEST(test_the_best_model_that_leaves_room_is_chosen) {
  fail_unless_equals_int(choice_of({5, 12, 29}).index(), 2);
  fail_unless_equals_int(choice_of({5, 12, 31}).index(), 1);
  fail_unless_equals_int(choice_of({5, 31}).index(), 0);
  // Frames that are too long for all models leave no choice.
  fail_unless_equals_int(choice_of({50}).index(), 0);
  fail_unless_equals_uint64(choice_of({5, 12, 31}).time(), 12 * GST_MSECOND);
  fail_unless_equals_uint64(GstDaeModelChoice().time(), 0);
}
GST_END_TEST

GST_START_TEST(test_a_model_that_falls_behind_gives_way) {
  GstDaeModelChoice choice = choice_of({5, 12, 31});
  fail_unless_equals_int(frames_until_wanted(choice, 80, 37), 81);
  fail_unless_equals_int(frames_until_wanted(choice, 80, 80), 1);
  fail_unless_equals_int(choice.wanted(), 0);
  choice.change();
  fail_unless_equals_int(choice.index(), 0);
  // There is nothing faster.
  fail_unless_equals_int(frames_until_wanted(choice, 200, 80), 201);
}
GST_END_TEST

GST_START_TEST(test_dropped_frames_count_as_falling_behind) {
  GstDaeModelChoice choice = choice_of({5, 12, 31});
  // The first frames may be late.
  for (int i = 0; i < 10; ++i) choice.add_drop();
  frames_until_wanted(choice, 40, 12);
  choice.add_drop();
  choice.add_drop();
  fail_unless_equals_int(choice.wanted(), 1);
  choice.add_drop();
  fail_unless_equals_int(choice.wanted(), 0);
}
GST_END_TEST

GST_START_TEST(test_a_better_model_returns_when_there_is_room) {
  GstDaeModelChoice choice = choice_of({5, 12, 31});
  frames_until_wanted(choice, 100, 80);
  choice.change();
  // The better one would take 2.4 times as long.
  fail_unless_equals_int(frames_until_wanted(choice, 1000, 14), 1001);
  fail_unless(frames_until_wanted(choice, 1000, 5) <= 16);
  fail_unless_equals_int(choice.wanted(), 1);
  choice.change();
  // It was a mistake, and takes longer the next time.
  fail_unless_equals_int(frames_until_wanted(choice, 1000, 80), 16);
  choice.change();
  fail_unless_equals_int(frames_until_wanted(choice, 1000, 5), 180);
}
GST_END_TEST

GST_START_TEST(test_a_model_that_was_not_measured_may_be_tried) {
  GstDaeModelChoice choice = choice_of({10, 35});
  frames_until_wanted(choice, 200, 2);
  fail_unless_equals_int(choice.wanted(), 1);
  choice.change();
  fail_unless_equals_int(frames_until_wanted(choice, 1000, 7), 1001);
  fail_unless(frames_until_wanted(choice, 1000, 3) <= 16);
  fail_unless_equals_int(choice.wanted(), 2);
}
GST_END_TEST

GST_START_TEST(test_the_model_changes_while_frames_flow) {
  Stream stream("denoiseae");
  stream.push();
  fail_unless(model_of(stream.element) == "balanced");
  fail_unless_equals_int(stream.bus.count(GST_MESSAGE_ELEMENT), 0);
  g_object_set(stream.element, "model", "averaging", NULL);
  stream.push_until("averaging");
  assert_model_message(stream.bus, "averaging", false);
  g_object_set(stream.element, "model", (models_folder() / "balanced/weights.safetensors").c_str(),
               NULL);
  stream.push_until("balanced");
  fail_unless_equals_int(stream.bus.count(GST_MESSAGE_WARNING), 0);
}
GST_END_TEST

GST_START_TEST(test_a_model_that_cannot_be_loaded_is_not_taken) {
  Stream stream("denoiseae");
  stream.push();
  for (const std::string bad : {"no-such-model", "/dev/null"}) {
    g_object_set(stream.element, "model", bad.c_str(), NULL);
    GstMessage* warning = nullptr;
    for (int i = 0; i < 2000 && warning == nullptr; ++i) {
      stream.push();
      g_usleep(500);
      warning = stream.bus.pop(GST_MESSAGE_WARNING);
    }
    fail_unless(warning != nullptr, "no warning for %s", bad.c_str());
    gst_message_unref(warning);
    fail_unless(property_of(stream.element) == "balanced");
    fail_unless(model_of(stream.element) == "balanced");
  }
  fail_unless_equals_int(stream.bus.count(GST_MESSAGE_ERROR), 0);
  g_object_set(stream.element, "model", "averaging", NULL);
  stream.push_until("averaging");
}
GST_END_TEST

GST_START_TEST(test_the_machine_decides_on_the_model) {
  save_three_models();
  sleep_per_frame("fast", 2);
  sleep_per_frame("balanced", 8);
  sleep_per_frame("high", 60);
  Stream stream("denoiseae model=auto");
  stream.push();
  fail_unless(model_of(stream.element) == "balanced");
  fail_unless(property_of(stream.element) == "auto");
  assert_model_message(stream.bus, "balanced", true);
  sleep_per_frame("balanced", 60);
  stream.push_until("fast", 100);
  assert_model_message(stream.bus, "fast", true);
  sleep_per_frame("balanced", 8);
  stream.push_until("balanced");
  assert_model_message(stream.bus, "balanced", true);
  // A name ends that.
  g_object_set(stream.element, "model", "high", NULL);
  stream.push_until("high");
  assert_model_message(stream.bus, "high", false);
}
GST_END_TEST

GST_START_TEST(test_the_end_does_not_wait_for_a_frame_to_change_the_model) {
  Stream stream("denoiseae");
  stream.push();
  g_object_set(stream.element, "model", "averaging", NULL);
  stream.push();
}
GST_END_TEST

static Suite* model_suite(void) {
  TCase* cases = model_case("model");
  tcase_add_test(cases, test_the_best_model_that_leaves_room_is_chosen);
  tcase_add_test(cases, test_a_model_that_falls_behind_gives_way);
  tcase_add_test(cases, test_dropped_frames_count_as_falling_behind);
  tcase_add_test(cases, test_a_better_model_returns_when_there_is_room);
  tcase_add_test(cases, test_a_model_that_was_not_measured_may_be_tried);
  tcase_add_test(cases, test_the_model_changes_while_frames_flow);
  tcase_add_test(cases, test_a_model_that_cannot_be_loaded_is_not_taken);
  tcase_add_test(cases, test_the_machine_decides_on_the_model);
  tcase_add_test(cases, test_the_end_does_not_wait_for_a_frame_to_change_the_model);
  return suite_of("model", cases);
}

int main(int argc, char** argv) { return run_plugin_suite(argc, argv, model_suite); }
