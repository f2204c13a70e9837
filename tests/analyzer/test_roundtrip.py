# SPDX-License-Identifier: GPL-2.0-or-later
"""roundtrip: every frame is counted once, as the gravest of what was found in it."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
from harness import Roundtrip
from packets import ethernet, ipv4, pcap
from vectors import HOST, PEER, fragments, inner, outer

RAW = 101
FAR = {"src": "172.16.0.1", "dst": "172.16.0.2"}


def datagram(octets):
    return inner(payload=b"x" * octets, protocol=253, df=False)


def pieces(packet, *cuts, **options):
    """The packets, without link headers, of the fragments of a tunnel packet."""
    return [frame[14:] for frame in fragments(packet, *cuts, **options)]


class Counts(unittest.TestCase):
    def assert_counts(self, packets, identical, different, reasons):
        result = Roundtrip("-", stdin=pcap(packets, RAW))
        summary = result.summary
        self.assertEqual((summary["identical"], summary["different"], summary["reasons"]), (identical, different, reasons))
        self.assertEqual(identical + different + sum(reasons.values()), len(packets))
        self.assertEqual(result.status, int(different > 0))
        return result

    def test_difference_around_a_fragment(self):
        """The fragment of an inner tunnel waits for the other one; what is wrong around it must not be forgotten."""
        first, second = pieces(datagram(100), 48, id=99, **FAR)
        common = [outer(inner(), id=i) for i in range(5)]
        result = self.assert_counts([outer(first, ttl=63, tos=8), outer(second), *common], 5, 2, {})
        self.assertEqual({line["field"] for line in result.differences}, {"ttl", "dscp"})
        self.assert_counts([outer(first, ttl=63, tos=8), *common], 5, 1, {})  # the second one never comes

    def test_fragments_of_fragments(self):
        """An inner fragment that came in outer fragments stands for all their frames."""
        first, second = pieces(datagram(200), 96, id=99, **FAR)
        packets = pieces(first, 48, id=1) + pieces(second, 48, id=2)
        self.assert_counts(packets, 4, 0, {})
        self.assert_counts(packets[:3], 0, 0, {"fragment": 3})

    def test_fragments_that_are_of_no_use(self):
        first, second = pieces(datagram(100), 48)
        self.assert_counts([first, first, second], 2, 0, {"fragment": 1})
        self.assert_counts([first], 0, 0, {"fragment": 1})

    def test_super_packets(self):
        """Larger than any header can say."""
        large = ipv4(HOST, PEER, bytes(100000), total=0)
        self.assert_counts([outer(large, total=0)], 0, 0, {"too_large": 1})
        self.assert_counts([large], 0, 0, {"too_large": 1})

    def test_many_tunnels_to_one_hub(self):
        packets = [outer(inner(), src="10.%d.%d.%d" % (i >> 16, i >> 8 & 255, i & 255)) for i in range(1, 30000)]
        self.assert_counts(packets, len(packets), 0, {})  # took a minute when they all fell into one bucket


class Pipes(unittest.TestCase):
    def test_read_twice(self):
        data = pcap([ethernet(outer(inner()))] * 50)
        with tempfile.TemporaryDirectory() as folder:
            result = subprocess.run([harness.COMMAND, "roundtrip", "-"], input=data, capture_output=True,
                                    env={**os.environ, "TMPDIR": folder})
            self.assertIn(b"identical      50\n", result.stdout)
            self.assertEqual(os.listdir(folder), [])

    def test_no_room_for_the_copy(self):
        """An error at once, and nothing that waits for a pipe."""
        with tempfile.TemporaryDirectory() as folder:
            pipe = Path(folder) / "pipe"
            os.mkfifo(pipe)
            for path in ("-", pipe):
                result = subprocess.run([harness.COMMAND, "roundtrip", path], input=pcap([ethernet(outer(inner()))]), capture_output=True,
                                        env={**os.environ, "TMPDIR": "/nonexistent"}, timeout=harness.HANGS)
                self.assertEqual(result.returncode, 3)
                self.assertIn(b"can't be copied to a temporary file", result.stderr)


if __name__ == "__main__":
    harness.main()
