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

SECURITY = b"\x82\x0b" + bytes(9) + b"\x01"  # RFC 791: 11 octets
ROUTE_LAST = b"\x83\x07\x04\x0a\x03\x00\x01\x01"  # a source route that another option may follow
STRICT_ROUTE = b"\x89\x07\x04\x0a\x03\x00\x01\x00"

def timestamps(pointer, flags=0):
    """RFC 791 section 3.1: room for two of 4 octets, or with an address each for one of 8."""
    return b"\x44\x0c" + bytes([pointer, flags]) + bytes(8)

VARIANTS = [
    # The length: one slot and a half; more than router alert has; more than is left of the header.
    *(("IPIP609", Vector(fail=option(octets), clean=option(ALERT))) for octets in (
        b"\x07\x09\x04" + bytes(9), b"\x94\x05" + bytes(6), b"\x07\x0b\x04\x00")),
    # RFC 1108 leaves that of security open, which was 11; an impossible one beside it is worse.
    ("IPIP609", Vector(fail=option(b"\x82\x04\x00\x00"), clean=option(SECURITY), severity="note")),
    ("IPIP609", Vector(fail=option(b"\x82\x04\x00\x00\x94\x03\x00\x00"), clean=option(SECURITY + ALERT))),
    # The pointer: before the first slot, and within one.
    ("IPIP610", Vector(fail=option(b"\x07\x07\x03\x00\x00\x00\x00\x00"), clean=option(b"\x07\x07\x08\x0a\x03\x00\x01\x00"))),
    ("IPIP610", Vector(fail=option(timestamps(9, 1)), clean=option(timestamps(9)))),
    ("IPIP610", Vector(fail=option(timestamps(6)), clean=option(timestamps(5, 3)))),
    # Where the header ends within the option, IPIP609 reports it.
    *(("IPIP610", Vector(fail=None, clean=option(octets))) for octets in (b"\x07\x07\x05\x00", b"\x01\x01\x07\x07")),
    ("IPIP611", Vector(
        fail=tunnelled({"options": ROUTE_LAST + STRICT_ROUTE}), clean=tunnelled({"options": ROUTE}), severity="error")),
    ("IPIP611", Vector(
        fail=tunnelled({"options": ROUTE[:7] + b"\x01" + ROUTE}), clean=tunnelled({"options": ROUTE + ROUTE}), severity="error")),
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
