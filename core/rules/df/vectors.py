# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on DF."""

from tunnel_packets import (
    GOOD, LARGE, LARGE_DF, VERSION_4_IN_41, cut, fragments, frame, inner, outer, signed, tunnelled)
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
]
