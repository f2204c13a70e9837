# SPDX-License-Identifier: GPL-2.0-or-later
"""Every rule has a case that trips it, a neighbour that does not, and, where it can be in doubt, one that leaves it so.

A case is a vector of testdata/generator: one or more frames, whose last one matters.
"""

import json
import tempfile
import unittest
from functools import lru_cache
from pathlib import Path

import harness
from harness import Check
from packets import pcap
from vectors import VECTORS
from flow_vectors import FLOW, FLOW_VARIANTS, TUNNEL_SCOPE
from icmp_vectors import ICMP, ICMP_VARIANTS

ALL = {**VECTORS, **FLOW, **ICMP}
CASES = list(ALL.items()) + FLOW_VARIANTS + ICMP_VARIANTS

# Rules of one header that is always whole where it is read at all: they are never in doubt.
NEVER_UNKNOWN = {
    "IPIP108", "IPIP112", "IPIP113", "IPIP117", "IPIP205", "IPIP211", "IPIP214", "IPIP215", "IPIP216", "IPIP301",
    "IPIP307", "IPIP311", "IPIP315", "IPIP317", "IPIP514", "IPIP601", "IPIP602", "IPIP603", "IPIP606", "IPIP607",
    "IPIP608", "IPIP623", "IPIP625", "IPIP631", "IPIP632", "IPIP633", "IPIP634", "IPIP635", "IPIP637", "IPIP901",
    "IPIP902", "IPIP903", "IPIP908", "IPIP910",
}

# These also judge what is not even a tunnel packet because of them: no IPv4 header, or not a whole one.
BEFORE_TUNNELS = {"IPIP601", "IPIP604"}

# Where the summary counts what a rule judges.
COUNTERS = {"tunnel packets": "tunnel_packets", "icmp messages": "icmp_messages", "inner packets": "inner_packets"}


@lru_cache(maxsize=None)
def check(number, part):
    """What is said of a part of a case."""
    vector = CASES[number][1]
    arguments = vector.unknown_args if part == "unknown" and vector.unknown_args is not None else vector.args
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.pcap"
        path.write_bytes(pcap(getattr(vector, part), vector.link_type, captured=vector.captured))
        arguments = list(arguments)
        if vector.config is not None:
            policy = Path(folder) / "policy"
            policy.write_text(vector.config)
            arguments += ["--config", policy]
        return Check(*arguments, path)


class Vectors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        harness.each(lambda one: check(*one), [(number, part) for number, (_, vector) in enumerate(CASES)
                                               for part in ("fail", "clean", "unknown") if getattr(vector, part) is not None])
        lines = harness.run("rules", "--format", "jsonl").stdout.splitlines()
        cls.rules = {rule["rule"]: rule for rule in map(json.loads, lines)}

    def each(self, part, test):
        """test(rule, vector, result) with every vector that has this part, each in a subtest of its own."""
        for number, (rule, vector) in enumerate(CASES):
            if getattr(vector, part) is not None:
                with self.subTest(rule, number=number):
                    test(rule, vector, check(number, part))

    def assert_sums(self, result):
        """Every rule has judged each of its subjects, once."""
        for rule, verdicts in result.summary["rules"].items():
            counter = COUNTERS[self.rules[rule]["subject"]]
            judged, subjects = sum(verdicts.values()), result.summary[counter]
            if rule in BEFORE_TUNNELS:
                self.assertGreaterEqual(judged, subjects, (rule, verdicts))
            else:
                self.assertEqual(judged, subjects, (rule, verdicts))

    def test_catalogue_is_covered(self):
        self.assertEqual(set(self.rules), set(ALL))
        for rule, vector in ALL.items():
            self.assertIsNotNone(vector.fail, rule)
            self.assertIsNotNone(vector.clean, rule)
            self.assertEqual(vector.unknown is None, rule in NEVER_UNKNOWN, rule)

    def test_violation(self):
        def test(rule, vector, result):
            findings = result.of(rule)
            self.assertEqual([finding["frame"] for finding in findings], [*vector.earlier, len(vector.fail)])
            last = findings[-1]
            self.assertEqual(last["severity"], vector.severity or self.rules[rule]["severity"])
            self.assertEqual(last["slug"], self.rules[rule]["slug"])
            for text in ("message", "expected", "actual", "reference"):
                self.assertTrue(last[text], text)
            self.assertEqual(result.verdicts(rule)["fail"], len(findings))
            if rule not in VECTORS:
                self.assertEqual(last.get("scope"), "tunnel" if rule in TUNNEL_SCOPE else None)
            if "scope" in last:
                self.assertEqual(last["count"], 1)

        self.each("fail", test)

    def test_neighbour_is_silent(self):
        def test(rule, _, result):
            self.assertEqual(result.of(rule), [])
            verdicts = result.verdicts(rule)
            self.assertEqual(verdicts["fail"], 0)
            self.assertGreater(verdicts["pass"] + verdicts["not_applicable"], 0)

        self.each("clean", test)

    def test_doubt(self):
        def test(rule, _, result):
            self.assertEqual(result.of(rule), [])
            self.assertEqual(result.verdicts(rule)["fail"], 0)
            self.assertGreaterEqual(result.verdicts(rule)["unknown"], 1)

        self.each("unknown", test)

    def test_verdicts_add_up(self):
        for part in ("fail", "clean", "unknown"):
            self.each(part, lambda _, vector, result: self.assert_sums(result))


if __name__ == "__main__":
    harness.main()
