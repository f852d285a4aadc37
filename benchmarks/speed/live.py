#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Plays raw frames as a live source of 60 frames a second through denoiseae, and prints what was
shown as a line of JSON. The model that was chosen then takes the same frames as fast as it can."""

import argparse
import json
import pathlib
import statistics
import sys
import threading
import time

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst

FPS = 60
DURATION = Gst.SECOND // FPS
SINK = "fakevideosink name=sink sync=true qos=true signal-handoffs=true"


class Player:
    """A pipeline from frames in memory to a sink."""

    def __init__(self, options, frames, denoiser, rest):
        width, height = options.size.split("x")
        self.frames = frames
        self.pipeline = Gst.parse_launch(
            f"appsrc name=source format=time caps=video/x-raw,format=I420,width={width},"
            f"height={height},framerate={FPS}/1 max-buffers=2 {rest[0]} ! "
            f"{denoiser} name=denoiser threads={options.threads} post-messages=true ! {rest[1]}")
        self.source = self.pipeline.get_by_name("source")
        self.denoiser = self.pipeline.get_by_name("denoiser")
        self.histories = []

    def push(self, number):
        buffer = Gst.Buffer.new_wrapped(self.frames[number % len(self.frames)])
        buffer.pts, buffer.duration = number * DURATION, DURATION
        self.source.emit("push-buffer", buffer)

    def start(self):
        self.pipeline.set_state(Gst.State.PLAYING)

    def pump(self, seconds):
        """Answers messages for so long, or until the stream ends. Returns whether it did."""
        bus, end = self.pipeline.get_bus(), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            message = bus.timed_pop(int(left * Gst.SECOND))
            if message is None:
                continue
            if message.type == Gst.MessageType.ERROR:
                sys.exit(f"live: {message.parse_error()[0].message}")
            if message.type == Gst.MessageType.EOS:
                return True
            if message.type == Gst.MessageType.LATENCY:
                self.pipeline.recalculate_latency()
            structure = message.get_structure()
            if structure and structure.get_name() == "denoiseae":
                self.histories.append(structure.get_double("history")[1])
        return False

    def now(self):
        clock = self.pipeline.get_pipeline_clock()
        return clock.get_time() - self.pipeline.get_base_time()

    def latency(self):
        """Returns the latency that the pipeline tells, in seconds."""
        query = Gst.Query.new_latency()
        if not self.pipeline.query(query):
            sys.exit("live: the pipeline tells no latency")
        return query.parse_latency().min_latency / Gst.SECOND

    def stop(self):
        self.pipeline.set_state(Gst.State.NULL)


def play_live(options, frames):
    """Returns what the sink showed after the first seconds, in which the element finds its model."""
    player = Player(options, frames, f"denoiseae model={options.model}",
                    ("is-live=true leaky-type=downstream", f"queue max-size-buffers=2 ! {SINK}"))
    done = threading.Event()

    delays = []  # from when a frame was taken to when it was shown

    def shoot():
        number = 0
        while not done.is_set():
            late = player.now() - number * DURATION
            if late < 0:
                time.sleep(-late / Gst.SECOND)
            player.push(number)
            number += 1

    player.start()
    camera = threading.Thread(target=shoot)
    camera.start()
    sink = player.pipeline.get_by_name("sink")
    sink.connect("handoff", lambda _, buffer, pad: delays.append(player.now() - buffer.pts))

    def shown():
        stats = sink.get_property("stats")
        return stats.get_value("rendered"), stats.get_value("dropped")

    player.pump(options.settle)
    before = shown()
    player.histories.clear()
    delays.clear()
    player.pump(options.seconds)
    after = shown()
    latency = player.latency()
    model = player.denoiser.get_property("stats").get_string("model")
    done.set()
    camera.join()
    player.stop()
    return {"model": model, "shown": after[0] - before[0], "late": after[1] - before[1],
            "history": min(player.histories, default=0), "latency_s": latency,
            "delay_s": statistics.median(delays or [0]) / Gst.SECOND}


def rate_alone(options, frames, model):
    """Returns how many frames a second the model takes when it gets them as fast as it can."""
    few, many = 10, 10 + options.alone
    times = []
    for count in (few, many):
        player = Player(options, frames, f"denoiseae model={model}",
                        ("block=true", "fakesink sync=false"))
        start = time.monotonic()
        player.start()
        for number in range(count):
            player.push(number)
        player.source.emit("end-of-stream")
        if not player.pump(600):
            sys.exit("live: the pipeline does not end")
        times.append(time.monotonic() - start)
        player.stop()
    return (many - few) / (times[1] - times[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("frames", type=pathlib.Path, help="folder of raw frames, I420")
    parser.add_argument("--size", required=True, help="of the frames: WIDTHxHEIGHT")
    parser.add_argument("--model", default="auto")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--settle", type=float, default=4, help="seconds that do not count")
    parser.add_argument("--seconds", type=float, default=8, help="seconds that do")
    parser.add_argument("--alone", type=int, default=60, help="frames to time the model alone with")
    options = parser.parse_args()
    Gst.init(None)
    frames = [path.read_bytes() for path in sorted(options.frames.iterdir())]
    found = play_live(options, frames)
    alone = rate_alone(options, frames, found["model"])
    found["shown_per_s"] = found["shown"] / options.seconds
    # A source of 60 frames a second cannot show more of them.
    found["possible_per_s"] = min(alone, FPS)
    print(json.dumps({"size": options.size, **found}))


if __name__ == "__main__":
    main()
