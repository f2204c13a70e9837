# SPDX-License-Identifier: GPL-2.0-or-later
"""roundtrip of every kind of tunnel: of what the kernel made all is identical, and what was altered is found, by name."""

import re
import struct
import unittest
from collections import Counter

import captures
import harness
import sibling_tunnels
import carriers
from packets import checksum, ethernet, ipv4, pcap, pseudo_header
from sibling_tunnels import SIBLINGS
from tunnel_packets import A, B, inner

RAW = 101
PORT_KINDS = {"4": "fou-ipip", "41": "fou-sit", "47": "fou-gre", "gue": "gue"}


def declared(folder):
    """The UDP ports of a scenario, from its `ip fou add`."""
    lines = [line["cmd"] for line in sibling_tunnels.load(folder)["setup"]]
    ports = {match[1]: PORT_KINDS[match[2]] for line in lines if (match := re.search(r"ip fou add port (\d+) (?:ipproto )?(\S+)", line))}
    return [word for port, kind in ports.items() for word in ("--udp-tunnel", "%s=%s" % (port, kind))]


def crafted(folder):
    """What the lab, and no tunnel, put on the wire: octets from the outer addresses on. Routers change what is before them."""
    return [bytes.fromhex(step["hdr"])[12:] for step in sibling_tunnels.load(folder)["traffic"] if step.get("how") == "frame"]


def payload_of(frame):
    """Ethernet's IP version, protocol behind the encapsulation limit, and what follows it."""
    packet = frame[14:]
    if frame[12:14] == b"\x08\0":
        return 4, packet[9], packet[20:]
    if frame[12:14] == b"\x86\xdd":
        return (6, packet[40], packet[48:]) if packet[6] == 60 else (6, packet[6], packet[40:])
    return 0, 0, b""


def is_tunnel(frame, has_udp):
    _, protocol, rest = payload_of(frame)
    return protocol in (4, 41, 47, 50) or (has_udp and protocol == 17 and rest[2:4] == struct.pack(">H", 5555))


def made_by_linux(inside, outside):
    """Its ECN fields go in as full functionality of RFC 3168 has it; a router may mark CE (RFC 6040 section 4.1, rules-siblings 2.2)."""
    made = 2 if inside == 3 else inside
    return outside == made or (outside == 3 and made in (1, 2))


def ecn_of(frame):
    """Inner and outer field of IPv4 in GRE, or of IPv6 in IPv4."""
    inside = frame[14 + 20:]
    inside = inside[4:] if frame[14 + 9] == 47 else inside
    return (inside[1] & 3 if inside[0] >> 4 == 4 else inside[1] >> 4 & 3), frame[14 + 1] & 3


class Kernel(unittest.TestCase):
    """What Linux made comes out as it was: its contract is in no need of ours."""

    def test_every_scenario(self):
        total = Counter()
        for path in sorted(SIBLINGS.glob("*/outer*.pcap")):
            with self.subTest(harness.label(path)):
                ports, forged = declared(path.parent), crafted(path.parent)
                frames = [record.octets for record in captures.read(path)]
                result = harness.Roundtrip(*ports, path)
                tunnels = {number for number, frame in enumerate(frames, start=1) if is_tunnel(frame, bool(ports))}
                not_made = {number for number in tunnels if any(frames[number - 1].find(octets) == 26 for octets in forged)}
                different = {line["frame"] for line in result.differences}
                if "ecn-decap" in path.parent.name:
                    expected = {number for number in not_made if not made_by_linux(*ecn_of(frames[number - 1]))}
                    self.assertEqual({line["field"] for line in result.differences} - {"ecn"}, set())
                else:
                    expected = not_made if path.name == "outer2.pcap" else set()  # they were put in behind the first end
                self.assertEqual(different, expected)
                self.assertEqual(result.summary["tunnel_packets"], len(tunnels))
                is_opaque = path.parent.name == "vti-null"
                self.assertEqual(result.summary["reasons"], {"esp": len(tunnels)} if is_opaque else {})
                for kind, counts in result.summary.get("kinds", {}).items():
                    total[kind] += counts["identical"]
        print(dict(total))
        self.assertEqual(set(total) - {"esp"}, {"ipip", "6in4", "4in6", "6in6", "gre", "gre6", "gretap", "erspan", "fou", "gue"})


def frames_of(scenario, name="outer", way="O"):
    """The tunnel packets that one end sent."""
    folder = SIBLINGS / scenario
    directions = sibling_tunnels.load(folder)["captures"][name]["direction"]
    records = captures.read(folder / (name + ".pcap"))
    return [record.octets for direction, record in zip(directions, records) if direction == way and is_tunnel(record.octets, True)]


def with_ipv4(frame, change):
    """The frame with its outer IPv4 header changed, and that right again."""
    octets = bytearray(frame)
    change(octets)
    header = octets[14:34]
    header[10:12] = bytes(2)
    octets[24:26] = struct.pack(">H", checksum(bytes(header)))
    return bytes(octets)


def changed(frame, at, octets):
    """Other octets, `at` from the end of the Ethernet header."""
    return frame[:14 + at] + octets + frame[14 + at + len(octets):]


class Said(unittest.TestCase):
    def said(self, frames, *options, link_type=1):
        result = harness.Roundtrip(*options, "-", stdin=pcap(frames, link_type))
        summary = result.summary
        skipped = sum(summary["skipped"].values())
        self.assertEqual(summary["identical"] + summary["different"] + summary["not_comparable"] + skipped, len(frames))
        return {(line["frame"], line["field"]) for line in result.differences}, summary


class Altered(Said):
    def one(self, scenario, change, *options):
        """What is said of the third of the packets that one end sent, all others being as they were."""
        frames = frames_of(scenario)
        frames[2] = change(frames[2])
        said, summary = self.said(frames, *options)
        self.assertEqual({frame for frame, _ in said} - {3}, set())
        return {field for _, field in said}, summary["reasons"], summary.get("taken_over", {})

    def test_as_they_were(self):
        for scenario in ("gre-plain", "gre-csum", "sit-default", "ip6tnl-ipip6", "gretap", "erspan"):
            self.assertEqual(self.one(scenario, lambda frame: frame)[:2], (set(), {}))

    def test_gre(self):
        self.assertEqual(self.one("gre-plain", lambda f: changed(f, 21, b"\x08"))[0], {"gre.flags"})  # a reserved bit
        self.assertEqual(self.one("gre-csum", lambda f: changed(f, 24, b"\xde\xad"))[0], {"gre.checksum"})
        self.assertEqual(self.one("gre-csum", lambda f: changed(f, 26, b"\x00\x07"))[0], {"gre.checksum", "gre.reserved"})

        def both(frame):
            """Octets that must be 0 are not, and the checksum covers them."""
            sum = struct.unpack(">H", frame[38:40])[0]
            return changed(frame, 24, struct.pack(">HH", sum - 7 if sum > 7 else sum - 8 + 0x10000, 7))
        self.assertEqual(self.one("gre-csum", both)[0], {"gre.reserved"})
        self.assertEqual(self.one("gre-csum", lambda f: f[:-1] + bytes([f[-1] ^ 1]))[0], {"gre.checksum"})  # an octet of the payload

    def test_a_key_is_another_tunnel(self):
        """One packet explains itself."""
        self.assertEqual(self.one("gre-key", lambda f: changed(f, 24, b"\0\0\0\x05")), (set(), {}, {}))

    def test_gre_with_routing(self):
        """A source route of nothing but its end (RFC 1701)."""
        frames = [ethernet(ipv4(A, B, struct.pack("!HHHHHBB", 0x4000, 0x0800, 0, 0, 0, 0, 0) + inner(), protocol=47))]
        self.assertEqual(self.said(frames)[1]["reasons"], {"gre_routing": 1})

    def test_what_is_no_ip(self):
        """A payload of a type that has no name: the header is compared, the octets stay."""
        frames = [ethernet(ipv4(A, B, carriers.gre(b"octets" * n, 0x00FE, carriers.CHECKSUM, 0), protocol=47)) for n in range(1, 6)]
        said, summary = self.said(frames)
        self.assertEqual((said, summary["identical"], summary["taken_over"]), (set(), 5, {"gre_type": 5}))
        frames[1] = changed(frames[1], 24, b"\xde\xad")
        self.assertEqual(self.said(frames)[0], {(2, "gre.checksum")})

    def test_padding_behind_6in4(self):
        def pad(frame):
            def longer(octets):
                octets += bytes(8)
                octets[16:18] = struct.pack(">H", len(octets) - 14)
            return with_ipv4(frame, longer)

        self.assertEqual(self.one("sit-default", pad), (set(), {}, {"padding": 1}))

    def test_lengths_of_6in4(self):
        def shorter(octets):
            octets[16:18] = struct.pack(">H", len(octets) - 14 + 5)
        self.assertEqual(self.one("sit-default", lambda f: with_ipv4(f, shorter))[0], {"total_length"})

    def test_outer_ipv4(self):
        self.assertEqual(self.one("sit-default", lambda f: changed(f, 10, b"\xde\xad"))[0], {"checksum"})

        def mark(octets):
            octets[20] &= 0xBF  # DF
            octets[15] |= 0xB8
        self.assertEqual(self.one("sit-default", lambda f: with_ipv4(f, mark))[0], {"df", "dscp"})

    def test_outer_ipv6(self):
        self.assertEqual(self.one("ip6tnl-ipip6", lambda f: changed(f, 7, b"\x07"))[0], {"hop_limit"})
        self.assertEqual(self.one("ip6tnl-ipip6", lambda f: changed(f, 44, b"\x03"))[0], {"destination_options"})  # limit 3 for 4
        self.assertEqual(self.one("ip6tnl-ipip6", lambda f: changed(f, 0, b"\x6f"))[0], {"dscp"})

    def test_flow_labels(self):
        """Automatic ones vary: which one is right, nothing shows."""
        frames = frames_of("ip6tnl-ipip6")
        same = [changed(frame, 1, bytes([frame[15] & 0xF0 | 1]) + b"\x23\x45") for frame in frames]
        said, summary = self.said(same)
        self.assertEqual((said, summary["different"], summary["taken_over"]), (set(), 0, {}))
        same[2] = changed(same[2], 3, b"\x46")
        said, summary = self.said(same)
        self.assertEqual((said, summary["taken_over"]), (set(), {"flow_label": len(frames)}))

    def test_extension_headers(self):
        """Hop-by-hop options outside: PadN of 4."""
        def insert(frame):
            packet = frame[14:]
            length = struct.unpack(">H", packet[4:6])[0] + 8
            return frame[:14] + packet[:4] + struct.pack(">H", length) + b"\0" + packet[7:40] + bytes([packet[6], 0, 1, 4, 0, 0, 0, 0]) + packet[40:]

        self.assertEqual(self.one("ip6tnl-ipip6", insert)[:2], (set(), {"extension_header": 1}))

    @staticmethod
    def summed(frame):
        """The frame with a UDP checksum."""
        datagram = frame[34:]
        source, destination = (".".join(map(str, frame[at:at + 4])) for at in (26, 30))
        value = checksum(pseudo_header(source, destination, 17, len(datagram)) + datagram[:6] + bytes(2) + datagram[8:])
        return changed(frame, 26, struct.pack(">H", value or 0xFFFF))

    def test_udp(self):
        for scenario, kind in (("fou-ipip", "fou-ipip"), ("fou-gre", "fou-gre"), ("gue-ipip", "gue")):
            ports = ("--udp-tunnel", "5555=" + kind)
            self.assertEqual(self.one(scenario, lambda f: changed(f, 26, b"\xde\xad"), *ports)[0], {"udp.checksum"})
            frames = [self.summed(frame) for frame in frames_of(scenario)]
            self.assertEqual(self.said(frames, *ports)[0], set())
            frames[2] = changed(frames[2], 26, b"\xde\xad")
            self.assertEqual(self.said(frames, *ports)[0], {(3, "udp.checksum")})

    def test_gue_with_more(self):
        """Four octets of a flag that the draft gives to a security field."""
        def insert(frame):
            octets = bytearray(frame[:46] + bytes(4) + frame[46:])
            octets[16:18] = struct.pack(">H", len(octets) - 14)
            octets[38:40] = struct.pack(">H", len(octets) - 34)
            octets[42] |= 1
            return with_ipv4(bytes(octets), lambda _: None)

        self.assertEqual(self.one("gue-ipip", insert, "--udp-tunnel", "5555=gue")[:2], (set(), {"gue_optional": 1}))

    def test_mirrors(self):
        """Numbers that a mirror counts are its own, and so is the tag that the frame has lost."""
        frame = ethernet(inner())
        frames = [carriers.over_ipv4(carriers.erspan_2(frame, vlan=n), 47) for n in range(1, 6)]
        said, summary = self.said(frames)
        self.assertEqual((said, summary["identical"], summary["taken_over"]), (set(), 5, {"erspan_tag": 5}))
        self.assertEqual(self.said([changed(frames[0], 35, b"\x99"), *frames])[0], {(1, "erspan.index")})
        frames.append(carriers.over_ipv4(carriers.erspan_2(frame, is_cut=True), 47))
        self.assertEqual(self.said(frames)[1]["reasons"], {"erspan_cut": 1})

    def test_opaque_and_named(self):
        for protocol, payload, reason in ((50, bytes(40), "esp"), (108, bytes(40), "ipcomp"), (97, b"\x30\0" + ethernet(inner()), "not_read"),
                                          (51, bytes([4, 4]) + bytes(22) + inner(), "shim")):
            _, summary = self.said([ethernet(ipv4(A, B, payload, protocol=protocol))])
            self.assertEqual((summary["tunnel_packets"], summary["reasons"]), (1, {reason: 1}))


def minimal(packet, source=A, destination=B):
    """RFC 2004 section 3, of a packet without options; without the S bit where the source stays."""
    is_short = packet[12:16] == bytes(map(int, source.split(".")))
    header = bytes([packet[9], 0 if is_short else 0x80, 0, 0]) + packet[16:20] + (b"" if is_short else packet[12:16])
    header = header[:2] + struct.pack(">H", checksum(header)) + header[4:]
    return ipv4(source, destination, header + packet[20:], protocol=55, ttl=packet[8], tos=packet[1], id=0x1234, df=bool(packet[6] & 0x40))


class Minimal(Said):
    """Header and payload are those of the packet: no configuration but the addresses."""

    def test_both_forms(self):
        packets = [minimal(inner(ttl=n, tos=8 * n)) for n in range(3, 8)] + [minimal(inner(src=A))]
        self.assertEqual(self.said(packets, link_type=RAW)[0], set())
        wrong = bytearray(packets[1])
        wrong[22] ^= 0xFF
        self.assertEqual(self.said([packets[0], bytes(wrong)], link_type=RAW)[0], {(2, "minimal.checksum")})
        self.assertEqual(self.said([ipv4(A, B, minimal(inner())[20:24], protocol=55)], link_type=RAW)[1]["not_comparable"], 1)

    def test_inside_another_tunnel(self):
        packet = ipv4("172.16.0.1", "172.16.0.2", carriers.gre(minimal(inner()), 0x0800), protocol=47)
        _, summary = self.said([packet], link_type=RAW)
        self.assertEqual((summary["identical"], list(summary["kinds"])), (1, ["gre"]))


def pieces_of_ipv4(packet, at):
    """Outer fragments; the packet has no options."""
    def piece(begin, end, more):
        header = bytearray(packet[:20])
        header[2:4] = struct.pack(">H", 20 + end - begin)
        header[6:8] = struct.pack(">H", more << 13 | begin // 8)
        header[10:12] = bytes(2)
        header[10:12] = struct.pack(">H", checksum(bytes(header)))
        return bytes(header) + packet[20 + begin:20 + end]
    return [piece(0, at, 1), piece(at, len(packet) - 20, 0)]


def pieces_of_ipv6(packet, at):
    """The Fragment header stands behind the fixed header."""
    rest = packet[40:]
    return [packet[:4] + struct.pack(">H", 8 + len(part)) + b"\x2c" + packet[7:40] + bytes([packet[6], 0]) +
            struct.pack(">HI", begin | more, 77) + part for begin, more, part in ((0, 1, rest[:at]), (at, 0, rest[at:]))]


class Fragments(Said):
    def test_ipv4(self):
        for protocol, shim in ((47, lambda p: carriers.gre(p, 0x0800, carriers.KEY, 9)), (55, None)):
            packets = [minimal(inner(df=False)) if shim is None else ipv4(A, B, shim(inner()), protocol=protocol, id=n) for n in range(3)]
            first, second = pieces_of_ipv4(packets[1], 16)
            self.assertEqual(self.said([packets[0], first, second, packets[2]], link_type=RAW)[0], set())
            second = bytearray(second)
            second[8] -= 1
            self.assertEqual(self.said([packets[0], first, bytes(second), packets[2]], link_type=RAW)[0], {(3, "ttl")})
            self.assertEqual(self.said([first], link_type=RAW)[1]["reasons"], {"fragment": 1})

    def test_ipv6(self):
        frames = [frame[14:] for frame in frames_of("ip6tnl-ipip6")][:3]
        first, second = pieces_of_ipv6(frames[1], 40)
        self.assertEqual(self.said([frames[0], first, second, frames[2]], link_type=RAW)[0], set())
        second = second[:7] + b"\x05" + second[8:]
        self.assertEqual(self.said([frames[0], first, second, frames[2]], link_type=RAW)[0], {(3, "hop_limit")})


class Choice(unittest.TestCase):
    def test_kinds(self):
        """Others are packets like any other."""
        path = SIBLINGS / "gre-plain" / "outer.pcap"
        summary = harness.Roundtrip("--kinds", "ipip", path).summary
        self.assertEqual((summary["tunnel_packets"], summary["different"], "kinds" in summary), (0, 0, False))
        self.assertGreater(summary["identical"], 0)

    def test_tunnels_of_every_kind(self):
        """What goes in comes out; what the tunnel does not hold is not compared."""
        ends, ends_6 = "local 192.0.2.1 remote 192.0.2.2", "local 2001:db8::1 remote 2001:db8::2"
        for words, held in (("mode gre key 7 csum seq " + ends, 2), ("mode sit " + ends, 1), ("mode ipip6 " + ends_6, 1), ("mode ip6ip6 " + ends_6, 1),
                            ("mode ip6gre " + ends_6, 2), ("type gretap " + ends, 2), ("type erspan seq key 9 erspan_ver 2 " + ends, 2), ("mode minimal " + ends, 1),
                            ("type ipip mode ipip encap fou encap-dport 5555 " + ends, 1), ("type sit mode ip6ip encap gue encap-dport 6666 " + ends, 1),
                            ("type gre encap gue encap-dport 6080 encap-csum " + ends, 2)):
            ipv6 = bytes([0x60, 0, 0, 0, 0, 4, 59, 64]) + bytes(31) + b"\x01" + b"data"
            frames = [ethernet(inner(df=False)), ethernet(ipv6, ethertype=0x86DD)]
            summary = harness.Roundtrip("--tunnel", words, "-", stdin=pcap(frames)).summary
            with self.subTest(words):
                self.assertEqual((summary["identical"], summary["different"], summary["not_comparable"]), (held, 0, 0))
                self.assertEqual(held + summary["skipped"].get("not_held", 0) + summary["skipped"]["not_ipv4"], 2)

    def test_every_truncation(self):
        """Of each kind, by the snapshot length and by the wire: each packet has one result."""
        scenarios = ("gre-csum", "gretap", "erspan", "ip6gre", "ip6tnl-ip6ip6", "ip6tnl-ipip6", "fou-gre", "fou-ipip", "gue-ipip", "sit-default", "vti-null")
        for scenario in scenarios:
            frame = frames_of(scenario)[0][:200]
            frames = [piece for octets in range(14, len(frame)) for piece in (frame[:octets], (frame[:octets], len(frame)))]
            summary = harness.Roundtrip(*declared(SIBLINGS / scenario), "-", stdin=pcap(frames)).summary
            counts = summary["identical"] + summary["different"] + summary["not_comparable"] + sum(summary["skipped"].values())
            self.assertEqual(counts, len(frames), scenario)


if __name__ == "__main__":
    harness.main()
