# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls on files that fail: the answer that there would have been, or an error, and outputs that are complete or as they were."""

import errno
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
from harness import COMMAND, TESTDATA, sound
from packets import ethernet, pcap
from tunnel_packets import inner, outer

FAULT = os.environ["IPIP_FAULT"]
REASONS = {"open": errno.EMFILE, "read": errno.EIO, "write": errno.ENOSPC, "fsync": errno.EIO, "linkat": errno.EACCES,
           "rename": errno.EACCES, "fchmod": errno.EPERM, "fchown": errno.EPERM, "stat": errno.EACCES}
SAMPLE = TESTDATA / "violations.pcap"
SIDES = [TESTDATA / "kernel" / "ipip-ttl-64" / (side + ".pcap") for side in ("inner", "outer")]
COMMANDS = [
    ("check", "--no-config", SAMPLE), ("check", "--no-config", "--jobs", "1", "--format", "jsonl", SAMPLE),
    ("check", "--config", TESTDATA / "example.conf", SAMPLE), ("check", "--no-config", "-q", "--write-baseline", "OUT", SAMPLE),
    ("decap", "-w", "OUT", SAMPLE), ("decap", "-w", "OUT.gz", SAMPLE), ("decap", "-w", "-", SAMPLE),
    ("encap", "--tunnel", "local 192.0.2.1 remote 192.0.2.2", "-w", "OUT", TESTDATA / "lab.pcapng"),
    ("roundtrip", TESTDATA / "lab.pcapng"), ("conform", "--no-config", *SIDES), ("stimulus", "-w", "OUT"),
    ("tunnels", TESTDATA / "lab.pcapng")]


class Outcome:
    """Of a command in a folder of its own, with an old output there or none."""

    def __init__(self, command, old=None, **environment):
        with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as counts:
            output = Path(folder, next((word for word in map(str, command) if word.startswith("OUT")), "OUT"))
            if old is not None:
                output.write_bytes(old)
            words = [str(Path(folder, word)) if str(word).startswith("OUT") else str(word) for word in command]
            result = sound(subprocess.run([COMMAND, *words], stdin=subprocess.DEVNULL, capture_output=True, timeout=600, cwd=folder,
                                          env={**os.environ, "LD_PRELOAD": FAULT, "IPIP_FAULT_COUNT": counts.name, **environment}))
            self.status, self.stdout, self.stderr = result.returncode, result.stdout, result.stderr.decode().replace(folder, "FOLDER")
            self.files = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
            self.counts = {line.split()[0]: int(line.split()[1]) for line in Path(counts.name).read_text().splitlines()}


class FileErrors(unittest.TestCase):
    def test_no_failed_call_changes_an_answer(self):
        tried = 0
        for command in COMMANDS:
            for old in (None, b'{"type":"ipip-baseline","version":1}\n') if any(str(word).startswith("OUT") for word in command) else (None,):
                golden = Outcome(command, old)
                self.assertIn(golden.status, (0, 1), golden.stderr)
                for call, reason in REASONS.items():
                    for at in range(1, min(golden.counts[call], 40) + 1):
                        with self.subTest(command=" ".join(map(str, command)), call=call, at=at, old=old):
                            self.compare(Outcome(command, old, IPIP_FAULT_CALL="%s:%d:%d" % (call, at, reason)), golden, old)
                        tried += 1
        self.assertGreater(tried, 100)

    def compare(self, outcome, golden, old):
        if (outcome.status, outcome.stdout, outcome.files) == (golden.status, golden.stdout, golden.files):
            return
        self.assertIn(outcome.status, (2, 3, 4), outcome.stderr)
        self.assertTrue(outcome.stderr)
        self.assertTrue(set(outcome.files) <= set(golden.files), outcome.files)
        for name, octets in outcome.files.items():
            self.assertIn(octets, (golden.files[name], old))

    def test_on_the_disk_before_it_has_its_name(self):
        """What can't be written to the disk does not replace what is there."""
        outcome = Outcome(("decap", "-w", "OUT", SAMPLE), b"old", IPIP_FAULT_CALL="fsync:1:%d" % errno.EIO)
        self.assertEqual((outcome.status, outcome.files), (4, {"OUT": b"old"}))
        self.assertIn("OUT: can't be written: Input/output error", outcome.stderr)

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
        self.assertEqual((failed.count("open"), failed.count("read")), (2, 9))  # 4 reads and the end, and 4 reads


if __name__ == "__main__":
    harness.main()
