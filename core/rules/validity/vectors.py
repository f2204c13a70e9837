# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on header fields."""

from other_kinds import FRAMES, MINIMAL, OPAQUE, OUTSIDE_IPV6, PACKETS, READ, UDP, in_kind, in_kinds
from packets import tcp
from tunnel_kinds import IPV6, four_in_six, gre_packet, inner6, six_in_four, udp_tunnel
from tunnel_packets import GOOD, HOST, PEER, cut, frame, inner, outer, tunnelled
from vector import NEVER, Vector, silent

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

BY_NUMBER = ("6in4", "gre", *MINIMAL, *OPAQUE)

def patched(kind, at, octets):
    """The tunnel header has these octets there."""
    [whole] = in_kind(frame(GOOD), kind)
    return [whole[:14 + at] + octets + whole[14 + at + len(octets):]]

AROUND_IPV4 = ("4in6", "gre", "gre6", *UDP)

VARIANTS = [
    # Damaged behind the sender: the checksum is that of version 4. Where it fits neither, nothing says that this is a tunnel header.
    ("IPIP601", Vector(fail=frame(b"\x55" + GOOD[1:]), clean=frame(GOOD))),
    silent("IPIP601", frame(GOOD) + frame(b"\x55\x04" + GOOD[2:])),
    # A tunnel header whose lengths are impossible: its protocol number announces the tunnel.
    *(("IPIP602", Vector(fail=patched(kind, 0, b"\x44"), clean=patched(kind, 0, b"\x45"), unknown=NEVER, kind=kind)) for kind in BY_NUMBER),
    *(("IPIP603", Vector(fail=patched(kind, 2, b"\0\x13"), clean=in_kind(frame(GOOD), kind), unknown=NEVER, kind=kind)) for kind in BY_NUMBER),
    # Total Length 0 is what segmentation offload leaves, in more octets than a link takes, with TCP inside.
    ("IPIP603", Vector(fail=frame(outer(inner(payload=tcp(HOST, PEER, bytes(1440)), protocol=6), total=0)),
                       clean=frame(outer(inner(payload=tcp(HOST, PEER, bytes(1441)), protocol=6), total=0)))),
    # Payload Length 0, and yet Next Header 4 (RFC 8200 section 3).
    ("IPIP604", Vector(fail=frame(four_in_six(plen=0)), clean=frame(four_in_six()), kind="4in6")),
    # What a GRE type, a protocol number or the first four bits announce.
    *(("IPIP604", Vector(fail=frame(fail), clean=frame(clean), kind=kind)) for kind, fail, clean in (
        ("gre", gre_packet(inner6()[:12], type=IPV6), gre_packet(inner6(), type=IPV6)),
        ("6in4", six_in_four(inner6()[:39]), six_in_four()),
        ("gue", udp_tunnel(inner6()[:12], 6080), udp_tunnel(inner6(), 6080)),
        ("gue", udp_tunnel(inner()[:12], 6080), udp_tunnel(inner(), 6080)))),
    *in_kinds(VECTORS, {606: READ}),
    *in_kinds(VECTORS, {602: AROUND_IPV4}, fail=tunnelled({"ihl": 4})),
    *in_kinds(VECTORS, {603: AROUND_IPV4}, fail=tunnelled({"total": 19})),
    *in_kinds(VECTORS, {607: [kind for kind in READ if kind not in OUTSIDE_IPV6]}),
    *in_kinds(VECTORS, {607: ("4in6", "gre6")}, fail=tunnelled({"reserved": True}), severity="note"),
    *in_kinds(VECTORS, {604: (*PACKETS, *FRAMES)}),
]
