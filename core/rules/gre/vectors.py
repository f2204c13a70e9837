# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on GRE."""

from tunnel_kinds import GOOD_GRE, GOOD_GRE6, gre6_packet, gre_packet
from tunnel_packets import cut, frame
from vector import Vector

VECTORS = {
    "IPIP801": Vector(
        fail=frame(gre_packet(flags=2)), clean=frame(GOOD_GRE), unknown=cut(GOOD_GRE, 22)),
    "IPIP802": Vector(
        fail=frame(gre_packet(flags=0x0800)), clean=frame(GOOD_GRE), unknown=cut(GOOD_GRE, 22)),
}

VARIANTS = [
    ("IPIP801", Vector(fail=frame(gre6_packet(flags=7)), clean=frame(GOOD_GRE6), unknown=cut(GOOD_GRE6, 42))),
    *(("IPIP802", Vector(fail=frame(gre_packet(flags=flags)), clean=frame(GOOD_GRE), severity="warning")) for flags in (8, 0x10, 0x200)),
]
