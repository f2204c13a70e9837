# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on minimal encapsulation."""

import struct

from packets import checksum
from tunnel_kinds import minimal
from tunnel_packets import A, B, PEER, cut, frame, inner, outer
from vector import Vector

GOOD = minimal()
FROM_ENTRY = inner(src=A)

def sum_of_12():
    """The sum of a short header taken over 12 octets: 4 of the payload, too."""
    octets = minimal(FROM_ENTRY, source=False)[20:32]
    return checksum(octets[:2] + bytes(2) + octets[4:])

def twice(src):
    """A minimal forwarding header around a packet that has one."""
    return minimal(minimal(FROM_ENTRY, source=False), src=src)

def of_fragment(**options):
    """A minimal forwarding header, and 24 octets; with MF a fragment."""
    return outer(minimal()[20:] + bytes(4), protocol=55, **options)

VECTORS = {
    "IPIP821": Vector(
        fail=frame(outer(bytes(6), protocol=55)), clean=frame(minimal(FROM_ENTRY, source=False)), unknown=cut(GOOD, 24)),
    "IPIP822": Vector(
        fail=frame(minimal(reserved=1)), clean=frame(GOOD), unknown=cut(GOOD, 21)),
    "IPIP823": Vector(
        fail=frame(minimal(sum=0x1234)), clean=frame(GOOD), unknown=cut(GOOD, 30)),
    "IPIP824": Vector(
        fail=frame(of_fragment(df=True, mf=True)), clean=frame(of_fragment(df=True)), unknown=frame(of_fragment(df=False, mf=True))),
    "IPIP825": Vector(
        fail=frame(minimal(FROM_ENTRY)), clean=frame(GOOD), unknown=cut(GOOD, 30)),
    "IPIP826": Vector(
        fail=frame(minimal(inner(src=B))), clean=frame(GOOD), unknown=cut(GOOD, 30)),
}

VARIANTS = [
    ("IPIP824", Vector(  # a later one
        fail=frame(outer(bytes(24), protocol=55, df=True, offset=3)), clean=frame(of_fragment(df=True)),
        unknown=frame(outer(bytes(24), protocol=55, df=False, offset=3)))),
    ("IPIP821", Vector(
        fail=frame(outer(struct.pack("!BBH", 17, 0x80, 0) + bytes(7), protocol=55)), clean=frame(GOOD))),
    ("IPIP822", Vector(fail=frame(minimal(reserved=0x7F)), clean=frame(GOOD))),
    ("IPIP823", Vector(
        fail=frame(minimal(FROM_ENTRY, source=False, sum=sum_of_12())), clean=frame(minimal(FROM_ENTRY, source=False)))),
    ("IPIP825", Vector(fail=frame(minimal(FROM_ENTRY)), clean=frame(minimal(FROM_ENTRY, source=False)))),
    ("IPIP826", Vector(fail=frame(minimal(inner(dst=B))), clean=frame(minimal(inner(dst=PEER))), severity="warning")),
    ("IPIP826", Vector(fail=frame(twice(A)), clean=frame(minimal(FROM_ENTRY, source=False)))),
]
