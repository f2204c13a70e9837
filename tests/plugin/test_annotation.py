# SPDX-License-Identifier: GPL-2.0-or-later
"""What Wireshark shows of a tunnel: fields by name, nested, quoted and reassembled headers, findings, filters, preferences."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import harness
from carriers import CARRIERS, ERSPAN_3_IP, IPV4, gre, over_ipv4
from harness import PLUGINS, TESTDATA, sharkd, tshark
from packets import ethernet, icmp, ipv4, pcap
from preferences import preferences
from tunnel_packets import A, B, fragments, inner, nested, outer
from vectors import VECTORS

LOST_DF = outer(inner(), df=False)
LAB = TESTDATA / "lab.pcapng"


class Annotation(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def capture(self, *frames, link_type=1):
        path = self.folder / "case.pcap"
        path.write_bytes(pcap(frames, link_type))
        return path

    def fields(self, path, names, *options):
        """Of each frame the fields, as text; several values separated by commas."""
        result = tshark("-r", path, *options, "-T", "fields", *(word for name in names.split() for word in ("-e", name)))
        self.assertEqual(result.returncode, 0, result.stderr)
        # Wireshark 4.4 and later write the words.
        return [line.replace("True", "1").replace("False", "0").split("\t") for line in result.stdout.splitlines()]

    def test_fields_of_the_lab(self):
        """The headers of the classic lab, known octet by octet."""
        names = "src dst ttl tos dscp ecn len hdr_len id df mf frag_offset proto checksum"
        rows = self.fields(LAB, " ".join("ipip.outer." + name for name in names.split()))
        self.assertEqual(rows[0], "10.0.0.1 10.0.0.2 255 0x00 0 0 120 20 0x0014 0 0 0 4 0xa76b".split())
        self.assertEqual(rows[1], "172.16.5.126 172.16.5.127 64 0x00 0 0 104 20 0xed09 1 0 0 4 0xea6a".split())
        self.assertEqual(rows[2], [""] * 14)
        rows = self.fields(LAB, " ".join("ipip.inner." + name for name in names.split()))
        self.assertEqual(rows[0], "1.1.1.1 2.2.2.2 255 0x00 0 0 100 20 0x0014 0 0 0 1 0xb57f".split())
        self.assertEqual(rows[1], "10.10.100.10 10.10.200.10 64 0x00 0 0 84 20 0x0777 1 0 0 1 0xf309".split())

    def test_every_octet_that_differs(self):
        packet = outer(inner(tos=0xB9, ttl=7, id=1, df=False, options=b"\x01" * 4), tos=0xBA, ttl=9, id=2, options=b"\x94\x04\0\0")
        names = "outer.tos outer.dscp outer.ecn outer.ttl outer.id outer.df outer.hdr_len inner.tos inner.dscp inner.ecn inner.ttl " \
                "inner.id inner.df inner.hdr_len overhead depth"
        rows = self.fields(self.capture(ethernet(packet)), " ".join("ipip." + name for name in names.split()))
        self.assertEqual(rows, ["0xba 46 2 9 0x0002 1 24 0xb9 46 1 7 0x0001 0 24 24 1".split()])

    def test_nested(self):
        rows = self.fields(self.capture(ethernet(nested(4))), "ipip.depth ipip.outer.src ipip.inner.src")
        self.assertEqual(rows, [["1,2,3", "10.12.0.1,10.11.0.1,10.10.0.1", "10.11.0.1,10.10.0.1,10.1.0.1"]])

    def test_quoted_in_an_icmp_error(self):
        """Shown, but not judged: what a router quotes may have been rewritten on the way. The error itself is judged."""
        for octets, rules in ((28, "IPIP301"), (48, ""), (52, "")):
            error = ethernet(ipv4("10.0.0.9", A, icmp(3, 1, bytes(4), LOST_DF[:octets]), protocol=1))
            rows = self.fields(self.capture(error), "ipip.quoted ipip.judged ipip.rule ipip.outer.dst")
            self.assertEqual(rows, [["1", "0", rules, B]])

    def test_judged_around_a_quote(self):
        error = ipv4("10.1.0.9", A, icmp(3, 1, bytes(4), LOST_DF), protocol=1, df=True)
        rows = self.fields(self.capture(ethernet(outer(error, df=False))), "ipip.judged ipip.quoted ipip.rule")
        self.assertEqual(rows, [["1,0", "1", "IPIP105"]])

    def test_reassembled(self):
        """In any order: on the frame that completes the datagram, with the header of the fragment at offset 0."""
        packet = inner(payload=bytes(range(200)) + bytes(8), protocol=253, df=True, ttl=5)
        frames = fragments(packet, 64, 128, ttl=77)
        for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
            for options in ((), ("-2",)):
                rows = self.fields(self.capture(*(frames[at] for at in order)),
                                   "ipip.rule ipip.reassembled ipip.first_fragment ipip.outer.len ipip.outer.frag_offset "
                                   "ipip.inner.len", *options)
                first = order.index(0) + 1
                self.assertEqual(rows[2][0].split(",")[0], "IPIP116", order)
                self.assertEqual(rows[2][1], "1")
                if first != 3:
                    self.assertEqual(set(rows[2][2].split(",")), {str(first)})
                self.assertEqual(rows[2][3:], ["248", "0", "228"])

    def test_beside_the_tunnel(self):
        """What is found on a packet without tunnel header has an item of its own, with a link to the packet that it is about."""
        for rule, other, words in (("IPIP305", "2", "ICMP error about"), ("IPIP303", "2", "packet into or out of"),
                                   ("IPIP210", "1", "packet into or out of")):
            vector = VECTORS[rule]
            path = self.capture(*vector.fail)
            for options in ((), ("-2",)):
                options += (*preferences(vector.args), "-Y", "frame.number == %d" % len(vector.fail))
                self.assertEqual(self.fields(path, "ipip.rule ipip.other_frame ipip.depth", *options), [[rule, other, ""]])
                text = tshark("-r", path, *options, "-V").stdout
                self.assertIn("[IP-in-IP, %s the tunnel %s > %s]\n    [Rule: %s " % (words, A, B, rule), text)
        self.assertRegex(tshark("-G", "fields").stdout, r"\tipip\.other_frame\tFT_FRAMENUM\t")

    def test_beside_another_tunnel_packet(self):
        """A datagram that is given up is no fault of the packet whose time shows it."""
        path = self.capture(*VECTORS["IPIP636"].fail)
        last = ("-Y", "frame.number == 2")
        tree = tshark("-r", path, "-V", *last).stdout
        self.assertIn("[IP-in-IP, earlier packet of the tunnel %s > %s]\n    [Rule: IPIP636 " % (A, B), tree)
        self.assertEqual(self.fields(path, "ipip.rule ipip.depth ipip.other_frame", *last), [["IPIP636", "1", "1"]])

    def test_one_item_for_all_that_is_beside_the_same_tunnel(self):
        short = ethernet(ipv4("10.0.0.9", A, icmp(3, 4, b"\0\0\5\xdc", LOST_DF[:28]), protocol=1))
        path = self.capture(short)
        self.assertEqual(self.fields(path, "ipip.rule"), [["IPIP301,IPIP315"]])
        self.assertEqual(tshark("-r", path, "-V").stdout.count("[IP-in-IP, ICMP error about the tunnel"), 1)
        self.assertRegex(tshark("-r", path, "-q", "-z", "expert").stdout, r"1\s+Protocol\s+IPIP\s+IPIP315: ")

    def test_in_any_order(self):
        """A packet that is looked at again shows what it showed, whatever was looked at before."""
        vector = VECTORS["IPIP306"]
        looks = [2, 4, 1, 3, 4, 4, 2]
        answers = sharkd([("load", {"file": str(self.capture(*vector.fail))}),
                          *(("frame", {"frame": number, "proto": True}) for number in looks)])
        for number, answer in zip(looks, answers[1:]):
            shown = json.dumps(answer["result"]["tree"])
            self.assertEqual("IPIP306: " in shown, number == 4, number)
            self.assertEqual("See also frame: 2" in shown, number == 4, number)

    def test_fragments_alone(self):
        """Wireshark's dissection ends at them; what is wrong with them is shown all the same."""
        frames = fragments(inner(payload=bytes(200), protocol=253, df=False), 64, df=True)
        for options in ((), ("-o", "ip.defragment:FALSE")):
            rows = self.fields(self.capture(frames[0]), "ipip.rule ipip.outer.mf", *options)
            self.assertIn("IPIP632", rows[0][0].split(","))

    def test_without_a_tree(self):
        """Taps and filters on other protocols do not build a tree; the judge must see every packet all the same."""
        path = self.capture(ethernet(LOST_DF), ethernet(outer(inner())), ethernet(LOST_DF))
        for options in ((), ("-2",)):
            result = tshark("-r", path, *options)
            self.assertEqual(len(result.stdout.splitlines()), 3)
            self.assertEqual(result.stderr, "")
        result = tshark("-r", path, "-q", "-z", "expert")
        self.assertIn("Errors (2)", result.stdout)
        self.assertRegex(result.stdout, r"2\s+Protocol\s+IPIP\s+IPIP105: ")

    def test_filters(self):
        path = self.capture(ethernet(outer(inner())), ethernet(LOST_DF), ethernet(inner()))
        for expression, expected in (('ipip.rule == "IPIP105"', ["2"]), ("ipip.df_not_propagated", ["2"]), ("ipip", ["1", "2"]),
                                     ("ipip.outer.df == 0 and ipip.inner.df == 1", ["2"]), ("udp and !ipip", ["3"]),
                                     ("_ws.expert.severity == error", ["2"]), ("ip.src#2 == 10.1.0.1", ["1", "2"])):
            for options in ((), ("-2",)):
                result = tshark("-r", path, *options, "-Y", expression, "-T", "fields", "-e", "frame.number")
                self.assertEqual(result.stdout.split(), expected, expression)

    def test_severity_that_is_not_the_usual_one(self):
        """One expert a rule, at any severity; what the user sets for it in Wireshark's own table counts."""
        path = self.capture(*VECTORS["IPIP101"].fail)
        for name in ("ipip.outer_dscp_copy", "ipip.outer_dscp_copy && _ws.expert.severity == note"):
            self.assertEqual(self.fields(path, "frame.number", "-Y", name), [["1"]])
        theirs = ("-o", 'uat:expert_severity:"ipip.outer_dscp_copy","Chat"')
        self.assertEqual(self.fields(path, "frame.number", *theirs, "-Y", "_ws.expert.severity == chat"), [["1"]])

    def test_every_rule_has_an_expert(self):
        """One; its name, by which Wireshark groups experts, begins with the rule's id. Few other fields are offered while a filter is typed."""
        listing = (line.split("\t") for line in tshark("-G", "fields").stdout.splitlines())
        names = {row[2]: row[1] for row in listing if row[0] == "F" and row[2].startswith("ipip.")}
        rules = [json.loads(line) for line in harness.run("rules", "--format", "jsonl").stdout.splitlines()]
        for rule in rules:
            self.assertEqual(names.pop("ipip." + rule["slug"].replace("-", "_")), "%(rule)s %(title)s" % rule)
        self.assertLess(len(names), 120)

    def test_off(self):
        path = self.capture(ethernet(LOST_DF))
        self.assertEqual(self.fields(path, "ipip.rule frame.protocols", "--disable-protocol", "ipip"),
                         [["", "eth:ethertype:ip:ip:udp:data"]])
        self.assertEqual(self.fields(path, "frame.protocols", "-d", "ip.proto==4,ip"), [["eth:ethertype:ip:ip:udp:data"]])

    def test_in_a_carrier(self):
        """Mirrored or bridged: judged as if the frame inside had been captured, also where the stock dissector does not arrive."""
        carriers = [*CARRIERS, ERSPAN_3_IP]
        path = self.capture(*(carrier.carry(ethernet(outer(inner(id=id), df=False, id=id))) for id, carrier in enumerate(carriers, 1)))
        self.assertEqual(self.fields(path, "ipip.judged ipip.outer.src ipip.rule ipip.depth", "-o", "ipip.kinds:ipip"), [["1", A, "IPIP105", "1"]] * len(carriers))

    def test_behind_what_is_not_judged(self):
        """A fragment of a carrier is not looked into; what Wireshark makes of several is shown, and said not to be judged."""
        content = gre(LOST_DF, IPV4)
        frames = [over_ipv4(content[:16], 47, mf=True), over_ipv4(content[16:], 47, offset=2)]
        self.assertEqual(self.fields(self.capture(*frames), "ipip.judged ipip.outer.src ipip.rule", "-o", "ipip.kinds:ipip"), [["", "", ""], ["0", A, ""]])

    def test_second_copy(self):
        """Two copies of the plugin must not end Wireshark: the second prints that it does nothing."""
        for name in ("ipip.so", "ipip-copy.so"):
            source = next(Path(PLUGINS).glob("*/epan/ipip.so"))
            target = self.folder / "plugins" / source.parent.parent.name / "epan" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
        result = tshark("-r", self.capture(ethernet(LOST_DF)), "-T", "fields", "-e", "ipip.rule",
                        plugins=self.folder / "plugins")
        self.assertEqual(result.stdout.strip(), "IPIP105")
        self.assertIn("this copy of the plugin does nothing", result.stderr)


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
