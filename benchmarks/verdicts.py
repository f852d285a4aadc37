# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares measured values with their targets. The verdict is pass or MISS."""

import csv
import dataclasses


@dataclasses.dataclass(frozen=True)
class Target:
    section: str
    subject: str  # the model, precision or filter that is measured
    what: str  # the quantity
    sign: str  # ">=", "<=", ">"; "" = there is no target, the value is only reported
    limit: float = 0
    unit: str = "dB"

    @property
    def key(self):
        return self.section, self.subject, self.what

    @property
    def asks(self):
        return self.sign != ""

    def met(self, value):
        return {">=": value >= self.limit, "<=": value <= self.limit, ">": value > self.limit,
                "": True}[self.sign]


@dataclasses.dataclass(frozen=True)
class Measured:
    value: float
    remark: str = ""


@dataclasses.dataclass(frozen=True)
class Row:
    target: Target
    measured: Measured | None  # None: the model or the precision does not exist

    @property
    def passed(self):
        return self.measured is not None and self.target.met(self.measured.value)

    def cells(self):
        target = self.target
        limit = f"{target.sign} {target.limit:.4g} {target.unit}".strip() if target.asks else ""
        if self.measured is None:
            return [target.subject, target.what, limit, "not there", "MISS" if target.asks else "", ""]
        value = f"{self.measured.value:.2f} {target.unit}".strip()
        verdict = ("pass" if self.passed else "MISS") if target.asks else ""
        return [target.subject, target.what, limit, value, verdict, self.measured.remark]


HEADER = ["", "", "target", "value", "", "remark"]


def judge(targets, measured):
    """Returns a row for each target. measured: the values by the key of their target."""
    unknown = set(measured) - {target.key for target in targets}
    if unknown:
        raise KeyError(f"measured, but without a target: {sorted(unknown)}")
    return [Row(target, measured.get(target.key)) for target in targets]


def sections(rows, titles):
    """Yields each section with its rows, in the order of the titles."""
    for section in titles:
        mine = [row for row in rows if row.target.section == section]
        if mine:
            yield section, mine


def count(rows):
    asked = [row for row in rows if row.target.asks]
    return f"{sum(row.passed for row in asked)} of {len(asked)} targets reached"


def as_text(rows, titles):
    lines = []
    widths = [max(len(line[i]) for line in [HEADER, *(row.cells() for row in rows)])
              for i in range(len(HEADER))]
    for section, mine in sections(rows, titles):
        lines.append(titles[section])
        for row in mine:
            cells = "  ".join(cell.ljust(width) for cell, width in zip(row.cells(), widths))
            lines.append("  " + cells.rstrip())
        lines.append("")
    return "\n".join([*lines, count(rows)])


def as_markdown(rows, titles):
    parts = []
    for section, mine in sections(rows, titles):
        lines = ["| " + " | ".join(line) + " |" for line in (HEADER, *(row.cells() for row in mine))]
        lines.insert(1, "|" + "---|" * len(HEADER))
        parts.append(f"## {titles[section]}\n\n" + "\n".join(lines) + "\n")
    return "\n".join([*parts, count(rows) + ".\n"])


def write_csv(path, rows):
    with open(path, "w", newline="", encoding="ascii") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["section", "subject", "what", "target", "value", "verdict", "remark"])
        for row in rows:
            value = "" if row.measured is None else f"{row.measured.value:.4f}"
            subject, what, limit, _, verdict, remark = row.cells()
            lines.writerow([row.target.section, subject, what, limit, value, verdict, remark])
