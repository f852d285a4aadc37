# SPDX-License-Identifier: LGPL-2.1-or-later
"""Source files taken apart: the code without comments and strings, and the blocks of comments."""

import dataclasses
import io
import pathlib
import re
import tokenize

FOLDERS = ("lib", "plugin", "training", "command", "examples", "tests", "benchmarks")
CPP = {".cpp", ".h", ".inc", ".in"}
SCRIPTS = {".build", ".sh", ".toml"}

# A number comes first: its separators are no quotes.
TOKEN = re.compile(r"""
    \b\d(?:'?[\w.])*
  | (?P<comment> //[^\n]* | /\*.*?\*/ )
  | (?P<string> R"(?P<end>\w*)\(.*?\)(?P=end)" | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' )
""", re.VERBOSE | re.DOTALL)
MARKER = re.compile(r"^(?://[/!]?<?|/\*[*!]?<?|#+)|\*/$|^[ \t]*\*(?!/)", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Comment:
    line: int
    column: int
    trailing: bool  # behind code
    text: str  # without markers


def files(root, suffixes, folders=FOLDERS):
    """The files below root that end so, as paths relative to it."""
    root = pathlib.Path(root)
    return [path.relative_to(root) for folder in folders
            for path in sorted((root / folder).rglob("*"))
            if path.suffix in suffixes and path.is_file()]


def blanked(text):
    """C++ of the same length and lines without comments and what stands in strings."""
    def blank(match):
        if match.lastgroup is None:
            return match.group()
        return re.sub(r"[^\n]", " ", match.group())

    return TOKEN.sub(blank, text)


def cpp_comments(text):
    for match in TOKEN.finditer(text):
        if match["comment"]:
            line_start = text.rfind("\n", 0, match.start()) + 1
            yield Comment(text.count("\n", 0, match.start()) + 1, match.start() - line_start,
                          text[line_start:match.start()].strip() != "",
                          MARKER.sub("", match["comment"]).strip())


def python_comments(text):
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            line, column = token.start
            yield Comment(line, column, token.line[:column].strip() != "",
                          MARKER.sub("", token.string).strip())


def script_comments(text):
    """Comments that have their line for themselves."""
    for number, line in enumerate(text.split("\n"), 1):
        if match := re.match(r"( *)#(?!!)(.*)", line):
            yield Comment(number, len(match[1]), False, match[2].strip())


def comments(path, text):
    if path.suffix in CPP:
        return cpp_comments(text)
    return python_comments(text) if path.suffix == ".py" else script_comments(text)


def comment_blocks(path, text):
    """The first comment of each block. A block goes on in the next line, at the same column; the
    licence is none."""
    last = None
    for comment in comments(path, text):
        licence = comment.text.startswith("SPDX-License-Identifier")
        goes_on = (last is not None and not comment.trailing and comment.line == last.line + 1
                   and comment.column == last.column)
        last = None if licence else comment
        if not licence and not goes_on:
            yield comment
