# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures the models on what a camera, a decoder or an editor sends, through the element denoiseae."""

import dataclasses
import functools
import pathlib
import subprocess
import sys

import element  # before cv2, as it asks
import camera
import encoders
import figures
import footage_scenes
import scenes
import stream_peers
import targets
import yuv

HERE = pathlib.Path(__file__).resolve().parent
# The files that the inputs depend on, besides the clips.
RECIPES = [HERE / f"{name}.py" for name in ("yuv", "camera", "encoders", "footage_scenes")]
FILTERS = HERE / "stream_peers.py"

FRAMES, LEAST_FRAMES = 16, 6
LEVELS = (2, 3, 4, 5, 6.5, 8, 10, 13, 17, 22, 30)
SHORT_LEVELS = (3, 5, 8, 12, 18, 27)
CENTRE, CENTRE_FRAMES = (288, 208), 8
# Where the best setting of a filter is searched in a short run.
SAMPLE, SAMPLE_FRAMES = (240, 176), 6


@dataclasses.dataclass(frozen=True)
class Clip:
    name: str
    pictures: list  # BGR
    digest: str


def read_clips(data, frames=FRAMES):
    """Returns the clips of video/test that are folders of frames."""
    clips = []
    for folder in sorted((data / "video/test").iterdir()):
        files = sorted(file for file in folder.glob("*") if file.suffix in (".jpg", ".png"))[:frames]
        if len(files) >= LEAST_FRAMES:
            pictures = [yuv.cropped_to_step(scenes.read_picture(file)) for file in files]
            clips.append(Clip(folder.name, pictures, figures.digest(files)))
    return clips


class Take:
    """A scene of one clip. It is made when a figure of it is missing."""

    def __init__(self, title, clip, make):
        self.make = make
        self.clip = clip
        self.key = {"scene": title, "clip": clip.name, "frames": len(clip.pictures),
                    "clip digest": clip.digest, "recipes": recipes()}

    @functools.cached_property
    def scene(self):
        return self.make(self.clip.pictures)


@functools.cache
def recipes():
    return figures.digest(RECIPES)


@functools.cache
def filters():
    return figures.digest([FILTERS])


@functools.cache
def ffmpeg_version():
    done = subprocess.run(["ffmpeg", "-version"], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.split()[2]


def shot_and_coded(pictures, iso, coding, size=None):
    clean, noisy = camera.shot(pictures, iso)
    if size:
        clean, noisy = ([yuv.centre(frame, size) for frame in frames] for frames in (clean, noisy))
    return footage_scenes.Scene(clean, encoders.coded(noisy, coding), frames=slice(None))


def camera_take(clip, iso, coding, size=None):
    title = f"ISO {iso}, {coding}" + (f", {size[0]}x{size[1]}" if size else "")
    take = Take(title, clip, lambda pictures: shot_and_coded(pictures, iso, coding, size))
    take.key["ffmpeg"] = ffmpeg_version()
    return take


def scene_take(clip, title):
    recipe = footage_scenes.SCENES[title]
    return Take(title, clip, lambda pictures: recipe.make([yuv.from_bgr(frame) for frame in pictures]))


def sample_of(scene):
    """Returns a small part of a scene of which everything counts."""
    clean, noisy = ([yuv.centre(frame, SAMPLE) for frame in frames[:SAMPLE_FRAMES]]
                    for frames in (scene.clean, scene.noisy))
    return footage_scenes.Scene(clean, noisy, frames=slice(None))


def mean(values):
    values = list(values)
    return sum(values) / len(values)


class Footage:
    """Measures takes. Figures come from a file where it has them."""

    def __init__(self, options, weights, kept):
        self.short = options.short
        self.settings = {"precision": options.precision}
        self.kept = kept
        self.clips = read_clips(options.data)
        self.weights = weights
        self.models = ["balanced"] if self.short else targets.MODELS
        self.models = [model for model in self.models if weights[model]]
        self.digests = {model: figures.digest([weights[model]]) for model in self.models}
        self.code = figures.digest(element.code_files())

    def figure(self, take, model, what, score, frames=lambda scene: scene.noisy, **settings):
        """Returns score(scene, the frames that the model made)."""
        settings = {**self.settings, **settings}
        key = {**take.key, "what": what, "weights": self.digests[model], "code": self.code,
               "settings": settings}
        settings = {name.replace("_", "-"): value for name, value in settings.items()}
        return self.kept.once(key, lambda: score(take.scene, element.denoised_i420(
            frames(take.scene), {"model": self.weights[model], **settings})))

    def psnr(self, take, model, **settings):
        """Returns the PSNR of each frame that counts."""
        return self.figure(take, model, "psnr", lambda scene, made: scene.psnr(made), **settings)

    def input_psnr(self, take):
        return self.kept.once({**take.key, "what": "psnr of the input"},
                              lambda: take.scene.psnr(take.scene.noisy))

    def peers(self, take):
        """Returns PSNR and setting of each peer."""
        keys = {name: {**take.key, "peer": name, "filters": filters(),
                       "ffmpeg": ffmpeg_version(),
                       "sample": [*SAMPLE, SAMPLE_FRAMES] if self.short else None}
                for name in stream_peers.PEERS}
        missing = {name: stream_peers.PEERS[name] for name, key in keys.items()
                   if not self.kept.has(key)}
        if missing:
            sample = sample_of(take.scene) if self.short else take.scene
            for name, psnr, setting in stream_peers.best_of_all(missing, take.scene, sample):
                self.kept.once(keys[name], lambda found=(psnr, setting): list(found))
        return {name: self.kept.once(key, None) for name, key in keys.items()}

    def camera_row(self, take):
        """Returns the figures of one clip in one cell of the table."""
        row = {"clip": take.clip.name, "input": mean(self.input_psnr(take)), "blind": {}, "told": {},
               "level": {}, "peers": {}}
        for model in self.models:
            row["blind"][model] = mean(self.psnr(take, model))
            told = {level: mean(self.psnr(take, model, noise_level=level))
                    for level in (SHORT_LEVELS if self.short else LEVELS)}
            row["level"][model] = max(told, key=told.get)
            row["told"][model] = told[row["level"][model]]
        if "balanced" in self.models:
            row["peers"] = self.peers(take)
        return row

    def camera(self):
        """Yields ISO, coding, and a row for each clip."""
        isos, codings = targets.SHORT_CAMERA if self.short else targets.CAMERA_CELLS
        for iso in isos:
            for coding in codings:
                rows = []
                for clip in self.clips:
                    print(f"quality: {targets.cell_name(iso, coding)}, {clip.name}", file=sys.stderr)
                    rows.append(self.camera_row(camera_take(clip, iso, coding)))
                yield iso, coding, rows

    def centres(self):
        """Yields ISO, coding and the mean PSNR of balanced in the middle of three clips."""
        if "balanced" not in self.models:
            return
        chosen = [dataclasses.replace(clip, pictures=clip.pictures[:CENTRE_FRAMES])
                  for clip in self.clips if clip.name in targets.CENTRE_CLIPS]
        if len(chosen) < len(targets.CENTRE_CLIPS):
            return
        for iso, coding in targets.CENTRES:
            yield iso, coding, mean(mean(self.psnr(camera_take(clip, iso, coding, CENTRE), "balanced"))
                                    for clip in chosen)

    def scene_row(self, take, model):
        """Returns the figures of one clip: PSNR by frame for what is blind and told."""
        title = take.key["scene"]
        blind = self.figure(take, model, "psnr and shift",
                            lambda scene, made: [scene.psnr(made), scene.shift(made)])
        row = {"clip": take.clip.name, "input": self.input_psnr(take), "blind": blind[0],
               "shift": blind[1]}
        recipe = footage_scenes.SCENES[title]
        if recipe.told:
            row["told"] = self.psnr(take, model, noise_level=recipe.told)
        if recipe.has_without:
            row["without"] = self.figure(
                take, model, "psnr without", lambda scene, made: scene.psnr_without(made),
                frames=lambda scene: scene.without.noisy)
        return row

    def scenes(self):
        """Yields scene, model, and a row for each clip."""
        for title in footage_scenes.SCENES:
            print(f"quality: {title}", file=sys.stderr)
            takes = [scene_take(clip, title) for clip in self.clips]
            for model in self.models:
                yield title, model, [self.scene_row(take, model) for take in takes]
