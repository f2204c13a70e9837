# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on TTL."""

from other_kinds import PACKETS, READ, in_frames, in_kinds
from tunnel_packets import VERSION_4_IN_41, cut, inner, outer, signed, tunnelled
from vector import NEVER, Vector, of_first_fragments, silent

VECTORS = {
    "IPIP115": Vector(
        fail=tunnelled({"ttl": 0}), clean=tunnelled({"ttl": 1}), unknown=cut(outer(inner(ttl=0)), 30)),
    "IPIP608": Vector(
        fail=tunnelled({}, {"ttl": 0}), clean=tunnelled({}, {"ttl": 1}), unknown=NEVER),
}

VARIANTS = [
    ("IPIP115", Vector(fail=signed({"ttl": 0}), clean=signed({"ttl": 1}), severity="error")),
    # Of IPv4 under protocol 41 IPIP100 is the only finding: Linux drops it, too.
    silent("IPIP115", VERSION_4_IN_41),
    *of_first_fragments(VECTORS, 115),
    *in_kinds(VECTORS, {608: READ, 115: [kind for kind in PACKETS if not kind.startswith("6in")]}),
    *in_kinds(VECTORS, {115: ("6in4", "6in6")}, severity="warning"),
    *in_frames(VECTORS, 115),
]
