# SPDX-License-Identifier: GPL-2.0-or-later
"""The item of a tunnel of every kind: its line, its fields, statistics and conversations, as for IPv4 in IPv4."""

import re
import struct
import tempfile
import unittest
from pathlib import Path

import harness
import joined
from carriers import CHECKSUM, KEY, SEQUENCE, gre
from exports import JUDGED
from harness import TESTDATA, Check, plugin_pairs, tshark
from packets import authentication_header, ethernet, error, ipv4, pcap, udp
from tunnel_packets import A, B, HOST, PEER, inner

SRC, DST = "2001:db8::1", "2001:db8::2"
SIBLINGS = sorted((TESTDATA / "siblings").glob("*/outer.pcap"))
DECLARED = {"fou-ipip": "fou-ipip", "fou-gre": "fou-gre", "gue-ipip": "gue"}  # port 5555 in the kernel's captures


def ipv6(payload, next_header, label=0, tclass=0, hops=64):
    """RFC 8200 section 3, from SRC to DST."""
    addresses = bytes.fromhex("20010db8000000000000000000000001 20010db8000000000000000000000002")
    return struct.pack("!IHBB", 6 << 28 | tclass << 20 | label, len(payload), next_header, hops) + addresses + payload


INNER6 = ipv6(b"\x9c\x40\x23\x28\0\x08\0\0", 17, label=0x12345, tclass=0xB8, hops=63)
MINIMAL = bytes.fromhex("1180da7a 0a020001 0a010001") + udp(HOST, PEER)
# By kind: the frame, the line of its item, the octets that the tunnel adds (of RFC 2004 its own header only), what is between.
KINDS = {
    "6in4": (ethernet(ipv4(A, B, INNER6, protocol=41, df=True)),
             "IPv6 in IPv4, %s > %s, DF set, DSCP zero, ECN normal, TTL 64 over 63" % (A, B), 20, ""),
    "4in6": (ethernet(ipv6(inner(), 4), 0x86DD), "IPv4 in IPv6, %s > %s, DSCP copied, ECN normal, TTL 64 over 64" % (SRC, DST), 40, ""),
    "6in6": (ethernet(ipv6(INNER6, 41), 0x86DD), "IPv6 in IPv6, %s > %s, DSCP zero, ECN normal, TTL 64 over 63" % (SRC, DST), 40, ""),
    "gre": (ethernet(ipv4(A, B, gre(inner(), 0x0800, CHECKSUM | KEY | SEQUENCE, key=42, sequence=7), protocol=47, df=True)),
            "GRE, %s > %s, key 42, seq 7, DF kept, DSCP copied, ECN normal, TTL 64 over 64" % (A, B), 36, "gre"),
    "gre6": (ethernet(ipv6(gre(INNER6, 0x86DD, SEQUENCE, sequence=9), 47), 0x86DD),
             "GRE over IPv6, %s > %s, seq 9, DSCP zero, ECN normal, TTL 64 over 63" % (SRC, DST), 48, "gre"),
    "gretap": (ethernet(ipv4(A, B, gre(ethernet(inner()), 0x6558, KEY, key=6), protocol=47)),
               "Ethernet in GRE, %s > %s, key 6, DF lost, DSCP copied, ECN normal, TTL 64 over 64" % (A, B), 42, "gre:eth"),
    "minimal": (ethernet(ipv4(A, B, MINIMAL, protocol=55)),
                "Minimal encapsulation, %s > %s, DF clear, DSCP copied, ECN normal, TTL 64 over 64" % (A, B), 12, "minimal"),
    "gue": (ethernet(ipv4(A, B, udp(A, B, bytes.fromhex("01040001 00000000") + inner(), dport=6080), df=True)),
            "GUE, %s > %s, DF kept, DSCP copied, ECN normal, TTL 64 over 64" % (A, B), 36, "udp:gue"),
    "fou": (ethernet(ipv4(A, B, udp(A, B, inner(), dport=5555), df=True)),
            "Foo over UDP, %s > %s, DF kept, DSCP copied, ECN normal, TTL 64 over 64" % (A, B), 28, "udp"),
    "gre-in-udp": (ethernet(ipv4(A, B, udp(A, B, gre(inner(), 0x0800), dport=4754), df=True)),
                   "GRE in UDP, %s > %s, DF kept, DSCP copied, ECN normal, TTL 64 over 64" % (A, B), 32, "udp:gre"),
    "esp": (ethernet(ipv4(A, B, bytes(40), protocol=50)), "ESP, %s > %s" % (A, B), 20, ""),
    "mpls-in-ip": (ethernet(ipv4(A, B, bytes.fromhex("00064140") + inner(), protocol=137)),
                   "MPLS in IP, %s > %s, DF lost, DSCP copied, ECN normal, TTL 64 over 64" % (A, B), 24, "mpls"),
    "ipip": (ethernet(ipv4(A, B, authentication_header(4) + inner(), protocol=51)),
             "IP-in-IP, %s > %s, DF lost, DSCP copied, ECN normal, TTL 64 over 64" % (A, B), 44, "ah"),
}
PORT = ("-o", 'uat:ipip_udp_tunnels:"5555","fou-ipip"')


class Kinds(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = Path(folder.name, "case.pcap")
        self.path.write_bytes(pcap([frame for frame, *_ in KINDS.values()]))

    def fields(self, names, *options):
        words = [word for name in names.split() for word in ("-e", name)]
        result = tshark("-r", self.path, *options, "-T", "fields", *words)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return [line.replace("True", "1").replace("False", "0").split("\t") for line in result.stdout.splitlines()]

    def test_line(self):
        for options in ((), ("-2",)):
            shown = tshark("-r", self.path, "-V", *PORT, *options).stdout
            lines = [line[1:-1] for line in shown.splitlines() if harness.OUR_ITEM.match(line)]
            self.assertEqual([re.sub(r", IPIP\d+ [\w-]+", "", line) for line in lines], [line for _, line, *_ in KINDS.values()])

    def test_fields(self):
        rows = self.fields("ipip.kind ipip.overhead ipip.chain ipip.judged", *PORT)
        self.assertEqual(rows, [[kind, str(overhead), chain, "1"] for kind, (_, _, overhead, chain) in KINDS.items()])
        self.assertEqual(self.fields("ipip.gre.key ipip.gre.seq", *PORT, "-Y", "ipip.gre.key or ipip.gre.seq"), [["42", "7"], ["", "9"], ["6", ""]])

    def test_where_the_item_is(self):
        """Behind the outer IP header and in front of what it holds, as long as Wireshark's dissector goes there by a protocol number."""
        shown = tshark("-r", self.path, "-V", *PORT).stdout
        for frame, kind in zip(re.split(r"(?m)^(?=Frame \d+)", shown)[1:], KINDS):
            tops = [line for line in frame.splitlines() if line and line[0] != " "]
            at = next(k for k, line in enumerate(tops) if harness.OUR_ITEM.match(line))
            if kind not in ("gre-in-udp", "esp", "mpls-in-ip"):
                self.assertLess(at, len(tops) - 1, kind)

    def test_headers(self):
        names = ("ipip.outer.src ipip.outer.src6 ipip.outer.dst6 ipip.outer.flow ipip.outer.df ipip.inner.dst ipip.inner.src6 ipip.inner.flow "
                 "ipip.inner.ttl ipip.inner.dscp ipip.inner.len ipip.inner.checksum.status")
        rows = dict(zip(KINDS, self.fields(names, *PORT)))
        self.assertEqual(rows["6in4"], [A, "", "", "", "1", "", SRC, "0x012345", "63", "46", "48", ""])
        self.assertEqual(rows["4in6"], ["", SRC, DST, "0x000000", "", PEER, "", "", "64", "0", "32", "1"])
        self.assertEqual(rows["minimal"], [A, "", "", "", "0", PEER, "", "", "64", "0", "32", "1"])

    def test_octets(self):
        """What a field of a header stands for in the octets of the frame: addresses of 16 octets at 8 and 24, the flow label at 1."""
        answers = harness.sharkd([("load", {"file": str(self.path)}), ("frame", {"frame": 3, "proto": True, "bytes": True})])
        places = {}

        def walk(tree):
            for node in tree:
                places.setdefault((node.get("f") or "").split(" ")[0], node.get("h"))
                walk(node.get("n", []))

        walk(answers[1]["result"]["tree"])
        self.assertEqual([places["ipip.outer." + name] for name in ("src6", "dst6", "flow", "ttl", "len")],
                         [[22, 16], [38, 16], [15, 3], [21, 1], [18, 2]])
        self.assertEqual(places["ipip.inner.src6"], [14 + 40 + 8, 16])

    def test_limit(self):
        """As the stock dissector has it (RFC 2473 section 4.1.1), of all that Linux sent; a nest has one for each layer."""
        for path in [path for path in SIBLINGS if path.parent.name.startswith("ip6")]:
            with self.subTest(path.parent.name):
                self.path = path
                rows = self.fields("ipip.limit ipv6.opt.tel", "-Y", "ipip && !icmpv6.type")
                self.assertEqual([row[0] for row in rows], [row[1] for row in rows])
        self.path = self.write(ethernet(ipv6(b"\x04\0\x04\x01\x07\x01\x01\0" + inner(), 60), 0x86DD),
                               ethernet(ipv6(b"\x2f\0\x04\x01\x02\x01\x01\0" + gre(inner(), 0x0800), 60), 0x86DD))
        self.assertEqual(self.fields("ipip.limit ipip.chain"), [["7", "dstopts"], ["2", "dstopts:gre"]])
        self.assertIn("[IPv4 in IPv6, %s > %s, limit 7, DSCP" % (SRC, DST), tshark("-r", self.path, "-V").stdout)

    def test_embedded(self):
        """Against the stock fields, of Linux' 6to4 and ISATAP; and of addresses that have another one inside."""
        names = "ipv6.src_6to4_gw_ipv4 ipv6.src_isatap_ipv4 ipv6.dst_6to4_gw_ipv4 ipv6.dst_isatap_ipv4"
        for path in [path for path in SIBLINGS if path.parent.name in ("6rd", "isatap") or path.parent.name.startswith("sit")]:
            with self.subTest(path.parent.name):
                self.path = path
                for row in self.fields("ipip.embedded.src ipip.embedded.dst ipip.embedded ip.src ip.dst " + names, "-Y", 'ipip.kind == "6in4" && !icmp'):
                    src, dst = row[5] or row[6], row[7] or row[8]
                    same = src in ("", row[3]) and dst in ("", row[4])
                    self.assertEqual(row[:3], [src, dst, "none" if not src + dst else "same" if same else "other"])
        local = "2002%08x" % (10 << 24 | 1)  # of 10.0.0.1, which is A
        far = "fe80" + "0" * 12 + "02005efe" + "0a000002"  # ISATAP, of B
        expected = []
        frames = []
        for src, dst, row in ((local, far, [A, B, "same"]), (local, "2002c0000201", [A, "192.0.2.1", "other"]),
                              ("20010db8", "20010db9", ["", "", "none"]), ("20010db8", local, ["", A, "other"])):
            octets = bytes.fromhex(src).ljust(16, b"\0") + bytes.fromhex(dst).ljust(16, b"\0")
            frames.append(ethernet(ipv4(A, B, struct.pack("!IHBB", 6 << 28, 8, 17, 63) + octets + b"\x9c\x40\x23\x28\0\x08\0\0", protocol=41)))
            expected.append(row)
        self.path = self.write(*frames)
        self.assertEqual(self.fields("ipip.embedded.src ipip.embedded.dst ipip.embedded"), expected)

    def test_gaps(self):
        """Missing, late, again, begun anew, other direction, other key: each against the furthest number of its direction."""
        def packet(number, key=42, src=A, dst=B):
            return ethernet(ipv4(src, dst, gre(inner(), 0x0800, KEY | SEQUENCE, key=key, sequence=number), protocol=47))

        numbers = [(5005, ""), (5006, "0"), (5009, "2"), (5007, "-3"), (5009, "-1"), (5010, "0"), (1, ""), (2, "0")]
        others = [(packet(3, key=43), ""), (packet(0xFFFFFFFF, src=B, dst=A), ""), (packet(0, src=B, dst=A), "0"), (packet(3), "0")]
        self.path = self.write(*(packet(number) for number, _ in numbers), *(frame for frame, _ in others))
        expected = [gap for _, gap in numbers + others]
        for options in ((), ("-2",)):
            self.assertEqual([row[0] for row in self.fields("ipip.gre.gap", *options)], expected)

    def test_esp(self):
        """RFC 4303 section 2: the SPI, and the sequence number, which each SPI counts for itself."""
        sent = [(0x1000, 1, ""), (0x1000, 2, "0"), (0x1001, 7, ""), (0x1000, 4, "1"), (0x1001, 8, "0"), (0x1000, 3, "-2")]
        self.path = self.write(*(ethernet(ipv4(A, B, struct.pack("!II", spi, number) + bytes(32), protocol=50)) for spi, number, _ in sent))
        rows = self.fields("ipip.spi esp.spi ipip.esp.gap", "-2")
        self.assertEqual(rows, [["0x%08x" % spi, "0x%08x" % spi, gap] for spi, _, gap in sent])

    def test_named(self):
        """What is not read has an item where a rule reports it, behind the stock dissection: EtherIP, PPTP without its sequence number."""
        frames = [ethernet(ipv4(A, B, bytes.fromhex(payload), protocol=protocol))
                  for protocol, payload in ((97, "3000" + "02" * 14), (97, "3000" + "02" * 14), (47, "2001880b0004000100000000"))]
        self.path = self.write(*frames)
        self.assertEqual(self.fields("ipip.rule"), [["IPIP911"], [""], ["IPIP811,IPIP911"]])
        text = tshark("-r", self.path, "-V", "-Y", "frame.number == 1").stdout
        self.assertIn("IP-in-IP, tunnel that is not read %s > %s" % (A, B), text)
        self.assertEqual(sorted((f["frame"], f["rule"]) for f in Check(self.path).findings),
                         [(1, "IPIP911"), (3, "IPIP811"), (3, "IPIP911")])

    def write(self, *frames):
        path = Path(self.folder, "made.pcap")
        path.write_bytes(pcap(frames))
        return path

    def test_only_some_kinds(self):
        rows = self.fields("ipip.kind", "-o", "ipip.kinds:gre, 6in4", "-Y", "ipip")
        self.assertEqual(rows, [["6in4"], ["gre"]])
        rows = self.fields("ipip.kind", "-Y", "ipip")  # FOU has no port of its own
        self.assertEqual([row[0] for row in rows], [kind for kind in KINDS if kind != "fou"])

    def test_decode_as(self):
        """A port that only Decode As knows: shown, not judged."""
        rows = self.fields("ipip.kind ipip.judged ipip.overhead", "-d", "udp.port==5555,ipip.fou", "-Y", 'ipip.kind == "fou"')
        self.assertEqual(rows, [["fou", "0", "28"]])

    def test_disabled(self):
        for options in (("--disable-protocol", "ipip"), ("-d", "ip.proto==4,ip")):
            self.assertEqual(self.fields("ipip.kind", *PORT, *options, "-Y", "ipip"), [])

    def test_info_note(self):
        """In the column; from 4.4 on, the field _ws.col.info is what the column was before post-dissectors."""
        lines = tshark("-r", self.path, *PORT, "-o", "ipip.info_note:tunnel").stdout.splitlines()
        notes = [re.search(r"\[([^]]*)\]$", line) for line in lines]
        self.assertTrue(all(notes))
        self.assertRegex(notes[3][1], r"^GRE %s > %s" % (A, B))
        self.assertRegex(notes[-1][1], r"^IP-in-IP %s > %s" % (A, B))

    def test_quoted(self):
        """In an ICMP error: GRE, 6in4, minimal encapsulation."""
        frames = [ethernet(error(3, 1, KINDS[kind][0][14:], "10.9.0.1")) for kind in ("gre", "6in4", "gue")]
        self.path.write_bytes(pcap(frames))
        self.assertEqual(self.fields("ipip.kind ipip.quoted ipip.judged"), [["gre", "1", "0"], ["6in4", "1", "0"], ["gue", "1", "0"]])

    def test_nested(self):
        packet = ipv4(A, B, gre(ipv6(ipv4("10.7.0.1", "10.7.0.2", inner(), protocol=4), 4), 0x86DD), protocol=47)
        self.path.write_bytes(pcap([ethernet(packet)]))
        self.assertEqual(self.fields("ipip.kind ipip.depth ipip.outer.src ipip.outer.src6 ipip.inner.src ipip.inner.src6"),
                         [["gre,4in6,ipip", "1,2,3", A + ",10.7.0.1", SRC, "10.7.0.1," + HOST, SRC]])

    def test_statistics(self):
        shown = tshark("-r", self.path, *PORT, "-q", "-z", "ipip,tree").stdout
        for name in ("GRE %s > %s" % (A, B), "IPv4 in IPv6 %s > %s" % (SRC, DST), "%s > %s" % (A, B)):
            self.assertRegex(shown, r"(?m)^ +%s +1 " % re.escape(name))

    def test_conversations(self):
        shown = tshark("-r", self.path, *PORT, "-q", "-z", "conv,ipip", "-z", "endpoints,ipip").stdout
        self.assertRegex(shown, r"%s +<-> %s" % (SRC, DST))
        self.assertRegex(shown, r"(?m)^%s +3 " % SRC)

    def test_cut_at_every_length(self):
        """Nothing goes wrong, whatever is missing."""
        frames = [(frame[:length], len(frame)) for frame, *_ in KINDS.values() for length in range(14, len(frame))]
        self.path.write_bytes(pcap(frames))
        for options in ((), ("-2", "-o", "ipip.info_note:tunnel", "-o", "ipip.link_inner:TRUE")):
            self.assertEqual(tshark("-r", self.path, "-V", *PORT, *options, strict=True).returncode, 0)

    def test_kernel_agrees_with_the_command(self):
        """(frame, rule) of all that Linux sent in tunnels of other kinds."""
        def compare(path):
            port = DECLARED.get(path.parent.name)
            words = ("--udp-tunnel", "5555=" + port) if port else ()
            row = ("-o", 'uat:ipip_udp_tunnels:"5555","%s"' % port) if port else ()
            expected = Check("--no-config", "--kinds", JUDGED, *words, path)
            pairs, errors = plugin_pairs(path, "-2", *row)
            return path.parent.name, pairs == expected.pairs(), errors

        self.assertEqual([line for line in harness.each(compare, SIBLINGS) if not line[1]], [])


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
