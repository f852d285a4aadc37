# SPDX-License-Identifier: LGPL-2.1-or-later
"""Weights of networks."""

import ctypes
import os
from typing import List, Union

from ._errors import Error
from ._library import LIBRARY, ModelInfo, sized


def models() -> List[str]:
    """Returns the sorted names of the models that can be found now."""
    names = LIBRARY.denoiseae_model_names()
    if names is None:
        raise Error("out_of_memory", LIBRARY.denoiseae_error().decode())
    return [name for name in os.fsdecode(names).split("\n") if name]


class Model:
    """A network with its weights, loaded and checked. Denoisers of all threads may share it.

    source: the name of a model ("balanced"), a path to a .safetensors file, or the bytes of such a file.
    name: what weights from bytes are called.

    Raises Error with the code not_found, unreadable, corrupt, unsupported_version, unknown_architecture or
    incompatible_model.
    """

    def __init__(self, source: Union[str, "os.PathLike[str]", bytes] = "balanced", name: str = "bytes") -> None:
        self._handle = ctypes.c_void_p()
        if isinstance(source, bytes):
            LIBRARY.denoiseae_load_model_from_memory(source, len(source), os.fsencode(name),
                                                     ctypes.byref(self._handle))
        else:
            LIBRARY.denoiseae_load_model(os.fsencode(source), ctypes.byref(self._handle))
        info = sized(ModelInfo)
        LIBRARY.denoiseae_get_model_info(self._handle, ctypes.byref(info))
        self.name: str = os.fsdecode(info.name)
        self.path: str = os.fsdecode(info.path)
        #: "recurrent_unet", "unet" or "paper".
        self.architecture: str = info.architecture.decode()
        #: The JSON text that the weights file holds about itself.
        self.manifest: str = info.manifest.decode()
        self.parameters: int = info.parameters
        #: Multiplications per pixel of the frame.
        self.macs_per_pixel: float = info.macs_per_pixel

    def __reduce__(self):
        if not os.path.isfile(self.path):
            raise TypeError("a Model of bytes cannot be copied; make another one")
        return Model, (self.path,)

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            LIBRARY.denoiseae_free_model(self._handle)

    def __repr__(self) -> str:
        return f"Model({self.name!r}, {self.parameters} parameters)"
