# SPDX-License-Identifier: GPL-2.0-or-later
"""The mixes of the benchmark are what they should be: valid, judged by the rules that they are for, and found fault with where meant."""

import os
import subprocess
import tempfile
import unittest
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import harness
from harness import Check

GENERATOR = os.environ["IPIP_GENERATOR"]
FEW, PLACE = 20_000, ["IPIP906"]  # the last: where the capture was taken, once a direction
DF_CLEAR = PLACE + ["IPIP106"]


class Mix(NamedTuple):
    kind: str
    directions: int           # with enough packets to say something of each
    notes: list = PLACE       # given once a direction, and nothing else is found
    passed: list = ["IPIP105"]  # rules that judged a packet and found nothing
    options: tuple = ()
    each: list = []           # noted on each packet
    check: tuple = ()         # options of check


MIXES = [
    Mix("small", 2),
    Mix("headers-4k", 64),
    Mix("headers-64k", 256),
    Mix("df-clear", 2, DF_CLEAR, ["IPIP625"]),
    Mix("imix", 128),
    Mix("ordinary", 0, passed=[]),
    Mix("half", 128),
    Mix("fragments", 2, DF_CLEAR + ["IPIP117", "IPIP639"], ["IPIP631", "IPIP632", "IPIP902"]),
    Mix("nested", 4),
    Mix("tunnels", 0, options=("--tunnels", "10000")),
    Mix("errors", 2, passed=["IPIP301", "IPIP302"]),
    Mix("sides", 2, PLACE + ["IPIP905"], ["IPIP401", "IPIP402", "IPIP404", "IPIP405", "IPIP406", "IPIP407", "IPIP512"]),
    Mix("entry", 2, passed=["IPIP401", "IPIP402", "IPIP405"]),
    Mix("opening", 2, passed=["IPIP320", "IPIP321"]),
    Mix("gre", 2, passed=["IPIP802"]),
    Mix("gre-key", 2, passed=["IPIP809"]),
    Mix("gre-sequence", 2, passed=["IPIP808"]),
    Mix("gre6", 2, passed=["IPIP743", "IPIP751"]),
    Mix("gretap", 2, passed=["IPIP802"]),
    Mix("erspan", 2, [], ["IPIP808"], check=("--kinds", "erspan")),
    Mix("gre-udp", 2, passed=["IPIP833", "IPIP835"]),
    Mix("gue", 2, passed=["IPIP833", "IPIP835"]),
    Mix("sit", 2, passed=["IPIP704"]),
    Mix("4in6", 2, passed=["IPIP751"]),
    Mix("6in6", 2, passed=["IPIP743", "IPIP751"]),
    Mix("6in6-limit", 2, passed=["IPIP744", "IPIP749"]),
    Mix("minimal", 2, [], ["IPIP821"]),
    Mix("ah", 2, passed=["IPIP842"], each=["IPIP114"]),
    Mix("esp", 2, ["IPIP841"], ["IPIP842"]),
    Mix("ipcomp", 2, ["IPIP912"], ["IPIP845"]),
    Mix("mpls", 2, [], ["IPIP851"]),
]

# On the frame itself; ECN that is not copied is a habit, of which each direction has one note.
VIOLATIONS = {
    "outer-checksum": "IPIP109", "inner-checksum": "IPIP612", "transport-checksum": "IPIP613", "df-lost": "IPIP105",
    "reserved-flag": "IPIP607", "dscp-not-copied": "IPIP101", "ce-on-not-ect": "IPIP502", "outer-ttl-zero": "IPIP608",
    "inner-ttl-zero": "IPIP115", "outer-options": "IPIP110", "excess": "IPIP104", "inner-too-long": "IPIP103",
    "loopback-inside": "IPIP206", "reversed-ends": "IPIP202",
}
HABIT = {"ecn-not-copied": "IPIP501"}

# What a flood fills: a member of the summary, and how much there is of it after so many packets.
FLOODS = {
    "flood-tunnels": lambda summary: summary["tunnels"] == FEW,
    "flood-flows": lambda summary: (summary["tunnels"], summary["tunnel_packets"]) == (2, FEW),
    "flood-syns": lambda summary: (summary["tunnels"], summary["tunnel_packets"]) == (2, FEW),
    "flood-fragments": lambda summary: (summary["tunnels"], summary["reassembled"]["incomplete"]) == (FEW, FEW),
    "flood-ids": lambda summary: summary["tunnels"] == 2 and summary["rules"]["IPIP621"]["fail"] > FEW // 20,
    "flood-errors": lambda summary: summary["icmp_messages"] == FEW and summary["forgotten"]["paths"] > FEW // 2,
    "flood-errors-ipv6": lambda summary: summary["icmp_messages"] == FEW // 2 == summary["tunnel_packets"],
    "flood-findings": lambda summary: summary["tunnels"] == FEW == sum(summary["findings"].values()),
}


def generated(kind, packets, options=(), check=()):
    """What check finds in such a capture, and what the generator lists."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mix.pcap")
        listed = subprocess.run([GENERATOR, "--packets", str(packets), "--list", *options, kind, path], check=True,
                                capture_output=True, text=True).stdout
        return Check("--no-config", *check, path), dict(reversed(line.split()) for line in listed.splitlines()), listed


class Mixes(unittest.TestCase):
    def test_none_is_forgotten(self):
        usage = subprocess.run([GENERATOR], capture_output=True, text=True).stderr
        kinds = [line.split()[0] for line in usage.splitlines() if line.startswith("  ")]
        self.assertEqual(kinds, [mix.kind for mix in MIXES] + ["violations", *FLOODS])

    def test_without_findings(self):
        for mix in MIXES:
            with self.subTest(mix.kind):
                result, _, listed = generated(mix.kind, FEW, mix.options, mix.check)
                self.assertEqual(listed, "")
                found = Counter(finding["rule"] for finding in result.findings)
                self.assertEqual(found, Counter({**{rule: mix.directions for rule in mix.notes if mix.directions},
                                                 **{rule: FEW for rule in mix.each}}))
                self.assertEqual(result.summary["packets"], FEW)
                for rule in mix.passed:
                    self.assertGreater(result.verdicts(rule)["pass"], 0, rule)

    def test_floods(self):
        for kind, fills in FLOODS.items():
            with self.subTest(kind):
                summary = generated(kind, FEW)[0].summary
                self.assertEqual(summary["packets"], FEW)
                self.assertTrue(fills(summary), summary)

    def test_fragments_complete(self):
        result = generated("fragments", FEW)[0]
        complete = result.summary["reassembled"]["complete"]
        self.assertAlmostEqual(2 * complete / FEW, 0.05, delta=0.01)
        self.assertEqual(result.summary["reassembled"]["overlapping"], 0)
        self.assertLessEqual(result.summary["reassembled"]["incomplete"], 1)  # cut off by the end

    def test_violations(self):
        packets = 200_000
        result, _, listed = generated("violations", packets)
        meant = [line.split() for line in listed.splitlines()]
        self.assertEqual({name for _, name in meant}, {*VIOLATIONS, *HABIT})
        self.assertAlmostEqual(len(meant) / packets, 0.001, delta=0.0002)
        alone = sorted((finding["frame"], finding["rule"]) for finding in result.findings if "count" not in finding)
        self.assertEqual(alone, sorted((int(frame), VIOLATIONS[name]) for frame, name in meant if name in VIOLATIONS))
        habits = Counter()
        for finding in result.findings:
            if "count" in finding and finding["rule"] not in PLACE:
                habits[finding["rule"]] += finding["count"]
        self.assertEqual(habits, Counter(HABIT[name] for _, name in meant if name in HABIT))


if __name__ == "__main__":
    harness.main()
