# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on IP options."""

from other_kinds import FRAMES, GRE, MIRRORS, OPAQUE, OUTSIDE_IPV6, READ, UDP, in_kinds
from tunnel_packets import ALERT, GOOD, OPTIONS_CUT, ROUTE, cut, frame, inner, outer, tunnelled
from vector import NEVER, Vector, of_first_fragments

SOURCE_ROUTE = b"\x83\x07\x04\x0a\x03\x00\x01\x00"
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
        fail=tunnelled({"options": SOURCE_ROUTE}), clean=tunnelled({"options": ROUTE}),
        unknown=cut(outer(inner(options=ROUTE)), 44)),
}

VARIANTS = [
    *of_first_fragments(VECTORS, 611),
    # Copied from inside; others of the same length are the encapsulator's own.
    ("IPIP110", Vector(fail=tunnelled({"options": ALERT}, {"options": ALERT}), clean=None, severity="warning")),
    ("IPIP110", Vector(fail=tunnelled({"options": NO_OPTION}, {"options": ALERT}), clean=None, severity="note")),
    *in_kinds(VECTORS, {number: [kind for kind in (*GRE, *FRAMES, *MIRRORS, *OPAQUE) if kind not in OUTSIDE_IPV6]
                        for number in (110, 111)}),
    *in_kinds(VECTORS, {609: ("4in6", "gre6")}, fail=tunnelled({"options": b"\x94\x03\x00\x00"}), clean=tunnelled({"options": ALERT}),
              unknown=cut(outer(inner(options=ROUTE)), 44)),
    *in_kinds(VECTORS, {610: ("4in6", "gre6")}, fail=tunnelled({"options": b"\x07\x07\x05\x00\x00\x00\x00\x00"}),
              clean=tunnelled({"options": ROUTE}), unknown=cut(outer(inner(options=ROUTE)), 44)),
    *in_kinds(VECTORS, {611: ("4in6", "gre6")}),
    *in_kinds(VECTORS, {611: [kind for kind in READ if kind not in (*OUTSIDE_IPV6, *UDP)]}, fail=option(SOURCE_ROUTE), clean=option(ROUTE),
              unknown=OPTIONS_CUT),
    *in_kinds(VECTORS, {611: UDP}, fail=option(SOURCE_ROUTE), clean=option(ROUTE), unknown=NEVER),
    # Without the options there is no UDP header to know the tunnel by.
    *in_kinds(VECTORS, {number: UDP for number in (110, 111, 609, 610)}, unknown=NEVER),
    *in_kinds(VECTORS, {number: [kind for kind in READ if kind not in (*OUTSIDE_IPV6, *UDP)] for number in (609, 610)}),
]
