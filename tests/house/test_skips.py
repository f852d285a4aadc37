# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests that do not run are reported as skipped, never as passed."""

import pathlib
import tempfile
import unittest

import skips

ROOT = pathlib.Path(__file__).resolve().parents[2]


def planted(rule, path, text):
    with tempfile.TemporaryDirectory() as root:
        file = pathlib.Path(root) / path
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="ascii")
        return list(rule(root))


def body(text):
    return f"START_TEST(test_a) {{\n{text}\n}}\nEND_TEST\n"


class Silence(unittest.TestCase):
    def test_is_seen(self):
        for text in (body("if (!ready()) return;"), body("for (auto& v : all) {\n  return ;\n}"),
                     body("for (auto& v : all)\n  if (!v.available) continue;"),
                     body("") + "int main() {\n  if (!ready()) return 77;\n}", "void f() { exit(77); }"):
            with self.subTest(text):
                self.assertEqual(len(planted(skips.silent_tests, "tests/lib/test_a.cpp", text)), 1)

    def test_is_told_from_sound(self):
        for text in (body("f();") + "void g() {\n  return;\n}\n" + body("f();"), body("// return;"),
                     body("if (!ready()) skip_test(\"return;\");"), body("f([] { return 1; });")):
            with self.subTest(text):
                self.assertEqual(planted(skips.silent_tests, "tests/lib/test_a.cpp", text), [])


class Unheard(unittest.TestCase):
    def test_tests_are_seen(self):
        for text in ("test('a',\n  executable('test_a', 'test_a.cpp'),\n  suite: ['lib'])",
                     "foreach a : b\n  test(a, python3, args: [tap, files('test_' + a + '.py')])\nendforeach",
                     "test('a', executable('a'), protocol: 'tap')\ntest('b', executable('b'))"):
            with self.subTest(text):
                self.assertEqual(len(planted(skips.unheard_tests, "tests/lib/meson.build", text)), 1)

    def test_others_are_allowed(self):
        for path, text in (("tests/a/meson.build", "test('a', executable('a'), protocol: 'tap')"),
                           ("tests/a/meson.build", "test('a', find_program('a.sh'))"),
                           ("tests/plugin/meson.build", "test('a', executable('a'))")):
            with self.subTest(text):
                self.assertEqual(planted(skips.unheard_tests, path, text), [])


class Tree(unittest.TestCase):
    def test_has_no_test_that_passes_without_running(self):
        self.assertEqual(list(skips.silent_tests(ROOT)), [])

    def test_has_no_test_that_meson_does_not_read(self):
        self.assertEqual(list(skips.unheard_tests(ROOT)), [])


if __name__ == "__main__":
    unittest.main()
