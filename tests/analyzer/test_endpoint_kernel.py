# SPDX-License-Identifier: GPL-2.0-or-later
"""endpoint against the kernel's ipip, both ways: what the laboratory recorded of tunnels of which one end was ours (testdata/lab/endpoint-*).

What our end sends and delivers, octet by octet, is predicted in test_prediction.py, and matched in test_pair_kernel.py.
"""

import struct
import sys
import unittest
from collections import Counter
from pathlib import Path

import harness
import sibling_tunnels
from sibling_tunnels import LAB
from test_conform import conform, violated
from test_prediction import passing

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lab"))
from compare import shown
from table import ROWS, chosen
from traffic import ENTRY, EXIT

# The sides of our end: the LAN, the wire, and what it is of each direction.
SIDES = {"ns1": ("lan1", "outer", ["--vantage", ENTRY + "=entry", "--vantage", EXIT + "=exit"]),
         "ns2": ("lan2", "outer2", ["--vantage", EXIT + "=entry", "--vantage", ENTRY + "=exit"])}
# A tunnel between two ends of the kernel that was sent the same: its hosts saw the same.
SAME = {"endpoint-entry": "ipip-ttl-64-tos-inherit", "endpoint-entry-sizes": "ipip-sizes",
        "endpoint-exit": "ipip-ttl-64-tos-inherit", "endpoint-exit-sizes": "ipip-sizes", "endpoint-exit-fragments": "ipip-sizes-wide-nopmtudisc",
        "endpoint-exit-narrow": "ipip-narrow", "endpoint-exit-ecn": "ipip-ecn"}
# What hosts did, and was sent so: fragments, the reserved flag.
OF_HOSTS = {"IPIP119", "IPIP607"}
# And what the words of the tunnel make of our end, by rule and by statement: without `tos inherit` the DSCP is 0, without `ttl N` the TTL inherited.
DEFAULTS = {"endpoint-entry-plain": {"S2003-3.1-03": "IPIP101", "S2003-3.1-09": "IPIP107"}, "endpoint-exit-arrivals": {"S2003-3.1-03": "IPIP101"}}
FOLLOWS = {"endpoint-entry-plain": {"IPIP108"}}
NARROW = 1300


def whole(folder, place, leaves_fragments):
    """What a host sent and got there; where only one of two scenarios sends fragments, without them."""
    found = shown(folder, sibling_tunnels.load(folder), place)
    return Counter({key: count for key, count in found.items() if not leaves_fragments or not struct.unpack("!H", key[1][4:6])[0] & 0x3FFF})


ROWS_OF_OURS = [row for row in ROWS if row.ours]


def profile_of(row):
    """By the letter of RFC 2003 where the words of the tunnel have it so."""
    return "strict-rfc2003" if "tos inherit" in row.tunnel else "modern"


class Lab(unittest.TestCase):
    def test_hosts_see_no_difference(self):
        """Every packet that a host got, from the other one or as an ICMP error, is what it gets where both ends are the kernel's."""
        for name, kernels in SAME.items():
            ours, theirs = chosen([name, kernels])
            for place in ("lan1", "lan2"):
                with self.subTest(name, place=place):
                    self.assertEqual(*(whole(LAB / row.name, place, ours.traffic != theirs.traffic) for row in (ours, theirs)))

    def test_our_end_breaks_no_rule(self):
        for row in ROWS_OF_OURS:
            _, outer, vantages = SIDES[row.ours]
            with self.subTest(row.name):
                check = harness.Check("--no-config", "--profile", profile_of(row), *vantages, LAB / row.name / (outer + ".pcap"))
                local = ENTRY if row.ours == "ns1" else EXIT
                found = {finding["rule"] for finding in check.findings if finding.get("tunnel", {}).get("src") == local}
                known = set(DEFAULTS.get(row.name, {}).values()) | FOLLOWS.get(row.name, set())
                self.assertEqual(found - OF_HOSTS, known)
                self.assertGreater(check.summary["tunnel_packets"], 0)

    def test_our_end_conforms(self):
        held = set()
        for row in ROWS_OF_OURS:
            lan, outer, vantages = SIDES[row.ours]
            with self.subTest(row.name):
                paths = [LAB / row.name / (name + ".pcap") for name in (lan, outer)]
                _, statements, _ = conform("--no-config", "--profile", profile_of(row), *vantages, *paths)
                self.assertEqual({id: rule for id, (rule, _) in violated(statements).items()}, DEFAULTS.get(row.name, {}))
                held |= {id for id, line in statements.items() if line["verdict"] == "conforms"}
        self.assertGreater(len(held), 40)

    def test_path_mtu(self):
        """Behind a narrow link, with DF: an ICMP error of our end for each that is too large, and what fits arrives. Without DF all arrives."""
        folder = LAB / "endpoint-entry-narrow"
        scenario = sibling_tunnels.load(folder)
        told = [struct.unpack("!H", packet[26:28])[0] for _, packet in passing(scenario, folder / "lan1.pcap", "O") if packet[9] == 1]
        self.assertEqual(told, [NARROW - 20] * 3)
        arrived = Counter(packet[4:6] for _, packet in passing(scenario, folder / "lan2.pcap", "O"))
        sent = [bytes.fromhex(one["octets"]) for one in scenario["traffic"]]
        refused = [packet[4:6] for packet in sent if packet[6] & 0x40 and struct.unpack("!H", packet[2:4])[0] > NARROW - 20]
        self.assertEqual(len(refused), 3)
        self.assertEqual(set(arrived), {packet[4:6] for packet in sent} - set(refused))


if __name__ == "__main__":
    harness.main()
