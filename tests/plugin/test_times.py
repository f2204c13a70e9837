# SPDX-License-Identifier: GPL-2.0-or-later
"""The times of a capture are any numbers: what lies too far apart is not linked, and the time between is right."""

import itertools
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import harness
from harness import Check, tshark
from icmp_errors import ROUTER
from tunnel_packets import fragments, inner, outer
from packets import error, ethernet, next_hop_mtu, pcapng_interface, pcapng_packet, pcapng_section

FIRST, LAST = -2**63, 2**63 - 1  # of the times that ipip knows, in nanoseconds
SECOND = 10**9
EARLY = FIRST // SECOND  # what the timestamps before 1970 count from

COPIES, RELAYS, FRAGMENTS = 5 * SECOND, 600 * SECOND, 60 * SECOND  # what may lie between two frames


def around(window):
    """Pairs of times: at both ends, across 1970, so far apart as is just allowed, and too far."""
    near = [(start, start + gap) for gap in (0, 1, window, window + 1) for start in (FIRST, -1, LAST - gap)]
    far = [(FIRST, LAST), (FIRST, 0), (-1, LAST), (FIRST + SECOND, LAST - SECOND), (-2**62, 2**62 + 1)]
    return [*near, *((b, a) for a, b in near), *far, *((b, a) for a, b in far)]


def record(octets, time):
    """Before 1970 by an interface whose timestamps count from an earlier time."""
    return pcapng_packet(ethernet(octets), time < 0, time - EARLY * SECOND if time < 0 else time)


def capture(records):
    interfaces = pcapng_interface(1, resolution=9) + pcapng_interface(1, resolution=9, offset=EARLY)
    return pcapng_section() + interfaces + b"".join(record(*one) for one in records)


def flow(number):
    """Addresses of this test only."""
    return {"src": "10.1.%d.%d" % divmod(number, 256), "dst": "10.2.0.1", "id": number + 1}


class Times(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "case.pcapng")

    def shown(self, records, kind):
        """What each frame shows: the frames that it is linked to in this way, and the times between it and any other.

        What it says of rules is what the command says.
        """
        self.path.write_bytes(capture(records))
        result = tshark("-r", self.path, "-2", "-o", "ipip.link_inner:TRUE", "-T", "fields", "-e", "ipip." + kind, "-e", "ipip.apart",
                        "-e", "ipip.rule")
        rows = [[cell.split(",") if cell else [] for cell in line.split("\t")] for line in result.stdout.split("\n")[:-1]]
        self.assertEqual(len(rows), len(records), result.stderr)
        rules = Counter((number, rule) for number, (_, _, found) in enumerate(rows, start=1) for rule in found)
        self.assertEqual(rules, Check(self.path).pairs())
        return [([int(frame) for frame in frames], [self.nanoseconds(time) for time in times]) for frames, times, _ in rows]

    def nanoseconds(self, text):
        seconds, fraction = text.split(".")
        self.assertEqual(len(fraction), 9)
        return int(seconds) * SECOND + int(fraction)

    def test_with_and_without_tunnel_header(self):
        pairs = around(COPIES)
        packets = [inner(**flow(number)) for number in range(len(pairs))]
        records = [((packet, a), (outer(packet, id=number), b)) for number, (packet, (a, b)) in enumerate(zip(packets, pairs))]
        shown = self.shown(list(itertools.chain(*records)), "encapsulated_in")
        for number, (a, b) in enumerate(pairs):
            expected = ([2 * number + 2], [abs(a - b)]) if abs(a - b) <= COPIES else ([], [])
            self.assertEqual(shown[2 * number], expected, (a, b))

    def test_passed_on(self):
        """The link from the error to the packet that it quotes is there at any distance; both ends of the one to the sender not."""
        pairs = around(RELAYS)
        records = []
        for number, (a, b) in enumerate(pairs):
            packet = inner(**flow(number))
            tunnel = outer(packet, id=number)
            records += [(tunnel, b), (error(3, 4, tunnel, ROUTER, next_hop_mtu(1300)), a),
                        (error(3, 4, packet, ROUTER, next_hop_mtu(1280)), b)]
        shown = self.shown(records, "icmp.relays")
        for number, (a, b) in enumerate(pairs):
            apart, is_near = abs(a - b), abs(a - b) <= RELAYS
            _, report, relay = shown[3 * number:3 * number + 3]
            self.assertEqual(report, ([], [apart] * (1 + is_near)), (a, b))
            self.assertEqual(relay, ([3 * number + 2], [apart]) if is_near else ([], []), (a, b))

    def test_fragments(self):
        """Linked where they are reassembled: of a fragment that is the earlier one by its time the order of frames counts."""
        pairs = around(FRAGMENTS)
        records = []
        for number, (a, b) in enumerate(pairs):
            first, second = fragments(inner(payload=bytes(100), protocol=253, df=False, **flow(number)), 64, id=number)
            records += [(first[14:], a), (second[14:], b)]
        shown = self.shown(records, "fragment")
        for number, (a, b) in enumerate(pairs):
            expected = ([2 * number + 1], [abs(a - b)]) if b - a <= FRAGMENTS else ([], [])
            self.assertEqual(shown[2 * number + 1], expected, (a, b))


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
