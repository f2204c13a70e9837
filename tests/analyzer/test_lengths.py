# SPDX-License-Identifier: GPL-2.0-or-later
"""What findings about lengths say: by how much, and what would be right. Expected: the fields of the packets, and RFC 768, 791 and 8200."""

import struct
import unittest

import harness
from harness import Check
from packets import pcap
from tunnel_kinds import gue, inner6
from tunnel_packets import inner, outer

RAW = 101


def said(rule, *packets):
    """What is expected and found, of each packet that has this finding."""
    return [(finding["message"], finding["expected"], finding["actual"])
            for finding in Check("--no-config", "--all", "-", stdin=pcap(packets, RAW)).of(rule)]


def udp(payload, length, surplus=b""):
    """Around GUE, with this Length."""
    return outer(struct.pack("!HHHH", 50000, 6080, length, 0) + payload + surplus, protocol=17)


class Behind(unittest.TestCase):
    def test_bound_by_udp(self):
        """8 octets of UDP and 4 of GUE, then 52 of IPv6; UDP ends 10 octets earlier, or there is 1 octet more."""
        payload = gue(inner6(), 41)
        self.assertEqual(len(payload), 4 + 52)
        self.assertEqual(said("IPIP103", udp(payload, 54)), [
            ("the inner length reaches 10 octets beyond the UDP payload", "inner length <= 42",
             "inner length 52, UDP Length 54 with 12 octets of headers")])
        payload = gue(inner() + b"Z")
        self.assertEqual(said("IPIP104", udp(payload, 8 + len(payload), b"WWWWW")), [
            ("1 octet follows the inner datagram in the UDP payload", "UDP payload 32", "UDP payload 33")])


if __name__ == "__main__":
    harness.main()
