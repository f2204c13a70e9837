# SPDX-License-Identifier: GPL-2.0-or-later
"""decap and what an IP stack drops: each reason, its neighbour that is not dropped, and what Linux made of the same packets."""

import json
import struct
import unittest
from collections import Counter

import captures
import harness
from harness import KERNEL, TESTDATA, run
from packets import checksum, ethernet, ipv4, pcap, udp
from tunnel_kinds import address6, gue, inner6, options6, outer6, route6, udp6
from tunnel_packets import A, B, HOST, PEER, fragments, inner, outer

RAW = 101
MALFORMED = TESTDATA / "malformed"


def decap(packets, *options, link_type=RAW):
    result = run("decap", "-w", "-", *options, "-", stdin=pcap(packets, link_type))
    assert result.returncode == 0, result.stderr
    return result.stderr.decode(), [record.octets for record in captures.read(result.stdout)]


def options(*octets):
    return bytes(octets) + bytes(-len(octets) % 4)


# A reason: packets that are dropped for it, and neighbours that are not.
REASONS = {
    "outer header checksum wrong": ([outer(inner(), sum=0x1234), outer(inner(), sum=0)], [outer(inner())]),
    "outer Total Length beyond the end of the packet":
        ([outer(inner(), total=20 + len(inner()) + 1)],
         [outer(inner()), outer(inner()) + b"padding"]),
    "outer source is a martian": ([outer(inner(), src=src) for src in ("127.0.0.1", "224.0.0.1", "255.255.255.255", "0.0.0.0", "0.1.2.3")],
                                  [outer(inner(), src=src) for src in ("126.0.0.1", "128.0.0.1", "223.255.255.255", "240.0.0.1", "1.0.0.0")]),
    "outer destination is a martian": ([outer(inner(), dst=dst) for dst in ("127.0.0.1", "0.0.0.0", "0.1.2.3")],
                                       [outer(inner(), dst=dst) for dst in ("224.0.0.1", "255.255.255.255", "1.0.0.0")]),
    "outer option malformed":
        ([outer(inner(), options=options(*octets)) for octets in (
            (7, 2, 4), (7, 7, 3), (7, 7, 5, 0, 0, 0, 0), (7, 9, 4), (7, 1), (68, 4, 4, 0), (68, 8, 5, 1, 0, 0, 0, 0),
            (68, 4, 5, 0xF0), (148, 3, 0), (7, 7, 8, 1, 1, 1, 1, 7, 7, 8, 1, 1, 1, 1), (99, 0))],
         [outer(inner(), options=options(*octets)) for octets in (
             (7, 7, 4, 0, 0, 0, 0), (7, 7, 8, 1, 1, 1, 1), (68, 8, 5, 0, 0, 0, 0, 0), (68, 12, 5, 1) + (0,) * 8, (68, 4, 5, 0xE0),
             (68, 4, 5, 0xF3), (148, 4, 0, 0), (1, 1, 1, 0), (0, 9, 9, 9), (99, 4, 0, 0))]),
    "outer source route": ([outer(inner(), options=options(kind, 7, 8, 1, 1, 1, 1)) for kind in (131, 137)],
                           [outer(inner(), options=options(130, 7, 8, 1, 1, 1, 1))]),
    "inner IHL impossible": ([outer(inner(ihl=4)), outer(inner(ihl=0)), outer(ipv4(HOST, PEER, b"", ihl=6))], [outer(inner())]),
    "inner header checksum wrong": ([outer(inner(sum=0x1234)), outer(inner(ihl=6))], [outer(inner())]),
    "inner Total Length beyond the end of the packet": ([outer(inner(total=len(inner()) + 1))],
                                                        [outer(inner(total=len(inner()) - 1)), outer(inner() + b"more")]),
    "inner Total Length less than the header": ([outer(inner(total=19)), outer(inner(total=0))],
                                                [outer(inner(total=20)), outer(ipv4(HOST, PEER, bytes(1481), total=0))]),
    "inner source is a martian": ([outer(inner(src=src)) for src in ("127.0.0.1", "224.0.0.1", "255.255.255.255", "0.0.0.0")],
                                  [outer(inner(src="0.0.0.0", dst="255.255.255.255")), outer(inner(src="0.0.0.0", dst="224.0.0.5")),
                                   outer(inner(src="0.0.0.0", dst="0.0.0.0")), outer(inner(src="240.0.0.1"))]),
    "inner destination is a martian": ([outer(inner(dst=dst)) for dst in ("127.0.0.1", "0.0.0.0", "0.1.2.3")],
                                       [outer(inner(dst="224.1.2.3")), outer(inner(dst="240.0.0.1"))]),
    "inner option malformed": ([outer(inner(options=options(7, 2, 4)))], [outer(inner(options=options(7, 7, 4, 0, 0, 0, 0)))]),
    "inner source route": ([outer(inner(options=options(131, 7, 4, 1, 1, 1, 1)))], [outer(inner(options=options(148, 4, 0, 0)))]),
    "inner TTL 0": ([outer(inner(ttl=0))], [outer(inner(ttl=1)), outer(inner(), ttl=0), outer(inner(), ttl=1)]),
}

# The same for what can't be decapsulated: it is kept, as it always was, or left out.
IMPOSSIBLE = {
    "inner version is not 4": outer(b"\x60" + inner()[1:]),
    "inner header missing": outer(inner()[:19]),
    "outer IHL impossible": outer(inner(), ihl=4),
    "outer Total Length less than the header": outer(inner(), total=19),
}

A6, B6, FINAL, HOME = "2001:470:1::1", "2001:470:2::1", "2001:470:9::9", "2001:470:8::8"


def in_udp(src, dst, octets=b"", next=17):
    """GUE over IPv6, behind these extension headers, with the checksum for these ends."""
    return outer6(octets + udp6(src, dst, gue(inner()), 50000, 6080), A6, B6, next=next)


def home(src):
    return in_udp(src, B6, options6(17, (201, address6(HOME))), 60)


# The checksum is that of the final destination (RFC 8200 section 8.1) and of the home address (RFC 6275 section 11.3.1).
SUMS = [(in_udp(A6, FINAL), in_udp(A6, B6)), (home(A6), home(HOME)),
        *((in_udp(A6, B6, header, 43), in_udp(A6, FINAL, header, 43)) for header in (route6(17, 2, 1, FINAL), route6(17, 0, 2, A6, FINAL), route6(17, 4, 1, FINAL)))]
UNKNOWN_SUM = in_udp(A6, B6, route6(17, 3, 1, FINAL), 43)  # compressed (RFC 6554)


class Reasons(unittest.TestCase):
    def test_payload_length_zero(self):
        """RFC 8200 section 3; with Next Header 59 nothing is announced."""
        for where, packet in (("outer", outer6(inner(), A6, B6, plen=0)), ("inner", outer(inner6(plen=0), protocol=41))):
            stderr, packets = decap([packet], "--drop-invalid")
            self.assertEqual(packets, [])
            self.assertIn("1 left out by --drop-invalid: %s Payload Length 0 in front of a payload" % where, stderr)
        for packet in (outer6(inner(), A6, B6), outer(inner6(), protocol=41), outer(inner6(payload=b"", next=59), protocol=41)):
            self.assertEqual(len(decap([packet], "--drop-invalid")[1]), 1)

    def test_sums_over_ipv6(self):
        for wrong, right in SUMS:
            with self.subTest(packet=right.hex()):
                stderr, packets = decap([wrong], "--drop-invalid")
                self.assertEqual(packets, [])
                self.assertIn("1 left out by --drop-invalid: outer UDP checksum wrong", stderr)
                self.assertEqual(decap([right], "--drop-invalid")[1], [inner()])
        self.assertEqual(decap([UNKNOWN_SUM], "--drop-invalid")[1], [inner()])

    def test_dropped(self):
        for reason, (dropped, _) in REASONS.items():
            for packet in dropped:
                with self.subTest(reason, packet=packet.hex()):
                    stderr, packets = decap([outer(inner()), packet])
                    self.assertEqual(len(packets), 2)
                    self.assertIn("2 packets read, 2 decapsulated, 0 kept unchanged\n"
                                  "  1 of them an IP stack would drop: %s (the first in frame 2)\n" % reason, stderr)
                    stderr, packets = decap([outer(inner()), packet], "--drop-invalid")
                    self.assertEqual(packets, [inner()])
                    self.assertIn("2 packets read, 1 decapsulated, 0 kept unchanged\n"
                                  "  1 left out by --drop-invalid: %s (the first in frame 2)\n" % reason, stderr)

    def test_not_dropped(self):
        for reason, (_, neighbours) in REASONS.items():
            for packet in neighbours:
                with self.subTest(reason, packet=packet.hex()):
                    stderr, packets = decap([packet], "--drop-invalid", "--only-tunnel")
                    self.assertEqual(len(packets), 1)
                    self.assertEqual(stderr, "1 packet read, 1 decapsulated, 0 kept unchanged\n")

    def test_what_can_not_be_decapsulated(self):
        for reason, packet in IMPOSSIBLE.items():
            with self.subTest(reason):
                stderr, packets = decap([packet])
                self.assertEqual(packets, [packet])
                self.assertNotIn("IP stack", stderr)
                stderr, packets = decap([packet], "--drop-invalid")
                self.assertEqual(packets, [])
                self.assertEqual(stderr, "1 packet read, 0 decapsulated, 0 kept unchanged\n"
                                 "  1 left out by --drop-invalid: %s (the first in frame 1)\n" % reason)

    def test_each_packet_counts_once(self):
        """By the first header that is wrong, in the order in which a stack looks."""
        stderr, _ = decap([outer(inner(sum=1, total=0, ttl=0), src="127.0.0.1")])
        self.assertEqual(stderr.count("of them an IP stack would drop"), 1)
        self.assertIn("outer source is a martian", stderr)

    def test_other_packets_are_nobodys_business(self):
        packet = inner(sum=0x1234)
        stderr, packets = decap([packet], "--drop-invalid")
        self.assertEqual(packets, [packet])
        self.assertNotIn("drop", stderr)

    def test_not_captured(self):
        """What the snapshot length cut off is not held against a packet."""
        packet = outer(inner(options=options(7, 2, 4)), options=options(7, 2, 4))
        for captured, reason in ((44, "outer option"), (len(packet), "outer option")):
            self.assertIn(reason, decap([(packet[:captured], len(packet))])[0])
        packet = outer(inner(options=options(7, 2, 4)))
        self.assertNotIn("IP stack", decap([(packet[:40], len(packet))])[0])
        self.assertIn("inner option malformed", decap([(packet[:44], len(packet))])[0])

    def test_loopback(self):
        packet = outer(inner(), src="127.0.0.1", dst="127.0.0.2")
        self.assertNotIn("IP stack", decap([b"\2\0\0\0" + packet], link_type=0)[0])
        self.assertIn("inner source is a martian", decap([b"\2\0\0\0" + outer(inner(src="127.0.0.1"))], link_type=0)[0])

    def test_nested(self):
        packet = outer(outer(inner(), sum=0x1234))
        for depth in ("1", "2"):
            self.assertIn("1 of them an IP stack would drop: inner header checksum wrong", decap([packet], "--depth", depth)[0])
        packet = outer(outer(inner(sum=0x1234)))
        self.assertNotIn("IP stack", decap([packet])[0])  # found when the next one is stripped
        self.assertIn("inner header checksum wrong", decap([packet], "--all")[0])
        self.assertEqual(decap([packet], "--all", "--drop-invalid")[1], [])

    def test_fragments(self):
        """A fragment that is dropped is missing; the header that reassembly makes is no reason."""
        large = inner(payload=udp(HOST, PEER, bytes(200)), df=False)
        pieces = [frame[14:] for frame in fragments(large, 64, 128)]
        self.assertEqual(decap(pieces, "--drop-invalid")[1], [large])
        broken = pieces[1][:10] + b"\x12\x34" + pieces[1][12:]
        stderr, packets = decap([pieces[0], broken, pieces[2]])
        self.assertEqual(packets, [large])
        self.assertIn("1 of them an IP stack would drop: outer header checksum wrong (the first in frame 2)", stderr)
        stderr, packets = decap([pieces[0], broken, pieces[2]], "--drop-invalid")
        self.assertEqual(packets, [])
        self.assertIn("1 left out by --drop-invalid: outer header checksum wrong (the first in frame 2)", stderr)
        self.assertIn("1 datagram (2 fragments) left out: incomplete", stderr)
        faulty = inner(payload=udp(HOST, PEER, bytes(200)), df=False, sum=0x1234)
        stderr, packets = decap([frame[14:] for frame in fragments(faulty, 8, 64)], "--drop-invalid")
        self.assertEqual(packets, [])
        self.assertIn("1 left out by --drop-invalid: inner header checksum wrong (the first in frame 3)", stderr)

    def test_filtered(self):
        stderr, _ = decap([outer(inner(sum=0x1234))], "--drop-invalid", "--inner", "dst host 10.9.9.9")
        self.assertIn("1 left out by a filter", stderr)
        self.assertNotIn("drop", stderr)


KNOWN_FATES = ("IpInDelivers", "IpForwDatagrams", "IpReasmReqds", "IpInUnknownProtos")

# Dropped for what the host is: its own address as source, a group without members.
HOSTS_OWN = {"inner source own address", "inner destination multicast"}


class Linux(unittest.TestCase):
    def steps(self):
        """(what was sent, its frames at the physical device, what the tunnel device showed, the kernel's counters)."""
        scenario = json.loads((MALFORMED / "scenario.json").read_text())
        frames = list(zip(captures.read(MALFORMED / "outer2.pcap"), scenario["captures"]["outer2"]["direction"]))
        shown = list(zip(captures.read(MALFORMED / "inner2.pcap"), scenario["captures"]["inner2"]["direction"]))
        before = len(frames) - sum(len(step["seen"].get("outer2", ())) for step in scenario["steps"])
        frames = frames[before:]  # ARP
        for step in scenario["steps"]:
            count, count_shown = len(step["seen"].get("outer2", ())), len(step["seen"].get("inner2", ()))
            yield (step["note"], [record.octets for record, way in frames[:count] if way == "I" and record.octets[12:14] == b"\x08\0"],
                   [record.octets for record, way in shown[:count_shown] if way == "I"], Counter(step["mib"].get("ns2", {})))
            frames, shown = frames[count:], shown[count_shown:]
        self.assertEqual((frames, shown), ([], []))

    def test_each_malformed_packet(self):
        """Dropped are those of which the kernel counts no delivery, forwarding, waiting fragment or unknown protocol."""
        dropped = 0
        for note, frames, shown, counted in self.steps():
            with self.subTest(note):
                self.assertEqual(len(frames), 1)
                if frames[0][23] != 4 or note == "outer DF and MF, offset 0":
                    continue  # another protocol; half a datagram
                is_lost = not shown or counted["IpInReceives"] > sum(counted[name] for name in KNOWN_FATES)
                _, packets = decap(frames, "--drop-invalid", "--only-tunnel", "--all" if len(shown) > 1 else "--depth=1", link_type=1)
                if note in HOSTS_OWN:
                    self.assertTrue(is_lost)
                else:
                    self.assertEqual(packets, [] if is_lost else [frames[0][:14] + shown[-1]])
                    dropped += is_lost
        self.assertGreater(dropped, 40)

    def test_the_far_tunnel_device(self):
        """From the outer side alone comes what the tunnel device showed, but for what the stack behind it drops (or should)."""
        compared = dropped = 0
        for path in harness.kernel_captures("outer2"):
            device = path.with_name("inner2.pcap")
            if not device.exists() or path.parent.name in ("ipip-esp-transport", "ipip-wrong-source"):  # no IPIP; no tunnel
                continue
            with self.subTest(path.parent.name):
                result = run("decap", "--kinds", "ipip", "--only-tunnel", "--drop-invalid", "-w", "-", path, stdin=b"")
                ours = Counter(map(captures.ipv4_of, captures.read(result.stdout)))
                shown = Counter(packet for packet in map(captures.ipv4_of, captures.read(device)) if packet is not None)
                lost = Counter({packet: count for packet, count in shown.items() if is_dropped(packet)})
                self.assertEqual(ours, shown - lost)
                compared, dropped = compared + sum(ours.values()), dropped + sum(lost.values())
        self.assertGreater(compared, 1700)
        self.assertGreater(dropped, 10)


def is_dropped(packet):
    """A second reading of what is in these captures: no header, a source route, a martian; and TTL 0, which Linux lets pass."""
    words, total = packet[0] & 15, struct.unpack("!H", packet[2:4])[0]
    header = packet[:4 * words]
    if packet[0] >> 4 != 4 or words < 5 or len(header) < 4 * words or checksum(header) or not len(header) <= total <= len(packet):
        return True
    at, kinds = 20, []
    while at < len(header) and header[at]:
        kinds.append(header[at])
        at += 1 if header[at] == 1 else header[at + 1]
    return packet[8] == 0 or 131 in kinds or 137 in kinds or packet[12] in (0, 127) or packet[16] in (0, 127)


if __name__ == "__main__":
    harness.main()
