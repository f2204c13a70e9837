# SPDX-License-Identifier: GPL-2.0-or-later
"""What the command prints, in whole: the transcripts of tests/golden and of README.md and doc/.

A line "$ ..." is run by a shell in the project's folder, the lines up to the next one are what it must print (errors included);
"..." alone stands for any lines. test_golden.py --write writes what is printed now: read the difference before you commit it.
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import harness
from harness import COMMAND, TESTDATA

PROJECT = TESTDATA.parent
GOLDEN = PROJECT / "tests" / "golden"


# As `tshark` in the path: with the plugin, and not as root.
TSHARK = """#!%s
import sys
sys.path.insert(0, %r)
import harness
result = harness.tshark(*sys.argv[1:])
sys.stdout.write(result.stdout)
sys.stderr.write(result.stderr)
sys.exit(result.returncode)
""" % (sys.executable, str(Path(harness.__file__).resolve().parent))


def shell(line):
    with tempfile.TemporaryDirectory() as folder:
        tshark = Path(folder, "tshark")
        tshark.write_text(TSHARK)
        tshark.chmod(0o755)
        path = "%s:%s:%s" % (folder, Path(COMMAND).resolve().parent, os.environ["PATH"])
        ours = {name: value for name, value in os.environ.items() if name.startswith("IPIP_")}
        result = subprocess.run(["sh", "-c", line], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=harness.HANGS,
                                env={**ours, "PATH": path, "LC_ALL": "C.UTF-8", "TZ": "UTC"})
    return result.stdout


def steps(text):
    """The commands of a transcript, each with what it prints."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, output = part.partition("\n")
        yield line, output


def transcripts():
    for path in sorted(GOLDEN.glob("*.txt")):
        yield path.name, path.read_text()
    for path in (PROJECT / "README.md", *sorted((PROJECT / "doc").rglob("*.md"))):
        name = str(path.relative_to(PROJECT))
        for block in re.findall(r"^```console\n(.*?)^```$", path.read_text(), flags=re.MULTILINE | re.DOTALL):
            yield name, block


def pattern(output):
    return "".join(".*" if line == "...\n" else re.escape(line) for line in output.splitlines(keepends=True))


class Golden(unittest.TestCase):
    maxDiff = None

    def test_transcripts(self):
        count = 0
        for name, text in transcripts():
            for line, expected in steps(text):
                if "tshark " in line and not harness.PLUGINS_ARE_BUILT:
                    continue
                with self.subTest(name, command=line):
                    printed = shell(line)
                    if re.fullmatch(pattern(expected), printed, flags=re.DOTALL) is None:
                        self.assertEqual(printed, expected)
                count += 1
        self.assertGreater(count, 10)

    def test_samples_are_what_the_generator_makes(self):
        from samples import SAMPLES
        for name, make in SAMPLES.items():
            self.assertEqual((TESTDATA / name).read_bytes(), make(), name)


def write():
    for path in sorted(GOLDEN.glob("*.txt")):
        path.write_text("".join("$ %s\n%s" % (line, shell(line)) for line, _ in steps(path.read_text())))


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    else:
        harness.main()
