# SPDX-License-Identifier: GPL-2.0-or-later
"""What findings about lengths say: by how much, and what would be right. Expected: the fields of the packets, and RFC 768, 791 and 8200."""

import struct
import unittest

import harness
from harness import Check
from packets import authentication_header, pcap
from tunnel_kinds import gue, inner6
from tunnel_packets import inner, outer

RAW = 101
ALERT = b"\x94\x04\0\0"  # an option of IPv4


def said(rule, *packets):
    """What is expected and found, of each packet that has this finding."""
    return [(finding["message"], finding["expected"], finding["actual"])
            for finding in Check("--no-config", "--all", "-", stdin=pcap(packets, RAW)).of(rule)]


def udp(payload, length, surplus=b""):
    """Around GUE, with this Length."""
    return outer(struct.pack("!HHHH", 50000, 6080, length, 0) + payload + surplus, protocol=17)


class LeftToOffload(unittest.TestCase):
    def test_total_length_zero(self):
        """In more octets than the field can say it is no mistake, whatever is inside."""
        for octets, is_wrong in ((1500, True), (1501, True), (65535, True), (65536, False)):
            packet = outer(inner(payload=bytes(octets - 40)), total=0)
            self.assertEqual(len(packet), octets)
            self.assertEqual(said("IPIP603", packet), [
                ("the outer Total Length is less than the header's own length", "Total Length >= 20", "Total Length 0")] * is_wrong)


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

    def test_options_and_authentication(self):
        """20 octets of IPv4 and 40 of IPv6; with 4 of options; with 24 of an authentication header."""
        tail = inner6() + bytes(4)
        for constant, packet in ((60, outer(tail, protocol=41)), (64, outer(tail, protocol=41, options=ALERT)),
                                 (84, outer(authentication_header(41) + tail, protocol=51))):
            [(_, expected, actual)] = said("IPIP705", packet)
            self.assertEqual(expected, "Payload Length + %d = Total Length %d" % (constant, len(packet)))
            self.assertEqual(actual, "Payload Length 12")
        [(_, expected, _)] = said("IPIP704", outer(inner6(plen=100), protocol=41, options=ALERT))
        self.assertEqual(expected, "Payload Length + 64 = Total Length 76")


if __name__ == "__main__":
    harness.main()
