# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on header fields."""

from other_kinds import FRAMES, OUTSIDE_IPV6, PACKETS, READ, UDP, in_kinds
from tunnel_kinds import four_in_six
from tunnel_packets import GOOD, cut, frame, inner, outer, tunnelled
from vector import NEVER, Vector

VECTORS = {
    "IPIP601": Vector(
        fail=tunnelled({}, {"version": 5}), clean=frame(GOOD), unknown=NEVER),
    "IPIP602": Vector(
        fail=tunnelled({}, {"ihl": 4}), clean=frame(GOOD), unknown=NEVER),
    "IPIP603": Vector(
        fail=tunnelled({}, {"total": 19}), clean=frame(GOOD), unknown=NEVER),
    "IPIP604": Vector(
        fail=frame(outer(inner()[:12])), clean=frame(GOOD), unknown=cut(GOOD, 30)),
    "IPIP606": Vector(
        fail=tunnelled({}, {"total": 400}), clean=frame(GOOD), unknown=NEVER),
    "IPIP607": Vector(
        fail=tunnelled({}, {"reserved": True}), clean=frame(GOOD), unknown=NEVER),
}

AROUND_IPV4 = ("4in6", "gre", "gre6", *UDP)

VARIANTS = [
    # Payload Length 0, and yet Next Header 4 (RFC 8200 section 3).
    ("IPIP604", Vector(fail=frame(four_in_six(plen=0)), clean=frame(four_in_six()), kind="4in6")),
    *in_kinds(VECTORS, {606: READ}),
    *in_kinds(VECTORS, {602: AROUND_IPV4}, fail=tunnelled({"ihl": 4})),
    *in_kinds(VECTORS, {603: AROUND_IPV4}, fail=tunnelled({"total": 19})),
    *in_kinds(VECTORS, {607: [kind for kind in READ if kind not in OUTSIDE_IPV6]}),
    *in_kinds(VECTORS, {607: ("4in6", "gre6")}, fail=tunnelled({"reserved": True}), severity="note"),
    *in_kinds(VECTORS, {604: (*PACKETS, *FRAMES)}),
]
