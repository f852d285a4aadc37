// SPDX-License-Identifier: LGPL-2.1-or-later
// A live pipeline with the three elements, and everything that can happen to one.
#pragma once

#include <gst/gst.h>

#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

/// Calls are made from one thread, while the pipeline streams in another one.
class TormentedPipeline {
 public:
  /// models: names or paths, one of which denoiseae begins with.
  TormentedPipeline(std::vector<std::string> models, unsigned seed);
  ~TormentedPipeline();
  TormentedPipeline(const TormentedPipeline&) = delete;
  TormentedPipeline& operator=(const TormentedPipeline&) = delete;

  void play();
  /// Ends the streaming threads, which gives back what belongs to the stream.
  void rest();
  /// Does one thing at random that must not harm: it sets a property, changes caps, seeks, breaks
  /// the stream of buffers, asks for something, pauses, restarts with another model, or begins with
  /// new elements.
  void torment();
  /// Returns the text of the first error on the bus, and "" as long as there is none.
  const std::string& error();

  std::uint64_t frames() const { return frames_; }
  /// Returns the processor time that denoiseae took for a frame since the last call, as a mean in
  /// milliseconds.
  double take_frame_time_ms();

 private:
  using Action = void (TormentedPipeline::*)();
  static const std::vector<Action>& actions();

  void make();
  void destroy();
  int below(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }

  void set_property();
  void change_caps();
  void harm_stream();
  void seek();
  void ask();
  void send_qos();
  void pause();
  void restart();
  void begin_anew();

  static GstPadProbeReturn on_source(GstPad* pad, GstPadProbeInfo* info, gpointer self);
  static GstPadProbeReturn on_input(GstPad* pad, GstPadProbeInfo* info, gpointer self);
  static GstPadProbeReturn on_output(GstPad* pad, GstPadProbeInfo* info, gpointer self);
  GstPadProbeReturn harm(GstPad* pad, GstPadProbeInfo* info);

  std::vector<std::string> models_;
  std::minstd_rand random_;
  std::string error_;
  GstElement* pipeline_ = nullptr;
  GstElement* denoiser_ = nullptr;

  std::atomic<int> harm_{0};         ///< names the harm that on_source does
  std::atomic<int> harmed_left_{0};  ///< says to how many buffers
  std::atomic<std::uint64_t> frames_{0};
  std::atomic<std::int64_t> busy_ns_{0};
  std::atomic<int> timed_frames_{0};
  std::int64_t began_ns_ = 0;  ///< is the streaming thread's
};
