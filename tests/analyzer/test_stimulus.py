# SPDX-License-Identifier: GPL-2.0-or-later
"""`ipip stimulus`: what is in the file, read here without the command."""

import re
import struct
import tempfile
import unittest
from pathlib import Path

import harness

ENTRY, EXIT, SENDER, RECIPIENT = "10.0.1.1", "10.0.2.1", "10.1.0.1", "10.2.0.1"
STATEMENT = re.compile(rb"S\d{4}-[\w.]+-\d\d(\.\d\d)?")


def checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack(">%dH" % (len(octets) // 2), octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


class Header:
    def __init__(self, octets):
        self.ihl, self.tos = 4 * (octets[0] & 15), octets[1]
        self.length, self.id, self.fragment = struct.unpack(">HHH", octets[2:8])
        self.ttl, self.protocol = octets[8], octets[9]
        self.src, self.dst = (".".join(map(str, octets[at:at + 4])) for at in (12, 16))
        self.df, self.mf, self.offset = self.fragment >> 14 & 1, self.fragment >> 13 & 1, 8 * (self.fragment & 0x1fff)
        self.options, self.payload = octets[20:self.ihl], octets[self.ihl:]
        self.is_right = checksum(octets[:self.ihl]) == 0
        self.octets = octets

    def inside(self):
        return Header(self.payload)


def read(octets):
    """The frames of a pcap file: when, Ethernet header, IP header."""
    magic, *_, link = struct.unpack_from("<IHHiIII", octets)
    assert (magic, link) == (0xa1b2c3d4, 1)
    at, frames = 24, []
    while at < len(octets):
        seconds, microseconds, captured, wire = struct.unpack_from("<IIII", octets, at)
        assert captured == wire
        frame = octets[at + 16:at + 16 + captured]
        frames.append((seconds + microseconds / 1e6, frame[:14], Header(frame[14:])))
        at += 16 + captured
    return frames


def stimulus(*arguments):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.pcap"
        result = harness.run("stimulus", "-q", "-w", path, *arguments)
        assert result.returncode == 0, result.stderr
        return read(path.read_bytes())


def statement_of(header):
    found = STATEMENT.search(header.octets)
    return found[0].decode() if found else None


class Entry(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.frames = stimulus()
        cls.headers = [header for _, _, header in cls.frames]
        cls.datagrams = [header for header in cls.headers if header.protocol == 17]

    def of(self, letter):
        return [header for header in self.datagrams if b" ipip %s #" % letter.encode() in header.payload]

    def test_all_are_whole(self):
        times = [time for time, _, _ in self.frames]
        self.assertEqual(times, sorted(times))
        for header in self.headers:
            self.assertTrue(header.is_right)
            self.assertEqual(header.length, len(header.octets))
        for header in self.datagrams:
            pseudo = header.octets[12:20] + struct.pack(">HH", 17, len(header.payload))
            self.assertEqual(checksum(pseudo + header.payload), 0)
            self.assertTrue(statement_of(header))
        self.assertEqual(len({header.id for header in self.datagrams}), len(self.datagrams))

    def test_tos(self):
        self.assertEqual([header.tos for header in self.of("T")], list(range(256)))

    def test_df_and_sizes(self):
        self.assertEqual({(header.length, header.df) for header in self.of("D")},
                         {(length, df) for length in (64, 576, 1479, 1480, 1481, 1500) for df in (0, 1)})
        lengths = {header.length for _, _, header in stimulus("--mtu", "1300") if header.protocol == 17 and b"ipip D #" in header.payload}
        self.assertEqual(lengths, {64, 576, 1279, 1280, 1281, 1500})

    def test_ttl(self):
        self.assertEqual({header.ttl for header in self.of("L")}, {0, 1, 2, 30, 64, 255})

    def test_options(self):
        """By RFC 791: No Operation, Record Route, Timestamp, Security, Loose Source Route; and Router Alert of RFC 2113."""
        self.assertEqual({header.options[0] for header in self.of("O")}, {1, 7, 68, 130, 131, 148})
        for header in self.of("O"):
            at = 0
            while at < len(header.options) and header.options[at] > 0:
                at += 1 if header.options[at] == 1 else header.options[at + 1]
            self.assertLessEqual(at, len(header.options))

    def test_addresses_of_the_tunnel(self):
        self.assertEqual({header.src for header in self.of("OS")}, {ENTRY})
        self.assertEqual({header.src for header in self.of("XS")}, {EXIT})
        self.assertEqual({statement_of(header) for header in self.of("OS")}, {"S2003-3.2-01", "S2003-3.2-02"})
        self.assertEqual({statement_of(header) for header in self.of("XS")}, {"S2003-3.2-03", "S2003-3.2-04"})
        self.assertEqual(len(self.of("OS")), 4)
        self.assertEqual({(header.src, header.dst) for header in self.datagrams if header not in self.of("OS") + self.of("XS")},
                         {(SENDER, RECIPIENT)})

    def test_errors(self):
        """Every type and code of RFC 792 that is an error, with three lengths of quotation; datagrams of the sender around each."""
        errors = [header for header in self.headers if header.protocol == 1]
        wanted = {(3, code) for code in range(6)} | {(4, 0), (11, 0), (11, 1), (12, 0)} | {(5, code) for code in range(4)}
        self.assertEqual({(error.payload[0], error.payload[1]) for error in errors}, wanted)
        self.assertEqual({(error.src, error.dst) for error in errors}, {(EXIT, ENTRY)})
        self.assertEqual([checksum(error.payload) == 0 for error in errors].count(False), 1)
        for error in errors:
            quoted = Header(error.payload[8:])
            self.assertEqual((quoted.src, quoted.protocol, quoted.is_right), (ENTRY, 4, True))
            self.assertIn(len(error.payload) - 8, (28, 48, 548))
        elsewhere = [error for error in errors if Header(error.payload[8:]).dst != EXIT]
        self.assertEqual(len(elsewhere), 1)
        at = [place for place, header in enumerate(self.headers) if header.protocol == 1]
        for place in at[:3 * len(wanted)]:
            around = self.headers[place - 2:place] + self.headers[place + 1:place + 3]
            self.assertEqual({header.protocol for header in around}, {17})

    def test_smaller_mtu(self):
        error = [header for header in self.headers if header.protocol == 1][-1]
        self.assertEqual((error.payload[:2], struct.unpack(">HH", error.payload[4:8])), (b"\x03\x04", (0, 1300)))
        after = self.headers[self.headers.index(error) + 1:]
        self.assertTrue({(1279, 1), (1280, 1), (1281, 1), (1281, 0)} <= {(header.length, header.df) for header in after})


class Exit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.headers = [header for _, _, header in stimulus("--side", "exit")]

    def of(self, letter):
        return [header for header in self.headers if b"ipip %s #" % letter.encode() in header.payload]

    def test_ecn(self):
        self.assertEqual([(header.inside().tos, header.tos) for header in self.of("EC")], [(i, o) for i in range(4) for o in range(4)])

    def test_inner_headers(self):
        inside = [header.inside() for header in self.of("DT") if header.is_right]
        self.assertEqual(sum(not header.is_right for header in self.of("DT")), 1)
        self.assertEqual({(header.ttl, header.dst) for header in inside if header.ttl != 64 or not header.options},
                         {(ttl, dst) for ttl in (0, 1, 2, 64) for dst in (EXIT, RECIPIENT)})
        self.assertEqual({header.options[0] for header in inside if header.options}, {1, 7, 68, 130, 131, 148})
        self.assertEqual({header.length - len(header.octets) for header in inside}, {0, 100, -40})
        self.assertEqual(sum(not header.is_right for header in inside), 1)

    def test_admission(self):
        packets = self.of("DP")
        self.assertEqual({header.src for header in packets}, {ENTRY, "10.0.1.3"})
        self.assertEqual({header.protocol for header in packets}, {4, 51})
        self.assertTrue(any(header.inside().protocol == 4 for header in packets if header.protocol == 4))
        # The stranger's packet, and no other, is about what an exit has to refuse; AH about what may stand between the headers.
        self.assertEqual([statement_of(header) for header in packets], ["S2003-6.2-01"] + 3 * ["S2003-6-01"] + ["S2003-3-06"])
        self.assertEqual([header.src != ENTRY for header in packets], [True] + 4 * [False])

    def test_fragments(self):
        by_id = {}
        for header in self.headers:
            if header.mf or header.offset:
                self.assertEqual(header.length, len(header.octets))
                by_id.setdefault(header.id, []).append((header.offset, header.offset + len(header.payload), header.mf))
        self.assertEqual(list(by_id.values()), [
            [(0, 304, 1), (304, 600, 0)], [(304, 600, 0), (0, 304, 1)], [(0, 304, 1), (0, 304, 1), (304, 600, 0)],
            [(0, 304, 1), (200, 304, 1), (304, 600, 0)], [(0, 304, 1)]])


class Options(unittest.TestCase):
    def test_addresses(self):
        frames = stimulus("--tunnel", "local 192.0.2.1 remote 192.0.2.2", "--hosts", "198.51.100.1-203.0.113.1", "--macs", "02:00:00:00:00:0a-52:54:00:12:34:56")
        self.assertEqual({frame[:14].hex() for _, frame, _ in frames}, {"525400123456" "02000000000a" "0800"})
        self.assertEqual({(header.src, header.dst) for _, _, header in frames},
                         {("198.51.100.1", "203.0.113.1"), ("192.0.2.1", "203.0.113.1"), ("192.0.2.2", "203.0.113.1"), ("192.0.2.2", "192.0.2.1")})

    def test_the_same_file_each_time(self):
        first, second = (harness.run("stimulus", "-q", "-w", "-", text=False).stdout for _ in range(2))
        self.assertEqual(first, second)

    def test_refused(self):
        for options in ((), ("-w", "x", "--side", "middle"), ("-w", "x", "--hosts", "10.0.0.1"), ("-w", "x", "--hosts", "::1-::2"),
                        ("-w", "x", "--macs", "02:00:00:00:00:01"), ("-w", "x", "--macs", "02:00:00:00:00:01-02:00:00:00:00:0g"),
                        ("-w", "x", "--mtu", "100"), ("-w", "x", "--tunnel", "local 10.0.0.1"), ("-w", "x", "capture.pcap"),
                        ("-w", "x", "--tunnel", "mode gre local 10.0.0.1 remote 10.0.0.2")):
            with self.subTest(options=options):
                result = harness.run("stimulus", *options)
                self.assertEqual(result.returncode, 2)
                self.assertIn("ipip stimulus: ", result.stderr)

    def test_not_writable(self):
        self.assertEqual(harness.run("stimulus", "-w", "/nowhere/x.pcap").returncode, 4)


if __name__ == "__main__":
    harness.main()
