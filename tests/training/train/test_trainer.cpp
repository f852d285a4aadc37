// SPDX-License-Identifier: LGPL-2.1-or-later
#include <sys/wait.h>
#include <torch/optim/adam.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "model/manifest.h"
#include "net/architectures.h"
#include "support/check.h"
#include "support/temp_folder.h"
#include "train/loss.h"
#include "train/schedule.h"
#include "train/trainer.h"
#include "train/weight_average.h"
#include "training/small_runs.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr char kTrain[] = DAE_TRAIN;

std::string small_preset(const TempFolder& folder, const std::string& more) {
  write_file(folder / "small.toml", R"(
preset = "small"
licence = "none"
architecture = "unet"
[settings]
widths = [16, 16]
encoder = [1, 1]
decoder = [1]
[[data.source]]
path = "pictures"
[samples]
patch_px = 32
[[samples.noise]]
min_level = 20
max_level = 30
[training]
batch = 8
steps = 60
warmup_steps = 5
report_interval = 20
checkpoint_interval = 10
validation_samples = 8
validation_patch_px = 32
threads = 1
compute = "float32"
)" + more);
  return (folder / "small.toml").string();
}

/// Writes such a preset for the paper's network on pictures of 16x16.
std::string paper_preset(const TempFolder& folder, const std::string& more) {
  std::string preset = read_file(small_preset(folder, more));
  const std::size_t settings = preset.find("[settings]");
  preset.replace(settings, preset.find("[[data.source]]") - settings,
                 "[settings]\nwidth = 16\nheight = 16\nlatent = 8\n");
  write_file(folder / "paper.toml", preset);
  return (folder / "paper.toml").string();
}

int run(const std::string& command) {
  const int status = std::system((command + " >/dev/null 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

START_TEST(test_training_overfits_a_small_set) {
  const TempFolder folder;
  draw_pictures(folder, 4, 64);
  TrainConfig config = load_config(
      small_preset(folder, "learning_rate = 4e-3\n"),
      {"training.steps=250", "training.report_interval=250", "training.checkpoint_interval=250",
       "samples.augment=false", "training.validation_samples=64"});
  config.data_root = folder.path();
  std::filesystem::create_directories(folder.path() / "run");
  Trainer trainer(config, folder.path() / "run", ignore, ignore);
  const std::atomic<bool> stop{false};
  const TrainResult result = trainer.run(stop);
  ck_assert(result.finished);
  // Noise of sigma 20 ... 30 is 20.2 dB; flat regions between known edges leave little of it.
  ck_assert_double_gt(result.best_db, 24.5);
  const auto model = load_model((folder.path() / "run" / "best.safetensors").string());
  ck_assert(model->info().architecture == "unet");
  for (const char* name : {"metrics.csv", "samples.png", "checkpoint/state.safetensors"}) {
    ck_assert_msg(std::filesystem::file_size(folder.path() / "run" / name) > 50, "%s", name);
  }
}
END_TEST

START_TEST(test_the_paper_architecture_trains) {
  const TempFolder folder;
  draw_pictures(folder, 4, 64);
  TrainConfig config =
      load_config(paper_preset(folder, "loss = \"mse\"\nlearning_rate = 2e-3\n"),
                  {"architecture=paper", "training.steps=200", "training.report_interval=100"});
  config.data_root = folder.path();
  std::filesystem::create_directories(folder.path() / "run");
  Trainer trainer(config, folder.path() / "run", ignore, ignore);
  const std::atomic<bool> stop{false};
  // A flat picture of the right brightness is about 17 dB here.
  ck_assert_double_gt(trainer.run(stop).best_db, 18.5);
}
END_TEST

START_TEST(test_epochs_are_counted_and_the_lowest_validation_loss_is_kept) {
  const TempFolder folder;
  draw_pictures(folder, 20, 32);
  const std::string preset = paper_preset(folder, "loss = \"mse\"\nepochs = 3\ncopies = 4\n");
  for (const char* split : {"before-copies", "after-copies"}) {
    TrainConfig config =
        load_config(preset, {"architecture=paper", "training.validation_samples=0",
                             "training.schedule=constant", "data.validation_share=0.1",
                             "data.split=" + std::string(split)});
    config.data_root = folder.path();
    const auto run_folder = folder.path() / split;
    std::filesystem::create_directories(run_folder);
    std::string log;
    Trainer trainer(
        config, run_folder, [&](LogLevel, std::string_view text) { log += text; }, ignore);
    const std::atomic<bool> stop{false};
    const TrainResult result = trainer.run(stop);
    // 18 or 20 pictures, 4 times, in batches of 8; of the latter a tenth is left out.
    ck_assert_int_eq(result.step, 3 * 9);
    ck_assert(result.finished);
    const bool honest = std::string(split) == "before-copies";
    ck_assert(log.find(honest ? "18 pictures to train on, 2 to validate"
                              : "20 pictures to train on, 20 to validate") != std::string::npos);
    std::istringstream metrics(read_file(run_folder / "metrics.csv"));
    std::string line;
    std::getline(metrics, line);
    ck_assert(line.starts_with("epoch,training_loss,validation_loss,"));
    double lowest = 1e9;
    int epoch = 0;
    for (; std::getline(metrics, line);) {
      ck_assert_int_eq(std::stoi(line), ++epoch);
      lowest = std::min(lowest, std::stod(line.substr(line.find(',', 2) + 1)));
    }
    ck_assert_int_eq(epoch, 3);
    ck_assert_double_eq_tol(result.best_loss, lowest, 1e-9);
    const TensorFile best = read_safetensors(run_folder / "best.safetensors");
    const auto manifest = nlohmann::json::parse(best.metadata.at("denoiseae"));
    ck_assert_double_eq_tol(manifest["training"]["metrics"]["validation_mse"], lowest, 1e-6);
    ck_assert_int_eq(manifest["training"]["epochs"], result.best_step / 9);
  }
}
END_TEST

START_TEST(test_muon_turns_kernels_and_leaves_the_rest_to_adam) {
  constexpr double kRate = 0.01;
  torch::manual_seed(5);
  const std::vector<torch::Tensor> start = {torch::randn({6, 2, 3, 3}), torch::randn({40, 3, 1, 1}),
                                            torch::randn({1, 4, 3, 3}), torch::randn({7})};
  const auto copies = [&] {
    std::vector<torch::Tensor> result;
    for (const torch::Tensor& t : start) result.push_back(t.clone());
    return result;
  };
  const std::vector<torch::Tensor> by_muon = copies();
  const std::vector<torch::Tensor> by_adam = copies();
  Optimizer muon(by_muon, OptimizerKind::muon);
  Optimizer adam(by_adam, OptimizerKind::adam);
  std::vector<torch::Tensor> gradients;
  for (const torch::Tensor& t : start) gradients.push_back(torch::randn_like(t));
  muon.step(gradients, kRate, 0);
  adam.step(gradients, kRate, 0);
  for (std::size_t i = 0; i < 2; ++i) {
    const torch::Tensor step = ((start[i] - by_muon[i]) / kRate).flatten(1);
    const auto [u, values, v] = torch::linalg_svd(step, false, c10::nullopt);
    const double one = 0.2 * std::sqrt(static_cast<double>(std::max(step.size(0), step.size(1))));
    ck_assert_double_ge(torch::Tensor(values).min().item<double>(), 0.6 * one);
    ck_assert_double_le(torch::Tensor(values).max().item<double>(), 1.3 * one);
    const auto [gu, gradient_values, gv] =
        torch::linalg_svd(gradients[i].flatten(1), false, c10::nullopt);
    const double along = (step * torch::mm(gu, gv)).sum().item<double>();
    ck_assert_double_ge(along, 0.95 * step.norm().item<double>() * gu.mm(gv).norm().item<double>());
  }
  for (std::size_t i = 2; i < start.size(); ++i) ck_assert(torch::equal(by_muon[i], by_adam[i]));
}
END_TEST

START_TEST(test_adam_is_that_of_torch) {
  torch::manual_seed(3);
  std::vector<torch::Tensor> ours = {
      torch::randn({3, 2, 3, 3}).contiguous(torch::MemoryFormat::ChannelsLast), torch::randn({7})};
  std::vector<torch::Tensor> theirs = {ours[0].clone(), ours[1].clone()};
  Optimizer adam(ours, OptimizerKind::adam);
  torch::optim::Adam torch_adam(theirs, torch::optim::AdamOptions(0.01));
  for (int step = 0; step < 20; ++step) {
    const double norm = step < 10 ? 0 : 0.5;
    const std::vector<torch::Tensor> gradients = {torch::randn_like(ours[0]),
                                                  torch::randn_like(ours[1])};
    adam.step(gradients, 0.01, norm);
    const double square =
        gradients[0].square().sum().item<double>() + gradients[1].square().sum().item<double>();
    const double factor = norm > 0 ? norm / std::sqrt(square) : 1;
    for (std::size_t i = 0; i < theirs.size(); ++i) {
      theirs[i].mutable_grad() = gradients[i] * factor;
    }
    torch_adam.step();
  }
  for (std::size_t i = 0; i < ours.size(); ++i) {
    ck_assert_double_le((ours[i] - theirs[i]).abs().max().item<double>(), 1e-5);
  }
  Optimizer other({torch::zeros({3})}, OptimizerKind::adam);
  DAE_ASSERT_ERROR(other.set_state(adam.state()), incompatible_model);
}
END_TEST

static void kill_and_resume(const std::string& more) {
  const TempFolder folder;
  draw_pictures(folder, 6, 64);
  const std::string base = std::string(kTrain) + " " + small_preset(folder, more) + " --data " +
                           folder.path().string() + " --out ";
  ck_assert_int_eq(run(base + (folder.path() / "whole").string()), 0);

  const std::string killed = (folder.path() / "killed").string();
  const pid_t child = fork();
  if (child == 0) {
    std::freopen("/dev/null", "w", stderr);
    execl(kTrain, kTrain, small_preset(folder, more).c_str(), "--data", folder.path().c_str(),
          "--out", killed.c_str(), nullptr);
    _exit(127);
  }
  // As soon as a checkpoint is there, without warning.
  while (!std::filesystem::exists(killed + "/checkpoint/state.safetensors")) usleep(2000);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  ck_assert_msg(WIFSIGNALED(status), "the run was over before it was killed");

  ck_assert_int_eq(run(std::string(kTrain) + " --resume " + killed), 0);
  ck_assert(equal(weights_of(folder.path() / "whole"), weights_of(killed)));
  ck_assert(equal(checkpoint_of(folder.path() / "whole"), checkpoint_of(killed)));
  const auto rows = [](const std::string& csv) { return std::count(csv.begin(), csv.end(), '\n'); };
  ck_assert_int_eq(rows(read_file(folder.path() / "whole" / "metrics.csv")),
                   rows(read_file(killed + "/metrics.csv")));
  // A finished run has nothing left to do and keeps its weights.
  ck_assert_int_eq(run(std::string(kTrain) + " --resume " + killed), 0);
  ck_assert(equal(weights_of(folder.path() / "whole"), weights_of(killed)));
}

START_TEST(test_a_killed_run_resumes_to_the_same_weights) { kill_and_resume(""); }
END_TEST

START_TEST(test_a_killed_run_resumes_to_the_same_average) { kill_and_resume("ema = 0.95\n"); }
END_TEST

START_TEST(test_the_average_is_what_counts) {
  const TempFolder folder;
  draw_pictures(folder, 4, 64);
  TrainConfig config = load_config(small_preset(folder, "ema = 0.9\n"),
                                   {"training.steps=30", "training.report_interval=30"});
  config.data_root = folder.path();
  std::filesystem::create_directories(folder.path() / "run");
  const std::atomic<bool> stop{false};
  Trainer(config, folder.path() / "run", ignore, ignore).run(stop);
  const auto saved = checkpoint_of(folder.path() / "run");
  for (const auto& [name, tensor] : weights_of(folder.path() / "run")) {
    ck_assert(tensor.values == saved.at("average/" + name).values);
    ck_assert(tensor.values != saved.at("weights/" + name).values);
  }
}
END_TEST

START_TEST(test_the_average_forgets_as_told) {
  const Graph graph = find_architecture("unet").build(nlohmann::json::object());
  GraphModule average(graph, 1), network(graph, 1);
  auto weights = network.state();
  const std::string name = weights.begin()->first;
  double wanted = weights.at(name).values[0];
  for (int step = 0; step < 40; ++step) {
    const auto value = static_cast<float>(step % 7);
    weights.at(name).values[0] = value;
    network.set_state(weights);
    average_weights(average, network, 0.75, step);
    // (1 + step) / (10 + step) reaches 0.75 at step 26.
    const double kept = step < 26 ? (1.0 + step) / (10 + step) : 0.75;
    wanted = kept * wanted + (1 - kept) * value;
    ck_assert_double_eq_tol(average.state().at(name).values[0], wanted, 1e-4);
  }
}
END_TEST

START_TEST(test_a_stopped_run_resumes_to_the_same_weights) {
  const TempFolder folder;
  draw_pictures(folder, 6, 64);
  TrainConfig config = load_config(small_preset(folder, ""), {});
  config.data_root = folder.path();
  for (const char* name : {"whole", "stopped"}) {
    std::filesystem::create_directories(folder.path() / name);
  }
  const std::atomic<bool> go_on{false};
  Trainer(config, folder.path() / "whole", ignore, ignore).run(go_on);
  std::atomic<bool> stop{false};
  Trainer stopped(config, folder.path() / "stopped", ignore,
                  [&stop](LogLevel, std::string_view) { stop = true; });
  const TrainResult first = stopped.run(stop);
  const TrainResult second = Trainer(config, folder.path() / "stopped", ignore, ignore).run(go_on);
  ck_assert(second.finished);
  ck_assert_int_eq(second.step, config.steps);
  ck_assert_int_le(first.step, second.step);
  ck_assert(equal(weights_of(folder.path() / "whole"), weights_of(folder.path() / "stopped")));
}
END_TEST

START_TEST(test_threads_share_a_batch_without_changing_it) {
  const TempFolder folder;
  draw_pictures(folder, 6, 64);
  const std::atomic<bool> stop{false};
  const auto trained = [&](const std::string& name, int threads) {
    TrainConfig config =
        load_config(small_preset(folder, ""), {"training.steps=5", "training.report_interval=5",
                                               "training.threads=" + std::to_string(threads)});
    config.data_root = folder.path();
    std::filesystem::create_directories(folder.path() / name);
    Trainer(config, folder.path() / name, ignore, ignore).run(stop);
    return weights_of(folder.path() / name);
  };
  const auto one = trained("1", 1);
  const auto three = trained("3", 3);
  ck_assert(equal(three, trained("3-again", 3)));
  for (const auto& [name, tensor] : one) {
    for (std::size_t i = 0; i < tensor.values.size(); ++i) {
      ck_assert_double_eq_tol(tensor.values[i], three.at(name).values[i], 2e-3);
    }
  }
}
END_TEST

START_TEST(test_bad_usage_and_bad_presets_are_told) {
  const TempFolder folder;
  draw_pictures(folder, 4, 64);
  const std::string preset = small_preset(folder, "");
  const std::string data = " --data " + folder.path().string();
  const std::string out = " --out " + (folder.path() / "run").string();
  const std::string train = std::string(kTrain) + " ";
  ck_assert_int_eq(run(train + "--help"), 0);
  ck_assert_int_eq(run(train), 2);
  ck_assert_int_eq(run(train + "--no-such-option"), 2);
  ck_assert_int_eq(run(train + preset + " --resume x"), 2);
  ck_assert_int_eq(run(train + preset + data + out + " --set training.stepz=3"), 2);
  ck_assert_int_eq(run(train + preset + data + out + " --set training.steps=-3"), 2);
  ck_assert_int_eq(run(train + preset + data + out + " --set architecture=resnet"), 1);
  ck_assert_int_eq(run(train + preset + data + out + " --set training.device=warp"), 1);
  ck_assert_int_eq(run(train + (folder.path() / "none.toml").string() + data + out), 1);
  ck_assert_int_eq(run(train + preset + " --data /nowhere" + out), 1);
  ck_assert(!std::filesystem::exists(folder.path() / "run" / "config.toml"));
  write_file(folder / "broken.toml", "architecture = = 3\n");
  ck_assert_int_eq(run(train + (folder.path() / "broken.toml").string() + data + out), 2);
  ck_assert_int_eq(run(train + preset + data + out + " --set training.steps=5"), 0);
  ck_assert_int_eq(run(train + preset + data + out), 2);
  ck_assert_int_eq(run(train + "--resume " + (folder.path() / "nothing").string()), 1);
}
END_TEST

START_TEST(test_a_full_disk_keeps_the_last_checkpoint) {
  if (access("/dev/full", W_OK) != 0) skip_test("this system has no /dev/full");
  const TempFolder folder;
  draw_pictures(folder, 4, 64);
  TrainConfig config = load_config(small_preset(folder, ""), {"training.steps=20"});
  config.data_root = folder.path();
  std::filesystem::create_directories(folder.path() / "run");
  const std::atomic<bool> stop{false};
  Trainer(config, folder.path() / "run", ignore, ignore).run(stop);
  const std::string before = read_file(folder.path() / "run/checkpoint/state.safetensors");
  config.steps = 40;
  std::filesystem::create_symlink("/dev/full",
                                  folder.path() / "run/checkpoint/state.safetensors.partial");
  Trainer trainer(config, folder.path() / "run", ignore, ignore);
  DAE_ASSERT_ERROR(trainer.run(stop), unreadable);
  ck_assert(read_file(folder.path() / "run/checkpoint/state.safetensors") == before);
}
END_TEST

START_TEST(test_a_configuration_survives_its_own_toml) {
  const TempFolder folder;
  const TrainConfig config = load_config(
      small_preset(folder, ""), {"data.limit=7", "samples.gray_share=0.5", "training.loss=l1",
                                 "settings.slope=0.25", "licence=free for all", "training.ema=0.99",
                                 "samples.level_error=0.1", "training.device=cuda:1"});
  ck_assert_int_eq(config.limit, 7);
  ck_assert(config.loss == Loss::l1);
  ck_assert(config.licence == "free for all");
  write_file(folder / "again.toml", to_toml(config));
  const TrainConfig again = load_config(folder / "again.toml", {});
  ck_assert(to_toml(config) == to_toml(again));
  ck_assert_double_eq(again.samples.gray_share, 0.5);
  ck_assert_double_eq(again.samples.level_error, 0.1);
  ck_assert_double_eq(again.ema, 0.99);
  ck_assert(again.settings == config.settings);
  ck_assert(again.device == "cuda:1");
}
END_TEST

START_TEST(test_camera_noise_has_keys_of_its_own) {
  const TempFolder folder;
  std::string preset = read_file(small_preset(folder, ""));
  const std::string more =
      "model = \"camera\"\ncompressed_share = 0.25\nblurred_share = 0.5\n"
      "coarse_share = 0.75\none_level_share = 0.6\nlevel_error = 0.4\nmin_level";
  preset.replace(preset.find("min_level"), 9, more);
  write_file(folder / "camera.toml", preset);
  const TrainConfig config = load_config(folder / "camera.toml", {});
  write_file(folder / "again.toml", to_toml(config));
  const TrainConfig again = load_config(folder / "again.toml", {});
  ck_assert(to_toml(config) == to_toml(again));
  const auto& camera = std::get<CameraNoise>(again.samples.noise[0].kind);
  ck_assert_double_eq(camera.compressed_share, 0.25);
  ck_assert_double_eq(camera.blurred_share, 0.5);
  ck_assert_double_eq(camera.coarse_share, 0.75);
  ck_assert_double_eq(camera.one_level_share, 0.6);
  ck_assert_double_eq(camera.level_error, 0.4);
  preset.replace(preset.find("\"camera\""), 8, "\"gaussian\"");
  write_file(folder / "gaussian.toml", preset);
  DAE_ASSERT_ERROR(load_config(folder / "gaussian.toml", {}), bad_argument);
}
END_TEST

START_TEST(test_schedule_warms_up_and_falls_to_zero) {
  ck_assert_double_eq_tol(cosine_rate(0, 1000, 100, 2.0), 0.02, 1e-12);
  ck_assert_double_eq_tol(cosine_rate(99, 1000, 100, 2.0), 2.0, 1e-12);
  ck_assert_double_eq_tol(cosine_rate(550, 1000, 100, 2.0), 1.0, 1e-12);
  ck_assert_double_lt(cosine_rate(999, 1000, 100, 2.0), 1e-4);
  ck_assert_double_eq_tol(constant_rate(0, 100, 2.0), 0.02, 1e-12);
  ck_assert_double_eq_tol(constant_rate(999, 0, 2.0), 2.0, 1e-12);
}
END_TEST

START_TEST(test_losses_are_their_formulas) {
  const torch::Tensor out = torch::tensor({1.f, 2.f, 0.f, 0.f}).view({2, 2, 1, 1});
  const torch::Tensor target = torch::tensor({0.f, 0.f, 0.5f, 0.5f}).view({2, 2, 1, 1});
  ck_assert_double_eq_tol(loss_of(out, target, Loss::mse).item<double>(), (2.5 + 0.25) / 2, 1e-6);
  ck_assert_double_eq_tol(loss_of(out, target, Loss::l1).item<double>(), 1.0, 1e-6);
  ck_assert_double_eq_tol(loss_of(out, target, Loss::psnr).item<double>(),
                          (std::log(2.5) + std::log(0.25)) / 2, 1e-5);
  ck_assert_double_eq_tol(mean_psnr(squared_error(out, target)),
                          -5 * (std::log10(2.5) + std::log10(0.25)), 1e-5);
}
END_TEST

int main() {
  return run_suite(
      "trainer",
      {test_training_overfits_a_small_set, test_the_paper_architecture_trains,
       test_epochs_are_counted_and_the_lowest_validation_loss_is_kept, test_adam_is_that_of_torch,
       test_muon_turns_kernels_and_leaves_the_rest_to_adam,
       test_a_killed_run_resumes_to_the_same_weights, test_a_killed_run_resumes_to_the_same_average,
       test_the_average_is_what_counts, test_the_average_forgets_as_told,
       test_a_stopped_run_resumes_to_the_same_weights,
       test_threads_share_a_batch_without_changing_it, test_bad_usage_and_bad_presets_are_told,
       test_a_full_disk_keeps_the_last_checkpoint, test_a_configuration_survives_its_own_toml,
       test_camera_noise_has_keys_of_its_own, test_schedule_warms_up_and_falls_to_zero,
       test_losses_are_their_formulas},
      240);
}
