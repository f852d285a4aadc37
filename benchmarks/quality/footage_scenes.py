# SPDX-License-Identifier: LGPL-2.1-or-later
"""THE table of scenes: what editors, decoders and cameras make of a clip. Each is made from the clean
frames of a clip, in I420, with noise of fixed seeds."""

import dataclasses
import typing

import cv2
import numpy

import yuv
from yuv import chroma, codes, luma

SIGMA = 15
SETTLED = 4  # the first frame that counts
WORDS = ("a quick brown fox jumps over the lazy dog while frames of video pass by in real time "
         "0123456789").split()


@dataclasses.dataclass(frozen=True)
class Undisturbed:
    """The frames of the clip without what makes the scene. index: for each frame of the scene, the
    frame here that shows the same."""

    clean: list
    noisy: list
    index: list


@dataclasses.dataclass(frozen=True)
class Scene:
    clean: list
    noisy: list
    rows: slice = dataclasses.field(default_factory=lambda: slice(None))  # rows of luma that count
    frames: slice = dataclasses.field(default_factory=lambda: slice(SETTLED, None))  # that count
    without: Undisturbed | None = None

    def psnr(self, made):
        """Returns the luma PSNR of each frame that counts."""
        return [yuv.psnr(luma(clean)[self.rows], luma(other)[self.rows])
                for clean, other in list(zip(self.clean, made))[self.frames]]

    def psnr_without(self, made):
        """Returns the same of the frames without what makes the scene."""
        return [yuv.psnr(luma(self.without.clean[i])[self.rows], luma(made[i])[self.rows])
                for i in self.without.index[self.frames]]

    def shift(self, made):
        """Returns the largest error of the mean brightness of a frame that counts, in codes."""
        return max(abs(float(luma(other)[self.rows].mean() - luma(clean)[self.rows].mean()))
                   for clean, other in list(zip(self.clean, made))[self.frames])


def with_noise(frames, sigma, seed=7):
    random = numpy.random.default_rng(seed)
    return [codes(frame + random.normal(0, sigma, frame.shape)) for frame in frames]


def same_frames(frames):
    return Undisturbed(frames, with_noise(frames, SIGMA), list(range(len(frames))))


def with_luma(frame, values):
    return yuv.joined(codes(values), chroma(frame))


def plain(frames):
    return Scene(frames, with_noise(frames, SIGMA))


def with_bars(frame, rows):
    frame = frame.copy()
    luma(frame)[:rows] = luma(frame)[-rows:] = 16
    chroma(frame)[:, :rows // 2] = chroma(frame)[:, -(rows // 2):] = 128
    return frame


def bars(frames):
    height = luma(frames[0]).shape[0]
    rows = height // 8 // 4 * 4
    without = same_frames(frames)
    return Scene([with_bars(frame, rows) for frame in frames],
                 [with_bars(frame, rows) for frame in without.noisy],
                 rows=slice(rows, height - rows), without=without)


def noise_in_lower_half(frames):
    height = luma(frames[0]).shape[0]
    noisy = with_noise(frames, SIGMA)
    for frame, clean in zip(noisy, frames):
        luma(frame)[:height // 2] = luma(clean)[:height // 2]
        chroma(frame)[:, :height // 4] = chroma(clean)[:, :height // 4]
    return noisy


def lower_half(frames):
    height = luma(frames[0]).shape[0]
    return Scene(frames, noise_in_lower_half(frames), rows=slice(height // 2, height),
                 without=same_frames(frames))


def clean_half(frames):
    height = luma(frames[0]).shape[0]
    return Scene(frames, noise_in_lower_half(frames), rows=slice(0, height // 2 - 16))


def noise_jump(frames):
    """The first frame after the jump does not count."""
    jump = len(frames) // 2
    return Scene(frames, with_noise(frames[:jump], 4) + with_noise(frames[jump:], 20, 5),
                 frames=slice(jump + 1, jump + 6))


def twice(frames):
    noisy = with_noise(frames, SIGMA)
    each = [number // 2 for number in range(len(frames))]
    distinct = range(max(each) + 1)
    return Scene([frames[i] for i in each], [noisy[i] for i in each],
                 without=Undisturbed([frames[i] for i in distinct], [noisy[i] for i in distinct],
                                     each))


def fade(frames):
    dim = []
    for number, frame in enumerate(frames):
        share = 1 - number / len(frames)
        dim.append(yuv.joined(codes(16 + (luma(frame).astype(float) - 16) * share),
                              codes(128 + (chroma(frame).astype(float) - 128) * share)))
    return Scene(dim, with_noise(dim, 8))


def flash(frames):
    """The two frames after the flash count."""
    lit = list(frames)
    middle = len(frames) // 2
    lit[middle] = with_luma(frames[middle], luma(frames[middle]).astype(float) * 0.5 + 118)
    return Scene(lit, with_noise(lit, SIGMA), frames=slice(middle + 1, middle + 3),
                 without=same_frames(frames))


def lamp(frames):
    """Rolling bands of a lamp at 50 Hz in a camera at 30 frames per second."""
    height = luma(frames[0]).shape[0]
    rows = numpy.arange(height)[:, None]
    lit = [with_luma(frame, luma(frame) * (1 + 0.08 * numpy.sin(
        2 * numpy.pi * (rows / height * 1.5 + number * 100 / 30))))
           for number, frame in enumerate(frames)]
    return Scene(lit, with_noise(lit, SIGMA), without=same_frames(frames))


def row_noise(frames):
    random = numpy.random.default_rng(3)
    return Scene(frames, [with_luma(frame, luma(frame).astype(float) +
                                    random.normal(0, 4, (luma(frame).shape[0], 1)))
                          for frame in with_noise(frames, 6)])


def photon_noise(frames):
    random = numpy.random.default_rng(5)
    return Scene(frames, [codes(frame + random.normal(0, 1, frame.shape) *
                                numpy.sqrt(1 + frame.astype(float) * 1.2)) for frame in frames])


def clean(frames):
    return Scene(frames, frames)


def text(frames):
    """An antialiased page that scrolls. Only its size comes from the clip."""
    random = numpy.random.default_rng(3)
    height, width = luma(frames[0]).shape
    font, size = cv2.FONT_HERSHEY_SIMPLEX, 0.45
    page = numpy.full((height + 3 * len(frames) + 8, width, 3), 245, numpy.uint8)
    for y in range(16, page.shape[0], 18):
        x = 6
        while x < width - 60:
            word = WORDS[random.integers(len(WORDS))]
            cv2.putText(page, word, (x, y), font, size, (30, 30, 30), 1, cv2.LINE_AA)
            x += cv2.getTextSize(word, font, size, 1)[0][0] + 8
    shown = [yuv.from_bgr(numpy.ascontiguousarray(page[3 * i:3 * i + height]))
             for i in range(len(frames))]
    return Scene(shown, shown)


@dataclasses.dataclass(frozen=True)
class Recipe:
    make: typing.Callable  # the clean frames of a clip -> Scene
    told: float  # the level to compare with; 0: there is no noise
    has_without: bool = False  # whether the scene has "without"


SCENES = {
    "plain": Recipe(plain, SIGMA),
    "black bars": Recipe(bars, SIGMA, True),
    "noise in the lower half": Recipe(lower_half, SIGMA, True),
    "its clean upper half": Recipe(clean_half, SIGMA),
    "noise jumps from 4 to 20": Recipe(noise_jump, 20),
    "every frame twice": Recipe(twice, SIGMA, True),
    "fade to black": Recipe(fade, 8),
    "after a flash": Recipe(flash, SIGMA, True),
    "rolling lamp": Recipe(lamp, SIGMA, True),
    "noise of rows": Recipe(row_noise, 7),
    "photon noise": Recipe(photon_noise, 12),
    "clean": Recipe(clean, 0),
    "scrolling text": Recipe(text, 0),
}
