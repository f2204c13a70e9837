# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on IPv6 in IPv4."""

import struct

from packets import error, next_hop_mtu
from streams import later
from tunnel_kinds import echo_in_four, inner6, six_in_four
from tunnel_packets import ALERT, A, cut, fragments, frame
from vector import ENTRY, NEVER, TUNNEL, Vector, profile, silent

GOOD = six_in_four()
STATIC = TUNNEL + "mtu-mode=static\n"
FREE = six_in_four(df=False)

def of_octets(count):
    """IPv6 with so many octets."""
    return inner6(payload=bytes(count - 40), next=59 if count == 40 else 253)

CUT = cut(GOOD, 50)
LINK_LOCAL_A, LINK_LOCAL_OTHER = "fe80::10.0.0.1", "fe80::10.0.0.9"

def classes(inner, outer):
    return frame(six_in_four(inner6(tclass=inner), tos=outer))

def from_source(src, **options):
    return frame(six_in_four(inner6(src=src, **options)))

def on_loopback(src):
    return [struct.pack("<I", 2) + six_in_four(inner6(src=src))]

def after_too_big(mtu, *sizes, seconds=3, **last):
    """Too big for this MTU, as a router in the tunnel reports, and later a packet with so many octets of IPv6."""
    def packet(octets, **options):
        return six_in_four(of_octets(octets), **{"id": octets, **options})
    big = packet(1440)
    return frame(big) + frame(error(3, 4, big, "10.9.0.1", next_hop_mtu(mtu))) + later(seconds, frame(packet(*sizes, **last)))

VECTORS = {
    "IPIP707": Vector(
        fail=after_too_big(1280, 1000), clean=after_too_big(1280, 1000, df=False),
        unknown=after_too_big(1280, 1000, seconds=1)),
    "IPIP701": Vector(
        fail=frame(six_in_four(options=ALERT)), clean=frame(GOOD), unknown=NEVER),
    "IPIP702": Vector(
        fail=classes(0xB8, 0x28), clean=classes(0xB8, 0xB8), unknown=CUT, args=ENTRY, scope="tunnel"),
    "IPIP704": Vector(
        fail=frame(six_in_four(inner6(plen=60))), clean=frame(GOOD), unknown=CUT),
    "IPIP705": Vector(
        fail=frame(six_in_four(inner6() + b"\0" * 4)), clean=frame(GOOD), unknown=CUT),
    "IPIP706": Vector(
        fail=frame(GOOD), clean=frame(FREE), unknown=CUT, config=STATIC),
    "IPIP708": Vector(
        fail=from_source("::ffff:10.0.0.1"), clean=frame(GOOD), unknown=CUT),
    "IPIP709": Vector(
        fail=frame(six_in_four(of_octets(1481), df=False)), clean=frame(six_in_four(of_octets(1480), df=False)), unknown=CUT),
    "IPIP791": Vector(
        fail=from_source(LINK_LOCAL_OTHER), clean=from_source(LINK_LOCAL_A), unknown=CUT),
}

VARIANTS = [
    silent("IPIP708", frame(echo_in_four("::ffff:10.0.0.2", "::ffff:10.0.0.1", type=129))),  # IPIP217
    ("IPIP707", Vector(fail=after_too_big(1300, 1000, df=False), clean=after_too_big(1300, 1000), unknown=frame(GOOD))),
    ("IPIP707", Vector(fail=after_too_big(1299, 1000), clean=after_too_big(1300, 1000))),
    ("IPIP707", Vector(fail=after_too_big(1280, 1281, df=False), clean=after_too_big(1280, 1280, df=False))),
    silent("IPIP707", after_too_big(1280, 1000), config=STATIC),
    silent("IPIP707", after_too_big(1300, 1000, df=False), config=TUNNEL + "prefix=2001:db8::/32\nbr-anycast=%s\n" % A),
    silent("IPIP706", frame(GOOD), config=TUNNEL + "mtu-mode=dynamic"),
    silent("IPIP706", frame(GOOD)),
    silent("IPIP706", frame(GOOD), config=STATIC + "prefix=2001:db8::/32\nbr-anycast=%s\n" % A),
    ("IPIP709", Vector(
        fail=fragments(of_octets(1481), 800, protocol=41), clean=fragments(of_octets(1480), 800, protocol=41))),
    silent("IPIP709", frame(six_in_four(of_octets(1481)))),
    silent("IPIP709", frame(six_in_four(of_octets(1481), df=False)), config=TUNNEL + "mtu=9000"),
    # Payload Length 0 announces that nothing follows (RFC 8200 section 3), Next Header that something does.
    ("IPIP705", Vector(fail=frame(six_in_four(inner6(plen=0))), clean=frame(GOOD), severity="error")),
    ("IPIP705", Vector(fail=frame(six_in_four(inner6(plen=0, next=59))), clean=frame(six_in_four(inner6(payload=b"", next=59))))),
    # One pair of TOS and traffic class may be a configured one; two are none.
    ("IPIP702", Vector(fail=classes(0xB8, 0x28)[0:1] + classes(0xB8, 0x30), clean=classes(0xB8, 0), unknown=classes(0xB8, 0x28), scope="tunnel")),
    *(silent("IPIP702", classes(0xB8, 0x28), [*ENTRY, *profile(name)]) for name in ("linux", "vpp")),
    silent("IPIP702", classes(0xB8, 0x28), ENTRY, TUNNEL + "tos = 0x28"),
    *(("IPIP708", Vector(fail=from_source(src), clean=from_source("::"))) for src in ("ff02::1", "::1", "::10.0.0.1")),
    # From the BSD loopback interface, with the address family in front (AF_INET is 2): a host's own address is right there, a mapped one is not.
    ("IPIP708", Vector(fail=on_loopback("::ffff:10.0.0.1"), clean=on_loopback("::1"), link_type=0)),
    silent("IPIP708", from_source("64:ff9b::192.0.2.1")),
    # Numbers that are no IPv4 address of a host, and identifiers made by other means.
    *(silent("IPIP791", from_source(src)) for src in ("fe80::1", "fe80::1:2", "fe80::224.0.0.9", "fe80::240.0.0.9", "fe80::127.0.0.9", "fe80::5efe:10.0.0.9", "fe80::1:a00:9")),
]
