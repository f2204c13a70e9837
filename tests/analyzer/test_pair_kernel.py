# SPDX-License-Identifier: GPL-2.0-or-later
"""`ipip pair` on what Linux did: every packet that the tunnel devices counted is matched, with the right one.

The truth is the kernel's own: the counters of the tunnel devices, and the numbers that the senders wrote into their packets.
"""

import json
import re
import struct
import unittest
from collections import Counter

import harness
import sibling_tunnels

FOLDERS = [path for place in ("kernel", "siblings", "lab") for path in sorted((harness.TESTDATA / place).iterdir()) if path.is_dir()]
LAB = harness.TESTDATA / "lab"
ENDS = (("inner", "outer", "ns1", "tun1"), ("inner2", "outer2", "ns2", "tun2"))

# The reading of these needs words that no capture holds.
OPTIONS = {
    "fou-ipip": ["--udp-tunnel", "5555=fou-ipip"],
    "fou-gre": ["--udp-tunnel", "5555=fou-gre"],
    "gue-ipip": ["--udp-tunnel", "5555=gue"],
    "fou": ["--udp-tunnel", "5555=fou-ipip"],
    "gue": ["--udp-tunnel", "5555=gue"],
    "erspan": ["--kinds", "erspan"],
    "erspan-ecn": ["--kinds", "erspan"],
}
# Where a device counts what no capture can show as an IP packet on both sides.
UNREADABLE = {
    "ipip-malformed-tx": "headers that are no IP headers",
    "ipip-arrivals": "version 5",
    "ipip-mplsip": "MPLS on the device",
    "ipip-esp-transport": "encrypted",
    "gretap": "ARP and the like",
    "erspan": "ARP and the like",
    "ipip-offload-on": "a device counts segments",
    "ipip-merged": "a device counts segments",
}


def records(path):
    """The octets of each packet of a pcap file."""
    data = path.read_bytes()
    packets, at = [], 24
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        packets.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return packets


def pair(*arguments):
    result = harness.run("pair", "--format", "jsonl", "--matches", "--fail-on", "never", *arguments)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return result, {kind: [line for line in lines if line["type"] == kind] for kind in ("match", "only", "direction", "pair", "summary", "finding")}


def scenario_of(folder):
    return json.loads((folder / "scenario.json").read_text())


# Tunnels of Ethernet frames: how many IP packets were on the two devices.
FRAMES = {"gretap": 14, "gretap-ecn": 55, "gretap-tos-inherit": 55, "ip6gretap": 73, "ip6gretap-inherit": 75, "erspan": 8, "erspan-ecn": 55}

# By hand: packets that arrive with an inner TTL of 0 (IPIP407).
CRAFTED = {"ipip-inner-ttl": {"IPIP407"}, "ipip-arrivals": {"IPIP407"}}


def refused(folder, device):
    """How many packets our end, if this is one, took from its device and did not send, by its own count."""
    said = " ".join(scenario_of(folder)["stats"].get("endpoint", []))
    return sum(map(int, re.findall(r"(\d+) not encapsulated", said))) if device.split("/")[1] + ":" in said else 0


class Kernel(unittest.TestCase):
    def ends(self):
        for folder in FOLDERS:
            for inner, outer, namespace, device in ENDS:
                if (folder / (inner + ".pcap")).exists() and (folder / (outer + ".pcap")).exists():
                    yield folder, folder / (inner + ".pcap"), folder / (outer + ".pcap"), "%s/%s" % (namespace, device)

    def test_every_match_is_right(self):
        numbers = 0
        for folder, inner, outer, _ in self.ends():
            with self.subTest(scenario=folder.name, capture=inner.name):
                result, lines = pair(*OPTIONS.get(folder.name, []), inner, outer)
                self.assertEqual(result.returncode, 0, result.stderr)
                inside, outside = records(inner), records(outer)
                for match in lines["match"]:
                    tags = [set(re.findall(rb"#\d{4}", octets)) for octets in
                            (inside[match["first"]["frame"] - 1], outside[match["second"]["frame"] - 1])]
                    if match.get("fragments"):
                        continue
                    if tags[0] or tags[1]:
                        self.assertTrue(tags[0] & tags[1] or not tags[1], match)
                        numbers += bool(tags[0] & tags[1])
        self.assertGreater(numbers, 1000)

    def test_nothing_is_missing(self):
        """What the device sent and received, by its own counters, is matched."""
        checked = 0
        for folder, inner, outer, device in self.ends():
            counters = scenario_of(folder)["stats"].get("device_delta", {}).get(device)
            if counters is None or folder.name in UNREADABLE:
                continue
            with self.subTest(scenario=folder.name, capture=inner.name):
                _, lines = pair(*OPTIONS.get(folder.name, []), inner, outer)
                matched = {"first-to-second": 0, "second-to-first": 0}
                for line in lines["direction"]:
                    if "way" in line:
                        matched[line["way"]] += line["matched"]
                self.assertEqual(matched, {"first-to-second": counters.get("tx_packets", 0) - refused(folder, device), "second-to-first": counters.get("rx_packets", 0)})
                checked += 1
        self.assertGreater(checked, 90)

    def test_ip_packets_in_frames(self):
        """Each that was on the device is matched, the way it went, and what is on the wire alone is what RFC 6040 has the exit drop."""
        found = {}
        for name in FRAMES:
            folder = sibling_tunnels.folder_of(name)
            scenario = sibling_tunnels.load(folder)
            for inner, outer, *_ in ENDS:
                on_device = Counter("first-to-second" if packet.way == "O" else "second-to-first"
                                    for packet in sibling_tunnels.packets(folder, scenario, inner) if packet.type in sibling_tunnels.IP)
                with self.subTest(scenario=name, capture=inner):
                    _, lines = pair(*OPTIONS.get(name, []), folder / (inner + ".pcap"), folder / (outer + ".pcap"))
                    matched = Counter(line["way"] for line in lines["match"])
                    self.assertEqual(matched, on_device)
                    self.assertEqual({(line["side"], line["reason"]) for line in lines["only"]} - {("second", "ecn")}, set())
                    found[name] = found.get(name, 0) + sum(matched.values())
        self.assertEqual(found, FRAMES)

    def test_frames_at_both_ends(self):
        """Where both captures are of the wire, matches are judged, also of packets that look alike, which the lab made by hand, and of those without any
        Identification, which IPv6 and DF make; only of two that are the same to the last octet the second is not."""
        for name, judged in (("gretap", 7), ("gretap-ecn", 20), ("ip6gretap", 28), ("ip6gre", 66), ("ip6tnl-ip6ip6", 31)):
            folder = sibling_tunnels.folder_of(name)
            with self.subTest(name):
                _, lines = pair(folder / "outer.pcap", folder / "outer2.pcap")
                self.assertEqual((lines["summary"][0]["matched_packets"], lines["summary"][0]["one_sided_packets"]), (judged, len(lines["only"])))
                self.assertGreaterEqual(lines["pair"][0]["matched"], judged)

    def test_merged_segments(self):
        """GRO at the tunnel device: each segment is matched as it was, or said to be on the other side in other segments."""
        folder = LAB / "ipip-merged"
        inner, outer = folder / "inner2.pcap", folder / "outer2.pcap"
        result, lines = pair(inner, outer)
        arrived = scenario_of(folder)["stats"]["device_delta"]["ns2/tun2"]["rx_packets"]
        matched = [match for match in lines["match"] if match["way"] == "second-to-first"]
        merged = [len(re.findall(rb"#\d{4} ", records(inner)[line["frame"] - 1])) for line in lines["only"] if line["side"] == "first"]
        self.assertEqual({line["reason"] for line in lines["only"]}, {"segmented"})
        self.assertEqual(len(matched) + len([line for line in lines["only"] if line["side"] == "second"]), arrived)
        self.assertEqual(len(matched) + sum(merged), arrived)
        self.assertEqual(sorted(merged), [2, 2, 2, 3])

    def test_nothing_is_wrong_on_both_sides(self):
        """Nothing was made to go wrong between the two: no rule on both sides has more than a note, of whatever kind of tunnel."""
        judged = 0
        rules = {rule["rule"] for rule in map(json.loads, harness.run("rules", "--format", "jsonl").stdout.splitlines())
                 if rule["subject"] == "matched packets"}
        for folder, inner, outer, _ in self.ends():
            with self.subTest(scenario=folder.name, capture=inner.name):
                _, lines = pair("--profile", "linux", *OPTIONS.get(folder.name, []), inner, outer)
                found = {line["rule"] for line in lines["finding"] if line["severity"] != "note"}
                self.assertEqual(found & rules, CRAFTED.get(folder.name, set()) if inner.name == "inner2.pcap" else set())
                judged += lines["summary"][0]["matched_packets"]
        self.assertGreater(judged, 5000)


if __name__ == "__main__":
    harness.main()
