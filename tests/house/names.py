# SPDX-License-Identifier: LGPL-2.1-or-later
"""Names that mean one thing: limits are called kMin and kMax, and no two types share a name."""

import collections
import dataclasses
import pathlib
import re

import source_text

PRODUCT = ("lib", "plugin", "training", "command")
# A folder can include the headers of these, see layering.py.
INCLUDABLE = {"lib": ("lib",), "plugin": ("plugin", "lib/include"), "training": ("training", "lib"),
              "command": ("command", "lib/include")}

LIMIT = re.compile(r"\bk(?:Most|Least)(?![a-z])\w*")
SCOPE = re.compile(r"""
    \bnamespace\s+(?P<namespace>[\w:]+)?\s*(?=\{)
  | \b(?P<linkage>extern)\s+(?=\{)
  | \b(?:class|struct|union|enum(?:\s+(?:class|struct))?)\s+(?:alignas\([^)]*\)\s*)?
      (?:\w+\s+)??(?P<type>\w+)\s*(?:final\s*)?(?::(?!:)[^;{}()]*)?(?=\{)
  | [{}]
""", re.VERBOSE)
UNNAMED = "(unnamed)"


@dataclasses.dataclass(frozen=True)
class Type:
    path: pathlib.Path
    line: int
    namespace: tuple
    name: str

    @property
    def is_unnamed(self):
        return UNNAMED in self.namespace

    @property
    def where(self):
        return f"{self.path}:{self.line}"

    def can_be_seen_by(self, other):
        """Whether it stands in a header that the other's file can include."""
        return self.path.suffix == ".h" and self.path != other.path and any(
            str(self.path).startswith(place + "/") for place in INCLUDABLE[other.path.parts[0]])


def limits(root):
    """Yields a line for each kMost... and kLeast... below root."""
    root = pathlib.Path(root)
    for path in source_text.files(root, source_text.CPP):
        code = source_text.blanked((root / path).read_text(encoding="utf-8"))
        for found in LIMIT.finditer(code):
            yield f"{path}:{code.count(chr(10), 0, found.start()) + 1}: {found.group()}"


def types(path, text):
    """The types that are defined at the scope of a namespace."""
    code = source_text.blanked(text)
    scopes = []  # the names of a namespace, or None for other braces
    opened = None
    for found in SCOPE.finditer(code):
        if found.group() == "{":
            scopes.append(opened)
            opened = None
        elif found.group() == "}":
            scopes.pop()
        elif found["linkage"]:
            opened = ()
        elif found["type"] is None:
            opened = tuple((found["namespace"] or UNNAMED).split("::"))
        elif None not in scopes:
            namespace = tuple(name for scope in scopes for name in scope)
            yield Type(path, code.count("\n", 0, found.start("type")) + 1, namespace, found["type"])
    if scopes:
        raise ValueError(f"{path}: braces do not match")


def all_types(root):
    root = pathlib.Path(root)
    for path in source_text.files(root, {".cpp", ".h"}, PRODUCT):
        yield from types(path, (root / path).read_text(encoding="utf-8"))


def namesakes(root):
    """Yields a line for each two types that a reader, or the linker, can take for each other."""
    by_name = collections.defaultdict(list)
    for found in all_types(root):
        by_name[found.name].append(found)
    for name, found in sorted(by_name.items()):
        for i, one in enumerate(found):
            for other in found[i + 1:]:
                if clash(one, other):
                    yield f"{name}: {one.where} and {other.where}"


def are_sides(one, other):
    """Whether one is compiled by programs alone, in place of what the library has inside."""
    return any(str(outside).startswith("lib/include/denoiseae/detail/") and str(inside).startswith("lib/src/")
               for outside, inside in ((one.path, other.path), (other.path, one.path)))


def clash(one, other):
    if one.path == other.path:  # for two kinds of processor, or the compiler refuses it
        return False
    if are_sides(one, other):
        return False
    if one.is_unnamed and other.is_unnamed:
        return False
    if not one.is_unnamed and not other.is_unnamed:
        return one.namespace == other.namespace
    hidden, named = (one, other) if one.is_unnamed else (other, one)
    around = hidden.namespace[:hidden.namespace.index(UNNAMED)]
    return named.namespace in (("denoiseae",), around) and named.can_be_seen_by(hidden)
