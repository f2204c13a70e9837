# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on addresses."""

import struct

from other_kinds import MINIMAL, OUTSIDE_IPV6, PACKETS, READ, in_frames, in_kinds
from packets import icmp, udp
from tunnel_kinds import fragment6, inner6, ipv6, outer6, six_in_four, sum6
from tunnel_packets import A, GOOD, INNER_CUT, cut, frame, inner, outer, tunnelled
from vector import NEVER, TUNNEL, Vector, doubtful, of_first_fragments, profile, silent

GLOBAL_A, GLOBAL_B = "8.8.4.4", "9.9.9.9"
GLOBAL6 = {"src": "2001:470:1::1", "dst": "2001:470:2::1"}
PRIVATE = frame(outer6(inner(), **GLOBAL6))

VECTORS = {
    "IPIP112": Vector(
        fail=tunnelled({}, {"src": "127.0.0.1"}), clean=tunnelled({}, {"src": "126.0.0.1"}), unknown=NEVER),
    "IPIP113": Vector(
        fail=tunnelled({}, {"dst": "240.0.0.1"}), clean=tunnelled({}, {"dst": "126.0.0.1"}), unknown=NEVER),
    "IPIP205": Vector(
        fail=tunnelled({}, {"src": A, "dst": A}), clean=frame(GOOD), unknown=NEVER),
    "IPIP206": Vector(
        fail=tunnelled({"src": "127.0.0.1"}), clean=tunnelled({"src": "126.0.0.1"}),
        unknown=cut(outer(inner(src="0.0.0.0", dst="255.255.255.255")), 40)),
    "IPIP207": Vector(
        fail=tunnelled({"dst": "127.0.0.1"}), clean=tunnelled({"dst": "126.0.0.1"}), unknown=INNER_CUT),
    "IPIP208": Vector(
        fail=tunnelled({}, {"src": GLOBAL_A, "dst": GLOBAL_B}), clean=frame(GOOD), unknown=INNER_CUT, scope="tunnel"),
}

def from_nobody(type, hops=255):
    """ICMPv6 of this type, from a host without an address."""
    octets = bytes([type, 0, 0, 0, 0, 0, 0, 0])
    octets = octets[:2] + struct.pack("!H", sum6("::", "ff02::2", 58, octets)) + octets[4:]
    return frame(six_in_four(ipv6("::", "ff02::2", octets, next=58, hops=hops)))

def from_client(sport=68, dport=67, **options):
    """UDP from a host without an IPv4 address, by default to a DHCP server (RFC 2131 section 4.1)."""
    ends = "0.0.0.0", "255.255.255.255"
    return tunnelled({"src": ends[0], "dst": ends[1], "payload": udp(*ends, sport=sport, dport=dport), **options})

def on_loopback(**addresses):
    """Captured from the BSD loopback interface: the address family in front, in the order of the host (AF_INET is 2)."""
    return [struct.pack("<I", 2) + outer(inner(), **addresses)]

def once(rule, inner={}, outer={}, kind=None):
    """Two packets of a tunnel, whose addresses are worth one note."""
    packets = [one for number in (1, 2) for one in tunnelled({"id": number, **inner}, {"id": number, **outer})]
    return rule, Vector(fail=packets, clean=frame(GOOD), severity="note", scope="tunnel", at=1, count=2, kind=kind)

def once_outside6(rule, **addresses):
    packets = [one for number in (1, 2) for one in frame(outer6(inner(id=number), next=4, **addresses))]
    return rule, Vector(fail=packets, clean=None, severity="note", scope="tunnel", at=1, count=2)

VARIANTS = [
    once("IPIP112", outer={"src": "192.0.2.1"}),
    once("IPIP206", {"src": "198.51.100.1"}),
    once_outside6("IPIP112", src="2001:db8::1", dst="2002:102:304::1"),
    once_outside6("IPIP113", src="2002:102:304::1", dst="2001:db8::1"),
    # Others are notes of the packet.
    ("IPIP207", Vector(fail=tunnelled({"dst": "224.0.0.5"}), clean=frame(GOOD), severity="note")),
    ("IPIP206", Vector(fail=tunnelled({"src": "169.254.1.1"}), clean=frame(GOOD), severity="note")),
    # Homes behind DS-Lite have private addresses (RFC 6333 section 4); those of MAP-E translate them first (RFC 7597 section 4).
    silent("IPIP208", PRIVATE, profile("ds-lite")),
    ("IPIP208", Vector(fail=PRIVATE, clean=frame(outer6(inner(src=GLOBAL_A, dst=GLOBAL_B), **GLOBAL6)), args=profile("map-e"), scope="tunnel")),
    *of_first_fragments(VECTORS, 206, 207, 208),
    *in_kinds(VECTORS, {112: READ, 113: [kind for kind in READ if kind not in OUTSIDE_IPV6], 205: READ}),
    *in_kinds(VECTORS, {113: OUTSIDE_IPV6}, fail=tunnelled({}, {"dst": "127.0.0.1"})),
    *in_kinds(VECTORS, {113: OUTSIDE_IPV6}, fail=tunnelled({}, {"dst": "240.0.0.1"}), severity="note"),
    *in_kinds(VECTORS, {206: [kind for kind in (*PACKETS, *MINIMAL) if not kind.startswith("6in")]}),
    *in_kinds(VECTORS, {206: ("6in4", "6in6")}, unknown=INNER_CUT),
    # A host without an address may ask for routers (RFC 4861 section 4.1), but not ping.
    *(("IPIP206", Vector(fail=from_nobody(128), clean=from_nobody(type), kind="6in4")) for type in (133, 135)),
    # Their hop limit is 255 (RFC 4861 sections 6.1.1 and 7.1.1), that of reports of groups is 1 (RFC 2710 section 3, RFC 3810 section 5).
    *(("IPIP206", Vector(fail=from_nobody(type, 64), clean=from_nobody(type, 255), kind="6in4")) for type in (133, 135)),
    *(("IPIP206", Vector(fail=from_nobody(type, 2), clean=from_nobody(type, 1), kind="6in4")) for type in (131, 143)),
    ("IPIP206", Vector(fail=frame(six_in_four(inner6("::", "ff02::2"))), clean=from_nobody(133), kind="6in4")),
    ("IPIP206", Vector(
        fail=None, clean=from_nobody(133), kind="6in4",
        unknown=frame(six_in_four(ipv6("::", "ff02::2", fragment6(58, bytes(8), offset=8), next=44, hops=255))))),
    # One without an IPv4 address may ask a DHCP server for one, from port 68 to port 67.
    *(("IPIP206", Vector(fail=from_client(*ports), clean=from_client()))
      for ports in ((67, 67), (0x144, 67), (68, 68), (68, 0x143))),
    ("IPIP206", Vector(fail=from_client(protocol=1, payload=icmp(8)), clean=from_client())),
    doubtful("IPIP206", from_client(offset=1, df=False)),
    # Within a host both ends of a tunnel may be the loopback address.
    ("IPIP205", Vector(
        fail=on_loopback(src=A, dst=A), clean=on_loopback(src="127.0.0.1", dst="127.0.0.1"), link_type=0)),
    *in_kinds(VECTORS, {207: (*PACKETS, *MINIMAL), 208: (*PACKETS, *MINIMAL)}),
    *in_frames(VECTORS, 206, 207),
    *in_frames(VECTORS, 208, tunnel=TUNNEL + "eth-inner=judge\n[tunnel %s %s]\n" % (GLOBAL_A, GLOBAL_B)),
]
