# SPDX-License-Identifier: LGPL-2.1-or-later
"""The text of docs/performance.md."""

import os
import pathlib
import platform
import re
import subprocess

import ffmpeg_filters
import levels
import plots
import quality_figures
import targets
import threads
import verdicts

FOLDER = "performance"  # folder of the pictures, beside the page

INTRODUCTION = """# Speed

This page is written by

    ./dev bench --before

on a machine that does nothing else. benchmarks/README.md says what the command measures with which program.

- Frames are moving and noisy, 1280x720 in I420, and the noise level is estimated. Times are medians.
- A level is a set of instructions that `DENOISEAE_MAX_ISA` names. The command measures a precision at the
  levels that have instructions of their own for it, and at the highest, where an int8 network has its first
  convolutions in bfloat16, too.
- The peak is that of multiply-accumulates in registers, in one thread (`denoiseae-bench-peak`).
- Before is commit {before}, whose engine was oneDNN. `DNNL_MAX_CPU_ISA` holds oneDNN to a level, but not the
  kernels that the commit had besides.
- The time of FFmpeg's filters is that of the processor, without reading the frames.
- No machine with NEON was at hand. Its figures are counts of instructions: those of the innermost loops in the
  disassembly, and those that an emulator ran. They say nothing of time.
"""

SHORT = """These are the figures of `--short`: of few frames, and no measurement to go by.
"""


def machine():
    """Returns the name of the processor and how many this process may use."""
    info = pathlib.Path("/proc/cpuinfo")
    text = info.read_text(encoding="utf-8") if info.exists() else ""
    found = re.search(r"^model name\s*:\s*(.*)$", text, re.MULTILINE)
    name = found.group(1) if found else platform.machine()
    return f"{name}, {len(os.sched_getaffinity(0))} processors"


def commit(root):
    """Returns the commit of a tree, and whether the tree has changes beside this page."""
    def git(*words):
        return subprocess.run(["git", "-C", root, *words], stdout=subprocess.PIPE, text=True,
                              check=False).stdout.strip()

    changes = git("status", "--porcelain", "--untracked-files=no", "--", ".",
                  f":(exclude)docs/{FOLDER}", f":(exclude)docs/{FOLDER}.md")
    return (git("rev-parse", "--short=10", "HEAD") or "unknown") + (", changed" if changes else "")


def table(header, lines):
    texts = ["| " + " | ".join(line) + " |" for line in (header, *lines)]
    return "\n".join([texts[0], "|" + "---|" * len(header), *texts[1:]]) + "\n"


def peaks_table(lines):
    peaks = levels.Levels.of(lines).peaks
    cells = [[level, *(f"{peaks[level, precision]:.0f}" if (level, precision) in peaks else ""
                       for precision in targets.PRECISIONS)]
             for level in levels.Levels.of(lines).names]
    return table(["level", *targets.PRECISIONS], cells)


def frames_table(lines):
    """Lists each frame that was measured."""
    cells = [[line["model"], line["precision"], line["level"] or "all",
              line["tree"], str(line["asked_threads"]),
              f"{line['median_ms']:.1f}", f"{line['frames_per_s']:.1f}"]
             for line in levels.select(lines, "frame")]
    order = {model: number for number, model in enumerate(targets.MODELS)}
    cells.sort(key=lambda cell: (order.get(cell[0], 9), cell[1], cell[3] != "this", cell[2], int(cell[4])))
    return table(["model", "precision", "level", "tree", "threads", "ms", "frames a second"], cells)


def pictures(folder, lines, quality_page):
    """Draws the plots that the measurement allows, and yields their parts of the page."""
    name, quality = quality_figures.read(quality_page)
    script = plots.quality_script(quality, ffmpeg_filters.times(lines))
    if script:
        plots.draw(script, folder / "quality.svg")
        yield (f"## Quality against time\n\nThe PSNR is that of {name} in [quality.md](quality.md), where "
               "filters have the best of many settings.\n\n"
               f"![PSNR by the time of a frame]({FOLDER}/quality.svg)\n")
    script = plots.threads_script(threads.curves(lines))
    if script:
        plots.draw(script, folder / "threads.svg")
        yield f"## Time by threads\n\n![Time of a frame by threads]({FOLDER}/threads.svg)\n"


def text(rows, lines, about, shown, short, before):
    """Returns the page. about: machine and commit. shown: its parts with pictures."""
    lacking = levels.Levels.of(lines).lacking
    parts = [INTRODUCTION.format(before=before)]
    if short:
        parts.append(SHORT)
    parts += [f"{about}. Levels that this processor lacks, and that were skipped: "
              f"{', '.join(lacking) or 'none'}.\n",
              *shown, verdicts.as_markdown(rows, targets.TITLES),
              f"## Peak of one thread, GMAC/s\n\n{peaks_table(lines)}"]
    if levels.select(lines, "frame"):
        parts.append(f"## Frames of 1280x720\n\n{frames_table(lines)}")
    return "\n".join(parts)


def write(root, rows, lines, short, before):
    docs = root / "docs"
    quality_page = (docs / "quality.md").read_text(encoding="ascii")
    shown = list(pictures(docs / FOLDER, lines, quality_page))
    about = f"Measured on {machine()}, commit {commit(root)}"
    (docs / "performance.md").write_text(text(rows, lines, about, shown, short, before),
                                         encoding="ascii")
