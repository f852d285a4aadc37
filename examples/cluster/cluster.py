#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Denoises a long film in parts, on many machines. docs/scale.md is the manual.

    cluster.py split FILM FOLDER    looks for cuts, writes the plan to FOLDER/plan.json, prints how many parts it has
    cluster.py part FOLDER NUMBER   denoises one part, 1 to that number; parts that are done stay
    cluster.py join FOLDER OUT.mkv  joins the parts, with everything else of the film
"""

import argparse
import fractions
import json
import pathlib
import re
import shlex
import subprocess
import sys

# A score above this one is a cut; FFmpeg's manual names values from 0.3 to 0.5.
CUT_SCORE = 0.3
# Decoding begins this long before the frames that are wanted, so that a seek may be a little off.
SEEK_MARGIN = 2.0
FFMPEG = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
# Time stamps stay those of the film, by which frames are found again.
DECODE = [*FFMPEG, "-copyts"]
COLOURS = ("color_range", "color_primaries", "color_transfer", "color_space")
COLOUR_OPTIONS = ("-color_range", "-color_primaries", "-color_trc", "-colorspace")
# Newer versions of FFmpeg ask the frames for their colours, not the options.
COLOUR_PARAMETERS = dict(zip(COLOUR_OPTIONS, ("range", "color_primaries", "color_trc", "colorspace")))
# RGB is converted on the way into y4m.
NO_COLOURS = ("unknown", "reserved", "gbr")


class Failure(Exception):
    """Says what went wrong, and what to try."""


def output_of(*command):
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise Failure(f"the program {command[0]} is missing") from error
    if done.returncode != 0:
        raise Failure(f"{command[0]} failed: {done.stderr.strip()[-500:]}")
    return done.stdout


def probe(path, *options):
    return json.loads(output_of("ffprobe", "-v", "error", "-of", "json", *options, path))


def count_frames(path):
    found = probe(path, "-select_streams", "V:0", "-count_packets", "-show_entries", "stream=nb_read_packets")
    return int(found["streams"][0]["nb_read_packets"])


# ---- split ----


def scan(film):
    """Returns the time stamp, the seconds and the cut score of each frame."""
    text = output_of(*DECODE, "-i", film, "-map", "0:V:0", "-vf",
                     "select='gte(scene,0)',metadata=mode=print:file=-", "-fps_mode", "passthrough", "-f", "null", "-")
    found = re.findall(r"^frame:\d+ +pts:(-?\d+) +pts_time:(\S+)\nlavfi\.scene_score=(\S+)", text, re.MULTILINE)
    if not found:
        raise Failure(f"{film} has no frames that can be decoded")
    return [(int(pts), float(time), float(score)) for pts, time, score in found]


def plan_parts(scores, length, inside_scenes):
    """Returns the first frame of each part, and the end. A part is half the length at least. It ends at the clearest
    cut before twice the length or, where there is none, at the next one. inside_scenes: it then ends after the length
    instead, cut or not."""
    bounds, shortest = [0], max(length // 2, 1)
    while True:
        first, end = bounds[-1] + shortest, len(scores) - shortest
        cuts = [i for i in range(first, end + 1) if scores[i] > CUT_SCORE]
        near = [cut for cut in cuts if cut <= bounds[-1] + 2 * length]
        if near:
            bounds.append(max(near, key=lambda cut: scores[cut]))
        elif inside_scenes and bounds[-1] + length <= end:
            bounds.append(bounds[-1] + length)
        elif cuts:
            bounds.append(cuts[0])
        else:
            return bounds + [len(scores)]


def check_film(film, stream, times):
    if stream.get("field_order", "progressive") not in ("progressive", "unknown"):
        raise Failure(f"{film} is interlaced; denoise it in one piece, with GStreamer's element")
    rate = fractions.Fraction(stream["r_frame_rate"])
    for i, time in enumerate(times):
        # Matroska rounds times to milliseconds.
        if abs(time - times[0] - i / rate) > 0.5 / rate + 0.001:
            raise Failure(f"{film} has a variable frame rate: frame {i} comes {time - times[0]:.3f} s after the first, "
                          f"expected {float(i / rate):.3f}; denoise it in one piece")
    return rate


def split(options):
    film = pathlib.Path(options.film).resolve()
    found = probe(film, "-show_streams", "-show_format")
    videos = [stream for stream in found["streams"] if stream["codec_type"] == "video"
              and not stream["disposition"]["attached_pic"]]
    if not videos:
        raise Failure(f"{film} has no video")
    frames = scan(film)
    rate = check_film(film, videos[0], [time for _, time, _ in frames])
    bounds = plan_parts([score for _, _, score in frames], options.frames, options.inside_scenes)
    begin = float(found["format"].get("start_time", 0))
    parts = []
    for first, end in zip(bounds, bounds[1:]):
        run_in = min(first, options.run_in)
        parts.append({"frames": end - first, "run_in": run_in, "first_pts": frames[first - run_in][0],
                      "last_pts": frames[end - 1][0], "seek": frames[first - run_in][1] - begin - SEEK_MARGIN})
    folder = pathlib.Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    plan = {"film": str(film), "rate": str(rate), "frames": len(frames), "delay": frames[0][1] - begin,
            "denoiser": options.denoiser, "parts": parts,
            "colours": [[option, videos[0][key]] for option, key in zip(COLOUR_OPTIONS, COLOURS)
                        if videos[0].get(key, "unknown") not in NO_COLOURS]}
    text = json.dumps(plan, indent=1)
    path = folder / "plan.json"
    if path.exists() and path.read_text() != text and list(folder.glob("part-*.mkv")):
        raise Failure(f"{folder} has parts of another plan; remove it first")
    path.write_text(text)
    print(len(parts))


# ---- part ----


def read_plan(folder):
    try:
        return json.loads((pathlib.Path(folder) / "plan.json").read_text())
    except FileNotFoundError as error:
        raise Failure(f"{folder} has no plan.json; run split first") from error


def part_path(folder, number):
    return pathlib.Path(folder) / f"part-{number:04}.mkv"


def run_pipe(*commands):
    """Runs programs of which each reads what the one before writes."""
    running = []
    for command in commands:
        is_last = len(running) == len(commands) - 1
        running.append(subprocess.Popen(command, stdin=running[-1].stdout if running else subprocess.DEVNULL,
                                        stdout=None if is_last else subprocess.PIPE))
        if len(running) > 1:
            # The program before notices when this one ends.
            running[-2].stdout.close()
    for process in running:
        process.wait()
    # When one fails, those beside it fail, too.
    failed = [f"{command[0]} (status {process.returncode})" for command, process in zip(commands, running)
              if process.returncode != 0]
    if failed:
        raise Failure(f"{', '.join(failed)} failed; the messages are above")


def denoise_part(options):
    plan = read_plan(options.folder)
    if not 1 <= options.number <= len(plan["parts"]):
        raise Failure(f"expected a part from 1 to {len(plan['parts'])}, found {options.number}")
    path = part_path(options.folder, options.number)
    if path.exists():
        print(f"cluster: {path} is there already", file=sys.stderr)
        return
    part = plan["parts"][options.number - 1]
    seek = ["-noaccurate_seek", "-ss", f"{part['seek']:.6f}"] if part["seek"] > 0 else []
    count = part["run_in"] + part["frames"]
    decode = [*DECODE, *seek, "-i", plan["film"], "-map", "0:V:0", "-vf",
              f"select='between(pts,{part['first_pts']},{part['last_pts']})',setpts=PTS-STARTPTS", "-frames:v",
              str(count), "-fps_mode", "passthrough", "-f", "yuv4mpegpipe", "-strict", "-1", "-"]
    denoise = (shlex.split(plan["denoiser"]) if plan["denoiser"] else
               [sys.executable, str(pathlib.Path(__file__).resolve().parent / "denoise_y4m.py")])
    said = ":".join(f"{COLOUR_PARAMETERS[option]}={value}" for option, value in plan["colours"])
    kept = f"trim=start_frame={part['run_in']},setpts=PTS-STARTPTS" + (f",setparams={said}" if said else "")
    # A part that is not finished has another name.
    unfinished = path.with_name(f"unfinished-{path.name}")
    encode = ["ffmpeg", "-v", "error", "-y", "-f", "yuv4mpegpipe", "-r", plan["rate"], "-i", "pipe:", "-vf",
              kept, "-fps_mode", "passthrough", "-c:v", "ffv1", "-level", "3", "-slicecrc", "1",
              *(word for option in plan["colours"] for word in option), str(unfinished)]
    run_pipe(decode, denoise, encode)
    found = count_frames(unfinished)
    if found != part["frames"]:
        raise Failure(f"part {options.number} has {found} frames, expected {part['frames']}; the film cannot be cut at "
                      "its time stamps, denoise it in one piece")
    unfinished.rename(path)


# ---- join ----


def join(options):
    plan = read_plan(options.folder)
    paths = [part_path(options.folder, number + 1) for number in range(len(plan["parts"]))]
    missing = [str(number + 1) for number, path in enumerate(paths) if not path.exists()]
    if missing:
        raise Failure(f"these parts are missing: {', '.join(missing)}")
    # Matroska would round the length of each part to milliseconds.
    rate = fractions.Fraction(plan["rate"])
    lines = [f"file '{path.name}'\nduration {float(part['frames'] / rate):.6f}\n"
             for path, part in zip(paths, plan["parts"])]
    concat = pathlib.Path(options.folder) / "parts.txt"
    concat.write_text("ffconcat version 1.0\n" + "".join(lines))
    subtitles = probe(plan["film"], "-select_streams", "s", "-show_entries", "stream=codec_name")["streams"]
    # Matroska cannot hold the text format of MP4.
    converted = [word for i, stream in enumerate(subtitles) if stream["codec_name"] == "mov_text"
                 for word in (f"-c:s:{i}", "subrip")]
    output_of(*FFMPEG, "-itsoffset", f"{plan['delay']:.6f}", "-f", "concat", "-i", concat, "-i", plan["film"],
              "-map", "0:v", "-map", "1:a?", "-map", "1:s?", "-map", "1:t?", "-map_metadata", "1", "-map_chapters", "1",
              "-c", "copy", *converted, options.out)
    found = count_frames(options.out)
    if found != plan["frames"]:
        raise Failure(f"{options.out} has {found} frames, expected {plan['frames']}")


def main():
    parser = argparse.ArgumentParser(description="Denoises a long film in parts, on many machines.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("split", help="looks for cuts, writes the plan, and prints the number of parts")
    command.add_argument("film")
    command.add_argument("folder")
    command.add_argument("--frames", type=int, default=1500, help="length of a part, roughly (1500)")
    command.add_argument("--inside-scenes", action="store_true",
                         help="parts may begin where there is no cut, so that scenes of any length become short parts")
    command.add_argument("--run-in", type=int, default=48,
                         help="frames before a part that are denoised and dropped, so that its first frames have a "
                              "past (48)")
    command.add_argument("--denoiser", help="a command that reads y4m and writes it (denoise_y4m.py)")
    command.set_defaults(run=split)
    command = commands.add_parser("part", help="denoises one part")
    command.add_argument("folder")
    command.add_argument("number", type=int)
    command.set_defaults(run=denoise_part)
    command = commands.add_parser("join", help="joins the parts, with everything else of the film")
    command.add_argument("folder")
    command.add_argument("out")
    command.set_defaults(run=join)
    options = parser.parse_args()
    if options.command == "split" and (options.frames < 1 or options.run_in < 0):
        parser.error("--frames is at least 1, and --run-in at least 0")
    if options.command == "join" and not options.out.endswith(".mkv"):
        parser.error(f"the parts are FFV1; expected a file that ends in .mkv, found {options.out}")
    try:
        options.run(options)
    except (Failure, OSError) as error:
        sys.exit(f"cluster: {error}")


if __name__ == "__main__":
    main()
