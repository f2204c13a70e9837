# SPDX-License-Identifier: GPL-2.0-or-later
"""GUE (draft-ietf-intarea-gue) and FOU: their headers, and what is within as Wireshark dissects any other packet."""

import tempfile
import unittest
from pathlib import Path

import harness
import insides
from carriers import CHECKSUM, KEY, gre
from harness import TESTDATA, tshark
from packets import ethernet, error, ipv4, pcap, udp
from tunnel_packets import A, B, HOST, PEER, inner

GUE = 6080  # the registered port
IPV6 = bytes.fromhex("60000000 000c 11 40") + bytes(15) + b"\1" + bytes(15) + b"\2" + bytes.fromhex("9c40 2328 000c 0000") + b"ipip"
SIBLINGS = TESTDATA / "siblings"


def over_udp(payload, dport=GUE, sport=40000):
    return ethernet(ipv4(A, B, udp(A, B, payload, sport=sport, dport=dport)))


class Udp(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "case.pcap")

    def fields(self, frames, names, *options, prefix="", **how):
        if frames is not None:
            self.path.write_bytes(pcap(frames))
        words = [word for name in names.split() for word in ("-e", name if "." in name and not prefix else prefix + name)]
        result = tshark("-r", self.path, *options, "-T", "fields", *words, **how)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return [line.replace("True", "1").replace("False", "0").split("\t") for line in result.stdout.splitlines()]

    def assert_stock(self, frames, *options):
        self.path.write_bytes(pcap(frames))
        """But for the annotation, which knows a tunnel by its port."""
        self.assertEqual(tshark("-r", self.path, "-V", "--disable-protocol", "ipip", *options).stdout, tshark("-r", self.path, "-V", plugin=False).stdout)


class Gue(Udp):
    def header(self, *headers, names="variant control hlen proto ctype flags"):
        return self.fields([over_udp(octets + inner()) for octets in headers], names, prefix="ipip.gue.")

    def test_variant_0(self):
        """Section 3.2: two bits variant, one control, five length in 4 octets, protocol, flags."""
        self.assertEqual(self.header(bytes.fromhex("00 04 0000")), [["0", "0", "0", "4", "", "0x0000"]])
        rows = self.fields([over_udp(bytes.fromhex("00 04 0000") + inner()), over_udp(bytes.fromhex("00 29 0000") + IPV6),
                            over_udp(bytes.fromhex("00 2f 0000") + gre(inner(), 0x0800)), over_udp(bytes.fromhex("00 11 0000") + udp(A, B))],
                           "frame.protocols ip.dst udp.dstport")
        chain = "eth:ethertype:ip:udp:ipip.gue:"
        self.assertEqual(rows, [[chain + "ip:udp:data", B + "," + PEER, "6080,9000"], [chain + "ipv6:udp:data", B, "6080,9000"],
                                [chain + "gre:ip:udp:data", B + "," + PEER, "6080,9000"], [chain + "udp:data", B, "6080,9000"]])

    def test_variant_1(self):
        """Section 4: no header, the IP header's version begins with the same two bits."""
        rows = self.fields([over_udp(inner()), over_udp(IPV6)], "ipip.gue.variant ipip.gue.proto frame.protocols")
        self.assertEqual(rows, [["1", "", "eth:ethertype:ip:udp:ipip.gue:ip:udp:data"], ["1", "", "eth:ethertype:ip:udp:ipip.gue:ipv6:udp:data"]])

    def test_control(self):
        """Section 3.2.1: the second octet is the type of the message."""
        octets = bytes.fromhex("20 07 0000 01020304")
        self.assertEqual(self.header(octets), [["0", "1", "0", "", "7", "0x0000"]])
        rows = self.fields([over_udp(octets)], "data.data frame.protocols _ws.col.Info")
        self.assertEqual([row[0].replace(":", "") for row in rows], ["01020304"])
        self.assertEqual(rows[0][1:], ["eth:ethertype:ip:udp:ipip.gue:data", "Control message, type 7"])

    def test_optional_fields(self):
        """Private flags are flagged by the last bit, and remote checksum offload by their first: start 20, offset 26 (UDP's checksum)."""
        names = "hlen flags.private private remcsum remcsum.start remcsum.offset other"
        headers = [bytes.fromhex(text) for text in ("01 04 0001 00000000", "02 04 0001 80000000 0014001a", "01 04 8000 deadbeef",
                                                     "03 04 0001 80000001 0014001a deadbeef")]
        self.assertEqual(self.header(*headers, names=names), [
            ["1", "1", "0x00000000", "0", "", "", ""], ["2", "1", "0x80000000", "1", "20", "26", ""], ["1", "0", "", "", "", "", "deadbeef"],
            ["3", "1", "0x80000001", "1", "20", "26", "deadbeef"]])
        rows = self.fields([over_udp(header + inner()) for header in headers], "ip.dst")
        self.assertEqual(rows, [[B + "," + PEER]] * 4)

    def test_malformed(self):
        """Longer than the datagram; flags without the room that they need: nothing within is dissected."""
        frames = [over_udp(octets) for octets in (bytes.fromhex("1f 04 0000") + bytes(100), bytes.fromhex("00 04 0001") + inner(),
                                                  bytes.fromhex("01 04 0001 80000000") + inner(), bytes.fromhex("00 04"), b"\0")]
        self.assertEqual(self.fields(frames, "frame.number ip.dst", "-Y", "ipip.gue.malformed"), [[str(n), B] for n in range(1, 6)])

    def test_cut_at_every_length(self):
        """The capture ends within the packet, which is not its fault."""
        frame = over_udp(bytes.fromhex("02 04 0001 80000000 0014001a") + inner())
        frames = [(frame[:length], len(frame)) for length in range(14, len(frame))]
        rows = self.fields(frames, "frame.cap_len ipip.gue.variant ipip.gue.remcsum.offset ipip.gue.malformed", strict=True)
        self.assertEqual([row[1] for row in rows], ["0" if length > 42 else "" for length in range(14, len(frame))])
        self.assertEqual([row[2] for row in rows], ["26" if length >= 54 else "" for length in range(14, len(frame))])
        self.assertEqual([row[3] for row in rows], [""] * len(frames))
        cut = self.fields(frames, "frame.cap_len", "-Y", "_ws.short")
        self.assertEqual([int(row[0]) for row in cut], list(range(14, len(frame))))

    def test_quoted(self):
        packet = over_udp(bytes.fromhex("01 04 0001 00000000") + inner())[14:]
        frames = [ethernet(error(3, 1, packet, "10.9.0.1", octets=octets)) for octets in range(20, len(packet))]
        rows = self.fields(frames, "ipip.gue.proto ipip.gue.malformed", strict=True)
        self.assertEqual([row[1] for row in rows], [""] * len(frames))
        self.assertEqual([row[0] for row in rows], ["4" if octets >= 30 else "" for octets in range(20, len(packet))])

    def test_declined(self):
        """Variants without a meaning, versions that are none, no octet at all, and what only comes from the port."""
        octets = bytes.fromhex("00 04 0000") + inner()
        self.assert_stock([over_udp(bytes([first]) + octets[1:]) for first in (0x50, 0x70, 0x80, 0xFF)] +
                          [over_udp(b""), over_udp(octets, dport=9000, sport=GUE)])

    def test_other_ports(self):
        frames = [over_udp(bytes.fromhex("00 04 0000") + inner(), dport=7777)]
        for options in (("-d", "udp.port==7777,ipip.gue"), ("-o", 'uat:ipip_udp_tunnels:"7777","gue"')):
            self.assertEqual(self.fields(frames, "ip.dst", *options), [[B + "," + PEER]])
        self.assert_stock(frames)

    def test_disabled(self):
        self.assert_stock([over_udp(bytes.fromhex("00 04 0000") + inner())], "--disable-protocol", "ipip.gue")

    def test_as_decapsulated(self):
        """What Wireshark shows within is what it shows of the output of `ipip decap`."""
        self.path.write_bytes(pcap([over_udp(bytes.fromhex(header) + inner(id=number)) for number, header in enumerate(
            ("00 04 0000", "01 04 0001 00000000", "", "02 04 0001 80000000 0014001a"))] + [over_udp(IPV6)]))
        within, alone = insides.both(self.path, "Generic UDP Encapsulation")
        self.assertEqual(len(within), 5)
        self.assertEqual(within, alone)

    def test_kernel(self):
        """Every packet that Linux sent: GUE with private flags."""
        for name in ("outer", "outer2"):
            within, alone = insides.both(SIBLINGS / "gue-ipip" / (name + ".pcap"), "Generic UDP Encapsulation",
                                         "-o", 'uat:ipip_udp_tunnels:"5555","gue"', decap=("--udp-tunnel", "5555=gue"))
            self.assertGreater(len(within), 25)
            self.assertEqual(within, alone)


class Fou(Udp):
    def test_declared(self):
        """The words of the command's --udp-tunnel; port 5555 is Wireshark's for another protocol otherwise."""
        held = {"fou-ipip": (inner(), "ip:"), "fou-sit": (IPV6, "ipv6:"), "fou-gre": (gre(inner(), 0x0800, KEY, key=7), "gre:ip:"),
                "gre-in-udp": (gre(inner(), 0x0800, CHECKSUM), "gre:ip:"), "gue": (bytes.fromhex("00 04 0000") + inner(), "ip:")}
        for kind, (payload, chain) in held.items():
            frames = [over_udp(payload, dport=5555)]
            item = {"gue": "ipip.gue:", "gre-in-udp": ""}.get(kind, "ipip.fou:")
            rows = self.fields(frames, "frame.protocols udp.dstport", "-o", 'uat:ipip_udp_tunnels:"5555","%s"' % kind)
            self.assertEqual(rows, [["eth:ethertype:ip:udp:%s%sudp:data" % (item, chain), "5555,9000"]])
        self.assert_stock(frames)

    def test_last_row_counts(self):
        frames = [over_udp(inner(), dport=5555)]
        rows = self.fields(frames, "frame.protocols", "-o", 'uat:ipip_udp_tunnels:"5555","gue"', "-o", 'uat:ipip_udp_tunnels:"5555","fou-ipip"')
        self.assertEqual(rows, [["eth:ethertype:ip:udp:ipip.fou:ip:udp:data"]])

    def test_decode_as(self):
        """What is inside, its first octets show."""
        frames = [over_udp(payload, dport=7777) for payload in (inner(), IPV6, gre(inner(), 0x0800), gre(inner(), 0x0800, CHECKSUM | KEY, key=7))]
        chain = "eth:ethertype:ip:udp:ipip.fou:"
        rows = self.fields(frames, "frame.protocols", "-d", "udp.port==7777,ipip.fou")
        self.assertEqual(rows, [[chain + text + "udp:data"] for text in ("ip:", "ipv6:", "gre:ip:", "gre:ip:")])
        for payload in (b"\x9c\x40\0\0", b"\x01\0\x08\0", b"\0\1\x08\0", b"\0", b""):  # the number of a port, GRE's routing bits, its version 1
            frames = [over_udp(payload, dport=7777), over_udp(inner(), dport=9000, sport=7777)]
            self.path.write_bytes(pcap(frames))
            self.assertEqual(tshark("-r", self.path, "-V", "-d", "udp.port==7777,ipip.fou").stdout,
                             tshark("-r", self.path, "-V", plugin=False).stdout)

    def test_decode_as_comes_first(self):
        frames = [over_udp(bytes.fromhex("00 04 0000") + inner(), dport=7777)]
        rows = self.fields(frames, "frame.protocols", "-o", 'uat:ipip_udp_tunnels:"7777","fou-ipip"', "-d", "udp.port==7777,ipip.gue")
        self.assertEqual(rows, [["eth:ethertype:ip:udp:ipip.gue:ip:udp:data"]])

    def test_cut_at_every_length(self):
        frame = over_udp(inner(), dport=5555)
        frames = [(frame[:length], len(frame)) for length in range(14, len(frame))]
        self.fields(frames, "frame.protocols", "-o", 'uat:ipip_udp_tunnels:"5555","fou-ipip"', strict=True)
        self.fields(frames, "frame.protocols", "-d", "udp.port==5555,ipip.fou", strict=True)

    def test_disabled(self):
        """Also where a port is declared."""
        self.assert_stock([over_udp(inner(), dport=5555)], "--disable-protocol", "ipip.fou", "-o", 'uat:ipip_udp_tunnels:"5555","fou-ipip"')

    def test_wrong_cells(self):
        self.path.write_bytes(pcap([over_udp(inner())]))
        for row, words in (('"0","gue"', "a UDP port from 1 to 65535"), ('"65536","gue"', "a UDP port from 1 to 65535"),
                           ('"5555","fou"', "fou-ipip, fou-sit, fou-gre, gue or gre-in-udp")):
            self.assertIn(words, tshark("-r", self.path, "-o", "uat:ipip_udp_tunnels:" + row).stderr)

    def test_kernel(self):
        """Every packet that Linux sent."""
        for kind, header in (("fou-ipip", "Foo over UDP"), ("fou-gre", "Generic Routing Encapsulation")):
            for name in ("outer", "outer2"):
                within, alone = insides.both(SIBLINGS / kind / (name + ".pcap"), header, "-o", 'uat:ipip_udp_tunnels:"5555","%s"' % kind,
                                             decap=("--udp-tunnel", "5555=" + kind))
                self.assertGreater(len(within), 25)
                self.assertEqual(within, alone)


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
