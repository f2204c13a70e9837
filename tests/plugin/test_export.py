# SPDX-License-Identifier: GPL-2.0-or-later
"""The packets that Wireshark exports from tunnels are those that `ipip decap` writes, octet for octet."""

import tempfile
import unittest
from pathlib import Path

import harness
import joined
from exports import EXPORTS, differences, exported
from harness import KERNEL, TESTDATA
from packets import ethernet, icmp, ipv4, pcap, udp
from tunnel_packets import A, B, HOST, PEER, cut, fragments, inner, nested, outer
from vectors import VECTORS

SCENARIOS = ("ipip-outer-fragments", "ipip-nested-5", "ipip-ecn-decap", "ipip-malformed-tx", "ipip-esp-transport", "ipip-options",
             "ipip-pmtu-1300-router-fragments", "ipip-err-crafted", "ipip-inner-fragments", "ipip-external")


class Export(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def capture(self, *frames, **options):
        path = self.folder / "case.pcap"
        path.write_bytes(pcap(frames, **options))
        return path

    def assert_same(self, paths, *variants):
        cases = [(path, name, *options) for path in paths for name in EXPORTS for options in variants]
        wrong, counts = zip(*harness.each(lambda case: differences(*case), cases))
        self.assertEqual([line for lines in wrong for line in lines], [])
        self.assertGreater(sum(counts), 0)
        return sum(counts)

    def test_kernel(self):
        path = self.folder / "kernel.pcapng"
        path.write_bytes(joined.in_a_row(path for name in SCENARIOS for path in sorted((KERNEL / name).glob("*.pcap"))))
        print("%d packets are exported as decap writes them" % self.assert_same([path], ()))

    def test_kernel_with_every_kind(self):
        """GRE and what it holds, IPv6 inside and outside, frames, labels; what ESP holds is not exported."""
        path = self.folder / "siblings.pcapng"
        path.write_bytes(joined.in_a_row(sorted((TESTDATA / "siblings").glob("*/outer.pcap"))))
        self.assertGreater(self.assert_same([path], (), ("-2",)), 1000)

    def test_minimal_encapsulation(self):
        """By hand: RFC 2004 section 3.1, and the datagram that it was made of."""
        whole = inner(id=9, df=False)
        folded = ipv4(A, B, bytes.fromhex("1180da7a 0a020001 0a010001") + whole[20:], protocol=55, id=9)
        records, _ = exported(self.capture(ethernet(folded)), "IPIP inner")
        self.assertEqual([record.octets for record in records], [whole])

    def test_samples(self):
        self.assert_same([TESTDATA / name for name in ("lab.pcapng", "violations.pcap", "toobig.pcapng")], (), ("-2",))

    def test_vectors(self):
        """With fragments in disorder, dropped by ECN, nested beyond all limits, cut; whatever Wireshark's preferences are."""
        frames = [frame for vector in VECTORS.values() if vector.link_type == 1
                  for part in (vector.fail, vector.clean, vector.unknown) for frame in part or []]
        frames += [ethernet(nested(depth)) for depth in (2, 3, 8, 16, 17, 20)]
        frames += reversed(fragments(inner(payload=bytes(200), df=False), 64, 128))
        frames += cut(outer(inner(payload=bytes(200))), 60)
        path = self.capture(*frames)
        self.assert_same([path], (), ("-2",), ("-o", "ip.defragment:FALSE"), ("-o", "ip.check_checksum:TRUE"))

    def test_by_hand(self):
        """Independent of the command: inner and innermost, fragments made whole, ECN merged, quotes left alone."""
        large = inner(payload=udp(HOST, PEER, bytes(range(200))), df=False)
        marked = inner(tos=2, id=7)
        quote = ipv4("10.0.0.9", A, icmp(3, 1, bytes(4), outer(inner())), protocol=1)
        path = self.capture(ethernet(nested(3)), *fragments(large, 64, 128), ethernet(outer(marked, tos=3)), ethernet(quote),
                            ethernet(inner()), ethernet(outer(inner(), tos=3)))
        innermost = inner(src="10.1.0.1", dst="10.2.0.1")
        records, _ = exported(path, "IPIP inner")
        self.assertEqual([record.octets for record in records], [nested(3)[20:], large, inner(tos=3, id=7)])
        records, _ = exported(path, "IPIP innermost")
        self.assertEqual([record.octets for record in records], [nested(3)[-len(innermost):], large, inner(tos=3, id=7)])

    def test_display_filter(self):
        path = self.capture(ethernet(outer(inner(id=1))), ethernet(outer(inner(id=2))))
        records, _ = exported(path, "IPIP inner", "-Y", "ipip.inner.id == 2")
        self.assertEqual([record.octets for record in records], [inner(id=2)])

    def test_off(self):
        path = self.capture(ethernet(outer(inner())))
        for options in (("--disable-protocol", "ipip"), ("-d", "ip.proto==4,ip")):
            records, _ = exported(path, "IPIP inner", *options)
            self.assertEqual(records, [])


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
