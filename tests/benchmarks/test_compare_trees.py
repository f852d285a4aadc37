# SPDX-License-Identifier: LGPL-2.1-or-later
"""benchmarks/compare_trees.py: what counts as a difference, and what it trains on."""

import contextlib
import io
import json
import os
import pathlib
import struct
import sys
import tempfile
import types
import unittest
import unittest.mock
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

import compare_trees

WEIGHTS = rb'{"__metadata__":{"denoiseae":"{\"preset\":\"a\",\"date\":\"DAY\"}"}}'


class Environment(unittest.TestCase):
    def test_is_that_of_the_other_tree(self):
        old = {"PATH": "/a/b/build/training:/a/bc/x:/usr/bin", "LD_LIBRARY_PATH": "/a/b/build/lib"}
        self.assertEqual(compare_trees.moved(old, "/a/b", "/other"), {
            "PATH": "/other/build/training:/a/bc/x:/usr/bin",
            "LD_LIBRARY_PATH": "/other/build/lib"})

    def test_a_program_of_another_place_is_not_taken(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = compare_trees.Tree(pathlib.Path(folder))
            tree.variables["PATH"] = os.environ["PATH"]
            with self.assertRaisesRegex(compare_trees.CompareError, "has built no sh"):
                tree.run("sh", "-c", "exit 0")

    def test_a_program_that_fails_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "fails"
            program.write_text("#!/bin/sh\necho broken >&2\nexit 3\n")
            program.chmod(0o755)
            tree = compare_trees.Tree(pathlib.Path(folder))
            tree.variables["PATH"] = str(pathlib.Path(folder).resolve())
            with self.assertRaisesRegex(compare_trees.CompareError, "broken"):
                tree.run("fails")


class Differences(unittest.TestCase):
    def test_are_the_lines_that_one_side_alone_has(self):
        self.assertEqual(compare_trees.changed_lines("a: 1\nb: 2\n", "a: 1\nb: 2\n"), [])
        self.assertEqual(compare_trees.changed_lines("a: 1\nb: 2\nc: 3\n", "a: 1\nb: 4\nc: 3\nd: 5\n"),
                         ["-b: 2", "+b: 4", "+d: 5"])

    def test_are_the_files_whose_bytes_are_not_alike(self):
        with tempfile.TemporaryDirectory() as scratch:
            theirs, ours = pathlib.Path(scratch) / "a", pathlib.Path(scratch) / "b"
            for folder in (theirs, ours):
                (folder / "in").mkdir(parents=True)
                (folder / "in" / "same").write_bytes(b"x")
            (theirs / "w").write_bytes(WEIGHTS.replace(b"DAY", b"2026-01-02"))
            (ours / "w").write_bytes(WEIGHTS.replace(b"DAY", b"2026-01-03"))
            self.assertEqual(compare_trees.changed_files(theirs, ours), [])
            (ours / "in" / "same").write_bytes(b"y")
            (ours / "more").write_bytes(b"")
            self.assertEqual(compare_trees.changed_files(theirs, ours), ["in/same", "more"])

    def test_of_weights_are_seen_beside_the_date(self):
        self.assertNotIn(b"DAY", compare_trees.without_date(WEIGHTS))
        self.assertIn(rb"\"preset\":\"a\"", compare_trees.without_date(WEIGHTS))

    def test_are_counted(self):
        report = compare_trees.Report()
        with contextlib.redirect_stdout(io.StringIO()) as out:
            report.add("one", [])
            report.add("two", ["-a", "+b"])
        self.assertEqual(report.differences, 2)
        self.assertEqual(out.getvalue(), "one: equal\ntwo: 2 differ\n  -a\n  +b\n")


class Speed(unittest.TestCase):
    def test_is_compared_within_the_rounds(self):
        # The machine became twice as slow after the first round.
        line = compare_trees.ratio_line("I420 int8", [(10, 10), (21, 20), (22, 20)])
        self.assertRegex(line, r"^I420 int8 +21\.00 ms +20\.00 ms +x 1\.050 +\(1\.000 to 1\.100\)$")

    def test_of_streams_is_compared_for_each_number_of_them(self):
        def tree(ms):
            def run(program, *arguments):
                streams = arguments[arguments.index("--streams") + 1]
                line = {"ms_per_frame": ms, "busy_ms_per_frame": 2 * ms, "slowest_ms": 9 * ms,
                        "process_threads": streams + ms, "peak_mib": 10 * streams}
                return types.SimpleNamespace(stdout=json.dumps(line))
            return unittest.mock.Mock(run=run)

        options = types.SimpleNamespace(size="96x64", frames=3, threads=0, rounds=2, streams=[1, 8])
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            compare_trees.compare_streams(tree(3), tree(4), options)
        text = printed.getvalue()
        self.assertRegex(text, r"(?m)^8 processor time +6\.00 ms +8\.00 ms +x 0\.750 ")
        self.assertIn("8 streams: 11 threads and 80 MiB, 12 and 80 in the other tree", text)
        self.assertEqual(text.count("x 0.750"), 6)


class TrainingData(unittest.TestCase):
    def test_is_written_as_png(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "a" / "b.png"
            compare_trees.write_png(path, 3, 2, lambda x, y: (x, y, 7))
            content = path.read_bytes()
        self.assertEqual(content[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(struct.unpack(">IIBB", content[16:26]), (3, 2, 8, 2))
        start = content.index(b"IDAT") + 4
        (length,) = struct.unpack(">I", content[start - 8:start - 4])
        self.assertEqual(zlib.decompress(content[start:start + length]),
                         bytes([0, 0, 0, 7, 1, 0, 7, 2, 0, 7, 0, 0, 1, 7, 1, 1, 7, 2, 1, 7]))
        (crc,) = struct.unpack(">I", content[start + length:start + length + 4])
        self.assertEqual(crc, zlib.crc32(content[start - 4:start + length]))

    def test_is_where_the_presets_look_for_it(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            compare_trees.draw_training_data(root)
            for preset, _ in compare_trees.trainings():
                text = (ROOT / "training" / "presets" / f"{preset}.toml").read_text()
                for line in text.splitlines():
                    if line.startswith("path = "):
                        path = root / line.split('"')[1]
                        self.assertGreater(len([*path.rglob("*.png")]), 3, path)


if __name__ == "__main__":
    unittest.main()
