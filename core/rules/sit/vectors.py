# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on IPv6 in IPv4."""

from tunnel_kinds import inner6, six_in_four
from tunnel_packets import ALERT, A, cut, frame
from vector import ENTRY, NEVER, TUNNEL, Vector, profile, silent

GOOD = six_in_four()
CUT = cut(GOOD, 50)
LINK_LOCAL_A, LINK_LOCAL_OTHER = "fe80::10.0.0.1", "fe80::10.0.0.9"

def classes(inner, outer):
    return frame(six_in_four(inner6(tclass=inner), tos=outer))

def from_source(src, **options):
    return frame(six_in_four(inner6(src=src, **options)))

VECTORS = {
    "IPIP701": Vector(
        fail=frame(six_in_four(options=ALERT)), clean=frame(GOOD), unknown=NEVER),
    "IPIP702": Vector(
        fail=classes(0xB8, 0x28), clean=classes(0xB8, 0xB8), unknown=CUT, args=ENTRY, scope="tunnel"),
    "IPIP704": Vector(
        fail=frame(six_in_four(inner6(plen=60))), clean=frame(GOOD), unknown=CUT),
    "IPIP705": Vector(
        fail=frame(six_in_four(inner6() + b"\0" * 4)), clean=frame(GOOD), unknown=CUT),
    "IPIP708": Vector(
        fail=from_source("::ffff:10.0.0.1"), clean=frame(GOOD), unknown=CUT),
    "IPIP791": Vector(
        fail=from_source(LINK_LOCAL_OTHER), clean=from_source(LINK_LOCAL_A), unknown=CUT),
}

VARIANTS = [
    # One pair of TOS and traffic class may be a configured one; two are none.
    ("IPIP702", Vector(fail=classes(0xB8, 0x28)[0:1] + classes(0xB8, 0x30), clean=classes(0xB8, 0), unknown=classes(0xB8, 0x28), scope="tunnel")),
    *(silent("IPIP702", classes(0xB8, 0x28), [*ENTRY, *profile(name)]) for name in ("linux", "vpp")),
    silent("IPIP702", classes(0xB8, 0x28), ENTRY, TUNNEL + "tos = 0x28"),
    *(("IPIP708", Vector(fail=from_source(src), clean=from_source("::"))) for src in ("ff02::1", "::1", "::10.0.0.1")),
    silent("IPIP708", from_source("64:ff9b::192.0.2.1")),
    # Numbers that are no IPv4 address of a host, and identifiers made by other means.
    *(silent("IPIP791", from_source(src)) for src in ("fe80::1", "fe80::1:2", "fe80::224.0.0.9", "fe80::5efe:10.0.0.9", "fe80::1:a00:9")),
]
