# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on GRE."""

import struct

from icmp_errors import about
from packets import checksum, pseudo_header, udp
from streams import later
from tunnel_kinds import (
    FRAME, GOOD_GRE, GOOD_GRE6, IPV4, IPV6, ethernet_frame, gre, gre6_packet, gre_packet, gue, inner6, udp_tunnel)
from tunnel_packets import A, B, HOST, PEER, cut, frame, inner, outer
from vector import TUNNEL, Vector, doubtful, profile, silent

DATA = b"no packet of IP at all"
SUMMED = gre_packet(has_checksum=True)
NO_DF = {"df": False}
MIRRORS = ["--kinds", "erspan"]

def frames_in_gre(packet=None, type=None, **options):
    return gre_packet(ethernet_frame(inner() if packet is None else packet, type), type=FRAME, **options)

def raw(flags, *octets, type=IPV4):
    """What no flag says is there, follows."""
    return outer(struct.pack("!HH", flags, type) + b"".join(octets), protocol=47)

def routed(*entries):
    """RFC 1701: checksum and offset, then the list."""
    return raw(0x4000, bytes(4), *entries, inner())

ENTRY = bytes.fromhex("0800 0004 0a000001")
END = bytes(4)

def unfilled_inside():
    """The sum of GRE counts the one inside as filled in, which still holds that of the pseudo-header."""
    pseudo = ~checksum(pseudo_header(HOST, PEER, 17, 12)) & 0xFFFF
    whole, partial = inner(), inner(payload=udp(HOST, PEER, sum=pseudo))
    return gre(whole, has_checksum=True)[:8] + partial

def numbered(*numbers, key=None, payloads=None):
    """GRE packets with these sequence numbers, all with other data unless said so."""
    payloads = range(len(numbers)) if payloads is None else payloads
    return [packet for number, data in zip(numbers, payloads)
            for packet in frame(gre_packet(inner(payload=udp(HOST, PEER, b"%4d" % data), id=data + 1), {"id": data + 1}, sequence=number, key=key))]

def mirrored(version=2, gre_type=0x22EB, cut_bit=False, sequence=7, octets=None):
    """draft-foschiano-erspan sections 4.2 and 4.3: version, VLAN 1, session 100; index, or timestamp, group and flags."""
    header = struct.pack("!HH", version << 12 | 1, cut_bit << 10 | 100)
    header += struct.pack("!I", 0x12345) if gre_type == 0x88BE else struct.pack("!IHH", 0, 0, 0)
    if sequence is None:
        header = b""
    return frame(gre_packet((header + ethernet_frame(inner()))[:octets], type=gre_type, sequence=sequence))

# By kind: the tunnel packet with these fields of GRE, and how many octets are in front of those.
AROUND = {
    "gre": (gre_packet, 20),
    "gre6": (gre6_packet, 40),
    "gretap": (frames_in_gre, 20),
    "gretap6": (lambda **fields: gre6_packet(ethernet_frame(inner()), type=FRAME, **fields), 40),
    "gre-in-udp": (lambda **fields: udp_tunnel(gre(inner(), **fields), 4754), 28),
    "fou": (lambda **fields: udp_tunnel(gre(inner(), **fields), 5556), 28),
    "gue": (lambda **fields: udp_tunnel(gue(gre(inner(), **fields), 47), 6080), 32),
}
DECLARED = {"fou": ["--udp-tunnel", "5556=fou-gre"]}

def differing(kind, *packets):
    """Packets of GRE with these fields."""
    return [one for fields in packets for one in frame(AROUND[kind][0](**fields))]

def varied(kind, **fields):
    """The last one has fields that the others have not."""
    make, front = AROUND[kind]
    return Vector(fail=differing(kind, {}, {}, fields), clean=differing(kind, {}, {}, {}), unknown=cut(make(), front + 2), kind=kind,
                  args=DECLARED.get(kind, []))

def out(kind, **fields):
    return frame(AROUND[kind][0](**fields))

def back(kind, **fields):
    """The same the other way: addresses swapped behind the Ethernet header, which leaves the checksums right."""
    whole = out(kind, **fields)[0]
    at, size = (14 + 8, 16) if kind.endswith("6") else (14 + 12, 4)
    return [whole[:at] + whole[at + size:at + 2 * size] + whole[at:at + size] + whole[at + 2 * size:]]

def keyed_out(*keys, kind="gre"):
    return [one for key in keys for one in out(kind, key=key)]

def keyed_back(*keys, kind="gre"):
    return [one for key in keys for one in back(kind, key=key)]

def refused(key):
    """Protocol unreachable from the exit."""
    return about(gre_packet(key=key), 3, 3, src=B)

def keepalives(count, is_answered=False, every=10, key=None):
    """A packet of GRE to be forwarded back: nothing but a header of type 0 inside."""
    returning = inner(src=B, dst=A, payload=gre(b"", type=0), protocol=47)
    once = later(every, frame(gre_packet(returning, key=key))) + (later(0.1, frame(returning)) if is_answered else [])
    whole = once * count
    return whole[:-1] if is_answered and count > 1 else whole

BOTH_KEYS = keyed_out(1, 1, 1) + keyed_back(2, 2, 2)

def keyed(kind):
    """Three each way."""
    there = keyed_out(1, 1, 1, kind=kind)
    return Vector(fail=there + keyed_back(2, 2, 2, kind=kind), clean=there + keyed_back(1, 1, 1, kind=kind),
                  unknown=there + keyed_back(2, 2, kind=kind), kind=kind, args=DECLARED.get(kind, []))

def keyed_in_part(kind):
    return Vector(fail=out(kind, key=1) + out(kind), clean=back(kind, key=1) + out(kind, key=1),
                  unknown=cut(AROUND[kind][0](key=1), AROUND[kind][1] + 6), kind=kind,
                  args=DECLARED.get(kind, []))

def pptp(flags=0x3001, *words, data=b"PPP?", length=None, call=1):
    """RFC 2637 section 4.1: flags, type, length and call, and the words that the flags promise."""
    key = struct.pack("!HH", len(data) if length is None else length, call)
    return outer(struct.pack("!HH", flags, 0x880B) + key + b"".join(struct.pack("!I", word) for word in words) + data, protocol=47)

SENT, ACKNOWLEDGED = pptp(0x3001, 1), pptp(0x2081, 1, data=b"")

# A packet, and what is none, though its first four bits are those of the version.
NO_PACKETS = (
    (inner(), inner()[:19], inner(ihl=4), inner(ihl=15), inner(total=19), inner(total=33), inner(sum=0xBAD)),
    (inner6(), inner6()[:39], inner6(plen=13)))

VECTORS = {
    "IPIP811": Vector(fail=frame(pptp(0x2001)), clean=frame(SENT), unknown=cut(SENT, 20 + 8), kind="pptp"),
    "IPIP801": Vector(
        fail=frame(gre_packet(flags=2)), clean=frame(GOOD_GRE), unknown=cut(GOOD_GRE, 22)),
    "IPIP802": Vector(
        fail=frame(gre_packet(flags=0x0800)), clean=frame(GOOD_GRE), unknown=cut(GOOD_GRE, 22)),
    "IPIP803": Vector(
        fail=frame(gre_packet(sum=0xDEAD)), clean=frame(SUMMED), unknown=cut(SUMMED, 56)),
    "IPIP804": Vector(
        fail=frame(gre_packet(has_checksum=True, reserved1=1)), clean=frame(SUMMED), unknown=cut(SUMMED, 26)),
    "IPIP805": Vector(
        fail=frame(gre_packet(type=IPV6)), clean=frame(GOOD_GRE), unknown=cut(GOOD_GRE, 24)),
    "IPIP806": Vector(
        fail=frame(raw(0x3000, bytes(4))), clean=frame(raw(0x3000, bytes(8))), unknown=cut(GOOD_GRE, 23)),
    "IPIP807": Vector(
        fail=frame(gre_packet(inner(dst=A))), clean=frame(GOOD_GRE), unknown=cut(GOOD_GRE, 30)),
    "IPIP808": Vector(fail=numbered(7, 5), clean=numbered(7, 8), unknown=numbered(7)),
    "IPIP809": keyed("gre"),
    "IPIP810": Vector(
        fail=frame(gre_packet(inner(df=False), NO_DF)), clean=frame(gre_packet(inner(df=False))),
        unknown=cut(gre_packet(inner(df=False), NO_DF), 30), scope="tunnel"),
    "IPIP812": Vector(
        fail=frame(routed(ENTRY, END)), clean=frame(GOOD_GRE), unknown=cut(GOOD_GRE, 22)),
    "IPIP813": varied("gre", has_checksum=True),
    "IPIP814": Vector(
        fail=back("gre") + keepalives(4), clean=back("gre") + keepalives(4, is_answered=True), unknown=keepalives(4)),
    "IPIP815": Vector(
        fail=frame(gre_packet(bytes(10), type=FRAME)), clean=frame(frames_in_gre()), unknown=cut(frames_in_gre(), 30)),
    "IPIP816": Vector(
        fail=mirrored(version=1), clean=mirrored(), unknown=cut(mirrored()[0][14:], 32), args=MIRRORS),
    "IPIP817": Vector(
        fail=frame(gre_packet(DATA, type=0x1234)), clean=frame(gre_packet(DATA, type=0x2001)), unknown=cut(GOOD_GRE, 22)),
}

VARIANTS = [
    *(("IPIP811", Vector(fail=frame(fail), clean=frame(clean), kind="pptp")) for fail, clean in (
        *((pptp(0x3001 | flag, 1), SENT) for flag in (0x8000, 0x4000, 0x0800, 0x0100)),
        (pptp(0x1001, 1), SENT), (pptp(0x3001, 1, length=5), SENT),
        (pptp(0x2081, 1, data=b"", length=1), ACKNOWLEDGED), (pptp(0x3081, 1, data=b""), pptp(0x3081, 1, 2)))),
    ("IPIP801", Vector(fail=frame(gre6_packet(flags=7)), clean=frame(GOOD_GRE6), unknown=cut(GOOD_GRE6, 42))),
    ("IPIP801", Vector(  # also behind UDP
        fail=frame(udp_tunnel(gre(inner(), flags=2), 4754)), clean=frame(udp_tunnel(gre(inner()), 4754)),
        unknown=cut(udp_tunnel(gre(inner()), 4754), 30))),
    ("IPIP801", Vector(
        fail=frame(udp_tunnel(gre(inner(), flags=2), 5556)), clean=frame(udp_tunnel(gre(inner()), 5556)),
        unknown=cut(udp_tunnel(gre(inner()), 5556), 30), args=["--udp-tunnel", "5556=fou-gre"])),
    *(("IPIP802", Vector(fail=frame(gre_packet(flags=flags)), clean=frame(GOOD_GRE), severity="warning")) for flags in (8, 0x10, 0x200)),
    ("IPIP803", Vector(  # an odd number of octets
        fail=frame(gre_packet(inner(payload=udp(HOST, PEER, b"odd")), sum=0xBAD)),
        clean=frame(gre_packet(inner(payload=udp(HOST, PEER, b"odd")), has_checksum=True)))),
    ("IPIP803", Vector(
        fail=frame(gre6_packet(key=42, sequence=1, sum=0)), clean=frame(gre6_packet(key=42, sequence=1, has_checksum=True)))),
    ("IPIP803", Vector(
        fail=frame(frames_in_gre(sum=0)), clean=frame(frames_in_gre(has_checksum=True)))),
    doubtful("IPIP803", frame(outer(unfilled_inside(), protocol=47))),
    silent("IPIP803", frame(raw(0x8000, b""))),
    doubtful("IPIP803", frame(gre_packet(sum=0xBAD, flags=3))),  # of a version that covers who knows what
    doubtful("IPIP804", frame(gre_packet(has_checksum=True, flags=3, reserved1=1))),
    silent("IPIP804", frame(raw(0xC000, b"\0\0\0\1", ENTRY, END, inner()))),  # RFC 1701: an offset
    ("IPIP805", Vector(fail=frame(gre6_packet(inner6())), clean=frame(gre6_packet(inner6(), type=IPV6)))),
    ("IPIP805", Vector(fail=frame(frames_in_gre(type=IPV6)), clean=frame(frames_in_gre()))),
    ("IPIP805", Vector(fail=frame(gre_packet(type=0x1234)), clean=frame(gre_packet(type=0x2001)), severity="note")),
    # IEEE 802's registry of EtherTypes, RFC 1701 section 6, and what vendors document.
    *(("IPIP805", Vector(fail=frame(gre_packet(type=0xFFF0)), clean=frame(gre_packet(type=type)), severity="note"))
      for type in (0x0004, 0x00FE, 0x0200, 0x0600, 0x0804, 0x0806, 0x0808, 0x0BAD, 0x0BAE, 0x0BAF, 0x2000, 0x2001, 0x6003, 0x6400, 0x6559, 0x8019, 0x809B, 0x8100, 0x8137,
                   0x8200, 0x8370, 0x876B, 0x876C, 0x876D, 0x883E, 0x8863, 0x8864, 0x8881, 0x88A8, 0x88CC, 0x894F)),
    # A header of IPv6 alone, with nothing behind it.
    ("IPIP805", Vector(fail=frame(gre_packet(inner6(payload=b"", next=59), type=0x1234)), clean=frame(gre_packet(inner6(payload=b"", next=59), type=IPV6)), severity="note")),
    ("IPIP805", Vector(
        fail=frame(udp_tunnel(gre(inner(), type=IPV6), 4754)), clean=frame(udp_tunnel(gre(inner()), 4754)))),
    ("IPIP805", Vector(
        fail=frame(gre_packet(inner6(), type=0x1234)), clean=frame(gre_packet(inner6(), type=0x2001)), severity="note")),
    ("IPIP806", Vector(fail=frame(gre_packet(bytes(7))), clean=frame(gre_packet(bytes(8))), severity="note")),
    ("IPIP806", Vector(fail=frame(raw(0x4000, bytes(4), type=0)), clean=frame(routed(ENTRY, END)), severity="note")),
    silent("IPIP806", frame(gre_packet(b"", type=0, key=1))),  # a keepalive on its way back
    ("IPIP806", Vector(fail=frame(raw(0x8000)), clean=frame(raw(0, bytes(8))))),
    silent("IPIP807", frame(gre_packet(inner(src=B, dst=A, payload=gre(b"", type=0), protocol=47)))),
    *(doubtful("IPIP807", cut(gre_packet(inner(src=B, dst=A, payload=gre(b"", type=0), protocol=47)), 44 + octets)) for octets in range(4)),
    ("IPIP807", Vector(
        fail=frame(gre_packet(inner(src=B, dst=A, payload=gre(bytes(20)), protocol=47))),
        clean=frame(gre_packet(inner(src=B, dst=PEER, payload=gre(bytes(20)), protocol=47))))),
    ("IPIP808", Vector(fail=numbered(7, 7), clean=numbered(7, 7, payloads=(0, 0)), severity="error")),
    ("IPIP808", Vector(fail=numbered(7, 9), clean=numbered(7, 8, 9), severity="note")),
    ("IPIP808", Vector(fail=numbered(7, 8, 0), clean=numbered(7, 8, 9), severity="note")),
    ("IPIP808", Vector(fail=numbered(7, 8, 9, 8), clean=numbered(7, 8, 9, 8, payloads=(0, 1, 2, 1)), severity="error")),
    ("IPIP808", Vector(fail=numbered(2**32 - 1, 0, 2**32 - 2), clean=numbered(2**32 - 1, 0, 1))),
    silent("IPIP808", numbered(7, key=1) + numbered(5, key=2) + numbered(8, key=1) + numbered(6, key=2)),
    *(("IPIP809", keyed(kind)) for kind in AROUND if kind != "gre"),
    *(("IPIP809", keyed_in_part(kind)) for kind in AROUND),
    ("IPIP809", Vector(fail=BOTH_KEYS + refused(1) + keyed_out(1), clean=None, severity="warning", earlier=(6,))),
    ("IPIP809", Vector(fail=BOTH_KEYS[:5] + refused(1) + BOTH_KEYS[5:], clean=None, severity="warning")),
    ("IPIP809", Vector(fail=BOTH_KEYS + keyed_out(1, 3) + keyed_back(2, 4), clean=None, at=6)),
    silent("IPIP809", keyed_out(1, 2, 3) + keyed_back(4, 5, 1)),  # several tunnels, of which one goes both ways
    doubtful("IPIP809", keyed_out(1, 1, 1, 1) + keyed_back(2, 2)),
    doubtful("IPIP809", keyed_out(*[1] * 30)),
    ("IPIP810", Vector(
        fail=frame(gre_packet(inner6(), NO_DF, type=IPV6)), clean=frame(gre_packet(inner6(), type=IPV6)))),
    ("IPIP810", Vector(
        fail=frame(udp_tunnel(gre(inner(df=False)), 4754, df=False)), clean=frame(udp_tunnel(gre(inner(df=False)), 4754)))),
    silent("IPIP810", frame(gre_packet(None, NO_DF))),  # an inner DF that is lost is another question
    silent("IPIP810", frame(gre6_packet(inner(df=False)))),
    silent("IPIP810", frame(gre_packet(inner(df=False), NO_DF)), profile("vpp")),
    silent("IPIP810", frame(gre_packet(inner(df=False), NO_DF)), config=TUNNEL + "df=clear"),
    ("IPIP812", Vector(fail=frame(routed(ENTRY, bytes.fromhex("080000ff"))), clean=frame(GOOD_GRE), severity="error")),
    ("IPIP812", Vector(fail=frame(raw(0x4000)), clean=frame(raw(0)))),
    *(("IPIP813", varied(kind, **fields)) for kind in AROUND for fields in ({"has_checksum": True}, {"sequence": 7})),
    ("IPIP813", varied("gre", has_checksum=True, sequence=7)),
    *(("IPIP813", Vector(fail=differing("gre", fields, {}), clean=differing("gre", fields, fields)))
      for fields in ({"has_checksum": True}, {"sequence": 7}, {"has_checksum": True, "sequence": 7})),
    ("IPIP813", Vector(  # each of the two once, and no more
        fail=differing("gre", {}, {"has_checksum": True}, {"has_checksum": True, "sequence": 7}), clean=None,
        earlier=(2,))),
    ("IPIP813", Vector(fail=differing("gre", {}, {"has_checksum": True}, {}, {"has_checksum": True}), clean=None, at=2)),
    silent("IPIP813", differing("gre", {"key": 1}, {"key": 2, "has_checksum": True})),  # two tunnels
    silent("IPIP813", frame(SUMMED) + frame(gre_packet(b"", type=0))),  # a keepalive on its way back
    ("IPIP814", Vector(fail=back("gre") + keepalives(9), clean=None, at=5)),
    ("IPIP814", Vector(  # once more, though the first one came back
        fail=keepalives(1, is_answered=True) + keepalives(4), clean=keepalives(3) + keepalives(2, is_answered=True), unknown=None)),
    ("IPIP814", Vector(fail=keepalives(4, key=7)[:1] + back("gre", key=7) + keepalives(3, key=7), clean=None)),
    silent("IPIP814", back("gre") + keepalives(4, every=0.5)),  # the third may still come back
    doubtful("IPIP814", cut(GOOD_GRE, 30)),
    ("IPIP815", Vector(  # a tag without its end
        fail=frame(gre_packet(ethernet_frame(bytes(3), 0x8100), type=FRAME)),
        clean=frame(gre_packet(ethernet_frame(bytes.fromhex("00010800") + inner(), 0x8100), type=FRAME)))),
    ("IPIP816", Vector(fail=mirrored(version=2, gre_type=0x88BE), clean=mirrored(version=1, gre_type=0x88BE), args=MIRRORS)),
    *(("IPIP816", Vector(fail=mirrored(octets=octets), clean=mirrored(), args=MIRRORS)) for octets in (0, 11)),
    ("IPIP816", Vector(
        fail=mirrored(gre_type=0x88BE, sequence=None), clean=mirrored(version=1, gre_type=0x88BE), args=MIRRORS,
        severity="note", scope="tunnel")),
    ("IPIP816", Vector(fail=mirrored(cut_bit=True), clean=mirrored(), args=MIRRORS, severity="note", scope="tunnel")),
    *(("IPIP817", Vector(fail=frame(gre_packet(octets, type=0x1234)), clean=frame(gre_packet(clean, type=0x1234))))
      for clean, *broken in NO_PACKETS for octets in broken),
    silent("IPIP817", frame(gre_packet(DATA, type=0x8200))),
    silent("IPIP817", frame(gre_packet(type=0x1234))),  # an IP packet all the same
]
