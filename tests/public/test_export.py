# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures made by others: what Wireshark exports from tunnels is what `ipip decap` writes."""

import unittest

import harness
from exports import EXPORTS, differences


class Export(unittest.TestCase):
    def test_same_as_decap(self):
        harness.require_plugin()
        captures = [path for path in harness.third_party_captures() if path.parent.name == "tunnel"]
        cases = [(path, name) for path in captures for name in EXPORTS]
        wrong, counts = zip(*harness.each(lambda case: differences(*case), cases))
        self.assertEqual([line for lines in wrong for line in lines], [])
        self.assertGreater(sum(counts), 0)
        print("%d captures, %d packets are exported as decap writes them" % (len(captures), sum(counts)))


if __name__ == "__main__":
    harness.skip_without_captures()
    harness.main()
