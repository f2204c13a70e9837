# SPDX-License-Identifier: GPL-2.0-or-later
"""What the command says and writes does not depend on the number of threads."""

import gzip
import os
import sys
import tempfile
import unittest
from pathlib import Path

import harness
from harness import CAPTURES, TESTDATA, run
from packets import pcap
from vectors import VECTORS
from flow_vectors import FLOW
from icmp_vectors import ICMP

JOBS = (1, 2)  # more have nothing to do


def testdata():
    return sorted(path for path in TESTDATA.rglob("*.pcap*") if path.is_file())


def third_party():
    return harness.third_party_captures() if os.environ.get("IPIP_CAPTURES") and CAPTURES.is_dir() else []


class Jobs(unittest.TestCase):
    maxDiff = None

    def assert_same(self, *arguments, stdin=None):
        """Every number of threads: status, standard output and standard error, octet for octet."""
        results = [run(*arguments, "--jobs", jobs, stdin=stdin, text=False) for jobs in JOBS]
        for jobs, result in zip(JOBS[1:], results[1:]):
            for what in ("returncode", "stdout", "stderr"):
                self.assertEqual(getattr(result, what), getattr(results[0], what), "%s, %d jobs" % (arguments, jobs))
        return results[0]

    def test_check_every_capture(self):
        paths = testdata() + third_party()
        self.assertGreater(len(paths), 300)
        said = harness.each(lambda path: self.assert_same("check", "--no-config", "--format", "jsonl", path), paths)
        self.assertGreater(sum(result.stdout.count(b"\n") for result in said), len(paths))

    def test_check_all_as_one_run(self):
        for profile in ("modern", "strict-rfc2003"):
            result = self.assert_same("check", "--no-config", "--profile", profile, *testdata())
            self.assertEqual(result.returncode, 1)

    def test_check_vectors(self):
        vectors = [*VECTORS.items(), *FLOW.items(), *ICMP.items()]

        def check(item):
            vector = item[1]
            frames = pcap(vector.fail, vector.link_type, captured=vector.captured)
            return self.assert_same("check", "--no-config", "--format", "jsonl", "-", stdin=frames)

        said = harness.each(check, vectors)
        self.assertGreater(sum(b'"finding"' in result.stdout for result in said), len(vectors) / 4)

    def test_check_damage_and_filters(self):
        whole = (TESTDATA / "violations.pcap").read_bytes()
        for cut in range(len(whole) - 40, len(whole)):
            result = self.assert_same("check", "--no-config", "-", stdin=whole[:cut])
            self.assertEqual(result.returncode, 3)
        self.assert_same("check", "--no-config", "-", stdin=gzip.compress(whole)[:-10])
        self.assert_same("check", "--no-config", "--filter", "ip[8] < 64", TESTDATA / "violations.pcap")
        self.assert_same("check", "--no-config", "--inner", "udp", TESTDATA / "violations.pcap")

    def test_check_large_records(self):
        """Records beyond what a batch has room for, among small ones."""
        small = VECTORS["IPIP105"].fail[0]
        frames = [(small + bytes(size), len(small) + size) for size in (0, 70_000, 0, 0, 65_400, 300_000, 0) * 40]
        result = self.assert_same("check", "--no-config", "--select", "IPIP105", "--format", "jsonl", "-", stdin=pcap(frames))
        self.assertEqual(result.stdout.count(b'"IPIP105","severity"') or result.stdout.count(b'"rule":"IPIP105"'), len(frames))

    def test_transform_every_capture(self):
        with tempfile.TemporaryDirectory() as folder:
            def written(path, verb, *options):
                outputs = []
                for jobs in JOBS:
                    output = Path(folder) / ("%s-%s-%d" % (verb, str(path).replace("/", "_"), jobs))
                    result = run(verb, *options, "--jobs", jobs, "-w", output, path)
                    outputs.append((result.returncode, output.read_bytes() if output.exists() else None))
                    if output.exists():
                        output.unlink()
                self.assertEqual(outputs[1:], outputs[:1] * (len(JOBS) - 1), "%s %s" % (verb, path))
                return outputs[0][1] is not None

            paths = testdata() + third_party()
            for verb, options in (("decap", ["--all"]), ("encap", ["--tunnel", "local 192.0.2.1 remote 192.0.2.2"])):
                done = harness.each(lambda path: written(path, verb, *options), paths)
                self.assertGreater(sum(done), len(paths) / 2)


if __name__ == "__main__":
    harness.main()
