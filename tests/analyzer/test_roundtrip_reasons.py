# SPDX-License-Identifier: GPL-2.0-or-later
"""What roundtrip gives as the reason of a difference, and what is none."""

import unittest
from collections import Counter

import harness
from harness import Roundtrip
from packets import pcap, udp
from tunnel_kinds import minimal, options6, outer6
from tunnel_packets import A, HOST, PEER, fragments, inner

RAW = 101
ALERT = b"\x94\x04\0\0"  # an option of IPv4, copied into fragments


def roundtrip(*packets):
    result = Roundtrip("-", stdin=pcap(packets, RAW))
    listed = Counter()
    for line in result.not_comparable:
        listed[line["reason"]] += line["frames"]
    assert listed == result.summary["reasons"], (listed, result.summary)
    return {line["field"]: line["reason"] for line in result.differences}, result.summary


class Reasons(unittest.TestCase):
    def test_options_in_fragments(self):
        """RFC 791 section 3.1: Total Length counts the options, of each fragment."""
        folded = minimal(inner(payload=udp(HOST, PEER, b"x" * 100), df=False))[20:]
        pieces = [frame[14:] for frame in fragments(folded, 64, protocol=55, options=ALERT)]
        reasons, summary = roundtrip(*pieces)
        self.assertEqual((reasons, summary["identical"]), ({}, 2))

    def test_source_that_need_not_be_there(self):
        """RFC 2004 section 3.1: the source is there although it is the outer one: 4 octets, which Total Length counts."""
        reasons, _ = roundtrip(minimal(inner(src=A)))
        self.assertEqual(reasons["total_length"], "the headers in front of what is carried have another length than in this configuration")
        self.assertIn("S bit", reasons["minimal.flags"])

    def test_padding_beside_the_limit(self):
        """RFC 8200 section 4.2: PadN of 1 octet, or of 0 and Pad1; the limit is the same."""
        def with_options(*options):
            return outer6(options6(4, *options) + inner(), next=60)

        reasons, _ = roundtrip(with_options((4, b"\4"), (1, b"")))
        self.assertEqual(list(reasons), ["destination_options"])
        self.assertIn("beside the encapsulation limit", reasons["destination_options"])


if __name__ == "__main__":
    harness.main()
