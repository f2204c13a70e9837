# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on minimal encapsulation."""

import struct

from icmp_errors import datagram
from packets import address, checksum, icmp, ipv4, udp
from streams import later
from tunnel_kinds import HOST6, PEER6, gre_packet, ipv6, minimal
from tunnel_packets import A, B, PEER, cut, frame, inner, outer
from vector import TUNNEL, Vector, doubtful, silent

GOOD = minimal()
FROM_ENTRY = inner(src=A)

def sum_of_12():
    """The sum of a short header taken over 12 octets: 4 of the payload, too."""
    octets = minimal(FROM_ENTRY, source=False)[20:32]
    return checksum(octets[:2] + bytes(2) + octets[4:])

def twice(src):
    """A minimal forwarding header around a packet that has one."""
    return minimal(minimal(FROM_ENTRY, source=False), src=src)

def of_fragment(**options):
    """A minimal forwarding header, and 24 octets; with MF a fragment."""
    return outer(minimal()[20:] + bytes(4), protocol=55, **options)

NODE_PORT, AGENT_PORT = 50001, 434

def registered(flags, code=0, lifetime=300, id=7, reply_id=7, care_of=B, home=PEER):
    """RFC 5944 sections 3.3 and 3.4: the home agent is A; and its answer."""
    times = struct.pack("!H", lifetime) + address(home) + address(A)
    request = struct.pack("!BB", 1, flags) + times + address(care_of) + struct.pack("!II", 1, id)
    reply = struct.pack("!BB", 3, code) + times + struct.pack("!II", 2, reply_id)
    return (frame(ipv4(B, A, udp(B, A, request, sport=NODE_PORT, dport=AGENT_PORT)))
            + frame(ipv4(A, B, udp(A, B, reply, sport=AGENT_PORT, dport=NODE_PORT))))

M, G, D, S = 0x10, 0x08, 0x20, 0x80
FOLDED = frame(minimal())

OTHER_CARE_OF = "192.0.2.99"
INSIDE = inner(src=PEER, dst="10.3.0.3")

def reverse(care_of=B, packet=INSIDE, after=5):
    """RFC 3024: from the care-of address to the home agent."""
    return later(after, frame(outer(packet, src=care_of, dst=A)))

def reverse_gre(care_of=B, after=5):
    return later(after, frame(gre_packet(INSIDE, {"src": care_of, "dst": A})))

def reverse_minimal(care_of=B, after=5):
    return later(after, frame(minimal(INSIDE, src=care_of, dst=A)))

def mobile(message=bytes([1]) + bytes(23), sport=40000, dport=434):
    """RFC 5944 section 3.3: a request has 24 octets or more; section 3.4: an answer 20."""
    return udp(B, PEER, message, sport, dport, sum=0)

def enters(before, after, n=1):
    """A datagram beside the tunnel with one TTL, and in it with another; its header stays the outer one (RFC 2004 section 3)."""
    folded = minimal(datagram(n))[20:]
    return frame(datagram(n, ttl=before)) + later(0.1, frame(outer(folded, protocol=55, id=0x100 + n, ttl=after)))

ENTRY_LAN = ["--vantage", "entry", "--inner-side", "lan"]
ENTRY_DEVICE = ["--vantage", "entry", "--inner-side", "tundev"]

VECTORS = {
    "IPIP827": Vector(fail=enters(20, 64), clean=enters(20, 19), unknown=enters(64, 60)),
    "IPIP829": Vector(
        fail=registered(D) + reverse(OTHER_CARE_OF), clean=registered(D) + reverse(),
        unknown=registered(D) + reverse(packet=inner(src="10.1.0.77", dst="10.3.0.3"))),
    "IPIP828": Vector(fail=registered(G | D) + FOLDED, clean=registered(M | D) + FOLDED, unknown=FOLDED, kind="minimal"),
    "IPIP821": Vector(
        fail=frame(outer(bytes(6), protocol=55)), clean=frame(minimal(FROM_ENTRY, source=False)), unknown=cut(GOOD, 24)),
    "IPIP822": Vector(
        fail=frame(minimal(reserved=1)), clean=frame(GOOD), unknown=cut(GOOD, 21)),
    "IPIP823": Vector(
        fail=frame(minimal(sum=0x1234)), clean=frame(GOOD), unknown=cut(GOOD, 30)),
    "IPIP824": Vector(
        fail=frame(of_fragment(df=True, mf=True)), clean=frame(of_fragment(df=True)), unknown=frame(of_fragment(df=False, mf=True))),
    "IPIP825": Vector(
        fail=frame(minimal(FROM_ENTRY)), clean=frame(GOOD), unknown=cut(GOOD, 30)),
    "IPIP826": Vector(
        fail=frame(minimal(inner(src=B))), clean=frame(GOOD), unknown=cut(GOOD, 30)),
}

VARIANTS = [
    # A scanner's packets (IPIP217, IPIP218).
    silent("IPIP826", frame(minimal(inner(src=B, dst=A, payload=icmp(0), protocol=1)))),
    silent("IPIP826", frame(minimal(inner(src=A, dst=B, payload=icmp(8), protocol=1)))),
    # What forwarding takes: one on the LAN, nothing behind the device, as many as are declared; a bridge takes nothing.
    ("IPIP827", Vector(fail=enters(64, 62), clean=enters(64, 63), args=ENTRY_LAN)),
    ("IPIP827", Vector(fail=enters(64, 63), clean=enters(64, 64), args=ENTRY_DEVICE)),
    ("IPIP827", Vector(fail=enters(64, 61), clean=enters(64, 62), config=TUNNEL + "encap-hops=2\nvantage=entry\n")),
    silent("IPIP827", enters(64, 64), ENTRY_LAN),
    # Routers in the tunnel, as traceroute shows them.
    ("IPIP827", Vector(fail=enters(63, 64), clean=None, unknown=enters(64, 50), args=["--inner-side", "lan"])),
    ("IPIP827", Vector(fail=None, clean=None, unknown=enters(64, 62) + enters(64, 60, 2) + enters(64, 58, 3), args=["--vantage", "mid"])),
    ("IPIP827", Vector(fail=None, clean=None, unknown=frame(datagram(1)) + later(0.1, frame(datagram(1, ttl=60))) + enters(64, 200)[1:])),
    ("IPIP829", Vector(
        fail=registered(M | D) + reverse_gre(), clean=registered(G | D) + reverse_gre(),
        unknown=registered(G | D) + reverse_gre(after=1, care_of=OTHER_CARE_OF), kind="gre")),
    ("IPIP829", Vector(
        fail=registered(G | D) + reverse_minimal(), clean=registered(M | D) + reverse_minimal(),
        unknown=registered(M | D | S) + reverse_minimal(OTHER_CARE_OF), kind="minimal")),
    ("IPIP829", Vector(  # over; without a registration in the longest lifetime
        fail=registered(D) + reverse(after=302), clean=registered(D) + reverse(after=298))),
    ("IPIP829", Vector(
        fail=registered(D) + reverse(packet=inner(src="10.1.0.77", dst="10.3.0.3"), after=302), clean=registered(G) + reverse())),
    ("IPIP829", Vector(  # given back; to another destination, which is no home agent
        fail=registered(D) + registered(D, lifetime=0, id=8, reply_id=8) + reverse(), clean=reverse())),
    ("IPIP829", Vector(  # for ever, so that others may be older than the capture
        fail=None, clean=None, unknown=registered(D, lifetime=65535) + reverse(packet=inner(src="10.1.0.77", dst="10.3.0.3"), after=100000))),
    ("IPIP828", Vector(
        fail=registered(M) + frame(gre_packet()), clean=registered(G) + frame(gre_packet()),
        unknown=registered(M, home="10.2.0.77") + frame(gre_packet()), kind="gre")),
    silent("IPIP828", frame(gre_packet())),  # not of Mobile IP, as far as is seen
    ("IPIP828", Vector(fail=registered(0, code=1) + FOLDED, clean=None, unknown=registered(0, code=128) + FOLDED, kind="minimal")),
    # What is no registration: a fragment, IPv6, no whole header, other ports, too few octets, other types; an answer without a request.
    *(("IPIP828", Vector(fail=None, clean=None, unknown=frame(packet) + FOLDED, kind="minimal")) for packet in (
        ipv4(B, PEER, mobile(), mf=True), ipv6(HOST6, PEER6, mobile()), ipv4(B, PEER, mobile()[:7]), ipv4(B, PEER, mobile(dport=435)),
        ipv4(B, PEER, mobile(bytes([1]) + bytes(22))), ipv4(B, PEER, mobile(bytes([2]) + bytes(23))),
        ipv4(PEER, B, mobile(bytes([3]) + bytes(18), 434, 40000)), ipv4(PEER, B, mobile(bytes([1]) + bytes(19), 434, 40000)),
        registered(0)[1][14:])),
    ("IPIP829", Vector(fail=None, clean=None, unknown=registered(D, home="10.1.0.66") + registered(D)[:1] + reverse())),
    ("IPIP828", Vector(  # asked for anew; over
        fail=registered(M) + registered(0) + FOLDED, clean=registered(0) + registered(M) + FOLDED,
        unknown=registered(0) + later(302, FOLDED), kind="minimal")),
    *(("IPIP828", Vector(fail=None, clean=None, unknown=frames, kind="minimal")) for frames in (
        registered(0, lifetime=0) + FOLDED, registered(0, reply_id=8) + FOLDED, registered(0, care_of="10.0.0.77") + FOLDED)),
    ("IPIP824", Vector(  # a later one
        fail=frame(outer(bytes(24), protocol=55, df=True, offset=3)), clean=frame(of_fragment(df=True)),
        unknown=frame(outer(bytes(24), protocol=55, df=False, offset=3)))),
    ("IPIP821", Vector(
        fail=frame(outer(struct.pack("!BBH", 17, 0x80, 0) + bytes(7), protocol=55)), clean=frame(GOOD))),
    # One octet, without the S bit: no more than the protocol.
    ("IPIP821", Vector(fail=frame(outer(b"\x11", protocol=55)), clean=frame(GOOD))),
    doubtful("IPIP822", frame(outer(b"\x11", protocol=55))),
    ("IPIP822", Vector(fail=frame(minimal(reserved=0x7F)), clean=frame(GOOD))),
    ("IPIP823", Vector(
        fail=frame(minimal(FROM_ENTRY, source=False, sum=sum_of_12())), clean=frame(minimal(FROM_ENTRY, source=False)))),
    ("IPIP825", Vector(fail=frame(minimal(FROM_ENTRY)), clean=frame(minimal(FROM_ENTRY, source=False)))),
    ("IPIP826", Vector(fail=frame(minimal(inner(dst=B))), clean=frame(minimal(inner(dst=PEER))), severity="warning")),
    # Of another encapsulator, or to another exit, the header within is not the same.
    silent("IPIP826", frame(minimal(inner(src="10.1.0.77", payload=bytes(12), protocol=55)))),
    ("IPIP826", Vector(fail=frame(minimal(inner(src="10.1.0.77", dst=B, payload=bytes(12), protocol=55))), clean=frame(GOOD), severity="warning")),
    *(("IPIP826", Vector(fail=frame(minimal(inner(src=A, dst=B, payload=bytes(12), protocol=55), source=source)), clean=frame(GOOD)))
      for source in (True, False)),
    ("IPIP826", Vector(fail=frame(twice(A)), clean=frame(minimal(FROM_ENTRY, source=False)))),
]
