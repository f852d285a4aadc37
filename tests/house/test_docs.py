# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tables of the documents agree with the program, and links lead to files."""

import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
INHERITED = {"name", "parent", "qos"}

try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstVideo", "1.0")
    from gi.repository import GObject, Gst, GstVideo
except (ImportError, ValueError) as error:
    raise unittest.SkipTest(str(error)) from error


def documented_properties(text, element):
    """Returns the second column of the table in an element's chapter, by the name of the property."""
    chapter = re.search(rf"^#+ `?{element}`?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    table = re.search(r"^\| Property \|.*?(?=\n\n|\Z)", chapter.group(1), re.MULTILINE | re.DOTALL)
    return dict(re.findall(r"^\| `([a-z-]+)` \| ([^|]+?) \|", table.group(0), re.MULTILINE))


def default_text(spec):
    if spec.value_type.is_a(GObject.TYPE_ENUM):
        # The default is a number or knows its name, as the release of PyGObject has it.
        return Gst.value_serialize(GObject.Value(spec.value_type, spec.default_value))
    value = spec.default_value
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


class Elements(unittest.TestCase):
    def setUp(self):
        Gst.init(None)
        self.text = (ROOT / "docs" / "elements.md").read_text()

    def properties(self, element):
        made = Gst.ElementFactory.make(element)
        self.assertIsNotNone(made, element)
        return {spec.name: spec for spec in made.list_properties() if spec.name not in INHERITED}

    def test_tables_list_each_property_with_its_default(self):
        for element in ("denoiseae", "sharpen3x3", "addnoise"):
            rows = documented_properties(self.text, element)
            specs = self.properties(element)
            self.assertEqual(sorted(rows), sorted(specs))
            for name, spec in specs.items():
                with self.subTest(element=element, property=name):
                    if not spec.flags & GObject.ParamFlags.WRITABLE:
                        self.assertIn("read only", rows[name])
                    else:
                        self.assertIn(f"`{default_text(spec)}`", rows[name])
                    if hasattr(spec, "minimum"):
                        self.assertIn(f"{spec.minimum:g} ... {spec.maximum:.10g}", rows[name])

    def test_table_lists_each_noise_model(self):
        table = re.search(r"^\| Model \|.*", self.text, re.MULTILINE | re.DOTALL).group(0)
        # The tests of the plugin compare this text with the element.
        seen = (ROOT / "tests" / "plugin" / "inspect" / "addnoise.txt").read_text()
        kinds = re.findall(r"^ +\d+ ([a-z-]+): ", seen, re.MULTILINE)
        self.assertGreater(len(kinds), 3)
        self.assertEqual(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE), kinds)

    def test_table_lists_each_shipped_model(self):
        table = re.search(r"^\| Weights \|.*?(?=\n\n)", self.text, re.MULTILINE | re.DOTALL).group(0)
        listed = [name for row in re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE)
                  for name in re.findall(r"`([^`]+)`", row)]
        shipped = [path.parent.name for path in (ROOT / "models").glob("*/weights.safetensors")]
        self.assertEqual(sorted(listed), sorted(shipped))

    def test_readme_names_only_properties_that_exist(self):
        rows = re.findall(r"^\| `([a-z-]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
        known = {name for element in ("denoiseae", "sharpen3x3", "addnoise")
                 for name in self.properties(element)}
        self.assertGreater(len(rows), 3)
        self.assertEqual(set(rows) - known, set())

    def test_formats_are_those_of_the_pads(self):
        line = re.search(r"^Formats: (.*?)\.$", self.text, re.MULTILINE | re.DOTALL).group(1)
        documented = re.split(r",\s*", line)
        for newer in re.findall(r"(\w+) is taken, too, where GStreamer knows it", self.text):
            if GstVideo.VideoFormat.from_string(newer) != GstVideo.VideoFormat.UNKNOWN:
                documented.append(newer)
        pads = Gst.ElementFactory.find("sharpen3x3").get_static_pad_templates()
        text = " ".join(pad.get_caps().to_string() for pad in pads)
        listed = re.search(r"format=\(string\)\{([^}]*)\}", text).group(1)
        self.assertEqual(sorted(documented), sorted(re.split(r"[,\s]+", listed.strip())))


class Features(unittest.TestCase):
    def test_rows_name_tests_that_exist(self):
        text = (ROOT / "docs" / "elements.md").read_text()
        rows = re.search(r"^\| Feature \|.*?(?=\n\n|\Z)", text, re.MULTILINE | re.DOTALL).group(0)
        rows = rows.splitlines()[2:]
        self.assertGreater(len(rows), 20)
        sources = "".join(path.read_text() for kind in ("*.cpp", "*.py")
                          for path in (ROOT / "tests").rglob(kind))
        for row in rows:
            with self.subTest(row=row):
                name = re.search(r"\| `(test_[a-z0-9_]+)` \|$", row).group(1)
                self.assertRegex(sources, rf"(START_TEST\(|def ){name}\b")


class LaunchLines(unittest.TestCase):
    def test_launch_lines_of_the_elements_run(self):
        """The ends that need a camera or a screen are replaced."""
        lines = [line for source in sorted((ROOT / "plugin").glob("*.cpp"))
                 for line in re.findall(r"\|\[\n(.*?)\]\|", source.read_text(), re.DOTALL)]
        self.assertGreaterEqual(len(lines), 3)
        for line in lines:
            line = " ".join(re.sub(r"^ \* ?", "", line, flags=re.MULTILINE).split())
            line = re.sub(r"v4l2src|videotestsrc(?! num-buffers)", "videotestsrc num-buffers=3", line)
            line = line.replace("autovideosink", "fakesink")
            with self.subTest(line=line):
                done = subprocess.run(line.split(), capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)


class Links(unittest.TestCase):
    def test_lead_to_files(self):
        broken = []
        for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
                if not (page.parent / target).exists():
                    broken.append(f"{page.name}: {target}")
        self.assertEqual(broken, [])


if __name__ == "__main__":
    unittest.main()
