# SPDX-License-Identifier: GPL-2.0-or-later
"""Keepalives of routers, captured by others: answered as they were, and without the answers of one end (IPIP814)."""

import unittest

import captures
import harness
from harness import Check
from packets import After, pcap

CAPTURE = harness.CAPTURES / "tunnel" / "sample-captures-gre_vpn_keepalive_key-69da17.pcap"


def rows():
    """Frame, seconds, addresses outside, types of GRE: as tshark shows them."""
    fields = ("frame.number", "frame.time_relative", "ip.src", "ip.dst", "gre.proto")
    text = harness.tshark("-r", CAPTURE, "-T", "fields", *(word for name in fields for word in ("-e", name)), plugin=False).stdout
    for number, seconds, src, dst, types in (line.split("\t") for line in text.splitlines()):
        yield int(number), float(seconds), src.split(",")[0], dst.split(",")[0], types.split(",")


class Keepalives(unittest.TestCase):
    def setUp(self):
        self.rows = list(rows())

    def check(self, numbers):
        records = captures.read(CAPTURE)
        frames, last = [], None
        for number in numbers:
            record = records[number - 1]
            frames.append(record.octets if last is None else After((record.time - last) / 10**9, record.octets))
            last = record.time
        return Check("--select", "IPIP814", "-", stdin=pcap(frames, records[0].link_type))

    def test_answered(self):
        check = self.check(number for number, *_ in self.rows)
        self.assertGreater(sum(len(types) == 2 for *_, types in self.rows), 20)
        self.assertEqual(check.of("IPIP814"), [])
        self.assertEqual(check.verdicts("IPIP814")["fail"], 0)

    def test_answers_left_out(self):
        """Each end in turn: the third one without an answer goes out, 5 seconds pass, and another one shows it. Once."""
        for end in {src for _, _, src, _, types in self.rows if len(types) == 2}:
            kept = [row for row in self.rows if not (row[3] == end and len(row[4]) == 1)]
            sent = [(place, seconds) for place, (_, seconds, src, _, types) in enumerate(kept, start=1) if src == end and len(types) == 2]
            due = sent[2][1]
            expected = next(place for place, seconds in sent[3:] if seconds - due > 5)
            self.assertEqual([finding["frame"] for finding in self.check(row[0] for row in kept).of("IPIP814")], [expected])


if __name__ == "__main__":
    harness.skip_without_captures()
    harness.main()
