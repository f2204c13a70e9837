# SPDX-License-Identifier: GPL-2.0-or-later
"""ipip tunnels on many sources towards one destination: a balancer, or the nodes of a mesh."""

import json
import re
import unittest

import harness
from tunnel_packets import A, B, PEER, inner, outer
from vectors import VECTORS
from packets import ethernet, pcap


class Balancers(unittest.TestCase):
    """Sources that a balancer makes up are summed; those of nodes are not."""

    def balancer(self, sources, each=1, id=lambda source, n: 0, source=lambda source, n: source, df=False, **options):
        return [ethernet(outer(inner(src="10.1.%d.%d" % divmod(i + 1, 250), id=(7 * i + n) & 0xFFFF, df=df),
                               src="172.16.%d.%d" % divmod(source(i, n) + 1, 250), dst="10.0.0.9", id=id(i, n), df=df, **options))
                for n in range(each) for i in range(sources)]

    def said(self, frames, *arguments):
        text = harness.run("tunnels", *arguments, "-", stdin=pcap(frames)).stdout.decode()
        return re.findall(r"^(?:tunnel|sources) .*$", text, flags=re.MULTILINE), text

    def groups(self, frames):
        lines = harness.run("tunnels", "--format", "jsonl", "-", stdin=pcap(frames)).stdout.splitlines()
        lines = [json.loads(line) for line in lines]
        return [line for line in lines if line["type"] == "sources"], [line for line in lines if line["type"] == "tunnel"]

    def test_ten_thousand(self):
        frames = self.balancer(10_000) + [ethernet(outer(inner()))]
        headings, text = self.said(frames)
        self.assertEqual(headings, ["sources 172.16.0.0/16 > 10.0.0.9: 10000 directions (--all lists each)", "tunnel %s > %s" % (A, B)])
        self.assertIn("\n  profile    xdp-lb\n", text)
        self.assertLess(len(text.splitlines()), 50)
        self.assertIn("10001 packets in 1 file: 10001 tunnel directions\n", text)
        self.assertEqual(len(self.said(frames, "--all")[0]), 10_001)
        (group,), each = self.groups(frames)
        self.assertEqual({key: group[key] for key in ("src", "dst", "sources", "packets", "profile")},
                         {"src": "172.16.0.0/16", "dst": "10.0.0.9", "sources": 10_000, "packets": 10_000, "profile": "xdp-lb"})
        self.assertEqual((len(each), group["bytes"]), (10_001, sum(line["bytes"] for line in each if line["dst"] == "10.0.0.9")))
        self.assertEqual((group["df"]["behaviour"], group["ttl"]["behaviour"]), ("copy or clear", "fixed 64 or inherit"))

    def test_identifications(self):
        """Zero, copied, left over: a balancer. Counters of their own: the nodes of a mesh."""
        for name, id, is_group in (("zero", lambda i, n: 0, True), ("copied", lambda i, n: 7 * i + n, True), ("left over", lambda i, n: (i * 40503 + n * 30011) & 0xFFFF, True),
                                   ("constant", lambda i, n: 0x1234, True), ("counters", lambda i, n: 500 * i + 3 * n, False)):
            with self.subTest(name):
                self.assertEqual(len(self.groups(self.balancer(24, 6, id))[0]), is_group)

    def test_neighbours(self):
        """Too few sources, an answer to one, clients that change their source."""
        self.assertEqual(len(self.groups(self.balancer(8, 4))[0]), 1)
        self.assertEqual(self.groups(self.balancer(7, 4))[0], [])
        back = ethernet(outer(inner(src=PEER, dst="10.1.0.1"), src="10.0.0.9", dst="172.16.0.1"))
        self.assertEqual(self.groups(self.balancer(24, 4) + [back])[0], [])
        self.assertEqual(self.groups(self.balancer(24, 4, source=lambda i, n: (i + n) % 24))[0], [])

    def test_what_the_profile_accepts(self):
        """DF lost, Identification 0, TOS 0, nothing the other way; and who can't hear ICMP errors need not relay them."""
        frames = [ethernet(outer(inner(id=n, tos=0xB8 * (n % 2), df=True), src="172.16.0.1", dst="10.0.0.9", id=0, df=False)) for n in range(120)]
        wrong = {"IPIP101", "IPIP105", "IPIP907"}
        self.assertLessEqual(wrong, {finding["rule"] for finding in harness.Check("--no-config", "-", stdin=pcap(frames)).findings})
        check = harness.Check("--no-config", "--profile", "xdp-lb", "-", stdin=pcap(frames))
        self.assertEqual({finding["rule"] for finding in check.findings} & (wrong | {"IPIP106", "IPIP621", "IPIP624", "IPIP626"}), set())
        for rule in ("IPIP303", "IPIP306", "IPIP308", "IPIP312", "IPIP314"):
            capture = pcap(VECTORS[rule].fail)
            self.assertTrue(harness.Check("--no-config", "-", stdin=capture).of(rule), rule)
            self.assertEqual(harness.Check("--no-config", "--profile", "xdp-lb", "-", stdin=capture).of(rule), [], rule)
        bad = [ethernet(outer(inner(ttl=0), src="172.16.0.1", dst="10.0.0.9"))]
        self.assertTrue(harness.Check("--no-config", "--profile", "xdp-lb", "-", stdin=pcap(bad)).of("IPIP115"))


if __name__ == "__main__":
    harness.main()
