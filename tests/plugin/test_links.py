# SPDX-License-Identifier: GPL-2.0-or-later
"""Which frames Wireshark links: ICMP errors and what they are about, fragments, packets with and without tunnel header."""

import json
import random
import struct
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import captures
import harness
from harness import KERNEL, TESTDATA, sharkd, tshark
from packets import After, checksum, error, ethernet, next_hop_mtu, pcap, pcapng_interface, pcapng_packet, pcapng_section, udp
from icmp_errors import GATE, ROUTER
from tunnel_kinds import (A6, HOST6, PEER6, address6, four_in_six, gre6_packet, gre_packet, gue, inner6, limit, minimal, outer6, six_in_four,
                          six_in_six, udp6, udp_tunnel)
from tunnel_packets import A, B, HOST, PEER, fragments, inner, nested, outer

KINDS = ("icmp.about", "icmp.error_in", "icmp.relays", "icmp.relayed_in", "fragment", "reassembled_in", "encapsulated_in", "inner_in")
FORWARD = ("icmp.about", "icmp.relays", "fragment")  # known as soon as the frame is there

PACKETS = [outer(inner(id=n, payload=udp(HOST, PEER, bytes([n] * 40))), id=100 + n) for n in range(4)]
REPORT = error(3, 4, PACKETS[1], ROUTER, next_hop_mtu(1300))


PORT = ("-o", 'uat:ipip_udp_tunnels:"5555","fou-ipip"')


def error6(type, code, quoted, rest=bytes(4), src="2001:db8:9::1"):
    """RFC 4443: no more of the packet than fits into 1280 octets."""
    dst = quoted[8:24] if quoted[0] >> 4 == 6 else address6(A6)
    body = bytes([type, code, 0, 0]) + rest + quoted[:1232]
    sum = checksum(address6(src) + dst + struct.pack("!II", len(body), 58) + body)
    return struct.pack("!IHBB", 6 << 28, len(body), 58, 64) + address6(src) + dst + body[:2] + struct.pack("!H", sum) + body[4:]


def quote_of(packet):
    """What an ICMP error quotes; b"" of what is none."""
    if packet[:1] == b"\x45" and packet[9] == 1 and packet[20] in (3, 11, 12):
        return packet[28:]
    return packet[48:] if packet[:1] == b"\x60" and packet[6] == 58 and 1 <= packet[40] <= 4 else b""


def data(n):
    return inner(id=n, payload=udp(HOST, PEER, bytes([n] * 40)))


def data6(n):
    return inner6(payload=udp6(HOST6, PEER6, bytes([n] * 40)))


OTHERS = {
    "6in4": lambda n: six_in_four(data6(n), id=100 + n),
    "4in6": lambda n: four_in_six(data(n)),
    "6in6": lambda n: six_in_six(data6(n)),
    "6in6, limit": lambda n: outer6(limit(41) + data6(n), next=60),
    "gre": lambda n: gre_packet(data(n), {"id": 100 + n}, key=42),
    "gre6": lambda n: gre6_packet(data6(n), type=0x86DD),
    "minimal": lambda n: minimal(data(n)),
    "fou": lambda n: udp_tunnel(data(n), 5555, id=100 + n),
    "gue": lambda n: udp_tunnel(gue(data(n)), 6080, id=100 + n),
    "esp": lambda n: outer(struct.pack("!II", 0x1000, n) + bytes(40), protocol=50, id=100 + n),
}


def link(here, kind, there):
    """A link and the one back, as (frame, kind, frame)."""
    return {(here, kind, there), (there, KINDS[KINDS.index(kind) ^ 1], here)}


class Links(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, data):
        path = self.folder / "case"
        path.write_bytes(data)
        return path

    def capture(self, *packets):
        return self.write(pcap([packet if isinstance(packet, After) else ethernet(packet) for packet in packets]))

    def links(self, path, *options):
        result = tshark("-r", path, *options, "-T", "fields", *(word for kind in KINDS for word in ("-e", "ipip." + kind)))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return Counter((number, kind, int(other)) for number, line in enumerate(result.stdout.splitlines(), start=1)
                       for kind, others in zip(KINDS, line.split("\t")) for other in others.split(",") if other)

    def assert_links(self, path, expected, *options):
        """All of them on a second look; on the first those that lead back."""
        self.assertEqual(self.links(path, "-2", *options), Counter(expected))
        self.assertEqual(self.links(path, *options), Counter(one for one in expected if one[2] < one[0]))

    def test_error_and_its_packet(self):
        for octets in (28, 48, 548):
            path = self.capture(*PACKETS, error(3, 1, PACKETS[2], ROUTER, octets=octets), PACKETS[0])
            self.assert_links(path, link(5, "icmp.about", 3))
            self.assert_links(path, link(5, "icmp.about", 3), "-o", "ip.defragment:FALSE")
        self.assert_links(self.capture(*PACKETS, error(3, 1, PACKETS[2], ROUTER, octets=24)), set())

    def test_packets_without_identification(self):
        """RFC 6864 allows zero where DF is set: the inner header tells them apart then."""
        packets = [outer(inner(id=n), id=0) for n in range(3)]
        self.assert_links(self.capture(*packets, error(11, 0, packets[1], ROUTER, octets=28)), link(4, "icmp.about", 2))

    def test_the_latest_of_two(self):
        """An Identification comes again: the error is about the packet that had it last."""
        path = self.capture(PACKETS[1], PACKETS[1], REPORT, PACKETS[1])
        self.assert_links(path, link(3, "icmp.about", 2))

    def test_error_about_nobody(self):
        path = self.capture(error(3, 1, PACKETS[2], ROUTER), *PACKETS, error(3, 1, outer(inner(id=2), id=9), ROUTER))
        self.assert_links(path, set())

    def test_error_about_a_layer_within(self):
        """A router inside of the outer tunnel's inner one quotes the middle header; its error travels in the outer tunnel."""
        packet = nested(3)
        answer = outer(error(11, 0, packet[20:], ROUTER), "10.12.0.2", "10.12.0.1")
        path = self.capture(packet, answer)
        self.assert_links(path, link(2, "icmp.about", 1))
        shown = tshark("-r", path, "-2", "-V", "-Y", "frame.number == 1").stdout
        middle = shown[shown.index("[IP-in-IP, 10.11.0.1"):]
        self.assertIn("[ICMP error about it in frame: 2]", middle)
        self.assertNotIn("ICMP error about it", shown[:shown.index("[IP-in-IP, 10.11.0.1")])

    def test_error_in_fragments(self):
        """Of a tunnel packet in fragments the first one is quoted."""
        pieces = fragments(inner(payload=bytes(200), protocol=253, df=False), 96)
        path = self.write(pcap([*pieces, ethernet(error(11, 1, pieces[0][14:], ROUTER))]))
        self.assert_links(path, link(2, "fragment", 1) | link(3, "icmp.about", 2))

    def test_passed_on(self):
        """What the encapsulator tells the sender, about the packet itself or about the next one of the flow."""
        both = link(5, "icmp.about", 2)
        for quoted in (PACKETS[1][20:], inner(id=77)):
            path = self.capture(*PACKETS, REPORT, error(3, 4, quoted, GATE, next_hop_mtu(1280)))
            self.assert_links(path, both | link(6, "icmp.relays", 5))
            tree = tshark("-r", path, "-V", "-Y", "frame.number == 6").stdout
            self.assertIn("[IP-in-IP, ICMP error about the tunnel %s > %s]\n" % (A, B), tree)
            self.assertRegex(tree, r"\[Relays the ICMP error in frame: 5\]\n +\[Time between: 1(\.0+)? seconds?\]")

    def test_every_kind(self):
        """Of three packets of one flow the second one is quoted: the least that RFC 792 has, or as much as RFC 4443 has."""
        for kind, packet in OTHERS.items():
            packets = [packet(n) for n in range(3)]
            is_ipv6 = packets[1][0] >> 4 == 6
            octets = 548 if kind == "minimal" else 28  # its packets have one Identification here
            answer = error6(3, 0, packets[1]) if is_ipv6 else error(11, 0, packets[1], ROUTER, octets=octets)
            with self.subTest(kind):
                path = self.capture(*packets, answer)
                self.assert_links(path, link(4, "icmp.about", 2), *PORT)

    def test_begins_alike(self):
        """Without Identification: what a longer quote shows decides, and what no packet sent is about none."""
        packets = [six_in_four(inner6(payload=udp6(HOST6, PEER6, bytes([n]))), id=0, df=True) for n in range(4)]
        path = self.capture(*packets[:3], error(11, 0, packets[1], ROUTER), error(11, 0, packets[3], ROUTER))
        self.assert_links(path, link(4, "icmp.about", 2))

    def test_passed_on_to_another_family(self):
        """RFC 4213 section 3.2.2 and RFC 2473 section 8: of IPv4 for IPv6, and the other way round."""
        packet, other = six_in_four(id=5), six_in_four(inner6(payload=udp6(HOST6, PEER6, b"other")), id=6)
        too_big = error(3, 4, packet, ROUTER, next_hop_mtu(1300))
        for quoted in (packet[20:], other[20:]):
            path = self.capture(packet, too_big, error6(2, 0, quoted, rest=struct.pack("!I", 1280)))
            self.assert_links(path, link(2, "icmp.about", 1) | link(3, "icmp.relays", 2))
        packet = four_in_six(inner(id=7))
        for quoted in (inner(id=7), inner(id=8)):
            path = self.capture(packet, error6(2, 0, packet, rest=struct.pack("!I", 1400)), error(3, 4, quoted, GATE, next_hop_mtu(1360)))
            self.assert_links(path, link(2, "icmp.about", 1) | link(3, "icmp.relays", 2))

    def test_kernel(self):
        """Every error that Linux sent about a tunnel packet of another kind: about the last one before that has all octets of the quote."""
        found = 0
        for path in sorted((TESTDATA / "siblings").glob("*/outer*.pcap")):
            packets = [record.octets[14:] for record in captures.read(path)]
            expected = set()
            for number, packet in enumerate(packets, start=1):
                quote = quote_of(packet)
                header = 20 if quote[:1] == b"\x45" else 40
                there = [other for other, sent in enumerate(packets[:number - 1], start=1)
                         if quote and sent[12 if header == 20 else 8:header] == quote[12 if header == 20 else 8:header]
                         and sent[:1] == quote[:1] and sent[header:header + len(quote[header:])] == quote[header:]]
                if there:
                    expected |= link(number, "icmp.about", there[-1])
            with self.subTest(harness.label(path)):
                port = "fou-gre" if "fou-gre" in str(path) else "gue" if "gue" in str(path) else "fou-ipip"
                options = ("-o", 'uat:ipip_udp_tunnels:"5555","%s"' % port)
                links = Counter(one for one in self.links(path, "-2", *options).elements() if one[1] in KINDS[:2])
                self.assertEqual(links, Counter(expected))
            found += len(expected) // 2
        print(found, "errors")

    def test_not_passed_on(self):
        for answer in (error(3, 4, inner(src="10.1.0.9"), GATE, next_hop_mtu(1280)), error(11, 0, inner(id=77), GATE),
                       After(601, ethernet(error(3, 4, inner(id=77), GATE, next_hop_mtu(1280))))):
            self.assert_links(self.capture(*PACKETS, REPORT, answer), link(5, "icmp.about", 2))

    def test_fragments(self):
        pieces = fragments(inner(payload=bytes(200), protocol=253, df=False), 64, 128)
        expected = link(3, "fragment", 1) | link(3, "fragment", 2)
        for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
            path = self.write(pcap([pieces[at] for at in order]))
            self.assert_links(path, expected)
            self.assert_links(path, expected, "-o", "ip.defragment:FALSE")
        late = After(61, pieces[2])
        self.assert_links(self.write(pcap([*pieces[:2], late])), set())

    def test_an_item_on_every_fragment(self):
        pieces = fragments(inner(payload=bytes(200), protocol=253, df=False), 64, 128)
        path = self.write(pcap(pieces))
        for options in ((), ("-2",), ("-o", "ip.defragment:FALSE")):
            text = tshark("-r", path, *options, "-T", "fields", "-e", "ipip.outer.frag_offset", "-Y", "ipip").stdout
            self.assertEqual(text.split(), ["0", "8", "0"])

    def both_sides(self, scenario):
        """The tunnel device and the physical interface in one file, as dumpcap writes it."""
        files = [captures.read(KERNEL / scenario / name) for name in ("inner.pcap", "outer.pcap")]
        packets = sorted(((record.time, at, record) for at, records in enumerate(files) for record in records), key=lambda one: one[:2])
        blocks = [pcapng_section(), *(pcapng_interface(records[0].link_type, resolution=9) for records in files)]
        blocks += [pcapng_packet(record.octets, at, time, record.wire) for time, at, record in packets]
        return self.write(b"".join(blocks)), packets

    def test_with_and_without_tunnel_header(self):
        """Expected by the octets: all that follows the inner TTL and checksum occurs in the other frame."""
        for scenario in ("ipip-default", "ipip-ttl-64", "iplink-default"):
            path, packets = self.both_sides(scenario)
            expected, times = set(), {}
            for here, (time, at, record) in enumerate(packets, start=1):
                ip = record.octets
                if at == 0 and ip[:1] == b"\x45":
                    there = [number for number, (_, side, other) in enumerate(packets, start=1)
                             if side == 1 and other.octets[12:14] == b"\x08\0" and other.octets[23] == 4
                             and (other.octets[36:42], other.octets[46:]) == (ip[2:8], ip[12:])]
                    self.assertLessEqual(len(there), 1)
                    for other in there:
                        expected |= link(here, "encapsulated_in", other)
                        times[here] = abs(packets[other - 1][0] - time) / 1e9
            self.assertGreater(len(times), 10)
            self.assertEqual([one for one in self.links(path, "-2") if one[1] in KINDS[6:]], [])
            options = ("-o", "ipip.link_inner:TRUE")
            found = {one for one in self.links(path, "-2", *options) if one[1] in KINDS[6:]}
            self.assertEqual(found, expected, scenario)
            rows = tshark("-r", path, "-2", *options, "-Y", "ipip.encapsulated_in && !ipip.depth", "-T", "fields",
                          "-e", "frame.number", "-e", "ipip.apart").stdout.split()
            self.assertEqual({int(number): float(time) for number, time in zip(rows[::2], rows[1::2])}, times)

    def test_not_the_same(self):
        """Other content, or another time."""
        whole = inner(id=7)
        options = ("-o", "ipip.link_inner:TRUE")
        self.assert_links(self.capture(whole, outer(whole)), link(2, "inner_in", 1), *options)
        self.assert_links(self.capture(inner(id=8), outer(whole)), set(), *options)
        self.assert_links(self.capture(inner(id=7, payload=udp(HOST, PEER, sport=1)), outer(whole)), set(), *options)
        self.assert_links(self.capture(whole, After(6, ethernet(outer(whole)))), set(), *options)

    def test_in_any_order(self):
        """sharkd, as the window, has read all frames once: every look shows every link, whatever was looked at before."""
        path = self.capture(*PACKETS, REPORT, error(3, 4, inner(id=77), GATE, next_hop_mtu(1280)))
        expected = link(5, "icmp.about", 2) | link(6, "icmp.relays", 5)
        looks = random.Random(5).choices(range(1, 7), k=30)
        answers = sharkd([("load", {"file": str(path)}), *(("frame", {"frame": number, "proto": True}) for number in looks)])
        for number, answer in zip(looks, answers[1:]):
            text = json.dumps(answer["result"]["tree"])
            for kind in KINDS:
                there = {int(part.split('"')[0]) for part in text.split("ipip.%s == " % kind)[1:]}
                self.assertEqual(there, {other for here, one, other in expected if (here, one) == (number, kind)}, (number, kind))


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
