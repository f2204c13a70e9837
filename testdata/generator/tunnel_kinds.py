# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets of every kind of tunnel, from nothing but the standards; the same tunnel as in tunnel_packets.py, and one over IPv6.

Each header function takes what follows it; what is None is computed, what is given is written, right or wrong.
"""

import ipaddress
import struct

from packets import checksum
from tunnel_packets import A, B, cut, frame, inner, outer

A6, B6 = "2001:470:1::1", "2001:470:2::1"  # the tunnel's ends
HOST6, PEER6 = "2001:470:3::1", "2001:470:4::1"  # behind them
IPV4, IPV6, FRAME = 0x0800, 0x86DD, 0x6558  # types of GRE

def address6(text):
    return ipaddress.IPv6Address(text).packed

def ipv6(src, dst, payload=b"", next=17, hops=64, tclass=0, label=0, plen=None, version=6):
    """RFC 8200 section 3. Extension headers are part of `payload`."""
    plen = len(payload) if plen is None else plen
    return struct.pack("!IHBB", version << 28 | tclass << 20 | label, plen, next, hops) + address6(src) + address6(dst) + payload

def sum6(src, dst, protocol, octets):
    """The checksum of an upper layer over IPv6 (RFC 8200 section 8.1)."""
    return checksum(address6(src) + address6(dst) + struct.pack("!II", len(octets), protocol) + octets)

def udp6(src, dst, data=b"ipip", sport=40000, dport=9000, sum=None):
    octets = struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data
    sum = (sum6(src, dst, 17, octets) or 0xFFFF) if sum is None else sum
    return octets[:6] + struct.pack("!H", sum) + octets[8:]

def inner6(src=HOST6, dst=PEER6, payload=None, **options):
    return ipv6(src, dst, udp6(src, dst) if payload is None else payload, **options)

def outer6(payload, src=A6, dst=B6, **options):
    options.setdefault("next", 4)
    return ipv6(src, dst, payload, **options)

def options6(next, *options, type=60):
    """Destination options, each (type, octets), padded (RFC 8200 sections 4.2 and 4.6)."""
    octets = b"".join(struct.pack("!BB", number, len(value)) + value for number, value in options)
    padding = -(2 + len(octets)) % 8
    octets += b"" if padding == 0 else b"\0" if padding == 1 else struct.pack("!BB", 1, padding - 2) + bytes(padding - 2)
    return struct.pack("!BB", next, (2 + len(octets)) // 8 - 1) + octets

def limit(next, value=4):
    """The encapsulation limit (RFC 2473 section 4.1.1)."""
    return options6(next, (4, bytes([value])))

def route6(next, type, left, *addresses, last=0):
    """A routing header with so many segments left (RFC 8200 section 4.4); `last` is the last entry of type 4 (RFC 8754 section 2)."""
    return struct.pack("!BBBBI", next, 2 * len(addresses), type, left, last << 24) + b"".join(map(address6, addresses))

def fragment6(next, payload, offset=0, more=False, id=0x12345678, reserved=0):
    """RFC 8200 section 4.5; `offset` in octets."""
    return struct.pack("!BBHI", next, reserved, offset | more, id) + payload

def gre(payload, type=IPV4, key=None, sequence=None, has_checksum=False, sum=None, flags=0, reserved1=0):
    """RFC 2784 section 2, RFC 2890 section 2. `flags` are set beside those of the fields."""
    flags |= 0x8000 * (has_checksum or sum is not None) | 0x2000 * (key is not None) | 0x1000 * (sequence is not None)
    fields = b"" if key is None else struct.pack("!I", key)
    fields += b"" if sequence is None else struct.pack("!I", sequence)
    if not flags & 0x8000:
        return struct.pack("!HH", flags, type) + fields + payload
    def header(value):
        return struct.pack("!HHHH", flags, type, value, reserved1) + fields + payload
    return header(checksum(header(0)) if sum is None else sum)

def gre_packet(payload=None, outer_options=None, **options):
    """GRE in IPv4, around an IPv4 packet."""
    return outer(gre(inner() if payload is None else payload, **options), **{"protocol": 47, **(outer_options or {})})

def gre6_packet(payload=None, outer_options=None, **options):
    """The same in IPv6."""
    return outer6(gre(inner() if payload is None else payload, **options), **{"next": 47, **(outer_options or {})})

def ethernet_frame(packet, type=None):
    type = (IPV6 if packet[0] >> 4 == 6 else IPV4) if type is None else type
    return bytes.fromhex("02000000000202000000000a") + struct.pack("!H", type) + packet

def six_in_four(packet=None, **options):
    return outer(inner6() if packet is None else packet, **{"protocol": 41, **options})

def echo_in_four(src, dst, type=128, hops=64):
    """An echo request (RFC 4443 section 4) of 6in4, or with type 129 a reply."""
    octets = bytes([type, 0, 0, 0, 1, 2, 0, 1])
    octets = octets[:2] + struct.pack("!H", sum6(src, dst, 58, octets)) + octets[4:]
    return six_in_four(ipv6(src, dst, octets, next=58, hops=hops))

def four_in_six(packet=None, **options):
    return outer6(inner() if packet is None else packet, **options)

def six_in_six(packet=None, **options):
    return outer6(inner6() if packet is None else packet, **{"next": 41, **options})

def minimal(packet=None, src=A, dst=B, source=True, reserved=0, sum=None):
    """RFC 2004 section 3: what of the inner header differs goes behind the outer one, which keeps the rest."""
    packet = inner() if packet is None else packet
    addresses = packet[16:20] + (packet[12:16] if source else b"")
    def header(value):
        return struct.pack("!BBH", packet[9], source << 7 | reserved, value) + addresses
    folded = header(checksum(header(0)) if sum is None else sum) + packet[(packet[0] & 15) * 4:]
    return outer(folded, src=src, dst=dst, protocol=55, ttl=packet[8], tos=packet[1])

def udp_tunnel(payload, dport, sport=50000, src=A, dst=B, length=None, sum=0, **options):
    """UDP in IPv4 around a tunnel's payload; checksum 0 unless given."""
    length = 8 + len(payload) if length is None else length
    return outer(struct.pack("!HHHH", sport, dport, length, sum) + payload, src=src, dst=dst, protocol=17, **options)

def gue(payload, protocol=4, variant=0, control=0, hlen=None, flags=0, optional=b""):
    """draft-ietf-intarea-gue section 3."""
    hlen = len(optional) // 4 if hlen is None else hlen
    return struct.pack("!BBH", variant << 6 | control << 5 | hlen, protocol, flags) + optional + payload

def cut_all(packets, octets):
    """Each packet with so many octets captured."""
    return [one for packet in packets for one in cut(packet, octets)]

GOOD_GRE = gre_packet()
GOOD_GRE6 = gre6_packet()

def clear_esp(packet, sequence=1, protocol=4, check=16, vector=0, padding=None, spi=0x1000):
    """RFC 4303 section 2 with the NULL cipher: padding of 1, 2, 3 ... up to a multiple of four, its length, what is inside; then a check value."""
    octets = -(len(packet) + 2) % 4
    padding = bytes(range(1, octets + 1)) if padding is None else padding
    trailer = padding + bytes((len(padding), protocol)) + b"\x5a" * check
    return struct.pack("!II", spi, sequence) + bytes(vector) + packet + trailer
