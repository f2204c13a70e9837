# SPDX-License-Identifier: GPL-2.0-or-later
"""Private memory: bounded, whatever the capture holds, and nothing is missing from the totals for that.

Resident pages of files are the system's to take back; what counts is RssAnon. It is looked at while the findings are printed: by then
all is kept that will ever be.
"""

import json
import os
import re
import resource
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
from harness import COMMAND

VIOLATIONS = harness.TESTDATA / "violations.pcap"
MIB = 1 << 20
FEW = 10_000  # tunnels that 32 MiB must do for
EACH = 256  # octets that each further one may take


def header(total, id, df, protocol, src, dst, tos=0, offset=0, mf=False):
    """An IPv4 header with its checksum; quick, for there are many to make."""
    words = (0x4500 | tos, total, id, df << 14 | mf << 13 | offset // 8, 64 << 8 | protocol, 0, src >> 16, src & 0xFFFF, dst >> 16,
             dst & 0xFFFF)
    total = sum(words)
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return struct.pack(">10H", *words[:5], total ^ 0xFFFF, *words[6:])


UDP = struct.pack(">HHHH", 1000, 2000, 8, 0)
SRC, DST, HOST, PEER, ROUTER = 0xB0000000, 0xAC10057F, 0x0A000000, 0x0A800000, 0xC0A80001


def tunnelled(tunnel, id, flow, df, tos=0):
    """Outer DF is clear: a finding of the packet where the inner one is set, else a note on the tunnel."""
    inner = header(28, id, df, 17, HOST + flow, PEER + flow, tos) + UDP
    return header(48, id, False, 4, SRC + tunnel, DST) + inner


def spoofed(tunnels):
    """A note on each tunnel, then a finding of a packet."""
    for df in (False, True):
        for tunnel in range(tunnels):
            yield tunnelled(tunnel, tunnel & 0xFFFF, tunnel, df)


def too_big(tunnel, id):
    quote = header(1500, id, True, 4, SRC + tunnel, DST) + header(1480, id, True, 17, HOST + tunnel, PEER + tunnel) + UDP
    message = struct.pack(">BBHHH", 3, 4, 0, 0, 1400) + quote
    total = sum(struct.unpack(">%dH" % (len(message) // 2), message))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    message = message[:2] + struct.pack(">H", total ^ 0xFFFF) + message[4:]
    return header(20 + len(message), id, False, 1, ROUTER, SRC + tunnel) + message


def full_tables():
    """FEW tunnels, and more than is remembered of inner flows, of paths, of datagrams and of fragments."""
    for turn in range(5):
        for tunnel in range(FEW):
            yield tunnelled(tunnel, (tunnel * 7 + turn) & 0xFFFF, tunnel * 5 + turn, turn < 4, tos=4)
    for tunnel in range(FEW):
        yield too_big(tunnel, tunnel)
    for id in range(1100):
        for part in range(6):
            inner = header(20 + 7 * 1480, id, False, 17, HOST + id, PEER + id) + bytes(1460)
            yield header(1500, id, False, 4, SRC + id, DST, offset=part * 1480, mf=True) + inner


def write(path, packets):
    count = 0
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        for count, packet in enumerate(packets, 1):
            file.write(struct.pack("<IIII", 1700000000 + count // 10**6, count % 10**6, len(packet), len(packet)) + packet)
    return count


def private(process):
    """Octets, or 0 where it has ended."""
    text = Path("/proc/%d/status" % process.pid).read_text()
    found = re.search(r"RssAnon:\s*(\d+) kB", text)
    return int(found[1]) * 1024 if found else 0


DIRECTIONS = 1 << 20  # that are listed, or learnt; each takes 256 octets
LAYERS = 15  # tunnel headers of a packet


def nests(directions):
    """No two tunnel headers have the same addresses; the two halves of each add up to all ones, so that the checksums are the same."""
    inner = header(28, 0, True, 17, HOST, PEER) + UDP
    starts = [header(20 * layers + 28, 0, True, 4, 0x0B00F4FF, 0x80007FFF)[:12] for layers in range(LAYERS, 0, -1)]
    sources = [struct.pack(">HH", half, 0xFFFF - half) for half in range(0x0B00, 0x7F00)]
    destinations = [struct.pack(">HH", half, 0xFFFF - half) for half in range(0x8000, 0x8100)]
    for first in range(0, directions, LAYERS):
        yield b"".join(start + sources[k % len(sources)] + destinations[k // len(sources)]
                       for k, start in enumerate(starts, first)) + inner


def lonely_fragments(count):
    """Of so many datagrams, each the first of several."""
    inner = header(1480, 0, True, 17, HOST, PEER) + UDP
    for number in range(count):
        yield header(20 + 24, number & 0xFFFF, False, 4, SRC + (number >> 16), DST, mf=True) + inner[:24]


def run_in(memory, *arguments):
    """The end of what is said where there are so many octets for data: stacks, and whatever is allocated."""
    with subprocess.Popen([COMMAND, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))) as process:
        output = subprocess.run(["tail", "-n", "9"], stdin=process.stdout, capture_output=True, text=True, check=True).stdout
        errors = process.stderr.read().decode()
    return harness.sound(subprocess.CompletedProcess(process.args, process.returncode, output, errors))


class Bounded(unittest.TestCase):
    """tunnels and roundtrip: what is too much for them is counted and said; too little memory is an error."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.nests = Path(folder.name, "nests.pcap")
        cls.packets = write(cls.nests, nests(DIRECTIONS + 100 * LAYERS))
        cls.capture = Path(folder.name, "capture.pcap")

    def test_roundtrip_learns_so_many(self):
        learnt = DIRECTIONS // LAYERS  # packets whose tunnels are all learnt
        result = run_in(560 * MIB, "roundtrip", "--format", "jsonl", self.nests)
        self.assertEqual(result.returncode, 0, result.stderr + result.stdout)
        summary = json.loads(result.stdout.splitlines()[-1])
        self.assertEqual((summary["identical"], summary["not_comparable"]), (learnt, self.packets - learnt))
        self.assertEqual(summary["reasons"], {"forgotten": self.packets - learnt})
        text = harness.run("roundtrip", self.nests).stdout
        self.assertIn("    %d of tunnels whose configuration was not learnt: table full\n" % (self.packets - learnt), text)

    def test_tunnels_lists_so_many(self):
        """At 472 octets each; the judge behind it remembers as many, at 264 octets each, too. A thread's stack has 8 MiB."""
        result = run_in(900 * MIB, "tunnels", "--jobs", "2", self.nests)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(result.stdout.endswith(
            "%d tunnel directions\n  not listed: %d tunnel headers of further directions; the table holds %d\n"
            % (DIRECTIONS, self.packets * LAYERS - DIRECTIONS, DIRECTIONS)), result.stdout)

    def test_fragments_that_wait(self):
        """What a fragment came to is kept as long as the fragment is."""
        count = write(self.capture, lonely_fragments(400_000))
        result = run_in(32 * MIB, "roundtrip", "--format", "jsonl", self.capture)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout.splitlines()[-1])["reasons"], {"fragment": count})

    def test_too_little_memory(self):
        for verb, options, status in (("tunnels", (), 0), ("roundtrip", ("-q",), 1), ("check", ("-q",), 1)):
            with self.subTest(verb):
                self.assertEqual(run_in(64 * MIB, verb, *options, VIOLATIONS).returncode, status)  # of little it is enough
                result = run_in(64 * MIB, verb, *options, self.nests)
                self.assertEqual((result.returncode, result.stdout), (4, ""))
                self.assertIn("ipip %s: out of memory" % verb, result.stderr)


class Memory(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.capture = self.folder / "many.pcap"

    def check(self, *options, most, env=None):
        """Status, peak, and the lines printed, as each is a finding or the summary."""
        peak, lines, last = 0, 0, b""
        with subprocess.Popen([COMMAND, "check", "--no-config", *map(str, options), self.capture], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=env) as process:
            for last in process.stdout:
                lines += 1
                if lines % 1000 == 1:
                    peak = max(peak, private(process))
            errors = process.stderr.read().decode()
        harness.sound(subprocess.CompletedProcess(process.args, process.returncode, "", errors))
        # What a pipe can hold is printed at once. A sanitizer's own memory is no concern of ours.
        if lines > 1000 and not harness.PRELOAD:
            self.assertGreater(peak, MIB)  # it was looked at
            self.assertLess(peak, most)
        return process.returncode, lines, last.decode(), errors

    def test_many_tunnels(self):
        tunnels = 300_000
        most = 32 * MIB + (tunnels - FEW) * EACH
        self.assertEqual(write(self.capture, spoofed(tunnels)), 2 * tunnels)
        status, lines, last, _ = self.check("--format", "jsonl", "--select", "IPIP105,IPIP106", most=most)
        summary = json.loads(last)
        self.assertEqual((status, lines), (1, 2 * tunnels + 1))
        self.assertEqual(summary["tunnels"], tunnels)
        self.assertEqual(summary["findings"], {"error": tunnels, "warning": 0, "note": tunnels})
        status, _, _, _ = self.check("--select", "IPIP105,IPIP106", most=most)
        self.assertEqual(status, 1)

    def test_full_tables(self):
        write(self.capture, full_tables())
        for options in ((), ("--inner", "ip"), ("--format", "jsonl", "--write-baseline", self.folder / "known")):
            with self.subTest(options):
                self.assertEqual(self.check(*options, most=32 * MIB)[0], 1)

    def test_order_and_counts(self):
        """What was in the temporary file comes as it would from memory: in order of appearance, counted to the end."""
        tunnels = 10_000
        write(self.capture, spoofed(tunnels))
        result = harness.run("check", "--no-config", "--format", "jsonl", "--select", "IPIP106", self.capture)
        notes = [json.loads(line) for line in result.stdout.splitlines()][:-1]
        self.assertGreater(len(result.stdout), 2 * MIB)
        self.assertEqual([note["frame"] for note in notes], list(range(1, tunnels + 1)))
        self.assertEqual({note["count"] for note in notes}, {1})
        self.assertEqual(len({note["tunnel"]["src"] for note in notes}), tunnels)

    def test_no_room_for_a_temporary_file(self):
        """What can't be kept is said to be lost; what needs no keeping needs no file."""
        write(self.capture, spoofed(FEW))
        env = {**os.environ, "TMPDIR": str(self.folder / "nowhere")}
        status, lines, last, errors = self.check("--format", "jsonl", "--select", "IPIP106", most=32 * MIB, env=env)
        self.assertEqual(status, 4)
        self.assertIn("findings on tunnels were lost", errors)
        self.assertEqual(json.loads(last)["findings"]["note"], FEW)
        self.assertLess(lines, FEW)
        self.assertEqual(self.check("--quiet", "--select", "IPIP106", most=0, env=env)[0], 0)

    def test_further_tunnels_are_counted(self):
        """The text tells 32,768 pairs of a rule and a tunnel apart; a rule that breaks later still gets 100 tunnels."""
        write(self.capture, (tunnelled(tunnel, 0, tunnel, df=True, tos=4 if tunnel >= 33_000 else 0) for tunnel in range(34_000)))
        output = harness.run("check", "--no-config", "--select", "IPIP101,IPIP105", self.capture).stdout
        self.assertEqual(len(re.findall(r"^\w+ IPIP105", output, re.MULTILINE)), 32_768)
        self.assertEqual(len(re.findall(r"^\w+ IPIP101", output, re.MULTILINE)), 100)
        self.assertRegex(output, r"IPIP105 df-not-propagated: 1232 more on further tunnels, the last in \S+ frame 34000\s+\(--all")
        self.assertRegex(output, r"IPIP101 \S+: 900 more on further tunnels, the last in \S+ frame 34000\s+\(--all")
        everything = harness.run("check", "--no-config", "--all", "--select", "IPIP101,IPIP105", self.capture).stdout
        self.assertEqual(len(re.findall(r"^\w+ IPIP105", everything, re.MULTILINE)), 34_000)
        self.assertNotIn("further tunnels", everything)

    def test_baseline_has_a_limit(self):
        most = 100_000
        known = self.folder / "known.jsonl"
        for tunnels, status in ((most, 1), (most + 1, 4)):
            write(self.capture, (tunnelled(tunnel, 0, tunnel, df=True) for tunnel in range(tunnels)))
            result = harness.run("check", "--no-config", "--quiet", "--select", "IPIP105", "--write-baseline", known, self.capture)
            self.assertEqual(result.returncode, status, result.stderr)
            self.assertEqual(len(known.read_text().splitlines()), most + 1)
        self.assertIn("at most 100000 findings", result.stderr)
        lines = known.read_text().splitlines()
        known.write_text("\n".join([*lines, lines[-1].replace("172.16.5.127", "172.16.5.128")]) + "\n")
        result = harness.run("check", "--no-config", "--quiet", "--baseline", known, self.capture)
        self.assertEqual(result.returncode, 2)
        self.assertIn("known.jsonl:100002: a baseline may have at most 100000 findings", result.stderr)


if __name__ == "__main__":
    harness.main()
