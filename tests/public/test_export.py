# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures made by others: what Wireshark exports from tunnels is what `ipip decap` writes."""

import itertools
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
import layers
from exports import EXPORTS, differences

MERGECAP = str(Path(harness.TSHARK).with_name("mergecap"))


class Export(unittest.TestCase):
    def test_same_as_decap(self):
        harness.require_plugin()
        captures = [path for path in harness.third_party_captures() if path.parent.name == "tunnel"]
        some, none = layers.with_and_without_tunnels(captures)
        wrong, counts = zip(*harness.each(lambda case: differences(*case), itertools.product(some, EXPORTS)))
        self.assertEqual([line for lines in wrong for line in lines], [])
        self.assertGreater(sum(counts), 0)
        print("%d captures, %d packets are exported as decap writes them" % (len(some), sum(counts)))
        with tempfile.TemporaryDirectory() as folder:
            others = Path(folder, "others.pcapng")
            subprocess.run([MERGECAP, "-a", "-w", others, *none], check=True)
            for name in EXPORTS:
                wrong, count = differences(others, name)
                self.assertEqual(wrong, [])
                self.assertGreater(count, 15000)
        print("of %d others, without IPv4 in IPv4 and read as one, %d are" % (len(none), count))


if __name__ == "__main__":
    harness.skip_without_captures()
    harness.main()
