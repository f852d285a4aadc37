// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading, decoding, denoising and encoding run side by side, in a thread each, with short queues
// between them.
#include "film_job.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "channel.h"
#include "decoder.h"
#include "film_formats.h"
#include "film_writer.h"
#include "interrupt.h"

namespace command {
namespace {

// A queue of frames keeps its threads busy, and takes 12 MB for each frame of 4K.
constexpr std::size_t kQueuedPackets = 32;
constexpr std::size_t kQueuedFrames = 4;

class FilmJob {
 public:
  FilmJob(const std::string& in, const std::string& out, const FilmOptions& options,
          Console& console)
      : options_(options), console_(console), name_(in), out_(out), input_(in) {
    input_.select(options.extract, options.run_in);
    decoder_.emplace(input_, options.threads, options.run_in);
  }

  void run() {
    const auto start = std::chrono::steady_clock::now();
    read_first_picture();
    prepare();
    run_stages();
    if (progress_.frames == 0) throw Failure("there is no frame between --from and --to");
    writer_->finish();
    report(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }

 private:
  /// The file can only be begun when a frame has told its format and its colours.
  void read_first_picture();
  void prepare();
  void run_stages();
  void run_stage(const std::function<void()>& stage);
  void read();
  void decode();
  void denoise();
  void encode();
  void report(double seconds);
  void put_decoded();

  const FilmOptions& options_;
  Console& console_;
  const std::string name_;
  const std::string out_;
  Input input_;
  std::optional<VideoDecoder> decoder_;
  std::optional<FilmFormats> formats_;
  std::optional<FilmDenoiser> denoiser_;
  std::optional<VideoEncoder> encoder_;
  std::optional<FilmWriter> writer_;
  bool input_ended_ = false;
  // Demuxers move their streams in memory while packets are read.
  double seconds_ = 0;                   // in the unit of time of the video
  double duration_ = 0;                  // in seconds, 0 = unknown
  std::deque<PacketPtr> early_packets_;  // they belong to other streams
  std::deque<Picture> early_pictures_;

  Channel<PacketPtr> packets_{kQueuedPackets};
  Channel<Picture> decoded_{kQueuedFrames};
  Channel<FramePtr> denoised_{kQueuedFrames};
  std::atomic<bool> past_end_ = false;
  std::mutex mutex_;  // guards error_
  std::exception_ptr error_;
  std::atomic<bool> failed_ = false;
  FilmProgress progress_;
};

void FilmJob::read_first_picture() {
  while (early_pictures_.empty() && !input_ended_) {
    PacketPtr packet = make_packet();
    input_ended_ = !input_.read(*packet);
    if (!input_ended_ && packet->stream_index != input_.video().index) {
      early_packets_.push_back(std::move(packet));
      continue;
    }
    decoder_->send(input_ended_ ? nullptr : packet.get());
    for (Picture picture = decoder_->receive(); picture.frame; picture = decoder_->receive())
      early_pictures_.push_back(std::move(picture));
    if (decoder_->is_past_end()) break;
  }
  if (!early_pictures_.empty()) return;
  const bool part = options_.extract.from || options_.extract.to;
  throw Failure(part ? "there is no frame between --from and --to"
                     : "expected frames of " +
                           std::string(avcodec_get_name(input_.video().codecpar->codec_id)) +
                           ", found none that can be decoded");
}

void FilmJob::prepare() {
  const AVFrame& first = *early_pictures_.front().frame;
  const AVOutputFormat& container = container_of(out_);
  const auto warn = [&](const std::string& text) { console_.warn(name_, text); };
  formats_.emplace(
      container, options_.video_codec, input_.video(), first, options_.threads,
      [&](const std::string& text) { console_.note(name_, text); }, warn);
  seconds_ = av_q2d(input_.video().time_base);
  duration_ = static_cast<double>(input_.duration()) / AV_TIME_BASE;
  const HdrMetadata hdr = find_hdr_metadata(input_.video(), first);
  const FramePtr encoded = formats_->in_both_formats(first);

  // The most frequent mistakes end here, before anything is written.
  denoiser_.emplace(options_.denoise);
  writer_.emplace(out_, options_.replace);
  encoder_.emplace(formats_->choice(), options_.encoder, input_, *encoded, hdr,
                   writer_->wants_global_header());
  writer_->begin(input_, encoder_->context(), hdr, warn);
  console_.begin(name_);
}

void FilmJob::run_stage(const std::function<void()>& stage) {
  try {
    stage();
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
    failed_ = true;
    packets_.break_off();
    decoded_.break_off();
    denoised_.break_off();
  }
}

void FilmJob::run_stages() {
  std::vector<std::thread> threads;
  run_stage([&] {
    threads.emplace_back([this] { run_stage([this] { read(); }); });
    threads.emplace_back([this] { run_stage([this] { decode(); }); });
    threads.emplace_back([this] { run_stage([this] { encode(); }); });
    denoise();
  });
  for (std::thread& thread : threads) thread.join();
  console_.end(name_);
  if (error_) std::rethrow_exception(error_);
}

void FilmJob::read() {
  for (PacketPtr& packet : early_packets_) writer_->write_copy(std::move(packet));
  early_packets_.clear();
  // Sound and pictures of one time lie a second or two apart in a file.
  constexpr std::int64_t kBehind = 3 * AV_TIME_BASE;
  while (!input_ended_) {
    PacketPtr packet = make_packet();
    if (!input_.read(*packet)) break;
    const AVStream& stream = *input_.context().streams[packet->stream_index];
    if (input_.end() && past_end_ && packet->dts != AV_NOPTS_VALUE &&
        av_rescale_q(packet->dts, stream.time_base, {1, AV_TIME_BASE}) > *input_.end() + kBehind)
      break;
    if (packet->stream_index != input_.video().index)
      writer_->write_copy(std::move(packet));
    else if (!past_end_ && !packets_.put(std::move(packet)))
      return;
  }
  packets_.end();
}

void FilmJob::put_decoded() {
  for (Picture picture = decoder_->receive(); picture.frame; picture = decoder_->receive())
    if (!decoded_.put(std::move(picture))) return;
}

void FilmJob::decode() {
  for (Picture& picture : early_pictures_)
    if (!decoded_.put(std::move(picture))) return;
  early_pictures_.clear();
  while (std::optional<PacketPtr> packet = packets_.take()) {
    if (past_end_) continue;
    decoder_->send(packet->get());
    put_decoded();
    past_end_ = decoder_->is_past_end();
  }
  if (!input_ended_ && !past_end_) {
    decoder_->send(nullptr);
    put_decoded();
  }
  decoded_.end();
}

void FilmJob::denoise() {
  const double given = options_.denoise.settings.noise_level;
  std::optional<std::int64_t> first_time;
  while (std::optional<Picture> picture = decoded_.take()) {
    check_interruption();
    picture->frame = formats_->for_denoiser(std::move(picture->frame));
    FramePtr denoised = denoiser_->process(*picture);
    if (picture->run_in) continue;
    ++progress_.frames;
    if (!first_time) first_time = denoised->pts;
    const double at = static_cast<double>(denoised->pts - *first_time) * seconds_;
    progress_.done = duration_ > 0 ? std::min(1.0, at / duration_) : -1;
    progress_.noise_level = given >= 0 ? given : denoiser_->estimated_noise_level();
    console_.update(name_, progress_);
    if (!denoised_.put(std::move(denoised))) return;
  }
  denoised_.end();
}

void FilmJob::encode() {
  const VideoEncoder::Sink sink = [this](PacketPtr packet) {
    writer_->write_video(std::move(packet));
  };
  while (std::optional<FramePtr> frame = denoised_.take())
    encoder_->encode(formats_->for_encoder(std::move(*frame)), sink);
  if (!failed_) encoder_->encode(nullptr, sink);
}

void FilmJob::report(double seconds) {
  const int frames = progress_.frames;
  std::string text = std::to_string(frames) + (frames == 1 ? " frame" : " frames") + " in " +
                     decimal(seconds, 1) + " s (" + decimal(frames / std::max(seconds, 1e-3), 1) +
                     " fps)";
  if (progress_.noise_level >= 0) text += ", noise level " + decimal(progress_.noise_level, 1);
  text += ", " + std::string(formats_->choice().codec->name) + " in " +
          name_of(formats_->choice().format);
  console_.note(name_, text + (out_ == "-" ? "" : ", written: " + out_));
  if (const int damaged = decoder_->damaged(); damaged > 0)
    console_.warn(name_, std::to_string(damaged) + (damaged == 1 ? " frame was" : " frames were") +
                             " damaged; the film was denoised all the same");
  if (input_.is_damaged())
    console_.warn(name_, "parts of the file cannot be read; what can is denoised");
}

}  // namespace

void denoise_film(const std::string& in, const std::string& out, const FilmOptions& options,
                  Console& console) {
  forget_reports();
  if (in != "-" && out != "-") check_different(in, out);
  FilmJob(in, out, options, console).run();
}

}  // namespace command
