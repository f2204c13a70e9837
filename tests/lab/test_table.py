# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of the laboratory, without booting anything: what scripts/lab would run can be run, and is what testdata/lab records."""

import json
import re
import subprocess
import unittest

import harness
import run
import traffic
from table import ROWS, chosen
from topology import COMMANDS, NAMESPACES, ROUTED

LAB = harness.TESTDATA / "lab"
PROGRAMS = {"ip", "tc", "sysctl", "ethtool", "ipip"}


def read(lines):
    """What the words of `--tunnel` describe."""
    result = harness.sound(subprocess.run([harness.WORDS, *lines], capture_output=True, text=True))
    return [json.loads(line) for line in result.stdout.splitlines()]


class Table(unittest.TestCase):
    def test_names_are_unique(self):
        names = [row.name for row in ROWS]
        self.assertEqual(len(names), len(set(names)))

    def test_names_are_chosen(self):
        self.assertEqual(chosen([]), list(ROWS))
        self.assertEqual([row.name for row in chosen(["ipip-ecn", "gre"])], ["ipip-ecn", "gre"])
        with self.assertRaisesRegex(SystemExit, "did you mean ipip-ttl-64"):
            chosen(["ipip-ttl-46"])

    def test_tunnels_are_understood(self):
        for row in ROWS:
            with self.subTest(row.name):
                ends = ["; ".join(line for namespace, line in row.lines if namespace == end) for end in ("ns1", "ns2")]
                ends = [re.sub(".*--tunnel '(.*)'", r"ip tunnel add \1", line) for line in ends]
                entry, exit = (found["tunnel"] for found in read(ends))
                addresses = (entry.pop("local"), entry.pop("remote"))
                self.assertIn(addresses, ((traffic.ENTRY, traffic.EXIT), (traffic.ENTRY6, traffic.EXIT6)))
                self.assertEqual((exit.pop("remote"), exit.pop("local")), addresses)
                self.assertEqual(entry, exit)

    def test_traffic(self):
        """Each row has some; its numbers are its own, and its addresses those of the hosts and ends."""
        for row in ROWS:
            with self.subTest(row.name):
                sent = traffic.made(row.traffic)
                self.assertGreater(len(sent), 0)
                self.assertEqual({send.sender for send in sent} - set(traffic.SENDERS), set())
                self.assertTrue(all(20 <= len(send.octets) <= 1500 for send in sent))
        self.assertEqual({name for row in ROWS for name in row.traffic}, set(traffic.TRAFFIC))

    def test_commands(self):
        for namespace, command in [*COMMANDS, *ROUTED, *(line for row in ROWS for line in (*row.lines, *row.broken))]:
            self.assertIn(namespace, NAMESPACES)
            self.assertIn(command.split()[0], PROGRAMS)

    def test_every_row_is_recorded(self):
        """By these commands, with these packets."""
        self.assertEqual({path.parent.name for path in LAB.glob("*/scenario.json")}, {row.name for row in ROWS})
        for row in ROWS:
            with self.subTest(row.name):
                recorded = json.loads((LAB / row.name / "scenario.json").read_text())
                self.assertEqual([(line["ns"], line["cmd"]) for line in recorded["setup"]], run.setup_of(row))
                self.assertEqual(recorded["traffic"], [run.told(send) for send in traffic.made(row.traffic)])


if __name__ == "__main__":
    harness.main()
