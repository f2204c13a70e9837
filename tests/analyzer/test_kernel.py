# SPDX-License-Identifier: GPL-2.0-or-later
"""What a real Linux kernel put on the wire, under every option of `ip tunnel`: the truth that the command must stand.

Each scenario was captured at the tunnel device (inner, inner2) and at the physical one (outer, outer2) at the same time, so
the kernel itself says what encapsulation and decapsulation make. The expectations below are written by hand from the
scenarios (testdata/kernel/*/scenario.json), not from the command's output.
"""

import json
import re
import unittest
from collections import Counter

import captures
import harness
from harness import KERNEL, Check, Roundtrip
from packets import pcap

RAW = 101

# Errors and warnings, by capture: only where the scenario made something go wrong. What is not here must have none. Where the
# number depends on the traffic it is counted in the packets: (rule, what trips it).
WRONG = {
    # The router sets CE on every outer packet, also on those whose inner transport does not use ECN.
    "ipip-ecn-ce-default/outer2": {"IPIP502": lambda o, i: ecn(i) == 0 and ecn(o) != 0},
    "ipip-ecn-ce-tos-0x02/outer2": {"IPIP502": lambda o, i: ecn(i) == 0 and ecn(o) != 0},
    "ipip-ecn-ce-tos-inherit/outer2": {"IPIP502": lambda o, i: ecn(i) == 0 and ecn(o) != 0},
    # All outer by all inner codepoints; four packets with a wrong inner checksum.
    "ipip-ecn-decap/outer2": {"IPIP502": lambda o, i: ecn(i) == 0 and ecn(o) != 0,
                              "IPIP505": lambda o, i: ecn(i) == 3 and ecn(o) == 1, "IPIP612": 4},
    # The same through a socket that shares its buffer with the kernel: the inner field shown is the one that came out.
    "ipip-ecn-decap/outer2-recv": {"IPIP502": lambda o, i: ecn(i) == 0 and ecn(o) != 0,
                                   "IPIP505": lambda o, i: ecn(i) == 3 and ecn(o) == 1, "IPIP612": 4},
    # Lightweight tunnels leave the outer DF clear, whatever the inner one is.
    "ipip-external/outer": {"IPIP105": lambda o, i: i[6] & 0x40},
    "ipip-external/outer2": {"IPIP105": lambda o, i: i[6] & 0x40},
    # TTL 0 from raw and packet sockets, inherited by the outer header; then crafted ones.
    "ipip-inner-ttl/outer": {"IPIP115": lambda o, i: i[8] == 0, "IPIP608": lambda o, i: o[8] == 0},
    "ipip-inner-ttl/outer2": {"IPIP115": lambda o, i: i[8] == 0, "IPIP608": lambda o, i: o[8] == 0},
    # A fault a packet, see the steps: bad header checksum; version 6; IHL 4; length too large and twenty of 64 octets; length
    # 30 of 64; the outer pair inside (one warning, and a note); the exit's address as source.
    "ipip-malformed-tx/outer": {"IPIP612": 1, "IPIP100": 1, "IPIP602": 1, "IPIP103": 2, "IPIP104": 1, "IPIP204": 1,
                                "IPIP202": 1},
    "ipip-malformed-tx/outer2": {"IPIP612": 1, "IPIP100": 1, "IPIP602": 1, "IPIP103": 2, "IPIP104": 1, "IPIP204": 1,
                                 "IPIP202": 1},
    # Six IP headers in a row on the wire, five on tun1.
    "ipip-nested-5/inner": {"IPIP215": 8},
    "ipip-nested-5/inner2": {"IPIP215": 8},
    "ipip-nested-5/outer": {"IPIP215": 8},
    "ipip-nested-5/outer2": {"IPIP215": 8},
    # Source routes through the tunnel: local LSRR and SSRR via ns2, and a forwarded LSRR.
    "ipip-options/outer": {"IPIP611": 3},
    "ipip-options/outer2": {"IPIP611": 3},
    # First fragments of 8, 16, 24 and again 8 octets, and two that begin at octet 8; DF on both fragments of one datagram; an
    # inner fragment of 180 octets that is not the last.
    "ipip-outer-fragments/outer2": {"IPIP634": 6, "IPIP632": 2, "IPIP631": 1},
}

# Differences of `roundtrip`, by capture: outer headers that no encapsulator made, or that were changed on the way.
DIFFERENT = {
    "ipip-ecn-ce-default/outer2": 4,
    "ipip-ecn-ce-tos-0x02/outer2": 4,
    "ipip-ecn-ce-tos-inherit/outer2": 4,
    # Crafted with every combination of fields; no configuration explains more than some.
    "ipip-ecn-decap/outer2": None,
    "ipip-ecn-decap/outer2-recv": None,
    # ns1's packets and crafted ones with other TTL and DF in one tunnel.
    "ipip-inner-ttl/outer2": None,
    "ipip-outer-fragments/outer2": 2,  # the two fragments with DF
    "ipip-remote-any/outer2": 1,  # ns1's ping passed a router, the crafted packets of that address pair did not
}

# Where decapsulating the capture at the physical device does not give the capture at the tunnel device, and why.
KERNEL_DIFFERS = {
    # Outgoing packets that the tunnel refused or dropped: too big, unreachable.
    "ipip-err-crafted/outer": "refused",
    "ipip-pmtu-1300-nopmtudisc/outer": "refused",
    "ipip-pmtu-1300-pmtudisc/outer": "refused",
    "ipip-size-mtu1500-nopmtudisc/outer": "refused",
    "ipip-size-mtu2000-nopmtudisc/outer": "refused",
    "ipip-size-mtu2000-pmtudisc/outer": "refused",
    "ipip-tunl0/outer": "refused",  # no next hop
    "ipip-malformed-tx/outer": "refused",  # ten octets; larger than the MTU
    # ESP on the wire.
    "ipip-esp-transport/outer": "refused",
    "ipip-esp-transport/outer2": "refused",
    # ns2 has no tunnel for seven of the eight packets.
    "ipip-wrong-source/outer2": "unclaimed",
}

# Where encapsulating the capture at the tunnel device does not give the capture at the physical device, and why.
ENCAP_DIFFERS = {
    ("ipip-err-crafted", "tun1"): "refused: twelve of 1450 octets with DF after an error that says less",
    ("ipip-esp-transport", "tun1"): "protected by ESP",
    ("ipip-esp-transport", "tun2"): "protected by ESP",
    ("ipip-inner-ttl", "tun1"): "Linux encapsulates TTL 0 from raw sockets; RFC 2003 forbids it",
    ("ipip-malformed-tx", "tun1"): "Linux encapsulates anything",
    ("ipip-pmtu-1300-nopmtudisc", "tun1"): "outer fragments",
    ("ipip-pmtu-1300-pmtudisc", "tun1"): "refused: larger than the path's MTU",
    ("ipip-size-mtu1500-nopmtudisc", "tun1"): "outer fragments",
    ("ipip-size-mtu2000-nopmtudisc", "tun1"): "outer fragments",
    ("ipip-size-mtu2000-pmtudisc", "tun1"): "refused: larger than the link's MTU",
}


def name_of(path):
    return "%s/%s" % (path.parent.name, path.stem)


def ecn(header):
    return header[1] & 3


def tunnel_packets(path):
    """The outer and inner headers of what is not fragmented, options being absent from outer headers."""
    for packet in packets_of(path):
        if packet[9] == 4 and not (packet[6] & 0x3F or packet[7]) and len(packet) >= 40:
            yield packet[:20], packet[20:40]


def expected_faults(path):
    faults = {}
    for rule, trips in WRONG.get(name_of(path), {}).items():
        faults[rule] = sum(map(bool, (trips(o, i) for o, i in tunnel_packets(path)))) if callable(trips) else trips
        assert faults[rule] > 0
    return faults


def packets_of(source):
    return [packet for packet in map(captures.ipv4_of, captures.read(source)) if packet is not None]


def outgoing(scenario, path):
    directions = scenario["captures"][path.stem]["direction"]
    records = captures.read(path)
    assert len(directions) == len(records)
    packets = [captures.ipv4_of(record) for record, direction in zip(records, directions) if direction == "O"]
    return [packet for packet in packets if packet is not None]


def without_id(packet):
    """The Identification of an outer header comes from a counter, and the checksum follows it."""
    return packet[:4] + packet[6:10] + packet[12:]


class Kernel(unittest.TestCase):
    def test_scenarios_are_there(self):
        self.assertGreaterEqual(len(list(KERNEL.glob("*/scenario.json"))), 60)
        self.assertGreaterEqual(len(harness.kernel_captures()), 300)

    def test_no_error_where_nothing_was_made_to_go_wrong(self):
        seen = set()
        for path in harness.kernel_captures():
            with self.subTest(name_of(path)):
                check = Check(path)
                wrong = Counter(finding["rule"] for finding in check.findings if finding["severity"] != "note")
                self.assertEqual(dict(wrong), expected_faults(path))
                self.assertEqual(check.status, 1 if wrong else 0)
                if wrong:
                    seen.add(name_of(path))
        self.assertEqual(seen, set(WRONG))

    def test_every_verdict_is_counted(self):
        for path in harness.kernel_captures():
            with self.subTest(name_of(path)):
                summary = Check(path).summary
                self.assertEqual(summary["packets"], len(captures.read(path)))
                for rule, verdicts in summary["rules"].items():
                    self.assertEqual(sum(verdicts.values()), summary["tunnel_packets"], rule)

    def test_roundtrip(self):
        seen = set()
        for path in harness.kernel_captures():
            with self.subTest(name_of(path)):
                roundtrip = Roundtrip(path)
                summary = roundtrip.summary
                self.assertEqual(summary["identical"] + summary["different"] + summary["not_comparable"] +
                                 sum(summary["skipped"].values()), summary["packets"])
                if summary["different"]:
                    seen.add(name_of(path))
                    self.assertIn(name_of(path), DIFFERENT)
                    if DIFFERENT[name_of(path)] is not None:
                        self.assertEqual(summary["different"], DIFFERENT[name_of(path)])
                self.assertEqual(roundtrip.status, 1 if summary["different"] else 0)
        self.assertEqual(seen, set(DIFFERENT))

    def test_decapsulation_is_that_of_the_kernel(self):
        """ECN, checksums, reassembly, drops: what comes out is what the kernel showed on its tunnel device."""
        compared = 0
        for path in harness.kernel_captures("outer") + harness.kernel_captures("outer2"):
            device = path.with_name(path.name.replace("outer", "inner"))
            if not device.exists():
                continue
            with self.subTest(name_of(path)):
                result = harness.run("decap", "--only-tunnel", "-w", "-", path, stdin=b"")
                self.assertEqual(result.returncode, 0)
                ours, kernels = Counter(packets_of(result.stdout)), Counter(packets_of(device))
                why = KERNEL_DIFFERS.get(name_of(path))
                if why == "refused":
                    self.assertEqual(ours - kernels, Counter())
                    self.assertTrue(kernels - ours)
                elif why == "unclaimed":
                    self.assertEqual(kernels - ours, Counter())
                else:
                    self.assertEqual(ours, kernels)
                    compared += sum(ours.values())
        self.assertGreater(compared, 3000)

    def test_encapsulation_is_that_of_the_kernel(self):
        """A pasted line of `ip tunnel add` makes the outer headers that this line made the kernel write."""
        compared = 0
        for file in sorted(KERNEL.glob("*/scenario.json")):
            scenario = json.loads(file.read_text())
            for tunnel in scenario.get("tunnel", []):
                words = re.match(r"ip (?:tunnel|link) add (\w+) .*local", tunnel["cmd"])
                inner, outer = [file.with_name(name + ".pcap") for name in
                                (("inner", "outer") if tunnel["ns"] == "ns1" else ("inner2", "outer2"))]
                if not words or "remote any" in tunnel["cmd"] or not inner.exists() or not outer.exists():
                    continue
                if scenario["captures"][inner.stem]["dev"] != words[1]:
                    continue  # the tunnel inside the tunnel is not what was captured
                with self.subTest(scenario=scenario["name"], tunnel=tunnel["cmd"]):
                    result = harness.run("encap", "--tunnel", tunnel["cmd"], "--only-tunnel", "-w", "-", "-",
                                         stdin=pcap(outgoing(scenario, inner), RAW))
                    self.assertEqual(result.returncode, 0, result.stderr)
                    ours = Counter(map(without_id, packets_of(result.stdout)))
                    kernels = Counter(without_id(packet) for packet in outgoing(scenario, outer)
                                      if packet[9] == 4)
                    if (scenario["name"], words[1]) in ENCAP_DIFFERS:
                        self.assertNotEqual(ours, kernels)
                    else:
                        self.assertEqual(ours, kernels)
                        compared += sum(ours.values())
        self.assertGreater(compared, 1300)

    def test_unfinished_checksums_are_recognised(self):
        """The scenario lists the frames whose transport checksum the kernel had left to the card: all of them, and no other."""
        scenario = json.loads((KERNEL / "ipip-offload-on" / "scenario.json").read_text())
        for name in ("outer", "outer2"):
            check = Check(KERNEL / "ipip-offload-on" / (name + ".pcap"))
            self.assertEqual(check.of("IPIP613"), [])
            self.assertEqual(check.verdicts("IPIP904")["fail"],
                             len(scenario["captures"][name]["checksum_not_ready"]))


if __name__ == "__main__":
    harness.main()
