# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on checksums."""

from packets import udp
from tunnel_kinds import HOST6, PEER6, address6, ipv6, options6, route6, six_in_six, udp6
from other_kinds import GRE, MINIMAL, MIRRORS, OUTSIDE_IPV6, PACKETS, READ, UDP, as_kind, in_frames, in_kinds
from streams import stream
from tunnel_packets import GOOD, HOST, OPTIONS_CUT, PEER, ROUTE, cut, frame, inner, outer, tunnelled
from vector import ENTRY, NEVER, Vector, of_first_fragments, silent

def partial_udp():
    """A checksum field that holds the sum of the pseudo-header: 0a01 + 0001 + 0a02 + 0001 + protocol 17 + length 12."""
    return udp(HOST, PEER, sum=0x0A01 + 0x0001 + 0x0A02 + 0x0001 + 17 + 12)

VECTORS = {
    "IPIP109": Vector(
        fail=tunnelled({}, {"sum": 0x1234}), clean=frame(GOOD), unknown=OPTIONS_CUT),
    "IPIP612": Vector(
        fail=tunnelled({"sum": 0x1234}), clean=frame(GOOD), unknown=cut(outer(inner(options=ROUTE)), 44)),
    "IPIP613": Vector(
        fail=tunnelled({"payload": udp(HOST, PEER, sum=0x1234)}), clean=frame(GOOD), unknown=cut(GOOD, 48)),
    "IPIP904": Vector(
        fail=tunnelled({"payload": partial_udp()}), clean=frame(GOOD), unknown=cut(GOOD, 48), scope="tunnel"),
}

def unfilled(count, of, **options):
    """So many of these packets have nothing in the outer checksum."""
    return stream(of, outside=lambda n: {"sum": 0, **options} if n < count else options)

FINAL, HOME = "2001:470:9::9", "2001:470:8::8"

def routed(left, dst):
    """In 6in6, behind a routing header of type 2, with the checksum for this destination."""
    return six_in_six(ipv6(HOST6, PEER6, route6(17, 2, left, FINAL) + udp6(HOST6, dst), next=43))

def from_home(src):
    """Behind a home address, with the checksum for this source."""
    return six_in_six(ipv6(HOST6, PEER6, options6(17, (201, address6(HOME))) + udp6(src, PEER6), next=60))

VARIANTS = [
    # Of the final destination (RFC 8200 section 8.1), or of the home address (RFC 6275 section 11.3.1); two segments have no room for two addresses.
    ("IPIP613", Vector(fail=frame(routed(1, PEER6)), clean=frame(routed(1, FINAL)), unknown=frame(routed(2, FINAL)), kind="6in6")),
    ("IPIP613", Vector(fail=frame(routed(0, FINAL)), clean=frame(routed(0, PEER6)), kind="6in6")),
    ("IPIP613", Vector(fail=frame(from_home(HOST6)), clean=frame(from_home(HOME)), kind="6in6")),
    # An outer checksum of 0 on more than half of a direction is left to the network card, unless it was captured elsewhere.
    ("IPIP109", Vector(fail=unfilled(1, 1), clean=unfilled(3, 5), severity="error", is_late=True)),
    ("IPIP109", Vector(fail=unfilled(2, 2), clean=unfilled(3, 3), severity="error", is_late=True, earlier=(1,))),
    ("IPIP109", Vector(fail=frame(GOOD) * 3 + unfilled(3, 3), clean=unfilled(4, 7), severity="error", is_late=True, earlier=(4, 5))),
    *(("IPIP109", as_kind(Vector(fail=unfilled(2, 2), clean=unfilled(3, 3), severity="error", is_late=True, earlier=(1,)), kind))
      for kind in ("6in4", "gre", "gretap", "esp", "fou", "gue")),
    # Other wrong ones of such a direction stay wrong.
    ("IPIP109", Vector(fail=unfilled(9, 9) + tunnelled({}, {"sum": 1}), clean=None, severity="error", is_late=True)),
    *(("IPIP109", Vector(fail=unfilled(4, 4), clean=stream(4), severity="error", args=["--vantage", vantage], earlier=(1, 2, 3)))
      for vantage in ("entry", "mid", "exit")),
    silent("IPIP109", unfilled(1, 1), ["--vantage", "host-tx"]),
    silent("IPIP904", unfilled(4, 4), ENTRY),
    ("IPIP904", Vector(fail=None, clean=unfilled(2, 4), is_late=True)),
    *of_first_fragments(VECTORS, 612),
    *in_kinds(VECTORS, {109: [kind for kind in READ if kind not in (*OUTSIDE_IPV6, *UDP)]}),
    *in_kinds(VECTORS, {109: UDP}, unknown=NEVER),
    *in_kinds(VECTORS, {612: ("4in6", *GRE, *UDP)}),
    *in_kinds(VECTORS, {613: (*PACKETS, *MINIMAL), 904: [kind for kind in READ if kind not in (*MIRRORS, "esp", "ipcomp")]}),
    *(("IPIP904", as_kind(Vector(fail=unfilled(3, 3), clean=stream(3), unknown=NEVER, is_late=True, at=1, count=3, scope="tunnel"), kind))
      for kind in ("esp", "ipcomp")),
    *in_frames(VECTORS, 612, 613),
]
