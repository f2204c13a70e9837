# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on fragments."""

from other_kinds import CLEAR, FRAMES, GRE, MINIMAL, OUTSIDE_IPV6, READ, UDP, as_kind, in_kind, in_kinds, reading
from streams import later
from tunnel_kinds import fragment6, inner6, outer6
from tunnel_packets import ANOTHER, HEAD, LARGE, TAIL, fragments, frame, inner, outer, piece, tunnelled
from vector import NEVER, Vector, silent

VECTORS = {
    "IPIP625": Vector(
        fail=tunnelled({}, {"id": 0, "df": False}), clean=tunnelled({}, {"id": 0}), unknown=NEVER),
    "IPIP631": Vector(
        fail=frame(outer(LARGE[:61], mf=True, df=False)), clean=frame(outer(LARGE[:64], mf=True, df=False)),
        unknown=NEVER),
    "IPIP632": Vector(
        fail=frame(outer(LARGE[:64], mf=True, df=True)), clean=frame(outer(LARGE[:64], mf=True, df=False)),
        unknown=NEVER),
    "IPIP633": Vector(
        fail=frame(outer(b"x" * 80, offset=8189, df=False)), clean=frame(outer(b"x" * 80, offset=8179, df=False)),
        unknown=NEVER),
    "IPIP634": Vector(
        fail=frame(outer(LARGE[:24], mf=True, df=False)), clean=frame(outer(LARGE[:32], mf=True, df=False)),
        unknown=NEVER),
    "IPIP635": Vector(
        fail=HEAD + piece(56, b"conflict" + LARGE[64:]), clean=HEAD + TAIL, severity="error", unknown=NEVER),
    "IPIP636": Vector(
        fail=HEAD + later(61, ANOTHER), clean=HEAD + TAIL + later(61, ANOTHER), unknown=HEAD + later(59, ANOTHER),
        severity="note", scope="tunnel"),
    "IPIP637": Vector(
        fail=HEAD + piece(64, LARGE[64:], tos=0x28), clean=HEAD + TAIL, severity="error", unknown=NEVER),
    "IPIP638": Vector(
        fail=fragments(LARGE, 64, 96), clean=fragments(LARGE, 64), unknown=HEAD, severity="note", scope="tunnel"),
    "IPIP639": Vector(
        fail=HEAD + TAIL, clean=frame(outer(LARGE, df=False)), unknown=HEAD, severity="note", scope="tunnel"),
    "IPIP902": Vector(
        fail=fragments(LARGE, 64)[1:], clean=fragments(LARGE, 64), unknown=NEVER),
}

def lonely_fragment(payload_bytes):
    """Of a tunnel packet whose other fragments never come; inside it is a fragment, too."""
    return fragments(inner(payload=b"x" * payload_bytes, df=False, mf=True), 64)[:1]

def tiny(kind):
    """The first fragment ends inside the header inside, or 8 octets behind it; over IPv6 right behind it (RFC 8200 section 4.5)."""
    [made] = in_kind(frame(outer(LARGE, df=False)), kind, folds=True)
    packet, is_ipv6 = made[14:], kind in OUTSIDE_IPV6
    header = 40 if is_ipv6 else 20
    inside = len(packet) - header - len(LARGE) + 20 + (0 if is_ipv6 else 8)
    least = (inside + 7) // 8 * 8
    def first(octets):
        if is_ipv6:
            return frame(outer6(fragment6(packet[6], packet[header:header + octets], more=True), next=44))
        return frame(outer(packet[header:header + octets], protocol=packet[9], mf=True, df=False))
    return Vector(fail=first(least - 8), clean=first(least), unknown=NEVER, kind=kind, args=reading(kind))


VARIANTS = [
    ("IPIP633", Vector(  # 65,535 octets with the header, and one more
        fail=frame(outer(b"x" * 84, offset=8179, df=False)), clean=frame(outer(b"x" * 83, offset=8179, df=False)))),
    ("IPIP631", Vector(fail=lonely_fragment(105), clean=lonely_fragment(104), is_late=True)),
    ("IPIP635", Vector(fail=HEAD + piece(56, LARGE[56:]), clean=None, severity="warning")),
    silent("IPIP635", HEAD + later(0.3, HEAD)),
    ("IPIP636", Vector(
        fail=HEAD + later(61, frame(inner(src="10.7.0.1", dst="10.7.0.2"))), clean=None, severity="note")),
    ("IPIP637", Vector(  # the ends at 128 and at 96 octets
        fail=HEAD + piece(96, LARGE[96:]) + piece(64, LARGE[64:96]),
        clean=HEAD + piece(96, LARGE[96:]) + piece(64, LARGE[64:96], mf=True), severity="error")),
    ("IPIP637", Vector(fail=HEAD + piece(64, LARGE[64:], df=True), clean=None, severity="error")),
    ("IPIP637", Vector(
        fail=HEAD + piece(64, LARGE[64:], tos=3),
        clean=piece(0, LARGE[:64], mf=True, tos=2) + piece(64, LARGE[64:], tos=3), severity="warning")),
    *in_kinds(VECTORS, {number: READ for number in (631,)}),
    *in_kinds(VECTORS, {number: READ for number in (635, 636, 637, 639)}),
    *in_kinds(VECTORS, {638: READ}, fail=fragments(LARGE, 64, 80, 96)),
    *in_kinds(VECTORS, {625: [kind for kind in READ if kind not in (*OUTSIDE_IPV6, *MINIMAL)]}),
    *in_kinds(VECTORS, {632: [kind for kind in READ if kind not in OUTSIDE_IPV6]}),
    *in_kinds(VECTORS, {632: ("4in6", "gre6")}, fail=tunnelled({"df": True, "mf": True, "payload": b"x" * 16}),
              clean=tunnelled({"df": False, "mf": True, "payload": b"x" * 16}), severity="note"),
    *(("IPIP633", as_kind(Vector(
        fail=HEAD + frame(outer(b"x" * 200, offset=8180, df=False)), clean=HEAD + frame(outer(b"x" * 200, offset=8150, df=False)),
        unknown=NEVER), kind))
      for kind in READ),
    # Over IPv6 the whole header inside must be in the first fragment (RFC 8200 section 4.5).
    *(("IPIP634", Vector(fail=frame(outer6(fragment6(next, packet[:begin], more=True), next=44)),
                         clean=frame(outer6(fragment6(next, packet[:begin + 8], more=True), next=44)), unknown=NEVER, kind=kind))
      for kind, next, packet, begin in (("4in6", 4, inner(df=False), 16), ("6in6", 41, inner6(), 32))),
    *(("IPIP634", tiny(kind)) for kind in (*GRE, *FRAMES, *UDP, *MINIMAL)),
    *in_kinds(VECTORS, {634: ("6in4",), 902: ("6in4", "4in6", "6in6", *MINIMAL, CLEAR)}),
]
