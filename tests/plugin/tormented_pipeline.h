// SPDX-License-Identifier: LGPL-2.1-or-later
// A live pipeline with the three elements, and everything that can happen to one.
#pragma once

#include <gst/gst.h>

#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

/// The models that a pipeline is told to use. They are names or paths.
struct TormentingModels {
  std::vector<std::string> good;  ///< it begins and restarts with one of these
  std::vector<std::string> bad;   ///< it refuses these while it plays, and goes on
};

/// Calls are made from one thread, while the pipeline streams in another one.
class TormentedPipeline {
 public:
  TormentedPipeline(TormentingModels models, unsigned seed);
  ~TormentedPipeline();
  TormentedPipeline(const TormentedPipeline&) = delete;
  TormentedPipeline& operator=(const TormentedPipeline&) = delete;

  void play();
  /// Ends the streaming threads, which gives back what belongs to the stream.
  void rest();
  /// Does one thing at random that must not harm: it sets a property, changes caps, seeks, breaks
  /// the stream of buffers, asks for something, pauses, changes the model, restarts with another
  /// one, or begins with new elements.
  void torment();
  /// Reads the bus. Returns the text of the first error on it, and "" as long as there is none.
  const std::string& error();

  std::uint64_t frames() const { return frames_; }
  /// Return how many times the bus told so far that another model took over, and that one could
  /// not.
  std::uint64_t swaps() const { return swaps_; }
  std::uint64_t refusals() const { return refusals_; }
  /// Returns the processor time that denoiseae took for a frame since the last call, as a mean in
  /// milliseconds.
  double take_frame_time_ms();

 private:
  using Action = void (TormentedPipeline::*)();
  static const std::vector<Action>& actions();

  void make();
  void destroy();
  void take_message(GstMessage* message);
  void set_model(const std::string& model);
  /// Any of them, but not one that is refused.
  const std::string& good_model();
  int below(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }

  void set_property();
  void change_caps();
  void harm_stream();
  void seek();
  void ask();
  void send_qos();
  void pause();
  void swap_model();
  void restart();
  void begin_anew();

  static GstPadProbeReturn on_source(GstPad* pad, GstPadProbeInfo* info, gpointer self);
  static GstPadProbeReturn on_input(GstPad* pad, GstPadProbeInfo* info, gpointer self);
  static GstPadProbeReturn on_output(GstPad* pad, GstPadProbeInfo* info, gpointer self);
  GstPadProbeReturn harm(GstPad* pad, GstPadProbeInfo* info);

  TormentingModels models_;
  std::minstd_rand random_;
  std::string error_;
  std::uint64_t swaps_ = 0;
  std::uint64_t refusals_ = 0;
  GstElement* pipeline_ = nullptr;
  GstElement* denoiser_ = nullptr;

  std::atomic<int> harm_{0};         ///< names the harm that on_source does
  std::atomic<int> harmed_left_{0};  ///< says to how many buffers
  std::atomic<std::uint64_t> frames_{0};
  std::atomic<std::int64_t> busy_ns_{0};
  std::atomic<int> timed_frames_{0};
  std::int64_t began_ns_ = 0;  ///< is the streaming thread's
};
