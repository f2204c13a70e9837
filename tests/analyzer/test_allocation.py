# SPDX-License-Identifier: GPL-2.0-or-later
"""Whichever allocation fails, once or from there on: the answer is that of a run with memory, or a clear error; never another one.

A sample of the allocations of every verb and format; IPIP_FAULTS=all tries each, which takes minutes.
"""

import os
import subprocess
import tempfile
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import harness
from harness import COMMAND, TESTDATA

LIBRARY = os.environ["IPIP_FAULT"]
EACH = 40  # allocations of a command that are tried, each once and lastingly
FIRST = 10  # of them at its start, the others evenly after that
WORDS = "out of memory"

VIOLATIONS, TOOBIG, LAB = TESTDATA / "violations.pcap", TESTDATA / "toobig.pcapng", TESTDATA / "lab.pcapng"
SIDES = [TESTDATA / "kernel" / "ipip-ttl-64" / (side + ".pcap") for side in ("inner", "outer")]
POLICY = TESTDATA / "example.conf"
TUNNEL = ("--tunnel", "local 192.0.2.1 remote 192.0.2.2")
FILTERS = ("--filter", "ip proto 4 and port 53 or host 10.10.100.10", "--inner", "udp or icmp or tcp")

# OUT is a file in a folder of its own. A file after "<" is standard input.
COMMANDS = [
    ("check", "--no-config", VIOLATIONS),
    ("check", "--no-config", "--jobs", 1, VIOLATIONS),
    ("check", "--no-config", "--all", "--inner", "ip", LAB),
    ("check", "--no-config", "--format", "jsonl", VIOLATIONS),
    ("check", "--config", POLICY, VIOLATIONS),
    ("check", "--config", POLICY, "--format", "sarif", VIOLATIONS),
    ("check", "--no-config", "--format", "gitlab", VIOLATIONS),  # not junit, which has times
    ("check", "--no-config", "--quiet", "--output", "csv=OUT", VIOLATIONS),
    ("check", "--no-config", *FILTERS, VIOLATIONS),
    ("check", "--no-config", "--quiet", "--write-baseline", "OUT", VIOLATIONS),
    ("check", "--no-config", "--baseline", "BASELINE", VIOLATIONS, TOOBIG),
    *(("check", "--no-config", "--format", name, VIOLATIONS) for name in ("html", "github", "markdown", "csv")),
    ("check", "--no-config", "--summary", VIOLATIONS),
    ("check", "--no-config", "--merge", "time", *SIDES),
    ("check", "--no-config", "GZIP"),
    ("check", "--no-config", "ZSTD"),
    ("check", "--no-config", "LZ4"),
    ("decap", "-w", "OUT", VIOLATIONS),
    ("decap", "-w", "OUT.gz", TOOBIG),
    ("decap", "-w", "OUT.zst", TOOBIG),
    ("decap", "-w", "OUT.lz4", TOOBIG),
    ("decap", "-w", "-", VIOLATIONS),
    ("decap", "--format", "jsonl", "-w", "OUT", VIOLATIONS),
    ("encap", *TUNNEL, "-w", "OUT.pcapng", LAB),
    ("roundtrip", VIOLATIONS),
    ("roundtrip", "--format", "jsonl", LAB),
    ("roundtrip", "-", "<", LAB),
    ("pair", "--no-config", LAB),
    ("pair", "--no-config", "--format", "jsonl", "--matches", *SIDES),
    ("report", "--no-config", "-w", "OUT", VIOLATIONS),
    ("conform", "--no-config", *SIDES),
    ("conform", "--no-config", "--format", "jsonl", *SIDES),
    ("conform", "--no-config", "--quiet", "--output", "html=OUT", *SIDES),
    ("stimulus", "-w", "OUT"),
    ("tunnels", TOOBIG),
    ("tunnels", "--format", "jsonl", TOOBIG),
    ("rules",),
    ("rules", "--profiles"),
    ("explain", "IPIP105"),
    ("check", "--help"),
]


def sample(count):
    """Which of so many allocations fail."""
    if os.environ.get("IPIP_FAULTS") == "all" or count <= EACH:
        return range(1, count + 1)
    step = (count - FIRST) / (EACH - FIRST)
    return [*range(1, FIRST + 1), *(round(FIRST + step * i) for i in range(1, EACH - FIRST + 1))]


class Inputs:
    """What some commands read, made once."""

    def __init__(self, folder):
        self.names = {"BASELINE": folder / "known.jsonl", "GZIP": folder / "in.pcapng.gz", "ZSTD": folder / "in.pcapng.zst",
                      "LZ4": folder / "in.pcapng.lz4"}
        harness.run("check", "--no-config", "--quiet", "--write-baseline", self.names["BASELINE"], VIOLATIONS)
        for name in ("GZIP", "ZSTD", "LZ4"):
            harness.run("encap", *TUNNEL, "-w", self.names[name], LAB)


class Outcome:
    """What a command came to, with its files."""

    def __init__(self, command, inputs, at=None, lasting=False, count=None, threads=True):
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder, "out")
            words = [str(inputs.names.get(word, word)) for word in command]
            words = [str(output) + word[3:] if word.startswith("OUT") else word for word in words]
            stdin = subprocess.DEVNULL
            if "<" in words:
                words, stdin = words[:-2], open(words[-1], "rb")
            environment = {**os.environ, "LD_PRELOAD": LIBRARY, "TMPDIR": folder}
            if at:
                environment["IPIP_FAULT_AT"] = str(at)
            if lasting:
                environment["IPIP_FAULT_LASTING"] = "1"
            if not threads:
                environment["IPIP_FAULT_THREADS"] = "1"
            if count:
                environment["IPIP_FAULT_COUNT"] = str(count)
            result = subprocess.run([COMMAND, *words], stdin=stdin, capture_output=True, env=environment, timeout=harness.HANGS)
            if stdin != subprocess.DEVNULL:
                stdin.close()
            self.status, self.stdout = result.returncode, result.stdout
            self.stderr = result.stderr.decode(errors="replace").replace(folder, "FOLDER")
            self.files = {path.name: path.read_bytes() for path in Path(folder).iterdir()}

    def is_as(self, golden):
        return (self.status, self.stdout, self.files) == (golden.status, golden.stdout, golden.files)

    def fault(self, golden):
        """Why it is neither the golden answer nor a clear error; None where it is one of them."""
        if self.is_as(golden):
            return None
        if self.status < 0:
            return "died of signal %d" % -self.status
        if self.status not in (3, 4):
            return "status %d instead of %d%s" % (self.status, golden.status, "" if self.stdout == golden.stdout else ", and another answer")
        if WORDS not in self.stderr:
            return "no word of memory"
        if not golden.stdout.startswith(self.stdout):
            return "another answer"
        if self.files and self.files != golden.files:  # complete, or absent
            return "files are left"
        return None


class Allocation(unittest.TestCase):
    def test_no_failed_allocation_changes_an_answer(self):
        faults, tried = Counter(), 0
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
            inputs, counted = Inputs(Path(folder)), Path(folder, "count")
            for command in COMMANDS:
                golden = Outcome(command, inputs, count=counted)
                self.assertIn(golden.status, (0, 1), golden.stderr)
                count = int(counted.read_text())
                self.assertGreater(count, 5)  # it was counted at all
                cases = [(at, lasting) for at in sample(count) for lasting in (False, True)]
                ends = Counter()

                def attempt(case):
                    return Outcome(command, inputs, at=case[0], lasting=case[1])

                for case, outcome in zip(cases, pool.map(attempt, cases)):
                    tried += 1
                    why = outcome.fault(golden)
                    ends[why or "as with memory" if why or outcome.is_as(golden) else "status %d" % outcome.status] += 1
                    if why:
                        faults[why] += 1
                        if faults[why] <= 3:
                            print("%s, allocation %d%s: %s: %s" % (" ".join(map(str, command)), case[0], " and all that follow" * case[1], why,
                                                                   outcome.stderr[-200:]))
                if os.environ.get("IPIP_FAULTS"):
                    print("%-60s %6d %s" % (" ".join(str(word).split("/")[-1] for word in command), count, dict(ends)), flush=True)
        self.assertGreater(tried, 1000)
        self.assertFalse(faults, "of %d failed allocations" % tried)


    def test_no_thread(self):
        """Who can't be helped by another thread does all of the work."""
        with tempfile.TemporaryDirectory() as folder:
            inputs, large = Inputs(Path(folder)), Path(folder, "large.pcap")
            data = VIOLATIONS.read_bytes()
            large.write_bytes(data[:24] + data[24:] * 2000)  # more than one batch of the output
            for command in (("check", "--no-config", VIOLATIONS), ("decap", "-w", "OUT", large), ("decap", "-w", "OUT.gz", large)):
                with self.subTest(command):
                    jobs = (*command[:1], "--jobs", 2, *command[1:])
                    golden, alone = Outcome(jobs, inputs), Outcome(jobs, inputs, threads=False)
                    self.assertIn(golden.status, (0, 1), golden.stderr)
                    self.assertTrue(alone.is_as(golden), alone.stderr)


if __name__ == "__main__":
    harness.main()
