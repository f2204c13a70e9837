# SPDX-License-Identifier: GPL-2.0-or-later
"""Every rule has a packet that trips it, a neighbour that does not, and, where it can be in doubt, one that leaves it so."""

import json
import tempfile
import unittest
from pathlib import Path

import harness
from harness import Check
from packets import pcap
from vectors import VECTORS

# Rules of one header that is always whole where it is read at all: they are never in doubt.
NEVER_UNKNOWN = {
    "IPIP112", "IPIP113", "IPIP117", "IPIP205", "IPIP215", "IPIP216", "IPIP601", "IPIP602", "IPIP603", "IPIP606", "IPIP607",
    "IPIP608", "IPIP625", "IPIP631", "IPIP632", "IPIP633", "IPIP634", "IPIP901", "IPIP902", "IPIP903", "IPIP910",
}


class Vectors(unittest.TestCase):
    def check(self, rule, vector, frames):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "case.pcap"
            path.write_bytes(pcap(frames, vector.link_type))
            return Check(*vector.args, path)

    def test_catalogue_is_covered(self):
        rules = [json.loads(line) for line in harness.run("rules", "--format", "jsonl").stdout.splitlines()]
        self.assertEqual({rule["rule"] for rule in rules}, set(VECTORS))
        for rule, vector in VECTORS.items():
            self.assertEqual(vector.unknown is None, rule in NEVER_UNKNOWN, rule)

    def test_violation(self):
        rules = {rule["rule"]: rule for rule in map(json.loads, harness.run("rules", "--format", "jsonl").stdout.splitlines())}
        for rule, vector in VECTORS.items():
            with self.subTest(rule):
                check = self.check(rule, vector, vector.fail)
                findings = check.of(rule)
                self.assertEqual([finding["frame"] for finding in findings], [len(vector.fail)])
                self.assertEqual(findings[0]["severity"], vector.severity or rules[rule]["severity"])
                self.assertEqual(findings[0]["slug"], rules[rule]["slug"])
                for text in ("message", "expected", "actual", "reference"):
                    self.assertTrue(findings[0][text], text)
                self.assertEqual(check.verdicts(rule)["fail"], 1)

    def test_neighbour_is_silent(self):
        for rule, vector in VECTORS.items():
            with self.subTest(rule):
                check = self.check(rule, vector, vector.clean)
                self.assertEqual(check.of(rule), [])
                verdicts = check.verdicts(rule)
                self.assertEqual(verdicts["fail"], 0)
                self.assertGreater(verdicts["pass"] + verdicts["not_applicable"], 0)

    def test_doubt(self):
        for rule, vector in VECTORS.items():
            if vector.unknown is None:
                continue
            with self.subTest(rule):
                check = self.check(rule, vector, vector.unknown)
                self.assertEqual(check.of(rule), [])
                self.assertEqual(check.verdicts(rule)["unknown"], 1)


if __name__ == "__main__":
    harness.main()
