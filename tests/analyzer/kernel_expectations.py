# SPDX-License-Identifier: GPL-2.0-or-later
"""What `check` must find in the captures of testdata/kernel, and what it must not.

Two readings that must agree with the command, and so with each other. expected() reads the packets by the rules' own
conditions (the *_oracle.py in this folder). The tables were written by hand from what each scenario did
(testdata/kernel/*/scenario.json) and from what is known of Linux (RFC 2003 and the measurements of the laboratory).
"""

import kernel_flow_oracle
import kernel_fragment_oracle
import kernel_header_oracle
import kernel_icmp_oracle
import kernel_loss_oracle
import kernel_packet_oracle
import kernel_sides_oracle

ORACLES = (kernel_header_oracle, kernel_packet_oracle, kernel_flow_oracle, kernel_fragment_oracle, kernel_icmp_oracle,
           kernel_loss_oracle, kernel_sides_oracle)


def expected(frames, profile):
    """(frame, rule, severity) of all findings; what is said once of a tunnel, on the first frame that shows it."""
    found, said = set(), {}
    for oracle in ORACLES:
        for frame, number, severity, tunnel in oracle.judge(frames, profile == "linux"):
            if severity is None:
                continue
            finding = frame, "IPIP%d" % number, severity
            if tunnel is None:
                found.add(finding)
            else:
                said[number, tunnel] = min(finding, said.get((number, tunnel), finding))
    return found | set(said.values())


def ecn(header):
    return header[1] & 3


def is_marked_not_ect(o, i):
    return ecn(i) == 0 and ecn(o) != 0


def is_bleached(o, i):
    return ecn(i) != 0 and ecn(o) == 0


# Errors and warnings, by capture: only where the scenario made something go wrong. What is not here must have none.
# Where the number depends on the traffic it is counted in the packets, by what trips the rule: an outer and an inner
# header.
WRONG = {
    # The router sets CE on every outer packet, also on those whose inner transport does not use ECN.
    "ipip-ecn-ce-default/outer2": {"IPIP502": is_marked_not_ect},
    "ipip-ecn-ce-tos-0x02/outer2": {"IPIP502": is_marked_not_ect},
    "ipip-ecn-ce-tos-inherit/outer2": {"IPIP502": is_marked_not_ect},
    # All outer by all inner codepoints; four packets with a wrong inner checksum. All 44 are crafted with
    # Identification 0x1234 and DF clear: used again eight times until the tenth shows a constant.
    "ipip-ecn-decap/outer2": {"IPIP502": is_marked_not_ect, "IPIP505": lambda o, i: ecn(i) == 3 and ecn(o) == 1,
                              "IPIP612": 4, "IPIP621": 8, "IPIP624": 1},
    # The same through a socket that shares its buffer with the kernel: the inner field is the one that came out.
    "ipip-ecn-decap/outer2-recv": {"IPIP502": is_marked_not_ect, "IPIP505": lambda o, i: ecn(i) == 3 and ecn(o) == 1,
                                   "IPIP612": 4, "IPIP621": 8, "IPIP624": 1},
    # Crafted errors, 19 kinds in two rounds, that quote Identification 0x1234 and 84 octets, which ns1 never sent: 18
    # of them after the first five seconds. In each round one time exceeded, and MTUs of 1400, 600 and 1 (and 0).
    "ipip-err-crafted/outer": {"IPIP302": 18, "IPIP108": 2, "IPIP315": 6},
    # ns2 has no tunnel for ns1: port unreachable for each of the nine packets.
    "ipip-err-no-remote-tunnel/outer": {"IPIP311": 9},
    "ipip-err-no-remote-tunnel/outer2": {"IPIP311": 9},
    # Fixed ttl 1: all ten packets die at the router.
    "ipip-err-ttl-exceeded/outer": {"IPIP108": 10},
    # Lightweight tunnels leave the outer DF clear, whatever the inner one is.
    "ipip-external/outer": {"IPIP105": lambda o, i: i[6] & 0x40},
    "ipip-external/outer2": {"IPIP105": lambda o, i: i[6] & 0x40},
    # TTL 0 from raw and packet sockets, inherited by the outer header; then eleven crafted ones, with TTL 0 among them,
    # of Identification 0x1234 and DF clear.
    "ipip-inner-ttl/outer": {"IPIP115": lambda o, i: i[8] == 0, "IPIP608": lambda o, i: o[8] == 0},
    "ipip-inner-ttl/outer2": {"IPIP115": lambda o, i: i[8] == 0, "IPIP608": lambda o, i: o[8] == 0, "IPIP621": 8,
                              "IPIP624": 1},
    # A fault a packet, see the steps: bad header checksum; version 6; IHL 4; length too large and twenty of 64 octets;
    # length 30 of 64; the outer pair inside (one warning, and a note); the exit's address as source.
    "ipip-malformed-tx/outer": {"IPIP612": 1, "IPIP100": 1, "IPIP602": 1, "IPIP103": 2, "IPIP104": 1, "IPIP204": 1,
                                "IPIP202": 1},
    "ipip-malformed-tx/outer2": {"IPIP612": 1, "IPIP100": 1, "IPIP602": 1, "IPIP103": 2, "IPIP104": 1, "IPIP204": 1,
                                 "IPIP202": 1},
    # Six IP headers in a row on the wire, five on tun1.
    "ipip-nested-5/inner": {"IPIP215": 8},
    "ipip-nested-5/inner2": {"IPIP215": 8},
    "ipip-nested-5/outer": {"IPIP215": 8},
    "ipip-nested-5/outer2": {"IPIP215": 8},
    # No ipip module at ns2: protocol unreachable for both crafted packets, whose Identification is the same.
    "ipip-nomodule/outer": {"IPIP311": 2},
    "ipip-nomodule/outer2": {"IPIP311": 2, "IPIP621": 1},
    # Source routes through the tunnel: local LSRR and SSRR via ns2, and a forwarded LSRR.
    "ipip-options/outer": {"IPIP611": 3},
    "ipip-options/outer2": {"IPIP611": 3},
    # First fragments of 8, 16, 24 and again 8 octets, and two that begin at octet 8; DF on both fragments of one
    # datagram; an inner fragment of 180 octets that is not the last; an overlap; Not-ECT and CE on the fragments of one
    # datagram.
    "ipip-outer-fragments/outer2": {"IPIP634": 6, "IPIP632": 2, "IPIP631": 1, "IPIP635": 1, "IPIP637": 1},
    # Two crafted packets with the same Identification.
    "ipip-rp-filter/outer2": {"IPIP621": 1},
    # Fixed ttl 1: all packets die at the router. Where the inner TTL is 1 or 2 it could be a traceroute: a note.
    "ipip-ttl-1/outer": {"IPIP108": lambda o, i: i[8] > 2},
    # Crafted packets, all with Identification 0x1234: three from a wrong source (two answered, the third when tunl0 was
    # up), one to another address of ns2 (answered), two between the right ends (the second when the tunnel was down:
    # answered).
    "ipip-wrong-source/outer": {"IPIP311": 2},  # the router has no ARP entry for the wrong source
    "ipip-wrong-source/outer2": {"IPIP311": 4, "IPIP621": 3},
}

# By the profile linux further ones: a Linux encapsulator copies ECT, so an outer Not-ECT was cleared on the way.
WRONG_FOR_LINUX = {
    "ipip-ecn-decap/outer2": {"IPIP501": is_bleached},
    "ipip-ecn-decap/outer2-recv": {"IPIP501": is_bleached},
    "ipip-outer-fragments/outer2": {"IPIP501": 1},  # the first fragment of step 12
}

# Where the profile linux finds errors, and what was made to go wrong there.
MADE_TO_GO_WRONG = {
    "ipip-ecn-decap": "wrong inner checksums",
    "ipip-external": "DF of the inner packets ignored, as lightweight tunnels do",
    "ipip-inner-ttl": "TTL 0 from raw sockets, and crafted",
    "ipip-malformed-tx": "broken headers through a packet socket on the tunnel device",
    "ipip-outer-fragments": "crafted fragments: misaligned, overlapping",
}

# The scenarios that send one and the same set of packets, by the options of ns1's tunnel.
TTL_INHERITED = {
    "ipip-nopmtudisc", "ipip-pmtudisc", "ipip-tos-0", "ipip-tos-01", "ipip-tos-10", "ipip-tos-b8", "ipip-tos-inherit",
    "ipip-tos-inherit-10", "ipip-ttl-inherit", "iplink-default", "iplink-ttl-0",
}
TTL_FIXED = {
    "ipip-bypass-ioctl-ttl-64-nopmtudisc", "ipip-bypass-netlink-ttl-64-nopmtudisc", "ipip-pmtudisc-ttl-64",
    "ipip-ttl-1", "ipip-ttl-64", "ipip-ttl-255",
}
TTL_TOO_SMALL = {"ipip-ttl-1"}
TOS_COPIED = {"ipip-tos-01", "ipip-tos-inherit", "ipip-tos-inherit-10"}  # any odd number means inherit
TOS_FIXED = {"ipip-tos-10", "ipip-tos-b8"}
DF_COPIED = {"ipip-nopmtudisc"}  # and not with a fixed ttl, whatever was asked
SAME_SET = TTL_INHERITED | TTL_FIXED


def rules_of_same_set(scenario, profile):
    """Which rules must report on v1, and no other."""
    is_linux = profile == "linux"
    conditions = {
        "IPIP101": scenario in TOS_FIXED if is_linux else scenario not in TOS_COPIED,
        "IPIP106": scenario in DF_COPIED,
        "IPIP107": scenario in TTL_INHERITED and not is_linux,
        "IPIP108": scenario in TTL_INHERITED | TTL_TOO_SMALL,  # two packets have an inner TTL of 1 at the router
        "IPIP503": not is_linux,  # an inner CE, and ECT(0) outside
        "IPIP607": True,  # two packets with the reserved flag
        "IPIP627": True,  # crafted packets with Identification 0x1234 or 0
        "IPIP906": scenario not in TTL_TOO_SMALL,  # 1 is not what a system starts with
    }
    return {rule for rule, is_so in conditions.items() if is_so}


# Every rule that has something to find in the captures, and where; what is not here finds nothing in any of them.
FOUND = {
    "IPIP100": "an IPv6 version under protocol 4, crafted",
    "IPIP101": "every tunnel without `tos inherit`, if the inner packet has a DSCP",
    "IPIP103": "crafted lengths",
    "IPIP104": "crafted lengths",
    "IPIP105": "external tunnels",
    "IPIP106": "nopmtudisc, tunl0, external, crafted outers",
    "IPIP107": "tunnels without a fixed ttl and enough different inner TTLs",
    "IPIP108": "ttl 1, and inner TTLs that end at the router",
    "IPIP113": "a crafted outer packet to a multicast address",
    "IPIP115": "TTL 0 from raw sockets",
    "IPIP117": "a tunnel MTU above the link's, a narrow link with DF clear, crafted fragments",
    "IPIP118": "the same, with more than one inner fragment",
    "IPIP119": "packets larger than the tunnel's MTU with DF clear",
    "IPIP201": "crafted: the entry as inner source, twice",
    "IPIP202": "crafted: the exit as inner source",
    "IPIP204": "crafted: the outer pair inside",
    "IPIP215": "five levels of ipip",
    "IPIP301": "crafted errors with 8 octets behind the outer header",
    "IPIP302": "crafted errors about packets that never were",
    "IPIP307": "crafted source quench",
    "IPIP311": "no tunnel or no module at ns2",
    "IPIP315": "crafted errors with MTUs above the quoted length, and 1",
    "IPIP317": "ns2's reassembly timeout",
    "IPIP320": "tunnel devices with MTU 2000 over links of 1500",
    "IPIP501": "crafted codepoints",
    "IPIP502": "crafted codepoints; a router that marks everything",
    "IPIP503": "an inner CE before the router",
    "IPIP504": "crafted codepoints",
    "IPIP505": "crafted codepoints",
    "IPIP506": "crafted codepoints",
    "IPIP602": "crafted IHL",
    "IPIP607": "crafted reserved flag",
    "IPIP608": "outer TTL 0, inherited or crafted",
    "IPIP611": "source routes inside",
    "IPIP612": "crafted checksums",
    "IPIP621": "crafted outers, all with Identification 0x1234",
    "IPIP624": "ten of them",
    "IPIP627": "crafted inner packets, all with Identification 0x1234",
    "IPIP631": "a crafted inner fragment of 180 octets",
    "IPIP632": "crafted fragments with DF",
    "IPIP634": "crafted fragments that split the inner header",
    "IPIP635": "crafted overlap",
    "IPIP637": "crafted fragments with Not-ECT and CE",
    "IPIP638": "crafted fragments of 8 octets",
    "IPIP639": "wherever outer fragments come together",
    "IPIP902": "crafted fragments, the last one first or alone",
    "IPIP903": "TCP with segmentation offload",
    "IPIP904": "checksum offload",
    "IPIP905": "a crafted fragment sent twice",
    "IPIP906": "from the twentieth packet on, where the TTL is inherited or what systems start with",
}

# Captures at several devices at once, in the order in which a packet passes them, merged by time.
MERGED = {
    "encapsulator": ("lan1", "inner", "outer", "lo1"),
    "decapsulator": ("outer2", "inner2", "lan2"),
    "both ends": ("outer", "outer2"),
    # As of a mirror port that copies both directions of traffic: every packet twice.
    "entry, mirrored": ("outer", "outer"),
    "exit, mirrored": ("outer2", "outer2"),
}

# What ns1's own captures show of errors: how many came from inside the tunnel (or from ns1's own output, on lo), how
# many the senders got, and the rules that must have seen this and passed; with a number where it is one a relay.
RELAYS = {
    "ipip-err-admin-prohibited": (1, 1, {}),
    # 19 kinds in two rounds. Host unreachable for nine of them; fragmentation needed to both packets behind four.
    "ipip-err-crafted": (38, 2 * (9 + 8), {"IPIP303": None}),
    "ipip-err-net-unreach": (1, 1, {"IPIP303": None}),
    # Of nine errors each but the last is reported with the next packet.
    "ipip-err-no-remote-tunnel": (9, 8, {}),
    "ipip-err-no-route": (0, 0, {}),  # no ICMP at all
    # Three errors, three relays; one that is forgotten, and one about another tunnel.
    "ipip-err-softstate": (5, 3, {"IPIP303": None}),
    "ipip-err-ttl-exceeded": (10, 9, {"IPIP308": None}),
    # The router says 1300 twice, and ns1 itself five times on lo where it drops packets with the inner DF clear. Five
    # packets with DF draw 1280.
    "ipip-pmtu-1300-pmtudisc": (7, 5, {"IPIP306": None, "IPIP312": None, "IPIP314": 5}),
    # The same, but ns1 fragments those with DF clear.
    "ipip-pmtu-1300-nopmtudisc": (2, 5, {"IPIP306": None, "IPIP312": None, "IPIP314": 5}),
    "ipip-pmtu-1300-router-fragments": (0, 0, {}),
    # Two or three local packets with DF and two forwarded ones are too large for the link; no error comes from inside.
    "ipip-size-mtu1500-nopmtudisc": (0, 4, {}),
    "ipip-size-mtu2000-nopmtudisc": (0, 5, {}),
    # Two with DF clear are dropped by ns1's own output, which tells ns1 so; then 1480 is the path's MTU less 20.
    "ipip-size-mtu2000-pmtudisc": (2, 5, {"IPIP306": None, "IPIP312": None, "IPIP314": 2}),
    "ipip-size-nopmtudisc": (0, 2, {}),  # two forwarded ones; local senders get an error from the socket
    "ipip-size-pmtudisc": (0, 2, {}),
    "ipip-size-tcp-mtu2000": (0, 0, {}),
    "ipip-traceroute": (0, 0, {}),  # the hops answer for themselves
    # 39 host unreachable, and a packet of h1 whose own TTL ends at ns1.
    "ipip-ttl-1": (40, 39 + 1, {"IPIP308": None}),
}

# What a correct encapsulator with soft state never trips.
NEVER_IN_RELAYS = {"IPIP305", "IPIP306", "IPIP308", "IPIP309", "IPIP310", "IPIP312", "IPIP314"}
