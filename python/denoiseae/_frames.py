# SPDX-License-Identifier: LGPL-2.1-or-later
"""Frames of the library over the memory of numpy arrays."""

import ctypes
import dataclasses
import functools
from typing import Optional, Sequence, Tuple, Union

import numpy as np

from ._errors import Error
from ._library import LIBRARY, PLANES, FormatInfo, Frame, sized

#: A picture: one array, or the planes of a format that has several.
Picture = Union[np.ndarray, Sequence[np.ndarray]]

#: Formats of single arrays by type of the samples and channels.
_PACKED = {(np.uint8, 1): "GRAY8", (np.uint16, 1): "GRAY16_LE", (np.uint8, 3): "RGB", (np.uint8, 4): "RGBA"}
#: Formats of three planes by depth and chroma, which is told as (halved in width, halved in height).
_PLANAR = {(8, 1, 1): "I420", (8, 1, 0): "Y42B", (8, 0, 0): "Y444", (10, 1, 1): "I420_10LE",
           (10, 1, 0): "I422_10LE", (10, 0, 0): "Y444_10LE", (12, 1, 1): "I420_12LE", (12, 1, 0): "I422_12LE",
           (12, 0, 0): "Y444_12LE"}


def bad_argument(message: str) -> Error:
    return Error("bad_argument", message)


@functools.lru_cache(maxsize=None)
def format_row(name: str) -> FormatInfo:
    """Returns the row of the library's table of formats. Raises Error."""
    number = ctypes.c_int()
    LIBRARY.denoiseae_format_from_name(name.encode(), ctypes.byref(number))
    row = sized(FormatInfo)
    LIBRARY.denoiseae_get_format_info(number.value, ctypes.byref(row))
    return row


def plane_size(row: FormatInfo, plane: int, width: int, height: int) -> Tuple[int, int]:
    """Returns the bytes of a row and the rows of a plane."""
    row_bytes, rows = ctypes.c_int(), ctypes.c_int()
    LIBRARY.denoiseae_plane_size(row.format, plane, width, height, ctypes.byref(row_bytes), ctypes.byref(rows))
    return row_bytes.value, rows.value


def planes_of(picture: Picture) -> Tuple[np.ndarray, ...]:
    planes = (picture,) if isinstance(picture, np.ndarray) else tuple(picture)
    if not planes:
        raise bad_argument("a picture is a numpy array, or a sequence of them, found an empty sequence")
    for plane in planes:
        if not isinstance(plane, np.ndarray) or plane.dtype not in (np.uint8, np.uint16):
            raise bad_argument("a picture is a numpy array, or a sequence of them, of uint8 or uint16, found "
                               f"{getattr(plane, 'dtype', type(plane).__name__)}")
        if plane.ndim not in (2, 3) or 0 in plane.shape or plane.dtype != planes[0].dtype:
            raise bad_argument("planes have two axes, or three with the channels last, none of them empty, and one "
                               f"type; found {plane.shape} of {plane.dtype}")
    return planes


def _guess(planes: Tuple[np.ndarray, ...], depth: Optional[int]) -> str:
    first = planes[0]
    if len(planes) == 1:
        channels = first.shape[2] if first.ndim == 3 else 1
        name = _PACKED.get((first.dtype.type, channels)) if first.ndim in (2, 3) else None
        if name is None:
            raise bad_argument(
                "one array is gray (height, width) of uint8 or uint16, RGB (height, width, 3) or RGBA (height, width, "
                f"4) of uint8, found {first.shape} of {first.dtype}; name other layouts with format=")
        return name
    if len(planes) == 2 and first.dtype == np.uint8:
        return "NV12"
    if len(planes) == 3 and all(plane.ndim == 2 for plane in planes):
        height, width = first.shape
        rows, columns = planes[1].shape
        bits = 8 if first.dtype == np.uint8 else depth
        name = _PLANAR.get((bits, int(columns != width), int(rows != height)))
        if name is not None:
            return name
        if bits is None:
            raise bad_argument("planes of uint16 need depth=10 or depth=12, or format=")
    shapes = ", ".join(str(plane.shape) for plane in planes)
    raise bad_argument(f"no format has planes of the shapes {shapes}; name the format with format=, such as I420")


@dataclasses.dataclass(frozen=True)
class Layout:
    """The format and size of a picture."""

    format: str
    width: int
    height: int
    is_one_array: bool  # whether all planes lie in one array, one below the other


def layout_of(planes: Tuple[np.ndarray, ...], name: Optional[str], depth: Optional[int]) -> Layout:
    """Returns the layout of planes. name: of the format; None: it is guessed from shapes and types."""
    name = name or _guess(planes, depth)
    row = format_row(name)
    first = planes[0]
    if len(planes) == row.planes:
        # Packed pixels with an axis of their own, or rows of bytes or words.
        width = first.shape[1] if first.ndim == 3 else _width_of_row(row, first)
        return Layout(name, width, first.shape[0], False)
    if len(planes) == 1 and first.ndim == 2 and name in ("I420", "YV12", "NV12", "NV21"):
        if first.shape[0] % 3 != 0 or first.shape[1] % 2 != 0:
            raise bad_argument(f"{name} in one array has a height of 3/2 of the picture's and an even width, found "
                               f"{first.shape}")
        return Layout(name, first.shape[1], first.shape[0] // 3 * 2, True)
    raise bad_argument(f"{name} has {row.planes} planes, found {len(planes)}")


def _width_of_row(row: FormatInfo, plane: np.ndarray) -> int:
    if plane.ndim != 2:
        raise bad_argument(f"a plane has two axes, or three with the channels last, found {plane.shape}")
    step = row.component[0].step_bytes
    return plane.shape[1] * plane.itemsize // step if row.component[0].plane == 0 else plane.shape[1]


def _split(array: np.ndarray, layout: Layout) -> Tuple[np.ndarray, ...]:
    """Returns the planes of a 4:2:0 picture that lie in one array, as OpenCV keeps them."""
    height, width = layout.height, layout.width
    array = array if array.flags.c_contiguous else np.ascontiguousarray(array)
    luma, chroma = array[:height], array[height:].reshape(-1)
    if layout.format.startswith("NV"):
        return luma, chroma.reshape(height // 2, width)
    size = height // 2 * (width // 2)
    return luma, chroma[:size].reshape(height // 2, -1), chroma[size:].reshape(height // 2, -1)


def check_samples(row: FormatInfo, index: int, plane: np.ndarray) -> None:
    """Raises Error where pixels of a plane have another size than in the format."""
    step = next((part.step_bytes for part in row.component[:row.components] if part.plane == index), None)
    if row.direct != row.format or step is None:
        return
    if plane.ndim == 3 and plane.shape[2] * plane.itemsize != step or step % plane.itemsize != 0:
        raise bad_argument(f"plane {index} of {row.name.decode()} has a pixel each {step} bytes, found {plane.shape} of "
                           f"{plane.dtype}")


def frame_of(planes: Tuple[np.ndarray, ...], layout: Layout, is_written: bool) -> Tuple[Frame, Tuple[np.ndarray, ...]]:
    """Returns a frame over the memory of planes, and the arrays that must live as long. Raises Error for planes that
    do not fit the layout."""
    if layout.is_one_array:
        if is_written and not planes[0].flags.c_contiguous:
            raise bad_argument("an output in one array must be contiguous")
        planes = _split(planes[0], layout)
    row = format_row(layout.format)
    frame = Frame(format=row.format, width=layout.width, height=layout.height)
    kept = []
    for index, plane in enumerate(planes):
        row_bytes, rows = plane_size(row, index, layout.width, layout.height)
        if plane.strides[-1] != plane.itemsize or (plane.ndim == 3 and
                                                   plane.strides[1] != plane.shape[2] * plane.itemsize):
            if is_written:
                raise bad_argument("the rows of an output must be contiguous")
            plane = np.ascontiguousarray(plane)
        found = int(np.prod(plane.shape[1:])) * plane.itemsize
        check_samples(row, index, plane)
        if plane.shape[0] != rows or (found != row_bytes if row.direct == row.format else found < row_bytes):
            raise bad_argument(f"plane {index} of {layout.format} {layout.width}x{layout.height} has {rows} rows of "
                               f"{row_bytes} bytes, found {plane.shape[0]} of {found}")
        if is_written and not plane.flags.writeable:
            raise bad_argument("the output is read-only")
        frame.data[index] = plane.ctypes.data
        frame.stride_bytes[index] = plane.strides[0]
        kept.append(plane)
    assert len(kept) <= PLANES
    return frame, tuple(kept)


def apart(planes: Tuple[np.ndarray, ...], out: Tuple[np.ndarray, ...]) -> Tuple[np.ndarray, ...]:
    """Returns the planes of a picture, or copies where the output begins elsewhere in their memory: a frame may only
    be denoised in place, or into other memory."""
    same = [(plane.ctypes.data, plane.strides) for plane in planes] == [(plane.ctypes.data, plane.strides)
                                                                       for plane in out]
    if same or not any(np.may_share_memory(plane, other) for plane in planes for other in out):
        return planes
    return tuple(plane.copy() for plane in planes)


def empty_like(picture: Picture) -> Picture:
    """Returns arrays of the same shapes and types, without padding between rows."""
    if isinstance(picture, np.ndarray):
        return np.empty(picture.shape, picture.dtype)
    return tuple(np.empty(plane.shape, plane.dtype) for plane in picture)
