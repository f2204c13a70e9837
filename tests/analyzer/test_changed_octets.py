# SPDX-License-Identifier: GPL-2.0-or-later
"""IPIP404 names what has changed inside the tunnel by the octet of the inner header (RFC 791 section 3.1, RFC 8200 section 3)."""

import json
import unittest

import harness
from packets import pcap, udp
from streams import later
from tunnel_kinds import inner6, six_in_four
from tunnel_packets import frame, inner, outer

ALERT = bytes((0x94, 4, 0, 0))  # RFC 2113


def in_two_places(first, second, wrap, id):
    """A tunnel packet before and behind a router, with these datagrams inside."""
    return frame(wrap(first, ttl=64, id=id)) + later(0.1, frame(wrap(second, ttl=63, id=id)))


def with_bit(packet, octet, bit):
    return packet[:octet] + bytes((packet[octet] ^ bit,)) + packet[octet + 1:]


class ChangedOctets(unittest.TestCase):
    def said(self, packet, octet, bit, wrap, other):
        """The first datagram shows that the tunnel is captured in two places."""
        changed = with_bit(packet, octet, bit)
        frames = in_two_places(other, other, wrap, 1) + later(0.5, in_two_places(packet, changed, wrap, 2))
        lines = map(json.loads, harness.run("check", "--format", "jsonl", "--select", "IPIP404", "-", stdin=pcap(frames), text=False).stdout.splitlines())
        return [(line["message"].split(" changed inside")[0], line["expected"], line["actual"]) for line in lines if line["type"] == "finding"]

    def test_ipv4(self):
        packet = inner(id=2, options=ALERT)
        for octet, bit, name in ((1, 0x04, "TOS"), (1, 0x01, "TOS"), (6, 0x80, "flags"), (10, 1, "checksum"), (11, 1, "checksum"),
                                 (20, 0x80, "options"), (21, 1, "options"), (22, 1, "options"), (23, 1, "options")):
            with self.subTest(octet=octet, bit=bit):
                self.assertEqual(self.said(packet, octet, bit, outer, inner(id=1)), [(
                    "inner " + name, "0x%02x in octet %d of the header" % (packet[octet], octet), "0x%02x" % (packet[octet] ^ bit))])

    def test_ipv6(self):
        packet = inner6()
        for octet, bit in ((0, 0x01), (0, 0x08), (1, 0x10), (1, 0x80)):
            with self.subTest(octet=octet, bit=bit):
                self.assertEqual(self.said(packet, octet, bit, six_in_four, inner6(src="2001:db8:9::1")), [(
                    "inner Traffic Class", "0x%02x in octet %d of the header" % (packet[octet], octet), "0x%02x" % (packet[octet] ^ bit))])

    def test_payload(self):
        packet = inner(id=2, payload=udp("10.1.0.1", "10.2.0.1", bytes(600)))
        self.assertEqual(self.said(packet, len(packet) - 1, 1, outer, inner(id=1)),
                         [("inner payload", "the payload as before", "other octets")])


if __name__ == "__main__":
    harness.main()
