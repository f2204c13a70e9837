# SPDX-License-Identifier: GPL-2.0-or-later
"""What the command says and writes does not depend on where reads, runs of records, chunks and batches begin and end, nor on how many
threads take them: a build of the command in which their sizes are drawn at random (tests/chunked) has the same answer.

IPIP_SEED repeats a run. IPIP_SAMPLE: one seed in place of three, where the sanitizers make it slow.
"""

import gzip
import os
import random
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
import joined
from harness import CAPTURES, TESTDATA, run
from packets import pcap
from vectors import VECTORS

CHUNKED = os.environ["IPIP_CHUNKED"]
IS_FOR_THREADS = "IPIP_THREADS_ONLY" in os.environ  # the thread sanitizer, which makes all of it slow
SEED = int(os.environ.get("IPIP_SEED") or random.SystemRandom().randrange(1 << 32))
JOBS = (3,) if IS_FOR_THREADS else (1, 2, 3, 8)
TURNS = 1 if IS_FOR_THREADS or "IPIP_SAMPLE" in os.environ else 3  # seeds for each number of threads


def captures_at_hand():
    paths = sorted(path for path in TESTDATA.rglob("*.pcap*") if path.is_file())
    if os.environ.get("IPIP_CAPTURES") and CAPTURES.is_dir() and not IS_FOR_THREADS:
        paths += harness.third_party_captures()
    return paths


def chunked(seed, *arguments, **options):
    return run(*arguments, executable=CHUNKED, env={**os.environ, "IPIP_SEED": str(seed)}, text=False, **options)


class Chunks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print("IPIP_SEED=%d" % SEED, flush=True)
        cls.seeds = random.Random(SEED)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.captures = captures_at_hand()
        cls.whole = joined.in_a_row([path for path in cls.captures if TESTDATA in path.parents])

    def assert_same(self, *arguments, stdin=None):
        """Status, standard output and standard error, octet for octet."""
        usual = run(*arguments, "--jobs", 1, stdin=stdin, text=False)
        cases = [(number, self.seeds.randrange(1 << 32)) for number in JOBS for _ in range(TURNS)]
        results = harness.each(lambda case: chunked(case[1], *arguments, "--jobs", case[0], stdin=stdin), cases)
        for (number, seed), result in zip(cases, results):
            for what in ("returncode", "stdout", "stderr"):
                self.assertEqual(getattr(result, what), getattr(usual, what),
                                 "seed %d, --jobs %d: %s" % (seed, number, " ".join(map(str, arguments))[:200]))
        return usual

    def test_sizes_are_drawn(self):
        """They can't be without a seed, so that nothing is compared with itself."""
        self.assertNotEqual(subprocess.run([CHUNKED, "check", TESTDATA / "violations.pcap"], capture_output=True,
                                           env={**os.environ, "IPIP_SEED": ""}).returncode, 1)

    def test_check(self):
        """Every capture, whole ones and broken ones, as one run."""
        for options in ((), ("--format", "jsonl"), ("--inner", "udp"), ("--filter", "ip proto 4 or icmp", "--format", "jsonl")):
            result = self.assert_same("check", "--no-config", *options, *self.captures)
            self.assertGreater(result.stdout.count(b"\n"), len(self.captures))

    def test_vectors(self):
        frames = joined.in_a_row(pcap(vector.fail, vector.link_type, captured=vector.captured) for vector in VECTORS.values())
        result = self.assert_same("check", "--no-config", "--format", "jsonl", "-", stdin=frames)
        self.assertGreater(result.stdout.count(b'"type":"finding"'), len(VECTORS) / 2)

    def test_formats(self):
        """One capture as pcapng and, where its records allow, pcap of either byte order; packed, and cut off."""
        small, large = VECTORS["IPIP105"].fail[0], bytes(70_000)
        frames = [small, (small + large[:1000], 1100), small, small, (small + large, len(small) + 80_000)] * 60
        inputs = {"whole.pcapng": self.whole, "cut.pcapng": self.whole[:-100], "whole.pcapng.gz": gzip.compress(self.whole, 1),
                  "damaged.pcapng.gz": gzip.compress(self.whole, 1)[:-10], "large.pcap": pcap(frames),
                  "big-endian.pcap": pcap(frames, big_endian=True, nanoseconds=True), "cut.pcap": pcap(frames)[:-30]}
        for name, data in inputs.items():
            (self.folder / name).write_bytes(data)
        for packed in ("whole.pcapng.zst", "whole.pcapng.lz4"):
            run("decap", "--all", "-q", "--jobs", 1, "-w", self.folder / packed, self.folder / "whole.pcapng")
            inputs[packed] = None
        for name in inputs:
            result = self.assert_same("check", "--no-config", "--format", "jsonl", self.folder / name)
            self.assertGreater(len(result.stdout), 1000, name)

    def test_roundtrip(self):
        """Also fragments and differences, which wait for their turn."""
        for options in (("--format", "jsonl"), (), ("--inner", "udp"), ("--kinds", "ipip")):
            result = self.assert_same("roundtrip", *options, *self.captures)
            self.assertGreater(result.stdout.count(b"\n"), 10, options)

    def test_tunnels(self):
        self.assert_same("tunnels", "--format", "jsonl", *self.captures)

    def test_transform(self):
        """Also fragments, which the threads put together in the order of the capture, and a header that the first packet decides."""
        (self.folder / "verbs.pcapng").write_bytes(self.whole)
        tunnel = ("encap", "--tunnel", "local 192.0.2.1 remote 192.0.2.2 nopmtudisc", "--mtu", "576")
        for options in (("decap", "--all"), ("decap", "--inner", "udp", "--only-tunnel"), tunnel):
            self.assertGreater(len(self.assert_same(*options, "-w", "-", self.folder / "verbs.pcapng").stdout), 1000)
        frames = VECTORS["IPIP105"].fail * 2000
        for name in ("one.pcapng", "one.pcap"):
            run("decap", "-q", "-w", self.folder / name, "-", stdin=pcap(frames))
            for out in ("out.pcap", "out.pcapng", "out.pcap.lz4"):
                written = set()
                for number in JOBS:
                    result = chunked(self.seeds.randrange(1 << 32), *tunnel, "--jobs", number, "-w", self.folder / out, self.folder / name)
                    self.assertEqual(result.returncode, 0, result.stderr)
                    written.add((self.folder / out).read_bytes())
                self.assertEqual(len(written), 1, "%s to %s" % (name, out))


if __name__ == "__main__":
    harness.main()
