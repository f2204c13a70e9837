# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin without memory for what the judge remembers: it says so, and shows no findings that would be others with memory."""

import os
import re
import unittest

import harness
from harness import TESTDATA, TSHARK, wireshark

LIBRARY = os.environ["IPIP_FAULT"]
CAPTURE = TESTDATA / "violations.pcap"


def findings(*faults):
    """Lines of frame and rules, and what was said."""
    result = wireshark("env", ["LD_PRELOAD=" + LIBRARY, *faults, TSHARK, "-r", CAPTURE, "-T", "fields", "-e", "frame.number", "-e", "ipip.rule"])
    return result.returncode, result.stdout, result.stderr


class Memory(unittest.TestCase):
    def starve(self, bytes):
        """Where allocations of such a size fail, and only those."""
        status, golden, errors = findings()
        self.assertRegex(golden, "IPIP")
        self.assertNotIn("memory", errors)
        starved_status, starved, errors = findings("IPIP_FAULT_BYTES=" + bytes)
        self.assertIn(starved_status, (status, 3))  # 4.4 and later end so where a failure was reported
        self.assertEqual(len(re.findall("out of memory", errors)), 1, errors)
        self.assertEqual(len(starved.splitlines()), len(golden.splitlines()))
        return golden.splitlines(), starved.splitlines()

    def test_nothing_can_be_remembered(self):
        """The ring of datagrams seen last (100 octets each, 65,536 of them), which is made for the first tunnel packet."""
        golden, starved = self.starve("6553600:6557200")
        self.assertEqual(starved[0].split("\t")[0], golden[0].split("\t")[0])
        self.assertNotRegex("\n".join(starved[1:]), "IPIP")

    def test_no_judge(self):
        """The room for fragments, a little more than 8 MiB; Wireshark itself takes 8 MiB at a time."""
        _, starved = self.starve("8388609:9000000")
        self.assertNotRegex("\n".join(starved), "IPIP")


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
