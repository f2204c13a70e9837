# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on tunnels over IPv6."""

from packets import authentication_header
from tunnel_kinds import A6, B6, four_in_six, inner6, limit, options6, outer6, six_in_six
from tunnel_packets import cut, frame, inner
from vector import Vector, silent

IPV4, IPV6, DESTINATION, HOP_BY_HOP = 4, 41, 60, 0
LIMIT = 4  # the option

def options(*values, type=DESTINATION):
    """A tunnel packet with these options, each (type, octets)."""
    return four_in_six(options6(IPV4, *values) + inner(), next=type)

GOOD = four_in_six(limit(IPV4) + inner(), next=DESTINATION)

def nest(inside, outside, ends=("2001:470:8::1", "2001:470:9::1")):
    """A tunnel in a tunnel, with these limits; None: without one."""
    def header(value, payload, src, dst):
        octets = payload if value is None else limit(IPV6, value) + payload
        return outer6(octets, src=src, dst=dst, next=IPV6 if value is None else DESTINATION)
    return header(outside, header(inside, inner6(), A6, B6), *ends)

NESTED = nest(4, 3)

VECTORS = {
    "IPIP744": Vector(
        fail=frame(options((LIMIT, b"\4\0"))), clean=frame(GOOD), unknown=cut(four_in_six(options6(DESTINATION) + limit(IPV4) + inner(), next=DESTINATION), 51)),
    "IPIP745": Vector(
        fail=frame(nest(4, 4)), clean=frame(NESTED), unknown=cut(NESTED, 48 + 43)),
}

def behind_authentication(*values):
    return four_in_six(authentication_header(DESTINATION) + options6(IPV4, *values) + inner(), next=51)

VARIANTS = [
    ("IPIP744", Vector(fail=frame(behind_authentication((LIMIT, b"\4\4"))), clean=frame(behind_authentication((LIMIT, b"\4"))))),
    ("IPIP744", Vector(fail=frame(options((LIMIT, b"\4"), (LIMIT, b"\4"))), clean=frame(GOOD))),
    ("IPIP744", Vector(fail=frame(options((LIMIT, b"\4"), type=HOP_BY_HOP)), clean=frame(GOOD), severity="warning")),
    *(("IPIP745", Vector(fail=frame(nest(*limits)), clean=frame(NESTED))) for limits in ((0, 0), (0, None), (4, None), (4, 5))),
    silent("IPIP745", frame(nest(None, 4))),
    silent("IPIP745", frame(six_in_six(limit(IPV6) + inner6(), next=DESTINATION))),
    # An IPv4 header between hides the limit inside.
    silent("IPIP745", frame(outer6(limit(IPV4) + inner(src="52.1.0.1", dst="52.2.0.1", payload=GOOD, protocol=41), next=DESTINATION, src="2001:470:8::1", dst="2001:470:9::1"))),
]
