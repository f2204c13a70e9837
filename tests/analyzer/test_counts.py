# SPDX-License-Identifier: GPL-2.0-or-later
"""The findings and the summary agree: a rule that is reported once a tunnel counts the packets that the summary counts as failed, and one
that is reported on packets, of any severity, has as many.

A packet with several tunnel headers counts in each of their tunnels, and once in the summary.
"""

import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

import harness
from harness import TESTDATA, Check


def differences(path):
    """What is told of rules that the summary does not bear out."""
    check = Check("--no-config", "--all", path)
    counts = defaultdict(lambda: defaultdict(int))
    packets, found = defaultdict(set), defaultdict(int)
    for finding in check.findings:
        tunnel = str(finding["tunnel"])
        if "count" in finding:
            counts[finding["rule"]][tunnel] += finding["count"]
        else:
            packets[finding["rule"]].add(finding["frame"])
            found[finding["rule"]] += 1
    for rule, of_tunnel in counts.items():
        failed = check.verdicts(rule)["fail"]
        if not max(of_tunnel.values()) <= failed <= sum(of_tunnel.values()) + len(packets[rule]):
            yield rule, dict(of_tunnel), check.verdicts(rule)
    for rule in set(packets) - set(counts):
        if not len(packets[rule]) <= check.verdicts(rule)["fail"] <= found[rule]:
            yield rule, sorted(packets[rule]), check.verdicts(rule)


class Counts(unittest.TestCase):
    def assert_agree(self, path):
        self.assertEqual(list(differences(path)), [], path)

    def test_captures(self):
        captures = sorted(path for path in TESTDATA.rglob("*.pcap*") if path.is_file())
        self.assertGreater(len(captures), 100)
        harness.each(self.assert_agree, captures)

    def test_fragments(self):
        """A habit that goes on in fragments, of which the rule is not: they are not counted."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "exit.pcap")
            harness.run("stimulus", "--side", "exit", "-w", path)
            self.assert_agree(path)
            self.assertGreater(Check("--no-config", path).verdicts("IPIP626")["not_applicable"], 0)


if __name__ == "__main__":
    harness.main()
