# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on DF."""

from other_kinds import FRAMES, GRE, MINIMAL, PACKETS, READ, UDP, as_kind, in_kinds
from tunnel_kinds import HOST6, PEER6, fragment6, inner6, outer6, udp6
from tunnel_packets import (
    GOOD, LARGE, LARGE_DF, VERSION_4_IN_41, cut, fragments, frame, inner, outer, signed, six, tunnelled)
from vector import NEVER, STRICT, TUNNEL, Vector, of_first_fragments, silent

VECTORS = {
    "IPIP105": Vector(
        fail=tunnelled({}, {"df": False}), clean=frame(GOOD), unknown=cut(outer(inner(), df=False), 30)),
    "IPIP106": Vector(
        fail=tunnelled({"df": False}, {"df": False}), clean=tunnelled({"df": False}),
        unknown=cut(outer(inner(df=False), df=False), 30), scope="tunnel"),
    "IPIP116": Vector(
        fail=fragments(LARGE_DF, 64), clean=fragments(LARGE, 64), unknown=fragments(LARGE_DF, 16)[:1]),
    "IPIP117": Vector(
        fail=fragments(LARGE, 64)[:1], clean=frame(outer(LARGE, df=False)), unknown=NEVER, scope="tunnel"),
    "IPIP118": Vector(
        fail=fragments(inner(payload=b"x" * 104, df=False, mf=True), 64), clean=fragments(LARGE, 64),
        unknown=fragments(LARGE, 16)[:1]),
    "IPIP119": Vector(
        fail=tunnelled({"df": False, "mf": True, "payload": b"x" * 16}),
        clean=tunnelled({"df": False, "payload": b"x" * 16}), unknown=cut(outer(inner(df=False, mf=True)), 30),
        scope="tunnel"),
}

def large6(octets):
    """An IPv6 packet with so many octets behind its header."""
    return inner6(payload=udp6(HOST6, PEER6, b"x" * (octets - 8)))

def fragments6(octets, first=1000):
    """The outer fragments of a tunnel packet of IPv6 in IPv6."""
    packet = large6(octets)
    return [*frame(outer6(fragment6(41, packet[:first], more=True), next=44)),
            *frame(outer6(fragment6(41, packet[first:], offset=first), next=44))]

def six_in_fragments(octets):
    """The first outer fragment of one of IPv6 in IPv4."""
    return six(large6(octets)[:1000], mf=True, df=False)

DF_HEAD, DF_TAIL = fragments(LARGE_DF, 64)
IPSEC = TUNNEL + "profile=strict-rfc2003"

VARIANTS = [
    # An authentication header means IPsec (RFC 4301), unless a section on the tunnel declares another profile.
    ("IPIP105", Vector(fail=tunnelled({}, {"df": False}), clean=signed({}, {"df": False}), severity="error")),
    ("IPIP106", Vector(
        fail=tunnelled({"df": False}, {"df": False}), clean=signed({"df": False}, {"df": False}), severity="note")),
    silent("IPIP105", signed({}, {"df": False}), STRICT),
    silent("IPIP105", signed({}, {"df": False}), config="[policy]\nprofile=strict-rfc2003\n"),
    ("IPIP105", Vector(fail=signed({}, {"df": False}), clean=signed(), severity="error", config=IPSEC)),
    # The direction is IPsec's from then on.
    ("IPIP105", Vector(
        fail=tunnelled({"id": 9}, {"id": 9, "df": False}),
        clean=signed({}, {"df": False}) + tunnelled({"id": 9}, {"id": 9, "df": False}), severity="error")),
    # The fragments of one datagram, cut by the snapshot length: judged on the one at offset 0, wherever it comes, and once.
    *(("IPIP116", Vector(fail=frames, clean=None, severity="error", captured=captured))
      for frames in ([DF_TAIL, DF_HEAD], [DF_HEAD]) for captured in (54, 96)),
    ("IPIP116", Vector(fail=None, clean=fragments(LARGE, 64), captured=96)),
    # Or what comes is not enough.
    ("IPIP116", Vector(fail=[DF_HEAD], clean=fragments(LARGE, 64)[:1], severity="error", is_late=True)),
    ("IPIP116", Vector(fail=[DF_HEAD, DF_TAIL], clean=None, severity="error")),
    ("IPIP116", Vector(fail=None, clean=None, unknown=[DF_TAIL, DF_HEAD], captured=53)),
    silent("IPIP105", tunnelled({}, {"df": False}), config=TUNNEL + "df=clear"),
    silent("IPIP106", tunnelled({"df": False}, {"df": False}), config=TUNNEL + "df=copy"),
    # Of IPv4 under protocol 41 IPIP100 is the only finding: Linux drops it, too.
    silent("IPIP105", VERSION_4_IN_41),
    *of_first_fragments(VECTORS, 106),
    *in_kinds(VECTORS, {105: ("gre", *UDP)}, severity="warning"),
    *in_kinds(VECTORS, {105: ("gretap",)}, severity="note"),
    *in_kinds(VECTORS, {116: (*GRE, *FRAMES, *UDP)}, severity="warning"),
    *in_kinds(VECTORS, {116: ("4in6",)}, severity="error"),
    *in_kinds(VECTORS, {117: [kind for kind in READ if kind not in ("6in4", "4in6", "6in6")]}),
    # What an IPv6 link carries in any case may be fragmented outside (RFC 2473 section 7.1, RFC 4213 section 3.2); so may what has no DF.
    ("IPIP116", Vector(fail=fragments6(1248), clean=fragments6(1240), unknown=fragments6(1248, 16)[:1], severity="warning", kind="6in6")),
    ("IPIP117", Vector(fail=fragments6(1248), clean=fragments6(1240), unknown=NEVER, kind="6in6", scope="tunnel", at=1)),
    ("IPIP117", Vector(fail=six_in_fragments(1248), clean=six_in_fragments(1240), unknown=NEVER, kind="6in4", scope="tunnel")),
    ("IPIP117", as_kind(Vector(
        fail=fragments(LARGE_DF, 64), clean=fragments(LARGE, 64), unknown=NEVER, scope="tunnel", at=1), "4in6")),
    *in_kinds(VECTORS, {118: (*PACKETS, *FRAMES), 119: (*PACKETS, *FRAMES)}),
]
