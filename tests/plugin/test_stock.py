# SPDX-License-Identifier: GPL-2.0-or-later
"""Stock dissection stays as it is: with the protocol disabled all output equals that without the plugin, and with it enabled
the protocols, the columns and the stock fields do."""

import tempfile
import unittest
from pathlib import Path

import harness
import joined
from harness import KERNEL, TESTDATA, tshark
from packets import checksum, ethernet, icmp, ipv4, pcap, udp
from tunnel_packets import cut, fragments, inner, nested, outer
from vectors import few_frames

STOCK = ("ip", "ip.src", "ip.dst", "ip.ttl", "ip.proto", "udp", "icmp", "data.data", "frame.protocols", "_ws.col.Protocol",
         "_ws.col.Info", "ip.fragment", "ip.reassembled_in")


STOCK_OF_SIBLINGS = ("ipv6", "ipv6.src", "ipv6.plen", "ipv6.nxt", "ipv6.opt.tel", "gre", "gre.proto", "gre.key", "gre.sequence_number",
                     "gre.checksum.status", "erspan", "esp.spi", "mpls.label", "icmpv6", "eth.src", "udp.stream", "tcp.stream")
# What Wireshark can't dissect, and the plugin does.
WITHOUT_DISSECTORS = [word for name in ("ipip.fou", "ipip.gue", "ipip.min") for word in ("--disable-protocol", name)]
DISABLED = [word for name in ("ipip", "ipip.fou", "ipip.gue", "ipip.min") for word in ("--disable-protocol", name)]


def siblings():
    """What the kernel put on the wire in tunnels of the other kinds."""
    found = sorted((TESTDATA / "siblings").glob("*/outer.pcap"))
    assert len(found) > 20
    return found


def of_other_kinds():
    """Minimal encapsulation without and with source, short and cut; GUE of both variants, control, malformed."""
    body = bytes.fromhex("11000000 0a020001")
    folded = body[:2] + checksum(body).to_bytes(2, "big") + body[4:] + udp("10.0.0.1", "10.2.0.1")
    packets = [ipv4("10.0.0.1", "10.0.0.2", octets, protocol=55)
               for octets in (folded, bytes.fromhex("1180da7a 0a020001 0a010001") + folded[8:], folded[:5])]
    packets += [ipv4("10.0.0.1", "10.0.0.2", udp("10.0.0.1", "10.0.0.2", octets, dport=6080))
                for octets in (bytes.fromhex("00040000") + inner(), inner(), bytes.fromhex("20070000"), bytes.fromhex("1f040000"))]
    return [*map(ethernet, packets), *(frame for packet in packets for frame in cut(packet, 30))]


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
        depth = indent if harness.OUR_ITEM.match(line.lstrip()) else None
        if depth is None:
            yield line


class Stock(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "samples.pcapng")
        self.path.write_bytes(samples())

    def assert_same(self, *arguments, with_plugin=(), shown=lambda text: text):
        """`shown` leaves out what only the plugin adds, and an option the broken rules in the Info column."""
        stock, ours = harness.each(lambda options: tshark("-r", self.path, *arguments, *options[1], **options[0]),
                                   [({"plugin": False}, ()), ({}, ("-o", "ipip.info_note:none", *with_plugin))])
        self.assertGreater(len(stock.stdout), 0)
        self.assertEqual(ours.returncode, stock.returncode)
        self.assertEqual(shown(ours.stdout), stock.stdout)

    def test_disabled(self):
        self.assert_same("-V", "-x", with_plugin=DISABLED)
        self.assert_same("-T", "json", with_plugin=DISABLED)

    def test_disabled_on_what_the_kernel_sent(self):
        """Of each scenario what was on the wire."""
        self.path.write_bytes(joined.in_a_row(harness.kernel_captures("outer")))
        self.assert_same("-V", with_plugin=DISABLED)

    def test_disabled_on_tunnels_of_every_kind(self):
        """Also of those that stock Wireshark shows as data."""
        self.path.write_bytes(joined.in_a_row([pcap(of_other_kinds()), *siblings()]))
        self.assert_same("-V", "-x", with_plugin=DISABLED)
        self.assert_same("-2", "-T", "json", with_plugin=DISABLED)
        declared = ("-o", 'uat:ipip_udp_tunnels:"5555","fou-ipip"')
        self.assert_same("-V", with_plugin=(*DISABLED, *declared))

    def test_enabled_on_tunnels_of_every_kind(self):
        """What Wireshark dissects itself stays as it is: GRE, IPv6, UDP, ESP, MPLS, Ethernet within."""
        self.path.write_bytes(joined.in_a_row(siblings()))
        self.assert_same()
        self.assert_same("-2", "-z", "conv,ipv6", "-z", "conv,udp", "-z", "endpoints,ip")
        self.assert_same("-T", "fields", *(word for name in (*STOCK, *STOCK_OF_SIBLINGS) for word in ("-e", name)))
        self.assert_same("-V", shown=lambda text: "".join(line + "\n" for line in without_ours(text)))

    def test_enabled_columns(self):
        self.assert_same(with_plugin=WITHOUT_DISSECTORS)
        self.assert_same("-2", "-z", "conv,ip", "-z", "endpoints,ip", with_plugin=WITHOUT_DISSECTORS)

    def test_enabled_fields(self):
        self.assert_same("-T", "fields", *(word for name in STOCK for word in ("-e", name)), with_plugin=WITHOUT_DISSECTORS)

    def test_enabled_tree(self):
        """Apart from our own protocol not a line differs."""
        self.assert_same("-V", with_plugin=WITHOUT_DISSECTORS, shown=lambda text: "".join(line + "\n" for line in without_ours(text)))


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
