# SPDX-License-Identifier: GPL-2.0-or-later
"""The scenarios of the laboratory. `python3 table.py [NAME...]` names them, or says which name is none."""

import difflib
import re
import sys
from dataclasses import dataclass

ENDS = "remote 10.10.20.2 local 10.10.10.2"
IPIP = "ip tunnel add tun1 mode ipip %s" % ENDS
GRE = "ip tunnel add tun1 mode gre %s" % ENDS
FOU = "ip fou add port 5555 %%s; ip link add tun1 type ipip %s encap %%s encap-sport auto encap-dport 5555" % ENDS


@dataclass(frozen=True)
class Row:
    name: str
    tunnel: str  # at the entry; the exit has the same with its ends exchanged
    traffic: tuple  # names of traffic.TRAFFIC
    broken: tuple = ()  # (namespace, command), before anything is sent

    @property
    def lines(self):
        """(namespace, command) of both ends."""
        return [(namespace, line) for namespace, text in (("ns1", self.tunnel), ("ns2", exchanged(self.tunnel))) for line in text.split("; ")]


def exchanged(line):
    """The same tunnel, from the other end."""
    line = line.replace(" tun1 ", " tun2 ")
    return re.sub(r"remote (\S+) local (\S+)", r"remote \2 local \1", line)


NARROW = (("router", "ip link set r2 mtu 1300"), ("ns2", "ip link set v2 mtu 1300"))
WIDE = (("ns1", "ip link set tun1 mtu 2000"), ("ns2", "ip link set tun2 mtu 2000"))
CONGESTED = (("router", "tc qdisc add dev r2 clsact"),
             ("router", "tc filter add dev r2 egress protocol ip matchall action pedit ex munge ip tos set 3 retain 3 pipe csum ip"))

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
