# SPDX-License-Identifier: GPL-2.0-or-later
"""How far a command has come: on a terminal, of every command that reads captures, and gone in the end."""

import os
import pty
import re
import select
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
from harness import COMMAND, run
from packets import ethernet, pcap
from tunnel_packets import inner, outer

GOOD = ethernet(outer(inner()))
LOST_DF = ethernet(outer(inner(id=2), df=False, id=2))  # IPIP105, an error


class Progress(unittest.TestCase):
    def run_on_a_terminal(self, *arguments, packets=70000, stdin=None):
        """What the command writes to a standard error that is a terminal."""
        try:
            terminal, end = pty.openpty()
        except OSError as error:
            self.skipTest("no pseudo-terminal: %s" % error)  # as in a bare chroot
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "large.pcap"
            path.write_bytes(pcap([GOOD] * packets))
            arguments = [str(argument).replace("FOLDER", folder) for argument in arguments or ("check", "FOLDER/large.pcap")]
            process = subprocess.Popen([COMMAND, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=end)
            os.close(end)
            output = process.communicate(stdin and path.read_bytes(), timeout=harness.HANGS)[0]
            try:
                shown = os.read(terminal, 65536)
            except OSError:
                shown = b""
            os.close(terminal)
            return output, shown

    def test_on_a_terminal_only(self):
        output, shown = self.run_on_a_terminal()
        self.assertRegex(shown, rb"large.pcap: 65536 packets, \d+ %, \d+ packets/s, 0:\d\d left")
        self.assertTrue(shown.endswith(b"\r\x1b[K"))  # gone in the end
        self.assertNotIn(b"65536", output)
        for option in ("--quiet", "--no-progress"):
            self.assertEqual(self.run_on_a_terminal("check", option, "FOLDER/large.pcap")[1], b"")
        self.assertEqual(run("check", "-", stdin=pcap([GOOD] * 70000)).stderr, b"")

    def test_every_verb(self):
        for verb, rest in ((("check", "--jobs", "1"), rb"0:\d\d left"), (("tunnels",), rb"0:\d\d left"), (("roundtrip",), rb"first of two passes"),
                           (("roundtrip",), rb"0:\d\d left"), (("report", "-w", "FOLDER/out.html"), rb"0:\d\d left"),
                           (("pair",), rb"first of two passes"), (("pair",), rb"0:\d\d left"), (("conform",), rb"first of two passes"),
                           (("conform",), rb"0:\d\d left"), (("decap", "-w", "FOLDER/out.pcap"), rb"0:\d\d left"),
                           (("encap", "--tunnel", "local 192.0.2.1 remote 192.0.2.2", "-w", "FOLDER/out.pcap"), rb"0:\d\d left")):
            self.assertRegex(self.run_on_a_terminal(*verb, "FOLDER/large.pcap")[1], rb"large.pcap: 65536 packets, \d+ %, \d+ packets/s, " + rest, verb)
            self.assertNotIn(b"packets/s", self.run_on_a_terminal(*verb, "--no-progress", "FOLDER/large.pcap")[1], verb)

    def test_every_verb_is_there(self):
        """What reads captures has --no-progress, and a row above."""
        reading = {verb for verb in re.findall(r"(?m)^  ipip (\w+) ", run("--help").stdout) if "--no-progress" in run(verb, "--help").stdout}
        self.assertEqual(reading, {"check", "tunnels", "roundtrip", "pair", "conform", "report", "decap", "encap"})

    def test_findings_that_go_elsewhere(self):
        """They do not take the line away: standard output is no terminal."""
        terminal, end = pty.openpty()
        process = subprocess.Popen([COMMAND, "check", "--no-config", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=end)
        os.close(end)
        process.stdin.write(pcap([LOST_DF] * 140000))
        process.stdin.flush()  # and more may come
        shown = b""
        while select.select([terminal], [], [], 1 if shown else harness.HANGS)[0]:
            shown += os.read(terminal, 65536)
        self.assertRegex(shown, rb"^(\r-: \d+ packets, \d+ packets/s\x1b\[K)+$")
        process.communicate(timeout=harness.HANGS)
        self.assertTrue(os.read(terminal, 65536).endswith(b"\r\x1b[K"))
        os.close(terminal)

    def test_pipe(self):
        """How much is left is not known."""
        self.assertRegex(self.run_on_a_terminal("check", "-", stdin=True)[1], rb"-: 65536 packets, \d+ packets/s\x1b")


if __name__ == "__main__":
    harness.main()
