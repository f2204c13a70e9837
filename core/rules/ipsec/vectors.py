# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on IPsec and IPComp."""

import struct

from other_kinds import KINDS, READ, UDP, as_kind, with_authentication
from tunnel_kinds import outer6
from tunnel_packets import GOOD, cut, frame, outer
from vector import NEVER, Vector

AH = 0x100, 1  # SPI and sequence number, as authentication_header() has them

def ah_of(packet, spi=AH[0], sequence=AH[1], reserved=0, octets=24):
    """The same packet with these values in the authentication header that follows its IP header; its length may grow."""
    begin = 40 if packet[0] >> 4 == 6 else 20
    header = struct.pack("!BBHII", packet[begin], octets // 4 - 2, reserved, spi, sequence) + bytes(octets - 12)
    return packet[:begin] + header + packet[begin + 24:]

def authenticated(kind, **values):
    """A tunnel packet of this kind behind an authentication header with these values."""
    [made] = as_kind(Vector(fail=None, clean=frame(GOOD)), kind).clean if kind != "ipip" else frame(GOOD)
    made = with_authentication(made)
    return made[:14] + ah_of(made[14:], **values)

def of_authentication(kind, **values):
    made = authenticated(kind)
    args = [] if kind == "ipip" else as_kind(Vector(fail=None, clean=frame(GOOD)), kind).args
    end = 14 + (40 if KINDS.get(kind, (4,))[0] == 6 else 20) + 11
    unknown = NEVER if kind in UDP else [(made[:end], len(made))]  # their port is behind it
    return Vector(fail=[authenticated(kind, **values)], clean=[made], unknown=unknown, kind=kind, args=args)

def esp(spi=0x1000, sequence=1, data=bytes(32)):
    """RFC 4303 section 2; what follows is encrypted."""
    return struct.pack("!II", spi, sequence) + data

def esp_packet(spi=0x1000, sequence=1, data=bytes(32), **options):
    return outer(esp(spi, sequence, data), **{"protocol": 50, **options})

def ipcomp_packet(flags=0, **options):
    """RFC 3173 section 3.3: next header, flags, and an index for DEFLATE."""
    return outer(struct.pack("!BBH", 4, flags, 2) + bytes(30), **{"protocol": 108, **options})

LONG6 = authenticated("4in6")[14:]

VECTORS = {
    "IPIP844": of_authentication("ipip", sequence=0),
    "IPIP845": Vector(
        fail=frame(ipcomp_packet(flags=1)), clean=frame(ipcomp_packet()), unknown=cut(ipcomp_packet(), 23)),
    "IPIP846": Vector(
        fail=frame(esp_packet(spi=0)), clean=frame(esp_packet()), unknown=cut(esp_packet(), 27)),
}

VARIANTS = [
    *(("IPIP844", of_authentication(kind, spi=0)) for kind in READ),
    *(("IPIP844", Vector(fail=[authenticated("ipip", **values)], clean=[authenticated("ipip")], severity=severity))
      for values, severity in (({"spi": 0}, "error"), ({"spi": 255}, "note"), ({"reserved": 1}, "warning"))),
    ("IPIP844", Vector(  # 28 octets are right in IPv4
        fail=frame(outer6(ah_of(LONG6, octets=28)[40:], next=51)), clean=[authenticated("4in6")], kind="4in6")),
    ("IPIP844", Vector(fail=None, clean=frame(outer(ah_of(authenticated("ipip")[14:], octets=28)[20:], protocol=51)))),
    *(("IPIP845", Vector(
        fail=frame(outer6(ipcomp_packet(flags=flags)[20:], next=108)), clean=frame(outer6(ipcomp_packet()[20:], next=108))))
      for flags in (1, 0x80)),
    ("IPIP845", Vector(  # of a later fragment nothing is seen
        fail=None, clean=None, unknown=frame(ipcomp_packet(df=False, offset=4)))),
    ("IPIP846", Vector(fail=frame(esp_packet(spi=1)), clean=frame(esp_packet(spi=256)), severity="note")),
    ("IPIP846", Vector(fail=frame(esp_packet(spi=255)), clean=frame(esp_packet(spi=256)), severity="note")),
    ("IPIP846", Vector(
        fail=frame(outer6(esp(0), next=50)), clean=frame(outer6(esp(), next=50)))),
    ("IPIP846", Vector(fail=None, clean=None, unknown=frame(esp_packet(spi=0, df=False, offset=4)))),
]
