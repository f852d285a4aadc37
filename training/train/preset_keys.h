// SPDX-License-Identifier: LGPL-2.1-or-later
// THE description of a preset: each key once, with its values, its meaning and its place in
// TrainConfig. What is done with the keys is left to visitors (train/preset_visitor.h): one reads
// and checks them, one writes them, one documents them.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "data/sample_noise.h"
#include "train/config.h"
#include "train/preset_visitor.h"

namespace denoiseae {

inline constexpr Named<Loss> kLosses[] = {
    {"psnr", Loss::psnr}, {"mse", Loss::mse}, {"l1", Loss::l1}};
inline constexpr Named<Compute> kComputes[] = {
    {"auto", Compute::automatic}, {"float32", Compute::float32}, {"bfloat16", Compute::bfloat16}};
inline constexpr Named<OptimizerKind> kOptimizerKinds[] = {{"adam", OptimizerKind::adam},
                                                           {"muon", OptimizerKind::muon}};
inline constexpr Named<Schedule> kSchedules[] = {{"cosine", Schedule::cosine},
                                                 {"constant", Schedule::constant}};
inline constexpr Named<Keep> kKeeps[] = {{"best", Keep::best}, {"last", Keep::last}};
inline constexpr Named<SplitTime> kSplits[] = {{"before-copies", SplitTime::before_copies},
                                               {"after-copies", SplitTime::after_copies}};

inline constexpr std::int64_t kMaxSteps = std::int64_t{1} << 40;
inline constexpr int kMaxCount = 1 << 30;
inline constexpr int kMaxBatch = 4096;
inline constexpr NumberRange kShare{0, 1};
inline constexpr NumberRange kWeight{1e-6, 1e6};

template <typename Visitor>
void visit_source(Visitor& v, SourceConfig& source) {
  v.text(
      {"set", "Kind of the data set, see [Pictures](#pictures).", nullptr, "guessed from `path`"},
      source.set);
  v.path({"path", "Folder or file of the pictures, relative to `data.root`."}, source.path);
  v.text({"part", "Part of the sets `mnist`, `fashion-mnist` and `fer2013`.", "`train`, `test`"},
         source.part);
  v.check(source.part == "train" || source.part == "test", "part", "must be train or test");
  v.text({"class", "Class of the set `fer2013`, or `all`. The founding paper had `disgust`.",
          nullptr, "`disgust`"},
         source.category);
  v.text({"group",
          "Pattern with one group, such as `_([0-9]{8})_`. Pictures whose names agree there stay "
          "together in training or in validation, for example those of one patient."},
         source.group);
  v.whole({"size_px",
           "Side of the gray squares that the pictures become, averaged by area. 0 leaves the "
           "pictures as they are."},
          source.size_px, {0, 4096});
  v.whole({"video_frames",
           "At most this many frames are read of a video file; 0 reads all. They are runs of up to "
           "16 frames, spread over the file, and stay in memory with 3 bytes per pixel."},
          source.video_frames, {0, kMaxCount});
  v.number(
      {"share", "How many of the samples come from this source, relative to the other sources."},
      source.share, kWeight);
  v.check(!source.path.empty(), "path", "is missing");
}

template <typename Visitor>
void visit_data(Visitor& v, TrainConfig& config) {
  v.path({"root", "Folder that the paths of the sources are relative to; `--data` replaces it."},
         config.data_root);
  v.number({"validation_share",
            "Share of each source's photographs and clips that is held back for validation. With 0 "
            "those that are trained on validate, too."},
           config.validation_share, {0, 0.9});
  v.choice({"split",
            "`before-copies` keeps the pictures that validate out of training. `after-copies` "
            "validates on other noise over the same pictures, as the founding paper did, and needs "
            "`training.epochs`."},
           config.split, kSplits);
  v.whole({"limit", "At most this many pictures or clips are read of each source; 0 reads all."},
          config.limit, {0, kMaxCount});
  v.tables("source", config.sources, SourceConfig{},
           [](auto& row, SourceConfig& source) { visit_source(row, source); });
}

template <typename Visitor>
void visit_camera(Visitor& v, CameraNoise& camera) {
  v.number({"compressed_share",
            "For `camera`: share of the samples that go through JPEG of quality 70 to 95 after the "
            "noise."},
           camera.compressed_share, kShare);
  v.number(
      {"blurred_share",
       "For `camera`: share of the samples whose noise is blurred by 0.4 to 1.1 pixels, at the "
       "same level."},
      camera.blurred_share, kShare);
  v.number({"coarse_share",
            "For `camera`: share of the samples that have noise blurred by 1.5 to 4 pixels beside "
            "the fine one, with a tenth to two thirds of the deviation."},
           camera.coarse_share, kShare);
  v.number({"one_level_share",
            "For `camera`: share of the samples whose network is told one level instead of a level "
            "for each brightness."},
           camera.one_level_share, kShare);
  v.number({"level_error",
            "For `camera`: replaces `samples.level_error` where it is larger, because estimates of "
            "such noise are worse."},
           camera.level_error, kShare);
}

template <typename Visitor>
void visit_noise(Visitor& v, NoiseRange& range) {
  std::string model(name_of(range.kind));
  v.text({"model", "Noise of `addnoise`, or [`camera`](#camera-noise)."}, model);
  if (model != name_of(range.kind)) range.kind = noise_kind_from_name(model);
  const double max = max_level_of(range.kind);
  v.number({"min_level", "Lowest level, in the unit of the model. Levels of samples are uniform.",
            "0 ... the model's largest"},
           range.min_level, {0, max});
  v.number({"max_level", "Highest level.", "`min_level` ... the model's largest"}, range.max_level,
           {range.min_level, max});
  v.number({"weight", "How many of the samples have this noise, relative to the other entries."},
           range.weight, kWeight);
  CameraNoise described;
  auto* camera = std::get_if<CameraNoise>(&range.kind);
  if (camera == nullptr && Visitor::kDocuments) camera = &described;
  if (camera != nullptr) visit_camera(v, *camera);
}

template <typename Visitor>
void visit_footage(Visitor& v, FootageSettings& footage) {
  v.number({"share",
            "Share of the samples that are [footage](#footage). The other shares are those of "
            "these samples."},
           footage.share, kShare);
  v.number({"light",
            "Share with light that changes (fades, flashes, lamps, exposure, waves), ripples, a "
            "camera that stops and starts, the grain and JPEG of files, or text and drawings in "
            "place of the picture."},
           footage.light, kShare);
  v.number({"gain", "Share whose noise is 0.2 to 5 times as strong from one frame on."},
           footage.gain, kShare);
  v.number({"sensor",
            "Share with other noise of sensors: rows, columns, hot pixels, fixed pattern, coarse "
            "chroma, or without the noise of luma or chroma."},
           footage.sensor, kShare);
  v.number({"camera",
            "Share with the camera's own processing: weak noise reduction, sharpening, scaling."},
           footage.camera, kShare);
  v.number({"composition", "Share with bars, insets, split screens, logos or subtitles."},
           footage.composition, kShare);
  v.number({"timing", "Share with repeated, dropped or frozen frames."}, footage.timing, kShare);
  v.number({"coded", "Share that goes through a video encoder: x264, x265, MJPEG or VP9."},
           footage.coded, kShare);
  v.number({"clean", "Share without noise, whose target is the frame as it is, coded or not."},
           footage.clean, kShare);
}

template <typename Visitor>
void visit_samples(Visitor& v, SampleSettings& samples) {
  v.whole({"patch_px",
           "Side of the square samples in luma pixels. Networks of one size take that instead."},
          samples.patch_px, {2, kMaxPatch});
  v.whole({"frames", "Frames of a sample. Networks with a past need at least 2."}, samples.frames,
          {1, kMaxFrames});
  v.flag({"augment",
          "Varies the pictures: flips, quarter turns, colours and gamma. Networks that see whole "
          "pictures get mirrored ones, small shifts, tilts and zooms, and gamma."},
         samples.augment);
  v.number({"gray_share", "Share of the samples without colour."}, samples.gray_share, kShare);
  v.number({"limited_range_share",
            "Share of the samples with the limited range of video: luma 16 to 235, chroma 16 to "
            "240."},
           samples.limited_range_share, kShare);
  v.number({"reduced_share",
            "Share of the samples that are averaged to half their size or less first, where the "
            "picture is large enough. Details get finer, and textures denser."},
           samples.reduced_share, kShare);
  v.whole({"max_reduction", "The most by which `reduced_share` makes a picture smaller."},
          samples.max_reduction, {2, 16});
  v.number({"equal_chroma_share",
            "Share of the samples whose chroma has the noise level of luma. The others have 0.2 to "
            "1 times that level, as RGB frames and cameras do."},
           samples.equal_chroma_share, kShare);
  v.number({"clip_share",
            "Share of the samples whose noisy values are rounded to 8 bits and clipped, as in "
            "frames."},
           samples.clip_share, kShare);
  v.number({"level_error",
            "The noise levels that the network is told are wrong by a random factor between "
            "exp(-`level_error`) and exp(`level_error`), as estimates are."},
           samples.level_error, kShare);
  v.number({"blind_share",
            "Share of the samples whose noise levels `training.noise_map` tells, as in a stream."},
           samples.blind_share, kShare);
  v.tables("noise", samples.noise, NoiseRange{},
           [](auto& row, NoiseRange& range) { visit_noise(row, range); });
  v.table("footage", [&](auto& table) { visit_footage(table, samples.footage); });
}

template <typename Visitor>
void visit_stage(Visitor& v, StageConfig& stage) {
  v.number({"until",
            "Share of the steps that are done when the stage ends. It grows from stage to "
            "stage and is 1 in the last one."},
           stage.until, kShare);
  v.whole({"frames", "Frames of a sample.", nullptr, "`samples.frames`"}, stage.frames,
          {1, kMaxFrames});
  v.whole({"batch", "Samples of a step.", nullptr, "`training.batch`"}, stage.batch,
          {1, kMaxBatch});
  v.whole({"patch_px", "Side of the square samples in luma pixels.", nullptr, "`samples.patch_px`"},
          stage.patch_px, {2, kMaxPatch});
  v.whole({"singles",
           "Single frames beside the sequences of each step, whose loss counts as much as that of "
           "the sequences."},
          stage.single_frames, {0, kMaxBatch});
  v.number({"learning_rate",
            "Learning rate of this stage alone, which falls to 0 at its end. That of the training "
            "then falls to 0 where the stage begins. 0 goes on with that of the training."},
           stage.learning_rate, {0, 1});
  v.check(stage.single_frames == 0 || stage.frames > 1, "singles",
          "are for stages of sequences; use batch");
}

template <typename Visitor>
void visit_stages(Visitor& v, TrainConfig& config) {
  const StageConfig fresh{1, config.samples.frames, config.batch, config.samples.patch_px, 0, 0};
  v.tables("stage", config.stages, fresh,
           [](auto& row, StageConfig& stage) { visit_stage(row, stage); });
  double before = 0, rate_before = 0;
  for (const StageConfig& stage : config.stages) {
    v.check(stage.until > before, "stage.until", "must grow from stage to stage");
    v.check(rate_before == 0 || stage.learning_rate > 0, "stage.learning_rate",
            "is missing after a stage that has one: the rate of the training is over there");
    before = stage.until;
    rate_before = stage.learning_rate;
  }
  v.check(config.stages.empty() || before == 1, "stage.until", "must be 1 in the last stage");
}

template <typename Visitor>
void visit_optimizer(Visitor& v, TrainConfig& config) {
  v.number({"ema",
            "Validation, best weights and sample pictures take the exponential moving average of "
            "the weights, of which a step keeps this share. 0 takes the weights themselves."},
           config.ema, {0, 0.999999});
  v.number({"learning_rate", "Learning rate after the warm-up."}, config.learning_rate, {1e-8, 1});
  v.whole({"warmup_steps", "Steps in which the learning rate rises from 0, in each stage."},
          config.warmup_steps, {0, kMaxSteps});
  v.number({"clip_norm", "Gradients with a larger norm are scaled down to this norm; 0 = off."},
           config.clip_norm, {0, 1e6});
  v.choice(
      {"optimizer", "`muon` takes Muon for the kernels of convolutions and Adam for the rest."},
      config.optimizer, kOptimizerKinds);
  v.choice({"schedule", "`cosine` lets the learning rate fall to 0 at the last step."},
           config.schedule, kSchedules);
  v.choice({"keep",
            "Which weights `best.safetensors` holds: those with the lowest validation loss, or the "
            "last ones, which suit a learning rate that ends at 0."},
           config.keep, kKeeps);
  v.choice({"loss",
            "`psnr` is the mean over the samples of the logarithm of the mean squared error, `mse` "
            "the mean squared error, `l1` the mean absolute error."},
           config.loss, kLosses);
  v.number({"steadiness",
            "Weight of the loss of the differences between frames that follow each other, for "
            "sequences."},
           config.temporal_consistency, {0, 10});
}

template <typename Visitor>
void visit_training(Visitor& v, TrainConfig& config) {
  v.whole({"epochs",
           "Passes over all pictures, with a report and a checkpoint after each. 0 draws samples "
           "at random for so many `steps`."},
          config.epochs, {0, 1 << 20});
  v.whole({"copies", "How often an epoch takes each picture, each time with other noise."},
          config.copies, {1, 1 << 20});
  v.whole({"steps", "Steps of the training, unless there are `epochs`."}, config.steps,
          {1, kMaxSteps});
  v.whole({"batch", "Samples of a step."}, config.batch, {1, kMaxBatch});
  visit_stages(v, config);
  visit_optimizer(v, config);
  v.choice({"compute",
            "Number format of the convolutions. `auto` is `bfloat16` on GPUs and on CPUs that have "
            "it."},
           config.compute, kComputes);
  v.text({"device", "`cpu`, or `cuda`, `cuda:0`, ... with a LibTorch that has CUDA."},
         config.device);
  v.flag({"motion", "Networks with a past get it aligned by block matching, as in a stream."},
         config.motion);
  v.paths({"start",
           "Models, by their names or weights files, whose tensors are taken at the start where "
           "name and shape agree; of several, the last that has a tensor counts."},
          config.start);
  v.text(
      {"noise_map",
       "Model of the architecture `noise_map`, or a denoiser that has one in its weights, by its "
       "name or a weights file. It becomes part of the weights file and estimates the noise for "
       "the network; `samples.blind_share` lets it do so in training, too."},
      config.noise_map);
  v.text({"teacher",
          "Model whose results are learned from beside the clean pictures, by its name or a "
          "weights file."},
         config.teacher);
  v.number({"teacher_share", "Share of the loss that the teacher's results make up."},
           config.teacher_share, kShare);
  v.number({"quantise",
            "Share of the steps, at the end, in which the network computes in 8 bits, so that the "
            "weights suit `precision=int8`. 0 = off."},
           config.quantise_share, kShare);
  v.flag({"find_scales",
          "The weights of the last step become fit for `precision=int8` without being trained for "
          "it."},
         config.find_scales);
  v.whole({"seed", "Equal seeds give equal weights on the same kind of machine."}, config.seed,
          {0, INT64_MAX});
  v.whole({"threads", "Threads that share a batch; 0 = as many as the process may use."},
          config.threads, {0, 64});
  v.whole({"report_interval", "Steps between validations, with metrics and pictures."},
          config.report_interval, {1, kMaxSteps});
  v.whole({"checkpoint_interval", "Steps between checkpoints."}, config.checkpoint_interval,
          {1, kMaxSteps});
  v.whole({"validation_samples",
           "Samples of a validation. With `epochs` they are the first pictures, each once, and 0 "
           "takes all."},
          config.validation_samples, {0, kMaxCount});
  v.whole({"validation_patch_px",
           "Side of the validation's samples in luma pixels. Networks of one size take that "
           "instead."},
          config.validation_patch_px, {16, kMaxPatch});
}

/// Visits the whole preset.
template <typename Visitor>
void visit_preset(Visitor& v, TrainConfig& config) {
  v.text({"preset", "Name of the preset. The weights file holds it.", nullptr, "name of the file"},
         config.preset);
  v.text({"licence", "Licence of the weights. The weights file holds it."}, config.licence);
  v.text({"architecture", "[Architecture](model-format.md#architectures) of the network."},
         config.architecture);
  v.settings({"settings", "[Settings](model-format.md#architectures) of the architecture."},
             config.settings);
  v.table("data", [&](auto& table) { visit_data(table, config); });
  v.table("samples", [&](auto& table) { visit_samples(table, config.samples); });
  v.table("training", [&](auto& table) { visit_training(table, config); });
  v.check(!config.sources.empty(), "data.source", "is missing: where are the pictures?");
  v.check(config.epochs > 0 || config.validation_samples > 0, "training.validation_samples",
          "must be at least 1 without training.epochs");
  v.check(config.split == SplitTime::before_copies || config.epochs > 0, "data.split",
          "is \"after-copies\", which needs training.epochs");
  v.check(config.stages.empty() || config.epochs == 0, "training.stage",
          "does not go with training.epochs");
}

}  // namespace denoiseae
