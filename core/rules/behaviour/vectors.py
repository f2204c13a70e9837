# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on habits of an encapsulator."""

from other_kinds import FRAMES, PACKETS, in_frames, in_kinds
from streams import constant, inherited, stream
from tunnel_packets import authenticated, tunnelled
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
]
