# SPDX-License-Identifier: GPL-2.0-or-later
"""encap with the lines that made the tunnels of a kernel, pasted: what it makes is what the kernel sent. And what becomes of other packets."""

import ipaddress
import struct
import unittest

import captures
import harness
import sibling_tunnels
from packets import ethernet, ipv4, pcap, pcapng_interface, pcapng_packet, pcapng_section, udp
from sibling_tunnels import SIBLINGS, belongs, pairs

ETHERNET, RAW = 1, 101
TYPES = {False: b"\x08\x00", True: b"\x86\xdd"}
# Not pasted: ESP, which has no keys here; those of which nothing was encapsulated.
LEFT_OUT = {"vti-null", "gre-ecn-decap", "sit-ecn-decap"}
TO_GRE = "ip link add g type gre local 192.0.2.1 remote 192.0.2.2 "
OVER_IPV6 = "local 2001:db8::1 remote 2001:db8::2 "


def encap(words, data, *options):
    result = harness.run("encap", "--tunnel", words, *options, "-w", "-", "-", stdin=data)
    return result.stderr.decode(), captures.read(result.stdout) if result.stdout else None


def made(words, packets, *options, link_type=RAW):
    said, records = encap(words, pcap(packets, link_type), *options)
    return said, [record.octets for record in records]


def without_what_is_lent(tunnel, octets):
    """Identification, automatic port and label, and the checksums over them."""
    packet = bytearray(octets)
    if packet[0] >> 4 == 6:
        packet[1:4] = bytes((packet[1] & 0xF0, 0, 0))
    else:
        packet[4:6] = packet[10:12] = b"\0\0"
        if tunnel.has_automatic_port:
            packet[20:22] = b"\0\0"
    return bytes(packet)


def ipv6(src, dst, payload, next=17, hops=64, flow=0):
    return struct.pack(">IHBB", 6 << 28 | flow, len(payload), next, hops) + ipaddress.ip_address(src).packed + ipaddress.ip_address(dst).packed + payload


INNER = ipv4("10.0.0.1", "10.0.0.2", udp("10.0.0.1", "10.0.0.2", b"x"), df=True)
INNER_6 = ipv6("2001:db8::11", "2001:db8::12", bytes.fromhex("00350035000900007 8".replace(" ", "")))
ARP = bytes.fromhex("ffffffffffff0200000001010806") + bytes(46)


class Pasted(unittest.TestCase):
    def frames(self, tunnel, found):
        """The packets of the tunnel device as frames."""
        if tunnel.has_frames:
            return [inner.octets for inner, _ in found]
        return [ethernet(inner.octets, inner.type) for inner, _ in found]

    def test_every_kind(self):
        compared = 0
        for folder in sorted(SIBLINGS.iterdir()):
            if folder.name in LEFT_OUT:
                continue
            scenario = sibling_tunnels.load(folder)
            for tunnel, inside, outside in sibling_tunnels.sides(scenario):
                with self.subTest(folder.name, tunnel=tunnel.text):
                    inner = sibling_tunnels.packets(folder, scenario, inside, tunnel.has_frames)
                    found = pairs(tunnel, inner, sibling_tunnels.packets(folder, scenario, outside))
                    said, ours = made(tunnel.text, self.frames(tunnel, found), link_type=ETHERNET)
                    self.assertIn("%u encapsulated, 0 kept" % len(found), said)
                    self.assertEqual([octets[12:14] for octets in ours], [TYPES[outer.is_ipv6] for _, outer in found])
                    self.assertEqual([without_what_is_lent(tunnel, octets[14:]).hex() for octets in ours],
                                     [without_what_is_lent(tunnel, outer.octets).hex() for _, outer in found])
                    compared += len(found)
        self.assertGreater(compared, 900)

    def test_captures_of_both_kinds_and_all_threads(self):
        """Numbers go on from packet to packet, whatever the threads."""
        packets = [ethernet(INNER)] * 3000
        whole = pcapng_section() + pcapng_interface(ETHERNET) + b"".join(pcapng_packet(packet, 0, number) for number, packet in enumerate(packets))
        for jobs in ("1", "3"):
            for data in (pcap(packets), whole):
                _, records = encap(TO_GRE + "seq", data, "--jobs", jobs)
                self.assertEqual([struct.unpack(">I", record.octets[38:42])[0] for record in records], list(range(3000)))


class Values(unittest.TestCase):
    def test_one_port_and_one_label_for_a_flow(self):
        flows = [ipv4("10.0.0.%u" % host, "10.0.1.1", udp("10.0.0.%u" % host, "10.0.1.1", b"x")) for host in range(1, 101)]
        words = "ip link add f type ipip local 192.0.2.1 remote 192.0.2.2 encap fou encap-sport auto encap-dport 5555"
        _, ours = made(words, flows * 2)
        ports = [struct.unpack(">H", octets[20:22])[0] for octets in ours]
        self.assertEqual(ports[:100], ports[100:])
        self.assertGreater(len(set(ports)), 90)
        self.assertTrue(all(32768 <= port <= 60999 for port in ports))
        _, ours = made("ip -6 tunnel add t mode ipip6 " + OVER_IPV6, flows * 2)
        labels = [struct.unpack(">I", octets[:4])[0] & 0xFFFFF for octets in ours]
        self.assertEqual(labels[:100], labels[100:])
        self.assertGreater(len(set(labels)), 90)
        self.assertNotIn(0, labels)

    def test_only_what_goes_out_is_numbered(self):
        expired = ipv4("10.0.0.1", "10.0.0.2", b"", ttl=0)
        said, ours = made(TO_GRE + "seq", [INNER, expired, INNER])
        self.assertEqual([octets[24:28] for octets in ours], [bytes(4), b"\0\0\0\1"])
        self.assertIn("1 not encapsulated: inner TTL expired", said)


class Others(unittest.TestCase):
    def test_what_the_tunnel_does_not_hold_is_kept(self):
        for words, held in (("mode ipip local 192.0.2.1 remote 192.0.2.2", INNER), ("mode sit local 192.0.2.1 remote 192.0.2.2", INNER_6)):
            packets = [ethernet(INNER), ethernet(INNER_6, 0x86DD), ARP]
            said, ours = made(words, packets, link_type=ETHERNET)
            self.assertIn("3 packets read, 1 encapsulated, 2 kept unchanged", said)
            self.assertEqual([octets for octets in ours if octets in packets], [octets for octets in packets if octets[14:] != held])
            _, ours = made(words, packets, "--only-tunnel", link_type=ETHERNET)
            self.assertEqual(len(ours), 1)

    def test_frames_are_bridged(self):
        tagged = ethernet(INNER, tags=((0x8100, 100),)) + b"\0" * 9
        said, ours = made("type gretap local 192.0.2.1 remote 192.0.2.2", [ARP, tagged], link_type=ETHERNET)
        self.assertIn("2 encapsulated", said)
        for frame, octets in zip([ARP, tagged], ours):
            self.assertEqual(octets[:14], frame[:12] + b"\x08\x00")
            self.assertEqual(octets[14 + 24:], frame)
        said, ours = made("type ip6gretap " + OVER_IPV6, [tagged], link_type=ETHERNET)
        self.assertEqual(ours[0][12:14], b"\x86\xdd")
        said, ours = made("type gretap local 192.0.2.1 remote 192.0.2.2", [INNER])
        self.assertIn("0 encapsulated, 1 kept", said)

    def test_padding_is_cut(self):
        for words, inner, type in (("mode sit local 192.0.2.1 remote 192.0.2.2", INNER_6, 0x86DD), ("mode ipip6 " + OVER_IPV6, INNER, 0x0800)):
            _, ours = made(words, [ethernet(inner, type) + b"\0" * 20], link_type=ETHERNET)
            self.assertTrue(ours[0].endswith(inner))

    def test_link_types(self):
        """Each says IPv6 where it said IPv4, or that it can't."""
        headers = {0: (b"\2\0\0\0", b"\x1e\0\0\0"), 108: (b"\0\0\0\2", b"\0\0\0\x18"), 9: (b"\xff\x03\0\x21", b"\xff\x03\0\x57"), RAW: (b"", b""),
                   113: (bytes.fromhex("00040001000602000000000100000800"), bytes.fromhex("000400010006020000000001000086dd")),
                   276: (bytes.fromhex("0800000000000002000104060200000000010000"), bytes.fromhex("86dd000000000002000104060200000000010000"))}
        for link_type, (before, after) in headers.items():
            _, ours = made("mode ipip6 " + OVER_IPV6, [before + INNER], link_type=link_type)
            self.assertEqual(ours[0][:len(after)], after)
            self.assertEqual(ours[0][len(after)] >> 4, 6)
        said, ours = made("mode ipip6 " + OVER_IPV6, [INNER], link_type=228)
        self.assertEqual(ours, [INNER])
        self.assertIn("the link header can't announce what then follows it, another version of IP or MPLS", said)

    def test_lengths_of_802_3_follow(self):
        llc = bytes.fromhex("aaaa030000000800")
        _, ours = made("mode ipip6 " + OVER_IPV6, [ethernet(llc + INNER, len(INNER) + 8)], link_type=ETHERNET)
        self.assertEqual(int.from_bytes(ours[0][12:14], "big"), len(INNER) + 8 + 48)
        self.assertEqual(ours[0][14:22], bytes.fromhex("aaaa0300000086dd"))


class Sizes(unittest.TestCase):
    def test_too_large(self):
        large = ipv4("10.0.0.1", "10.0.0.2", bytes(1457), df=True)
        large_6 = ipv6("2001:db8::11", "2001:db8::12", bytes(1437))
        for words, packet, reported in ((TO_GRE, large, "ICMP 3/4 to the sender reports MTU 1476"), (TO_GRE, large_6, "ICMPv6 2/0 to the sender reports MTU 1476"),
                                        ("mode ipip6 " + OVER_IPV6, large, "ICMP 3/4 to the sender reports MTU 1452")):
            said, ours = made(words, [packet], "--mtu", "1500")
            self.assertEqual(ours, [])
            self.assertIn(reported, said)
            self.assertNotIn("ICMPv6" if "3/4" in reported else "3/4", said.replace(": ICMP 3/4 goes to the sender", ""))

    def test_fragments_of_ipv6(self):
        """RFC 2473 section 7.1: 1280 octets enter a tunnel over a path of 1280."""
        whole = ipv6("2001:db8::11", "2001:db8::12", bytes(range(248)) * 5)
        said, ours = made("mode ip6ip6 encaplimit none flowlabel 5 " + OVER_IPV6, [whole], "--mtu", "1280")
        self.assertIn("1 of them in 2 outer fragments", said)
        self.assertEqual([len(octets) for octets in ours], [1280, 40 + 8 + 1280 - 1232])
        self.assertEqual(b"".join(octets[48:] for octets in ours), whole)
        self.assertEqual([octets[6] for octets in ours], [44, 44])
        self.assertEqual([octets[40:44] for octets in ours], [bytes((41, 0, 0, 1)), bytes((41, 0)) + struct.pack(">H", 1232)])
        self.assertEqual(ours[0][44:48], ours[1][44:48])


if __name__ == "__main__":
    harness.main()
