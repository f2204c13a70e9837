# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on IPv6 headers and their extension headers, in any layer."""

import struct

from packets import authentication_header
from tunnel_kinds import HOST6, PEER6, fragment6, four_in_six, inner6, ipv6, limit, options6, six_in_four, six_in_six, udp6
from tunnel_packets import cut, frame, inner
from vector import NEVER, Vector, silent

DESTINATION, HOP_BY_HOP, ROUTING, FRAGMENT, NOTHING, UDP = 60, 0, 43, 44, 59, 17
DATA = udp6(HOST6, PEER6)
PADDING = options6(UDP)

def with_headers(octets, next=DESTINATION, **options):
    """In IPv4, a packet with these octets behind its IPv6 header."""
    return six_in_four(ipv6(HOST6, PEER6, octets, next=next, **options))

def routing6(type, next=UDP):
    """RFC 8200 section 4.4, with two addresses."""
    return struct.pack("!BBBBI", next, 4, type, 1, 0) + bytes(32)

GOOD = with_headers(PADDING + DATA)
CUT = cut(GOOD, 60)  # the IPv6 header, and nothing behind it
# The header itself, cut off before the second extension header.
SECOND_CUT = cut(with_headers(options6(DESTINATION) + PADDING + DATA), 68)

def fragment(octets, **options):
    return six_in_four(inner6(payload=fragment6(UDP, octets, **options), next=FRAGMENT))

FIRST = fragment(bytes(1232), more=True)

VECTORS = {
    "IPIP761": Vector(
        fail=frame(with_headers(struct.pack("!BB", UDP, 8) + bytes(18))), clean=frame(GOOD), unknown=CUT),
    "IPIP762": Vector(
        fail=frame(with_headers(struct.pack("!BBBB", UDP, 0, 4, 200) + bytes(4) + DATA)), clean=frame(GOOD), unknown=CUT),
    "IPIP763": Vector(
        fail=frame(fragment(bytes(1232), more=True, reserved=255)), clean=frame(FIRST), unknown=NEVER),
    "IPIP764": Vector(
        fail=frame(fragment(bytes(552), more=True)), clean=frame(FIRST), unknown=NEVER),
    "IPIP765": Vector(
        fail=frame(with_headers(routing6(1) + DATA, ROUTING)), clean=frame(with_headers(routing6(2) + DATA, ROUTING)), unknown=CUT),
    "IPIP766": Vector(
        fail=frame(six_in_four(inner6(dst="::ffff:192.0.2.1"))), clean=frame(six_in_four(inner6(dst="64:ff9b::192.0.2.1"))), unknown=NEVER),
    "IPIP749": Vector(
        fail=frame(fragment(DATA)), clean=frame(FIRST), unknown=CUT),
}

def authenticated(next, octets):
    """In 4in6, behind an authentication header."""
    return four_in_six(authentication_header(next) + octets + inner(), next=51)

VARIANTS = [
    # Behind an authentication header (RFC 8200 section 4.1 has it between Fragment header and options), and counted with it.
    ("IPIP761", Vector(fail=frame(authenticated(DESTINATION, options6(DESTINATION) * 15 + options6(4))), clean=frame(authenticated(DESTINATION, options6(4))))),
    ("IPIP761", Vector(fail=frame(authenticated(ROUTING, routing6(2, 4))), clean=frame(authenticated(DESTINATION, options6(4))), severity="note")),
    ("IPIP762", Vector(fail=frame(authenticated(DESTINATION, struct.pack("!BBBB", 4, 0, 4, 200) + bytes(4))), clean=frame(authenticated(DESTINATION, limit(4))))),
    ("IPIP765", Vector(fail=frame(authenticated(ROUTING, routing6(0, 4))), clean=frame(authenticated(ROUTING, routing6(2, 4))), severity="error")),
    ("IPIP765", Vector(  # behind another one; and both of the deprecated types
        fail=frame(with_headers(routing6(2, ROUTING) + routing6(0) + DATA, ROUTING)),
        clean=frame(with_headers(routing6(2, ROUTING) + routing6(2) + DATA, ROUTING)),
        unknown=cut(with_headers(routing6(2, ROUTING) + routing6(0) + DATA, ROUTING), 20 + 40 + 40), severity="error")),
    ("IPIP765", Vector(fail=frame(with_headers(routing6(1, ROUTING) + routing6(0) + DATA, ROUTING)), clean=None, severity="error")),
    # Of a tunnel header, the number behind 17 headers tells which tunnel it is.
    ("IPIP761", Vector(fail=frame(four_in_six(options6(DESTINATION) * 16 + options6(4) + inner(), next=DESTINATION)), clean=frame(four_in_six(limit(4) + inner(), next=DESTINATION)))),
    ("IPIP761", Vector(fail=frame(with_headers(options6(HOP_BY_HOP) + PADDING + DATA)), clean=frame(with_headers(options6(DESTINATION) + PADDING + DATA, HOP_BY_HOP)),
                       unknown=SECOND_CUT)),
    ("IPIP761", Vector(fail=frame(with_headers(options6(DESTINATION) * 17 + PADDING + DATA)), clean=frame(GOOD))),
    *(("IPIP761", Vector(fail=frame(with_headers(octets, next)), clean=frame(GOOD), severity="note")) for octets, next in (
        (options6(DESTINATION) * 2 + PADDING + DATA, DESTINATION),
        (options6(ROUTING) + routing6(2, ROUTING) + routing6(2) + DATA, DESTINATION),
        (fragment6(ROUTING, routing6(2) + DATA), FRAGMENT),
        (options6(DESTINATION) * 2 + options6(NOTHING) + b"x", DESTINATION),
        (options6(NOTHING) + b"x", DESTINATION))),
    *(silent("IPIP761", frame(with_headers(octets, next))) for octets, next in (
        (options6(ROUTING) + routing6(2, DESTINATION) + PADDING + DATA, DESTINATION),
        (options6(NOTHING), DESTINATION))),
    # A header that is too long for the packet is worse than one too many; an authentication header may be that one.
    *(("IPIP761", Vector(fail=frame(with_headers(octets)), clean=frame(GOOD))) for octets in (
        options6(DESTINATION) * 3 + struct.pack("!BB", UDP, 8) + bytes(6), options6(51) + struct.pack("!BB", UDP, 8) + bytes(6))),
    # In the outer header, too.
    ("IPIP761", Vector(fail=frame(four_in_six(limit(HOP_BY_HOP) + options6(4) + inner(), next=DESTINATION)),
                       clean=frame(four_in_six(limit(4) + inner(), next=DESTINATION)))),
    ("IPIP762", Vector(fail=frame(with_headers(options6(UDP, (1, bytes(12))) + DATA)), clean=frame(with_headers(options6(UDP, (1, bytes(4))) + DATA)),
                       severity="note")),
    ("IPIP762", Vector(fail=frame(with_headers(options6(UDP, (0xDE, bytes(4))) + DATA)), clean=frame(with_headers(options6(UDP, (0x1E, bytes(4))) + DATA)),
                       severity="note")),
    ("IPIP762", Vector(fail=frame(with_headers(options6(UDP, (1, bytes(12)), (0xDE, bytes(4))) + DATA)), clean=frame(GOOD), severity="note")),
    silent("IPIP764", frame(fragment(bytes(8), offset=1232))),
    *(("IPIP765", Vector(fail=frame(with_headers(routing6(type) + DATA, ROUTING)), clean=frame(GOOD), severity=severity))
      for type, severity in ((0, "error"), (3, "note"), (4, "note"))),
    silent("IPIP765", frame(four_in_six(routing6(4, 4) + inner(), next=ROUTING))),
    ("IPIP766", Vector(fail=frame(six_in_four(inner6(dst="::192.0.2.1"))), clean=frame(six_in_four(inner6(dst="::1"))))),
    ("IPIP766", Vector(fail=frame(six_in_six(inner6(src="::ffff:192.0.2.1"))), clean=frame(six_in_six()))),
    ("IPIP766", Vector(fail=frame(four_in_six(src="::ffff:192.0.2.1")), clean=frame(four_in_six()))),
    silent("IPIP766", frame(six_in_four(inner6(src="::ffff:192.0.2.1")))),
    # From a translated router comes an error, and nothing else.
    *(("IPIP766", Vector(fail=frame(six_in_six(inner6("::ffff:192.0.2.1", payload=octets, next=next))), clean=frame(six_in_six()))) for octets, next in (
        (b"\x80" + bytes(7), 58), (b"", 58), (fragment6(58, b"\3" + bytes(7), offset=8), FRAGMENT))),
    silent("IPIP766", frame(six_in_six(inner6("::ffff:192.0.2.1", payload=b"\3\0\0\0\0\0\0\0" + inner6(), next=58)))),
]
