# SPDX-License-Identifier: LGPL-2.1-or-later
"""The functions and structures of denoiseae.h, by ctypes."""

import ctypes
import ctypes.util
import os

from ._errors import Error

PLANES = 4


def _load() -> ctypes.CDLL:
    given = os.environ.get("DENOISEAE_LIBRARY")
    name = given or "libdenoiseae.so.0"
    try:
        return ctypes.CDLL(name)
    except OSError as error:
        raise ImportError(
            f"the library {name} cannot be loaded ({error}); install libdenoiseae, or let DENOISEAE_LIBRARY name "
            "the file libdenoiseae.so.0") from error


#: The loaded library.
LIBRARY = _load()


class Component(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int)
                for name in ("plane", "offset_bytes", "step_bytes", "log2_sub_x", "log2_sub_y")]


class FormatInfo(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("format", ctypes.c_int), ("name", ctypes.c_char_p),
                ("family", ctypes.c_int), ("depth", ctypes.c_int), ("low_bits", ctypes.c_int),
                ("planes", ctypes.c_int), ("components", ctypes.c_int), ("component", Component * 3),
                ("extra", Component), ("direct", ctypes.c_int)]


class Frame(ctypes.Structure):
    _fields_ = [("format", ctypes.c_int), ("width", ctypes.c_int), ("height", ctypes.c_int),
                ("data", ctypes.c_void_p * PLANES), ("stride_bytes", ctypes.c_ssize_t * PLANES)]


class ModelInfo(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("path", ctypes.c_char_p), ("name", ctypes.c_char_p),
                ("architecture", ctypes.c_char_p), ("manifest", ctypes.c_char_p),
                ("parameters", ctypes.c_int64), ("macs_per_pixel", ctypes.c_double),
                ("receptive_field_pixels", ctypes.c_int), ("fixed_width", ctypes.c_int),
                ("fixed_height", ctypes.c_int), ("reserved", ctypes.c_int)]


class Options(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("engine", ctypes.c_int), ("precision", ctypes.c_int),
                ("device", ctypes.c_char_p), ("threads", ctypes.c_uint), ("reserved", ctypes.c_int)]


class Settings(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("noise_level", ctypes.c_double),
                ("strength", ctypes.c_double), ("chroma_strength", ctypes.c_double),
                ("temporal", ctypes.c_int), ("damaged", ctypes.c_int), ("show", ctypes.c_int),
                ("reserved", ctypes.c_int)]


class DenoiserInfo(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("engine", ctypes.c_int), ("precision", ctypes.c_int),
                ("device", ctypes.c_char_p), ("threads", ctypes.c_uint), ("memory_bytes", ctypes.c_int64)]


PROGRESS_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_double)
LOG_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p)

_POINTER = ctypes.c_void_p
_HANDLE = ctypes.POINTER(ctypes.c_void_p)
_FRAME = ctypes.POINTER(Frame)
_INT = ctypes.POINTER(ctypes.c_int)
_DOUBLE = ctypes.POINTER(ctypes.c_double)

#: Functions that return a status, and their arguments.
_CHECKED = {
    "denoiseae_get_format_info": (ctypes.c_int, ctypes.POINTER(FormatInfo)),
    "denoiseae_format_from_name": (ctypes.c_char_p, _INT),
    "denoiseae_plane_size": (ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int, _INT, _INT),
    "denoiseae_load_model": (ctypes.c_char_p, _HANDLE),
    "denoiseae_load_model_from_memory": (ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, _HANDLE),
    "denoiseae_get_model_info": (_POINTER, ctypes.POINTER(ModelInfo)),
    "denoiseae_new": (LOG_CALLBACK, _POINTER, _HANDLE),
    "denoiseae_set_model": (_POINTER, _POINTER),
    "denoiseae_configure": (_POINTER, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.POINTER(Options)),
    "denoiseae_process": (_POINTER, _FRAME, _FRAME, ctypes.POINTER(Settings)),
    "denoiseae_set_progress": (_POINTER, PROGRESS_CALLBACK, _POINTER),
    "denoiseae_get_noise_map": (_POINTER, _INT, _INT, _POINTER, _POINTER, ctypes.c_size_t),
    "denoiseae_get_denoiser_info": (_POINTER, ctypes.POINTER(DenoiserInfo)),
    "denoiseae_sharpen3x3": (_FRAME, _FRAME, ctypes.c_double, ctypes.c_int, _POINTER),
    "denoiseae_add_noise": (_FRAME, _FRAME, ctypes.c_int, ctypes.c_double, ctypes.c_uint64, ctypes.c_uint64,
                            _POINTER),
    "denoiseae_psnr": (_FRAME, _FRAME, ctypes.c_int, _DOUBLE),
    "denoiseae_ssim": (_FRAME, _FRAME, ctypes.c_int, _DOUBLE),
}
#: Other functions: what they return, and their arguments.
_PLAIN = {
    "denoiseae_error": (ctypes.c_char_p,),
    "denoiseae_status_name": (ctypes.c_char_p, ctypes.c_int),
    "denoiseae_version": (ctypes.c_char_p,),
    "denoiseae_instruction_set": (ctypes.c_char_p,),
    "denoiseae_model_names": (ctypes.c_char_p,),
    "denoiseae_free_model": (None, _POINTER),
    "denoiseae_free": (None, _POINTER),
    "denoiseae_reset": (None, _POINTER),
    "denoiseae_estimated_noise_level": (ctypes.c_double, _POINTER),
    "denoiseae_history": (ctypes.c_double, _POINTER),
}


def _check(status, _function, _arguments):
    if status != 0:
        raise Error(LIBRARY.denoiseae_status_name(status).decode(), LIBRARY.denoiseae_error().decode())
    return status


for _name, _arguments in _CHECKED.items():
    _function = getattr(LIBRARY, _name)
    _function.argtypes = _arguments
    _function.restype = ctypes.c_int
    _function.errcheck = _check
for _name, (_result, *_arguments) in _PLAIN.items():
    _function = getattr(LIBRARY, _name)
    _function.argtypes = _arguments
    _function.restype = _result


def sized(structure, **members):
    """Returns a structure of a type of this file whose struct_size is set."""
    return structure(struct_size=ctypes.sizeof(structure), **members)


def version() -> str:
    """Returns the version of the loaded library, "0.2.0" for example."""
    return LIBRARY.denoiseae_version().decode()


def instruction_set() -> str:
    """Returns the largest instruction set that the library uses on this processor, "avx2" for example."""
    return LIBRARY.denoiseae_instruction_set().decode()
