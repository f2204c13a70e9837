# SPDX-License-Identifier: GPL-2.0-or-later
"""Names of files and arguments are shown, but they command no terminal and forge no line of a report."""

import json
import os
import pty
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
from tunnel_packets import inner, outer
from vectors import VECTORS
from harness import COMMAND, TESTDATA
from packets import ethernet, pcap

REUSED = VECTORS["IPIP621"].fail
LOST_DF = ethernet(outer(inner(), df=False))  # IPIP105, an error

# Octets, and how they are shown.
NAMES = (
    (b"\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
    (b"a\nerror IPIP105 df-not-propagated: forged", r"a\nerror IPIP105 df-not-propagated: forged"),
    (b"a\r0 errors", r"a\r0 errors"),
    (b"\xff\xfe.pcap", r"\xff\xfe.pcap"),
    (b"\xe2\x80", r"\xe2\x80"),  # the beginning of a character
    (b"\xc0\x80\xed\xa0\x80", r"\xc0\x80\xed\xa0\x80"),  # what UTF-8 must not have
    ("a\u202egnp.pcap".encode(), r"a\u202egnp.pcap"),
    ("a\u200bb\u2066c\ufeff\u00add".encode(), r"a\u200bb\u2066c\ufeff\u00add"),
    ("a\u2028b\u2029c\u0085d\u009be".encode(), r"a\u2028b\u2029c\u0085d\u009be"),
    ("\U000e0041".encode(), r"\U000e0041"),
    (b"\x7f\x01\t", r"\x7f\x01\t"),
    (rb"a\nb\\", r"a\\nb\\\\"),
    ("stra\u00dfe \u65e5\u672c e\u0301.pcap".encode(), "stra\u00dfe \u65e5\u672c e\u0301.pcap"),
)

# All of them in one.
NAME, SHOWN = b"-".join(name for name, _ in NAMES), "-".join(shown for _, shown in NAMES)

LOCALES = ({}, {"LC_ALL": "C"}, {"LC_ALL": "C.UTF-8"})


class Names(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def run_in(self, *arguments, environment=None):
        """What is printed, on both outputs; nothing of it can command a terminal."""
        result = subprocess.run([Path(COMMAND).resolve(), *arguments], cwd=self.path, env=environment or {}, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        for output in (result.stdout, result.stderr):
            text = output.decode()  # it is UTF-8
            self.assertIsNone(re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]", text), (arguments, text))
            self.assertIsNone(re.search("^error IPIP105 df-not-propagated: forged", text, flags=re.MULTILINE), (arguments, text))
        return result

    def make(self, name, data):
        with open(os.path.join(os.fsencode(self.path), name), "wb") as file:
            file.write(data)

    def test_files(self):
        """Of every verb: a capture that is read, one that is damaged, one that is none, and one that is not there."""
        captures = {"good": pcap([LOST_DF] * 5 + VECTORS["IPIP106"].fail), "damaged": pcap([LOST_DF])[:-1], "none": b"no capture", "absent": None,
                    "strange": pcap([LOST_DF], link_type=147)}
        verbs = ([b"check"], [b"check", b"--all"], [b"tunnels"], [b"roundtrip"], [b"decap", b"-w", b"out.pcap"],
                 [b"encap", b"-w", b"out.pcap", b"--tunnel", b"local 192.0.2.1 remote 192.0.2.2"])
        for kind, data in captures.items():
            if data is not None:
                self.make(NAME, data)
            for verb in verbs:
                result = self.run_in(*verb, b"--", NAME)
                if kind != "good" or verb[0] == b"check":
                    said = result.stdout if kind == "good" else result.stderr
                    self.assertIn(SHOWN, said.decode(), (kind, verb))
            if data is not None:
                os.unlink(os.path.join(os.fsencode(self.path), NAME))

    def test_two_files(self):
        """The other file of a finding is named, too."""
        first, then = (bytes(octets) for octets in (b"\x1b[1;31mfirst", b"then\n"))
        self.make(first, pcap(REUSED[:1]))
        self.make(then, pcap(REUSED[1:]))
        result = self.run_in("check", "--all", "--select", "IPIP621", first, then)
        self.assertIn(r"then\n frame", result.stdout.decode())
        self.assertIn(r" of \x1b[1;31mfirst", result.stdout.decode())

    def test_outputs(self):
        self.make(b"a.pcap", pcap([LOST_DF]))
        for verb in ([b"decap"], [b"encap", b"--tunnel", b"local 192.0.2.1 remote 192.0.2.2"]):
            result = self.run_in(*verb, b"-w", NAME + b"/out.pcap", b"a.pcap")
            self.assertEqual(result.returncode, 4)
            self.assertIn(SHOWN + "/out.pcap: can't be created", result.stderr.decode())
        result = self.run_in(b"check", b"--write-baseline", NAME + b"/known", b"a.pcap")
        self.assertIn(SHOWN + "/known: can't be created", result.stderr.decode())

    def test_policy_files_and_baselines(self):
        self.make(b"a.pcap", pcap([LOST_DF]))
        self.make(NAME, "[rule IPIP105]\nseverity=off\nreason=\u202eright\ta\n".encode())
        result = self.run_in(b"check", b"--config", NAME, b"a.pcap")
        self.assertIn("ipip check: policy file %s\n" % SHOWN, result.stderr.decode())
        self.assertIn("  policy: %s\n  silenced by the policy: IPIP105 (\\u202eright\\ta)\n" % SHOWN, result.stdout.decode())
        result = self.run_in(b"check", b"--baseline", NAME, b"a.pcap")
        self.assertIn("ipip check: %s:1: not a baseline" % SHOWN, result.stderr.decode())
        known = {"rule": "IPIP302", "slug": "", "src": "192.0.2.1", "dst": "192.0.2.2", "layer": 0, "values": {"reason": "\u202eDF\u2028DF\\"}}
        self.make(b"known", b'{"type":"ipip-baseline","version":2}\n' + json.dumps(known).encode())
        result = self.run_in(b"check", b"--baseline", b"known", b"a.pcap")
        self.assertIn(r"(reason \u202eDF\u2028DF\\)", result.stdout.decode())

    def test_arguments(self):
        capture = str(TESTDATA / "lab.pcapng")
        for number, (name, shown) in enumerate(NAMES):
            for arguments in ((name,), (b"help", name), (b"explain", name), (b"check", b"--profile", name, capture), (b"check", b"--select", name, capture),
                              (b"check", b"--site", name, capture), (b"check", b"--format", name, capture), (b"check", b"--jobs", name, capture),
                              (b"check", b"--filter", name, capture), (b"tunnels", b"--inner", name, capture), (b"check", b"--" + name, capture),
                              (b"check", b"-" + name, capture), (b"rules", b"--", name), (b"check", b"--config", name, capture),
                              (b"encap", b"-w", b"out", b"--tunnel", b"local 192.0.2.1 remote 192.0.2.2 mode " + name, capture)):
                result = self.run_in(*arguments, environment=LOCALES[number % len(LOCALES)])
                self.assertEqual((result.returncode, result.stdout), (2, b""), arguments)
                if not re.search(rb"[ \n\t\r=,;]", name):  # which some take apart
                    self.assertIn(shown, result.stderr.decode(), arguments)

    def test_the_same_in_every_locale(self):
        self.make(NAME, pcap([LOST_DF]))
        outputs = {(self.run_in(b"check", b"--", NAME, environment=environment).stdout) for environment in LOCALES}
        self.assertEqual(len(outputs), 1)

    def test_json_lines(self):
        """They escape for themselves, so that a program gets the name as it is."""
        for name, _ in NAMES:
            self.make(name, pcap([LOST_DF]))
            result = subprocess.run([Path(COMMAND).resolve(), "check", "--format", "jsonl", "--", name], cwd=self.path, stdout=subprocess.PIPE)
            lines = [json.loads(line) for line in result.stdout.splitlines()]
            self.assertEqual([line["type"] for line in lines], ["finding", "summary"])
            try:
                self.assertEqual(lines[0]["file"], name.decode())
            except UnicodeDecodeError:
                self.assertIn("\ufffd", lines[0]["file"])

    def test_progress(self):
        try:
            terminal, end = pty.openpty()
        except OSError as error:
            self.skipTest("no pseudo-terminal: %s" % error)  # as in a bare chroot
        self.make(b"\x1b[2J\xff", pcap([LOST_DF] * 70000))
        process = subprocess.Popen([Path(COMMAND).resolve(), "check", b"\x1b[2J\xff"], cwd=self.path, stdout=subprocess.DEVNULL, stderr=end)
        os.close(end)
        process.wait(60)
        shown = os.read(terminal, 65536)
        os.close(terminal)
        self.assertRegex(shown, rb"^\r\\x1b\[2J\\xff: 65536 packets, [\w %,/:]+ left\x1b\[K\r\x1b\[K$")

    def test_nothing_else_writes_to_standard_error(self):
        """What is said goes through one function. (This reads the sources; the program can't show what it does not do.)"""
        folder = TESTDATA.parent / "analyzer"
        for path in folder.rglob("*.c"):
            found = re.findall(r"\b(?:g_printerr|g_print|perror|psignal|g_warning|g_message|g_critical|error_at_line)\b|\bstderr\b|STDERR_FILENO",
                               path.read_text())
            allowed = {"say.c": {"stderr"}, "progress.c": {"STDERR_FILENO"}, "standard_files.c": {"STDERR_FILENO"},
                       "out_of_memory.c": {"STDERR_FILENO"}, "output.c": {"stderr", "STDERR_FILENO"}}.get(path.name, set())
            self.assertLessEqual(set(found), allowed, path)


if __name__ == "__main__":
    harness.main()
