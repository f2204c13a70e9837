# SPDX-License-Identifier: GPL-2.0-or-later
"""Minimal encapsulation (RFC 2004): its header, and the datagram within as Wireshark dissects any other."""

import tempfile
import unittest
from pathlib import Path

import harness
import insides
from harness import tshark
from packets import address, authentication_header, checksum, ethernet, error, ipv4, pcap, tcp, udp
from tunnel_packets import A, B, HOST, PEER

# RFC 2004 section 3.1, by hand: protocol UDP, S clear or set; checksum; original destination 10.2.0.1; with S original source 10.1.0.1.
# The sums: 1100 + 0a02 + 0001 = 1b03, and 1180 + 0a02 + 0001 + 0a01 + 0001 = 2585; the checksum is what they lack to ffff.
WITHOUT_SOURCE = bytes.fromhex("11 00 e4fc 0a020001")
WITH_SOURCE = bytes.fromhex("11 80 da7a 0a020001 0a010001")
DATAGRAM = udp(HOST, PEER, b"ipip")  # its checksum covers the inner addresses
HEADER = "ipip.min.proto ipip.min.s ipip.min.checksum ipip.min.checksum.status ipip.min.dst ipip.min.src"


def folded(header, payload=DATAGRAM, src=A, dst=B, **options):
    return ipv4(src, dst, header + payload, **{"protocol": 55, **options})


def header_for(protocol, src, dst, reserved=0):
    body = bytes([protocol, 0x80 | reserved, 0, 0]) + address(dst) + address(src)
    return body[:2] + checksum(body).to_bytes(2, "big") + body[4:]


class Minimal(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "case.pcap")

    def fields(self, frames, names, *options, **how):
        self.path.write_bytes(pcap(frames))
        words = [word for name in names.split() for word in ("-e", name)]
        result = tshark("-r", self.path, *options, "-T", "fields", *words, **how)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return [line.replace("True", "1").replace("False", "0").split("\t") for line in result.stdout.splitlines()]

    def test_header(self):
        frames = [ethernet(folded(WITHOUT_SOURCE, src=HOST)), ethernet(folded(WITH_SOURCE)),
                  ethernet(folded(bytes.fromhex("11 00 e4fd 0a020001"), src=HOST))]
        self.assertEqual(self.fields(frames, HEADER), [["17", "0", "0xe4fc", "1", PEER, ""], ["17", "1", "0xda7a", "1", PEER, HOST],
                                                       ["17", "0", "0xe4fd", "0", PEER, ""]])
        self.assertEqual(self.fields(frames, "frame.number", "-Y", "ipip.min.checksum.bad"), [["3"]])
        self.assertEqual(self.fields(frames, "frame.number", "-Y", "ipip.min.reserved != 0 or ipip.min.short"), [])
        reserved = header_for(17, HOST, PEER, reserved=5)
        self.assertEqual(self.fields([ethernet(folded(reserved))], "ipip.min.reserved ipip.min.checksum.status"), [["0x05", "1"]])

    def test_datagram_within(self):
        """Addresses, ports and lengths are those of the inner header; what both have in common is that of the outer one."""
        frames = [ethernet(folded(WITH_SOURCE, ttl=9, tos=0xB8, id=77, df=True)), ethernet(folded(WITHOUT_SOURCE, src=HOST))]
        names = "frame.protocols ip.src ip.dst ip.proto ip.len ip.ttl ip.dsfield ip.id ip.flags.df udp.dstport udp.checksum.status"
        rows = self.fields(frames, names, "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")
        chain = "eth:ethertype:ip:ipip.min:ip:udp:data"
        self.assertEqual(rows[0], [chain, A + "," + HOST, B + "," + PEER, "55,17", "44,32", "9,9", "0xb8,0xb8", "0x004d,0x004d", "1,1",
                                   "9000", "1"])
        self.assertEqual(rows[1][:5], [chain, HOST + "," + HOST, B + "," + PEER, "55,17", "40,32"])
        self.assertEqual(self.fields(frames, "ip.checksum.status", "-o", "ip.check_checksum:TRUE"), [["1,1"], ["1,1"]])
        self.assertEqual(self.fields(frames, "_ws.col.Source _ws.col.Destination _ws.col.Protocol"), [[HOST, PEER, "UDP"]] * 2)

    def test_conversations(self):
        there = header_for(6, HOST, PEER)
        back = header_for(6, PEER, HOST)
        frames = [ethernet(folded(there, tcp(HOST, PEER, b"GET", dport=8080))),
                  ethernet(folded(back, tcp(PEER, HOST, b"200", sport=8080, dport=40000), B, A))]
        self.path.write_bytes(pcap(frames))
        shown = tshark("-r", self.path, "-q", "-z", "conv,tcp").stdout
        self.assertRegex(shown, r"%s:40000 +<-> %s:8080 +1 " % (HOST, PEER))
        self.assertEqual(self.fields(frames, "tcp.stream"), [["0"], ["0"]])

    def test_options_are_common(self):
        record_route = bytes.fromhex("07 07 04 00000000 00")
        rows = self.fields([ethernet(folded(WITH_SOURCE, options=record_route))], "ip.hdr_len ip.len ip.opt.type.number udp.dstport")
        self.assertEqual(rows, [["28,28", "52,40", "7,0,7,0", "9000"]])

    def test_behind_authentication_header(self):
        packet = ipv4(A, B, authentication_header(55) + WITH_SOURCE + DATAGRAM, protocol=51)
        rows = self.fields([ethernet(packet)], "frame.protocols ip.len ip.dst")
        self.assertEqual(rows, [["eth:ethertype:ip:ah:ipip.min:ip:udp:data", "68,32", B + "," + PEER]])

    def test_reassembled(self):
        payload = udp(HOST, PEER, bytes(range(100)))
        whole = WITH_SOURCE + payload
        for order in (1, -1):
            frames = [ethernet(ipv4(A, B, whole[:64], protocol=55, mf=True)), ethernet(ipv4(A, B, whole[64:], protocol=55, offset=8))]
            rows = self.fields(frames[::order], "ip.len ip.flags.mf udp.length")
            self.assertEqual(rows[1], [*([["76,128", "0,0"], ["84,128", "1,0"]][order < 0]), "108"])

    def test_short_at_every_length(self):
        for header in (WITHOUT_SOURCE, WITH_SOURCE):
            frames = [ethernet(ipv4(A, B, header[:length], protocol=55)) for length in range(1, len(header) + 1)]
            rows = self.fields(frames, "ipip.min.proto ipip.min.dst ip.proto", "-Y", "ipip.min.short", strict=True)
            self.assertEqual([row[0] for row in rows], ["17"] * (len(header) - 1))
            self.assertEqual([row[1] for row in rows], [PEER if length >= 8 else "" for length in range(1, len(header))])
            self.assertEqual([row[2] for row in rows], ["55"] * (len(header) - 1))

    def test_cut_at_every_length(self):
        """The capture ends within the packet, which is not its fault."""
        for header in (WITHOUT_SOURCE, WITH_SOURCE):
            frame = ethernet(folded(header))
            frames = [(frame[:length], len(frame)) for length in range(14, len(frame))]
            rows = self.fields(frames, "frame.cap_len ipip.min.short ipip.min.proto", strict=True)
            self.assertEqual([row[1] for row in rows], [""] * len(frames))
            self.assertEqual([row[2] for row in rows], ["17" if length > 34 else "" for length in range(14, len(frame))])
            cut = self.fields(frames, "frame.cap_len", "-Y", "_ws.short")
            self.assertEqual([int(row[0]) for row in cut], list(range(14, len(frame))))

    def test_quoted(self):
        """RFC 792 has 8 octets quoted: a header without source whole, another in part. Neither is a fault."""
        frames = [ethernet(error(3, 1, folded(header), "10.9.0.1", octets=28)) for header in (WITHOUT_SOURCE, WITH_SOURCE)]
        frames.append(ethernet(error(3, 1, folded(WITH_SOURCE), "10.9.0.1")))
        rows = self.fields(frames, "ipip.min.dst ip.dst ipip.min.short udp.dstport")
        self.assertEqual([row[0] for row in rows], [PEER] * 3)
        self.assertEqual([row[1].split(",")[1:] for row in rows], [[B, PEER], [B], [B, PEER]])
        self.assertEqual([row[2:] for row in rows], [["", ""], ["", ""], ["", "9000"]])

    def test_nested(self):
        """As deep as the command goes; from there on the octets as they are, however deep."""
        level = header_for(55, A, B)
        for depth in (1, 5, 16, 17, 400):
            rows = self.fields([ethernet(folded(level * (depth - 1) + header_for(17, HOST, PEER)))], "ipip.min.dst udp.dstport", strict=True)
            self.assertEqual(len(rows[0][0].split(",")), min(depth, 17))
            self.assertEqual(rows[0][1], "9000" if depth <= 16 else "")
            self.assertEqual(len(self.fields([ethernet(folded(level * (depth - 1) + WITH_SOURCE))], "frame.number", "-Y", "ipip.min.nested")),
                             depth > 16)

    def test_only_in_ipv4(self):
        """RFC 2004 is about IPv4: behind IPv6 the number stays as it was."""
        packet = bytes.fromhex("60000000 0018 37 40") + bytes(15) + b"\1" + bytes(15) + b"\2" + WITH_SOURCE + DATAGRAM
        self.path.write_bytes(pcap([ethernet(packet, 0x86DD)]))
        self.assertEqual(tshark("-r", self.path, "-V").stdout, tshark("-r", self.path, "-V", plugin=False).stdout)

    def test_as_decapsulated(self):
        """What Wireshark shows within is what it shows of the output of `ipip decap`."""
        frames = [ethernet(folded(WITHOUT_SOURCE, src=HOST)), ethernet(folded(WITH_SOURCE, ttl=3, tos=3, id=7, df=True)),
                  ethernet(folded(header_for(6, HOST, PEER), tcp(HOST, PEER, b"x" * 100), options=b"\x94\x04\0\0")),
                  ethernet(folded(header_for(4, A, B), ipv4(HOST, PEER, DATAGRAM))),
                  ethernet(ipv4(A, B, authentication_header(55) + WITH_SOURCE + DATAGRAM, protocol=51)),
                  ethernet(folded(WITH_SOURCE)) + b"\0" * 7]
        self.path.write_bytes(pcap(frames))
        within, alone = insides.both(self.path, "Minimal Encapsulation")
        self.assertEqual(len(within), len(frames))
        self.assertEqual(within, alone)

    def test_disabled(self):
        self.path.write_bytes(pcap([ethernet(folded(WITH_SOURCE)), ethernet(folded(WITH_SOURCE[:5]))]))
        stock = tshark("-r", self.path, "-V", plugin=False).stdout
        self.assertEqual(tshark("-r", self.path, "-V", "--disable-protocol", "ipip.min", "--disable-protocol", "ipip").stdout, stock)


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
