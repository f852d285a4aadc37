#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes the manual page of a program from what its --help prints.

    ./dev run docs/man/make_manual.py denoiseae > docs/man/denoiseae.1

A test compares the pages of this folder with what the programs print.
"""

import pathlib
import re
import subprocess
import sys

#: Where --help begins to explain an option.
COLUMN = 30
OPTION = re.compile(r"^  (?=\S)")
#: What CLI11 says of an option beside its name: which others it excludes or needs.
RELATION = re.compile(r" (?:Excludes|Needs): [^\n]*?(?=$|  )")


def escaped(text):
    """Returns text as roff takes it."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def option_lines(lines):
    """Yields the name and the text of each option in lines of --help."""
    name, text = None, []
    for line in lines:
        if OPTION.match(line):
            if name:
                yield name, " ".join(text)
            # A long name has its text in the next line.
            is_short = len(line) > COLUMN and line[COLUMN - 2:COLUMN] == "  "
            name = RELATION.sub("", line[:COLUMN] if is_short else line).strip()
            text = [line[COLUMN:].strip()] if is_short else []
        elif line.strip():
            text.append(line.strip())
    if name:
        yield name, " ".join(text)


def option_page(lines):
    for name, text in option_lines(lines):
        # Versions of CLI11 print defaults as =VALUE or [VALUE].
        name = re.sub(r"(?<! in) \[(.+)\]( +\.\.\.)?$", lambda found: f"={found[1]}{' ...' if found[2] else ''}", name)
        # The longest lists of values would fill the page.
        name = re.sub(r":\{[^}]{120,}\}", "", name)
        yield f".TP\n.B {escaped(name)}\n{escaped(text)}\n"


def sections(text):
    """Splits --help into what comes before the positionals, each list, and what comes after."""
    before, after, lists, current = [], [], {}, None
    for line in text.split("\n"):
        if line in ("Positionals:", "Options:", "Subcommands:"):
            current = lists.setdefault(line[:-1], [])
        elif current is None:
            before.append(line)
        elif line and not line.startswith(" ") or after:
            after.append(line)
        else:
            current.append(line)
    return before, lists, after


def page(program, help_text):
    """Returns the manual page of a program."""
    before, lists, after = sections(help_text)
    usage = [line[len("Usage: "):] for line in before if line.startswith("Usage: ")]
    forms = [line.strip() for line in before if line.startswith("  ")] or usage
    summary = before[0].rstrip(".")
    made = [f'.\\" Made by docs/man/make_manual.py. Change the texts of {program} --help instead.\n',
            f".TH {program.upper()} 1\n.SH NAME\n{program} \\- {escaped(summary[0].lower() + summary[1:])}\n"
            ".SH SYNOPSIS\n"]
    made += [f".B {escaped(form)}\n.br\n" for form in forms]
    for name, title in (("Positionals", "ARGUMENTS"), ("Options", "OPTIONS"), ("Subcommands", "COMMANDS")):
        if name in lists:
            made += [f".SH {title}\n", *option_page(lists[name])]
    if "Subcommands" in lists:
        made.append(f".PP\n{escaped(program)} COMMAND \\-\\-help explains the options of a command.\n")
    in_example = False
    for line in after:
        if line == "Examples:":
            made.append(".SH EXAMPLES\n.nf\n")
            in_example = True
        elif in_example and line.startswith("  "):
            made.append(escaped(line[2:]) + "\n")
        else:
            if in_example:
                made.append(".fi\n.SH NOTES\n")
                in_example = False
            if line:
                made.append(escaped(line) + "\n")
    if in_example:
        made.append(".fi\n")
    made.append(".SH SEE ALSO\nThe manual in /usr/share/doc/denoiseae\\-doc.\n")
    return "".join(made)


def help_of(program):
    return subprocess.run([program, "--help"], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.stdout.write(page(pathlib.Path(sys.argv[1]).name, help_of(sys.argv[1])))
