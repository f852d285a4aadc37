# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes of the rows of footage.py what is compared with the targets, and tables for the page."""

import targets
from verdicts import Measured

CAMERA_TABLE = "Camera: mean PSNR of the clips in dB"
SCENE_TABLE = "Scenes: mean PSNR of the clips in dB"


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def mean_of(rows, name, key):
    return mean(row[name][key] for row in rows)


def best_peer(rows):
    """Returns the PSNR and the name of the filter with the highest mean."""
    return max((mean(row["peers"][name][0] for row in rows), name) for name in rows[0]["peers"])


def judge_cell(cell, rows):
    """Yields key and value for each target of a cell of the camera's table."""
    for model in rows[0]["blind"]:
        loss = {row["clip"]: row["told"][model] - row["blind"][model] for row in rows}
        worst = max(loss, key=loss.get)
        level = {row["clip"]: row["level"][model] for row in rows}[worst]
        blind = mean_of(rows, "blind", model)
        yield (targets.CAMERA, model, f"{cell}, below told"), Measured(
            mean(loss.values()), f"{blind:.2f} of {mean_of(rows, 'told', model):.2f}; "
            f"input {mean(row['input'] for row in rows):.2f}")
        yield (targets.CAMERA, model, f"{cell}, below told, worst clip"), Measured(
            loss[worst], f"{worst}, told {level}")
        if model == "balanced":
            psnr, name = best_peer(rows)
            yield (targets.CAMERA, model, f"{cell}, over the best filter"), Measured(
                blind - psnr, f"{name}, {psnr:.2f}")


def worst_frame(rows):
    """Returns the largest mean loss of a frame, counted from the first that is judged."""
    count = max(len(row["blind"]) for row in rows)
    losses = [mean(row["told"][i] - row["blind"][i] for row in rows if i < len(row["blind"]))
              for i in range(count)]
    return max(losses), losses.index(max(losses))


def judge_scene(title, model, rows):
    """Yields key and value for each target of a scene."""
    def key(what):
        return targets.SCENES, model, f"{title}, {what}"

    blind = mean(mean(row["blind"]) for row in rows)
    if title in (*targets.BELOW_TOLD, *targets.LOCAL):
        told = mean(mean(row["told"]) for row in rows)
        remark = f"{blind:.2f}, told {told:.2f}"
        if title in targets.LOCAL:
            yield key("over told"), Measured(blind - told, remark)
        else:
            yield key("below told"), Measured(told - blind, remark)
    if title == targets.JUMP:
        loss, frame = worst_frame(rows)
        yield key("below told, worst frame"), Measured(
            loss, f"frame {frame + 2} after the jump; mean {blind:.2f}")
    if title in targets.WITHOUT:
        loss = {row["clip"]: mean(row["without"]) - mean(row["blind"]) for row in rows}
        worst = max(loss, key=loss.get)
        yield key("below without"), Measured(
            mean(loss.values()),
            f"{blind:.2f}, without {mean(mean(row['without']) for row in rows):.2f}")
        yield key("below without, worst clip"), Measured(loss[worst], worst)
    if title in targets.BRIGHTNESS:
        worst = max(rows, key=lambda row: row["shift"])
        yield key("brightness off by"), Measured(worst["shift"], worst["clip"])
    if title in targets.LEAST_PSNR:
        worst = min(rows, key=lambda row: mean(row["blind"]))
        yield key("PSNR"), Measured(blind, f"lowest {mean(worst['blind']):.2f} on {worst['clip']}")


def markdown(header, lines):
    rows = [header, *lines]
    text = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    text.insert(1, "|" + "---|" * len(header))
    return "\n".join(text) + "\n"


def camera_table(cells):
    """cells: the rows of the clips by the name of the cell."""
    some = next(iter(cells.values()))[0]
    models, peers = list(some["blind"]), list(some["peers"])
    header = ["", "input", *(text for model in models for text in (model, "told")), *peers]
    return markdown(header, [
        [cell, f"{mean(row['input'] for row in rows):.2f}",
         *(f"{mean_of(rows, name, model):.2f}" for model in models for name in ("blind", "told")),
         *(f"{mean(row['peers'][name][0] for row in rows):.2f}" for name in peers)]
        for cell, rows in cells.items()])


def scene_table(scenes):
    """scenes: the rows of the clips by scene and model."""
    lines = []
    for (title, model), rows in scenes.items():
        values = [f"{mean(mean(row[name]) for row in rows):.2f}" if name in rows[0] else ""
                  for name in ("input", "blind", "told", "without")]
        lines.append([title, model, *values, f"{max(row['shift'] for row in rows):.2f}"])
    return markdown(["", "", "input", "blind", "told", "without", "brightness off by, codes"], lines)


def report(measurement):
    """Returns the values by the key of their target, and the tables by their titles. The camera comes
    last because it takes the longest."""
    measured, cells, scenes = {}, {}, {}
    for title, model, rows in measurement.scenes():
        scenes[title, model] = rows
        measured.update(judge_scene(title, model, rows))
    for iso, coding, psnr in measurement.centres():
        measured[targets.CENTRE, "balanced", targets.cell_name(iso, coding)] = Measured(
            psnr, "V-BM3D {:.2f}, FFDNet {:.2f}".format(*targets.CENTRES[iso, coding]))
    for iso, coding, rows in measurement.camera():
        cell = targets.cell_name(iso, coding)
        cells[cell] = rows
        measured.update(judge_cell(cell, rows))
    if not scenes:  # no model is there
        return measured, {}
    return measured, {CAMERA_TABLE: camera_table(cells), SCENE_TABLE: scene_table(scenes)}
