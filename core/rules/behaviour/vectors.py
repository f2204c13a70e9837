# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on habits of an encapsulator."""

import struct

from other_kinds import FRAMES, GRE, OUTSIDE_IPV6, PACKETS, UDP, in_frames, in_kinds
from packets import udp
from streams import constant, inherited, stream
from tunnel_kinds import FRAME, clear_esp, ethernet_frame, gre, gue, outer6, udp_tunnel
from tunnel_packets import HOST, PEER, authenticated, frame, inner, outer, tunnelled
from vector import NEVER, STRICT, TUNNEL, Vector, profile, silent

def ect(count, last=0):
    """ECN-capable datagrams without ECN outside, but for the last one."""
    return stream(count, constant(tos=2), lambda n: {"tos": last if n == count - 1 else 0}, every=0.01)

VECTORS = {
    "IPIP107": Vector(
        fail=inherited(20), clean=stream(20, lambda n: {"ttl": 100 + n % 4}), unknown=inherited(19), severity="note",
        scope="tunnel", habit=(inherited(60), 41)),
    "IPIP507": Vector(
        fail=ect(1000), clean=ect(1000, last=2), unknown=ect(999), severity="note", scope="tunnel",
        habit=(ect(1010), 11)),
    "IPIP514": Vector(
        fail=authenticated(1) + authenticated(2, tos=0x28), clean=authenticated(1) + authenticated(2), severity="note",
        unknown=NEVER, scope="tunnel",
        habit=([packet for n in range(6) for packet in authenticated(n, tos=0x28 * (n % 2))], 5)),
}

PORTS = {"fou": 5556, "gue": 6080, "gre-in-udp": 4754}

def in_gre(kind, n, number, tos=0):
    """The n-th packet, with this sequence number or none (RFC 2890 section 2.2)."""
    packet = inner(id=n, payload=udp(HOST, PEER, b"%4d" % n))
    if kind in FRAMES:
        octets = gre(ethernet_frame(packet), type=FRAME, sequence=number)
    else:
        octets = gre(packet, sequence=number)
    if kind in UDP:
        return frame(udp_tunnel(gue(octets, protocol=47) if kind == "gue" else octets, PORTS[kind], id=n, tos=tos))
    return frame(outer6(octets, next=47, tclass=tos) if kind in OUTSIDE_IPV6 else outer(octets, protocol=47, id=n, tos=tos))

def sequenced(kind):
    return "IPIP514", Vector(fail=in_gre(kind, 1, 1) + in_gre(kind, 2, 2, tos=0x28), clean=in_gre(kind, 1, None) + in_gre(kind, 2, None, tos=0x28),
                             unknown=NEVER, severity="note", scope="tunnel", kind=kind,
                             args=["--udp-tunnel", "5556=fou-gre"])

def in_esp(n, **options):
    """RFC 4303 section 2; what follows the sequence number is encrypted."""
    return outer(struct.pack("!II", 0x1000, n) + bytes(32), protocol=50, id=n, **options)

def in_clear(n, **options):
    return outer(clear_esp(inner(id=n), sequence=n), protocol=50, id=n, **options)

VARIANTS = [
    ("IPIP107", Vector(fail=inherited(20), clean=None, args=STRICT, severity="warning")),
    ("IPIP107", Vector(fail=inherited(20, hops=64), clean=inherited(20, hops=65), severity="note")),
    ("IPIP107", Vector(
        fail=inherited(20, exceptions=(3,)), clean=inherited(20, exceptions=(3, 6)), severity="note")),
    ("IPIP107", Vector(fail=inherited(20, ttls=3), clean=inherited(20, ttls=2), severity="note")),
    *(silent("IPIP107", inherited(20), profile(name)) for name in ("linux", "linux-2.6", "linux-3.10", "vpp")),
    silent("IPIP107", inherited(20), config=TUNNEL + "ttl=inherit"),
    silent("IPIP514", tunnelled({"id": 1}, {"id": 1}) + tunnelled({"id": 2}, {"id": 2, "tos": 0x28})),
    *in_kinds(VECTORS, {107: PACKETS, 507: (*PACKETS, *FRAMES)}),
    *in_frames(VECTORS, 107),
    *(sequenced(kind) for kind in (*GRE, *FRAMES, *UDP)),
    ("IPIP514", Vector(fail=frame(in_esp(1)) + frame(in_esp(2, tos=0x28)), clean=frame(in_esp(1)) + frame(in_esp(2)), unknown=NEVER, severity="note",
                       scope="tunnel", kind="esp")),
    ("IPIP514", Vector(fail=frame(in_clear(1)) + frame(in_clear(2, tos=0x28)), clean=frame(in_clear(1)) + frame(in_clear(2)), severity="note",
                       scope="tunnel", kind="esp", args=["--esp-null", "16"])),
]
