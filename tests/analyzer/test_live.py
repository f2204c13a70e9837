# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that are still being made, and how a run ends before its input does: findings as they come, signals, readers that go away."""

import gzip
import json
import os
import re
import select
import signal
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

import captures
import harness
from harness import COMMAND, KERNEL, TESTDATA, Check
from packets import ethernet, pcap
from tunnel_packets import inner, outer
from vectors import VECTORS

GOOD = ethernet(outer(inner()))
LOST_DF = ethernet(outer(inner(id=2), df=False, id=2))  # IPIP105, an error
NOTE = VECTORS["IPIP106"].fail  # of a tunnel: told at the end
HEADER = pcap([])
PATIENCE = 120  # seconds after which something that should come is taken not to come


def records(frames):
    return pcap(frames)[len(HEADER):]


class Live:
    """The command with a pipe as its input."""

    def __init__(self, *arguments, **options):
        self.process = subprocess.Popen([COMMAND, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, **options)
        self.output = b""

    def write(self, octets):
        self.process.stdin.write(octets)
        self.process.stdin.flush()

    def wait_for(self, words):
        """Reads standard output until the words are there."""
        end = time.monotonic() + PATIENCE
        while words not in self.output:
            ready = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))[0]
            if not ready:
                raise AssertionError("%r did not come, only %r" % (words, self.output))
            octets = os.read(self.process.stdout.fileno(), 65536)
            if not octets:
                raise AssertionError("it ended without %r: %r" % (words, self.output))
            self.output += octets

    def wait_until_read(self):
        """Until the command sleeps with nothing left in the pipe."""
        end = time.monotonic() + PATIENCE
        while select.select([], [self.process.stdin], [], 0)[1] == [] or self.pending() > 0 or not self.is_asleep():
            if time.monotonic() > end:
                raise AssertionError("the pipe is not read")
            time.sleep(0.01)

    def pending(self):
        import fcntl
        import termios
        return int.from_bytes(fcntl.ioctl(self.process.stdin, termios.FIONREAD, b"\0\0\0\0"), "little")

    def is_asleep(self):
        """All of its threads."""
        return all(Path(task, "stat").read_text().rsplit(")", 1)[1].split()[0] == "S"
                   for task in Path("/proc/%d/task" % self.process.pid).iterdir())

    def signal(self, number):
        self.process.send_signal(number)

    def end(self):
        """Waits for the end without closing the input; the exit status, standard output, standard error."""
        outputs = {}
        readers = [threading.Thread(target=lambda name=name, file=file: outputs.update({name: file.read()}))
                   for name, file in (("out", self.process.stdout), ("err", self.process.stderr))]
        for reader in readers:
            reader.start()
        try:
            status = self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            for reader in readers:
                reader.join()
            for file in (self.process.stdin, self.process.stdout, self.process.stderr):
                try:
                    file.close()
                except BrokenPipeError:
                    pass
        self.output += outputs["out"]
        if "Sanitizer" in outputs["err"].decode(errors="replace"):
            raise AssertionError(outputs["err"].decode(errors="replace"))
        return status, self.output.decode(), outputs["err"].decode()


class Findings(unittest.TestCase):
    def test_come_at_once(self):
        for options, words in (((), b"error IPIP105"), (("--format", "jsonl"), b'"rule":"IPIP105"'), (("--jobs", "1"), b"error IPIP105")):
            live = Live("check", *options, "-")
            live.write(HEADER + records([GOOD, LOST_DF]))
            live.wait_for(words)
            self.assertIsNone(live.process.poll())
            live.process.stdin.close()
            self.assertEqual(live.end()[0], 1)

    def test_come_at_once_compressed(self):
        """A frame of the compressor at a time; its checksum is input that makes no packet."""
        parts = HEADER + records([GOOD, LOST_DF]), records([GOOD])
        for program in ("zstd", "lz4"):
            first, last = (subprocess.run([program, "-c", "-q"], input=part, capture_output=True, check=True).stdout for part in parts)
            for jobs in (1, 3):
                live = Live("check", "--jobs", jobs, "-")
                live.write(first)
                live.wait_for(b"error IPIP105")
                live.write(last)
                live.process.stdin.close()
                status, output, errors = live.end()
                self.assertEqual((status, errors), (1, ""))
                self.assertIn("3 packets", output)

    def test_packets_come_at_once(self):
        """From decap into a pipe, the header of the file first, whatever threads there are."""
        for jobs in (1, 2):
            live = Live("decap", "--jobs", jobs, "-w", "-", "-")
            live.write(HEADER + records([GOOD]))
            live.wait_for(ethernet(inner()))
            live.write(records([LOST_DF]))
            live.wait_for(ethernet(inner(id=2)))
            live.process.stdin.close()
            self.assertEqual(live.process.wait(PATIENCE), 0)
            self.assertEqual(live.output, pcap([ethernet(inner()), ethernet(inner(id=2))])[:24] + live.output[24:])
            self.assertEqual([record.octets for record in captures.read(live.output)], [ethernet(inner()), ethernet(inner(id=2))])
            live.output = b""
            for file in (live.process.stdout, live.process.stderr):
                file.close()

    def test_reader_goes_away(self):
        """What can't be told any more is not judged on for ever."""
        live = Live("check", "--all", "-")
        live.write(HEADER)
        live.process.stdout.close()
        try:
            for _ in range(1000000):
                live.write(records([LOST_DF]))
                if live.process.poll() is not None:
                    break
        except BrokenPipeError:
            pass
        live.process.stdout = open(os.devnull, "rb")
        self.assertEqual(live.end()[0], 4)


class Manual(unittest.TestCase):
    def test_filter_for_tcpdump(self):
        """It lets through what the rules need: tunnel packets, all of their fragments, errors about them."""
        line = re.search(r"tcpdump .* -w - '(.*)' \| ipip check -", (TESTDATA.parent / "doc/check.md").read_text())
        for name in ("ipip-outer-fragments", "ipip-err-ttl-exceeded", "ipip-pmtu-1300-pmtudisc"):
            path = KERNEL / name / "outer.pcap"
            whole, filtered = Check("--no-config", path), Check("--no-config", "--filter", line[1], path)
            for key in ("tunnel_packets", "icmp_messages"):
                self.assertEqual(filtered.summary[key], whole.summary[key], (name, key))
                self.assertTrue(name.endswith("fragments") or whole.summary["icmp_messages"] > 0)


class Signals(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def interrupted(self, *arguments, frames=(GOOD, LOST_DF, *NOTE), number=signal.SIGINT, tail=b"", **options):
        """How a run ends that gets a signal when it has read so much and the writer lives on."""
        live = Live(*arguments, **options)
        live.write(HEADER + records(frames) + tail)
        live.wait_until_read()
        live.signal(number)
        return live.end()

    def test_check_reports(self):
        """Summary, notes on tunnels and exit status are as if the input had ended."""
        frames = [GOOD, LOST_DF, *NOTE]
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for options in ((), ("--jobs", "1"), ("--format", "jsonl")):
                status, output, errors = self.interrupted("check", *options, "-", number=number)
                expected = subprocess.run([COMMAND, "check", *options, "-"], input=pcap(frames), stdout=subprocess.PIPE)
                if "jsonl" in options:
                    lines = [json.loads(line) for line in output.splitlines()]
                    self.assertEqual(lines[:-1], [json.loads(line) for line in expected.stdout.splitlines()][:-1])
                    self.assertEqual((lines[-1]["packets"], lines[-1]["interrupted"]), (len(frames), True))
                else:
                    self.assertEqual(output, expected.stdout.decode())
                self.assertIn("IPIP106", output)
                self.assertEqual(status, 1)
                self.assertEqual(errors, "ipip check: -: interrupted after frame %d; what came before is reported\n" % len(frames))
        self.assertEqual(self.interrupted("check", "-q", "-", frames=[GOOD])[0], 0)

    def test_what_the_writer_had_written(self):
        """What is in the pipe when the signal comes is read, as tcpdump, interrupted too, writes what it has; and its end is an end."""
        live = Live("check", "--format", "jsonl", "-")
        live.write(HEADER)
        live.wait_until_read()
        live.signal(signal.SIGSTOP)
        live.write(records([GOOD] * 100))
        live.signal(signal.SIGINT)
        live.process.stdin.close()
        live.signal(signal.SIGCONT)
        status, output, errors = live.end()
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(json.loads(output.splitlines()[-1])["packets"], 100)

    def test_half_a_record_is_left_out(self):
        status, output, errors = self.interrupted("check", "--format", "jsonl", "-", tail=records([GOOD])[:30])
        self.assertEqual(status, 1)
        self.assertIn("interrupted", errors)
        self.assertNotIn("ends inside", errors)

    def test_the_pipe_ends_before_the_signal_comes(self):
        for jobs in (1, 3, 8) * 5:
            live = Live("check", "--format", "jsonl", "--jobs", jobs, "-")
            live.write(HEADER + records([GOOD] * 50 + [LOST_DF]) + records([GOOD])[:30])
            live.wait_until_read()
            live.signal(signal.SIGINT)
            live.process.stdin.close()
            status, output, errors = live.end()
            self.assertEqual(status, 1)
            self.assertTrue(json.loads(output.splitlines()[-1])["interrupted"])
            self.assertNotIn("ends inside", errors)

    def test_before_the_first_packet(self):
        live = Live("check", "-")
        live.wait_until_read()
        live.signal(signal.SIGTERM)
        status, output, errors = live.end()
        self.assertEqual(status, 0)
        self.assertEqual(errors, "ipip check: -: interrupted before the first packet\n")
        self.assertIn("0 packets in 1 file", output)

    def test_baseline(self):
        """It is written; and what was known but had not occurred yet stays known."""
        known = self.folder / "known"
        self.assertEqual(self.interrupted("check", "--write-baseline", known, "-")[0], 1)
        status, output, errors = self.interrupted("check", "--baseline", known, "--write-baseline", known, "-", frames=[GOOD, LOST_DF])
        self.assertEqual(status, 0)
        self.assertNotIn("no longer occurs:", output)
        self.assertEqual(self.interrupted("check", "--baseline", known, "-")[0], 0)
        self.assertEqual(sorted({json.loads(line).get("rule") for line in known.read_text().splitlines()} - {None}), ["IPIP105", "IPIP106"])

    def test_decap(self):
        for name in ("out.pcap", "out.pcap.gz"):
            status, _, errors = self.interrupted("decap", "-w", self.folder / name, "-", frames=[GOOD] * 3)
            self.assertEqual(status, 0)
            self.assertIn("3 packets read, 3 decapsulated", errors)
            octets = (self.folder / name).read_bytes()
            self.assertEqual(len(captures.read(gzip.decompress(octets) if name.endswith(".gz") else octets)), 3)
        self.assertEqual(sorted(os.listdir(self.folder)), ["out.pcap", "out.pcap.gz"])

    def test_decap_of_nothing(self):
        """What is there stays, whether a header had come or not."""
        out = self.folder / "out.pcap"
        for header in (b"", HEADER):
            out.write_bytes(b"old")
            live = Live("decap", "-w", out, "-")
            live.write(header)
            live.wait_until_read()
            live.signal(signal.SIGINT)
            self.assertEqual(live.end()[0], 3)
            self.assertEqual(out.read_bytes(), b"old")

    def test_roundtrip_and_tunnels(self):
        status, output, errors = self.interrupted("roundtrip", "-", frames=[GOOD] * 3)
        self.assertEqual(status, 0)
        self.assertIn("identical      3", output)
        self.assertEqual(errors, "ipip roundtrip: -: interrupted; what came before is compared\n")
        status, output, errors = self.interrupted("tunnels", "-", frames=[GOOD] * 3)
        self.assertEqual(status, 0)
        self.assertIn("3 packets in 1 file: 1 tunnel direction", output)

    def test_pair(self):
        """What a pipe had until then is paired with the other capture, whichever comes first."""
        other = self.folder / "inner.pcap"
        other.write_bytes(pcap([frame[34:] for frame in (GOOD, *NOTE)], 101))
        for arguments in ((other, "-"), ("-", other)):
            status, output, errors = self.interrupted("pair", *arguments, frames=[GOOD, *NOTE])
            self.assertEqual((status, errors), (0, "ipip pair: -: interrupted; what came before is paired\n"))
            self.assertIn("\n%d packets matched\n" % (1 + len(NOTE)), output)

    def test_captures_behind(self):
        """They are not read, and that is said."""
        other = self.folder / "other.pcap"
        other.write_bytes(pcap([LOST_DF]))
        for verb in ("check", "roundtrip", "tunnels"):
            status, output, errors = self.interrupted(verb, "-", other, frames=[GOOD])
            self.assertEqual(status, 0, verb)
            self.assertIn("%s: not read, because of an interrupt\n" % other, errors)

    def test_pipes_that_nobody_opens(self):
        """Neither to write what is to be read, nor to read what is to be written."""
        pipe, good = self.folder / "pipe", self.folder / "good.pcap"
        os.mkfifo(pipe)
        good.write_bytes(pcap([GOOD]))
        for arguments in (("check", pipe), ("tunnels", pipe), ("roundtrip", pipe), ("decap", "-w", self.folder / "out", pipe), ("decap", "-w", pipe, good)):
            live = Live(*arguments)
            end = time.monotonic() + PATIENCE
            while not self.handles(live.process.pid, signal.SIGTERM) and time.monotonic() < end:
                time.sleep(0.01)
            live.signal(signal.SIGTERM)
            status, _, errors = live.end()
            self.assertGreaterEqual(status, 0, (arguments, errors))
            self.assertTrue(errors)

    def handles(self, process, number):
        mask = re.search(r"^SigCgt:\s*(\w+)", Path("/proc/%d/status" % process).read_text(), re.MULTILINE)
        return int(mask[1], 16) >> number - 1 & 1 == 1

    def test_second_signal_ends_at_once(self):
        """Here the command waits for a reader of its standard output, which a first signal does not end."""
        live = Live("check", "--all", "--write-baseline", self.folder / "baseline", "-")
        writer = threading.Thread(target=self.write_on, args=(live,))
        writer.start()
        while not live.is_asleep() or live.pending() == 0:
            time.sleep(0.01)
        for number in (signal.SIGINT, signal.SIGTERM):
            self.assertIsNone(live.process.poll())
            live.signal(number)
            time.sleep(0.1)  # two signals at once would be one
        self.assertEqual(live.process.wait(PATIENCE), -signal.SIGTERM)
        writer.join()
        self.assertEqual(os.listdir(self.folder), [])
        live.end()

    def write_on(self, live):
        try:
            for _ in range(1000):
                live.write((HEADER if live.output == b"" else b"") + records([LOST_DF] * 100))
                live.output = b"-"
        except BrokenPipeError:
            pass

    def test_ignored_signals_stay_ignored(self):
        """As under nohup, or in the background of a script."""
        live = Live("check", "-", preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        live.write(HEADER + records([GOOD]))
        live.wait_until_read()
        live.signal(signal.SIGINT)
        time.sleep(0.2)
        live.write(records([LOST_DF]))
        live.wait_for(b"error IPIP105")
        live.process.stdin.close()
        self.assertEqual(live.end()[2], "")

    def test_death_leaves_nothing(self):
        """Whatever ends the process, there is no half output, under no name."""
        frames = [GOOD] * 40000  # more than is written at once
        for number in (signal.SIGKILL, signal.SIGQUIT, signal.SIGABRT, signal.SIGUSR1):
            live = Live("decap", "-w", self.folder / "out.pcap", "-")
            live.write(HEADER + records(frames))
            live.wait_until_read()
            if number == signal.SIGKILL and os.listdir(self.folder):
                self.skipTest("this file system has no files without a name")
            live.signal(number)
            self.assertNotEqual(live.end()[0], 0)
            self.assertEqual(os.listdir(self.folder), [], number)


if __name__ == "__main__":
    harness.main()
