# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on UDP in front of a tunnel."""

import struct

from packets import checksum, pseudo_header, udp
from tunnel_kinds import A6, B6, address6, cut_all, gre, gue, inner6, options6, outer6, route6, udp6, udp_tunnel
from tunnel_packets import A, B, HOST, PEER, cut, frame, inner, outer, partial
from vector import TUNNEL, TUNNEL6, Vector, doubtful, silent

GUE, GRE = 6080, 4754  # ports
FOU = ["--udp-tunnel", "5555=fou-ipip"]

IN_GUE = gue(inner())

def in_gue(packet=None, length=None, **options):
    return udp_tunnel(gue(inner() if packet is None else packet, **options), GUE, length=length)

def summed(payload, port, sum=None, sport=50000):
    """With a checksum, over IPv4."""
    return outer(udp(A, B, payload, sport, port, sum), protocol=17)

def summed6(payload, port, sum=None):
    return outer6(udp6(A6, B6, payload, 50000, port, sum), next=17)

FINAL, MIDDLE, HOME = "2001:470:9::9", "2001:470:9::8", "2001:470:8::8"
TO_FINAL = [(0, 2, (MIDDLE, FINAL), 0), (2, 1, (FINAL,), 0), (4, 1, (FINAL,), 0), (4, 2, (FINAL, MIDDLE), 1)]  # type, left, addresses, last entry

def routed(type, left, addresses, last=0, src=A6, dst=FINAL):
    """Behind a routing header, with the checksum for these ends."""
    return outer6(route6(17, type, left, *addresses, last=last) + udp6(src, dst, IN_GUE, 50000, GUE), next=43)

def from_home(src):
    """Behind a home address (RFC 6275 section 6.3), with the checksum for this source."""
    return outer6(options6(17, (201, address6(HOME))) + udp6(src, B6, IN_GUE, 50000, GUE), next=60)

def unfilled(payload):
    """Octets 6 and 7 of UDP hold the sum of the pseudo-header."""
    return summed(payload, GUE, ~checksum(pseudo_header(A, B, 17, 8 + len(payload))) & 0xFFFF)

def unfilled_inside():
    """The sum counts the one inside as filled in, which still holds that of the pseudo-header."""
    pseudo = ~checksum(pseudo_header(HOST, PEER, 17, 12)) & 0xFFFF
    [right] = struct.unpack("!H", summed(IN_GUE, GUE)[26:28])
    return summed(gue(inner(payload=udp(HOST, PEER, sum=pseudo))), GUE, right)

def remote(start, offset):
    """Remote checksum offload: private flags, start and offset; 32 octets are inside."""
    return in_gue(flags=1, optional=struct.pack("!IHH", 0x80000000, start, offset))

GUESS = ["--guess"]

def guessed(*packets, count=20, port=5555, sport=50000, sum=0):
    """UDP with these payloads in turn, on a port that nothing declares."""
    return [one for n in range(count) for one in frame(udp_tunnel(packets[n % len(packets)], port, sport, sum=sum))]

def guessed6(packet, count=20):
    return frame(summed6(packet, 5555)) * count

QUERY = bytes.fromhex("123401000001000000000000") + b"\7example\0\0\1\0\1"  # RFC 1035 section 4.1
SHORT, WRONG_SUM = inner(total=31), inner(sum=0xBAD)

GOOD = in_gue()
GOOD_GRE = udp_tunnel(gre(inner()), GRE)

VECTORS = {
    "IPIP839": Vector(
        fail=guessed(inner()), clean=guessed(inner() + b"x"), unknown=guessed(inner(), count=19), args=GUESS, scope="tunnel"),
    "IPIP831": Vector(
        fail=frame(in_gue(protocol=41)), clean=frame(GOOD), unknown=cut(GOOD, 32)),
    "IPIP832": Vector(
        fail=frame(in_gue(hlen=31)), clean=frame(GOOD), unknown=cut(GOOD, 30)),
    "IPIP833": Vector(
        fail=frame(summed(IN_GUE, GUE, 0xBAD)), clean=frame(summed(IN_GUE, GUE)), unknown=cut(summed(IN_GUE, GUE), 60)),
    "IPIP834": Vector(
        fail=frame(udp_tunnel(gre(inner()), GRE, sport=33000)), clean=frame(GOOD_GRE), unknown=cut(GOOD_GRE, 29),
        scope="tunnel"),
    "IPIP836": Vector(
        fail=frame(udp_tunnel(IN_GUE, GUE, length=4)), clean=frame(GOOD), unknown=cut(GOOD, 30)),
    "IPIP837": Vector(
        fail=frame(remote(60, 66)), clean=frame(remote(20, 26)), unknown=cut(remote(60, 66), 34)),
}

VARIANTS = [
    *(("IPIP839", Vector(fail=fail, clean=None, args=GUESS, kind=kind, scope="tunnel")) for kind, fail in (
        ("fou", guessed(inner6())), ("fou", guessed6(inner())), ("fou", guessed(inner(options=b"\x94\x04\0\0"))), ("gue", guessed(gue(inner()))),
        ("gue", guessed(gue(inner6(), 41))), ("gue", guessed6(gue(inner()))), ("gue", guessed(inner(), inner6())))),
    ("IPIP839", Vector(fail=guessed(inner(), count=25), clean=guessed(gue(inner(), 41)), args=GUESS, scope="tunnel", at=20, count=6)),
    *(silent("IPIP839", frames, GUESS) for frames in (
        guessed(QUERY, port=53, count=25), guessed(SHORT), guessed(WRONG_SUM), guessed(inner6(plen=13)), guessed(gue(inner6())), guessed(gue(inner(), flags=1)),
        # One packet is none; other flows to the port.
        guessed(QUERY, count=1) + guessed(inner(), count=40), guessed(inner(), count=19) + guessed(QUERY, count=1) + guessed(inner()),
        # Teredo, from and to its port (RFC 4380 section 5.1.1); an answer of GUE.
        guessed(inner6(), sport=3544), guessed(inner(), sport=GUE))),
    silent("IPIP839", guessed(inner(), port=5556) + guessed(QUERY, port=53), [*GUESS, "--udp-tunnel", "5556=fou-ipip"]),
    *(("IPIP839", Vector(fail=None, clean=None, unknown=frames, args=GUESS)) for frames in (
        guessed(inner(), count=10) + guessed(inner(), count=10, sport=50001),
        # The header inside is cut off: nothing follows from that.
        cut_all([one[14:] for one in guessed(inner())], 40), cut_all([one[14:] for one in guessed(inner6())], 30), cut_all([one[14:] for one in guessed(gue(inner()))], 30))),
    # The checksum is that of the final destination while segments are left (RFC 8200 section 8.1), and of the home address (RFC 6275 section 11.3.1).
    *(("IPIP833", Vector(fail=frame(routed(*routing, dst=B6)), clean=frame(routed(*routing)))) for routing in TO_FINAL),
    ("IPIP833", Vector(fail=frame(routed(2, 0, (FINAL,))), clean=frame(routed(2, 0, (FINAL,), dst=B6)))),
    ("IPIP833", Vector(fail=frame(from_home(A6)), clean=frame(from_home(HOME)))),
    # Compressed addresses (RFC 6554), more segments than addresses.
    *(doubtful("IPIP833", frame(routed(*routing, dst=B6))) for routing in ((3, 1, (FINAL,)), (0, 2, (FINAL,)), (2, 2, (FINAL,)), (4, 2, (FINAL,)), (4, 1, (FINAL,), 1))),
    ("IPIP831", Vector(fail=frame(in_gue(inner6())), clean=frame(in_gue(inner6(), protocol=41)))),
    ("IPIP831", Vector(
        fail=frame(udp_tunnel(inner6(), 5555)), clean=frame(udp_tunnel(inner(), 5555)), unknown=cut(udp_tunnel(inner(), 5555), 28),
        args=FOU)),
    ("IPIP831", Vector(  # variant 1
        fail=frame(udp_tunnel(b"\x55" + inner()[1:], GUE)), clean=frame(udp_tunnel(inner(), GUE)))),
    ("IPIP832", Vector(fail=frame(in_gue(variant=2)), clean=frame(udp_tunnel(inner6(), GUE)))),
    ("IPIP832", Vector(fail=frame(udp_tunnel(b"", GUE)), clean=frame(GOOD))),
    ("IPIP832", Vector(fail=frame(in_gue(flags=1)), clean=frame(in_gue(flags=1, optional=bytes(4))))),
    ("IPIP832", Vector(
        fail=frame(in_gue(flags=1, optional=bytes.fromhex("80000000"))), clean=frame(in_gue(flags=1, optional=bytes(4))))),
    ("IPIP832", Vector(fail=frame(in_gue(flags=0x8000)), clean=frame(GOOD), severity="warning")),
    ("IPIP832", Vector(fail=frame(in_gue(control=1)), clean=frame(GOOD), severity="note")),
    ("IPIP833", Vector(
        fail=frame(summed(IN_GUE, GUE, 0)), clean=frame(summed(IN_GUE, GUE)), severity="note", scope="tunnel")),
    ("IPIP833", Vector(
        fail=frame(summed6(IN_GUE, GUE, 0)), clean=frame(summed6(IN_GUE, GUE)), severity="warning", scope="tunnel")),
    ("IPIP833", Vector(
        fail=frame(summed6(gre(inner()), GRE, 0)), clean=frame(summed6(gre(inner()), GRE)), scope="tunnel")),
    ("IPIP833", Vector(
        fail=frame(summed6(gre(inner()), GRE, 0xBAD)), clean=frame(summed6(gre(inner()), GRE)))),
    doubtful("IPIP833", frame(unfilled(IN_GUE))),
    doubtful("IPIP833", frame(unfilled_inside())),
    # A managed network needs no checksum; a wrong one is wrong there, too.
    silent("IPIP833", frame(summed6(gre(inner()), GRE, 0)), (), TUNNEL6 + "zero-checksum=ok"),
    silent("IPIP833", frame(summed(IN_GUE, GUE, 0)), (), TUNNEL + "zero-checksum=ok"),
    ("IPIP833", Vector(
        fail=frame(summed6(gre(inner()), GRE, 0xBAD)), clean=frame(summed6(gre(inner()), GRE, 0)), config=TUNNEL6 + "zero-checksum=ok")),
    ("IPIP836", Vector(fail=frame(udp_tunnel(IN_GUE, GUE, length=9 + len(IN_GUE))), clean=frame(GOOD))),
    ("IPIP836", Vector(fail=frame(udp_tunnel(IN_GUE + b"\0", GUE, length=8 + len(IN_GUE))), clean=frame(GOOD), severity="note")),
    ("IPIP836", Vector(fail=frame(udp_tunnel(IN_GUE, GUE, length=0)), clean=frame(GOOD))),
    doubtful("IPIP836", partial(frame(GOOD))),
    # Of a packet that is still to be cut into segments the length is not yet there.
    doubtful("IPIP836", frame(in_gue(inner(payload=udp(HOST, PEER, bytes(1473))), length=0))),
    ("IPIP837", Vector(fail=frame(remote(20, 31)), clean=frame(remote(20, 30)))),
    ("IPIP837", Vector(fail=frame(remote(20, 16)), clean=frame(remote(20, 20)))),
]
