# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on IPsec and IPComp."""

import struct

from other_kinds import KINDS, READ, UDP, as_kind, with_authentication
from packets import checksum, udp
from tunnel_kinds import clear_esp, gre, gue, outer6, udp_tunnel
from tunnel_packets import GOOD, HOST, PEER, cut, frame, inner, outer
from vector import NEVER, Vector, doubtful, silent

AH = 0x100, 1  # SPI and sequence number, as authentication_header() has them

def ah_of(packet, spi=AH[0], sequence=AH[1], reserved=0, octets=24):
    """The same packet with these values in the authentication header that follows its IP header; its length may grow."""
    begin = 40 if packet[0] >> 4 == 6 else 20
    header = struct.pack("!BBHII", packet[begin], octets // 4 - 2, reserved, spi, sequence) + bytes(octets - 12)
    return packet[:begin] + header + packet[begin + 24:]

def authenticated(kind, number=0x1234, **values):
    """A tunnel packet of this kind behind an authentication header with these values; `number` tells several apart."""
    packet = frame(outer(inner(id=number, payload=udp(HOST, PEER, b"%4d" % number)), id=number))
    [made] = as_kind(Vector(fail=None, clean=packet), kind).clean if kind != "ipip" else packet
    made = with_authentication(made)
    return made[:14] + ah_of(made[14:], **values)

def of_authentication(kind, **values):
    made = authenticated(kind)
    args = [] if kind == "ipip" else as_kind(Vector(fail=None, clean=frame(GOOD)), kind).args
    end = 14 + (40 if KINDS.get(kind, (4,))[0] == 6 else 20) + 11
    unknown = NEVER if kind in UDP else [(made[:end], len(made))]  # their port is behind it
    return Vector(fail=[authenticated(kind, **values)], clean=[made], unknown=unknown, kind=kind, args=args)

def with_ah(kind, number, octets, **values):
    """The same with authentication headers of so many octets: 24 with a check value of 12, 28 with one of 16, 32 in IPv6."""
    made = authenticated(kind, number, sequence=number, octets=octets, **values)
    packet = bytearray(made[14:])
    if packet[0] >> 4 == 6:
        packet[4:6] = struct.pack("!H", len(packet) - 40)
    else:
        packet[2:4], packet[10:12] = struct.pack("!H", len(packet)), bytes(2)
        packet[10:12] = struct.pack("!H", checksum(bytes(packet[:20])))
    return made[:14] + bytes(packet)

def sizes_of_authentication(kind):
    """RFC 4302 section 2.6: check values of 12 and of 16 octets."""
    longer = 32 if KINDS.get(kind, (4,))[0] == 6 else 28
    of_one = of_authentication(kind)
    return Vector(fail=[with_ah(kind, 1, 24), with_ah(kind, 2, longer)], clean=[with_ah(kind, 1, longer), with_ah(kind, 2, longer)],
                  unknown=of_one.unknown, kind=kind, args=of_one.args)

def esp(spi=0x1000, sequence=1, data=bytes(32)):
    """RFC 4303 section 2; what follows is encrypted."""
    return struct.pack("!II", spi, sequence) + data

def esp_packet(spi=0x1000, sequence=1, data=bytes(32), **options):
    return outer(esp(spi, sequence, data), **{"protocol": 50, **options})

def ipcomp_packet(flags=0, **options):
    """RFC 3173 section 3.3: next header, flags, and an index for DEFLATE."""
    return outer(struct.pack("!BBH", 4, flags, 2) + bytes(30), **{"protocol": 108, **options})

def over(packet, **values):
    """This tunnel packet behind an authentication header with these values."""
    made = with_authentication(frame(packet)[0])
    return made[:14] + ah_of(made[14:], **values)

LONG6 = authenticated("4in6")[14:]

def in_order(kind, *numbers):
    """Packets of one association with these sequence numbers, all of them others."""
    return [authenticated(kind, number=place + 1, sequence=number) for place, number in enumerate(numbers)]

def order_of_authentication(kind):
    args = of_authentication(kind).args
    return Vector(fail=in_order(kind, 5, 5), clean=in_order(kind, 5, 6), unknown=in_order(kind, 5), kind=kind, args=args)

def esp_in_order(*numbers, spi=0x1000, contents=None):
    """Encrypted packets with these sequence numbers, all of them others unless said so."""
    contents = range(len(numbers)) if contents is None else contents
    return [one for number, content in zip(numbers, contents)
            for one in frame(esp_packet(spi, number, b"%32d" % content, id=content + 1))]

INSIDE6 = outer6(bytes(16), next=59)

def clear(count, around=lambda esp, number: outer(esp, protocol=50, id=number), payload=30, **values):
    """So many packets of one association in clear, each of them another."""
    return [one for number in range(1, count + 1)
            for one in frame(around(clear_esp(inner(id=number, payload=udp(HOST, PEER, bytes(payload + number))), number, **values), number))]

def opaque(count):
    """The same, encrypted."""
    return esp_in_order(*range(1, count + 1))

VECTORS = {
    "IPIP413": sizes_of_authentication("ipip"),
    "IPIP841": Vector(fail=frame(esp_packet()), clean=frame(GOOD), unknown=cut(esp_packet(), 27), scope="tunnel"),
    "IPIP842": order_of_authentication("ipip"),
    "IPIP843": Vector(fail=clear(3), clean=opaque(3), unknown=clear(2), scope="tunnel", at=3),
    "IPIP844": of_authentication("ipip", sequence=0),
    "IPIP845": Vector(
        fail=frame(ipcomp_packet(flags=1)), clean=frame(ipcomp_packet()), unknown=cut(ipcomp_packet(), 23)),
    "IPIP846": Vector(
        fail=frame(esp_packet(spi=0)), clean=frame(esp_packet()), unknown=cut(esp_packet(), 27)),
}

VARIANTS = [
    *(("IPIP413", sizes_of_authentication(kind)) for kind in READ if kind not in ("esp", "ipcomp")),
    ("IPIP413", Vector(fail=[with_ah("ipip", number + 1, octets) for number, octets in enumerate((28, 24, 28, 24))], clean=None, at=2)),  # once
    ("IPIP413", Vector(fail=[with_ah("ipip", 1, 24), with_ah("ipip", 2, 28, spi=0x200)], clean=None)),  # another association
    silent("IPIP413", [with_ah("ipip", 1, 24), with_ah("gre", 2, 28)]),  # two tunnels
    ("IPIP841", Vector(fail=esp_in_order(1, 2, 3), clean=frame(ipcomp_packet()), unknown=frame(esp_packet(df=False, offset=4)), scope="tunnel", at=1, count=3)),
    ("IPIP841", Vector(  # the count is that of packets of which the numbers are there
        fail=esp_in_order(1) + cut(esp_packet(), 27) + esp_in_order(2), clean=None, scope="tunnel", at=1, count=2)),
    ("IPIP841", Vector(fail=clear(1), clean=None, scope="tunnel", args=["--esp-null", "12"])),  # that is no packet
    ("IPIP841", Vector(fail=None, clean=clear(1), args=["--esp-null", "16"])),
    ("IPIP841", Vector(fail=None, clean=clear(1, check=12, vector=8), args=["--esp-null", "12,8"])),
    *(("IPIP842", order_of_authentication(kind)) for kind in READ if kind != "esp"),
    ("IPIP842", Vector(fail=esp_in_order(5, 5), clean=esp_in_order(5, 6), unknown=esp_in_order(5), kind="esp")),
    ("IPIP842", Vector(fail=esp_in_order(100, 36), clean=esp_in_order(100, 37))),  # the window
    ("IPIP842", Vector(fail=esp_in_order(7, 0), clean=esp_in_order(7, 8), severity="error")),
    ("IPIP842", Vector(fail=esp_in_order(0), clean=None, severity="error")),
    ("IPIP842", Vector(fail=esp_in_order(7, 9, 7), clean=esp_in_order(7, 9, 8))),
    silent("IPIP842", esp_in_order(7, 7, contents=(0, 0))),  # one packet, captured twice
    silent("IPIP842", esp_in_order(2**32 - 1, 1)),
    silent("IPIP842", in_order("ipip", 5, 0)),  # of AH it is another rule's
    silent("IPIP842", esp_in_order(500) + esp_in_order(1, 2, spi=0x2000)),  # a new association
    ("IPIP842", Vector(fail=None, clean=None, unknown=cut(esp_packet(), 26))),
    *(("IPIP843", Vector(fail=clear(3, check=check, vector=vector), clean=opaque(3), scope="tunnel", at=3))
      for check in (12, 16, 24, 32) for vector in (0, 8)),
    ("IPIP843", Vector(fail=clear(5), clean=None, scope="tunnel", at=3, count=3)),
    ("IPIP843", Vector(  # IPv6 outside
        fail=clear(3, lambda esp, number: outer6(esp, next=50)), clean=None, scope="tunnel", at=3)),
    ("IPIP843", Vector(  # IPv6 inside
        fail=[one for number in (1, 2, 3) for one in frame(outer(clear_esp(INSIDE6, number, 41), protocol=50, id=number))],
        clean=None, scope="tunnel", at=3)),
    ("IPIP843", Vector(fail=clear(3), clean=opaque(3), scope="tunnel", at=3, args=["--esp-null", "16"])),
    ("IPIP846", Vector(fail=clear(1, spi=1), clean=clear(1), severity="note", args=["--esp-null", "16"])),
    doubtful("IPIP843", clear(1) * 3),  # one packet, captured three times
    doubtful("IPIP843", clear(2) + esp_in_order(3) + clear(2, spi=0x2000)),  # not in a row, and another association
    doubtful("IPIP843", clear(2) + clear(1, check=12)),  # another check value
    silent("IPIP843", clear(3, padding=b"\x01\x03")),
    silent("IPIP843", clear(3, protocol=6)),
    doubtful("IPIP843", [(one[:-1], len(one)) for one in clear(3)]),  # the end is not captured
    *(("IPIP844", of_authentication(kind, spi=0)) for kind in READ),
    *(("IPIP844", Vector(fail=[authenticated("ipip", **values)], clean=[authenticated("ipip")], severity=severity))
      for values, severity in (({"spi": 0}, "error"), ({"spi": 255}, "note"), ({"reserved": 1}, "warning"))),
    *(("IPIP844", Vector(  # behind it GRE over UDP
        fail=[over(packet, spi=0)], clean=[over(packet)], args=args))
      for packet, args in ((udp_tunnel(gre(inner()), 5556), ["--udp-tunnel", "5556=fou-gre"]), (udp_tunnel(gue(gre(inner()), 47), 6080), []))),
    ("IPIP844", Vector(  # 28 octets are right in IPv4
        fail=frame(outer6(ah_of(LONG6, octets=28)[40:], next=51)), clean=[authenticated("4in6")], kind="4in6")),
    ("IPIP844", Vector(fail=None, clean=frame(outer(ah_of(authenticated("ipip")[14:], octets=28)[20:], protocol=51)))),
    *(("IPIP845", Vector(
        fail=frame(outer6(ipcomp_packet(flags=flags)[20:], next=108)), clean=frame(outer6(ipcomp_packet()[20:], next=108))))
      for flags in (1, 0x80)),
    # What is odd in front of it is another rule's.
    *(silent(rule, [over(packet, reserved=1)]) for rule, packet in (("IPIP845", ipcomp_packet()), ("IPIP846", esp_packet()))),
    ("IPIP845", Vector(  # of a later fragment nothing is seen
        fail=None, clean=None, unknown=frame(ipcomp_packet(df=False, offset=4)))),
    ("IPIP846", Vector(fail=frame(esp_packet(spi=1)), clean=frame(esp_packet(spi=256)), severity="note")),
    ("IPIP846", Vector(fail=frame(esp_packet(spi=255)), clean=frame(esp_packet(spi=256)), severity="note")),
    ("IPIP846", Vector(
        fail=frame(outer6(esp(0), next=50)), clean=frame(outer6(esp(), next=50)))),
    ("IPIP846", Vector(fail=None, clean=None, unknown=frame(esp_packet(spi=0, df=False, offset=4)))),
]
