# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels of other kinds, as a Linux kernel made them: each packet is judged, and under the profile `linux` nothing is wrong."""

import re
import unittest

import captures
import harness
from harness import Check
from sibling_tunnels import CORNERS, LAB, SIBLINGS

# What `ip fou add port N` names, in the words of --udp-tunnel.
UDP_TUNNELS = {"ipproto 4": "fou-ipip", "ipproto 41": "fou-sit", "ipproto 47": "fou-gre", "gue": "gue"}
FRAGMENT, AH, IPCOMP = 44, 51, 108
OUTER_PROTOCOLS = {4, 41, 47, 50, 137, FRAGMENT, AH, IPCOMP}
KINDS = "ipip,6in4,4in6,6in6,gre,gre6,gretap,gretap6,erspan,erspan6,fou,gue,esp,ipcomp,mpls-in-ip"
DESTINATION_OPTIONS = 60

# Warnings on what the lab has made by hand, with scapy's ECN fields and constant Identifications; and DF that `ignore-df` takes away.
ECN = {"IPIP501", "IPIP502", "IPIP505", "IPIP621", "IPIP624"}
CRAFTED = {"IPIP621", "IPIP624"}
# Errors that the router's crafted about packets that are not in the capture, with whatever path MTU.
ABOUT_NOTHING = {"IPIP108", "IPIP302", "IPIP315"}
WARNINGS = {
    ("gretap-ecn", "outer2.pcap"): CRAFTED, ("gretap-tos-inherit", "outer2.pcap"): CRAFTED,
    ("ip6tnl-ecn-decap", "outer2.pcap"): ECN - CRAFTED, ("ip6gre-ecn-decap", "outer2.pcap"): ECN - CRAFTED,
    **{("ip6tnl-" + name, "outer2.pcap"): {"IPIP501"} for name in ("flowlabel", "flowlabel-inherit", "dscp-inherit", "tclass-b8")},
    ("ip6gre-key-csum-seq", "outer.pcap"): {"IPIP311"}, ("ip6gre-key-csum-seq", "outer2.pcap"): {"IPIP311", "IPIP809"},
    ("ip6tnl-err-crafted", "outer.pcap"): ABOUT_NOTHING | {"IPIP772"}, ("ip6gre-err-crafted", "outer.pcap"): ABOUT_NOTHING | {"IPIP772"},
    ("sit-err-crafted", "outer.pcap"): ABOUT_NOTHING, ("gre-iseq-icsum", "outer2.pcap"): CRAFTED | {"IPIP808"},
    ("ip6tnl-outer-fragments", "outer2.pcap"): {"IPIP637"},
    ("vti-ecn-marked", "outer2.pcap"): {"IPIP502"},
    ("gre-ecn-decap", "outer2.pcap"): ECN, ("sit-ecn-decap", "outer2.pcap"): ECN,
    ("gre-hdr-nopmtudisc-ignore-df", "outer.pcap"): {"IPIP105"}, ("gre-hdr-nopmtudisc-ignore-df", "outer2.pcap"): {"IPIP105"},
    ("gre-key-mismatch", "outer.pcap"): {"IPIP311", "IPIP809"}, ("gre-key-mismatch", "outer2.pcap"): {"IPIP311", "IPIP809"},
    # Of the laboratory: what was broken there, and nothing else.
    ("ipip-ttl-1", "outer.pcap"): {"IPIP108"}, ("ipip-ttl-1", "outer2.pcap"): {"IPIP108"},
    ("ipip-congested", "outer2.pcap"): {"IPIP502"}, ("ipip-tos-inherit-congested", "outer2.pcap"): {"IPIP502"},
    ("ipip-ecn", "outer2.pcap"): {"IPIP501", "IPIP502", "IPIP505"}, ("ipip-errors", "outer.pcap"): {"IPIP108", "IPIP315"},
    **{(name, place): {"IPIP311"} for name in ("ipip-no-exit", "ipip-exit-down") for place in ("outer.pcap", "outer2.pcap")},
    ("ipip-strangers", "outer2.pcap"): {"IPIP311"}, **{(name, "outer2.pcap"): {"IPIP104"} for name in ("ipip-arrivals", "endpoint-exit-arrivals")},
    ("endpoint-entry-congested", "outer2.pcap"): {"IPIP502"}, ("endpoint-exit-ecn", "outer2.pcap"): {"IPIP501", "IPIP502", "IPIP505"},
}
# A wrong checksum and a sequence of numbers that can't be, a first fragment without the header inside, an overlap, broken headers inside: made by hand.
ERRORS = {("gre-iseq-icsum", "outer2.pcap"): {"IPIP803", "IPIP808"}, ("ip6tnl-outer-fragments", "outer2.pcap"): {"IPIP634", "IPIP635"},
          **{(name, "outer2.pcap"): {"IPIP100", "IPIP103", "IPIP115", "IPIP602", "IPIP604", "IPIP612"} for name in ("ipip-arrivals", "endpoint-exit-arrivals")}}


def declared(scenario):
    """The port that `ip fou add` names in the scenario, with what it is used for; and ESP without a cipher, auth-trunc ... 128."""
    text = (scenario / "scenario.json").read_text()
    commands = re.findall(r"ip fou add port (\d+) (ipproto \d+|gue)", text)
    if "cipher_null" in text:
        return ["--esp-null", "16"]
    return ["--udp-tunnel", "%s=%s" % (commands[0][0], UDP_TUNNELS[commands[0][1]])] if commands else []


def is_of_tunnel(record, port):
    """By the protocol number of the outermost header, or the declared UDP port; nothing else is looked at."""
    packet = record.octets[14:]
    if record.octets[12:14] == b"\x08\0":
        protocol, payload = packet[9], packet[4 * (packet[0] & 15):]
        if int.from_bytes(packet[6:8], "big") & 0x1FFF and protocol == 17:
            return None  # of a later fragment the port is elsewhere
    elif record.octets[12:14] == b"\x86\xdd":
        protocol, payload = packet[6], packet[40:]
        if protocol == DESTINATION_OPTIONS:
            protocol, payload = packet[40], packet[48:]
    else:
        return False
    return protocol in OUTER_PROTOCOLS or (protocol == 17 and payload[2:4] == port.to_bytes(2, "big"))


def scenarios():
    return sorted(path for folder in (SIBLINGS, CORNERS, LAB) for path in folder.iterdir() if path.is_dir())


class Siblings(unittest.TestCase):
    def judged(self, scenario):
        for path in sorted(scenario.glob("outer*.pcap")):
            options = declared(scenario)
            check = Check("--no-config", "--profile", "linux", "--kinds", KINDS, *options, path)
            yield path, int(options[1].split("=")[0]) if options else 0, check

    def test_every_packet_is_judged(self):
        packets = 0
        for scenario in scenarios():
            for path, port, check in self.judged(scenario):
                with self.subTest(harness.label(path)):
                    expected = [is_of_tunnel(record, port) for record in captures.read(path)]
                    self.assertNotIn(None, expected)
                    self.assertEqual(check.summary["tunnel_packets"], sum(expected))
                    packets += sum(expected)
        self.assertGreater(packets, 1000)
        print("%d packets" % packets)

    def test_nothing_is_wrong(self):
        for scenario in scenarios():
            for path, _, check in self.judged(scenario):
                with self.subTest(harness.label(path)):
                    by_severity = {severity: {finding["rule"] for finding in check.findings if finding["severity"] == severity}
                                   for severity in ("error", "warning")}
                    self.assertEqual(by_severity, {"error": ERRORS.get((scenario.name, path.name), set()),
                                                   "warning": WARNINGS.get((scenario.name, path.name), set())})

    def test_kinds_that_are_left_out(self):
        path = SIBLINGS / "gre-key" / "outer.pcap"
        text = harness.run("check", "--no-config", "--kinds", "4in6", path).stdout
        self.assertIn("  not judged: 31 gre (--kinds leaves it out)\nnothing could be checked: no tunnel packet\n", text)


if __name__ == "__main__":
    harness.main()
