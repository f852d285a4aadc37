# SPDX-License-Identifier: LGPL-2.1-or-later
"""FFmpeg's filters, each at the best of a grid of settings. The best is chosen on the very pictures
that are measured, which favours the filters."""

import pathlib
import subprocess
import tempfile

import numpy

import scenes


def hqdn3d(temporal):
    """Yields settings. temporal: the strengths to try; only 0 for pictures that are no stream."""
    for spatial in (1, 2, 4, 6, 9, 14, 20, 30):
        for time in temporal:
            yield f"{spatial}, in time {time}", f"hqdn3d={spatial}:{spatial}:{time}:{time}"


def nlmeans():
    for strength in (1.5, 2.5, 4, 6, 9):
        yield f"{strength}", f"nlmeans=s={strength}:p=5:r=11"


def bm3d(groups):
    """Yields settings. groups: the highest numbers of blocks that are filtered together. More than 1
    makes the filter search for blocks, which takes minutes."""
    for group in groups:
        for sigma in (1.5, 3, 5, 8, 12, 18, 26, 38):
            one = f"bm3d=sigma={sigma}:bstep=4:group={group}:range=8:mstep=2:thmse=200"
            yield f"{sigma}, blocks {group}", f"{one}:estim=basic"
            yield (f"{sigma}, blocks {group}, two steps",
                   f"split[a][b];[a]{one}:estim=basic[r];[b][r]{one}:estim=final:ref=1")


def grids(is_stream, short):
    return {"hqdn3d": hqdn3d((0, 3, 8, 20) if is_stream else (0,)), "nlmeans": nlmeans(),
            "bm3d": bm3d((1,) if short else (1, 8))}


def filtered(frames, graph):
    """Sends BGR frames through a filter graph, which sees them as YUV 4:4:4."""
    height, width = frames.shape[1:3]
    raw = ["-f", "rawvideo", "-pix_fmt", "bgr24"]
    with tempfile.TemporaryDirectory() as name:
        before, after = pathlib.Path(name) / "in", pathlib.Path(name) / "out"
        frames.tofile(before)
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *raw, "-s", f"{width}x{height}",
                        "-r", "25", "-i", before, "-lavfi", f"format=yuv444p,{graph}", *raw, after],
                       check=True)
        result = numpy.fromfile(after, numpy.uint8)
    return result.reshape(frames.shape)


def best(clean, noisy, is_stream, short):
    """Returns the best mean PSNR of each filter, and its setting, by the name of the filter."""
    results = {}
    for name, grid in grids(is_stream, short).items():
        tried = []
        for setting, graph in grid:
            made = filtered(noisy, graph)
            tried.append((numpy.mean([scenes.psnr(a, b) for a, b in zip(clean, made)]), setting))
        results[name] = max(tried)
    return results
