# SPDX-License-Identifier: GPL-2.0-or-later
"""Filters and link types: what a filter can't be used on is no packet that it leaves out, and many link types are no matter."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
from harness import COMMAND, Check, Roundtrip, run
from packets import ethernet, pcap, pcapng_interface, pcapng_packet, pcapng_section
from tunnel_packets import A, B, inner, outer

RAW, RAW_OPENBSD, RAW_IPV6, WIRELESS, NAMELESS = 101, 14, 229, 127, 9999
TUNNEL = outer(inner(id=2), df=False, id=2)  # IPIP105
REFUSAL = (r'the filter "vlan" can\'t be used on link type 101 \(raw IP\): [^:\n]*(?:VLAN|vlan)[^:\n]*: '
           r"(\d+) packets? skipped; use another filter, or none\n")


def mixed(*links, rounds=1):
    """A pcapng file of packets, each (link type, octets)."""
    interfaces = b"".join(pcapng_interface(link_type) for link_type, _ in links)
    return pcapng_section() + interfaces + rounds * b"".join(pcapng_packet(octets, number) for number, (_, octets) in enumerate(links))


class Carried(unittest.TestCase):
    """A filter sees the packet as captured: what a mirror or an overlay brings is no protocol 4 to it."""
    HINT = "a filter sees packets as captured: `ip proto 4` misses those behind VLAN tags, and in carriers (ERSPAN, GRE, VXLAN, Geneve)\n"
    MIRRORED = harness.TESTDATA / "erspan.pcap"

    def test_hint(self):
        tagged = pcap([ethernet(TUNNEL)[:12] + b"\x81\0\0\1" + ethernet(TUNNEL)[12:]])
        self.assertIn("no tunnel packet\n  " + self.HINT, run("check", "--filter", "ip proto 4", self.MIRRORED).stdout)
        self.assertIn(self.HINT, run("check", "--filter", "ip proto 4", "-", stdin=tagged).stdout.decode())
        for options in (("--inner", "udp port 9"), ("--filter", "ip proto 47"), ()):
            self.assertNotIn(self.HINT, run("check", *options, self.MIRRORED).stdout)
        self.assertNotIn(self.HINT, run("check", "--filter", "ip proto 4", "-", stdin=pcap([ethernet(TUNNEL)])).stdout.decode())

    def test_the_filters_of_the_manual(self):
        readme = (harness.TESTDATA.parent / "doc/check.md").read_text()
        more, everything = re.search(r"tags add `(or vlan)`:\n\n +sudo tcpdump .*'(ip proto 4 or .*)' \| ipip check -\n", readme).groups()
        tagged = pcap([ethernet(TUNNEL)[:12] + b"\x81\0\0\1" + ethernet(TUNNEL)[12:]])
        self.assertEqual(Check("--filter", everything, self.MIRRORED).summary["tunnel_packets"], 11)
        self.assertEqual(Check("--filter", everything, "-", stdin=tagged).summary["tunnel_packets"], 0)
        self.assertEqual(Check("--filter", "%s %s" % (everything, more), "-", stdin=tagged).summary["tunnel_packets"], 1)


class Unusable(unittest.TestCase):
    def test_every_verb(self):
        data = pcap([TUNNEL, TUNNEL, TUNNEL], RAW)
        for arguments in (("check",), ("check", "-q"), ("check", "--format", "jsonl"), ("check", "--fail-on", "never"), ("tunnels",),
                          ("roundtrip",), ("roundtrip", "-q"), ("decap", "-w", "-"), ("encap", "-w", "-", "--tunnel", "local %s remote %s" % (A, B))):
            with self.subTest(arguments):
                result = run(*arguments, "--filter", "vlan", "-", stdin=data)
                self.assertEqual(result.returncode, 3, result.stdout)
                said = re.findall("^ipip %s: -: " % arguments[0] + REFUSAL, result.stderr.decode(), re.MULTILINE)
                self.assertEqual(said, ["3"])

    def test_it_is_counted(self):
        """And the packets of the other link types are judged."""
        data = mixed((RAW, TUNNEL), (1, ethernet(TUNNEL, tags=[(0x8100, 7)])), (RAW, TUNNEL), (1, ethernet(TUNNEL)))
        result = Check("--filter", "vlan", "-", stdin=data)
        self.assertEqual((result.status, result.summary["packets"], result.summary["tunnel_packets"]), (3, 4, 1))
        self.assertEqual(result.summary["skipped"], {"link_type": 0, "truncated": 0, "filtered": 1, "unfilterable": 2})
        skipped = Roundtrip("--filter", "vlan", "-", stdin=data).summary["skipped"]
        self.assertEqual((skipped["filtered"], skipped["unfilterable"]), (1, 2))
        for verb, words in (("check", "skipped, filter not usable on the link type: 2"),
                            ("roundtrip", "skipped        2 of link types that the filter can't be used on")):
            self.assertIn(words, run(verb, "--filter", "vlan", "-", stdin=data).stdout.decode())
        decap = run("decap", "--filter", "vlan", "-w", "-", "-", stdin=data)
        self.assertIn("  2 left out, of link types that the filter can't be used on", decap.stderr.decode())

    def test_what_can_not_be_there_is_not_there(self):
        """libpcap refuses what no packet can match; that is no fault."""
        data = mixed((RAW_IPV6, bytes([0x60]) + bytes(39)), (1, ethernet(TUNNEL)), (RAW_OPENBSD, TUNNEL))
        result = Check("--filter", "ip proto 4", "--fail-on", "never", "-", stdin=data)
        self.assertEqual((result.status, result.stderr), (0, b""))
        self.assertEqual((result.summary["tunnel_packets"], result.summary["skipped"]["filtered"]), (2, 1))

    def test_nobody_reads_it_anyway(self):
        """A link type that is not supported needs no filter, but for who copies its packets."""
        data = mixed((NAMELESS, bytes(40)), (1, ethernet(TUNNEL)))
        result = Check("--filter", "ip proto 4", "--fail-on", "never", "-", stdin=data)
        self.assertEqual((result.status, result.summary["skipped"]["link_type"], result.summary["skipped"]["unfilterable"]), (0, 1, 0))
        self.assertEqual(result.stderr.decode(), "ipip check: -: link type 9999 is not supported: 1 packet skipped\n")
        self.assertEqual(Check("-", stdin=pcap([bytes(40)] * 2, WIRELESS)).stderr.decode(),
                         "ipip check: -: link type 127 (IEEE802_11_RADIO) is not supported: 2 packets skipped\n")
        decap = run("decap", "--filter", "ip proto 4", "-w", "-", "-", stdin=data)
        self.assertEqual(decap.returncode, 3)
        self.assertIn('the filter "ip proto 4" can\'t be used on link type 9999: ', decap.stderr.decode())

    def test_inner(self):
        """What is inside is an IP packet, whatever the capture holds: a filter that makes no sense there is wrong usage."""
        for expression in ("vlan", "ether src 2:0:0:0:0:1", "arp"):
            result = run("check", "--inner", expression, "-", stdin=pcap([ethernet(TUNNEL)]))
            self.assertEqual(result.returncode, 2, expression)
            self.assertIn('the filter "%s" is wrong for packets without a link header: ' % expression, result.stderr.decode())


class Many(unittest.TestCase):
    """Every link type that there can be: linear, and a few lines."""

    TYPES = 1 << 16

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.capture = Path(folder.name, "links.pcapng")
        cls.capture.write_bytes(mixed(*((link_type, TUNNEL) for link_type in range(cls.TYPES)), rounds=3))

    def measure(self, *options):
        """What is said, and the seconds of processor time."""
        with subprocess.Popen([COMMAND, "check", "--no-config", "-q", "--fail-on", "never", *options, self.capture],
                              stderr=subprocess.PIPE, text=True) as process:
            said = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        harness.sound(subprocess.CompletedProcess(process.args, process.returncode, "", said))
        return said.splitlines(), usage.ru_utime

    def test_without_a_filter(self):
        lines, _ = self.measure()
        self.assertEqual(len(lines), 6)
        named = [re.fullmatch(r"ipip check: \S+: link type \d+( \(\S+\))? is not supported: 3 packets skipped", line) for line in lines[:5]]
        self.assertTrue(all(named), lines)
        rest = re.fullmatch(r"ipip check: \S+: and (\d+) further link types that are not supported: (\d+) packets skipped", lines[5])
        self.assertEqual(3 * int(rest[1]), int(rest[2]))
        self.assertGreater(int(rest[1]), self.TYPES - 30)

    def test_with_a_filter(self):
        lines, seconds = self.measure("--filter", "ip proto 4")
        self.assertLessEqual(len(lines), 12)
        self.assertLess(seconds, 1)  # 0.1; a search through all of them for each takes 2.5


if __name__ == "__main__":
    harness.main()
