# SPDX-License-Identifier: GPL-2.0-or-later
"""Damaged frames, as many as IPIP_DAMAGED_FRAMES (5,000), in tshark and in sharkd: no crash, no report of a sanitizer, no bug that
Wireshark notices, no frame malformed to the plugin's dissectors, nor to those of Wireshark because of them; and the command finds the same.

IPIP_DAMAGED_FROM: the first seed (0); each makes a capture of BATCH frames, and is in what fails.
"""

import os
import random
import re
import tempfile
import unittest
from pathlib import Path

import frames_at_random
import harness
from harness import Check, plugin_pairs, tshark, wireshark
from test_stock import WITHOUT_DISSECTORS

FRAMES = int(os.environ.get("IPIP_DAMAGED_FRAMES", "5000"))
FROM = int(os.environ.get("IPIP_DAMAGED_FROM", "0"))
BATCH = 2500
OURS = r"\[Malformed Packet: (?:IPIP|MinEncap|GUE|FOU)\b.*"
OUR_DISSECTORS = re.compile(r"ipip\.(?:fou|gue|min)")  # in front of what stock Wireshark shows as data
FRAGMENTS = [name + wrong for name in ("ip.fragment", "ipv6.fragment") for wrong in ("", ".error")]
FOU = ("-o", 'uat:ipip_udp_tunnels:"5555","fou-ipip"')
HABITS = ((), ("-o", "ip.defragment:FALSE"), ("-o", "ip.check_checksum:TRUE"), ("-o", "ip.tso_support:FALSE"))
OUR_HABITS = ((), FOU, ("-o", "ipip.link_inner:TRUE", "-o", "ipip.info_note:tunnel", *FOU), ("-o", "ipip.esp_null:16"))


def fields(path, shown, *names, **more):
    """Of each frame that the filter shows what the names stand for, in one text, by its number."""
    result = tshark("-2", "-n", "-r", path, "-Y", shown, "-T", "fields", "-e", "frame.number", *names, **more)
    assert result.returncode == 0, result.stderr
    return {line.split("\t")[0]: ",".join(line.split("\t")[1:]) for line in result.stdout.splitlines()}


def malformed(path, *options, **more):
    """The protocols of each frame that an exception ended, by its number."""
    return fields(path, "_ws.malformed", "-e", "frame.protocols", *options, **more)


def opened(path, *options):
    """The frames that our dissectors open, and those that hold a datagram of which they opened a fragment."""
    protocols = fields(path, "ip || ipv6", "-e", "frame.protocols", *options)
    ours = {number for number, names in protocols.items() if OUR_DISSECTORS.search(names)}
    fragments = fields(path, "ip.fragments || ipv6.fragments", *(word for name in FRAGMENTS for word in ("-e", name)), *options)
    return ours | {number for number, of in fragments.items() if not ours.isdisjoint(of.split(","))}


class DamagedFrames(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o777)

    def assert_shown(self, path, seed, habit):
        """With all that is under the items; Wireshark's own checks of memory are for test_damage.py."""
        shown = tshark("-2", "-n", "-V", "-r", path, *habit, *OUR_HABITS[seed // len(HABITS) % len(OUR_HABITS)])
        self.assertEqual(shown.returncode, 0, (seed, shown.stderr))
        self.assertIsNone(re.search(r"Dissector bug.*|" + OURS, shown.stdout), seed)

    def assert_no_more_malformed(self, path, seed, habit):
        stock = malformed(path, *habit, plugin=False)
        self.assertEqual(sorted(malformed(path, *habit, *WITHOUT_DISSECTORS)), sorted(stock), seed)
        more = {number: protocols for number, protocols in malformed(path, *habit).items() if number not in stock}
        if more:
            ours = opened(path, *habit)
            self.assertEqual({number: protocols for number, protocols in more.items() if number not in ours}, {}, seed)
        return len(stock)

    def assert_held(self, path, seed):
        """As the window has it: in any order, and again."""
        numbers = random.Random(seed).sample(range(1, BATCH + 1), BATCH)
        requests = [("load", {"file": str(path)}), ("frames", {"column0": "ipip.rule:0"}),
                    *(("frame", {"frame": number, "proto": True, "bytes": True, "columns": True}) for number in numbers),
                    ("tap", {"tap0": "stat:ipip", "tap1": "conv:IPIP"})]
        result = wireshark(harness.SHARKD, ["-"], stdin=harness.requests_text(requests))
        self.assertEqual((result.returncode, result.stdout.count('"id":'), result.stdout.count('"error":')), (0, len(requests), 0),
                         (seed, result.stderr))
        self.assertIsNone(re.search(r"Dissector bug.*|" + OURS, result.stdout), seed)

    def assert_agrees(self, path, seed):
        shown, errors = plugin_pairs(path, "-2")
        expected = Check(path).pairs()
        self.assertEqual((shown - expected, expected - shown), ({}, {}), (seed, errors))
        return sum(expected.values())

    def look(self, seed):
        path = self.folder / ("%d.pcapng" % seed)
        path.write_bytes(frames_at_random.capture(seed, BATCH, self.sources))
        habit = HABITS[seed % len(HABITS)]
        self.assert_shown(path, seed, habit)
        stock = self.assert_no_more_malformed(path, seed, habit)
        self.assert_held(path, seed)
        findings = self.assert_agrees(path, seed)
        path.unlink()
        return stock, findings

    def test_damaged_frames(self):
        self.sources = frames_at_random.sources()
        seeds = range(FROM, FROM + -(-FRAMES // BATCH))
        stock, findings = map(sum, zip(*harness.each(self.look, seeds)))
        self.assertGreater(stock, 0)
        self.assertGreater(findings, 0)
        print("%d damaged frames from %d sources, %d malformed to stock dissectors, %d findings agree" %
              (len(seeds) * BATCH, len(self.sources), stock, findings))


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
