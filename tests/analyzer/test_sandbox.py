# SPDX-License-Identifier: GPL-2.0-or-later
"""A program that a capture has taken over can open no other file, no socket, and start nothing (tests/fault/hijack.c tries)."""

import errno
import os
import subprocess
import unittest
from pathlib import Path

import harness
from harness import COMMAND, TESTDATA

HIJACK = os.environ["IPIP_FAULT"]
KERNEL = TESTDATA / "kernel" / "ipip-ttl-64"
TUNNEL = ("--tunnel", "local 192.0.2.1 remote 192.0.2.2")
VERBS = (("check", "--no-config", "IN"), ("check", "--no-config", "--jobs", 4, "IN"), ("check", "--no-config", "--merge", "time", "IN", "OTHER"),
         ("check", "--no-config", "--output", "sarif=OUT", "--write-baseline", "OUT.2", "IN"), ("tunnels", "IN"), ("roundtrip", "IN"),
         ("decap", "-w", "OUT", "IN"), ("decap", "-w", "OUT.gz", "IN"), ("decap", "--format", "jsonl", "-w", "OUT", "IN"), ("encap", *TUNNEL, "-w", "OUT.pcapng", "IN"),
         ("pair", "--no-config", "IN", "OTHER"), ("conform", "--no-config", "--output", "html=OUT", "INNER", "OUTER"),
         ("report", "--no-config", "-w", "OUT", "IN"))
ATTEMPTS = {"read", "read-folder", "write", "append", "make", "make-beside-output", "make-nameless", "truncate", "chmod", "symlink", "mkdir",
            "socket", "unix-socket", "execute", "process", "kill", "code", "namespace", "unlink"}
OF_LANDLOCK = {"read", "read-folder", "unlink"}  # which seccomp alone leaves


class Sandbox(harness.InFolder):
    def setUp(self):
        super().setUp()
        data = (TESTDATA / "violations.pcap").read_bytes()
        self.capture = self.write("in.pcap", data[:24] + data[24:] * (300_000 // len(data)))  # for several threads
        self.other = self.write("other.pcap", data)
        for name in ("aside", "out"):
            (self.folder / name).mkdir()

    def run_verb(self, arguments, *more, **environment):
        """The result, the files written, and what came of each attempt."""
        victim, report = self.folder / "aside" / "victim", self.folder / "report"
        victim.write_text("precious")
        report.unlink(missing_ok=True)
        words = {"IN": self.capture, "OTHER": self.other, **{side.upper(): KERNEL / (side + ".pcap") for side in ("inner", "outer")}}
        read = words["OUTER" if "OUTER" in arguments else "IN"]
        arguments = [str(words.get(word, word)).replace("OUT", str(self.folder / "out" / "OUT")) for word in arguments]
        result = subprocess.run([COMMAND, *arguments, *more], stdin=subprocess.DEVNULL, capture_output=True, timeout=harness.HANGS,
                                env={**os.environ, "LD_PRELOAD": HIJACK, "IPIP_HIJACK_AT": str(read),
                                     "IPIP_HIJACK_FOLDER": str(victim.parent), "IPIP_HIJACK_OUTPUT": str(self.folder / "out"),
                                     "IPIP_HIJACK_REPORT": str(report), **environment})
        outcomes = {}
        for line in report.read_text().splitlines():
            name, number = line.split()
            outcomes.setdefault(name, set()).add(int(number))
        self.assertEqual(set(outcomes), ATTEMPTS, result.stderr)
        files = {path.name: path.read_bytes() for path in (self.folder / "out").iterdir()}
        for path in (*(self.folder / "out").iterdir(), *(self.folder / "aside").iterdir()):
            (path.rmdir if path.is_dir() and not path.is_symlink() else path.unlink)()
        return (result.returncode, result.stdout, files), outcomes

    def test_nothing_else_can_be_opened(self):
        for arguments in VERBS:
            with self.subTest(arguments):
                answer, outcomes = self.run_verb(arguments)
                for name, numbers in outcomes.items():
                    self.assertNotIn(0, numbers, name)
                self.assertIn(answer[0], (0, 1))

    def test_without_landlock(self):
        for arguments in VERBS:
            with self.subTest(arguments):
                _, outcomes = self.run_verb(arguments, IPIP_HIJACK_OLD_KERNEL="1")
                self.assertEqual({name for name, numbers in outcomes.items() if 0 in numbers}, OF_LANDLOCK)

    def test_attempts_work_otherwise(self):
        """So that the others can fail."""
        _, outcomes = self.run_verb(("check", "--no-config", "IN"), "--no-sandbox")
        worked = {name for name, numbers in outcomes.items() if 0 in numbers}
        self.assertEqual(ATTEMPTS - worked, {"execute", "symlink", "mkdir"})  # of a folder; the name is taken by then
        self.assertNotIn(errno.ENOSYS, outcomes["execute"])

    def test_answers_are_the_same(self):
        def answer(arguments, *more):
            arguments = [{"IN": self.capture, "OTHER": self.other}.get(word, word) for word in arguments]
            arguments = [str(word).replace("OUT", str(self.folder / "out" / "OUT")) for word in arguments]
            result = harness.run(*arguments, *more)
            files = {path.name: path.read_bytes() for path in (self.folder / "out").iterdir()}
            return result.returncode, result.stdout, result.stderr, files

        for arguments in VERBS:
            with self.subTest(arguments):
                self.assertEqual(answer(arguments), answer(arguments, "--no-sandbox"))

    def test_version(self):
        environment = {**os.environ, "LD_PRELOAD": HIJACK, "IPIP_HIJACK_OLD_KERNEL": "1"}
        self.assertIn("sandbox: seccomp alone: this kernel has no Landlock\n", harness.run("--version", env=environment).stdout)
        self.assertIn("sandbox: Landlock and seccomp\n", harness.run("--version").stdout)


if __name__ == "__main__":
    harness.main()
