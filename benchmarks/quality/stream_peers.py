# SPDX-License-Identifier: LGPL-2.1-or-later
"""FFmpeg's and OpenCV's filters on streams, each at its best setting for each clip. The best is chosen
on the very frames that are measured, which favours the filters."""

import concurrent.futures
import dataclasses
import os
import typing

import cv2
import numpy

import encoders
import yuv


@dataclasses.dataclass(frozen=True)
class Peer:
    axes: dict  # the values of each parameter, in the order of their strength
    run: typing.Callable  # frames and values -> frames


def ffmpeg(graph):
    return lambda frames, *values: encoders.filtered(frames, graph(*values))


def bm3d(sigma, steps):
    """Returns a graph. Each block is filtered for itself: groups of 8 blocks take ten times as long, and
    hardly denoise (28.7 dB against 36.5 dB on foreman with noise of 10, at the best of many settings).
    The best sigma is about four times the deviation of the noise."""
    one = f"bm3d=sigma={sigma}:bstep=4:group=1:range=8:mstep=2:planes=1"
    if steps == 1:
        return f"{one}:estim=basic"
    return f"split[a][b];[a]{one}:estim=basic[r];[b][r]{one}:estim=final:ref=1"


def nlmeans_multi(frames, strength, window):
    """Denoises luma by OpenCV. Frames before the first and after the last are mirrored."""
    past = window // 2
    planes = [numpy.ascontiguousarray(yuv.luma(frame)) for frame in frames]
    planes = planes[past:0:-1] + planes + planes[-2:-2 - past:-1]
    made = [cv2.fastNlMeansDenoisingMulti(planes, past + number, window, None, strength, 7, 21)
            for number in range(len(frames))]
    return [yuv.joined(plane, yuv.chroma(frame)) for plane, frame in zip(made, frames)]


PEERS = {
    "hqdn3d": Peer({"strength": (1, 2, 3, 4, 6, 9, 14, 20, 30), "in time": (0, 3, 6, 12, 20, 30)},
                   ffmpeg(lambda s, t: f"hqdn3d={s}:{s}:{t}:{t}")),
    "nlmeans": Peer({"strength": (1, 1.5, 2.5, 4, 6, 9, 13, 18)},
                    ffmpeg(lambda s: f"nlmeans=s={s}:p=5:r=11")),
    "bm3d": Peer({"sigma": (6, 9, 13, 18, 26, 40, 60, 90), "steps": (1, 2)},
                 ffmpeg(bm3d)),
    "atadenoise": Peer({"threshold": (0.01, 0.02, 0.04, 0.08, 0.15, 0.3), "times": (1, 2, 4, 8)},
                       ffmpeg(lambda a, b: "atadenoise=" + ":".join(
                           f"{plane}a={a}:{plane}b={a * b}" for plane in range(3)))),
    "fftdnoiz": Peer({"sigma": (2, 4, 6, 9, 13, 18, 26, 40, 60, 90)},
                     ffmpeg(lambda s: f"fftdnoiz=sigma={s}:prev=1:next=1:planes=1")),
    "fastNlMeansDenoisingMulti": Peer({"strength": (1, 2, 3, 4, 6, 8, 11, 15, 20, 27),
                                       "frames": (3, 5)}, nlmeans_multi),
}


def climbed(sizes, score):
    """Returns the place with the best score in a grid, as an index for each axis. It starts in the
    middle, and goes to a better neighbour as long as there is one."""
    known = {}

    def value(place):
        if place not in known:
            known[place] = score(place)
        return known[place]

    place = tuple(size // 2 for size in sizes)
    while True:
        better = place
        for axis, size in enumerate(sizes):
            for step in (-1, 1):
                index = better[axis] + step
                near = better[:axis] + (index,) + better[axis + 1:]
                if 0 <= index < size and value(near) > value(better):
                    better = near
        if better == place:
            return place
        place = better


def best(peer, scene, sample):
    """Returns the mean PSNR on a scene and the setting, which is the best on the sample."""
    axes = list(peer.axes.values())

    def psnr(judged, place):
        made = peer.run(judged.noisy, *(axis[i] for axis, i in zip(axes, place)))
        return float(numpy.mean(judged.psnr(made)))

    place = climbed([len(axis) for axis in axes], lambda place: psnr(sample, place))
    setting = ", ".join(f"{name} {axis[i]}" for (name, axis), i in zip(peer.axes.items(), place))
    return psnr(scene, place), setting


def best_of_all(wanted, scene, sample):
    """Yields name, PSNR and setting for each filter. wanted: the filters by name."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(best, peer, scene, sample): name for name, peer in wanted.items()}
        for done in concurrent.futures.as_completed(running):
            yield running[done], *done.result()
