# SPDX-License-Identifier: LGPL-2.1-or-later
"""THE table of which folder may include what, and the scanner that applies it."""

import dataclasses
import pathlib
import re

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
SOURCES = {".cpp", ".h", ".inc"}
FOLDERS = ("lib", "plugin", "training", "command", "examples", "tests", "benchmarks")


@dataclasses.dataclass(frozen=True)
class Rule:
    """Includes that match the pattern may stand only in only_in, and never in never_in."""

    what: str
    pattern: str
    only_in: tuple = FOLDERS
    never_in: tuple = ()

    def allows(self, folder):
        def inside(places):
            return any(folder == place or folder.startswith(place + "/") for place in places)

        return inside(self.only_in) and not inside(self.never_in)


USERS = ("examples", "tests", "benchmarks")
BELOW_NETWORKS = ("lib/src/frame", "lib/src/kernels", "lib/src/layout", "lib/src/metrics",
                  "lib/src/motion", "lib/src/noise", "lib/src/parallel", "lib/src/temporal")

RULES = (
    Rule("GStreamer and GLib", r"(gst|glib|gio|gobject|glib-object)[/.]",
         only_in=("plugin", *USERS)),
    Rule("LibTorch", r"(torch|ATen|c10|caffe2)/",
         only_in=("lib/src/engine/torch", "training", "tests", "benchmarks")),
    Rule("Highway", r"hwy/", only_in=("lib/src/kernels", "tests/lib/kernels")),
    Rule("OpenCV", r"opencv", only_in=("training", "tests")),
    Rule("libavcodec", r"lib(av(codec|util|format)|swscale)/",
         only_in=("training/data/footage", "command", "tests/command")),
    Rule("the command line", r"CLI/", only_in=("training", "command", *USERS)),
    Rule("TOML", r"toml", only_in=("training", *USERS)),
    Rule("JSON", r"nlohmann/", only_in=("lib/src", "training", "tests", "benchmarks")),
    Rule("the inside of the library",
         r"(c_interface|engine|frame|kernels|layout|metrics|model|motion|net|noise|parallel|stream|system|temporal)/",
         only_in=("lib/src", "training", "tests", "benchmarks")),
    Rule("the plugin's headers", r"(.*/)?gst(dae|denoiseae|sharpen3x3|addnoise|videobridge|errorbridge)",
         only_in=("plugin", "tests/plugin", "tests/support")),
    Rule("networks", r"(net|model|engine)/|denoiseae/(model|denoiser)\.h", never_in=BELOW_NETWORKS),
    Rule("engines", r"engine/|denoiseae/denoiser\.h", never_in=("lib/src/net", "lib/src/model")),
    Rule("frames", r"frame/|denoiseae/frame\.h", never_in=("lib/src/net", "lib/src/model")),
    Rule("weights files", r"model/|denoiseae/model\.h", never_in=("lib/src/net",)),
    Rule("noise", r"noise/|denoiseae/noise\.h",
         never_in=("lib/src/frame", "lib/src/kernels", "lib/src/net", "lib/src/model")),
    Rule("kernels", r"kernels/",
         never_in=("lib/src/net", "lib/src/model")),
)


def violations(root, rules=RULES):
    """Yields a line for each include below root that breaks a rule."""
    root = pathlib.Path(root)
    for top in FOLDERS:
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in SOURCES:
                continue
            relative = path.relative_to(root)
            for include in INCLUDE.findall(path.read_text(encoding="utf-8")):
                for rule in rules:
                    if re.match(rule.pattern, include) and not rule.allows(str(relative.parent)):
                        yield f"{relative} includes {include}: {rule.what} may not stand there"
