# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on artefacts of capturing."""

import struct

from other_kinds import CLEAR, FRAMES, MINIMAL, OPAQUE, PACKETS, READ, in_kind, in_kinds
from packets import icmp, tcp
from streams import constant, inherited, later, stream
from tunnel_kinds import FRAME, ethernet_frame, four_in_six, gre, gre6_packet, gre_packet, gue, outer6, udp_tunnel
from tunnel_packets import A, ANOTHER, B, GOOD, HEAD, HOST, INNER_CUT, PEER, cut, fragments, frame, inner, outer, super_tcp, tunnelled
from vector import ENTRY, NEVER, TUNNEL, Vector, silent

def sll(packet, packet_type):
    """Linux cooked v1: packet type, ARPHRD_ETHER, address length, address, EtherType."""
    return [packet_type.to_bytes(2, "big") + b"\0\1\0\6\2\0\0\0\0\1\0\0\x08\0" + packet]

def large(total, n=0):
    """A tunnel packet of so many octets."""
    return frame(outer(super_tcp(total - 60), id=1 + n))

LARGE = large(1501) + large(4000, 1) + large(9216, 2)

ARP = bytes.fromhex("0001080006040001") + bytes(20)

def with_arp(packet=gre_packet):
    return packet(ethernet_frame(ARP, 0x0806), type=FRAME)

# By kind, RFC 3378: version 3, then a frame; RFC 3931: a session; RFC 2637: call 1, and an acknowledgement of packet 1.
NAMED = {"etherip": (97, "3000" + "02" * 12 + "0806"), "l2tpv3": (115, "00000001"), "pptp": (47, "2081880b0000000100000001")}

def in_udp(port, payload):
    """RFC 768, without a checksum."""
    return 17, "c350%04x%04x0000" % (port, 8 + len(payload) // 2) + payload

# In UDP, with what each standard has in the first octets: RFC 7348 section 5, draft-ietf-nvo3-vxlan-gpe section 3, RFC 8926 section 3.4, RFC 3032
# section 2.1, RFC 2661 section 3.1, RFC 4380 section 5.1.1, RFC 3948 section 2.1, 3GPP TS 29.281 section 5.1.
BEHIND_UDP = {"vxlan": (4789, "0800000000002a00" + "02" * 12 + "0806"), "vxlan-gpe": (4790, "0c00000100002a00"), "geneve": (6081, "0000655800002a00"),
              "mpls-in-udp": (6635, "0002a13f"), "l2tpv2": (1701, "000200010001"), "teredo": (3544, "0000a1b2" + "6000"), "esp-in-udp": (4500, "0000100000000001"),
              "gtp-u": (2152, "30ff000000000001")}
NAMED.update((kind, in_udp(*behind)) for kind, behind in BEHIND_UDP.items())

# The ports, with what is none of them: without the flag of an identifier, version 1, options beyond the end, no hop left, PPTP's version, IKE, another
# message of GTP.
OTHER_UDP = [(4789, "0000000000002a00"), (4790, "1c00000100002a00"), (6081, "3f00655800002a00"), (6081, "4000655800002a00"), (6635, "0002a100"),
             (1701, "000100010001"), (3544, "00020000"), (4500, "00000000" + "00" * 28), (4500, "ff"), (2152, "30010000"), (2152, "")]

def named(kind, **options):
    protocol, payload = NAMED[kind]
    return outer(bytes.fromhex(payload), protocol=protocol, **options)

def vxlan(inside):
    protocol, payload = in_udp(4789, "0800000000002a00" + inside.hex())
    return outer(bytes.fromhex(payload), protocol=protocol)

def damaged(kind):
    """Its Total Length is beyond its end: nothing is said of what it may be."""
    return frame(named(kind, total=1000))

def with_labels(inside):
    """RFC 3032 section 2.1: one label, the last."""
    return outer(bytes.fromhex("003e8140") + inside, protocol=137)

def compressed(length=30):
    return outer(bytes.fromhex("04000002") + bytes(length), protocol=108)

def numbered(n):
    """Data of TCP, which its sequence number tells from other data."""
    return tunnelled({"payload": tcp(HOST, PEER, b"ipip", seq=n), "protocol": 6})

def echo(n, kind=8):
    """An echo request or reply, or ICMP of another type, in IPv4 without an Identification."""
    return tunnelled({"payload": icmp(kind, rest=b"\1\2" + n.to_bytes(2, "big")), "protocol": 1, "id": 0})

def esp(n):
    """RFC 4303 section 2; what follows the sequence number is encrypted."""
    return frame(outer(struct.pack("!II", 0x1000, n) + bytes(32), protocol=50, id=n))

VECTORS = {
    "IPIP901": Vector(
        fail=cut(GOOD, 39), clean=cut(GOOD, 40), unknown=NEVER),
    "IPIP903": Vector(
        fail=frame(outer(super_tcp(20000))), clean=frame(outer(super_tcp(1400))), unknown=NEVER),
    "IPIP905": Vector(
        fail=frame(GOOD) + later(0.001, frame(GOOD)), clean=frame(GOOD) + later(0.002, frame(GOOD)), unknown=INNER_CUT,
        severity="note", scope="tunnel"),
    "IPIP906": Vector(
        fail=stream(20), clean=stream(20, outside=constant(ttl=100)), unknown=stream(19), severity="note",
        scope="tunnel", habit=(stream(60), 1)),
    "IPIP907": Vector(
        fail=stream(100), clean=tunnelled({"src": PEER, "dst": HOST}, {"src": B, "dst": A}) + stream(100),
        unknown=stream(99), severity="note", scope="tunnel", habit=(stream(110, constant(tos=0x28)), 11)),
    "IPIP908": Vector(
        fail=stream(1) + later(-1.5, ANOTHER), clean=stream(1) + later(-1, ANOTHER), severity="note", unknown=NEVER,
        scope="tunnel"),
    "IPIP910": Vector(
        fail=sll(outer(super_tcp(20000)), 0), clean=sll(outer(super_tcp(20000)), 4), link_type=113, unknown=NEVER),
    "IPIP911": Vector(
        fail=frame(named("etherip")), clean=damaged("etherip"), unknown=NEVER, kind="etherip", scope="tunnel"),
    "IPIP912": Vector(
        fail=frame(gre_packet(ARP, type=0x0806)), clean=frame(gre_packet()), unknown=cut(gre_packet(), 22), scope="tunnel"),
}

OTHERS = (*PACKETS, *FRAMES, *MINIMAL)

VARIANTS = [
    *(("IPIP911", Vector(
        fail=frame(named(kind)) * 3, clean=damaged(kind), unknown=NEVER, kind=kind, scope="tunnel", at=1, count=3))
      for kind in NAMED),
    *(silent("IPIP911", damaged("etherip") + frame(outer(bytes.fromhex(payload), protocol=protocol))) for protocol, payload in (in_udp(*one) for one in OTHER_UDP)),
    *(("IPIP911", Vector(fail=frame(outer(bytes.fromhex(payload), protocol=protocol)), clean=None, kind=kind, scope="tunnel")) for kind, (protocol, payload) in (
        ("l2tpv3", in_udp(1701, "0003000000000001")), ("vxlan", in_udp(8472, BEHIND_UDP["vxlan"][1])))),
    # A carrier, whose content is looked at in its place; in a tunnel, where it does not take the checksum of UDP from what is judged.
    ("IPIP911", Vector(fail=frame(vxlan(ethernet_frame(inner()))), clean=damaged("vxlan") + frame(vxlan(ethernet_frame(GOOD))), kind="vxlan", scope="tunnel")),
    ("IPIP911", Vector(fail=frame(outer(named("vxlan"))), clean=None, kind="vxlan", scope="tunnel")),
    *(("IPIP911", Vector(fail=frame(packet), clean=None, kind="etherip", scope="tunnel"))
      for packet in (outer(named("etherip")), outer6(named("etherip")[20:], next=97))),  # inside another tunnel, and over IPv6
    *(("IPIP912", Vector(fail=frame(fail), clean=frame(clean), unknown=cut(clean, octets), kind=kind, scope="tunnel")) for kind, fail, clean, octets in (
        ("gre6", gre6_packet(ARP, type=0x0806), gre6_packet(), 42),
        ("gretap", with_arp(), gre_packet(ethernet_frame(inner()), type=FRAME), 30),
        ("gretap6", with_arp(gre6_packet), gre6_packet(ethernet_frame(inner()), type=FRAME), 50),
        ("gue", udp_tunnel(gue(b"", control=1), 6080), udp_tunnel(gue(inner()), 6080), 29),
        ("gre-in-udp", udp_tunnel(gre(ARP, type=0x0806), 4754), udp_tunnel(gre(inner()), 4754), 30),
        ("mpls-in-ip", with_labels(b"\0" * 30), with_labels(inner()), 22))),
    ("IPIP912", Vector(fail=frame(gre_packet(ARP, type=0x0806)) * 3, clean=frame(GOOD), scope="tunnel", at=1, count=3)),
    ("IPIP912", Vector(fail=frame(compressed()), clean=frame(GOOD), unknown=cut(compressed(), 22), kind="ipcomp", scope="tunnel")),
    ("IPIP912", Vector(
        fail=frame(udp_tunnel(gre(ARP, type=0x0806), 5556)), clean=frame(udp_tunnel(gre(inner()), 5556)),
        unknown=cut(udp_tunnel(gre(inner()), 5556), 30), kind="fou", args=["--udp-tunnel", "5556=fou-gre"], scope="tunnel")),
    # A jumbo payload option (RFC 2675 section 2: type 194, 4 octets) makes no packet large.
    silent("IPIP903", frame(four_in_six(struct.pack("!BBBBI", 4, 0, 194, 4, 8 + len(GOOD)) + GOOD, next=0, plen=0))),
    # Up to the largest frame of any link: no MTU is known, nor where the capture was taken.
    ("IPIP903", Vector(fail=LARGE, clean=large(1500), scope="tunnel", at=1, count=3, is_late=True)),
    ("IPIP903", Vector(fail=LARGE, clean=large(1500), scope="tunnel", at=1, count=3, is_late=True, args=["--vantage", "host-tx"])),
    ("IPIP903", Vector(fail=large(9217), clean=large(9216), config=TUNNEL + "mtu=9216\n")),
    ("IPIP903", Vector(fail=large(9217), clean=large(9216), args=["--vantage", "mid"])),
    silent("IPIP903", fragments(super_tcp(4000), 1600)),
    ("IPIP905", Vector(fail=frame(GOOD) + later(-0.0005, frame(GOOD)), clean=None, severity="note")),
    ("IPIP905", Vector(
        fail=frame(GOOD) + later(0.5, tunnelled({}, {"ttl": 62})),
        clean=frame(GOOD) + later(1.1, tunnelled({}, {"ttl": 62})), severity="note")),
    ("IPIP905", Vector(fail=HEAD + later(0.3, HEAD), clean=None, severity="note")),
    ("IPIP906", Vector(
        fail=stream(20, outside=constant(ttl=62)),
        clean=stream(20, lambda n: {"ttl": 100 + n % 4}, lambda n: {"ttl": 62 + n % 2}), severity="note")),
    ("IPIP906", Vector(fail=inherited(20), clean=None, severity="note")),
    ("IPIP906", Vector(fail=inherited(20, hops=16), clean=inherited(20, hops=17), severity="note")),
    # The inner TTL, copied at the entry: Linux' default for what hosts with TTL 64 send.
    silent("IPIP906", stream(20, constant(ttl=63), constant(ttl=63))),
    silent("IPIP906", stream(20), ENTRY),
    *in_kinds(VECTORS, {901: [kind for kind in READ if kind not in OPAQUE], 903: READ, 908: READ, 910: READ}),
    *in_kinds(VECTORS, {905: ("6in6",)}, fail=numbered(1) + later(0.001, numbered(1)), clean=numbered(1) + later(0.001, numbered(2))),
    ("IPIP905", Vector(fail=esp(1) + later(0.001, esp(1)), clean=esp(1) + later(0.002, esp(1)), unknown=cut(esp(1)[0][14:], 26), severity="note",
                       scope="tunnel", kind="esp")),
    silent("IPIP905", in_kind(frame(GOOD) + later(0.001, frame(GOOD)), "6in6")),
    # What nothing numbers may be another one that is the same: an acknowledgement, an error, a header that is not captured.
    *(silent("IPIP905", in_kind(one + later(0.001, one), "6in6")) for one in (
        tunnelled({"payload": tcp(HOST, PEER), "protocol": 6}), tunnelled({"payload": icmp(3, 1), "protocol": 1}),
        tunnelled({"payload": bytes(7), "protocol": 6}))),
    silent("IPIP905", in_kind(numbered(1) + later(0.002, numbered(1)), "6in6")),
    # Nor has IPv4 an Identification where it is 0: then an echo's sequence number shows that it is the same one.
    *(("IPIP905", Vector(
        fail=in_kind(echo(1, kind) + later(0.001, echo(1, kind)), "4in6"), clean=in_kind(echo(1, kind) + later(0.001, echo(2, kind)), "4in6"),
        severity="note", kind="4in6")) for kind in (0, 8)),
    *(silent("IPIP905", in_kind(echo(1, kind) + later(0.001, echo(1, kind)), "4in6")) for kind in (3, 11)),
    *in_kinds(VECTORS, {905: [kind for kind in OTHERS if kind != "6in6"], 906: (*PACKETS, *FRAMES), 907: (*OTHERS, CLEAR)}),
]
