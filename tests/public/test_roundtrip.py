# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures made by others: every tunnel packet comes out of a round trip as it was, or is not comparable, with its reason."""

import unittest
from collections import Counter

import harness

# Where fields differ: in how many headers, and why.
EXPLAINED = {
    "tunnel/arkime-arkime_synthetic.pcap": ({("erspan", "erspan.index"): 1}, "the platform's bits above the index vary in one session"),
    "tunnel/packetnet-gre_nvgre.pcap": ({("gretap", "checksum"): 1}, "the outer checksum is 0: left to the network card"),
    "tunnel/sample-captures-gre-keep_alive--7bebd5.pcap": (
        {("gre", "ttl"): 6, ("gre", "gre.reserved"): 10},
        "keepalives, and the returns inside them, have the TTL of either end; from frame 7 on octets are not 0 that must be"),
    "tunnel/sample-captures-gre_vpn_keepalive_key-69da17.pcap": (
        {("gre", "ttl"): 42}, "keepalives hold a packet of the other end with TTL 255, and others of that direction have crossed a router"),
    "tunnel/sample-captures-ipv6-over-ipv4.pcap": ({("6in4", "ttl"): 4}, "packets of both ends, before and behind a router"),
    "tunnel/sample-captures-isatap-rs-in-pppoe-excerpt.pcap": ({("6in4", "ttl"): 2}, "TTL 63 and 64 of one host"),
    "tunnel/snabb-test_lwaftr_2.pcap": ({("4in6", "ecn"): 2}, "made by hand: ECT(1) outside, Not-ECT inside, which no encapsulator makes"),
    "tunnel/yanet-007_decap_gre-send.pcap": ({("gre6", "payload_length"): 3, ("gre6", "gre.flags"): 8},
                                             "made by hand: one tunnel with other flags of GRE in each packet"),
    "tunnel/yanet-083_balancer_dscp-003-expect.pcap": ({("ipip", "dscp"): 1, ("6in4", "dscp"): 1}, "made by hand: one of two packets of a tunnel is marked"),
    "tunnel/zeek-erspanIII.pcap": ({("erspan", "erspan.platform"): 1}, "two packets, one of each direction that was mirrored"),
}

# What a round trip comes to, by kind: packets, those that are identical and those that are not, and why the others can't be compared.
#
# `--kinds ipip` counts the same packets otherwise, by their outermost header alone: 16,515 over IPv6, 4,338 GRE, 593 ESP, 295 6in4. Here are
# - over IPv6 39 more, 16,554 in 4in6, 6in6 and gre6: 34 behind a Fragment header (four captures snabb-*frags*), 4 behind a Routing header
#   (ivre-test-samples-sr-header), 1 behind an authentication header (libpcap-ipv6_ah_modes);
# - GRE 18 more, 4,356 in gre, gretap and erspan: 55 outer fragments (zeek-erspan), less 37 of version 1, PPTP, which are `unknown` (nDPI-gre);
# - ESP 180 more: 164 over IPv6 (arkime-IKEv2 162, packetnet-ipv6_esp, yanet-040 one each), 16 outer fragments (libreswan-espfrags1).
#
# What differs is in EXPLAINED. Of captures with no other kind than IPv4 in IPv4 the packets without a tunnel are among those of `ipip`.
TABLE = {
    "4in6": (14725, 14722, 2, {"extension_header": 1}),
    "6in4": (295, 288, 7, {}),
    "6in6": (1810, 28, 0, {"extension_header": 5, "inner_not_ipv6": 1775, "malformed": 1, "shim": 1}),
    "erspan": (224, 162, 2, {"erspan_cut": 2, "malformed": 58}),
    "esp": (773, 0, 0, {"esp": 773}),
    "gre": (3806, 3700, 58, {"esp": 8, "malformed": 4, "source_is_exit": 34, "truncated": 2}),
    "gre-in-udp": (14, 14, 0, {}),
    "gre6": (19, 7, 8, {"malformed": 4}),
    "gretap": (326, 325, 1, {}),
    "gue": (20, 4, 0, {"malformed": 16}),
    "ipcomp": (5, 0, 0, {"ipcomp": 5}),
    "ipip": (284, 5188, 1, {"malformed": 27, "shim": 45, "too_large": 2, "truncated": 14624}),
    "unknown": (423, 0, 0, {"not_read": 423}),
}
COUNTS = ("tunnel_packets", "identical", "different", "not_comparable")


def compare(path):
    result = harness.Roundtrip(path)
    differences = Counter((line["tunnel"]["mode"] if "tunnel" in line else "plain", line["field"]) for line in result.differences)
    return harness.label(path), differences, result.summary


def counts_of(summary):
    """By kind, and what they came to."""
    kinds = summary.get("kinds") or {"ipip": summary}  # without other kinds the packets without a tunnel are among them
    counts = Counter()
    for kind, row in kinds.items():
        counts.update({(kind, what): row[what] for what in COUNTS})
        counts.update({(kind, why): number for why, number in row["reasons"].items()})
    return counts


class Roundtrip(unittest.TestCase):
    def test_every_capture(self):
        captures = [path for path in harness.third_party_captures() if path.parent.name == "tunnel"]
        results = harness.each(compare, captures)
        found = {label: dict(differences) for label, differences, _ in results if differences}
        self.assertEqual(found, {label: fields for label, (fields, _) in EXPLAINED.items()})
        for label, _, summary in results:
            with self.subTest(label):
                self.assertEqual(sum(summary["reasons"].values()), summary["not_comparable"])
                kinds = summary.get("kinds")
                if kinds is not None:
                    self.assertEqual(sum(row["tunnel_packets"] for row in kinds.values()), summary["tunnel_packets"])
        total = sum((counts_of(summary) for _, _, summary in results), Counter())
        for kind in sorted({kind for kind, _ in total}):
            print("%-11s %s" % (kind, ", ".join("%d %s" % (number, what) for (of, what), number in total.items() if of == kind)))
        found = {kind: (*(total[kind, what] for what in COUNTS[:3]), {why: number for (of, why), number in total.items()
                                                                      if of == kind and why not in COUNTS and number > 0}) for kind, _ in total}
        self.assertEqual(found, TABLE)


if __name__ == "__main__":
    harness.skip_without_captures()
    harness.main()
