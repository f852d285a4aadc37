# SPDX-License-Identifier: LGPL-2.1-or-later
"""Limits are called kMin and kMax, and no two types share a name."""

import pathlib
import tempfile
import unittest

import names

ROOT = pathlib.Path(__file__).resolve().parents[2]


def planted(rule, **files):
    """The findings of a rule in files of this content; __ in a name is a slash, _h the suffix .h."""
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = pathlib.Path(root) / name.replace("__", "/").replace("_h", ".h").replace("_cpp", ".cpp")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="ascii")
        return list(rule(root))


def inside(namespace, text):
    return f"namespace {namespace} {{\n{text}\n}}\n"


class Limits(unittest.TestCase):
    def test_are_seen(self):
        for text in ("constexpr int kMostRows = 3;", "int a[kLeast];", "f(kLeastWidth2)"):
            with self.subTest(text):
                self.assertEqual(len(planted(names.limits, lib__src__a_cpp=text)), 1)

    def test_are_told_from_others(self):
        for text in ("constexpr int kMaxRows = 3;", "int kMostly;", "// kMostRows", "int akMost;"):
            with self.subTest(text):
                self.assertEqual(planted(names.limits, lib__src__a_cpp=text), [])


class Types(unittest.TestCase):
    def found(self, text):
        return [("::".join(found.namespace), found.name)
                for found in names.types(pathlib.Path("a.h"), text)]

    def test_definitions_at_namespace_scope_are_found(self):
        for text in ("struct A { int b; };", "class DAE_API A final : public B {};",
                     "template <class T>\nstruct A {};", "enum class A : int { b, c };",
                     "struct alignas(64) A {};", "union A { int b; };", "struct B;\nstruct A {};",
                     "struct A { struct B { enum C { d }; }; };", "void f() { struct B {}; }\nclass A {};",
                     'const char* c = "{";\nconst char d = \'{\';  // {\nenum A { b };'):
            with self.subTest(text):
                self.assertEqual(self.found(inside("denoiseae", text)), [("denoiseae", "A")])

    def test_others_are_not_taken_for_definitions(self):
        for text in ("struct A;", "class A* f();", "template <>\nstruct A<int> {};",
                     "struct A::Impl { int b; };", "enum class A : int;", "struct A f;"):
            with self.subTest(text):
                self.assertEqual(self.found(inside("denoiseae", text)), [])

    def test_namespaces_are_told(self):
        a = "struct A {};"
        for text, namespace in ((a, ""), (inside("b::c", a), "b::c"),
                                (inside("b", inside("c", a)), "b::c"),
                                (inside("b", inside("", a)), f"b::{names.UNNAMED}"),
                                ('extern "C" {\n' + a + "\n}\n", ""),
                                (inside("b", "void f() {}") + a, "")):
            with self.subTest(text):
                self.assertEqual(self.found(text), [(namespace, "A")])

    def test_braces_that_do_not_match_are_no_silence(self):
        with self.assertRaises((ValueError, IndexError)):
            self.found("namespace b {")
        with self.assertRaises((ValueError, IndexError)):
            self.found("}")


class Namesakes(unittest.TestCase):
    A = "struct A {};"
    DENOISEAE = inside("denoiseae", A)
    UNNAMED = inside("denoiseae", inside("", A))

    def test_of_one_namespace_are_seen(self):
        self.assertEqual(planted(names.namesakes, lib__src__a_h=self.DENOISEAE,
                                 training__b_cpp=inside("denoiseae", "\nenum A { c };")),
                         ["A: lib/src/a.h:2 and training/b.cpp:3"])

    def test_hidden_behind_a_header_are_seen(self):
        for hidden in (self.UNNAMED, inside("", self.A)):
            with self.subTest(hidden):
                self.assertEqual(len(planted(names.namesakes, lib__src__a_h=self.DENOISEAE,
                                             training__b_cpp=hidden)), 1)
        room = inside("denoiseae::room", self.A)
        self.assertEqual(len(planted(names.namesakes, lib__src__a_h=room,
                                     lib__src__b_cpp=inside("denoiseae::room", inside("", self.A)))), 1)

    def test_that_never_meet_are_allowed(self):
        room = inside("denoiseae::room", self.A)
        for files in ({"lib__src__a_cpp": self.UNNAMED, "lib__src__b_cpp": self.UNNAMED},
                      {"lib__src__a_h": self.DENOISEAE, "lib__src__b_h": room},
                      {"lib__src__a_cpp": self.DENOISEAE, "lib__src__b_cpp": self.UNNAMED},
                      {"lib__src__a_h": room, "lib__src__b_cpp": self.UNNAMED},
                      {"training__a_h": self.DENOISEAE, "lib__src__b_cpp": self.UNNAMED},
                      {"lib__src__a_h": self.DENOISEAE, "plugin__b_cpp": self.UNNAMED},
                      {"lib__src__a_h": self.DENOISEAE, "tests__b_h": self.DENOISEAE},
                      {"lib__src__a_h": f"#if X\n{self.DENOISEAE}#else\n{self.DENOISEAE}#endif\n"}):
            with self.subTest(files):
                self.assertEqual(planted(names.namesakes, **files), [])


class Tree(unittest.TestCase):
    def test_calls_limits_min_and_max(self):
        self.assertEqual(list(names.limits(ROOT)), [])

    def test_has_no_two_types_of_one_name(self):
        self.assertGreater(len(list(names.all_types(ROOT))), 200)
        self.assertEqual(list(names.namesakes(ROOT)), [])


if __name__ == "__main__":
    unittest.main()
