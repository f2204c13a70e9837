# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on Identification."""

from packets import udp
from other_kinds import CLEAR, FRAMES, GRE, MINIMAL, UDP, in_kinds
from tunnel_kinds import HOST6, PEER6, ethernet_frame, fragment6, gre, inner6, outer6, udp6
from streams import clear, clears, constant, later, stream
from tunnel_packets import HOST, LARGE, PEER, cut, fragments, frame, inner, outer
from vector import NEVER, Vector, doubtful, profile, silent

def bursts(*counts, **options):
    """So many datagrams in each second of the clock, a millisecond apart."""
    frames, gap = [], 1
    for count in counts:
        for _ in range(count):
            frames += later(gap, clear(len(frames), id=len(frames), **options))
            gap = 0.001
        gap = 1 - (count - 1) * 0.001
    return frames

def inner_clear(n, **options):
    """The n-th datagram, which may be fragmented inside; what is said is of the inner header."""
    packet = inner(**{"payload": udp(HOST, PEER, b"%d" % n), "df": False, "id": 7, **options})
    return frame(outer(packet, id=n))

def made6(kind, n):
    """What follows the IPv6 header of the n-th tunnel packet, and its number."""
    payload = udp(HOST, PEER, b"%-100d" % n)
    return {"4in6": lambda: (4, inner(id=n, df=False, payload=payload)), "6in6": lambda: (41, inner6(payload=udp6(HOST6, PEER6, b"%-100d" % n))),
            "gre6": lambda: (47, gre(inner(id=n, df=False, payload=payload))),
            "gretap6": lambda: (47, gre(ethernet_frame(inner(id=n, df=False, payload=payload)), type=0x6558))}[kind]()

def whole6(n, id=7, kind="4in6", made=None):
    """The n-th tunnel packet in two outer fragments (RFC 8200 section 4.5) with this Identification."""
    next, octets = made or made6(kind, n)
    return [*frame(outer6(fragment6(next, octets[:64], more=True, id=id), next=44)),
            *frame(outer6(fragment6(next, octets[64:], offset=64, id=id), next=44))]

def cut_whole6(kind):
    first, rest = whole6(1, kind=kind)
    return [first, (rest[:-1], len(rest))]

def with_key(n, key):
    return whole6(n, made=(47, gre(inner(id=n, payload=udp(HOST, PEER, b"%-100d" % n)), key=key)))

def copies(protocol, octets):
    """One datagram that is not read inside, seen ten times."""
    return [packet for _ in range(10) for packet in later(0.002, frame(outer(bytes.fromhex(octets) + bytes(32), protocol=protocol, id=7, df=False)))]

USED_AGAIN = frame(outer(inner(payload=udp(HOST, PEER, b"again"), id=5, df=False), id=5, df=False))  # inside and outside
CLEAR_CUT = cut(outer(inner(df=False), df=False), 30)

VECTORS = {
    "IPIP621": Vector(
        fail=clear(1) + clear(2), clean=clear(1) + clear(2, id=8), unknown=CLEAR_CUT, severity="warning"),
    "IPIP622": Vector(
        fail=clear(1) + later(2, clear(1)), clean=clear(1) + later(2, clear(1, id=8)), unknown=CLEAR_CUT,
        severity="note"),
    "IPIP623": Vector(
        fail=bursts(547, 547, 547), clean=bursts(547, 547, 546), severity="warning", unknown=NEVER, scope="tunnel",
        habit=(bursts(547, 547, 557), 11)),
    "IPIP624": Vector(
        fail=clears(range(10)), clean=clears(range(9)) + clear(9, id=8), unknown=clears(range(9)), severity="warning",
        scope="tunnel", habit=(clears(range(15)), 6)),
    "IPIP626": Vector(
        fail=stream(20, outside=lambda n: {"id": 0x100 + n}), clean=stream(20),
        unknown=stream(19, outside=lambda n: {"id": 0x100 + n}), severity="note", scope="tunnel",
        habit=(stream(60, outside=lambda n: {"id": 0x100 + n}), 41)),
    "IPIP627": Vector(
        fail=inner_clear(1) + inner_clear(2), clean=inner_clear(1) + inner_clear(2, id=8),
        unknown=cut(outer(inner(df=False)), 30), severity="note", scope="tunnel"),
}

VARIANTS = [
    *(("IPIP621", Vector(
        fail=whole6(1, kind=kind) + whole6(2, kind=kind), clean=whole6(1, kind=kind) + whole6(2, 8, kind), unknown=cut_whole6(kind),
        severity="error", kind=kind)) for kind in ("4in6", "6in6", "gre6", "gretap6")),
    ("IPIP621", Vector(  # all 32 bits count; and the time for which fragments are kept
        fail=whole6(1) + later(59, whole6(2)), clean=whole6(1) + whole6(2, 0x10007), severity="error")),
    silent("IPIP621", whole6(1) + later(61, whole6(2))),
    silent("IPIP621", whole6(1) + whole6(1)),
    silent("IPIP621", frame(outer6(inner(id=1))) + frame(outer6(inner(id=2)))),  # without a Fragment header there is none
    ("IPIP621", Vector(fail=with_key(1, 1) + with_key(2, 2), clean=None, severity="error")),
    ("IPIP621", Vector(
        fail=clear(1) + later(119, clear(2)), clean=clear(1) + later(121, clear(2)), severity="warning")),
    ("IPIP621", Vector(fail=fragments(LARGE, 64) + clear(1, id=0x1234), clean=None, severity="error")),
    silent("IPIP621", clear(1) + clear(2, df=True)),
    # Of an encapsulator that was too quick once, what it uses again is no news (IPIP623).
    ("IPIP621", Vector(fail=bursts(547, 547, 546) + later(10, USED_AGAIN), clean=bursts(547, 547, 547) + later(10, USED_AGAIN),
                       severity="warning")),
    silent("IPIP621", clear(1) + clear(1)),
    *(silent("IPIP621", clear(1) + clear(2), profile(name)) for name in ("vpp", "linux-3.10")),
    ("IPIP622", Vector(
        fail=clear(1) + later(119, clear(1)), clean=clear(1) + later(121, clear(1)), severity="note")),
    silent("IPIP622", clear(1, df=True) + later(2, clear(1, df=True))),
    # The Identification of an atomic datagram is none to be used again (RFC 6864 section 4.2).
    silent("IPIP622", clear(1, df=True) + later(2, clear(1))),
    silent("IPIP622", clear(1) + later(2, clear(1, ttl=62))),
    silent("IPIP622", clear(1) + later(0.001, clear(1))),
    silent("IPIP623", bursts(547, 547, 547, df=True)),
    silent("IPIP623", bursts(547, 546, 547, 547)),
    ("IPIP624", Vector(
        fail=fragments(LARGE, 64, id=7) + clears(range(9)),
        clean=fragments(LARGE, 64, id=7) + clears(range(9), df=True), severity="error")),
    silent("IPIP624", clears(range(9)) + clear(9, id=8) + clears(range(10, 19))),
    silent("IPIP624", clears(range(10)), profile("vpp")),
    silent("IPIP626", stream(20, outside=lambda n: {"id": 9 if n == 4 else 0x100 + n})),
    silent("IPIP626", stream(20, constant(id=7), constant(id=7))),
    silent("IPIP627", inner_clear(1, mf=True, payload=b"x" * 16) + inner_clear(2, offset=2, payload=b"y" * 16)),
    silent("IPIP627", inner_clear(1) + inner_clear(2, df=True)),
    # Behind another encapsulator a private address is another host's.
    silent("IPIP627", inner_clear(1) + frame(outer(inner(payload=udp(HOST, PEER, b"2"), df=False, id=7), id=2, src="172.16.5.99"))),
    *in_kinds(VECTORS, {number: ("6in4", "gre", "gretap", *UDP) for number in (621, 622, 623, 624)}),
    *in_kinds(VECTORS, {number: ("esp", "ipcomp") for number in (621, 623)}, unknown=NEVER),
    *in_kinds(VECTORS, {624: ("esp", "ipcomp")}),
    doubtful("IPIP624", copies(50, "0000100000000001")),
    doubtful("IPIP624", copies(108, "04000002")),
    *in_kinds(VECTORS, {626: ("gre", "gretap", CLEAR)}),
    *in_kinds(VECTORS, {622: (CLEAR,)}, unknown=NEVER),
    *in_kinds(VECTORS, {627: (CLEAR,)}, unknown=NEVER),
    *in_kinds(VECTORS, {627: ("4in6", *GRE, *FRAMES, *MINIMAL)}, folds=True),
]
