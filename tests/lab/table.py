# SPDX-License-Identifier: GPL-2.0-or-later
"""The scenarios of the laboratory. `python3 table.py [NAME...]` names them, or says which name is none."""

import difflib
import re
import sys
from dataclasses import dataclass

ENDS = "remote 10.10.20.2 local 10.10.10.2"
IPIP = "ip tunnel add tun1 mode ipip %s" % ENDS
GRE = "ip tunnel add tun1 mode gre %s" % ENDS
ENDS6 = "remote fd00:20::2 local fd00:10::2"
FOU = "ip fou add port 5555 %%s; ip link add tun1 type ipip %s encap %%s encap-sport auto encap-dport 5555" % ENDS


@dataclass(frozen=True)
class Row:
    name: str
    tunnel: str  # at the entry; the exit has the same with its ends exchanged
    traffic: tuple  # names of traffic.TRAFFIC
    broken: tuple = ()  # (namespace, command), before anything is sent
    ours: str = ""  # the namespace whose end is `ipip endpoint`, with the words of the tunnel
    has_ipv6: bool = False
    merges: bool = False  # segments are one on the tunnel device, whose checksum is left to a card

    @property
    def lines(self):
        """(namespace, command) of both ends."""
        return [(namespace, line) for namespace, text in (("ns1", self.tunnel), ("ns2", exchanged(self.tunnel)))
                for line in (carried(text, namespace) if namespace == self.ours else text.split("; "))]


def exchanged(line):
    """The same tunnel, from the other end."""
    line = line.replace(" tun1 ", " tun2 ")
    return re.sub(r"remote (\S+) local (\S+)", r"remote \2 local \1", line)


def carried(line, namespace):
    """The commands by which `ipip endpoint` is this end. The kernel's ipip, which the other end needs, finds no tunnel here, and would say so."""
    name, words = re.fullmatch("ip tunnel add (\\S+) (.*)", line).groups()
    wire = {"ns1": "v1", "ns2": "v2"}[namespace]
    return ("tc qdisc add dev %s clsact" % wire,
            "tc filter add dev %s egress protocol ip flower ip_proto icmp type 3 code 3 action drop" % wire,
            "ipip endpoint --no-config --device %s --tunnel '%s'" % (name, words))


NARROW = (("router", "ip link set r2 mtu 1300"), ("ns2", "ip link set v2 mtu 1300"))
WIDE = (("ns1", "ip link set tun1 mtu 2000"), ("ns2", "ip link set tun2 mtu 2000"))
CONGESTED = (("router", "tc qdisc add dev r2 clsact"),
             ("router", "tc filter add dev r2 egress protocol ip matchall action pedit ex munge ip tos set 3 retain 3 pipe csum ip"))
# What comes within a tenth of a second comes at once.
IN_BURSTS = (("router", "tc qdisc add dev r2 root netem slot 100ms"),)

ROWS = (
    # The outer header, by the options of the tunnel.
    Row("ipip", IPIP, ("headers", "fragments")),
    Row("ipip-ttl-64", IPIP + " ttl 64", ("headers",)),
    Row("ipip-ttl-1", IPIP + " ttl 1", ("headers",)),
    Row("ipip-tos-inherit", IPIP + " tos inherit", ("headers",)),
    Row("ipip-tos-b8", IPIP + " tos 0xb8", ("headers",)),
    Row("ipip-ttl-64-tos-inherit", IPIP + " ttl 64 tos inherit", ("headers",)),
    Row("ipip-nopmtudisc", IPIP + " nopmtudisc", ("headers", "fragments")),
    Row("gre", GRE, ("headers", "fragments")),
    Row("gre-ttl-64-tos-inherit", GRE + " ttl 64 tos inherit", ("headers",)),
    Row("gre-key-csum-seq", GRE + " key 7 csum seq", ("headers",)),
    Row("fou", FOU % ("ipproto 4", "fou"), ("headers",)),
    Row("gue", FOU % ("gue", "gue"), ("headers",)),
    # Sizes.
    Row("ipip-sizes", IPIP, ("sizes",)),
    Row("ipip-sizes-nopmtudisc", IPIP + " nopmtudisc", ("sizes",)),
    Row("ipip-sizes-wide", IPIP, ("sizes",), WIDE),
    Row("ipip-sizes-wide-nopmtudisc", IPIP + " nopmtudisc", ("sizes",), WIDE),
    Row("gre-sizes", GRE, ("sizes",)),
    # A link on the way that is narrower than the tunnel thinks.
    Row("ipip-narrow", IPIP, ("narrow",), NARROW),
    Row("ipip-narrow-nopmtudisc", IPIP + " nopmtudisc", ("narrow",), NARROW),
    Row("gre-narrow", GRE, ("narrow",), NARROW),
    # Errors from inside the tunnel.
    Row("ipip-errors", IPIP, ("errors",)),
    Row("ipip-route-lost", IPIP, ("few", "few"), (("router", "ip route del 10.10.20.0/24"),)),
    Row("ipip-prohibited", IPIP, ("few", "few"), (("router", "ip route add prohibit 10.10.20.2/32"),)),
    Row("ipip-no-exit", IPIP, ("few", "few"), (("ns2", "ip tunnel del tun2"),)),
    Row("ipip-exit-down", IPIP, ("few", "few"), (("ns2", "ip link set tun2 down"),)),
    # What arrives at the exit.
    Row("ipip-congested", IPIP, ("headers",), CONGESTED),
    Row("ipip-tos-inherit-congested", IPIP + " tos inherit", ("headers",), CONGESTED),
    Row("ipip-ecn", IPIP, ("ecn",)),
    Row("ipip-arrivals", IPIP, ("arrivals",)),
    Row("ipip-strangers", IPIP, ("strangers",)),
    Row("ipip-merged", IPIP, ("segments",), IN_BURSTS, merges=True),
    # Our end, and the kernel's at the other one.
    Row("endpoint-entry", IPIP + " ttl 64 tos inherit", ("headers", "fragments"), ours="ns1"),
    Row("endpoint-entry-plain", IPIP, ("headers",), ours="ns1"),
    Row("endpoint-entry-sizes", IPIP + " ttl 64 tos inherit", ("sizes",), ours="ns1"),
    Row("endpoint-entry-narrow", IPIP + " ttl 64 tos inherit", ("narrow",), NARROW, ours="ns1"),
    Row("endpoint-entry-congested", IPIP + " ttl 64 tos inherit", ("headers",), CONGESTED, ours="ns1"),
    Row("endpoint-exit", IPIP + " ttl 64 tos inherit", ("headers", "fragments"), ours="ns2"),
    Row("endpoint-exit-sizes", IPIP + " ttl 64 tos inherit", ("sizes",), ours="ns2"),
    Row("endpoint-exit-fragments", IPIP + " nopmtudisc", ("sizes",), WIDE, ours="ns2"),
    Row("endpoint-exit-narrow", IPIP + " ttl 64 tos inherit", ("narrow",), NARROW, ours="ns2"),
    Row("endpoint-exit-ecn", IPIP, ("ecn",), ours="ns2"),
    Row("endpoint-exit-arrivals", IPIP, ("arrivals", "strangers"), ours="ns2"),
    # IPv6 inside, outside, or both.
    Row("sit", "ip tunnel add tun1 mode sit " + ENDS, ("headers6",), has_ipv6=True),
    Row("ip6tnl-any", "ip link add tun1 type ip6tnl mode any " + ENDS6, ("headers", "headers6"), has_ipv6=True),
    Row("ip6gre", "ip link add tun1 type ip6gre " + ENDS6, ("headers", "headers6"), has_ipv6=True),
)


def chosen(names):
    """The rows of these names, or all; SystemExit on a name that is none."""
    known = {row.name: row for row in ROWS}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise SystemExit("no scenario is called %s%s" % (name, "; did you mean %s?" % near[0] if near else ": " + ", ".join(known)))
    return [known[name] for name in names] if names else list(ROWS)


if __name__ == "__main__":
    for row in chosen(sys.argv[1:]):
        print(row.name)
