// SPDX-License-Identifier: LGPL-2.1-or-later
// Trainings that begin with single frames and end with long sequences.
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "net/architectures.h"
#include "support/check.h"
#include "train/stages.h"
#include "train/trainer.h"
#include "training/small_runs.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr char kThreeStages[] = R"(
[[training.stage]]
until = 0.25
frames = 1
batch = 6
[[training.stage]]
until = 0.75
frames = 2
batch = 3
[[training.stage]]
until = 1
frames = 4
patch_px = 64
singles = 5
)";

TrainConfig small_config(const TempFolder& folder, const std::string& stages,
                         const std::vector<std::string>& overrides) {
  write_file(folder / "small.toml", R"(
licence = "none"
architecture = "recurrent_unet"
[settings]
widths = [8, 8]
encoder = [1, 1]
decoder = [1]
gate = [4]
[[data.source]]
path = "pictures"
[samples]
patch_px = 32
frames = 3
[training]
batch = 2
steps = 16
warmup_steps = 2
learning_rate = 4e-3
report_interval = 4
checkpoint_interval = 4
validation_samples = 2
validation_patch_px = 32
threads = 2
compute = "float32"
ema = 0.9
)" + stages);
  TrainConfig config = load_config(folder / "small.toml", overrides);
  config.data_root = folder.path();
  return config;
}

void train(const TempFolder& folder, const std::string& run, const TrainConfig& config) {
  std::filesystem::create_directories(folder / run);
  const std::atomic<bool> go_on{false};
  Trainer(config, folder / run, ignore, ignore).run(go_on);
}

/// The first steps of a configuration, with the same stages as far as they go.
TrainConfig first_steps(const TrainConfig& config, std::int64_t steps) {
  TrainConfig part = config;
  part.steps = steps;
  part.stages.clear();
  for (StageConfig stage : config.stages) {
    stage.until *= static_cast<double>(config.steps) / static_cast<double>(steps);
    part.stages.push_back(stage);
    if (stage.until >= 1) break;
  }
  return part;
}

}  // namespace

START_TEST(test_stages_divide_the_steps) {
  const TempFolder folder;
  const TrainConfig config = small_config(folder, kThreeStages, {});
  const std::vector<TrainingStage> stages = stages_of(config);
  ck_assert_uint_eq(stages.size(), 3);
  const std::int64_t first[] = {0, 4, 12}, end[] = {4, 12, 16};
  const int frames[] = {1, 2, 4}, batch[] = {6, 3, 2}, patch[] = {32, 32, 64},
            single_frames[] = {0, 0, 5};
  for (int i = 0; i < 3; ++i) {
    const TrainingStage& stage = stages[static_cast<std::size_t>(i)];
    ck_assert_int_eq(stage.first_step, first[i]);
    ck_assert_int_eq(stage.end_step, end[i]);
    ck_assert_int_eq(stage.frames, frames[i]);
    ck_assert_int_eq(stage.batch, batch[i]);
    ck_assert_int_eq(stage.patch_px, patch[i]);
    ck_assert_int_eq(stage.single_frames, single_frames[i]);
    ck_assert(&stage_at(stages, first[i]) == &stage && &stage_at(stages, end[i] - 1) == &stage);
  }
  ck_assert(&stage_at(stages, 16) == &stages[2]);
  const double pixels = 32 * 32;
  ck_assert_double_eq(pixels_of_steps(stages, 3), 3 * 6 * pixels);
  ck_assert_double_eq(pixels_of_steps(stages, 13), (4 * 6 + 8 * 6 + (8 + 5) * 4) * pixels);
}
END_TEST

START_TEST(test_without_stages_all_steps_are_alike) {
  const TempFolder folder;
  const TrainConfig config = small_config(folder, "", {});
  const std::vector<TrainingStage> stages = stages_of(config);
  ck_assert_uint_eq(stages.size(), 1);
  ck_assert_int_eq(stages[0].end_step, 16);
  ck_assert_double_eq(pixels_of_steps(stages, 5), 5 * 2 * 3 * 32 * 32);
}
END_TEST

START_TEST(test_every_stage_warms_up) {
  const TempFolder folder;
  const TrainConfig config = small_config(folder, kThreeStages, {"training.schedule=constant"});
  const std::vector<TrainingStage> stages = stages_of(config);
  const double wanted[] = {0.5, 1, 1, 1, 0.5, 1, 1, 1, 1, 1, 1, 1, 0.5, 1, 1, 1};
  for (int step = 0; step < 16; ++step)
    ck_assert_double_eq_tol(rate_of_step(config, stages, step), 4e-3 * wanted[step], 1e-12);
}
END_TEST

START_TEST(test_a_stage_may_have_a_rate_of_its_own) {
  const TempFolder folder;
  const std::string own = std::string(kThreeStages) + "learning_rate = 1e-3\n";
  const TrainConfig config = small_config(folder, own, {});
  const std::vector<TrainingStage> stages = stages_of(config);
  // Without the last stage these steps would be the whole training.
  TrainConfig shorter = small_config(folder, kThreeStages, {});
  shorter.steps = 12;
  shorter.stages.pop_back();
  shorter.stages[0].until = 1.0 / 3;
  shorter.stages[1].until = 1;
  for (int step = 0; step < 12; ++step)
    ck_assert_double_eq(rate_of_step(config, stages, step),
                        rate_of_step(shorter, stages_of(shorter), step));
  ck_assert_double_eq_tol(rate_of_step(config, stages, 12), 0.5e-3, 1e-12);
  ck_assert_double_eq_tol(rate_of_step(config, stages, 14), 1e-3, 1e-12);
  ck_assert_double_eq_tol(rate_of_step(config, stages, 15), 0.5e-3, 1e-12);
  for (const Schedule schedule : {Schedule::constant, Schedule::cosine}) {
    TrainConfig other = config;
    other.schedule = schedule;
    ck_assert_double_gt(rate_of_step(other, stages, 11), 0);
  }
}
END_TEST

START_TEST(test_after_a_rate_of_its_own_each_stage_needs_one) {
  const TempFolder folder;
  const std::string gap =
      "[[training.stage]]\nuntil = 0.5\nlearning_rate = 1e-3\n"
      "[[training.stage]]\nuntil = 1\n";
  DAE_ASSERT_ERROR(small_config(folder, gap, {}), bad_argument);
}
END_TEST

START_TEST(test_a_run_resumes_across_stages) {
  const TempFolder folder;
  draw_pictures(folder, 4, 96);
  const TrainConfig config = small_config(folder, kThreeStages, {"training.schedule=constant"});
  train(folder, "whole", config);
  // Within a stage, and between two.
  for (const int steps : {2, 4, 9, 12}) {
    const std::string run = "from " + std::to_string(steps);
    train(folder, run, first_steps(config, steps));
    ck_assert(!equal(checkpoint_of(folder / "whole"), checkpoint_of(folder / run)));
    train(folder, run, config);
    ck_assert(equal(checkpoint_of(folder / "whole"), checkpoint_of(folder / run)));
  }
}
END_TEST

START_TEST(test_single_frames_leave_the_gate_alone) {
  const TempFolder folder;
  draw_pictures(folder, 4, 96);
  const TrainConfig config = small_config(folder, "[[training.stage]]\nframes = 1\n",
                                          {"training.ema=0", "training.learning_rate=0.01"});
  train(folder, "run", config);
  GraphModule fresh(
      find_architecture("recurrent_unet").build(nlohmann::json::parse(config.settings)),
      config.seed);
  const auto saved = checkpoint_of(folder / "run");
  int gates = 0;
  for (const auto& [name, tensor] : fresh.state()) {
    const bool gate = name.starts_with("gate");
    gates += gate;
    if (gate)
      ck_assert_msg(saved.at("weights/" + name).values == tensor.values, "%s", name.c_str());
    if (name == "head.weight") ck_assert(saved.at("weights/" + name).values != tensor.values);
  }
  ck_assert_int_ge(gates, 4);
}
END_TEST

START_TEST(test_single_frames_change_what_is_learned) {
  const TempFolder folder;
  draw_pictures(folder, 4, 96);
  const std::string stage = "[[training.stage]]\nframes = 2\nbatch = 2\n";
  train(folder, "without", small_config(folder, stage, {"training.steps=2"}));
  train(folder, "with", small_config(folder, stage + "singles = 4\n", {"training.steps=2"}));
  ck_assert(!equal(checkpoint_of(folder / "without"), checkpoint_of(folder / "with")));
}
END_TEST

START_TEST(test_the_best_or_the_last_weights_are_kept) {
  const TempFolder folder;
  draw_pictures(folder, 4, 96);
  const auto kept_step = [&](const std::string& keep) {
    // Steps so large that they make it worse.
    train(folder, keep,
          small_config(folder, "",
                       {"training.keep=" + keep, "training.steps=8", "training.ema=0",
                        "training.report_interval=1", "training.learning_rate=0.3",
                        "training.schedule=constant", "training.clip_norm=0"}));
    const auto file = read_safetensors(folder / keep / "best.safetensors");
    return nlohmann::json::parse(file.metadata.at("denoiseae"))["training"]["steps"].get<int>();
  };
  const int best = kept_step("best");
  std::ifstream metrics(folder / "best/metrics.csv");
  std::string line;
  std::getline(metrics, line);
  int lowest = 0;
  for (double step, loss, validation, least = 1e9; std::getline(metrics, line);) {
    ck_assert_int_eq(std::sscanf(line.c_str(), "%lf,%lf,%lf", &step, &loss, &validation), 3);
    if (validation >= least) continue;
    least = validation;
    lowest = static_cast<int>(step);
  }
  ck_assert_int_eq(best, lowest);
  ck_assert_int_lt(best, 8);
  ck_assert_int_eq(kept_step("last"), 8);
}
END_TEST

START_TEST(test_bad_stages_are_refused) {
  const TempFolder folder;
  for (const char* stages : {
           "[[training.stage]]\nuntil = 0.5\n",
           "[[training.stage]]\nuntil = 0.5\n[[training.stage]]\nuntil = 0.5\n",
           "[[training.stage]]\nframes = 17\n",
           "[[training.stage]]\npatch_px = 1\n",
           "[[training.stage]]\nsteps = 3\n",
           "[[training.stage]]\nframes = 1\nsingles = 3\n",
           "[[training.stage]]\nframes = 2\nsingles = -1\n",
           "epochs = 2\n[[training.stage]]\nframes = 3\n",
       })
    DAE_ASSERT_ERROR(small_config(folder, stages, {}), bad_argument);
}
END_TEST

START_TEST(test_stages_survive_their_own_toml) {
  const TempFolder folder;
  const TrainConfig config = small_config(folder, kThreeStages, {});
  write_file(folder / "again.toml", to_toml(config));
  const TrainConfig again = load_config(folder / "again.toml", {});
  ck_assert(to_toml(config) == to_toml(again));
  ck_assert_uint_eq(again.stages.size(), 3);
  ck_assert_int_eq(again.stages[2].batch, 2);
  ck_assert_int_eq(again.stages[2].single_frames, 5);
}
END_TEST

int main() {
  return run_suite(
      "stages",
      {test_stages_divide_the_steps, test_without_stages_all_steps_are_alike,
       test_every_stage_warms_up, test_a_stage_may_have_a_rate_of_its_own,
       test_after_a_rate_of_its_own_each_stage_needs_one, test_a_run_resumes_across_stages,
       test_single_frames_leave_the_gate_alone, test_single_frames_change_what_is_learned,
       test_the_best_or_the_last_weights_are_kept, test_bad_stages_are_refused,
       test_stages_survive_their_own_toml},
      120);
}
