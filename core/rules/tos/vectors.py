# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on DSCP."""

from other_kinds import PACKETS, in_frames, in_kinds
from tunnel_packets import INNER_CUT, VERSION_4_IN_41, signed, tunnelled
from vector import ENTRY, STRICT, TUNNEL, Vector, of_first_fragments, silent

VECTORS = {
    "IPIP101": Vector(
        fail=tunnelled({"tos": 0xB8}), clean=tunnelled({"tos": 0xB8}, {"tos": 0xB8}), unknown=INNER_CUT, severity="note"),
    "IPIP102": Vector(
        fail=tunnelled({"tos": 0x28}), clean=tunnelled({"tos": 0x28}, {"tos": 0x28}), unknown=INNER_CUT,
        args=STRICT + ENTRY),
}

VARIANTS = [
    silent("IPIP101", tunnelled({"tos": 0xB8}), config=TUNNEL + "tos=0x00"),
    # An authentication header means IPsec (RFC 4301).
    ("IPIP101", Vector(fail=tunnelled({"tos": 0xB8}), clean=signed({"tos": 0xB8}), severity="note")),
    # Of IPv4 under protocol 41 IPIP100 is the only finding: Linux drops it, too.
    silent("IPIP101", VERSION_4_IN_41),
    *of_first_fragments(VECTORS, 101, 102),
    *in_kinds(VECTORS, {101: PACKETS}, scope="tunnel", severity="note"),
    *in_frames(VECTORS, 101, scope="tunnel", severity="note"),
]
