# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets from nothing but the RFCs: shares no code with the core, so that what the core says of them means something."""

import struct
from functools import lru_cache


def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


@lru_cache(maxsize=None)
def address(text):
    return bytes(int(octet) for octet in text.split("."))


def ipv4(src, dst, payload=b"", protocol=17, ttl=64, tos=0, id=0x1234, df=False, mf=False, offset=0, reserved=False,
         options=b"", version=4, ihl=None, total=None, sum=None):
    """A datagram. `offset` is in units of 8 octets. What is None is computed; what is given is written, right or wrong."""
    assert len(options) % 4 == 0
    ihl = 5 + len(options) // 4 if ihl is None else ihl
    total = 20 + len(options) + len(payload) if total is None else total
    flags = reserved << 15 | df << 14 | mf << 13 | offset

    def header(value):
        return struct.pack("!BBHHHBBH4s4s", version << 4 | ihl, tos, total, id, flags, ttl, protocol, value, address(src),
                           address(dst)) + options

    return header(checksum(header(0)) if sum is None else sum) + payload


def pseudo_header(src, dst, protocol, length):
    return address(src) + address(dst) + struct.pack("!BBH", 0, protocol, length)


def udp(src, dst, data=b"ipip", sport=40000, dport=9000, sum=None):
    length = 8 + len(data)
    if sum is None:
        zero = struct.pack("!HHHH", sport, dport, length, 0) + data
        sum = checksum(pseudo_header(src, dst, 17, length) + zero) or 0xFFFF
    return struct.pack("!HHHH", sport, dport, length, sum) + data


def tcp(src, dst, data=b"", sport=40000, dport=80, flags=0x10, sum=None, seq=1, ack=1, window=1024, options=b""):
    """`options` are a multiple of 4 octets."""
    def segment(value):
        return struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 5 + len(options) // 4 << 4, flags, window, value, 0) + options + data

    if sum is None:
        sum = checksum(pseudo_header(src, dst, 6, 20 + len(options) + len(data)) + segment(0))
    return segment(sum)


def icmp(type, code=0, rest=b"\0\1\0\1", data=b"abcdefgh", sum=None):
    body = struct.pack("!BBH", type, code, 0) + rest + data
    return body[:2] + struct.pack("!H", checksum(body) if sum is None else sum) + body[4:]


def error(type, code, quoted, src, rest=bytes(4), octets=548, dst=None, icmp_sum=None, **options):
    """The ICMP error that `src` sends to the sender of the datagram `quoted`, of which it quotes so many octets.

    By default as many as fit into 576 (RFC 1812 section 4.3.2.3). With `dst` it goes to another host.
    """
    body = icmp(type, code, rest, quoted[:octets], icmp_sum)
    dst = ".".join(map(str, quoted[12:16])) if dst is None else dst
    return ipv4(src, dst, body, protocol=1, ttl=63, id=0x4321, **options)


def next_hop_mtu(octets):
    """For error(3, 4, ...): RFC 1191 section 4."""
    return struct.pack("!HH", 0, octets)


def pointer(octet):
    """For error(12, ...)."""
    return bytes([octet, 0, 0, 0])


def authentication_header(next_header, icv=12):
    """RFC 4302 section 2: next header, length in 32-bit words less 2, reserved, SPI, sequence number, ICV."""
    return struct.pack("!BBHII", next_header, (12 + icv) // 4 - 2, 0, 0x100, 1) + b"\xaa" * icv


def ethernet(payload, ethertype=None, tags=()):
    """A frame; `tags` are VLAN tags as (type, number), outermost first."""
    head = bytes.fromhex("020000000002020000000001")
    ethertype = (0x86DD if payload[:1] >= b"\x60" and payload[:1] < b"\x70" else 0x0800) if ethertype is None else ethertype
    for type, number in tags:
        head += struct.pack("!HH", type, number)
    return head + struct.pack("!H", ethertype) + payload


class After(bytes):
    """A frame that comes so many seconds after the one before it, or, with less than 0, before it."""

    def __new__(cls, seconds, octets):
        frame = super().__new__(cls, octets)
        frame.gap = round(seconds * 10**9)
        return frame


def pcap(frames, link_type=1, nanoseconds=False, big_endian=False, snaplen=262144, captured=None):
    """A capture file. A frame is octets, or (octets, length on the wire). `captured` cuts every frame.

    Each is a second later than the one before it, unless its octets say otherwise (see After).
    """
    order = ">" if big_endian else "<"
    out = [struct.pack(order + "IHHiIII", 0xA1B23C4D if nanoseconds else 0xA1B2C3D4, 2, 4, 0, 0, snaplen, link_type)]
    time = 1699999999125986000
    for frame in frames:
        octets, wire = frame if isinstance(frame, tuple) else (frame, len(frame))
        time += getattr(octets, "gap", 10**9)
        octets = octets[:captured]
        fraction = time % 10**9 // (1 if nanoseconds else 1000)
        out.append(struct.pack(order + "IIII", time // 10**9, fraction, len(octets), wire))
        out.append(octets)
    return b"".join(out)


def pcapng_block(type, body, order="<"):
    body += b"\0" * (-len(body) % 4)
    length = 12 + len(body)
    return struct.pack(order + "II", type, length) + body + struct.pack(order + "I", length)


def pcapng_option(code, value, order="<"):
    return struct.pack(order + "HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def pcapng_section(order="<"):
    return pcapng_block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def pcapng_interface(link_type, snaplen=0, resolution=None, name=None, order="<", offset=None):
    """`offset` is what its timestamps count from, in seconds: with one before 1970 they may be earlier than that."""
    body = struct.pack(order + "HHI", link_type, 0, snaplen)
    if name is not None:
        body += pcapng_option(2, name.encode(), order)
    if resolution is not None:
        body += pcapng_option(9, bytes([resolution]), order)
    if offset is not None:
        body += pcapng_option(14, struct.pack(order + "q", offset), order)
    if name is not None or resolution is not None or offset is not None:
        body += pcapng_option(0, b"", order)
    return pcapng_block(1, body, order)


def pcapng_packet(octets, interface=0, time=1700000000125986, wire=None, options=b"", order="<"):
    wire = len(octets) if wire is None else wire
    body = struct.pack(order + "IIIII", interface, time >> 32, time & 0xFFFFFFFF, len(octets), wire)
    return pcapng_block(6, body + octets + b"\0" * (-len(octets) % 4) + options, order)
