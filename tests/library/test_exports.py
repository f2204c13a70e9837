# SPDX-License-Identifier: GPL-2.0-or-later
"""The shared library shows the functions of include/ipip and nothing else, and needs the C library only."""

import re
import subprocess
import unittest

import harness
from harness import BUILD, TESTDATA

LIBRARY = BUILD / "core" / "libipip.so"
HEADERS = sorted((TESTDATA.parent / "include" / "ipip").glob("*.h"))


def declared(text):
    """The functions that a header declares, but for those that it holds itself."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"^#.*$|extern \"C\" \{", "", text, flags=re.MULTILINE)
    while "{" in text:  # bodies, from the inside out
        text = re.sub(r"\{[^{}]*\}", ";" if ")" in text.split("{", 1)[0].rsplit(";", 1)[-1] else "", text, count=1)
    statements = [" ".join(statement.split()) for statement in text.replace("}", "").split(";")]
    return {re.search(r"(\w+)\(", statement)[1] for statement in statements
            if "(" in statement and not statement.startswith(("static ", "typedef "))}


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Exports(unittest.TestCase):
    def test_public_functions_only(self):
        lines = [line.split() for line in output("nm", "-D", "--defined-only", LIBRARY).splitlines()]
        functions = {name.split("@")[0] for _, kind, name in lines if kind == "T"}
        public = set().union(*(declared(path.read_text()) for path in HEADERS))
        self.assertGreater(len(public), 100)
        self.assertEqual(functions, public)
        # Besides there is the name of the version.
        self.assertEqual([name for _, kind, name in lines if kind != "T" and not name.startswith("IPIP_0.")], [])

    def test_names(self):
        for name in set().union(*(declared(path.read_text()) for path in HEADERS)):
            self.assertRegex(name, "^ipip_[a-z0-9_]+$")

    def test_needs_the_c_library_only(self):
        needed = re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-dW", LIBRARY))
        self.assertEqual([name for name in needed if not name.startswith("ld-linux")], ["libc.so.6"])

    def test_ipip_h_is_everything(self):
        included = re.findall(r'^#include "ipip/(.*)"$', (HEADERS[0].parent / "ipip.h").read_text(), re.MULTILINE)
        self.assertEqual(included, [path.name for path in HEADERS if path.name != "ipip.h"])

    def test_each_header_tells_of_memory(self):
        for path in HEADERS:
            with self.subTest(header=path.name):
                if declared(path.read_text()):
                    self.assertRegex(" ".join(re.findall(r"/\*.*?\*/", path.read_text(), re.DOTALL)), "llocates|no memory")

    def test_parameters_are_no_arrays_with_static(self):
        for path in HEADERS:
            with self.subTest(header=path.name):
                self.assertNotRegex(path.read_text(), r"\[static ")


if __name__ == "__main__":
    harness.main()
