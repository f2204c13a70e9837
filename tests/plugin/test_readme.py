# SPDX-License-Identifier: GPL-2.0-or-later
"""The filters in the README: Wireshark takes each, and each finds something in the captures that come with the project.

The transcripts of the README are run by tests/analyzer/test_golden.py.
"""

import re
import unittest

import harness
from harness import KERNEL, TESTDATA, tshark

CAPTURES = [TESTDATA / "violations.pcap", TESTDATA / "toobig.pcapng", KERNEL / "ipip-nested-5" / "outer.pcap"]


def filters():
    table = re.search(r"\| Filter \| Finds \|\n\|[-|]+\n((?:\|.*\n)+)", (TESTDATA.parent / "README.md").read_text()).group(1)
    return re.findall(r"^\| `([^`]+)` \|", table, flags=re.MULTILINE)


class Filters(unittest.TestCase):
    def test_each_finds_something(self):
        self.assertEqual(len(filters()), 10)
        for expression in filters():
            results = [tshark("-r", path, "-Y", expression) for path in CAPTURES]
            for result in results:
                self.assertEqual((result.returncode, result.stderr), (0, ""), expression)
            self.assertTrue(any(result.stdout for result in results), expression)


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
