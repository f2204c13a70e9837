# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls of the system that fail, each in turn: the answer that there would have been, or an error, and outputs that hold all that could
be read, or are as they were."""

import errno
import functools
import os
import signal
import subprocess
import tempfile
import time
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import harness
from captures import read
from harness import COMMAND, TESTDATA, sound
from packets import ethernet, pcap
from tunnel_packets import inner, outer

FAULT = os.environ["IPIP_FAULT"]
# Which calls fail, and why.
REASONS = {"open": errno.EMFILE, "read": errno.EIO, "write": errno.ENOSPC, "pread": errno.EIO, "pwrite": errno.ENOSPC, "lseek": errno.ESPIPE,
           "fsync": errno.EIO, "linkat": errno.EACCES, "rename": errno.EACCES, "unlink": errno.EACCES, "ftruncate": errno.EIO,
           "fallocate": errno.EOPNOTSUPP, "fchmod": errno.EPERM, "fchown": errno.EPERM, "stat": errno.EACCES, "fstat": errno.EIO,
           "fcntl": errno.EBADF, "pipe": errno.EMFILE, "poll": errno.EINVAL, "mmap": errno.ENOMEM, "thread": errno.EAGAIN,
           "sync": errno.EIO}
SAMPLE, TOOBIG, LAB = TESTDATA / "violations.pcap", TESTDATA / "toobig.pcapng", TESTDATA / "lab.pcapng"
TUNNEL = ("--tunnel", "local 192.0.2.1 remote 192.0.2.2")
FORMATS = ("text", "jsonl", "html", "sarif", "github", "gitlab", "csv", "markdown")  # not junit, which has times
SIDES = [TESTDATA / "kernel" / "ipip-ttl-64" / (side + ".pcap") for side in ("inner", "outer")]
COMMANDS = [
    ("check", "--no-config", SAMPLE), ("check", "--no-config", "--jobs", "1", SAMPLE), ("check", "--no-config", "--jobs", "4", "MANY"),
    ("check", "--config", TESTDATA / "example.conf", SAMPLE), ("check", "--no-config", "-q", "--write-baseline", "OUT", SAMPLE),
    *(("check", "--no-config", "--format", name, SAMPLE) for name in FORMATS[1:]),
    *(("check", "--no-config", "-q", "--output", name + "=OUT", SAMPLE) for name in FORMATS),
    ("check", "--no-config", "--group-by", "rule", SAMPLE), ("check", "--no-config", "--merge", "time", SAMPLE, TOOBIG),
    ("check", "--no-config", "--filter", "ip", "--inner", "udp", SAMPLE), ("check", "--no-config", "-", "<", SAMPLE),
    ("decap", "-w", "OUT", SAMPLE), ("decap", "-w", "OUT.gz", SAMPLE), ("decap", "-w", "OUT.zst", SAMPLE), ("decap", "-w", "OUT.lz4", SAMPLE),
    ("decap", "--format", "jsonl", "-w", "OUT", SAMPLE), ("encap", *TUNNEL, "--format", "jsonl", "-w", "OUT", TOOBIG),
    ("decap", "-w", "-", SAMPLE), ("decap", "--jobs", "4", "-w", "OUT", "MANY"), ("encap", *TUNNEL, "-w", "OUT", LAB),
    ("roundtrip", LAB), ("roundtrip", "--format", "jsonl", LAB), ("roundtrip", "-", "<", LAB),
    ("pair", "--no-config", LAB), ("pair", "--no-config", "--format", "jsonl", LAB), ("conform", "--no-config", *SIDES),
    ("conform", "--no-config", "--format", "jsonl", *SIDES), ("conform", "--no-config", "--format", "html", *SIDES), ("report", "--no-config", "-w", "OUT", SAMPLE), ("stimulus", "-w", "OUT"), ("tunnels", LAB), ("tunnels", "--format", "jsonl", LAB),
    ("rules",), ("explain", "IPIP105"), ("check", "--help")]
# In front of a command: files have a name from the start where /proc is missing; the end by a signal becomes the status of a shell.
WITHOUT_PROC = ("unshare", "-rm", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh")
QUIET = ("unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")  # an interface without packets
IN_A_SHELL = ("sh", "-c", '"$@"; exit $?', "sh")


class Outcome:
    """Of a command in a folder of its own, with an old output there or none."""

    def __init__(self, command, old=None, before=(), **environment):
        with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as counts:
            output = Path(folder, next((word for word in map(str, command) if word.startswith("OUT")), "OUT"))
            if old is not None:
                output.write_bytes(old)
            words = [str(Path(folder, word)) if str(word).startswith("OUT") else str(word) for word in command]
            if "MANY" in words:
                words[words.index("MANY")] = many()
            with open(words[-1] if "<" in words else os.devnull, "rb") as stdin:
                words = words[:words.index("<")] if "<" in words else words
                faults = {"LD_PRELOAD": FAULT, "IPIP_FAULT_COUNT": counts.name, "TMPDIR": folder, **environment}
                words = [*before, "env", *map("=".join, faults.items()), COMMAND, *words]
                result = sound(subprocess.run(words, stdin=stdin, capture_output=True, timeout=600, cwd=folder))
            self.status, self.stderr = result.returncode, result.stderr.decode().replace(folder, "FOLDER")
            self.stdout = result.stdout.replace(folder.encode(), b"FOLDER")
            self.files = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
            self.counts = {line.split()[0]: int(line.split()[1]) for line in Path(counts.name).read_text().splitlines()}


@functools.cache
def many():
    """A capture of several chunks, for several threads."""
    folder = tempfile.TemporaryDirectory()
    many.folder = folder  # as long as the test runs
    data = SAMPLE.read_bytes()
    path = Path(folder.name, "many.pcap")
    path.write_bytes(data[:24] + data[24:] * 250)
    return str(path)


def is_start(octets, golden):
    """A capture of the first records of another."""
    start, whole = read(octets), read(golden)
    return len(start) < len(whole) and start == whole[:len(start)]


def fault(command, outcome, golden, old):
    """Why it is neither the golden answer nor a clear error that leaves nothing behind; None where it is one of them."""
    if (outcome.status, outcome.stdout, outcome.files) == (golden.status, golden.stdout, golden.files):
        return None
    if outcome.status not in (2, 3, 4):
        return "status %d instead of %d" % (outcome.status, golden.status)
    if not outcome.stderr:
        return "no message"
    if outcome.status == 3 and ("--output" in command or "report" in command):  # of what could be read
        return None
    if not set(outcome.files) <= set(golden.files):
        return "other files are left: %s" % list(outcome.files)
    if any(octets not in (golden.files[name], old) and not (outcome.status == 3 and is_start(octets, golden.files[name]))
           for name, octets in outcome.files.items()):
        return "files are left: %s" % list(outcome.files)
    return None


class FileErrors(unittest.TestCase):
    def test_no_failed_call_changes_an_answer(self):
        """Each call once, and from there on."""
        ends, faults = Counter(), []
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for command in COMMANDS:
                writes = any(str(word).startswith("OUT") for word in command)
                for old in (None, b'{"type":"ipip-baseline","version":1}\n') if writes else (None,):
                    golden = Outcome(command, old)
                    self.assertIn(golden.status, (0, 1), golden.stderr)
                    cases = [(call, at, lasting) for call in REASONS for at in range(1, golden.counts[call] + 1) for lasting in (False, True)]

                    def attempt(case):
                        lasting = {"IPIP_FAULT_LASTING": "1"} if case[2] else {}
                        return Outcome(command, old, IPIP_FAULT_CALL="%s:%d:%d" % (*case[:2], REASONS[case[0]]), **lasting)

                    for case, outcome in zip(cases, pool.map(attempt, cases)):
                        why = fault(command, outcome, golden, old)
                        ends[case[0], "as without" if outcome.status == golden.status and why is None else why or "status %d" % outcome.status] += 1
                        if why is not None:
                            faults.append("%s, %s %d%s: %s: %s" % (" ".join(str(word).split("/")[-1] for word in command), *case[:2],
                                                                   " and all that follow" * case[2], why, outcome.stderr[-200:]))
        for call in REASONS:
            print("%-10s %s" % (call, {end: count for (name, end), count in sorted(ends.items()) if name == call}))
        print("%d calls failed" % sum(ends.values()))
        self.assertGreater(sum(ends.values()), 3000)
        self.assertFalse(faults, "\n".join(faults[:60]))

    def test_on_the_disk_before_it_has_its_name(self):
        """What can't be written to the disk does not replace what is there."""
        outcome = Outcome(("decap", "-w", "OUT", SAMPLE), b"old", IPIP_FAULT_CALL="fsync:1:%d" % errno.EIO)
        self.assertEqual((outcome.status, outcome.files), (4, {"OUT": b"old"}))
        self.assertIn("OUT: can't be written: Input/output error", outcome.stderr)

    def test_begins_to_save_before_the_end(self):
        """Of a large file the end would be waited for; where that fails, it is the end that shows whether it matters."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "large.pcap")
            path.write_bytes(pcap([ethernet(outer(inner(payload=bytes(60000))))] * 420))  # 24 MiB
            command = ("decap", "-w", "OUT", path)
            golden = Outcome(command)
            self.assertGreater(golden.counts["sync"], 0)
            failing = Outcome(command, IPIP_FAULT_CALL="sync:1:%d" % errno.EIO, IPIP_FAULT_LASTING="1")
            self.assertEqual((failing.status, failing.files), (golden.status, golden.files))

    def test_signals_leave_all_or_nothing(self):
        """Behind each call that there is, also where the file has another name first."""
        command = ("decap", "-w", "OUT", SAMPLE)
        places = [IN_A_SHELL]
        if subprocess.run([*WITHOUT_PROC, "true"], stderr=subprocess.DEVNULL).returncode == 0:
            places.append((*WITHOUT_PROC, *IN_A_SHELL))
        for place in places:
            for old in ({}, {"OUT": b"old"}):
                golden = Outcome(command, old.get("OUT"), place)
                ends = Counter()
                for call in REASONS:
                    for at in range(1, golden.counts[call] + 1):
                        outcome = Outcome(command, old.get("OUT"), place, IPIP_FAULT_CALL="%s:%d:0" % (call, at), IPIP_FAULT_SIGNAL=str(int(signal.SIGALRM)))
                        self.assertEqual(outcome.status, 128 + signal.SIGALRM, (call, at))
                        self.assertIn(outcome.files, (old, golden.files), (place, call, at))
                        ends[outcome.files == old] += 1
                self.assertGreater(ends[True], 10)
                self.assertGreater(ends[False], 0)

    def test_signal_just_before_packets_are_waited_for(self):
        """The capture ends then, and not with the next packet, of which there is none."""
        command, patience = ("check", "--no-config", "-i", "lo", "--duration"), 30
        if subprocess.run([*QUIET, COMMAND, *command, "1"], stdin=subprocess.DEVNULL, capture_output=True).returncode != 0:
            self.skipTest("no right to capture")
        begin = time.monotonic()
        outcome = Outcome((*command, str(patience)), before=QUIET, IPIP_FAULT_CALL="poll:1:0", IPIP_FAULT_SIGNAL=str(int(signal.SIGINT)))
        self.assertEqual(outcome.status, 0, outcome.stderr)
        self.assertIn(b"0 packets of the interface", outcome.stdout)
        self.assertLess(time.monotonic() - begin, patience)

    def test_roundtrip_that_can_not_read(self):
        """In its first pass or its second one: what was not read is not different."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "many.pcap")
            path.write_bytes(pcap([ethernet(outer(inner(), tos=0x28))] * 2000))
            command = ("roundtrip", path)
            golden = Outcome(command)
            self.assertEqual(golden.status, 0)
            failed = []
            for call in ("open", "read"):
                for at in range(1, golden.counts[call] + 1):
                    outcome = Outcome(command, IPIP_FAULT_CALL="%s:%d:%d" % (call, at, errno.EIO))
                    self.assertNotIn(b"difference in", outcome.stdout)
                    self.assertNotRegex(outcome.stdout.decode(), r"different +[1-9]")
                    if "many.pcap" in outcome.stderr:
                        self.assertEqual(outcome.status, 3, (call, at, outcome.stderr))
                        failed.append(call)
                    else:  # a call of a library that does without
                        self.assertEqual((outcome.status, outcome.stdout), (golden.status, golden.stdout), (call, at))
        self.assertEqual(failed.count("read"), 9)  # 4 reads and the end, and 4 reads
        self.assertIn(failed.count("open"), (2, 3))  # twice, and for the sandbox


if __name__ == "__main__":
    harness.main()
