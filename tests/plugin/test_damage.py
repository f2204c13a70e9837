# SPDX-License-Identifier: GPL-2.0-or-later
"""Damaged captures: whatever octets change, Wireshark goes on, and the plugin still says what the command says.

As many seeds as fit into IPIP_DAMAGE_SECONDS (15), at least MINIMUM. The numbers of the seeds are in what fails.
"""

import os
import subprocess
import tempfile
import time
import unittest
from itertools import count
from pathlib import Path

import harness
import joined
from harness import KERNEL, TESTDATA, Check, plugin_pairs, tshark
from packets import ethernet, icmp, ipv4, pcap
from tunnel_packets import A, fragments, inner, nested, outer
from vectors import few_frames

SECONDS = float(os.environ.get("IPIP_DAMAGE_SECONDS", "15"))
MINIMUM = 6  # each probability of damage twice
EDITCAP = str(Path(harness.TSHARK).with_name("editcap"))
EVERYTHING = [word for name in ("ipip,tree", "ipip,tunnels", "conv,ipip", "endpoints,ipip") for word in ("-z", name)]


class Damage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o777)
        quote = icmp(3, 4, b"\0\0\5\xdc", outer(inner())[:68])
        frames = [frame for vector in few_frames() if vector.link_type == 1 for frame in vector.fail]
        frames += [ethernet(nested(depth)) for depth in (2, 5, 17)] + [ethernet(ipv4("10.0.0.9", A, quote, protocol=1))]
        frames += fragments(inner(payload=bytes(200), df=False), 64, 128)
        self.whole = self.folder / "whole.pcapng"
        self.whole.write_bytes(joined.in_a_row([
            pcap(frames), TESTDATA / "violations.pcap", TESTDATA / "toobig.pcapng",
            *(KERNEL / name / "outer.pcap" for name in ("ipip-outer-fragments", "ipip-nested-5", "ipip-err-crafted"))]))

    def damaged(self, seed):
        """The capture with changed octets: few, or so many that hardly a header is whole."""
        path = self.folder / ("%d.pcapng" % seed)
        probability = ("0.003", "0.02", "0.1")[seed % 3]
        subprocess.run([EDITCAP, "-E", probability, "--seed", str(seed), self.whole, path], check=True, capture_output=True)
        return path

    def look(self, seed):
        path = self.damaged(seed)
        expected = Check(path).pairs()
        shown, errors = plugin_pairs(path, "-2")  # findings on fragments that never become whole come late
        self.assertEqual(shown, expected, (seed, errors))
        result = tshark("-2", "-n", "-V", "-x", "-r", path, *EVERYTHING, strict=True)
        self.assertEqual(result.returncode, 0, (seed, result.stderr))
        for name in ("IPIP inner", "IPIP innermost"):
            result = tshark("-r", path, "-U", name, "-w", str(path) + ".out", strict=True)
            self.assertEqual(result.returncode, 0, (seed, name, result.stderr))
        return sum(expected.values())

    def test_damage(self):
        end, seeds, findings = time.monotonic() + SECONDS, count(), 0
        rounds = 0
        while rounds < MINIMUM or time.monotonic() < end:
            some = [next(seeds) for _ in range(os.cpu_count())]
            findings += sum(harness.each(self.look, some))
            rounds += len(some)
        self.assertGreater(findings, 0)
        print("%d damaged captures, %d findings agree" % (rounds, findings))


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
