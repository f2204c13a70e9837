# SPDX-License-Identifier: GPL-2.0-or-later
"""The command, the plugin and the library are hardened as Debian's packages are: what readelf(1) shows of them."""

import itertools
import os
import platform
import re
import subprocess
import unittest
from pathlib import Path

import harness
from harness import BUILD, COMMAND

FILES = {"command": Path(COMMAND), "library": BUILD / "core" / "libipip.so",
         **{"plugin": path for path in Path(harness.PLUGINS).glob("*/epan/ipip.so")}}
HAS_PLUGIN = os.environ.get("IPIP_HAS_PLUGIN") == "1"


def readelf(path, *options):
    return subprocess.run(["readelf", "--wide", *options, path], capture_output=True, text=True, check=True).stdout


class Hardening(unittest.TestCase):
    def test_all_are_there(self):
        self.assertEqual(set(FILES), {"command", "library", *(["plugin"] if HAS_PLUGIN else [])})

    def each(self, *options):
        return [(name, readelf(path, *options)) for name, path in FILES.items()]

    def test_position_independent(self):
        for name, text in self.each("--file-header", "--dynamic"):
            self.assertRegex(text, r"Type: +DYN")
            self.assertEqual("PIE" in re.search(r"FLAGS_1\).*", text)[0], name == "command")

    def test_full_relro(self):
        for _, text in self.each("--segments", "--dynamic"):
            self.assertIn("GNU_RELRO", text)
            self.assertRegex(text, r"\(FLAGS\) .*BIND_NOW")
            self.assertRegex(text, r"\(FLAGS_1\) .*NOW")

    def test_no_executable_stack(self):
        for _, text in self.each("--segments"):
            self.assertRegex(text, r"GNU_STACK .* RW ")
            self.assertNotRegex(text, r"LOAD .* (W ?E|RWE) ")

    def test_stack_protector_and_fortify(self):
        for _, text in self.each("--dyn-syms"):
            self.assertIn("__stack_chk_fail@", text)
            self.assertRegex(text, r"__(mem|str|v?s?n?f?printf|f?read|fd)[a-z]*_chk@")

    def test_compiled_so(self):
        """These leave no mark but in the debugging information, which names the compiler's options. Of control-flow protection (CET)
        there is one in the file, too, but the linker sets it only where the C library's objects have it, and Debian 12's have not."""
        flags = ["-fstack-clash-protection", *(["-fcf-protection"] if platform.machine() == "x86_64" else [])]
        for name, text in self.each("--debug-dump=info", "--dwarf-depth=1"):
            ours = [line for line in re.findall(r"DW_AT_producer +: (.*)", text) if "GNU C" in line]
            self.assertTrue(ours)
            for line, flag in itertools.product(ours, flags):
                self.assertIn(flag, line, name)


if __name__ == "__main__":
    harness.main()
