# SPDX-License-Identifier: LGPL-2.1-or-later
"""Draws plots of docs/performance.md by gnuplot."""

import subprocess


class PlotError(Exception):
    pass


HEADER = """set terminal svg size 760,460 background '#ffffff' font 'sans,13'
set grid
set key outside top center horizontal noenhanced
set datafile separator ','
"""


def block(number, points):
    """Returns data that a script calls $d and the number. points: x, y and a label."""
    lines = [f'{x:.6g},{y:.6g},"{label}"' for x, y, label in points]
    return "\n".join([f"$d{number} << EOD", *lines, "EOD"]) + "\n"


def quality_script(quality, groups):
    """Returns a plot of the PSNR by the time of a frame. groups: milliseconds by the name of a model or
    filter, by the title of the group. Those of the first and of the last one have their name beside
    them. Names without a PSNR are left out."""
    kept = {title: [(ms, quality[name], name) for name, ms in times.items() if name in quality]
            for title, times in groups.items()}
    kept = {title: points for title, points in kept.items() if points}
    script = HEADER + "set logscale x\nset xlabel 'ms a frame of 1280x720, one thread'\n"
    script += "set ylabel 'PSNR, dB'\nset autoscale noextend\n"
    script += "set offsets graph 0.1, graph 0.1, graph 0.1, graph 0.05\n"
    plots, named = [], (next(iter(groups)), list(groups)[-1])
    for number, (title, points) in enumerate(kept.items()):
        script += block(number, points)
        style = "points" if title == named[1] else "linespoints"
        plots.append(f"$d{number} using 1:2 with {style} linecolor {number + 1} pointtype 7 title '{title}'")
        if title in named:
            plots.append(f"$d{number} using 1:2:3 with labels center offset 0,1 noenhanced notitle")
    return script + "plot " + ", \\\n  ".join(plots) + "\n" if plots else ""


def threads_script(curves):
    """Returns a plot of the time of a frame by the threads. curves: pairs of both by the title."""
    script = HEADER + "set logscale x 2\nset yrange [0:*]\nset xlabel 'threads'\n"
    script += "set ylabel 'ms a frame of 1280x720'\nset offsets graph 0.05, graph 0.05, 0, 0\n"
    numbers = sorted({x for points in curves.values() for x, _ in points})
    script += "set xtics (" + ", ".join(map(str, numbers)) + ")\n"
    plots = []
    for number, (title, points) in enumerate(curves.items()):
        script += block(number, [(x, y, "") for x, y in points])
        plots.append(f"$d{number} using 1:2 with linespoints linewidth 2 pointtype 7 title '{title}'")
    return script + "plot " + ", \\\n  ".join(plots) + "\n" if plots else ""


def draw(script, path):
    """Draws a plot as SVG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(["gnuplot"], input=script, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except FileNotFoundError as error:
        raise PlotError("gnuplot is missing; install gnuplot-nox") from error
    if done.returncode != 0 or not done.stdout:
        raise PlotError(f"gnuplot failed:\n{done.stderr}")
    path.write_text(done.stdout, encoding="utf-8")
