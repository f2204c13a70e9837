# SPDX-License-Identifier: GPL-2.0-or-later
"""Stock dissection stays as it is: with the protocol disabled all output equals that without the plugin, and with it enabled
the protocols, the columns and the stock fields do."""

import tempfile
import unittest
from pathlib import Path

import harness
import joined
from harness import KERNEL, TESTDATA, tshark
from packets import ethernet, icmp, ipv4, pcap
from tunnel_packets import fragments, inner, nested, outer
from vectors import few_frames

STOCK = ("ip", "ip.src", "ip.dst", "ip.ttl", "ip.proto", "udp", "icmp", "data.data", "frame.protocols", "_ws.col.Protocol",
         "_ws.col.Info", "ip.fragment", "ip.reassembled_in")


def samples():
    """A capture that takes every path through the plugin."""
    frames = [frame for vector in few_frames() if vector.link_type == 1 for frame in [*vector.fail, *vector.unknown]]
    quote = icmp(3, 4, b"\0\0\5\xdc", outer(inner())[:68])
    frames += [ethernet(nested(depth)) for depth in (2, 3, 8, 16, 17, 20)]
    frames += [ethernet(ipv4("10.0.0.9", "10.0.0.1", quote, protocol=1)),
               ethernet(outer(ipv4("10.0.0.9", "10.0.0.1", quote, protocol=1))), ethernet(outer(b"\x60" + b"\0" * 39))]
    frames += reversed(fragments(inner(payload=bytes(200), df=False), 64, 128))
    kernel = [path for name in ("ipip-outer-fragments", "ipip-nested-5") for path in sorted((KERNEL / name).glob("*.pcap"))]
    assert kernel
    return joined.in_a_row([pcap(frames), TESTDATA / "lab.pcapng", TESTDATA / "violations.pcap", *kernel])


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
        self.path = Path(folder.name, "samples.pcapng")
        self.path.write_bytes(samples())

    def assert_same(self, *arguments, with_plugin=(), shown=lambda text: text):
        """`shown` leaves out what only the plugin adds."""
        stock, ours = harness.each(lambda options: tshark("-r", self.path, *arguments, *options[1], **options[0]),
                                   [({"plugin": False}, ()), ({}, with_plugin)])
        self.assertGreater(len(stock.stdout), 0)
        self.assertEqual(ours.returncode, stock.returncode)
        self.assertEqual(shown(ours.stdout), stock.stdout)

    def test_disabled(self):
        self.assert_same("-V", "-x", with_plugin=("--disable-protocol", "ipip"))
        self.assert_same("-T", "json", with_plugin=("--disable-protocol", "ipip"))

    def test_disabled_on_what_the_kernel_sent(self):
        """Of each scenario what was on the wire."""
        self.path.write_bytes(joined.in_a_row(harness.kernel_captures("outer")))
        self.assert_same("-V", with_plugin=("--disable-protocol", "ipip"))

    def test_enabled_columns(self):
        self.assert_same()
        self.assert_same("-2", "-z", "conv,ip", "-z", "endpoints,ip")

    def test_enabled_fields(self):
        self.assert_same("-T", "fields", *(word for name in STOCK for word in ("-e", name)))

    def test_enabled_tree(self):
        """Apart from our own protocol not a line differs."""
        self.assert_same("-V", shown=lambda text: "".join(line + "\n" for line in without_ours(text)))


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
