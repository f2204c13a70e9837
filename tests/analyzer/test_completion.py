# SPDX-License-Identifier: GPL-2.0-or-later
"""Completion: what the command offers, and that bash, zsh and fish offer the same. Each shell is run, if it is there."""

import os
import pty
import re
import select
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import harness
from harness import COMMAND, TESTDATA, run

SCRIPTS = TESTDATA.parent / "completion"
# A line, and some of what is offered for its last word, in whole; the files a.pcap and b.sarif are there.
LINES = [
    ("ipip ro", ["roundtrip"]),
    ("ipip check --min", ["--min-severity"]),
    ("ipip check --format sa", ["sarif"]),
    ("ipip check --format=sa", ["--format=sarif"]),
    ("ipip check --profile strict", ["strict-rfc2003"]),
    ("ipip check --select IPIP105", ["IPIP105"]),
    ("ipip check --select IPIP105,IPIP502", ["IPIP105,IPIP502"]),
    ("ipip check --output jun", ["junit="]),
    ("ipip check --output sarif=b.s", ["sarif=b.sarif"]),
    ("ipip check a.p", ["a.pcap"]),
    ("ipip decap -w a.", ["a.pcap"]),
    ("ipip explain df-not", ["df-not-propagated"]),
    ("ipip tunnels --format ", ["text", "jsonl"]),
    ("ipip decap --format j", ["jsonl"]),
]


def offered(*words):
    return [line.split("\t")[0] for line in run("--complete", *words).stdout.splitlines()]


class Command(unittest.TestCase):
    def test_verbs(self):
        self.assertEqual(offered("ro"), ["roundtrip"])
        self.assertEqual(offered(), offered(""))
        self.assertEqual(sorted(offered("")), sorted(re.findall(r"(?m)^  ipip (\w+) ", run("--help").stdout)))

    def test_options(self):
        for verb in offered(""):
            self.assertEqual(offered(verb, "--"), re.findall(r"(?m)^  (?:-\w, )?(--[\w-]+)", run(verb, "--help").stdout), verb)

    def test_values(self):
        self.assertEqual(offered("check", "--format", ""), ["text", "jsonl", "html", "sarif", "junit", "github", "gitlab", "csv", "markdown"])
        for verb in ("tunnels", "decap", "encap"):
            self.assertEqual(offered(verb, "--format", ""), ["text", "jsonl"])
        self.assertEqual(offered("check", "--profile", ""), re.findall(r'"profile":"([^"]+)"', run("rules", "--profiles", "--format", "jsonl").stdout))
        self.assertEqual(offered("check", "--select=IPIP10"), ["--select=IPIP10%d" % n for n in range(10)])
        self.assertEqual(offered("check", "--output", "sarif=x"), [":files sarif="])
        self.assertEqual(offered("check", "--config", ""), [":files"])
        self.assertEqual(offered("frob", "x"), [])
        for option in ("--vantage", "--inner-side", "--fail-on", "--min-severity", "--group-by", "--color", "--kinds"):
            values = offered("check", option, "")
            self.assertGreater(len(values), 2, option)
            for value in values:
                result = run("check", "--no-config", option, value, TESTDATA / "lab.pcapng")
                self.assertNotEqual(result.returncode, 2, (option, value))


class Shells(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name in ("a.pcap", "b.sarif"):
            Path(self.folder, name).write_text("")
        os.mkdir(Path(self.folder, "bin"))
        os.symlink(Path(COMMAND).resolve(), Path(self.folder, "bin", "ipip"))
        self.environment = {"PATH": "%s/bin:%s" % (self.folder, os.environ["PATH"]), "HOME": self.folder, "TERM": "dumb", "LC_ALL": "C.UTF-8"}

    def run_shell(self, *arguments, **options):
        return subprocess.run(arguments, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60, **options)

    @unittest.skipUnless(shutil.which("bash"), "no bash")
    def test_bash(self):
        """As readline calls it: words, split at =."""
        for line, expected in LINES:
            words = re.findall(r"=|[^\s=]+", line) + ([""] if line.endswith((" ", "=")) else [])
            script = """source "$1"; shift
                COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ipip 2>/dev/null; printf '%s\\n' "${COMPREPLY[@]}" """
            result = self.run_shell("bash", "--norc", "-c", script, "bash", str(SCRIPTS / "ipip.bash"), *words)
            last = line.rsplit(" ", 1)[1]
            head = last[:last.rindex("=") + 1] if "=" in last else ""
            self.assertEqual(result.stdout.splitlines(), [word.removeprefix(head) for word in expected], (line, result.stderr))

    @unittest.skipUnless(shutil.which("fish"), "no fish")
    def test_fish(self):
        for line, expected in LINES:
            result = self.run_shell("fish", "--no-config", "-c", "source %s; complete -C %r" % (SCRIPTS / "ipip.fish", line))
            self.assertEqual([word.split("\t")[0] for word in result.stdout.splitlines()], expected, (line, result.stderr))

    @unittest.skipUnless(shutil.which("zsh"), "no zsh")
    def test_zsh(self):
        """On a terminal, as zsh completes nowhere else: the line after Tab."""
        functions = Path(self.folder, "functions")
        functions.mkdir()
        shutil.copy(SCRIPTS / "_ipip", functions)
        Path(self.folder, ".zshrc").write_text("fpath=(%s $fpath); autoload -Uz compinit; compinit -u -D; PS1='> '; unsetopt beep\n"
                                               "show() { print -r -- \"<<$BUFFER>>\" >> %s/shown; BUFFER=; zle accept-line }\n"
                                               "zle -N show; bindkey '^G' show\n" % (functions, self.folder))
        for line, expected in LINES:
            if len(expected) == 1:
                self.assertEqual(self.completed_by_zsh(line).strip(), line.rsplit(" ", 1)[0] + " " + expected[0], line)

    def completed_by_zsh(self, line):
        shown = Path(self.folder, "shown")
        shown.unlink(missing_ok=True)
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.execvpe("zsh", ["zsh", "-i"], self.environment)
        self.read_until(terminal, b"> ")
        os.write(terminal, line.encode() + b"\t\x07")
        deadline = time.monotonic() + 20
        while not (shown.exists() and shown.read_text().endswith(">>\n")) and time.monotonic() < deadline:
            self.read_until(terminal, None, 0.05)
        os.write(terminal, b"exit\n")
        self.read_until(terminal, None, 0.2)
        os.close(terminal)
        os.waitpid(process, 0)
        return re.search(r"<<(.*)>>", shown.read_text())[1]

    def read_until(self, terminal, text, seconds=20.0):
        seen = b""
        deadline = time.monotonic() + seconds
        while (text is None or text not in seen) and time.monotonic() < deadline:
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    seen += os.read(terminal, 4096)
                except OSError:
                    return


if __name__ == "__main__":
    harness.main()
