# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading captures: every format, every byte order, pipes, compression, damage."""

import bz2
import gzip
import io
import lzma
import os
import struct
import subprocess
import tempfile
import threading
import unittest
import zipfile
from pathlib import Path

import captures
import harness
from harness import COMMAND, Check
from packets import ethernet, pcap, pcapng_block, pcapng_interface, pcapng_option, pcapng_packet, pcapng_section
from tunnel_packets import fragments, inner, outer

BAD = outer(inner(), df=False)  # trips IPIP105
FRAME = ethernet(BAD)
SLL2 = bytes.fromhex("0800000000000002000104060200000000010000")


class Formats(unittest.TestCase):
    def assert_found(self, data, frames, times=None):
        check = Check("-", stdin=data)
        self.assertEqual([finding["frame"] for finding in check.of("IPIP105")], frames, check.stderr)
        if times:
            self.assertEqual([finding["time"] for finding in check.of("IPIP105")], times)
        self.assertEqual(check.status, 1)
        return check

    def test_pcap(self):
        for order in (False, True):
            self.assert_found(pcap([FRAME], big_endian=order), [1], ["2023-11-14T22:13:20.125986000Z"])
            self.assert_found(pcap([FRAME], big_endian=order, nanoseconds=True), [1], ["2023-11-14T22:13:20.125986000Z"])

    def test_frame_check_sequence_in_the_link_type(self):
        data = bytearray(pcap([FRAME + b"\1\2\3\4"]))
        data[20:24] = struct.pack("<I", 1 | 1 << 26 | 4 << 28)
        self.assert_found(bytes(data), [1])

    def test_pcapng(self):
        for order in "<>":
            data = pcapng_section(order) + pcapng_interface(1, order=order) + pcapng_packet(FRAME, order=order)
            self.assert_found(data, [1], ["2023-11-14T22:13:20.125986000Z"])

    def test_resolutions(self):
        base = 1700000000
        for resolution, units in ((0, base), (3, base * 1000 + 125), (6, base * 10**6 + 125986), (9, base * 10**9 + 125986123),
                                  (0x80 | 10, base << 10 | 512), (0x80 | 20, base << 20 | 1 << 19)):
            text = {0: "000000000", 3: "125000000", 6: "125986000", 9: "125986123"}.get(resolution, "500000000")
            data = pcapng_section() + pcapng_interface(1, 0, resolution) + pcapng_packet(FRAME, 0, units)
            self.assert_found(data, [1], ["2023-11-14T22:13:20.%sZ" % text])
        offset = struct.pack("<HHI", 1, 0, 0) + pcapng_option(14, struct.pack("<q", 100)) + pcapng_option(0, b"")
        data = pcapng_section() + pcapng_block(1, offset) + pcapng_packet(FRAME, 0, base * 10**6)
        self.assert_found(data, [1], ["2023-11-14T22:15:00.000000000Z"])

    def test_mixed_link_types(self):
        """libpcap refuses such files."""
        data = (pcapng_section() + pcapng_interface(1) + pcapng_interface(101) + pcapng_interface(276) + pcapng_packet(BAD, 1) +
                pcapng_packet(FRAME, 0) + pcapng_packet(SLL2 + BAD, 2))
        self.assert_found(data, [1, 2, 3])

    def test_sections(self):
        """Interfaces are numbered anew in each section, byte order may change, frames are counted through."""
        data = b"".join(pcapng_section(order) + pcapng_interface(link, order=order) + pcapng_packet(packet, order=order)
                        for order, link, packet in (("<", 1, FRAME), (">", 101, BAD), ("<", 1, FRAME)))
        self.assert_found(data, [1, 2, 3])

    def test_simple_and_obsolete_packet_blocks(self):
        simple = pcapng_block(3, struct.pack("<I", len(FRAME)) + FRAME)
        obsolete = pcapng_block(2, struct.pack("<HHIIII", 0, 0xFFFF, 0, 5, len(FRAME), len(FRAME)) + FRAME)
        self.assert_found(pcapng_section() + pcapng_interface(1) + simple + obsolete, [1, 2])

    def test_other_blocks_among_packets(self):
        """In any number, and in their order: packets are read many at a time."""
        frames = [FRAME if n % 7 == 0 else ethernet(inner(id=n)) for n in range(500)]
        names = [pcapng_block(4, struct.pack("<HH", 0, n)) for n in range(20)]
        data, at = pcapng_section() + pcapng_interface(1), 0
        for n, run in enumerate((1, 2, 63, 64, 65, 0, 128, 129, 10)):
            data += b"".join(map(pcapng_packet, frames[at:at + run])) + names[n] + pcapng_interface(1)
            at += run
        self.assert_found(data, [n + 1 for n in range(at) if n % 7 == 0])
        written = harness.run("decap", "--filter", "ip proto 17", "-w", "-", "-", stdin=data, text=False).stdout
        untouched = [block for block in captures.blocks(data) if block[0] == 4 or block[0] == 6 and FRAME not in block[1]]
        self.assertEqual([block for block in captures.blocks(written) if block[0] in (4, 6)], untouched)

    def test_other_blocks_are_no_packets(self):
        """Wireshark numbers custom blocks as frames too; packets are what we count."""
        custom = pcapng_block(0x0BAD, struct.pack("<I", 32473) + b"data")
        unknown = pcapng_block(0x12345678, b"whatever")
        names = pcapng_block(4, struct.pack("<HH", 0, 0))
        data = pcapng_section() + pcapng_interface(1) + custom + names + unknown + pcapng_packet(FRAME) + custom
        check = self.assert_found(data, [1])
        self.assertEqual(check.summary["packets"], 1)

    def test_direction_and_loopback(self):
        loopback = outer(inner(), src="127.0.0.1", dst="127.0.0.2")
        for name, expected in (("lo", []), ("lo0", []), ("eth0", ["IPIP112", "IPIP113"])):
            data = pcapng_section() + pcapng_interface(1, name=name) + pcapng_packet(ethernet(loopback))
            self.assertEqual(sorted(finding["rule"] for finding in Check("-", stdin=data).findings), expected)

    def test_extreme_times(self):
        """The first and the last moment that 64 bits can say, between the fragments of a datagram, too."""
        first, second = (frame[14:] for frame in fragments(inner(payload=bytes(100), df=False), 48))
        for times in ((1 << 63, (1 << 63) - 1), ((1 << 63) - 1, 1 << 63), (0, (1 << 64) - 1)):
            for resolution in (0, 6, 9, 18):
                data = pcapng_section() + pcapng_interface(101, resolution=resolution)
                data += b"".join(pcapng_packet(packet, time=time) for packet, time in zip((first, second), times))
                for verb in ("check", "roundtrip", "tunnels"):
                    harness.run(verb, "--format", "jsonl", "-", stdin=data)

    def test_damaged_compression(self):
        """What was decompressed before the damage is judged."""
        def count(data):
            return Check("--select", "IPIP601", "-", stdin=data)  # what finds nothing need not be read

        plain = pcap([FRAME] * 20000)  # more than a megabyte
        tools = {"gzip": ("gzip", "-c"), "zstd": ("zstd", "-qc"), "lz4": ("lz4", "-qc", "-B4")}
        for name, tool in tools.items():
            packed = subprocess.run(tool, input=plain, stdout=subprocess.PIPE, check=True).stdout
            whole = count(packed)
            self.assertEqual((whole.status, whole.summary["packets"]), (whole.status, 20000), name)
            self.assertNotEqual(whole.status, 3)
            last = count(packed[:-1] + bytes([packed[-1] ^ 0xFF]))
            self.assertEqual((last.status, last.summary["packets"]), (3, 20000), name)
            middle = bytearray(packed)
            for at in range(len(packed) * 3 // 4, len(packed) * 3 // 4 + 40):
                middle[at] ^= 0xFF
            damaged = count(bytes(middle))
            self.assertEqual(damaged.status, 3, name)
            if name == "gzip":
                self.assertGreater(damaged.summary["packets"], 10000)
        self.assertNotEqual(count(gzip.compress(plain) + bytes(512)).status, 3)  # padding

    def test_compression(self):
        data = pcap([FRAME] * 3)
        compressed = [gzip.compress(data), gzip.compress(data[:50]) + gzip.compress(data[50:])]
        for tool in ("zstd", "lz4"):
            compressed.append(subprocess.run([tool, "-c"], input=data, capture_output=True, check=True).stdout)
        for octets in compressed:
            self.assert_found(octets, [1, 2, 3])
            for cut in range(1, len(octets)):
                status = Check("-", stdin=octets[:cut]).status if cut % 7 == 0 else 3
                self.assertIn(status, (1, 3))

    def test_pipe(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "pipe")
            os.mkfifo(path)
            feeder = threading.Thread(target=lambda: Path(path).write_bytes(pcap([FRAME] * 5000)))
            feeder.start()
            check = Check(path)
            feeder.join()
        self.assertEqual(len(check.of("IPIP105")), 5000)

    def test_a_packet_is_judged_as_soon_as_it_is_there(self):
        process = subprocess.Popen([COMMAND, "check", "--format", "jsonl", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdin.write(pcap([FRAME] * 1000))
        process.stdin.flush()
        self.assertIn(b'"frame":1,', process.stdout.readline())
        process.stdin.close()
        process.stdout.read()
        self.assertEqual(process.wait(), 1)
        process.stdout.close()

    def test_several_files_are_one_run(self):
        with tempfile.TemporaryDirectory() as folder:
            one, two = Path(folder) / "one.pcap", Path(folder) / "two.pcap"
            one.write_bytes(pcap([FRAME]))
            two.write_bytes(pcap([ethernet(inner()), FRAME]))
            check = Check(one, two)
            self.assertEqual([(Path(finding["file"]).name, finding["frame"]) for finding in check.of("IPIP105")],
                             [("one.pcap", 1), ("two.pcap", 2)])
            self.assertEqual(check.summary["files"], 2)
            self.assertEqual(check.summary["packets"], 3)


class Damage(unittest.TestCase):
    def test_every_truncation(self):
        """What was readable is judged, the exit status is 3, and the message says where it ended."""
        files = {
            "pcap": (pcap([FRAME, FRAME]), 24, 24 + 16 + len(FRAME)),
            "pcapng": (pcapng_section() + pcapng_interface(1) + pcapng_packet(FRAME) + pcapng_packet(FRAME), 48,
                       48 + 32 + len(FRAME) + (-len(FRAME) % 4)),
        }
        for name, (data, header, first) in files.items():
            for length in range(len(data)):
                with self.subTest(name, length=length):
                    check = Check("-", stdin=data[:length])
                    whole = length in (header, first) or (name == "pcapng" and length == 28)
                    self.assertEqual(check.status == 3, not whole)
                    self.assertEqual(len(check.of("IPIP105")), 1 if length >= first else 0)
                    if not whole:
                        self.assertTrue(check.stderr.startswith(b"ipip check: -: "), check.stderr)

    def test_messages(self):
        huge = bytearray(pcap([FRAME, FRAME]))
        second = 24 + 16 + len(FRAME)
        huge[second + 8:second + 12] = struct.pack("<I", 0x7FFFFFFF)
        cases = (
            (b"", "the file has 0 octets: too short for a capture"),
            (b"abc", "the file has 3 octets: too short for a capture"),
            (b"GIF89a..", "neither pcap nor pcapng (it starts with 47 49 46 38)"),
            (b"\n\r\r\0" + pcapng_section()[4:], "neither pcap nor pcapng (it starts with 0a 0d 0d 00)"),
            (struct.pack("<IHHiIII", 0xA1B2C3D4, 3, 0, 0, 0, 0, 1), "pcap version 3.0, but only 2.x is known"),
            (struct.pack("<IHHiIII", 0xA1B2CD34, 2, 4, 0, 0, 0, 1), "convert it first: editcap -F pcap IN OUT"),
            (bytes(huge), "at octet %d, after frame 1: a record claims 2147483647 octets" % second),
            (pcapng_section()[:8] + b"\0\0\0\0" + pcapng_section()[12:], "a section header without a byte order"),
            (pcapng_section() + pcapng_block(0x0A0D0D0A, struct.pack("<IHH", 0x1A2B3C4D, 1, 0)), "after frame 0: a section header of 20 octets"),
            (pcapng_block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 2, 1, -1)), "pcapng version 2.1, but only 1.x is known"),
            (pcapng_section() + pcapng_block(1, struct.pack("<HH", 1, 0)), "an invalid interface description"),
            (pcapng_section() + b"\x05", "the file ends inside a block, 1 octet into it"),
            (pcapng_section() + b"\x05\0", "the file ends inside a block, 2 octets into it"),
            (pcapng_section() + pcapng_packet(FRAME), "a packet of interface 0, but the section describes 0"),
            (pcapng_section() + pcapng_interface(1) + pcapng_block(6, struct.pack("<IIIII", 0, 0, 0, 99, 99)),
             "a packet claims 99 octets, but its block has room for 0"),
            (pcapng_section() + struct.pack("<II", 1, 21) + b"\0" * 13, "a block claims 21 octets"),
            (pcapng_section() + struct.pack("<III", 5, 12, 16), "a block whose two lengths disagree (12 and 16)"),
            (gzip.compress(pcap([FRAME]))[:-20], "the gzip data ends too early"),
        )
        for data, message in cases:
            check = Check("-", stdin=data)
            self.assertEqual(check.status, 3)
            self.assertIn(message, check.stderr.decode())

    def test_what_to_do_with_other_files(self):
        """Archives and captures of other tools, by their first octets: how to make them readable."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as members:
            members.writestr("a.pcap", pcap([FRAME]))
        for data, advice in ((lzma.compress(pcap([FRAME])), "xz -dc FILE"), (bz2.compress(pcap([FRAME])), "bzip2 -dc FILE"),
                             (archive.getvalue(), "unzip -p FILE"), (b"snoop\0\0\0\0\0\0\2\0\0\0\4", "editcap -F pcapng IN OUT"),
                             (b"LZIP\1" + bytes(30), "lzip -dc FILE"), (b"\x1f\x9d\x90" + bytes(30), "gzip -dc FILE"),
                             (b"7z\xbc\xaf\x27\x1c" + bytes(30), "7z x -so FILE"), (b"Rar!\x1a\7" + bytes(30), "unrar x FILE"),
                             (b"GMBU" + bytes(200), "Network Monitor"), (b"RTSS" + bytes(200), "Network Monitor"),
                             (b"TRSNIFF data    \x1a" + bytes(60), "a capture of Sniffer")):
            check = Check("-", stdin=data)
            self.assertEqual(check.status, 3, advice)
            self.assertIn(advice, check.stderr.decode())

    def test_original_length_below_captured_length(self):
        """Some tools write such records; more octets can't be captured than there were."""
        check = Check("-", stdin=pcap([(FRAME, 20)]))
        self.assertEqual(check.summary["tunnel_packets"], 1)
        self.assertEqual(check.of("IPIP606"), [])

    def test_unsupported_link_types_are_named(self):
        check = Check("-", stdin=pcap([b"\0" * 40] * 3, 9999))  # libpcap has no name for it
        self.assertEqual(check.status, 0)
        self.assertEqual(check.summary["skipped"]["link_type"], 3)
        self.assertIn("-: link type 9999 is not supported: 3 packets skipped", check.stderr.decode())


if __name__ == "__main__":
    harness.main()
