# SPDX-License-Identifier: LGPL-2.1-or-later
"""The denoiser of one stream."""

import ctypes
import dataclasses
import os
from typing import Callable, Iterable, Iterator, Optional, Union

import numpy as np

from ._frames import Layout, Picture, apart, bad_argument, empty_like, frame_of, layout_of, planes_of
from ._library import LIBRARY, LOG_CALLBACK, PROGRESS_CALLBACK, DenoiserInfo, Options, Settings, sized
from .model import Model

_ENGINES = ("auto", "native", "torch")
_PRECISIONS = ("auto", "float32", "bfloat16", "int8")
_SHOW = ("picture", "noise", "difference")
_LEVELS = ("error", "warning", "info", "debug")


def _index(name: str, names: tuple, what: str) -> int:
    if name not in names:
        raise bad_argument(f"{what} is {name!r}, expected one of {', '.join(names)}")
    return names.index(name)


def _level_name(level: int) -> str:
    return _LEVELS[min(level, len(_LEVELS) - 1)]


def _zero_after(progress: Callable[[float], None], share: float) -> int:
    progress(share)
    return 0


@dataclasses.dataclass(frozen=True)
class NoiseMap:
    """The standard deviation of the noise in 8-bit code values for blocks of 16x16 pixels.

    luma, chroma: float32 arrays of shape (ceil(height / 16), ceil(width / 16)); empty where there is no map: before
    the first frame, where the level was given, and for models without a network that estimates noise.
    """

    luma: np.ndarray
    chroma: np.ndarray


@dataclasses.dataclass(frozen=True)
class Info:
    """What runs the network."""

    engine: str
    precision: str
    device: str
    threads: int
    memory_bytes: int


class Denoiser:
    """Denoises the frames of one stream, each with the help of those before it.

    model: a Model, or the name or path of one.
    strength: 0 ... 2, scales the noise level that the network is told; 0 copies.
    chroma_strength: 0 ... 2, scales the level of the colours once more.
    noise_level: standard deviation of the noise in 8-bit code values, 0 ... 100; None: it is estimated.
    temporal: whether earlier frames are used. False for pictures that do not belong together.
    show: "picture", "noise" (the noise map) or "difference" (what was removed).
    engine: "auto", "native" or "torch"; precision: "auto", "float32", "bfloat16" or "int8"; device: "cpu", or for
    torch "cuda"; threads: at most so many, 0 for as many as the process may use.
    log: called with the level ("info" for example) and the text of each message.
    progress: called with the share of the frame that is done, 0 to 1, for large pictures, whose frames take seconds.

    The settings strength, chroma_strength, noise_level, temporal and show are attributes that may change from frame
    to frame. A denoiser belongs to one thread at a time; the library releases Python's lock while it computes.
    """

    def __init__(self, model: Union[Model, str, "os.PathLike[str]"] = "balanced", *, strength: float = 1,
                 chroma_strength: float = 1, noise_level: Optional[float] = None, temporal: bool = True,
                 show: str = "picture", engine: str = "auto", precision: str = "auto", device: str = "cpu",
                 threads: int = 0, log: Optional[Callable[[str, str], None]] = None,
                 progress: Optional[Callable[[float], None]] = None) -> None:
        self.strength = strength
        self.chroma_strength = chroma_strength
        self.noise_level = noise_level
        self.temporal = temporal
        self.show = show
        self.model = model if isinstance(model, Model) else Model(model)
        if not 0 <= threads < 2 ** 31:
            raise bad_argument(f"threads is {threads}, expected a whole number of 0 or more")
        self._options = sized(Options, engine=_index(engine, _ENGINES, "engine"),
                              precision=_index(precision, _PRECISIONS, "precision"), device=device.encode(),
                              threads=threads)
        self._layout: Optional[Layout] = None
        self._handle = ctypes.c_void_p()
        # ctypes needs the callback as long as the library may call it.
        self._log = (LOG_CALLBACK(lambda _, level, text: log(_level_name(level), text.decode())) if log
                     else LOG_CALLBACK())
        LIBRARY.denoiseae_new(self._log, None, ctypes.byref(self._handle))
        LIBRARY.denoiseae_set_model(self._handle, self.model._handle)
        self._progress = (PROGRESS_CALLBACK(lambda _, share: _zero_after(progress, share)) if progress
                          else PROGRESS_CALLBACK())
        LIBRARY.denoiseae_set_progress(self._handle, self._progress, None)

    def __reduce__(self):
        raise TypeError("a Denoiser has the past of a stream and cannot be copied; make another one")

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            LIBRARY.denoiseae_free(self._handle)

    def __call__(self, picture: Picture, out: Optional[Picture] = None, *, format: Optional[str] = None,
                 depth: Optional[int] = None, damaged: bool = False) -> Picture:
        """Returns the denoised picture.

        picture: gray of shape (height, width) and type uint8 or uint16; RGB or RGBA of shape (height, width, 3 or 4)
        and type uint8; or a sequence of the planes Y, U, V of a YUV picture, uint8, or uint16 with depth 10 or 12;
        or Y and UV (NV12). Any other format of the library by its name: format="BGR" as OpenCV has it, "I420" in one
        array of shape (height * 3 / 2, width), "YUY2" with rows of bytes, and so on.
        out: arrays that receive the result, with the shapes of picture. They may lie in the memory of picture.
        damaged: whether a part of this frame is known to be broken; it then leaves no trace in later frames,
            unless it is the first one of a stream.

        The first picture, and each of another size or format, begins a stream. Raises Error.
        """
        planes = planes_of(picture)
        layout = layout_of(planes, format, depth)
        if layout != self._layout:
            self._configure(layout, planes)
        if out is None:
            out = empty_like(picture)
        settings = sized(Settings, noise_level=-1 if self.noise_level is None else self.noise_level,
                         strength=self.strength, chroma_strength=self.chroma_strength, temporal=bool(self.temporal),
                         damaged=damaged, show=_index(self.show, _SHOW, "show"))
        planes = apart(planes, planes_of(out))
        from_frame, _from_arrays = frame_of(planes, layout, False)
        to_frame, _to_arrays = frame_of(planes_of(out), layout, True)
        LIBRARY.denoiseae_process(self._handle, ctypes.byref(from_frame), ctypes.byref(to_frame),
                                  ctypes.byref(settings))
        return out

    def _configure(self, layout: Layout, planes) -> None:
        self._layout = None
        frame, _arrays = frame_of(planes, layout, False)
        LIBRARY.denoiseae_configure(self._handle, frame.format, layout.width, layout.height,
                                    ctypes.byref(self._options))
        self._layout = layout

    def frames(self, pictures: Iterable[Picture], *, format: Optional[str] = None,
               depth: Optional[int] = None) -> Iterator[Picture]:
        """Yields the denoised pictures of a stream, one for each, in new arrays."""
        for picture in pictures:
            yield self(picture, format=format, depth=depth)

    def reset(self) -> None:
        """Makes the next frame the first of a stream, as after a cut, a seek or a gap."""
        LIBRARY.denoiseae_reset(self._handle)

    @property
    def estimate(self) -> Optional[float]:
        """The last estimate of the noise level in 8-bit code values; None until a frame was estimated."""
        level = LIBRARY.denoiseae_estimated_noise_level(self._handle)
        return level if level >= 0 else None

    @property
    def noise_map(self) -> NoiseMap:
        """The noise of the last frame, block by block, before strength."""
        size = (self._layout.height, self._layout.width) if self._layout else (0, 0)
        luma = np.empty([-(-pixels // 16) for pixels in size], np.float32)
        chroma = np.empty_like(luma)
        columns, rows = ctypes.c_int(), ctypes.c_int()
        LIBRARY.denoiseae_get_noise_map(self._handle, ctypes.byref(columns), ctypes.byref(rows), luma.ctypes.data,
                                        chroma.ctypes.data, luma.size)
        # There may be no map.
        return NoiseMap(luma[:rows.value, :columns.value], chroma[:rows.value, :columns.value])

    @property
    def history(self) -> float:
        """Over how many frames the past averages, as a mean over the last frame."""
        return LIBRARY.denoiseae_history(self._handle)

    @property
    def info(self) -> Optional[Info]:
        """What runs the network; None before the first frame."""
        if self._layout is None:
            return None
        info = sized(DenoiserInfo)
        LIBRARY.denoiseae_get_denoiser_info(self._handle, ctypes.byref(info))
        return Info(_ENGINES[info.engine], _PRECISIONS[info.precision], info.device.decode(), info.threads,
                    info.memory_bytes)
