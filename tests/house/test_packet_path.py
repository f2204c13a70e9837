# SPDX-License-Identifier: GPL-2.0-or-later
"""doc/packet-path.md names files that exist, and functions that are defined in one of the files beside them."""

import re
import unittest

import harness

PROJECT = harness.TESTDATA.parent
PAGE = PROJECT / "doc" / "packet-path.md"
FILE = re.compile(r"`((?:analyzer|core|include|plugin|tests)/[\w./-]+)`")
FUNCTION = re.compile(r"`([a-z_]+)`")


class PacketPath(unittest.TestCase):
    def test_files_exist(self):
        names = FILE.findall(PAGE.read_text())
        self.assertGreater(len(names), 20)
        self.assertEqual([name for name in names if not (PROJECT / name).is_file()], [])

    def test_functions_are_where_it_says(self):
        count = 0
        for line in PAGE.read_text().splitlines():
            if re.match(r"\| \d+ \|", line):
                where, functions = line.split("|")[3:5]
                sources = "\n".join((PROJECT / name).read_text() for name in FILE.findall(where))
                for function in FUNCTION.findall(functions):
                    count += 1
                    self.assertTrue(re.search(r"(?m)^(?:__attribute__\S+ )?[a-z][\w *]*\b%s\([^;]*$" % function, sources), "%s in%s" % (function, where))
        self.assertGreater(count, 10)


if __name__ == "__main__":
    harness.main()
