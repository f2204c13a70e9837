# SPDX-License-Identifier: GPL-2.0-or-later
"""decap and encap: link layers, lengths, ECN, fragments, depth, what is kept and what is not."""

import itertools
import struct
import unittest

import captures
import harness
from harness import Check, Roundtrip, run
from packets import checksum, ethernet, ipv4, pcap, udp
from tunnel_packets import A, B, HOST, PEER, cut, fragments, inner, nested, outer

TUNNEL = ("--tunnel", "local %s remote %s ttl 64" % (A, B))


def decap(data, *options):
    result = run("decap", "-w", "-", *options, "-", stdin=data)
    return result, captures.read(result.stdout) if result.stdout else None


def encap(data, *options):
    result = run("encap", "-w", "-", *TUNNEL, *options, "-", stdin=data)
    return result, captures.read(result.stdout) if result.stdout else None


LARGE = inner(payload=udp(HOST, PEER, bytes(range(200))), df=False)


class LinkLayer(unittest.TestCase):
    def test_vlan_tags_are_kept(self):
        for tags in ((), ((0x8100, 100),), ((0x88A8, 7), (0x8100, 100))):
            before = ethernet(outer(inner()), tags=tags)
            _, records = decap(pcap([before]))
            self.assertEqual(records[0].octets, ethernet(inner(), tags=tags))
            _, records = encap(pcap([ethernet(inner(), tags=tags)]))
            self.assertEqual(records[0].octets[:14 + 4 * len(tags)], before[:14 + 4 * len(tags)])
            self.assertEqual(records[0].octets[-len(inner()):], inner())

    def test_ethernet_padding_is_cut(self):
        small = ipv4(HOST, PEER, b"", df=True)  # 20 octets; the frame is filled up to 60
        padded = ethernet(small) + b"\0" * 26
        _, records = encap(pcap([padded]))
        self.assertEqual(records[0].octets[34:], small)
        self.assertEqual(records[0].wire, 54)
        _, records = decap(pcap([ethernet(outer(small)) + b"\0" * 6]))
        self.assertEqual(records[0].octets, ethernet(small))

    def test_octets_behind_the_inner_datagram_stay(self):
        """Within the outer datagram they are not padding of the link, and a round trip must not lose them."""
        packet = inner() + b"trailer"
        _, records = decap(pcap([ethernet(outer(packet))]))
        self.assertEqual(records[0].octets, ethernet(packet))

    def test_lengths_of_pppoe_and_802_3_follow(self):
        packet = outer(inner())
        pppoe = bytes.fromhex("110000010000")[:4] + (len(packet) + 2).to_bytes(2, "big") + b"\x00\x21"
        _, records = decap(pcap([ethernet(pppoe + packet, 0x8864)]))
        self.assertEqual(int.from_bytes(records[0].octets[18:20], "big"), len(inner()) + 2)
        llc = bytes.fromhex("aaaa030000000800")
        _, records = decap(pcap([ethernet(llc + packet, len(packet) + 8)]))
        self.assertEqual(int.from_bytes(records[0].octets[12:14], "big"), len(inner()) + 8)
        _, records = encap(pcap([ethernet(llc + inner(), len(inner()) + 8)]))
        self.assertEqual(int.from_bytes(records[0].octets[12:14], "big"), len(inner()) + 28)

    def test_lengths_that_do_not_fit(self):
        """A length of more than 1500 would be an EtherType; the packet stays as it was, and that is said."""
        llc = bytes.fromhex("aaaa030000000800")
        large = inner(payload=udp(HOST, PEER, bytes(1450)))
        result, records = encap(pcap([ethernet(llc + large, len(large) + 8), ethernet(llc + inner(), len(inner()) + 8)]))
        self.assertEqual([len(record.octets) for record in records], [22 + len(large), 42 + len(inner())])
        self.assertIn("1 not encapsulated: longer than the length field of the link header can hold (the first in frame 1)",
                      result.stderr.decode())
        huge = inner(payload=udp(HOST, PEER, bytes(65487)))
        pppoe = bytes.fromhex("11000001") + (len(huge) + 2).to_bytes(2, "big") + b"\x00\x21" + huge
        result, records = encap(pcap([ethernet(pppoe, 0x8864)]))
        self.assertEqual(records[0].octets, ethernet(pppoe, 0x8864))

    def test_nflog_attribute_length(self):
        """Little-endian, and of the attribute: four octets more than the packet."""
        header = bytes.fromhex("02000000" "0800010008000100")

        def attribute(packet):
            return struct.pack("<HH", 4 + len(packet), 9) + packet

        _, records = encap(pcap([header + attribute(inner())], 239))
        self.assertEqual(records[0].octets[12:16], struct.pack("<HH", 4 + 20 + len(inner()), 9))
        _, records = decap(pcap([header + attribute(outer(inner()))], 239))
        self.assertEqual(records[0].octets, header + attribute(inner()))

    def test_raw_and_cooked(self):
        for link_type, header in ((101, b""), (228, b""), (113, bytes.fromhex("00040001000602000000000100000800")),
                                  (276, bytes.fromhex("0800000000000002000104060200000000010000")),
                                  (0, b"\2\0\0\0"), (108, b"\0\0\0\2"), (9, b"\xff\x03\0\x21")):
            _, records = decap(pcap([header + outer(inner())], link_type))
            self.assertEqual(records[0].octets, header + inner())
            self.assertEqual(records[0].link_type, link_type)


class Lengths(unittest.TestCase):
    def test_snapshot_length(self):
        """Captured and original lengths are both true, whatever was cut."""
        whole = ethernet(outer(LARGE))
        for captured in range(14 + 40, len(whole) + 1):
            _, records = decap(pcap([(whole[:captured], len(whole))]))
            self.assertEqual(records[0].octets, whole[:14] + whole[34:captured])
            self.assertEqual(records[0].wire, len(whole) - 20)
        plain = ethernet(LARGE)
        for captured in range(14 + 20, len(plain) + 1):
            _, records = encap(pcap([(plain[:captured], len(plain))]))
            self.assertEqual(len(records[0].octets), captured + 20)
            self.assertEqual(records[0].wire, len(plain) + 20)
            self.assertEqual(records[0].octets[34:], plain[14:captured])

    def test_inner_header_not_captured(self):
        result, records = decap(pcap(cut(outer(inner()), 30)))
        self.assertEqual(len(records[0].octets), 14 + 30)  # kept as it was
        self.assertIn("1 not decapsulated: cut off by the snapshot length (the first in frame 1)", result.stderr.decode())
        result, records = decap(pcap(cut(outer(inner()), 30)), "--only-tunnel")
        self.assertEqual(records, [])

    def test_offload_leaves_total_length_zero(self):
        packet = outer(LARGE, total=0, sum=0)
        _, records = decap(pcap([ethernet(packet)]))
        self.assertEqual(records[0].octets, ethernet(LARGE))


class Ecn(unittest.TestCase):
    # RFC 6040 section 4.2, Figure 4, by arriving inner and outer field as on the wire: Not-ECT, ECT(1), ECT(0), CE.
    RFC6040 = ((0, 0, 0, None), (1, 1, 1, 3), (2, 1, 2, 3), (3, 3, 3, 3))

    def result(self, inner_ecn, outer_ecn, *options):
        packet = inner(tos=0xB8 | inner_ecn)
        _, records = decap(pcap([ethernet(outer(packet, tos=outer_ecn))]), *options)
        if not records:
            return None
        header = records[0].octets[14:34]
        self.assertEqual(checksum(header), 0)
        self.assertEqual(header[1] >> 2, 0x2E)  # the DSCP is the inner one
        self.assertEqual(records[0].octets[34:], packet[20:])
        return header[1] & 3

    def test_rfc6040_is_the_default(self):
        for inner_ecn, outer_ecn in itertools.product(range(4), repeat=2):
            self.assertEqual(self.result(inner_ecn, outer_ecn), self.RFC6040[inner_ecn][outer_ecn])

    def test_modes(self):
        self.assertEqual(self.result(2, 1, "--ecn-decap", "rfc3168-full"), 2)
        self.assertEqual(self.result(2, 3, "--ecn-decap", "rfc3168-limited"), None)
        self.assertEqual(self.result(0, 3, "--ecn-decap", "rfc4301"), 0)
        self.assertEqual(self.result(0, 3, "--ecn-decap", "overwrite"), 3)
        self.assertEqual(self.result(2, 3, "--ecn-decap", "none"), 2)

    def test_drops_are_reported(self):
        result, records = decap(pcap([ethernet(outer(inner())), ethernet(outer(inner(), tos=3))]))
        self.assertEqual(len(records), 1)
        self.assertIn("1 not decapsulated: dropped by ECN: outer CE, inner Not-ECT (the first in frame 2)",
                      result.stderr.decode())

    def test_wrong_checksum_stays_wrong(self):
        packet = inner(tos=2, sum=0x1234)
        _, records = decap(pcap([ethernet(outer(packet, tos=3))]))
        self.assertNotEqual(checksum(records[0].octets[14:34]), 0)


class Fragments(unittest.TestCase):
    def test_any_order(self):
        pieces = fragments(LARGE, 48, 96, 160)
        for order in itertools.permutations(range(4)):
            result, records = decap(pcap([pieces[i] for i in order]))
            self.assertEqual([record.octets for record in records], [ethernet(LARGE)])
            self.assertIn("1 reassembled from 4 outer fragments", result.stderr.decode())

    def test_stands_where_it_was_completed(self):
        pieces = fragments(LARGE, 48)
        _, records = decap(pcap([pieces[0], ethernet(b"\0" * 28, 0x0806), pieces[1]]))
        self.assertEqual(records[1].octets, ethernet(LARGE))
        self.assertEqual(records[1].time, captures.read(pcap([b"", b"", b""]))[2].time)

    def test_inner_header_split(self):
        _, records = decap(pcap(fragments(LARGE, 8, 16, 24)))
        self.assertEqual([record.octets for record in records], [ethernet(LARGE)])

    def test_overlaps_are_refused(self):
        first = ethernet(outer(LARGE[:64], mf=True, df=False))
        second = ethernet(outer(LARGE[56:], offset=7, df=False))
        result, records = decap(pcap([first, second]))
        self.assertEqual(records, [])
        self.assertIn("1 datagram left out: its fragments overlap", result.stderr.decode())

    def test_fragments_without_a_place(self):
        """Beyond the largest datagram, or without an octet: kept, with a reason."""
        beyond = ethernet(outer(bytes(64), df=False, offset=8190))
        empty = ethernet(outer(b"", df=False, offset=10))
        for frame in (beyond, empty):
            result, records = decap(pcap([frame]))
            self.assertEqual([record.octets for record in records], [frame])
            self.assertIn("1 not decapsulated: fragment without the rest", result.stderr.decode())

    def test_a_fragment_and_then_something_else(self):
        """What is read of one packet is not taken for the next one's."""
        fragment = fragments(LARGE, 64)[0]
        ipv6 = ethernet(bytes([0x60, 0, 0, 0, 0, 0, 59, 64]) + bytes(32), 0x86DD)
        short = ethernet(bytes([0x45, 0, 0, 40]))
        for other in (ipv6, short):
            result, records = decap(pcap([fragment, other]))
            self.assertEqual([record.octets for record in records], [other])
            self.assertIn("1 datagram (1 fragment) left out: incomplete", result.stderr.decode())

    def test_duplicates_are_counted(self):
        frames = fragments(LARGE, 64)
        result, records = decap(pcap([frames[0], *frames]))
        self.assertEqual([record.octets for record in records], [ethernet(LARGE)])
        self.assertIn("1 fragment left out: repeated", result.stderr.decode())

    def test_incomplete_is_reported(self):
        result, records = decap(pcap(fragments(LARGE, 48, 96)[:2]))
        self.assertEqual(records, [])
        self.assertIn("1 datagram (2 fragments) left out: incomplete", result.stderr.decode())

    def test_ce_in_one_fragment(self):
        packet = inner(tos=2, payload=udp(HOST, PEER, b"x" * 100), df=False)
        pieces = [ethernet(outer(packet[:64], mf=True, df=False, tos=2)), ethernet(outer(packet[64:], offset=8, df=False, tos=3))]
        _, records = decap(pcap(pieces))
        self.assertEqual(records[0].octets[15] & 3, 3)
        pieces[0] = ethernet(outer(packet[:64], mf=True, df=False, tos=0))
        result, records = decap(pcap(pieces))
        self.assertEqual(records, [])

    def test_fragments_of_two_datagrams_mixed(self):
        one, two = fragments(LARGE, 48, id=1), fragments(inner(ttl=7, payload=b"y" * 100, df=False), 48, id=2)
        _, records = decap(pcap([one[0], two[1], one[1], two[0]]))
        self.assertEqual([record.octets[22] for record in records], [64, 7])

    def test_the_same_id_after_a_minute(self):
        pieces = fragments(LARGE, 48)
        data = pcap([pieces[0]] + [ethernet(b"\0" * 28, 0x0806)] * 60 + [pieces[1]])  # a frame a second
        result, records = decap(data, "--only-tunnel")
        self.assertEqual(records, [])
        self.assertIn("2 datagrams (2 fragments) left out: incomplete", result.stderr.decode())


class Depth(unittest.TestCase):
    def test_depths(self):
        packet = nested(5)
        for depth, options in ((1, ()), (1, ("--depth", "1")), (2, ("--depth", "2")), (4, ("--depth", "4")),
                               (4, ("--depth", "9")), (4, ("--all",))):
            _, records = decap(pcap([ethernet(packet)]), *options)
            self.assertEqual(records[0].octets[14:], packet[20 * depth:])

    def test_ecn_goes_all_the_way(self):
        innermost = inner(tos=2)
        packet = outer(outer(innermost, tos=2, src="10.3.0.1", dst="10.3.0.2"), tos=3)
        _, records = decap(pcap([ethernet(packet)]), "--all")
        self.assertEqual(records[0].octets[15] & 3, 3)
        self.assertEqual(checksum(records[0].octets[14:34]), 0)

    def test_nested_fragments(self):
        """Fragments of the inner tunnel are whole packets of the outer one: reassembled only where that layer is stripped."""
        pieces = [ethernet(outer(outer(LARGE[:64], src="10.3.0.1", dst="10.3.0.2", mf=True, df=False))),
                  ethernet(outer(outer(LARGE[64:], src="10.3.0.1", dst="10.3.0.2", offset=8, df=False)))]
        _, records = decap(pcap(pieces))
        self.assertEqual(len(records), 2)
        _, records = decap(pcap(pieces), "--all")
        self.assertEqual([record.octets for record in records], [ethernet(LARGE)])


class Mtu(unittest.TestCase):
    """What is too large for the path; test_kernel.py compares with what Linux makes of it."""

    COPY = ("--tunnel", "local %s remote %s nopmtudisc" % (A, B))

    def encap(self, packet, *options, tunnel=COPY, link=b""):
        result = run("encap", "-w", "-", *tunnel, *options, "-", stdin=pcap([link + packet], 1 if link else 101))
        return result.stderr.decode(), [record.octets[len(link):] for record in captures.read(result.stdout)]

    def test_fragments(self):
        packet = inner(payload=bytes(range(256)) * 2, df=False)
        stderr, packets = self.encap(packet, "--mtu", "300")
        self.assertEqual([len(one) for one in packets], [300, 20 + len(packet) - 280])
        self.assertEqual(packets[0][20:] + packets[1][20:], packet)
        self.assertEqual([one[6:8] for one in packets], [b"\x20\0", b"\0\x23"])
        self.assertEqual(packets[0][4:6], packets[1][4:6])
        self.assertEqual([checksum(one[:20]) for one in packets], [0, 0])
        self.assertIn("1 packet read, 1 encapsulated, 0 kept unchanged\n  1 of them in 2 outer fragments\n", stderr)
        _, packets = self.encap(packet, "--mtu", str(20 + len(packet)))
        self.assertEqual([one[20:] for one in packets], [packet])

    def test_they_come_together_again(self):
        packets = [inner(payload=bytes(range(n)), df=False, ttl=9) for n in (1, 47, 48, 100, 255)]
        for mtu in range(68, 150, 5):
            there = run("encap", "-w", "-", *self.COPY, "--mtu", str(mtu), "-", stdin=pcap(packets, 101)).stdout
            self.assertLessEqual(max(len(record.octets) for record in captures.read(there)), mtu)
            back = run("decap", "-w", "-", "-", stdin=there).stdout
            self.assertEqual([record.octets for record in captures.read(back)], packets)

    def test_df(self):
        large = dict(payload=bytes(281))
        for tunnel, df, expected in (
                (self.COPY, True, "1 not encapsulated: larger than the tunnel MTU, and not to be fragmented: an ICMP error goes to the sender "
                                  "(the first in frame 1)\n  ICMP 3/4 to the sender reports MTU 280\n"),
                (TUNNEL, True, "1 not encapsulated: larger than the tunnel MTU, and not to be fragmented: an ICMP error goes to the sender"),
                (TUNNEL, False, "1 not encapsulated: larger than the tunnel MTU with only the outer DF set: lost without an ICMP error "
                                "(the first in frame 1)\n")):
            stderr, packets = self.encap(inner(df=df, **large), "--mtu", "300", tunnel=tunnel)
            self.assertIn(expected, stderr)
            self.assertEqual(packets, [])
            for fits in (inner(df=df, payload=bytes(260 - 20)), inner(df=df, payload=bytes(260))):
                stderr, packets = self.encap(fits, "--mtu", "300", tunnel=tunnel)
                self.assertEqual([one[20:] for one in packets], [fits])
                self.assertNotIn("ICMP", stderr)

    def test_every_fragment_has_its_own_length_in_the_link_header(self):
        packet = inner(payload=bytes(300), df=False)
        link = bytes(12) + (len(packet) + 8).to_bytes(2, "big") + bytes.fromhex("aaaa030000000800")
        _, packets = self.encap(packet, "--mtu", "200", link=link)
        result = run("encap", "-w", "-", *self.COPY, "--mtu", "200", "-", stdin=pcap([link + packet]))
        for record in captures.read(result.stdout):
            self.assertEqual(int.from_bytes(record.octets[12:14], "big"), len(record.octets) - 14)
        self.assertEqual(len(packets), 2)

    def test_forwarding(self):
        for ttl in (2, 64, 255):
            _, packets = self.encap(inner(ttl=ttl), "--forward")
            self.assertEqual(packets[0][20:], inner(ttl=ttl - 1))
            self.assertEqual(packets[0][8], ttl - 1)
        for ttl in (0, 1):
            stderr, packets = self.encap(inner(ttl=ttl), "--forward")
            self.assertEqual(packets, [])
            self.assertIn("1 not encapsulated: inner TTL expired (the first in frame 1)", stderr)
        _, packets = self.encap(inner(ttl=1))
        self.assertEqual(packets[0][20:], inner(ttl=1))

    def test_values(self):
        for value in ("67", "65536", "0", "-1", "large", ""):
            result = run("encap", "-w", "-", *TUNNEL, "--mtu", value, "-", stdin=b"")
            self.assertEqual(result.returncode, 2)
            self.assertIn("it must be a number from 68 to 65535", result.stderr.decode())
        self.assertEqual(run("decap", "-w", "-", "--mtu", "1500", "-", stdin=b"").returncode, 2)


class Selection(unittest.TestCase):
    FRAMES = [ethernet(outer(inner())), ethernet(inner()), ethernet(b"\0" * 28, 0x0806),
              ethernet(outer(inner(dst="10.9.9.9")))]

    def test_other_packets_are_kept_in_their_place(self):
        _, records = decap(pcap(self.FRAMES))
        self.assertEqual([record.octets for record in records],
                         [ethernet(inner()), self.FRAMES[1], self.FRAMES[2], ethernet(inner(dst="10.9.9.9"))])
        _, records = decap(pcap(self.FRAMES), "--only-tunnel")
        self.assertEqual([record.octets for record in records], [ethernet(inner()), ethernet(inner(dst="10.9.9.9"))])

    def test_filters(self):
        _, records = decap(pcap(self.FRAMES), "--inner", "dst host 10.9.9.9")
        self.assertEqual([record.octets for record in records], [ethernet(inner(dst="10.9.9.9"))])
        _, records = decap(pcap(self.FRAMES), "--filter", "arp")
        self.assertEqual([record.octets for record in records], [self.FRAMES[2]])
        self.assertEqual(Check("--inner", "dst host 10.9.9.9", "-", stdin=pcap(self.FRAMES)).summary["tunnel_packets"], 1)

    def test_inner_filter_sees_reassembled_datagrams(self):
        _, records = decap(pcap(fragments(LARGE, 48)), "--inner", "dst host " + PEER)
        self.assertEqual(len(records), 1)
        _, records = decap(pcap(fragments(LARGE, 48)), "--inner", "dst host 10.9.9.9")
        self.assertEqual(records, [])

    def test_what_can_not_be_encapsulated(self):
        frames = [ethernet(inner(ttl=0)), ethernet(inner(src=B)), ethernet(inner(ihl=4)), ethernet(inner(total=90)),
                  ethernet(inner()), ethernet(b"\x60" + b"\0" * 39, 0x86DD)]
        result, records = encap(pcap(frames))
        self.assertEqual(len(records), 2)
        self.assertEqual(records[1].octets, frames[5])
        for line in ("1 not encapsulated: inner TTL expired (the first in frame 1)",
                     "1 not encapsulated: inner source is the tunnel exit (the first in frame 2)",
                     "2 not encapsulated: malformed header (the first in frame 3)"):
            self.assertIn(line, result.stderr.decode())

    def test_decap_of_encap(self):
        frames = [ethernet(inner(ttl=ttl, tos=tos)) for ttl in (1, 64, 255) for tos in (0, 1, 2, 3, 0xB8, 0xFF)]
        there = run("encap", "-w", "-", *TUNNEL, "-", stdin=pcap(frames)).stdout
        self.assertEqual(Check("--fail-on", "error", "-", stdin=there).status, 0)
        back = run("decap", "-w", "-", "-", stdin=there).stdout
        self.assertEqual([record.octets for record in captures.read(back)], frames)
        roundtrip = Roundtrip("-", stdin=there)
        self.assertEqual(roundtrip.summary["identical"], len(frames))


if __name__ == "__main__":
    harness.main()
