# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets in ERSPAN, GRE, VXLAN and Geneve: judged as if the frame inside had been captured, and the carrier is named.

The vectors of all rules, and the Linux kernel's captures, once as they are and once in each carrier, must have the same findings.
"""

import json
import tempfile
import unittest
from pathlib import Path

import captures
import harness
import joined
from carriers import CARRIERS, ERSPAN_3_IP, FRAME, IPV4, ROUTING, Carrier, datagram, erspan_2, gre, over_ipv4
from harness import KERNEL, TESTDATA, Check, tunnels
from packets import ethernet, ipv4, pcap, tcp
from tunnel_packets import HOST, PEER, fragments, inner, outer
from vectors import ALL

EVERY = [*CARRIERS, ERSPAN_3_IP]
BY_NAME = {carrier.name: carrier for carrier in EVERY}
GOOD = ethernet(outer(inner()))
LOST_DF = ethernet(outer(inner(), df=False))
TCP = ipv4(HOST, PEER, tcp(HOST, PEER, b"x" * 40), protocol=6)
# What the frames of a capture have in common with those in a carrier.
SAME = ("rule", "frame", "severity", "confidence", "layer", "tunnel", "message", "expected", "actual", "scope", "count", "other_frame",
        "other_age", "first_fragment")


def check_ipip(*arguments):
    """GRE carries; it is no tunnel of its own."""
    return Check("--kinds", "ipip", *arguments)


class Test(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, data, name="capture"):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def check(self, frames, *arguments):
        return check_ipip(*arguments, self.write(pcap(frames)))


def octets_of(frame):
    return frame[0] if isinstance(frame, tuple) else frame


def is_ipv4(frame):
    """What is in the frame is version 4, with a header of 20 octets or more that is captured, and no carrier itself."""
    octets = octets_of(frame)
    return len(octets) >= 34 and octets[12:14] == b"\x08\0" and octets[14] >= 0x45 and octets[14] >> 4 == 4 and octets[23] != 47


def is_of_tunnel(frame):
    """A tunnel packet or an ICMP error about one: what is looked at where a carrier holds no frame."""
    octets = octets_of(frame)
    protocol, payload = octets[23], octets[14 + 4 * (octets[14] & 15):]
    return protocol in (4, 41, 51) or protocol == 1 and len(payload) > 17 and payload[0] in (3, 4, 5, 11, 12) and payload[17] in (4, 51)


def is_longer_than_frame(frame):
    """The Total Length is more than there was room for: in a carrier that is a mirror that cuts packets."""
    octets, wire = frame if isinstance(frame, tuple) else (frame, len(frame))
    return int.from_bytes(octets[16:18], "big") > wire - 14


def plain_cases():
    """The captures that say the same in a carrier, without policy."""
    seen = set()
    for rule, vector in ALL:
        for part in ("fail", "clean", "unknown"):
            case = getattr(vector, part)
            if not case or vector.link_type != 1 or vector.captured is not None or vector.args or vector.config is not None:
                continue
            key = tuple(map(octets_of, case))
            if key in seen or not all(is_ipv4(frame) and not is_longer_than_frame(frame) for frame in case):
                continue
            seen.add(key)
            yield case


def findings(check):
    return [{name: finding.get(name) for name in SAME} for finding in check.findings]


class Judged(Test):
    def assert_same(self, direct, carried, carrier):
        ours, theirs = findings(carried), findings(direct)
        for one, other in zip(ours, theirs):
            self.assertEqual(one, other, carrier.name)
        self.assertEqual(len(ours), len(theirs), carrier.name)
        # Every finding of a packet of which the origin is known names the carrier.
        self.assertEqual({json.dumps(finding.get("carrier")) for finding in carried.findings}, {json.dumps(carrier.json)})
        self.assertEqual(carried.summary["rules"], direct.summary["rules"], carrier.name)
        self.assertEqual(carried.summary["carried"], {carrier.kind: direct.summary["tunnel_packets"]})
        for name in ("tunnel_packets", "tunnels", "icmp_messages", "inner_packets", "reassembled", "findings"):
            self.assertEqual(carried.summary[name], direct.summary[name], (carrier.name, name))

    def test_vectors(self):
        cases = list(plain_cases())
        of_tunnels = [case for case in cases if all(map(is_of_tunnel, case))]
        direct = check_ipip(self.write(joined.in_a_row(map(pcap, cases)), "direct"))
        direct_of_tunnels = check_ipip(self.write(joined.in_a_row(map(pcap, of_tunnels)), "direct of tunnels"))
        self.assertGreater(len({finding["rule"] for finding in direct.findings}), 70)
        self.assertGreater(len({finding["rule"] for finding in direct_of_tunnels.findings}), 60)

        def compare(carrier):
            those = cases if carrier.has_frame else of_tunnels
            data = joined.in_a_row(pcap([carrier.carry(frame) for frame in case]) for case in those)
            self.assert_same(direct if carrier.has_frame else direct_of_tunnels, check_ipip(self.write(data, carrier.name)), carrier)

        harness.each(compare, EVERY)
        print("%d captures, %d findings, in %d carriers" % (len(cases), len(direct.findings), len(EVERY)))

    def test_kernel(self):
        """Both sides of an encapsulator, mirrored to one place, with everything that the kernel sent."""
        records = [captures.Record(record.octets, record.wire, record.time, 1) for record in
                   captures.read(joined.merged(harness.kernel_captures())) if record.link_type == 1]
        records = [record for record in records if is_ipv4(record.octets) and not is_longer_than_frame((record.octets, record.wire))]
        times = [(record.time, record) for record in records]
        direct = check_ipip(self.write(joined.pcapng(times), "direct"))
        self.assertGreater(direct.summary["tunnel_packets"], 500)

        def compare(carrier):
            carried = [(time, captures.Record(*carrier.carry((record.octets, record.wire)), time, 1)) for time, record in times]
            self.assert_same(direct, check_ipip(self.write(joined.pcapng(carried), carrier.name)), carrier)

        harness.each(compare, [BY_NAME["erspan-2"], BY_NAME["vxlan-ipv6"], BY_NAME["gre-frame"]])
        print("%d packets, %d findings" % (len(times), len(direct.findings)))


class Named(Test):
    def test_as_tshark_says(self):
        """Kind, ends and number, frame by frame, as Wireshark's own dissectors have them."""
        path = self.write(pcap([carrier.carry(LOST_DF) for carrier in EVERY]))
        names = ("frame.protocols", "erspan.spanid", "vxlan.vni", "geneve.vni", "gre.key", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst")
        options = ("-d", "udp.port==8472,vxlan", "-T", "fields", *(word for name in names for word in ("-e", name)))
        shown = []
        for line in harness.tshark("-r", path, *options).stdout.splitlines():
            protocols, session, vni, geneve_vni, key, src, dst, src_6, dst_6 = line.split("\t")
            kind = next(kind for kind in ("erspan", "vxlan", "geneve", "gre") if kind in protocols.split(":") or kind == "gre")
            number = {"erspan": session, "vxlan": vni, "geneve": geneve_vni, "gre": key}[kind]
            if vni and kind != "vxlan":  # VXLAN-GPE has no name of its own in the list of protocols
                kind, number = "vxlan-gpe", vni
            id = {"erspan": "session", "geneve": "vni", "gre": "key"}.get(kind, "vni")
            carrier = {"kind": kind, "src": src_6 or src.split(",")[0], "dst": dst_6 or dst.split(",")[0]}
            shown.append({**carrier, id: int(number, 0)} if number else carrier)
        check = check_ipip("--select", "IPIP105", path)
        self.assertEqual([finding["carrier"] for finding in check.findings], shown)
        self.assertEqual(shown, [carrier.json for carrier in EVERY])

    def test_that_brings_no_tunnel(self):
        """It is named itself (IPIP911), and came in nothing."""
        for name in ("vxlan", "geneve"):
            finding, = harness.Check(self.write(pcap([BY_NAME[name].carry(ethernet(TCP))]))).findings
            self.assertEqual((finding["rule"], finding["tunnel"]["mode"], finding.get("carrier")), ("IPIP911", name, None))

    def test_in_text(self):
        path = self.write(pcap([BY_NAME["erspan-2"].carry(LOST_DF), *[BY_NAME["vxlan"].carry(GOOD)] * 2]))
        text = harness.run("check", "--kinds", "ipip", "--select", "IPIP105,IPIP106", path).stdout
        self.assertIn("frame 1, tunnel 10.0.0.1 > 10.0.0.2,\n    in ERSPAN 10.9.9.1 > 10.9.9.2 session 5\n", text)
        self.assertIn("3 tunnel packets in 1 tunnel direction\n  tunnel packets in ERSPAN: 1\n  tunnel packets in VXLAN: 2\n", text)

    def test_on_a_tunnel(self):
        """A finding about a tunnel names the carrier of the packet that showed it first."""
        check = self.check([BY_NAME["geneve"].carry(ethernet(outer(inner(df=False), df=False)))] * 3, "--select", "IPIP106")
        self.assertEqual([finding["carrier"] for finding in check.findings], [BY_NAME["geneve"].json])
        text = harness.run("check", "--kinds", "ipip", "--select", "IPIP106", self.folder / "capture").stdout
        self.assertIn(" frame 1, in Geneve 10.9.9.1 > 10.9.9.2 VNI 79", " ".join(text.split()))

    def test_in_each_other(self):
        check = self.check([BY_NAME["erspan-2"].carry(BY_NAME["vxlan-ipv6"].carry(LOST_DF))], "--select", "IPIP105")
        self.assertEqual(check.findings[0]["carrier"], {**BY_NAME["vxlan-ipv6"].json, "carrier": BY_NAME["erspan-2"].json})
        self.assertEqual(check.summary["carried"], {"vxlan": 1})

    def test_too_many_in_each_other(self):
        """The third of four is not opened: Ethernet in GRE, not judged."""
        check = self.check([BY_NAME["gre-frame"].carry(BY_NAME["gre-frame"].carry(BY_NAME["gre-frame"].carry(BY_NAME["gre"].carry(GOOD))))])
        self.assertEqual((check.summary["tunnel_packets"], check.summary["unsupported_tunnels"]), (0, {"gretap": 1}))

    def test_by_the_frame_that_shows_it(self):
        """Two sessions bring fragments: named is the one of the frame that completes the datagram."""
        first, last = fragments(inner(total=200, df=False), 24)
        other = Carrier("", lambda frame: over_ipv4(erspan_2(frame, session=9), 47), "erspan", {"session": 9})
        check = self.check([BY_NAME["erspan-2"].carry(first), other.carry(last)], "--select", "IPIP103")
        self.assertEqual([(finding["frame"], finding["carrier"]) for finding in check.findings], [(2, other.json)])

    def test_files_apart(self):
        """The same carrier in two files; what was given up in the first one has the carrier still."""
        lonely = fragments(inner(), 24)[0]
        paths = [self.write(pcap([BY_NAME["vxlan"].carry(lonely)]), "one"), self.write(pcap([BY_NAME["vxlan"].carry(LOST_DF), GOOD]), "two")]
        check = check_ipip("--select", "IPIP105,IPIP116", *paths)
        found = [(Path(finding["file"]).name, finding["frame"], finding["rule"], finding.get("carrier")) for finding in check.findings]
        self.assertIn(("two", 1, "IPIP105", BY_NAME["vxlan"].json), found)
        self.assertIn(("one", 1), {line[:2] for line in found})
        self.assertEqual({json.dumps(line[3]) for line in found}, {json.dumps(BY_NAME["vxlan"].json)})


class Transformed(Test):
    def decap(self, frames, *arguments, link_type=1):
        result = harness.run("decap", "--kinds", "ipip", *arguments, "-w", self.folder / "out.pcap", self.write(pcap(frames, link_type)))
        return result.stderr, captures.read(self.folder / "out.pcap")

    def test_decap(self):
        """The frames that decap makes without a carrier, link header and all."""
        cases = [ethernet(outer(inner(id=id), id=id), 0x0800, tags) for id, tags in enumerate(((), [(0x8100, 5)]), 1)]
        fragmented = fragments(inner(df=False), 24)
        _, direct = self.decap([*cases, *fragmented, ethernet(TCP)])
        for carrier in EVERY:
            frames = cases if carrier.has_frame else [ethernet(frame[-(len(outer(inner()))):]) for frame in cases]
            said, records = self.decap([*map(carrier.carry, [*frames, *fragmented]), ethernet(TCP)])
            expected = [record.octets for record in direct]
            if not carrier.has_frame:
                expected[1] = ethernet(expected[1][18:])
            self.assertEqual([record.octets for record in records], expected, carrier.name)
            self.assertEqual([record.wire for record in records], list(map(len, expected)))
            self.assertIn("3 decapsulated, 1 kept unchanged\n", said)
            self.assertIn("\n  3 of them out of carriers, which are left out\n", said)

    def test_what_is_kept_is_kept_whole(self):
        frames = [carrier.carry(ethernet(TCP)) for carrier in EVERY]
        said, records = self.decap(frames)
        self.assertEqual([record.octets for record in records], frames)
        self.assertNotIn("carriers", said)

    def test_lengths_of_the_link_header(self):
        """An 802.3 frame that was mirrored, and a mirror over 802.3: each has a length that must fit what is left."""
        llc = bytes.fromhex("aaaa03000000") + b"\x08\0"
        _, records = self.decap([BY_NAME["vxlan"].carry(ethernet(llc + outer(inner()), len(outer(inner())) + 8))])
        self.assertEqual(records[0].octets, ethernet(llc + inner(), len(inner()) + 8))
        carrier = BY_NAME["gre"].carry(GOOD)[14:]
        _, records = self.decap([ethernet(llc + carrier, len(carrier) + 8)])
        self.assertEqual(records[0].octets, ethernet(llc + inner(), len(inner()) + 8))

    def test_other_link_types(self):
        """The link header of the capture stays, and says IPv4 where it said IPv6."""
        for link_type, header, expected in (
                (0, "1e000000", "02000000"), (0, "0000001e", "00000002"), (9, "ff030057", "ff030021"), (9, "57", "21"), (101, "", ""),
                (104, "0f0086dd", "0f000800"), (108, "0000001e", "00000002"), (109, "1e000000" + "00" * 8, "02000000" + "00" * 8),
                (113, "0000000100060200000000010000" + "86dd", "0000000100060200000000010000" + "0800"),
                (276, "86dd" + "00" * 18, "0800" + "00" * 18)):
            for name in ("vxlan-ipv6", "ip6gre"):
                said, records = self.decap([bytes.fromhex(header) + BY_NAME[name].carry(GOOD)[14:]], link_type=link_type)
                self.assertEqual(records[0].octets, bytes.fromhex(expected) + inner(), (link_type, header, said))
        nflog = bytes.fromhex("0a000000") + (len(BY_NAME["ip6gre"].carry(GOOD)) - 14 + 4).to_bytes(2, "little") + b"\x09\0"
        _, records = self.decap([nflog + BY_NAME["ip6gre"].carry(GOOD)[14:]], link_type=239)
        self.assertEqual(records[0].octets, b"\2\0\0\0" + (len(inner()) + 4).to_bytes(2, "little") + b"\x09\0" + inner())
        said, records = self.decap([BY_NAME["ip6gre"].carry(GOOD)[14:]], link_type=229)
        self.assertEqual(records[0].octets, BY_NAME["ip6gre"].carry(GOOD)[14:])
        self.assertIn("1 not decapsulated: the link header can't announce what then follows it, another version of IP or MPLS (the first in frame 1)", said)

    def test_encap_takes_the_carrier_as_it_is(self):
        frame = BY_NAME["vxlan"].carry(GOOD)
        harness.run("encap", "--tunnel", "local 192.0.2.1 remote 192.0.2.2", "-w", self.folder / "out.pcap", self.write(pcap([frame])))
        self.assertEqual(captures.read(self.folder / "out.pcap")[0].octets[34:], frame[14:])

    def test_roundtrip(self):
        for carrier in EVERY:
            result = harness.Roundtrip("--kinds", "ipip", self.write(pcap([carrier.carry(GOOD), carrier.carry(ethernet(TCP))])))
            is_other = carrier.is_ipv6 and not carrier.has_frame  # then the second one is not IPv4
            self.assertEqual((result.status, result.summary["tunnel_packets"], result.summary["identical"]), (0, 1, 2 - is_other),
                             carrier.name)


class Listed(Test):
    def test_tunnels(self):
        """The same in a carrier, but for its name."""
        records = [record for record in captures.read(KERNEL / "ipip-ttl-64" / "outer.pcap") if record.octets[12:14] == b"\x08\0"]

        def listed(carry):
            data = joined.pcapng([(record.time, captures.Record(*carry((record.octets, record.wire)), record.time, 1)) for record in records])
            return [json.loads(line) for line in harness.run("tunnels", "--kinds", "ipip", "--format", "jsonl", self.write(data)).stdout.splitlines()]

        direct = listed(lambda frame: frame)
        self.assertGreater(len(direct), 1)
        for carrier in EVERY:
            carried = listed(carrier.carry)
            for line in carried[:-1]:
                self.assertEqual((line.pop("carrier"), line.pop("other_carriers")), (carrier.json, False))
                self.assertEqual(line.pop("carried_packets"), line["packets"])
            self.assertEqual(carried, direct, carrier.name)

    def test_packets_are_counted_as_those_of_the_tunnel(self):
        """Two fragments are one packet, and a tunnel in a tunnel of the same ends is two."""
        line, _ = harness.run("tunnels", "--format", "jsonl", TESTDATA / "erspan.pcap").stdout.splitlines()
        line = json.loads(line)
        self.assertEqual((line["packets"], line["carried_packets"], line["fragments"]["outer"]), (11, 11, 2))

    def test_several(self):
        frames = [GOOD, BY_NAME["erspan-2"].carry(GOOD), BY_NAME["erspan-2-ipv6"].carry(GOOD)]
        text = harness.run("tunnels", self.write(pcap(frames))).stdout
        self.assertIn("\n  carrier    ERSPAN 10.9.9.1 > 10.9.9.2 session 5 and others, 2 packets\n", text)
        self.assertNotIn("carrier", harness.run("tunnels", self.write(pcap([GOOD]))).stdout)


class NotCarried(Test):
    def counted(self, *frames):
        summary = self.check(frames).summary
        self.assertNotIn("carried", summary)
        self.assertEqual(summary["tunnel_packets"], 0)
        return summary["unsupported_tunnels"]

    def test_other_content(self):
        """No tunnel inside: counted as what the carrier is, which of GRE's types tell."""
        for carrier in EVERY:
            kind = {"gre-frame": "gretap", "erspan-3-ip": "gre"}.get(carrier.name, carrier.kind)  # the latter holds no frame
            expected = {} if carrier.kind in ("vxlan", "vxlan-gpe", "geneve") else {"over-ipv6" if carrier.is_ipv6 else kind: 1}
            self.assertEqual(self.counted(carrier.carry(ethernet(TCP))), expected, carrier.name)

    def test_fragments(self):
        content = gre(GOOD, FRAME)
        self.assertEqual(self.counted(over_ipv4(content[:32], 47, mf=True), over_ipv4(content[32:], 47, offset=4)), {})

    def test_refused(self):
        """RFC 1701 routing, a keepalive, PPTP, and a port by chance."""
        for flags, type, expected in ((ROUTING, IPV4, 1), (0, 0, 1), (1, IPV4, 1)):
            self.assertEqual(self.counted(over_ipv4(gre(GOOD[14:], type, flags), 47)), {"gre": expected})
        self.assertEqual(self.counted(over_ipv4(datagram(bytes(8) + GOOD, 4789), 17)), {})

    def test_plain_packets_in_carriers_are_the_inner_side(self):
        """What goes into the tunnel was mirrored, too: looked at, so it is not among what is not judged."""
        before = ipv4(HOST, PEER, tcp(HOST, PEER, b"x" * 40), protocol=6, df=True, id=7, ttl=64)
        after = outer(ipv4(HOST, PEER, tcp(HOST, PEER, b"x" * 40), protocol=6, df=True, id=7, ttl=63), id=9)
        carrier = BY_NAME["erspan-2"]
        frames = [ethernet(after), ethernet(before)] * 2
        direct, carried = self.check(frames).summary, self.check(map(carrier.carry, frames)).summary
        self.assertGreater(direct["inner_packets"], 0)
        self.assertEqual(carried["inner_packets"], direct["inner_packets"])


class Copies(Test):
    """The mirror session leaves by an interface that is captured, too: each packet is there twice."""

    COPY = {"IPIP213", "IPIP622", "IPIP905"}  # the rules on copies

    def test_no_alarm(self):
        sources = [sorted(folder.glob("*.pcap")) for folder in sorted(KERNEL.iterdir()) if folder.is_dir()]
        worse = []

        def compare(paths):
            for path in paths:
                records = [record for record in captures.read(path) if record.link_type == 1 and is_ipv4(record.octets)]
                if not records:
                    continue
                twice = []
                for record in records:
                    copy = captures.Record(*BY_NAME["erspan-2"].carry((record.octets, record.wire)), record.time + 20000, 1)
                    twice += [(record.time, record), (copy.time, copy)]
                twice.sort(key=lambda one: one[0])
                direct = check_ipip(self.write(joined.pcapng([(record.time, record) for record in records]), path.parent.name + path.name))
                both = check_ipip(self.write(joined.pcapng(twice), path.parent.name + path.name + "2"))
                known = {finding["rule"] for finding in direct.findings}
                worse.extend((path.parent.name, path.name, finding["frame"], finding["rule"], finding["severity"], finding["message"])
                             for finding in both.findings if finding["rule"] not in known | self.COPY)

        harness.each(compare, sources)
        self.assertEqual(worse, [])


if __name__ == "__main__":
    harness.main()
