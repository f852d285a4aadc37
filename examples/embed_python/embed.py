#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Uses denoiseae in an application: a pipeline, its messages, a property that changes meanwhile.

SOURCE and SINK replace the camera and the screen.
"""

import os
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402


def main():
    Gst.init(sys.argv)
    pipeline = Gst.parse_launch(
        os.environ.get("SOURCE", "v4l2src")
        + " ! decodebin ! videoconvert ! denoiseae name=denoiser post-messages=true"
        + " ! sharpen3x3 ! queue ! videoconvert ! "
        + os.environ.get("SINK", "autovideosink")
    )
    denoiser = pipeline.get_by_name("denoiser")
    loop = GLib.MainLoop()
    failed = []

    def on_message(_bus, message):
        if message.type == Gst.MessageType.ERROR:
            error, debug = message.parse_error()
            print(f"{error.message}\n{debug}", file=sys.stderr)
            failed.append(error)
            loop.quit()
        elif message.type == Gst.MessageType.EOS:
            loop.quit()
        elif message.type == Gst.MessageType.LATENCY:
            pipeline.recalculate_latency()
        elif message.type == Gst.MessageType.ELEMENT and message.has_name("denoiseae"):
            fields = message.get_structure()
            print(f"noise level {fields.get_value('noise-level'):.1f}")
            # This may change at any time. Colour can be denoised more than brightness.
            denoiser.set_property("chroma-strength", 1.5)

    bus = pipeline.get_bus()
    bus.add_signal_watch()
    bus.connect("message", on_message)
    # A failure to start comes as an error message as well.
    pipeline.set_state(Gst.State.PLAYING)
    loop.run()
    print(denoiser.get_property("stats").to_string())
    pipeline.set_state(Gst.State.NULL)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
