# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on ECN."""

from other_kinds import FRAMES, PACKETS, as_kind, in_kinds
from tunnel_kinds import A6, B6, clear_esp, gue, outer6, udp6
from tunnel_packets import VERSION_4_IN_41, cut, frame, inner, outer, signed, tunnelled
from vector import NEVER, Vector, of_first_fragments, silent

def ecn(inner_ecn, outer_ecn):
    return tunnelled({"tos": inner_ecn}, {"tos": outer_ecn})

def in_clear(number, inner_ecn, good_ecn, outer_ecn, good_outer, severity=None, args=()):
    """In ESP with the NULL cipher, as declared."""
    made = [frame(outer(clear_esp(inner(tos=inside)), protocol=50, tos=outside))
            for inside, outside in ((inner_ecn, outer_ecn), (good_ecn, good_outer))]
    return "IPIP%d" % number, Vector(
        fail=made[0], clean=made[1], unknown=NEVER, severity=severity, args=["--esp-null", "16", *args], kind="esp",
        scope="tunnel" if number == 503 else None)

def gue6(inner_ecn, outer_ecn):
    return frame(outer6(udp6(A6, B6, gue(inner(tos=inner_ecn)), 50000, 6080), next=17, tclass=outer_ecn))

VECTORS = {
    "IPIP501": Vector(
        fail=ecn(2, 0), clean=ecn(2, 2), unknown=cut(outer(inner(tos=2)), 30), args=["--profile", "linux"],
        severity="warning"),
    "IPIP502": Vector(
        fail=ecn(0, 3), clean=ecn(2, 3), unknown=cut(outer(inner(), tos=3), 30)),
    "IPIP503": Vector(
        fail=ecn(3, 2), clean=ecn(3, 3), unknown=cut(outer(inner(tos=3), tos=2), 30), scope="tunnel"),
    "IPIP504": Vector(
        fail=ecn(1, 2), clean=ecn(1, 1), unknown=cut(outer(inner(tos=1), tos=2), 30)),
    "IPIP505": Vector(
        fail=ecn(3, 1), clean=ecn(3, 3), unknown=cut(outer(inner(tos=3), tos=1), 30)),
    "IPIP506": Vector(
        fail=ecn(2, 1), clean=ecn(2, 2), unknown=cut(outer(inner(tos=2), tos=1), 30)),
}

VARIANTS = [
    silent("IPIP501", signed({"tos": 3}, {"tos": 2})),
    ("IPIP502", Vector(fail=signed({}, {"tos": 3}), clean=signed({"tos": 2}, {"tos": 3}), severity="warning")),
    # An authentication header means IPsec (RFC 4301).
    ("IPIP503", Vector(fail=ecn(3, 2), clean=signed({"tos": 3}, {"tos": 2}), severity="note")),
    # Of IPv4 under protocol 41 IPIP100 is the only finding: Linux drops it, too.
    silent("IPIP501", VERSION_4_IN_41),
    *of_first_fragments(VECTORS, 501, 502, 503, 504, 505, 506),
    *in_kinds(VECTORS, {502: PACKETS, 503: PACKETS, 504: PACKETS, 505: PACKETS, 506: PACKETS}),
    *in_kinds(VECTORS, {501: [kind for kind in PACKETS if kind != "gre6"]}),
    *in_kinds(VECTORS, {501: ("gre6",)}, args=["--profile", "gif-link1"]),
    # GUE over IPv6, which is no GRE.
    ("IPIP501", Vector(fail=gue6(2, 0), clean=gue6(2, 2), args=["--profile", "linux"], severity="warning", kind="gue")),
    # Linux' GRE over IPv6 hides ECN.
    ("IPIP501", as_kind(Vector(fail=None, clean=ecn(2, 0), args=["--profile", "linux"]), "gre6")),
    in_clear(501, 2, 2, 0, 2, "warning", ["--profile", "gif-link1"]),
    in_clear(502, 0, 2, 3, 3), in_clear(503, 3, 3, 2, 3), in_clear(504, 1, 1, 2, 1), in_clear(505, 3, 3, 1, 3), in_clear(506, 2, 2, 1, 2),
    *in_kinds(VECTORS, {number: FRAMES for number in (502, 503, 504, 505, 506)}, severity="note"),
    *in_kinds(VECTORS, {501: FRAMES}, args=["--profile", "gif-link1"], severity="note"),
]
