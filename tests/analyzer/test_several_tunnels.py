# SPDX-License-Identifier: GPL-2.0-or-later
"""Several tunnels in one capture: each is judged, counted and named as itself."""

import json
import tempfile
import unittest
from pathlib import Path

import harness
from harness import Check
from packets import pcap, udp
from streams import later
from tunnel_packets import fragments, frame, inner, outer


class SeveralTunnels(unittest.TestCase):
    def check(self, text, data):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "p.conf"
            path.write_text(text)
            return Check("--config", path, "-", stdin=data)

    def test_the_exit_is_that_of_the_packet(self):
        """Two tunnels carry the flow: the packet is named with the one that it has come through, not with the latest."""
        astray = [inner(dst="10.3.0.1", id=id) for id in (1, 2)]
        for first, second in (("10.0.0.2", "10.0.0.9"), ("10.0.0.9", "10.0.0.2")):
            frames = frame(outer(astray[0], dst=first)) + later(0.1, frame(outer(astray[1], dst=second)))
            frames += later(0.1, frame(inner(dst="10.3.0.1", id=1, ttl=62)))
            result = Check("--no-config", "--site", "10.2.0.0/16", "--select", "IPIP210", "-", stdin=pcap(frames))
            self.assertEqual([(finding["frame"], finding["tunnel"]["dst"]) for finding in result.of("IPIP210")], [(3, first)])

    def test_each_tunnel_is_counted_by_its_own_words(self):
        """Also of a first fragment whose rest never comes, which is judged in the end: together they count as each for itself."""
        def section(last):
            return "[tunnel 10.0.0.%d 10.0.0.100]\nprofile=%s\nallow=%s\n" % (
                last, ("linux", "strict-rfc2003", "vpp")[last % 3], ("df-clear", "dscp")[last % 2])

        def frames(last):
            packet = inner(payload=udp("10.1.0.1", "10.2.0.1", bytes(1000)), tos=0x28)
            return fragments(packet, 800, src="10.0.0.%d" % last, dst="10.0.0.100", id=last)[:1]

        def counts(*tunnels):
            result = self.check("".join(map(section, tunnels)), pcap([packet for last in tunnels for packet in frames(last)]))
            self.assertIsNotNone(result.summary, result.stderr)
            return result.summary["rules"]

        tunnels = range(1, 7)
        alone = [counts(last) for last in tunnels]
        together = counts(*tunnels)
        self.assertGreater(len({json.dumps(one) for one in alone}), 2)
        for rule, verdicts in together.items():
            self.assertEqual(verdicts, {verdict: sum(one[rule][verdict] for one in alone) for verdict in verdicts}, rule)


if __name__ == "__main__":
    harness.main()
