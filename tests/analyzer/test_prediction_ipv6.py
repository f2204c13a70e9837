# SPDX-License-Identifier: GPL-2.0-or-later
"""Prediction, as in test_prediction.py, of the laboratory's tunnels that have IPv6 inside or outside: sit, ip6tnl, GRE over IPv6."""

import ipaddress
import re
import sys
import unittest
from collections import Counter
from pathlib import Path

import captures
import harness
import sibling_tunnels
from packets import pcap
from sibling_tunnels import LAB
from test_prediction import RAW, without_id

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lab"))
from compare import is_of_link
from table import ROWS

ENDS = (("ns1", "inner", "outer"), ("ns2", "inner2", "outer2"))


def tunnels():
    """(folder, scenario, command, the captures on its device and on the wire)."""
    for row in (row for row in ROWS if row.has_ipv6):
        folder = LAB / row.name
        scenario = sibling_tunnels.load(folder)
        for namespace, *names in ENDS:
            yield folder, scenario, next(line["cmd"] for line in scenario["tunnel"] if line["ns"] == namespace), names


def packets_of(source):
    return [packet for packet in map(captures.ip_of, captures.read(source)) if packet is not None and not is_of_link(packet)]


def outgoing(scenario, path):
    ways = scenario["captures"][path.stem]["direction"]
    packets = [captures.ip_of(record) for way, record in zip(ways, captures.read(path), strict=True) if way == "O"]
    return [packet for packet in packets if packet is not None and not is_of_link(packet)]


def local_of(command):
    return ipaddress.ip_address(re.search(r"local (\S+)", command)[1]).packed


def without_drawn(packet):
    """What a kernel does not count or draw: of IPv6 that is the flow label."""
    return without_id(packet) if packet[0] >> 4 == 4 else packet[:1] + bytes([packet[1] & 0xF0]) + packet[4:]


class Prediction(unittest.TestCase):
    def test_encapsulation_is_that_of_the_kernel(self):
        compared = 0
        for folder, scenario, command, (inner, outer) in tunnels():
            with self.subTest(folder.name, tunnel=command):
                inside = outgoing(scenario, folder / (inner + ".pcap"))
                result = harness.run("encap", "--quiet", "--only-tunnel", "--tunnel", command, "-w", "-", "-", stdin=pcap(inside, RAW))
                self.assertEqual(result.returncode, 0, result.stderr)
                kernels = [packet for packet in outgoing(scenario, folder / (outer + ".pcap"))
                           if packet[8:24].startswith(local_of(command)) or packet[12:16] == local_of(command)]
                self.assertEqual(Counter(map(without_drawn, packets_of(result.stdout))), Counter(map(without_drawn, kernels)))
                compared += len(kernels)
        self.assertGreater(compared, 120)

    def test_decapsulation_is_that_of_the_kernel(self):
        compared = 0
        for folder, _, command, (inner, outer) in tunnels():
            with self.subTest(folder.name, tunnel=command):
                result = harness.run("decap", "--quiet", "--only-tunnel", "-w", "-", folder / (outer + ".pcap"), stdin=b"")
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(Counter(packets_of(result.stdout)), Counter(packets_of(folder / (inner + ".pcap"))))
                compared += len(packets_of(folder / (inner + ".pcap")))
        self.assertGreater(compared, 240)


if __name__ == "__main__":
    harness.main()
