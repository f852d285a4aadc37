# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the text of docs/paper.md from run folders and from the tables of denoiseae-eval."""

import csv
import pathlib
import tomllib

import text


# The names of the two networks in tables and figures.
PAPER = "paper's network"
UNET = "U-Net"


class ReportError(Exception):
    pass


class Run:
    """A run folder of denoiseae-train that was trained by epochs."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        try:
            with open(self.folder / "config.toml", "rb") as file:
                self.config = tomllib.load(file)
            with open(self.folder / "metrics.csv", newline="") as file:
                rows = list(csv.DictReader(file))
        except OSError as error:
            raise ReportError(f"{error.filename} is missing: not a run folder") from error
        if rows and "epoch" not in rows[0]:
            raise ReportError(f"{self.folder} was not trained by epochs")
        self.training = [float(row["training_loss"]) for row in rows]
        self.validation = [float(row["validation_loss"]) for row in rows]

    def epochs(self):
        return len(self.validation)

    def finished(self):
        return self.epochs() >= self.config["training"]["epochs"]

    def best_epoch(self):
        return self.validation.index(min(self.validation)) + 1

    def losses_at(self, epoch):
        """Returns training and validation loss after an epoch, or after the last where there are
        fewer."""
        i = min(epoch, self.epochs()) - 1
        return self.training[i], self.validation[i]


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


# Each row is a title, a run, the epoch to compare at, and the paper's losses at that epoch:
# training, validation.
LOSSES = [
    ("MNIST, x + 0.5 N(0,1)", "paper-mnist", 25, 0.0088, 0.0095),
    ("MNIST, x + 0.3 N(0,1)", "paper-mnist-0.3", 25, 0.0088, 0.0095),
    ("MNIST, x + N(0.5, 0.5)", "paper-mnist-offset", 25, 0.0088, 0.0095),
    ("Fashion-MNIST, x + 0.5 N(0,1)", "paper-fashion-mnist", 25, 0.0209, 0.0235),
    ("Fashion-MNIST, x + 0.5 N(0,1)", "paper-fashion-mnist", 50, 0.0193, 0.0262),
    ("FER-2013 disgust, split after copying", "paper-fer2013-after", 50, 0.0022, 0.0022),
    ("FER-2013 disgust, split before copying", "paper-fer2013", 50, None, None),
    ("Chest radiographs (the paper: VinBigData)", "paper-chest-xray", 50, 0.0038, 0.0054),
]


def loss_table(runs):
    rows = []
    shown = set()
    for title, name, epoch, training, validation in LOSSES:
        run = runs[name]
        at = min(epoch, run.epochs())
        if (name, at) in shown:
            continue
        shown.add((name, at))
        ours = run.losses_at(at)
        number = lambda x: "" if x is None else f"{x:.4f}"
        rows.append([title, str(epoch), number(training), number(validation), str(at),
                     number(ours[0]), number(ours[1]),
                     f"{min(run.validation):.4f} ({run.best_epoch()})"])
    return table(["Set and noise", "Epochs, paper", "Training", "Validation", "Epochs, here",
                  "Training", "Validation", "Lowest validation (epoch)"], rows)


def methods_of(rows):
    """Returns the methods in the order of the table."""
    return list(dict.fromkeys(row["method"] for row in rows))


def summary(rows):
    """Returns the rows that sum up. Those of one kind of noise also have the mean squared error of
    pictures in 0 ... 1."""
    errors = {}
    for row in rows:
        if row["picture"] != "mean" and row["noise"] not in ("mean", "worst"):
            key = row["method"], row["noise"]
            errors.setdefault(key, []).append(10 ** (-float(row["psnr"]) / 10))
    result = []
    for row in rows:
        if row["picture"] == "mean" or row["noise"] == "worst":
            mine = errors.get((row["method"], row["noise"]))
            result.append({**row, "mse": sum(mine) / len(mine) if mine else None})
    return result


def quality(row):
    return f"{float(row['psnr']):.2f} / {float(row['ssim']):.3f} / {row['mse']:.4f}"


def same_noise_table(measured, noise):
    """Lists PSNR, SSIM and mean squared error at the noise that the networks were trained for."""
    rows = []
    for method in methods_of(next(iter(measured.values()))):
        row = [method]
        for set_name, lines in measured.items():
            row.append(quality(next(l for l in lines if l["method"] == method
                                    and l["noise"] == noise[set_name])))
        rows.append(row)
    return table(["PSNR in dB / SSIM / MSE", *(text.TITLES[s] for s in measured)], rows)


def consistency_table(lines):
    """Lists mean and worst over all kinds of noise, per method."""
    rows = []
    for method in methods_of(lines):
        mine = [l for l in lines if l["method"] == method]
        mean = next(l for l in mine if l["noise"] == "mean")
        worst = next(l for l in mine if l["noise"] == "worst")
        rows.append([method, f"{float(mean['psnr']):.2f}", f"{float(worst['psnr']):.2f}",
                     worst["picture"]])
    return table(["Method", "Mean PSNR, dB", "Worst PSNR, dB", "on"], rows)


def gains(measured, noise):
    """Returns by how many dB the U-Net is better than the paper's network, by set."""
    result = {}
    for set_name, lines in measured.items():
        psnr = {l["method"]: float(l["psnr"]) for l in lines if l["noise"] == noise[set_name]}
        result[set_name] = psnr[UNET] - psnr[PAPER]
    return result


def page(runs, measured, noise, limit):
    parts = [text.INTRODUCTION, text.LOSSES, loss_table(runs), text.after_losses(runs)]
    for name in runs:
        if name.startswith("paper-"):
            parts.append(f"![loss by epoch of {name}](paper/loss-{name}.svg)\n")
    parts += [text.QUALITY.format(limit=limit), same_noise_table(measured, noise),
              text.gains(gains(measured, noise))]
    parts.append(text.CONSISTENCY)
    for set_name, lines in measured.items():
        parts += [f"{text.TITLES[set_name]}:\n", consistency_table(lines)]
    parts.append(text.SAMPLES)
    for set_name in measured:
        parts.append(f"{text.TITLES[set_name]}:\n\n"
                     f"![samples of {set_name}](paper/samples-{set_name}.png)\n")
    parts += [text.TILES, text.DIFFERENCES]
    return "\n".join(parts)
