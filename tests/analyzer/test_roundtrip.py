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
from tunnel_packets import HOST, PEER, fragments, inner, outer

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


class Words(unittest.TestCase):
    """What is said of a difference is so."""

    COMMON = [outer(inner(), id=i) for i in range(1, 6)]
    NOP = bytes((1, 1, 1, 0))

    def said(self, *packets, common=COMMON):
        result = Roundtrip("-", stdin=pcap([*common, *packets], RAW))
        self.assertEqual(result.summary["different"], len({line["frame"] for line in result.differences}))
        return {line["field"]: line["reason"] for line in result.differences}, result.summary["reasons"]

    def test_alike(self):
        """In text the first one is shown and those with the same values counted; as JSON each is a line."""
        def differ(count, **options):
            return pcap([outer(inner(), id=i) for i in range(1, 30)] + [outer(inner(), id=i, **options) for i in range(30, 30 + count)], RAW)

        for count, said in ((1, []), (2, ["difference in ttl: 1 more like that of - frame 30: frame 31"]),
                            (4, ["difference in ttl: 3 more like that of - frame 30: frames 31, 32, 33"]),
                            (5, ["difference in ttl: 4 more like that of - frame 30: frames 31, 32, 33 and 1 other"]),
                            (9, ["difference in ttl: 8 more like that of - frame 30: frames 31, 32, 33 and 5 others"])):
            text = harness.run("roundtrip", "-", stdin=differ(count, ttl=9), text=False).stdout.decode()
            self.assertEqual(text.count("difference in ttl: - frame"), 1)
            self.assertEqual([line for line in text.splitlines() if " more like " in line], said)
            self.assertEqual(len(Roundtrip("-", stdin=differ(count, ttl=9)).differences), count)

    def test_options(self):
        """They make the header longer, and so Total Length: it covers all that there is."""
        said = {"ihl": "the outer header carries options; encapsulation adds none"}
        self.assertEqual(self.said(outer(inner(), options=self.NOP)), (said, {}))
        self.assertEqual(self.said(outer(inner(), options=self.NOP * 10)), (said, {}))
        said["checksum"] = "the header checksum is wrong"
        self.assertEqual(self.said(outer(inner(), options=self.NOP, sum=5)), (said, {}))

    def test_trailing_octets(self):
        for packet in (outer(inner() + b"more"), outer(inner()) + b"padding", outer(inner(total=20)), outer(inner(total=0))):
            self.assertEqual(self.said(packet), ({}, {}))

    def test_total_length(self):
        total = 20 + len(inner())
        promised = "Total Length exceeds the octets on the wire: cut on the wire, or wrong"
        self.assertEqual(self.said(outer(inner(), total=total + 1)), ({"total_length": promised}, {}))
        self.assertEqual(self.said(outer(inner(), total=0)),
                         ({"total_length": "Total Length is 0: left to segmentation offload, or wrong"}, {}))
        said, _ = self.said(outer(inner(), total=total + 5, options=self.NOP))
        self.assertEqual(said["total_length"], promised)

    def test_lengths_that_nothing_cut_off(self):
        """Whole in the capture: the lengths contradict each other, and no snapshot length has to do with it."""
        total = 20 + len(inner())
        for packet in (outer(inner(), total=total - 1), outer(inner(total=len(inner()) + 1)), inner(total=len(inner()) + 1)):
            self.assertEqual(self.said(packet), ({}, {"malformed": 1}))
        data = pcap([*self.COMMON, (outer(inner())[:-1], len(outer(inner())))], RAW)
        self.assertEqual(Roundtrip("-", stdin=data).summary["reasons"], {"truncated": 1})

    def test_values_of_another_configuration(self):
        """What one packet has may well be copied or inherited where the others' is fixed."""
        fixed = [outer(inner(tos=tos, ttl=tos + 20), id=tos, tos=0x20) for tos in (0, 8, 16, 24, 40, 48)]
        self.assertEqual(self.said(outer(inner(tos=0xB8), tos=0xB8), common=fixed)[0],
                         {"dscp": "the DSCP differs from this configuration: remarked on the path, or another configuration"})
        self.assertEqual(self.said(outer(inner(ttl=33), ttl=33, tos=0x20), common=fixed)[0],
                         {"ttl": "the TTL differs from this configuration: another path, or another encapsulator"})
        self.assertEqual(self.said(outer(inner(), df=False))[0],
                         {"df": "DF differs from this configuration: changed on the path, or another configuration"})
        self.assertEqual(self.said(outer(inner(), tos=3))[0],
                         {"ecn": "the ECN field differs from this configuration: changed on the path, or another configuration"})
        self.assertEqual(self.said(outer(inner(), reserved=True))[0],
                         {"reserved_flag": "encapsulation never sets the reserved flag"})

    def test_either_zero(self):
        """0x0000 and 0xffff are one checksum (RFC 1624): a header that has the other one is right, and the same."""
        for number in range(65536):
            packet = outer(inner(), id=number)
            if packet[10:12] == b"\0\0":
                break
        self.assertEqual(self.said(packet), ({}, {}))
        self.assertEqual(self.said(packet[:10] + b"\xff\xff" + packet[12:]), ({}, {}))

    def test_fragments_that_are_of_no_use(self):
        first, second = pieces(datagram(100), 48)
        for packets in ([first], [first, first, second], [first, second[:20] + b"overlap!" + second[20:], second]):
            text = harness.run("roundtrip", "-", stdin=pcap(packets, RAW)).stdout.decode()
            self.assertNotIn("fragment without the rest", text)
            self.assertIn("fragments that are incomplete, repeated or overlapping", text)


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


class Passes(unittest.TestCase):
    """Both passes see the same packets, or nothing is compared."""

    def change(self, change):
        """Between the passes over a capture the first pass waits for a pipe: what becomes of the capture then."""
        with tempfile.TemporaryDirectory() as folder:
            path, pipe = Path(folder, "a.pcap"), Path(folder, "pipe")
            path.write_bytes(pcap([ethernet(outer(inner(), ttl=64))] * 200))
            os.mkfifo(pipe)
            process = subprocess.Popen([harness.COMMAND, "roundtrip", path, pipe], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            with open(pipe, "wb") as stream:  # the first capture has been read when this one is opened
                change(path)
                stream.write(pcap([]))
            output, errors = process.communicate(timeout=harness.HANGS)
            return process.returncode, output, errors.replace(folder + "/", "")

    def test_replaced(self):
        def replace(path):
            other = path.with_name("other.pcap")
            other.write_bytes(pcap([ethernet(outer(inner(), ttl=32))] * 200))
            other.rename(path)

        status, output, errors = self.change(replace)
        self.assertEqual((status, errors), (3, "ipip roundtrip: a.pcap: it changed while it was read; nothing of it is compared\n"))
        self.assertIn("different      0", output)

    def test_grown(self):
        def grow(path):
            with open(path, "ab") as stream:
                stream.write(pcap([ethernet(outer(inner(), ttl=32))] * 200)[24:])

        status, output, errors = self.change(grow)
        self.assertEqual((status, errors), (0, ""))
        self.assertIn("identical      200", output)


if __name__ == "__main__":
    harness.main()
