# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on IP options."""

from tunnel_packets import ALERT, GOOD, OPTIONS_CUT, ROUTE, cut, frame, inner, outer, tunnelled
from vector import Vector, of_first_fragments

NO_OPTION = b"\x01\x01\x01\x00"

def option(octets, **options):
    return tunnelled({}, {"options": octets, **options})

VECTORS = {
    "IPIP110": Vector(
        fail=option(ALERT), clean=frame(GOOD), unknown=OPTIONS_CUT),
    "IPIP111": Vector(
        fail=option(NO_OPTION), clean=option(ALERT), unknown=OPTIONS_CUT),
    "IPIP609": Vector(
        fail=option(b"\x94\x03\x00\x00"), clean=option(ALERT), unknown=OPTIONS_CUT),
    "IPIP610": Vector(
        fail=option(b"\x07\x07\x05\x00\x00\x00\x00\x00"), clean=option(ROUTE), unknown=OPTIONS_CUT),
    "IPIP611": Vector(
        fail=tunnelled({"options": b"\x83\x07\x04\x0a\x03\x00\x01\x00"}), clean=tunnelled({"options": ROUTE}),
        unknown=cut(outer(inner(options=ROUTE)), 44)),
}

VARIANTS = [
    *of_first_fragments(VECTORS, 611),
]
