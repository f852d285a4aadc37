# SPDX-License-Identifier: LGPL-2.1-or-later
"""The only exception that comes from the library."""


class Error(Exception):
    """Says what the library expected, what it found, and what to try.

    code: the name of the library's status, "not_found" or "bad_argument" for example; docs/library.md lists them.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self):
        # Exceptions of worker processes are pickled.
        return Error, (self.code, str(self))
