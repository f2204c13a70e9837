# SPDX-License-Identifier: GPL-2.0-or-later
"""Stock dissection stays as it is: with the protocol disabled all output equals that without the plugin, and with it enabled
the protocols, the columns and the stock fields do."""

import tempfile
import unittest
from pathlib import Path

import harness
from harness import KERNEL, TESTDATA, tshark
from packets import ethernet, icmp, ipv4, pcap
from vectors import VECTORS, fragments, inner, nested, outer

STOCK = ("ip", "ip.src", "ip.dst", "ip.ttl", "ip.proto", "udp", "icmp", "data.data", "frame.protocols", "_ws.col.Protocol",
         "_ws.col.Info", "ip.fragment", "ip.reassembled_in")


def samples(folder):
    """Captures that take every path through the plugin."""
    frames = [frame for vector in VECTORS.values() if vector.link_type == 1 for frame in vector.fail + (vector.unknown or [])]
    quote = icmp(3, 4, b"\0\0\5\xdc", outer(inner())[:68])
    frames += [ethernet(nested(depth)) for depth in (2, 3, 8, 16, 17, 20)]
    frames += [ethernet(ipv4("10.0.0.9", "10.0.0.1", quote, protocol=1)),
               ethernet(outer(ipv4("10.0.0.9", "10.0.0.1", quote, protocol=1))), ethernet(outer(b"\x60" + b"\0" * 39))]
    frames += reversed(fragments(inner(payload=bytes(200), df=False), 64, 128))
    crafted = folder / "crafted.pcap"
    crafted.write_bytes(pcap(frames))
    kernel = [path for name in ("ipip-outer-fragments", "ipip-nested-5") for path in sorted((KERNEL / name).glob("*.pcap"))]
    assert kernel
    return [crafted, TESTDATA / "lab.pcapng", TESTDATA / "violations.pcap", *kernel]


def without_ours(text):
    """The lines of a tree but for our items, with all that is indented below them."""
    depth = None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if depth is not None and line and indent > depth:
            continue
        depth = indent if line.lstrip().startswith("[IP-in-IP") else None
        if depth is None:
            yield line


class Stock(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.samples = samples(Path(folder.name))

    def assert_same(self, *arguments, with_plugin=()):
        for path in self.samples:
            with self.subTest(path.name, arguments=arguments):
                stock = tshark("-r", path, *arguments, plugin=False)
                ours = tshark("-r", path, *arguments, *with_plugin)
                self.assertGreater(len(stock.stdout), 0)
                self.assertEqual(ours.stdout, stock.stdout)
                self.assertEqual(ours.returncode, stock.returncode)

    def test_disabled(self):
        self.assert_same("-V", "-x", with_plugin=("--disable-protocol", "ipip"))
        self.assert_same("-T", "json", with_plugin=("--disable-protocol", "ipip"))

    def test_disabled_on_what_the_kernel_sent(self):
        """One capture of each scenario."""
        def compare(path):
            stock = tshark("-r", path, "-V", plugin=False)
            self.assertEqual(tshark("-r", path, "-V", "--disable-protocol", "ipip").stdout, stock.stdout, path)

        harness.each(compare, harness.kernel_captures("outer"))

    def test_enabled_columns(self):
        self.assert_same()
        self.assert_same("-2", "-z", "conv,ip", "-z", "endpoints,ip")

    def test_enabled_fields(self):
        self.assert_same("-T", "fields", *(word for name in STOCK for word in ("-e", name)))

    def test_enabled_tree(self):
        """Apart from our own protocol not a line differs."""
        for path in self.samples:
            stock = tshark("-r", path, "-V", plugin=False)
            ours = tshark("-r", path, "-V")
            self.assertEqual(list(without_ours(ours.stdout)), stock.stdout.splitlines(), path)


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
