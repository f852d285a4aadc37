# SPDX-License-Identifier: LGPL-2.1-or-later
"""Stands in for a network camera: serves one pipeline that ends in H.264 over RTSP, on loopback.

Usage: rtsp_server.py FILE PIPELINE; its port is written to FILE once it listens.
"""

import pathlib
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer


def main(file, pipeline):
    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    # The kernel chooses a free port.
    server.set_service("0")
    factory = GstRtspServer.RTSPMediaFactory.new()
    factory.set_launch(f"( {pipeline} ! rtph264pay name=pay0 pt=96 config-interval=-1 )")
    server.get_mount_points().add_factory("/camera", factory)
    server.attach(None)
    # The file appears with its whole content.
    part = pathlib.Path(file + ".part")
    part.write_text(str(server.get_bound_port()))
    part.rename(file)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main(*sys.argv[1:])
