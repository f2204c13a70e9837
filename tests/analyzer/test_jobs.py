# SPDX-License-Identifier: GPL-2.0-or-later
"""What the command says and writes does not depend on the number of threads."""

import gzip
import os
import sys
import tempfile
import unittest
from pathlib import Path

import harness
import joined
from harness import CAPTURES, TESTDATA, run
from packets import pcap
from vectors import VECTORS

JOBS = (1, 2, 3, 8)


LARGEST = 10  # third-party captures; one that fits into a batch has nothing for a second thread


def testdata():
    return sorted(path for path in TESTDATA.rglob("*.pcap*") if path.is_file())


def third_party():
    return harness.third_party_captures() if os.environ.get("IPIP_CAPTURES") and CAPTURES.is_dir() else []


class Jobs(unittest.TestCase):
    maxDiff = None

    def assert_same(self, *arguments, stdin=None):
        """Every number of threads: status, standard output and standard error, octet for octet."""
        results = harness.each(lambda jobs: run(*arguments, "--jobs", jobs, stdin=stdin, text=False), JOBS)
        for jobs, result in zip(JOBS[1:], results[1:]):
            for what in ("returncode", "stdout", "stderr"):
                self.assertEqual(getattr(result, what), getattr(results[0], what), "%s, %d jobs" % (arguments, jobs))
        return results[0]

    def test_every_capture_as_one_run(self):
        """Whole ones and broken ones, one after the other, through batch after batch."""
        paths = testdata() + third_party()
        self.assertGreater(len(paths), 300)
        for options in (("--format", "jsonl"), (), ("--profile", "strict-rfc2003"), ("--inner", "udp")):
            result = self.assert_same("check", "--no-config", *options, *paths)
            self.assertEqual(result.returncode, 3 if third_party() else 1, options)
            self.assertGreater(result.stdout.count(b"\n"), len(paths))
        for verb in ("roundtrip", "tunnels"):
            result = self.assert_same(verb, "--format", "jsonl", *paths)
            self.assertGreater(result.stdout.count(b"\n"), 10, verb)

    def test_check_vectors(self):
        frames = joined.in_a_row(pcap(vector.fail, vector.link_type, captured=vector.captured) for vector in VECTORS.values())
        result = self.assert_same("check", "--no-config", "--format", "jsonl", "-", stdin=frames)
        self.assertGreater(result.stdout.count(b'"type":"finding"'), len(VECTORS) / 2)

    def test_check_damage_and_filters(self):
        whole = (TESTDATA / "violations.pcap").read_bytes()
        for cut in (1, 40, 75):  # in the octets of the last record, and in its header
            result = self.assert_same("check", "--no-config", "-", stdin=whole[:-cut])
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

    def test_transform(self):
        """All of testdata in one capture, the same as it breaks off, and what is large of others; packed and not."""
        with tempfile.TemporaryDirectory() as folder:
            whole = joined.in_a_row(testdata())
            inputs = {"whole.pcapng": whole, "cut.pcapng": whole[:-100], "whole.pcapng.gz": gzip.compress(whole, 1)}
            for name, data in inputs.items():
                Path(folder, name).write_bytes(data)
            paths = [Path(folder, name) for name in inputs]
            paths += sorted(third_party(), key=lambda path: path.stat().st_size)[-LARGEST:]

            def written(case):
                path, (verb, *options), suffix = case
                outputs = []
                for jobs in JOBS:
                    output = Path(folder) / ("%s-%s-%d%s" % (verb, path.name, jobs, suffix))
                    result = run(verb, *options, "--jobs", jobs, "-w", output, path)
                    outputs.append((result.returncode, output.read_bytes() if output.exists() else None))
                    if output.exists():
                        output.unlink()
                self.assertEqual(outputs[1:], outputs[:1] * (len(JOBS) - 1), case)
                return outputs[0][1] is not None

            cases = [(path, verb, suffix) for path in paths for suffix in (".pcapng", ".pcapng.gz")
                     for verb in (("decap", "--all"), ("encap", "--tunnel", "local 192.0.2.1 remote 192.0.2.2"))]
            self.assertGreater(sum(harness.each(written, cases)), len(cases) / 2)


if __name__ == "__main__":
    harness.main()
