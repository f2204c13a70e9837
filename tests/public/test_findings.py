# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures made by others: every error and warning of `check`, each looked at: how often, and what is right about it.

A rule that is added, or changed, and says something here must be looked at, too.
"""

import unittest
from collections import Counter

import harness
from harness import Check

FOUND = {
    "tunnel/PF_RING-gre-heapoverflow-2.pcap": ({("error", "IPIP109"): 1, ("error", "IPIP205"): 1},
        "octets by chance, of a fuzzer"),
    "tunnel/PcapPlusPlus-TruncatedMplsPackets.pcapng": ({("error", "IPIP109"): 1},
        "made by hand: the outer checksum was never written, on the only packet of its direction"),
    "tunnel/arkime-arkime_synthetic.pcap": ({("error", "IPIP844"): 1},
        "made by hand: an authentication header of zeros, which has SPI 0"),
    "tunnel/deepflow-ipip.pcap": ({("error", "IPIP105"): 1},
        "a load balancer sends without DF what has DF inside"),
    "tunnel/deepflow-tencent-gre.pcap": ({("error", "IPIP801"): 1},
        "a cloud's own use of version 1, with other content than PPTP"),
    "tunnel/gowireshark-ipoipoip.pcap": ({("error", "IPIP216"): 1, ("warning", "IPIP204"): 1, ("warning", "IPIP215"): 1},
        "made by hand: a tunnel nested in itself, five headers"),
    "tunnel/libpcap-ipv6_ah_modes.pcap": ({("error", "IPIP844"): 1},
        "made by hand: in IPv6 an authentication header must have a multiple of 8 octets"),
    "tunnel/packetnet-gre_nvgre.pcap": ({("error", "IPIP109"): 1},
        "made by hand: likewise"),
    "tunnel/pcapsql-gre_keyed.pcap": ({("warning", "IPIP621"): 4},
        "made by hand: Identification 1 on every packet, without DF"),
    "tunnel/sample-captures-gre-keep_alive--7bebd5.pcap": ({("error", "IPIP109"): 1, ("error", "IPIP801"): 1, ("error", "IPIP802"): 1, ("error", "IPIP804"): 10},
        "a keepalive that was damaged or encrypted, and routers that leave octets in Reserved1"),
    "tunnel/sample-captures-gre_vpn_keepalive_key-69da17.pcap": ({("warning", "IPIP105"): 10},
        "routers that do not copy DF: the usual setting of theirs"),
    "tunnel/sample-captures-isatap-rs-in-pppoe-excerpt.pcap": ({("error", "IPIP712"): 8},
        "ISATAP behind NAT: the address inside is private, RFC 5214 section 7.3 has the packet discarded"),
    "tunnel/sample-captures-vpn-gre.pcap": ({("warning", "IPIP105"): 10},
        "likewise"),
    "tunnel/snabb-incoming-icmpv6-30hoplevelexceeded-hairpinned-OPE.pcap": ({("warning", "IPIP108"): 1},
        "the capture is about that error"),
    "tunnel/snabb-tcp-fromb4-ipv6-bound-port-unbound.pcap": ({("error", "IPIP612"): 1},
        "made by hand: TTL decremented, checksum not updated"),
    "tunnel/snabb-test_lwaftr_2.pcap": ({("warning", "IPIP502"): 2},
        "made by hand: ECT(1) outside of Not-ECT"),
    "tunnel/snabb-vlan-tcp-fromb4-ipv6-bound-port-unbound.pcap": ({("error", "IPIP612"): 1},
        "likewise"),
    "tunnel/sngrep-ipip.pcap": ({("warning", "IPIP621"): 1},
        "Identification 0 on packets without DF: fragments of two would be mixed up"),
    "tunnel/suricata-verify-bug-5633-gre-01-gre-udp.pcap": ({("warning", "IPIP621"): 2},
        "made by hand: likewise"),
    "tunnel/suricata-verify-decode-too-small-test.pcap": ({("error", "IPIP806"): 2},
        "made by hand: GRE headers of 2 octets"),
    "tunnel/tcpdump-gre-heapoverflow-2.pcap": ({("error", "IPIP109"): 1, ("error", "IPIP205"): 1},
        "octets by chance, of a fuzzer"),
    "tunnel/tcpdump-gue.pcap": ({("error", "IPIP112"): 20, ("error", "IPIP113"): 20, ("error", "IPIP612"): 2, ("error", "IPIP836"): 16, ("warning", "IPIP621"): 1},
        "made by hand: loopback addresses, and a UDP Length of a packet of which only the head was sent"),
    "tunnel/tcpdump-ipcomp-heapoverflow.pcap": ({("error", "IPIP109"): 1, ("error", "IPIP205"): 1},
        "octets by chance, of a fuzzer"),
    "tunnel/tcpdump-isis-infinite-loop.pcap": ({("error", "IPIP112"): 4},
        "of a fuzzer: multicast and reserved addresses as source"),
    "tunnel/xdp2-6to4.pcap": ({("warning", "IPIP725"): 5},
        "true: the anycast relay, deprecated by RFC 7526"),
    "tunnel/yanet-005_decap_dscp-send.pcap": ({("error", "IPIP112"): 27, ("error", "IPIP206"): 27, ("error", "IPIP207"): 12},
        "made by hand: addresses that are unspecified inside and outside"),
    "tunnel/yanet-007_decap_gre-send.pcap": ({("error", "IPIP112"): 13, ("error", "IPIP206"): 10, ("error", "IPIP801"): 2, ("error", "IPIP802"): 2, ("error", "IPIP812"): 1, ("warning", "IPIP802"): 3},
        "made by hand: likewise, and every flag of GRE"),
    "tunnel/yanet-044_route_tunnel-008-send.pcap": ({("error", "IPIP112"): 2, ("error", "IPIP206"): 8, ("warning", "IPIP766"): 6},
        "made by hand: loopback and IPv4-mapped addresses"),
    "tunnel/yanet-049_balancer_real_ipv4-001-expect.pcap": ({("error", "IPIP723"): 8, ("warning", "IPIP621"): 8},
        "made by hand: 2002::/16 for addresses that are not 6to4, and one Identification for all"),
    "tunnel/yanet-083_balancer_dscp-001-expect.pcap": ({("error", "IPIP723"): 4, ("warning", "IPIP621"): 4},
        "likewise"),
    "tunnel/yanet-083_balancer_dscp-002-expect.pcap": ({("error", "IPIP723"): 4, ("warning", "IPIP621"): 4},
        "likewise"),
    "tunnel/yanet-083_balancer_dscp-003-expect.pcap": ({("error", "IPIP723"): 4, ("warning", "IPIP621"): 4},
        "likewise"),
    "tunnel/zeek-erspan.pcap": ({("warning", "IPIP116"): 16},
        "true: mirrored packets with DF, in frames of 3,002 octets in all, were fragmented"),
    "tunnel/zeek-mpls-6in6-6in6-4in6-trunc.pcap": ({("error", "IPIP103"): 1, ("error", "IPIP112"): 1, ("error", "IPIP206"): 1, ("error", "IPIP604"): 1, ("error", "IPIP608"): 2, ("warning", "IPIP115"): 1},
        "octets by chance, of a fuzzer"),
    "tunnel/zeek-mpls-6in6-6in6-invalid-version-6.pcap": ({("error", "IPIP100"): 1, ("error", "IPIP608"): 1},
        "octets by chance, of a fuzzer"),
    "tunnel/zeek-mpls-6in6-broken.pcap": ({("error", "IPIP100"): 1774, ("error", "IPIP112"): 24, ("error", "IPIP601"): 22, ("error", "IPIP608"): 1731},
        "octets by chance, of a fuzzer"),
}


def errors_and_warnings(path):
    found = Counter()
    for finding in Check("--no-config", path).findings:
        if finding["severity"] != "note":
            found[finding["severity"], finding["rule"]] += finding.get("count", 1)
    return harness.label(path), dict(found)


class Findings(unittest.TestCase):
    maxDiff = None

    def test_each_is_known(self):
        results = harness.each(errors_and_warnings, harness.third_party_captures())
        self.assertEqual({label: found for label, found in results if found}, {label: found for label, (found, _) in FOUND.items()})
        total = sum((Counter(found) for _, found in results), Counter())
        for (severity, rule), count in sorted(total.items()):
            print("%-7s %s %5d in %d" % (severity, rule, count, sum((severity, rule) in found for _, found in results)))


if __name__ == "__main__":
    harness.skip_without_captures()
    harness.main()
