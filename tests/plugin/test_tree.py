# SPDX-License-Identifier: GPL-2.0-or-later
"""The item of a tunnel layer: its line, how the two headers compare, what only some packets have."""

import json
import re
import tempfile
import unittest
from pathlib import Path

import captures
import harness
from harness import TESTDATA, tshark
from packets import ethernet, error, pcap
from icmp_errors import ROUTER
from tunnel_packets import A, B, fragments, inner, nested, outer
from vectors import VECTORS

LOST_DF = outer(inner(), df=False)
NOT_ECT, ECT1, ECT0, CE = range(4)

# RFC 6040 section 4.1, RFC 3168 section 9.1.1: by outer and inner field the word, and RFC 6040's Figure 4.
ECN = {
    (NOT_ECT, NOT_ECT): ("normal", "Not-ECT"), (ECT1, ECT1): ("normal", "ECT(1)"), (ECT0, ECT0): ("normal", "ECT(0)"),
    (CE, CE): ("normal", "CE"),
    (NOT_ECT, ECT1): ("compatibility", "ECT(1)"), (NOT_ECT, ECT0): ("compatibility", "ECT(0)"),
    (NOT_ECT, CE): ("compatibility", "CE"), (ECT0, CE): ("rfc3168-full", "CE"),
    (CE, ECT0): ("marked", "CE"), (CE, ECT1): ("marked", "CE"), (CE, NOT_ECT): ("dropped", "dropped"),
    (ECT1, NOT_ECT): ("changed", "Not-ECT"), (ECT0, NOT_ECT): ("changed", "Not-ECT"), (ECT1, ECT0): ("changed", "ECT(1)"),
    (ECT0, ECT1): ("changed", "ECT(1)"), (ECT1, CE): ("changed", "CE"),
}


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "case.pcap")

    def fields(self, frames, names, *options):
        self.path.write_bytes(pcap(frames))
        words = [word for name in names.split() for word in ("-e", "ipip." + name)]
        result = tshark("-r", self.path, *options, "-T", "fields", *words)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return [line.replace("True", "1").replace("False", "0").split("\t") for line in result.stdout.splitlines()]

    def assert_line(self, frames, line, *options):
        self.path.write_bytes(pcap(frames))
        self.assertRegex(tshark("-r", self.path, "-V", *options).stdout, r"(?m)^ *\[IP-in-IP%s\]$" % re.escape(line))

    def test_line(self):
        ends = ", %s > %s" % (A, B)
        self.assert_line([ethernet(outer(inner(ttl=63)))], ends + ", DF kept, DSCP copied, ECN normal, TTL 64 over 63")
        packet = outer(inner(tos=0xBA, df=False), tos=0x03, ttl=255)
        self.assert_line([ethernet(packet)], ends + ", DF set, DSCP zero, ECN marked, TTL 255 over 64")
        pieces = fragments(inner(payload=bytes(200), protocol=253, df=False), 128)
        self.assert_line(pieces, ends + ", reassembled, DF clear, DSCP copied, ECN normal, TTL 64 over 64")
        self.assert_line(pieces[1:], ends + ", fragment at offset 128")
        quote = error(3, 1, outer(inner()), ROUTER, octets=28)
        self.assert_line([ethernet(quote)], ends + ", quoted")

    def test_comparison(self):
        for inside, outside, expected in (({}, {}, ["kept", "copied", "0"]), ({}, {"df": False, "ttl": 1}, ["lost", "copied", "63"]),
                                          ({"df": False, "tos": 0x28}, {"tos": 0}, ["set", "zero", "0"]),
                                          ({"df": False, "tos": 4}, {"df": False, "tos": 8, "ttl": 255}, ["clear", "changed", "-191"])):
            self.assertEqual(self.fields([ethernet(outer(inner(**inside), **outside))], "df dscp ttl_difference"), [expected])

    def test_ecn(self):
        self.assertEqual(len(ECN), 16)
        frames = [ethernet(outer(inner(tos=inside), tos=outside)) for outside, inside in ECN]
        self.assertEqual(self.fields(frames, "ecn ecn.decapsulated"), [list(words) for words in ECN.values()])

    def test_ecn_of_fragments(self):
        """RFC 3168 section 5.3: CE on one of them is CE of the whole, but never with Not-ECT."""
        packet = inner(payload=bytes(200), protocol=253, df=False, tos=ECT0)
        for second, words in ((CE, ["CE", "marked", "CE"]), (ECT0, ["ECT(0)", "normal", "ECT(0)"])):
            frames = [fragments(packet, 128, tos=ECT0)[0], fragments(packet, 128, tos=second)[1]]
            self.assertEqual(self.fields(frames, "outer.ecn.reassembled ecn ecn.decapsulated")[1], words)
        frames = [fragments(packet, 128, tos=NOT_ECT)[0], fragments(packet, 128, tos=CE)[1]]
        self.assertEqual(self.fields(frames, "outer.ecn.reassembled ecn ecn.decapsulated")[1], ["dropped"] * 3)

    def test_nothing_is_compared_with_what_is_not_there(self):
        names = "df dscp ecn ecn.decapsulated ttl_difference inner.src"
        pieces = fragments(inner(payload=bytes(200), protocol=253, df=False), 128)
        for frame in (pieces[1], ethernet(error(3, 1, outer(inner()), ROUTER, octets=28))):
            self.assertEqual(self.fields([frame], names), [[""] * 6])

    def test_checksum_status(self):
        packets = [outer(inner()), outer(inner(sum=1)), outer(inner(), sum=1), outer(inner(options=b"\x01" * 4))]
        rows = self.fields(list(map(ethernet, packets)), "outer.checksum.status inner.checksum.status")
        self.assertEqual(rows, [["1", "1"], ["1", "0"], ["0", "1"], ["1", "1"]])
        pieces = fragments(inner(payload=bytes(200), protocol=253, df=False), 128)
        rows = self.fields(pieces, "outer.checksum.status outer.checksum inner.checksum.status")
        self.assertEqual((rows[0][0], rows[1]), ("1", ["", "", "1"]))

    def test_severity(self):
        for word, rule in (("error", "IPIP105"), ("note", "IPIP106")):
            frames = VECTORS[rule].fail
            self.assertEqual(self.fields(frames, "rule severity", "-Y", 'ipip.severity == "%s"' % word), [[rule, word]])

    def test_tunnel_number(self):
        """In order of appearance, the same one in both directions, in any pass."""
        frames = [ethernet(packet) for packet in (outer(inner()), inner(), outer(inner(), "10.0.0.3", B), nested(2), outer(inner(), B, A))]
        for options in ((), ("-2",)):
            self.assertEqual(self.fields(frames, "tunnel", *options), [["0"], [""], ["1"], ["2"], ["0"]])

    def test_depth_within_a_quote(self):
        quote = ethernet(error(3, 1, nested(3), ROUTER))
        self.assertEqual(self.fields([quote], "depth outer.src"), [["1,2", "10.11.0.1,10.10.0.1"]])

    def test_note_in_the_info_column(self):
        """What is broken, the gravest by name; or all that is tunnelled, and what is broken, once; or nothing."""
        self.path.write_bytes(pcap([ethernet(LOST_DF), ethernet(inner()), ethernet(outer(inner()))]))
        stock = tshark("-r", self.path, plugin=False).stdout.splitlines()
        self.assertEqual(tshark("-r", self.path, "-o", "ipip.info_note:none").stdout.splitlines(), stock)
        broken = tshark("-r", self.path).stdout.splitlines()
        self.assertEqual(broken, [re.sub(r"UDP (\d+) ", r"UDP \1 [IPIP105 df-not-propagated] ", stock[0]), *stock[1:]])
        path = TESTDATA / "violations.pcap"
        notes = [re.search(r"\[(IPIP[^]]*)\]", line) for line in tshark("-r", path).stdout.splitlines()]
        self.assertEqual([note and note[1] for note in notes], [
            None, "IPIP105 df-not-propagated", "IPIP502 ecn-on-not-ect", "IPIP115 inner-ttl-zero", "IPIP109 outer-checksum", "IPIP612 inner-checksum",
            None, "IPIP116 outer-fragment-of-df-inner", "IPIP202 src-is-tunnel-exit", "IPIP216 recursive-same-endpoints, IPIP204",
            "IPIP202 src-is-tunnel-exit, IPIP217"])
        noted = tshark("-r", self.path, "-o", "ipip.info_note:tunnel").stdout.splitlines()
        self.assertEqual(noted, [stock[0] + " [IP-in-IP %s > %s: IPIP105]" % (A, B), stock[1],
                                 stock[2] + " [IP-in-IP %s > %s]" % (A, B)])

    def test_what_is_broken_comes_first(self):
        """In the line of the item errors and warnings by name, below it all rules before what every packet has."""
        text = tshark("-r", TESTDATA / "violations.pcap", "-V").stdout
        self.assertIn("\n[IP-in-IP, 172.16.5.126 > 172.16.5.127, IPIP105 df-not-propagated, DF lost, DSCP copied, ECN normal, TTL 64 over 64]\n"
                      "    [Rule: IPIP105 df-not-propagated (RFC 2003 section 3.1)]\n", text)
        self.assertIn("\n[IP-in-IP, 172.16.5.126 > 172.16.5.127, DF kept, DSCP copied, ECN normal, TTL 64 over 64]\n    [Tunnel depth: 1]\n", text)
        self.assertIn("127, fragment at offset 0]\n    [Rule: IPIP117 ", text)  # a note

    def test_units_and_names(self):
        text = tshark("-r", TESTDATA / "violations.pcap", "-V", "-Y", "frame.number == 2").stdout
        for line in ("Overhead: 20 octets", "Outer total length: 66 octets", "Inner header length: 20 octets", "Outer protocol: IPIP (4)",
                     "Inner protocol: UDP (17)", "Octets: 0000 (outer header)", "Octets: 4000 (inner header)"):
            self.assertIn("        [%s]\n" % line if line != "Overhead: 20 octets" else "    [%s]\n" % line, text)
        quote = tshark("-r", TESTDATA / "toobig.pcapng", "-V").stdout
        self.assertIn("[Octets: 05a801044000 (outer header)]", quote)
        self.assertIn("[Octets: 059400044000 (header of the packet)]", quote)

    def test_no_item_is_text_only(self):
        """In JSON each key is a field, and ek has no "text" of ours."""
        for path in (TESTDATA / "violations.pcap", TESTDATA / "siblings" / "gre-key" / "outer.pcap", TESTDATA / "siblings" / "6rd" / "outer.pcap"):
            tree = tshark("-r", path, "-T", "json").stdout
            self.assertIn('"ipip.outer": {', tree)
            self.assertNotRegex(tree, '"(Outer|Inner)')
            lines = [json.loads(line) for line in tshark("-r", path, "-T", "ek").stdout.splitlines()]
            layers = [line["layers"]["ipip"] for line in lines if "ipip" in line.get("layers", {})]
            self.assertTrue(layers)
            self.assertNotIn('"text"', json.dumps(layers))

    def test_decode_as_plain_ipv4(self):
        """Nothing of ours, in no packet: neither items nor findings."""
        frames = [ethernet(packet) for packet in (LOST_DF, nested(3), error(3, 1, LOST_DF, ROUTER, octets=28))]
        self.path.write_bytes(pcap(frames + fragments(inner(payload=bytes(200)), 64)))
        for options in (("-V",), ("-T", "json"), ("-2", "-V"), ("-q", "-z", "expert")):
            stock = tshark("-r", self.path, *options, plugin=False)
            self.assertEqual(tshark("-r", self.path, *options, "-d", "ip.proto==4,ip").stdout, stock.stdout)
            self.assertNotEqual(tshark("-r", self.path, *options).stdout, stock.stdout)

    def test_over_udp(self):
        """Linux' Foo-over-UDP carries protocol 4 behind port 5555; the octets are the kernel's."""
        path = TESTDATA / "fou.pcap"
        ipip = [record.octets[42:] for record in captures.read(path) if record.octets[12:14] == b"\x08\0" and record.octets[23] == 17]
        self.assertGreater(len(ipip), 10)
        result = tshark("-r", path, "-d", "udp.port==5555,ipip.fou", "-Y", "ipip", "-T", "fields", "-e", "ipip.overhead",
                        "-e", "ipip.judged", "-e", "ipip.inner.src", "-e", "ipip.inner.len", "-e", "frame.protocols")
        rows = [line.replace("False", "0").split("\t") for line in result.stdout.splitlines()]
        self.assertEqual([row[:4] for row in rows],
                         [["28", "0", ".".join(map(str, packet[12:16])), str(int.from_bytes(packet[2:4], "big"))] for packet in ipip])
        self.assertTrue(all(row[4].startswith("eth:ethertype:ip:udp:ipip.fou:ip:") for row in rows), rows)
        self.assertEqual(tshark("-r", path, "-Y", "ipip").stdout, "")

    def test_names_in_decode_as(self):
        """The lists that the window offers are those of the tables."""
        for table, names in (("udp.port", ["\tipip.fou (Foo over UDP)", "\tipip.gue (Generic UDP Encapsulation)"]), ("ip.proto", ["\tip (Internet Protocol Version 4)", "ipip.dispatch"])):
            complaint = tshark("-r", TESTDATA / "lab.pcapng", "-d", table + "==4,no-such-name").stderr
            for name in names:
                self.assertIn(name, complaint)


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
