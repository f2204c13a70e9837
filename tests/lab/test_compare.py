# SPDX-License-Identifier: GPL-2.0-or-later
"""What `scripts/lab --check` takes for a difference, and what it leaves aside."""

import json
import shutil
import struct
import tempfile
import unittest
from pathlib import Path

import harness
from compare import comparable, differences, is_of_link
from packets import checksum, error, ipv4, udp
from tunnel_kinds import ipv6, limit, outer6, udp6

LAB = harness.TESTDATA / "lab"
INNER = ipv4("192.168.1.2", "192.168.2.2", udp("192.168.1.2", "192.168.2.2"), id=7)


def outer(payload=INNER, protocol=4, **fields):
    return ipv4("10.10.10.2", "10.10.20.2", payload, protocol=protocol, **fields)


def gre(payload, key):
    """With a checksum and a sequence number, RFC 2784 and 2890."""
    packet = struct.pack("!HHHHII", 0xB000, 0x0800, 0, 0, key, 1) + payload
    return packet[:4] + struct.pack("!H", checksum(packet)) + packet[6:]


class Comparison(unittest.TestCase):
    def test_what_is_left_aside(self):
        self.assertEqual(comparable(outer(id=1)), comparable(outer(id=2)))
        for one, other in ((outer(id=1), outer(id=2)), (outer(id=1, protocol=47, payload=gre(INNER, 7)), outer(id=2, protocol=47, payload=gre(INNER, 7)))):
            errors = [error(11, 0, packet, "10.10.10.1") for packet in (one, other)]
            self.assertNotEqual(*errors)
            self.assertEqual(*map(comparable, errors))
        ports = [outer(udp("10.10.10.2", "10.10.20.2", INNER, sport=sport, dport=5555, sum=0), protocol=17) for sport in (40000, 50000)]
        self.assertEqual(*map(comparable, ports))
        inner = INNER[:4] + b"\0\x08" + INNER[6:10] + b"\0\0" + INNER[12:]
        summed = inner[:10] + struct.pack("!H", checksum(inner[:20])) + inner[12:]
        self.assertEqual(*map(comparable, (outer(gre(INNER, 7), 47), outer(gre(summed, 7), 47))))

    def test_ipv6(self):
        """Of a tunnel's header the flow label is left aside, of what is inside nothing; and neighbours are not compared."""
        inside = ipv6("fd01::2", "fd02::2", udp6("fd01::2", "fd02::2"))
        for next, payload in ((41, inside), (4, INNER), (60, limit(41) + inside), (47, b"\0\0\x86\xdd" + inside)):
            labels = [outer6(payload, next=next, label=label) for label in (0, 0x12345)]
            self.assertEqual(*map(comparable, labels))
            self.assertNotEqual(comparable(labels[0]), comparable(outer6(payload, next=next, tclass=1)))
            self.assertNotEqual(comparable(labels[0]), comparable(outer6(payload[:-1] + b"!", next=next)))
        self.assertNotEqual(comparable(inside), comparable(ipv6("fd01::2", "fd02::2", udp6("fd01::2", "fd02::2"), label=1)))
        self.assertEqual([is_of_link(ipv6("fd01::2", "fd02::2", bytes([type]) + bytes(23), next=58)) for type in (128, 129, 135, 143)], [False, False, True, True])

    def test_what_is_different(self):
        base = comparable(outer())
        for other in (outer(ttl=63), outer(tos=1), outer(df=True), outer(sum=0xBAD), outer(INNER[:-1] + b"!"), outer(INNER[:10] + b"\0\0" + INNER[12:])):
            self.assertNotEqual(base, comparable(other))
        self.assertNotEqual(*(comparable(outer(gre(INNER, key), 47)) for key in (7, 8)))
        self.assertNotEqual(comparable(outer(gre(INNER, 7), 47)), comparable(outer(gre(INNER, 7)[:4] + b"\0\0" + gre(INNER, 7)[6:], 47)))

    def test_scenarios(self):
        recorded = LAB / "ipip-ecn"
        self.assertEqual(list(differences(recorded, recorded)), [])
        with tempfile.TemporaryDirectory() as scratch:
            found = Path(scratch) / "ipip-ecn"
            shutil.copytree(recorded, found)
            capture = bytearray((found / "inner2.pcap").read_bytes())
            capture[-1] ^= 1
            (found / "inner2.pcap").write_bytes(capture)
            scenario = json.loads((found / "scenario.json").read_text())
            scenario["tunnel"][0]["cmd"] += " ttl 64"
            (found / "scenario.json").write_text(json.dumps(scenario))
            told = [(place, sum(missing.values()), sum(new.values())) for place, missing, new in differences(recorded, found)]
            self.assertEqual(told, [("tunnel", 0, 0), ("inner2", 1, 1)])


if __name__ == "__main__":
    harness.main()
